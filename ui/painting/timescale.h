// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"

#include <QList>
#include <QString>

namespace Kintsugi {

/*! A stretch of time; never shorter than a millisecond. */
struct TimeWindow
{
    Timestamp from;
    Timestamp to;

    [[nodiscard]] std::chrono::milliseconds length() const { return to - from; }
    /*! \a factor times as long, with \a pivot staying where it is; from 10 ms to 10 years. */
    [[nodiscard]] TimeWindow zoomed(double factor, Timestamp pivot) const;
    [[nodiscard]] TimeWindow moved(std::chrono::milliseconds by) const
    {
        return {from + by, to + by};
    }
    friend bool operator==(const TimeWindow &, const TimeWindow &) = default;
};

/*! Between moments and x. */
class TimeScale
{
public:
    TimeScale(const TimeWindow &window, double left, double right);

    [[nodiscard]] double x(Timestamp at) const;
    [[nodiscard]] Timestamp at(double x) const;
    [[nodiscard]] double perMs() const { return m_perMs; } //!< Pixels.
    [[nodiscard]] double left() const { return m_left; }
    [[nodiscard]] double right() const { return m_right; }
    [[nodiscard]] const TimeWindow &window() const { return m_window; }

private:
    TimeWindow m_window;
    double m_left;
    double m_right;
    double m_perMs;
};

struct AxisMark
{
    double x = 0;
    QString label;
};

/*! Round moments after \a origin, no closer than \a apart pixels: the origin by the clock, the
 *  others as "+2 s". */
[[nodiscard]] QList<AxisMark> axisMarks(const TimeScale &scale, Timestamp origin, double apart);

} // namespace Kintsugi
