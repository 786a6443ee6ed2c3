// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/event.h"

#include <QString>

#include <vector>

namespace Kintsugi {

/*! A moment at which something was committed. */
struct TimeMark
{
    Timestamp at;
    Seq seq = 0;
};

/*! One run of a stage's body, or one time that its result came from the cache. */
struct StageBar
{
    enum class End {
        Open, //!< Not over as far as the log tells.
        Done,
        Cached, //!< Served from the cache: no body ran, it has no length.
        Failed,
        Stopped //!< Its attempt was suspended or cancelled.
    };

    QString stage;
    Timestamp from;
    Timestamp to; //!< Of an open one: its start.
    End end = End::Open;
    Seq seq = 0; //!< The latest event about it.
    std::chrono::milliseconds duration{}; //!< As the handler measured it; 0 while open.
};

/*! When one attempt did what. Its marks are in the order of time. */
struct Lane
{
    int attempt = 0;
    Seq startedSeq = 0;
    Timestamp startedAt;
    Timestamp lastAt; //!< Its latest event.
    qint64 firstTick = 0; //!< The number of ticks.front(); the others follow without a gap.
    std::vector<TimeMark> ticks;
    std::vector<TimeMark> notes; //!< Other events of its handler.
    std::vector<TimeMark> retries; //!< Of steps.
    std::vector<StageBar> bars;
};

/*! When everything happened in one run, told from its log: what a timeline is drawn from.
 *
 *  A mark is 16 bytes, so a million ticks are 16 MB; nothing is read again for a zoom. Grows event
 *  by event, and is never copied for a frame. Thread: one.
 */
class TimeLog
{
public:
    void apply(const Event &event); //!< The next of the log; one that was taken changes nothing.
    void clear() { *this = TimeLog(); }

    [[nodiscard]] const std::vector<Lane> &lanes() const { return m_lanes; }
    [[nodiscard]] bool isEmpty() const { return m_lanes.empty(); }
    [[nodiscard]] Timestamp firstAt() const { return m_firstAt; } //!< When the task was created.
    [[nodiscard]] Timestamp lastAt() const { return m_lastAt; }

private:
    [[nodiscard]] Lane *laneOf(const Event &event);
    void stageDone(Lane &lane, const Event &event);
    void closeBars(StageBar::End end, Timestamp at);

    std::vector<Lane> m_lanes;
    Timestamp m_firstAt;
    Timestamp m_lastAt;
    Seq m_lastSeq = 0;
};

} // namespace Kintsugi
