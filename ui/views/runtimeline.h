// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/painting/timeline.h"
#include "ui/views/runviewtexts.h"

#include <QBasicTimer>
#include <QWidget>

class QToolButton;

namespace Kintsugi {

class Clock;
class FlatButton;
class Theming;

/*! When everything happened: a lane an attempt, the dead time between them, and all of the run in
 *  a strip below. Wheel and keys zoom, drag pans, a click selects an event, hover tells.
 *
 *  It shows the whole run until it is zoomed; then it follows now until it is moved away from it.
 *  Thread: main. The log is the view's, not copied; show() whenever it has grown.
 */
class TimelineCanvas final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TimelineCanvas)

public:
    TimelineCanvas(const Theming &theming, const Clock &clock, const TimeLog &log,
                   QWidget *parent = nullptr);
    ~TimelineCanvas() override;

    void show(const RunStory &story, const Moment &moment);
    void select(Seq seq);

    void zoom(double factor); //!< About now when it follows, else about the middle.
    void zoomAt(double factor, double x);
    void pan(double pixels);
    void showWhole();
    void follow(bool follows);
    [[nodiscard]] bool isFollowing() const { return m_isFollowing; }
    [[nodiscard]] bool isWhole() const { return m_isWhole; }
    [[nodiscard]] bool isLive() const { return m_picture.now.has_value(); }
    [[nodiscard]] const TimelinePicture &picture() const { return m_picture; }
    /*! The middle of what an event is drawn as; a null point when it is not seen. */
    [[nodiscard]] QPointF pointOf(qsizetype lane, Timestamp at) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void seqSelected(qint64 seq);
    void followChanged();

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void timerEvent(QTimerEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    enum class Drag { None, Plot, Strip };

    [[nodiscard]] QRectF body() const;
    [[nodiscard]] QRectF strip() const;
    [[nodiscard]] TimeWindow whole() const;
    [[nodiscard]] TimelineGeometry geometry() const;
    void arrange(); //!< The window, as it follows.
    void keepTime();
    void predict();
    void collectGaps();
    [[nodiscard]] QString tellAt(const QPointF &point) const;
    void centreOn(double x); //!< Of the strip.

    const Theming &m_theming;
    const Clock &m_clock;
    const TimeLog &m_log;
    RunStory m_story;
    TimelinePicture m_picture;
    int m_height = 0; //!< As it was told to the layout.
    bool m_isWhole = true;
    bool m_isFollowing = true;
    Drag m_drag = Drag::None;
    QPointF m_pressedAt;
    TimeWindow m_pressedWindow;
    bool m_hasMoved = false;
    QBasicTimer m_ticking; //!< While now moves.
};

/*! The canvas under its caption, with the switches beside that. */
class RunTimeline final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RunTimeline)

public:
    RunTimeline(Theming &theming, const Clock &clock, const TimeLog &log,
                QWidget *parent = nullptr);
    ~RunTimeline() override;

    void show(const RunStory &story, const Moment &moment);
    [[nodiscard]] TimelineCanvas *canvas() const { return m_canvas; }

private:
    void applyTheme();
    void showFollowing();

    Theming &m_theming;
    TimelineCanvas *m_canvas;
    FlatButton *m_follow;
    QList<QToolButton *> m_zooms; //!< Out, in, whole.
};

} // namespace Kintsugi
