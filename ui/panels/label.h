// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/theme/fonts.h"

#include <QLabel>

namespace Kintsugi {

class Theming;

/*! A line of text in one role of the type scale; follows the theme and the scale. Thread: main. */
class Label final : public QLabel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Label)

public:
    enum class Ink { Text, Muted };

    Label(Theming &theming, FontRole role, Ink ink, const QString &text = {},
          QWidget *parent = nullptr);
    ~Label() override;

    /*! Never narrower than \a widest: what counts does not push its neighbours about. */
    void reserve(const QString &widest);
    /*! Cuts what does not fit with "…"; the whole text is the tooltip then. */
    void setElided(Qt::TextElideMode mode);
    void setFullText(const QString &text);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void restyle();
    void cut();

    Theming &m_theming;
    FontRole m_role;
    QString m_widest;
    QString m_full;
    Qt::TextElideMode m_mode = Qt::ElideNone;
};

/*! A small rounded box with a count, as beside a heading or in a tab. */
class Pill final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Pill)

public:
    explicit Pill(Theming &theming, QWidget *parent = nullptr);
    ~Pill() override;

    void setCount(qint64 count);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Theming &m_theming;
    QString m_text;
};

} // namespace Kintsugi
