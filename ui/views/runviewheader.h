// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/views/runviewbutton.h"
#include "ui/views/runviewtexts.h"

#include <QWidget>

class QLabel;

namespace Kintsugi {

class Theming;

/*! A rounded label with the sign of a state. */
class StatePill final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StatePill)

public:
    StatePill(const Theming &theming, QWidget *parent);

    void show(StateGlyph glyph, const QString &text);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theming &m_theming;
    StateGlyph m_glyph = StateGlyph::Pending;
    QString m_text;
};

/*! The idempotency key in short; a click copies it. */
class KeyChip final : public PaintedButton
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(KeyChip)

public:
    KeyChip(const Theming &theming, QWidget *parent);

    void showKey(const IdempotencyKey &key);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theming &m_theming;
};

/*! One line of text that is elided and says all of it in its tooltip. */
class ElidedLabel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ElidedLabel)

public:
    ElidedLabel(const Theming &theming, FontRole role, bool muted, Qt::Alignment alignment,
                QWidget *parent);

    void setText(const QString &text);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theming &m_theming;
    FontRole m_role;
    bool m_muted;
    Qt::Alignment m_alignment;
    QString m_text;
};

/*! The head of the Run view: name, state, input, key; below it why the run is or is not going on.
 */
class RunHeader final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RunHeader)

public:
    explicit RunHeader(const Theming &theming, QWidget *parent = nullptr);

    void show(const RunStory &story, const Moment &moment);
    void showWhy(const RunStory &story, const Moment &moment); //!< What ages with the clock.
    void applyTheme();

Q_SIGNALS:
    void copyKeyRequested();

private:
    const Theming &m_theming;
    ElidedLabel *m_name;
    StatePill *m_pill;
    ElidedLabel *m_input;
    KeyChip *m_key;
    QLabel *m_whyIcon;
    QLabel *m_why;
    QString m_icon;
};

} // namespace Kintsugi
