// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/painting/timescale.h"
#include "ui/story/timelog.h"
#include "ui/theme/look.h"

#include <QRectF>

#include <optional>

class QPainter;

namespace Kintsugi {

/*! The time between two attempts, or since the last one broke. */
struct DeadTime
{
    enum class Kind {
        Open, //!< Nobody has taken it up yet.
        Mended, //!< A recovery went on: gold.
        Paused //!< An orderly end: a suspend, or the delay of a retry.
    };

    int attempt = 0; //!< The one that ended here: the seed of crack and seam.
    Timestamp from;
    Timestamp to; //!< Of an open one: now.
    Kind kind = Kind::Mended;
    QString words; //!< "5.541 s dead · nobody drives it"
};

/*! A tick that is still to come. */
struct Prediction
{
    qint64 number = 0;
    Timestamp at;
};

/*! What a timeline shows of a log. */
struct TimelinePicture
{
    QByteArray task; //!< Its id: the seed of every crack.
    TimeWindow window;
    QList<DeadTime> gaps; //!< In the order of time.
    std::optional<Timestamp> now; //!< Of a run that is not over.
    int alive = 0; //!< The attempt that works just now, or 0.
    QList<Prediction> predicted; //!< Of that attempt.
    Seq selected = 0; //!< Lit, when it is seen.
    QList<QString> owners; //!< Under the name of each lane.
    qsizetype firstLane = 0; //!< Earlier ones are not drawn.
};

/*! Where its parts lie in a rectangle. */
class TimelineGeometry
{
public:
    TimelineGeometry(const TimeLog &log, const TimelinePicture &picture, const QRectF &body,
                     const Look &look);

    [[nodiscard]] const TimeScale &scale() const { return m_scale; }
    [[nodiscard]] QRectF lane(qsizetype index) const; //!< Without the gutter.
    [[nodiscard]] qsizetype laneAt(double y) const; //!< -1 beside them.
    [[nodiscard]] double top() const; //!< Of the first lane.
    [[nodiscard]] double bottom() const; //!< Of the last one.
    /*! The event that a point stands for, 0 for none. */
    [[nodiscard]] Seq seqAt(const QPointF &point) const;

    [[nodiscard]] static double heightOf(qsizetype lanes, const Look &look);
    [[nodiscard]] static double gutter(const Look &look) { return look.px(92); }

private:
    const TimeLog &m_log;
    qsizetype m_first;
    QRectF m_body;
    const Look &m_look;
    TimeScale m_scale;
};

/*! Where a crack is drawn: beside its moment, so that it does not cover what was committed last. */
[[nodiscard]] double crackX(const DeadTime &gap, const TimeScale &scale, const Look &look);

/*! Lanes, marks, dead times, cracks, seams and flags; the axis stands above them. */
void paintTimeline(QPainter &painter, const TimeLog &log, const TimelinePicture &picture,
                   const QRectF &body, const Look &look);

/*! All of the run in a strip, with a frame around what the timeline shows of it. */
void paintOverview(QPainter &painter, const TimeLog &log, const TimelinePicture &picture,
                   const TimeWindow &whole, const QRectF &strip, const Look &look);

} // namespace Kintsugi
