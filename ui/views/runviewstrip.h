// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/views/runviewbutton.h"
#include "ui/views/runviewtexts.h"

#include <QVariantAnimation>
#include <QWidget>

namespace Kintsugi {

class Theming;

/*! The Nudge button of a strip: it counts down until a nudge can do something, then it hints. */
class NudgeButton final : public PaintedButton
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(NudgeButton)

public:
    NudgeButton(const Theming &theming, QWidget *parent);

    /*! \a countdown is empty once a nudge recovers; \a hinting draws the eye. */
    void show(const QString &countdown, bool hinting);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void setHinting();

    const Theming &m_theming;
    QVariantAnimation m_hint;
    bool m_hinting = false;
};

/*! The strip below the picture: what broke, what comes next, how it ended. */
class RunStrip final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RunStrip)

public:
    explicit RunStrip(const Theming &theming, QWidget *parent = nullptr);

    void show(const StripText &text);
    /*! The ring of a countdown: how much is left, 1 to 0, and of what. */
    void setCountdown(std::chrono::milliseconds left, std::chrono::milliseconds whole);
    [[nodiscard]] NudgeButton *nudgeButton() const { return m_nudge; }

    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void nudgeRequested();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void arrange();
    [[nodiscard]] bool isTall() const; //!< Two lines: there is more to say than one can hold.
    void paintSign(QPainter &painter, const QRectF &rect, const QColor &ground) const;

    const Theming &m_theming;
    StripText m_text;
    std::chrono::milliseconds m_left{};
    double m_part = 0;
    NudgeButton *m_nudge;
};

} // namespace Kintsugi
