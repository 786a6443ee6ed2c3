// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/painting/timeline.h"

namespace Kintsugi {

/*! What one attempt did, drawn into its lane: ticks as dots, stages as bars. However many marks
 *  there are, no more is drawn than there are pixels. */
class LaneMarks
{
public:
    LaneMarks(QPainter &painter, const TimelinePicture &picture, const TimeScale &scale,
              const Look &look)
        : m_painter(painter)
        , m_picture(picture)
        , m_scale(scale)
        , m_look(look)
    {}

    void paintUnder(const Lane &lane, double middle) const; //!< Below the seams: lines and bars.
    void paintOver(const Lane &lane, double middle) const; //!< Above them: ticks and tags.

private:
    [[nodiscard]] double px(double measure) const { return m_look.px(measure); }
    void paintTicks(const Lane &lane, double middle) const;
    void paintDot(const QPointF &centre, qint64 number, const QColor &color, bool lit) const;
    void paintCrowd(const std::vector<TimeMark> &marks, double middle, double height,
                    const QColor &color) const;
    struct Tag
    {
        const StageBar *bar;
        double x;
    };

    /*! Where what came from the cache stands: it has no length, so each keeps clear of the seam
     *  and of the one before. */
    [[nodiscard]] std::vector<Tag> tagsOf(const Lane &lane) const;
    void paintTag(const Tag &tag, double middle) const;
    void paintBar(const Lane &lane, const StageBar &bar, const std::vector<Tag> &tags,
                  double middle) const;
    [[nodiscard]] double
    endOf(const Lane &lane) const; //!< Where its attempt ends, alive or killed.
    void paintPredicted(double middle) const;

    QPainter &m_painter;
    const TimelinePicture &m_picture;
    const TimeScale &m_scale;
    const Look &m_look;
};

/*! The event of \a lane that is drawn nearest to \a x, not farther than \a reach; 0 for none. */
[[nodiscard]] Seq nearestSeq(const Lane &lane, const TimeScale &scale, double x, double reach);

} // namespace Kintsugi
