// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/painting/ribbon.h"

#include <QBasicTimer>
#include <QVariantAnimation>
#include <QWidget>

namespace Kintsugi {

class Clock;
class Theming;

/*! The tick ribbon with its caption, its counts and the brackets of its attempts. */
class RunRibbon final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RunRibbon)

public:
    RunRibbon(const Theming &theming, const Clock &clock, QWidget *parent = nullptr);

    /*! \a live: what is new happened just now, so it moves; else the end state is shown at once. */
    void show(const RunStory &story, bool live);
    /*! The ribbon as it stands at this moment of its motions. */
    [[nodiscard]] const Ribbon &ribbon() const { return m_ribbon; }
    [[nodiscard]] QRectF body() const;
    [[nodiscard]] bool isMoving() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void seqSelected(qint64 seq);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    bool event(QEvent *event) override;
    void timerEvent(QTimerEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void rebuild();
    void arrange(RibbonBreak &gap, bool open) const;
    void startMotions(const RunStory &before, bool live);
    void setTicking();
    [[nodiscard]] double progress() const;
    [[nodiscard]] const TickSpan *spanAt(qint64 tick) const;
    [[nodiscard]] QString nextText() const;
    void paintCaption(QPainter &painter) const;
    void paintBrackets(QPainter &painter) const;

    const Theming &m_theming;
    const Clock &m_clock;
    RunStory m_story;
    Ribbon m_ribbon;
    QVariantAnimation m_mend; //!< 0 to 600 ms of the newest seam.
    QVariantAnimation m_break; //!< 0 to 1 of the newest crack.
    QVariantAnimation m_fill; //!< 0 to 1 of the newest tick.
    QBasicTimer m_ticking; //!< Moves the bar of the current cell.
};

} // namespace Kintsugi
