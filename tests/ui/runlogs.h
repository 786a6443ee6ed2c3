// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"
#include "engine/model/event.h"
#include "engine/model/task.h"

#include <QList>

namespace Kintsugi {

/*! A run as a task and its log, written by hand as the contract has it. */
struct RunLog
{
    Task task;
    QList<Event> events;
};

/*! Reads events as §4 of the contract writes them, one JSON object a line. */
[[nodiscard]] QList<Event> eventsFromLines(const QByteArray &lines);

/*! A clock that stands still until it is moved. */
class StillClock final : public Clock
{
public:
    explicit StillClock(Timestamp at)
        : m_now(at)
    {}
    [[nodiscard]] Timestamp now() const override { return m_now; }
    [[nodiscard]] Monotonic monotonic() const override { return m_monotonic; }
    [[nodiscard]] bool runsByItself() const override { return false; }
    void advance(std::chrono::milliseconds by)
    {
        m_now += by;
        m_monotonic += by;
        Q_EMIT advanced();
    }

private:
    Timestamp m_now;
    Monotonic m_monotonic{std::chrono::seconds(1000)};
};

/*! count-to-n: attempts that committed so many ticks each, 1 s apart, 5.9 s dead between them. */
[[nodiscard]] RunLog counting(qint64 n, const QList<qint64> &ticksOfAttempts);
/*! count-to-n with 10: 5 ticks, broken, recovered, 7 ticks. */
[[nodiscard]] RunLog mendedCounting();
/*! pipeline-with-steps: extract committed, transform at work. */
[[nodiscard]] RunLog pipelineAtTransform();
/*! The same, then killed and taken up again: extract from the cache, transform at work. */
[[nodiscard]] RunLog mendedPipeline();
[[nodiscard]] RunLog completedPipeline(); //!< The same, to its end.

[[nodiscard]] RunLog dropped(RunLog log, std::chrono::milliseconds staleIn);
[[nodiscard]] RunLog dead(RunLog log);
[[nodiscard]] RunLog ended(RunLog log, const QByteArray &type, const QByteArray &payload);
[[nodiscard]] Timestamp lastMoment(const RunLog &log);

} // namespace Kintsugi
