// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/story/timelog.h"

#include "ui/story/payload.h"

#include <QJsonObject>

#include <algorithm>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t kMostBars = 10'000; //!< Of one attempt; more are not drawn.

} // namespace

Lane *TimeLog::laneOf(const Event &event)
{
    const bool known = !m_lanes.empty() && m_lanes.back().attempt == event.attempt;
    return known ? &m_lanes.back() : nullptr;
}

void TimeLog::apply(const Event &event)
{
    if (event.seq <= m_lastSeq)
        return;
    m_lastSeq = event.seq;
    if (m_firstAt == Timestamp())
        m_firstAt = event.at;
    m_lastAt = std::max(m_lastAt, event.at); // A clock that was set back bends no line.

    if (event.type == EventTypes::kAttemptStarted) {
        Lane lane;
        lane.attempt = event.attempt;
        lane.startedSeq = event.seq;
        lane.startedAt = lane.lastAt = m_lastAt;
        m_lanes.push_back(std::move(lane));
        return;
    }
    Lane *lane = laneOf(event);
    if (!lane)
        return;
    lane->lastAt = m_lastAt;
    const TimeMark mark{m_lastAt, event.seq};
    if (event.type == "tick"_ba) {
        const qint64 number = numberOf(event.payload, "\"i\"");
        if (lane->ticks.empty())
            lane->firstTick = number;
        if (number == lane->firstTick + qint64(lane->ticks.size()))
            lane->ticks.push_back(mark);
    } else if (event.type == EventTypes::kStepRetry) {
        lane->retries.push_back(mark);
    } else if (event.type == "stage_started"_ba) {
        if (lane->bars.size() < kMostBars)
            lane->bars.push_back({.stage = objectOf(event.payload)["stage"_L1].toString(),
                                  .from = mark.at,
                                  .to = mark.at,
                                  .seq = event.seq});
    } else if (event.type == "stage_done"_ba) {
        stageDone(*lane, event);
    } else if (event.type == EventTypes::kFailed) {
        closeBars(StageBar::End::Failed, mark.at);
    } else if (event.type == EventTypes::kSuspended || event.type == EventTypes::kCancelled) {
        closeBars(StageBar::End::Stopped, mark.at);
    } else if (!isEngineEvent(event.type)) {
        lane->notes.push_back(mark);
    }
}

void TimeLog::stageDone(Lane &lane, const Event &event)
{
    const QJsonObject payload = objectOf(event.payload);
    const QString stage = payload["stage"_L1].toString();
    const std::chrono::milliseconds duration(
        std::max<qint64>(0, payload["durationMs"_L1].toInteger()));
    if (payload["fromCache"_L1].toBool()) {
        if (lane.bars.size() < kMostBars)
            lane.bars.push_back({.stage = stage,
                                 .from = m_lastAt,
                                 .to = m_lastAt,
                                 .end = StageBar::End::Cached,
                                 .seq = event.seq,
                                 .duration = duration});
        return;
    }
    const auto open = std::find_if(lane.bars.rbegin(), lane.bars.rend(), [&](const StageBar &bar) {
        return bar.end == StageBar::End::Open && bar.stage == stage;
    });
    if (open == lane.bars.rend())
        return;
    open->to = m_lastAt;
    open->end = StageBar::End::Done;
    open->seq = event.seq;
    open->duration = duration;
}

void TimeLog::closeBars(StageBar::End end, Timestamp at)
{
    for (StageBar &bar : m_lanes.back().bars) {
        if (bar.end == StageBar::End::Open) {
            bar.to = at;
            bar.end = end;
        }
    }
}

} // namespace Kintsugi
