// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The writes of a running attempt. Each begins with its fence: no row, no write.

#include "engine/store/connection.h"
#include "engine/store/eventrows.h"
#include "engine/store/transitions.h"

namespace Kintsugi {

namespace {

std::unexpected<Error> fenced(const Fence &fence)
{
    return failure(ErrorCode::Fenced,
                   QStringLiteral("the attempt with epoch %1 of task %2 no longer drives it")
                       .arg(fence.epoch)
                       .arg(fence.id.toString()));
}

void countCacheHits(WriteContext &context, const Fence &fence, const QList<QByteArray> &keys)
{
    for (const QByteArray &key : keys)
        Query(context.db, "UPDATE steps SET cache_hits = cache_hits + 1 WHERE task = ? AND key = ?",
              fence.num, key)
            .run();
}

void insertStep(WriteContext &context, const Fence &fence, const StepRecord &step)
{
    Query(context.db,
          "INSERT INTO steps (task, key, name, occurrence, ordinal, attempt, started_at, "
          "duration_ms, result, error) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          fence.num, step.key, step.name, step.occurrence, step.ordinal, step.attempt,
          toUnixMs(step.startedAt), qint64(step.duration.count()), Query::Blob{step.result},
          Query::Blob{step.error})
        .run();
    context.steps << StepMark{fence.num, step.key};
}

} // namespace

Expected<QList<Event>> WriteAttempt::apply(WriteContext &context) const
{
    const qsizetype firstEvent = context.events.size();
    if (events.isEmpty()) {
        Query query(context.db,
                    "SELECT quiet_recoveries FROM tasks WHERE num = ? AND epoch = ? AND state = "
                    "'running'",
                    fence.num, fence.epoch);
        if (!query.next())
            return fenced(fence);
        if (step) {
            context.changed << fence.id;
            if (query.integer(0) > 0)
                Query(context.db, "UPDATE tasks SET quiet_recoveries = 0 WHERE num = ?", fence.num)
                    .run();
        }
    } else {
        Query query(context.db,
                    "UPDATE tasks SET last_seq = last_seq + ?, quiet_recoveries = iif(?, 0, "
                    "quiet_recoveries) "
                    "WHERE num = ? AND epoch = ? AND state = 'running' RETURNING last_seq, attempt",
                    qint64(events.size()), isProgress, fence.num, fence.epoch);
        if (!query.next())
            return fenced(fence);
        Seq seq = query.integer(0) - events.size();
        const int attempt = int(query.integer(1));
        query.run();
        for (const NewEvent &event : events)
            insertEvent(context, fence.id, fence.num, ++seq, attempt, event);
    }
    if (step)
        insertStep(context, fence, *step);
    countCacheHits(context, fence, cacheHits);
    return context.events.sliced(firstEvent);
}

Expected<Event> FinishAttempt::apply(WriteContext &context) const
{
    if (state == TaskState::Suspended) {
        Query query(context.db,
                    "SELECT stop_reason FROM tasks WHERE num = ? AND epoch = ? AND state = "
                    "'running' AND stop_requested",
                    fence.num, fence.epoch);
        if (query.next()) { // A stop that the attempt has not heard of yet: nobody will resume it.
            FinishAttempt ended{fence, TaskState::Cancelled, Transitions::cancelled(query.text(0))};
            ended.cacheHits = cacheHits;
            return ended.apply(context);
        }
    }
    const bool terminal = isTerminal(state);
    Query query(context.db,
                "UPDATE tasks SET state = ?, last_seq = last_seq + 1, result = ?, error = ?, "
                "suspend_requested = 0, suspend_reason = ?, resumes_alone = ?, "
                "finished_at = ? WHERE num = ? AND epoch = ? AND state = 'running' RETURNING "
                "last_seq, attempt",
                toWire(state), Query::Blob{result}, Query::Blob{error}, suspendReason, resumesAlone,
                terminal ? std::optional(toUnixMs(context.now())) : std::nullopt, fence.num,
                fence.epoch);
    if (!query.next())
        return fenced(fence);
    const Seq seq = query.integer(0);
    const int attempt = int(query.integer(1));
    query.run();
    countCacheHits(context, fence, cacheHits);
    insertEvent(context, fence.id, fence.num, seq, attempt, event);
    return context.events.last();
}

Expected<bool> Beat::apply(WriteContext &context) const
{
    Query(context.db, "UPDATE workers SET beat_at = ?, beat_mono = ?, ended = ? WHERE num = ?",
          toUnixMs(context.now()), qint64(context.judge.clock.monotonic().count()), ends,
          context.judge.self)
        .run();
    for (const DroppedAttempt &attempt : dropped) {
        Query(context.db,
              "INSERT OR REPLACE INTO dropped_attempts (task, epoch, worker, dropped_at, "
              "dropped_mono) "
              "SELECT num, epoch, worker, ?, ? FROM tasks WHERE num = ? AND epoch = ? AND state = "
              "'running'",
              toUnixMs(attempt.at), qint64(attempt.mono.count()), attempt.fence.num,
              attempt.fence.epoch)
            .run();
        context.changed << attempt.fence.id;
    }
    return true;
}

} // namespace Kintsugi
