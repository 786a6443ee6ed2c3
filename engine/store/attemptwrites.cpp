// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The writes of a running attempt. Each begins with its fence: no row, no write.

#include "engine/model/jsonwriter.h"
#include "engine/store/connection.h"
#include "engine/store/eventrows.h"
#include "engine/store/transaction.h"
#include "engine/store/transitions.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

std::unexpected<Error> fenced(const Fence &fence)
{
    return failure(ErrorCode::Fenced,
                   QStringLiteral("the attempt with epoch %1 of task %2 no longer drives it")
                       .arg(fence.epoch)
                       .arg(fence.id.toString()));
}

void insertStep(WriteContext &context, const Fence &fence, const StepRecord &step)
{
    Query(context.db,
          "INSERT INTO steps (task, key, branch, name, occurrence, ordinal, attempt, started_at, "
          "duration_ms, result, error) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          fence.num, step.key, step.branch, step.name, step.occurrence, step.ordinal, step.attempt,
          toUnixMs(step.startedAt), qint64(step.duration.count()), Query::Blob{step.result},
          Query::Blob{step.error})
        .run();
    context.steps << StepMark{fence.num, step.key};
}

/*! The fence of a write without events: none, or what endQuietTime() needs. */
std::optional<int> quietRecoveries(WriteContext &context, const Fence &fence)
{
    Query query(context.db,
                "SELECT quiet_recoveries FROM tasks WHERE num = ? AND epoch = ? AND state = "
                "'running'",
                fence.num, fence.epoch);
    return query.next() ? std::optional(int(query.integer(0))) : std::nullopt;
}

void endQuietTime(WriteContext &context, const Fence &fence, int quiet)
{
    if (quiet > 0)
        Query(context.db, "UPDATE tasks SET quiet_recoveries = 0 WHERE num = ?", fence.num).run();
}

} // namespace

void Riders::apply(WriteContext &context, const Fence &fence, int attempt) const
{
    for (const StepRecord &step : memos)
        insertStep(context, fence, step);
    for (const QByteArray &key : cacheHits)
        Query(context.db, "UPDATE steps SET cache_hits = cache_hits + 1 WHERE task = ? AND key = ?",
              fence.num, key)
            .run();
    for (const StepRuns &run : runs)
        Query(context.db,
              "INSERT INTO step_runs (task, key, starts, failures, next_at) VALUES (?, ?, ?, ?, ?) "
              "ON CONFLICT (task, key) DO UPDATE SET starts = excluded.starts, "
              "failures = excluded.failures, next_at = excluded.next_at",
              fence.num, run.key, run.starts, run.failures,
              run.nextAt ? std::optional(toUnixMs(*run.nextAt)) : std::nullopt)
            .run();
    if (summary) {
        Query(context.db, "UPDATE tasks SET summary = ? WHERE num = ?", *summary, fence.num).run();
        context.changed << fence.id;
    }
    if (emitted) {
        for (auto it = emitted->begin(); it != emitted->end(); ++it)
            Query(context.db,
                  "INSERT INTO steps (task, key, branch, name, occurrence, ordinal, attempt, "
                  "started_at, duration_ms, result) VALUES (?, ?, ?, ?, 1, 0, ?, ?, 0, ?) "
                  "ON CONFLICT (task, key) DO UPDATE SET attempt = excluded.attempt, "
                  "result = excluded.result",
                  fence.num, stepKey(it.key(), QString(kEmittedMemo), 1), it.key(),
                  QString(kEmittedMemo), attempt, toUnixMs(context.now()),
                  Query::Blob{QByteArray::number(it.value())})
                .run();
    }
}

Expected<QList<Event>> WriteAttempt::apply(WriteContext &context) const
{
    const qsizetype firstEvent = context.events.size();
    int attempt = 0;
    if (events.isEmpty()) {
        const auto quiet = quietRecoveries(context, fence);
        if (!quiet)
            return fenced(fence);
        if (!riders.memos.isEmpty()) {
            context.changed << fence.id;
            if (isProgress)
                endQuietTime(context, fence, *quiet);
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
        attempt = int(query.integer(1));
        query.run();
        for (const NewEvent &event : events)
            insertEvent(context, fence.id, fence.num, ++seq, attempt, event);
    }
    riders.apply(context, fence, attempt);
    return context.events.sliced(firstEvent);
}

Expected<Event> FinishAttempt::apply(WriteContext &context) const
{
    Seq seq = 0;
    int attempt = 0;
    std::optional<QString> stop; // One that the attempt has not heard of yet.
    {
        // Read first: an UPDATE with RETURNING builds a table of its own for what it returns.
        Query query(context.db,
                    "SELECT last_seq + 1, attempt, stop_requested, stop_reason FROM tasks WHERE "
                    "num = ? AND epoch = ? AND state = 'running'",
                    fence.num, fence.epoch);
        if (!query.next())
            return fenced(fence);
        seq = query.integer(0);
        attempt = int(query.integer(1));
        if (query.integer(2) != 0)
            stop = query.text(3);
    }
    const bool terminal = isTerminal(state);
    if (stop && !terminal) { // Nobody would resume it.
        FinishAttempt ended{fence, TaskState::Cancelled, Transitions::cancelled(*stop)};
        ended.riders = riders;
        return ended.apply(context);
    }
    if (terminal)
        // What is indexed and certain for a running task is left alone: wake_at, resumes_alone.
        Query(context.db,
              "UPDATE tasks SET state = ?, last_seq = ?, result = ?, error = ?, suspend_requested "
              "= 0, suspend_reason = NULL, finished_at = ?, failures = 0 WHERE num = ?",
              toWire(state), seq, Query::Blob{result}, Query::Blob{error}, toUnixMs(context.now()),
              fence.num)
            .run();
    else
        Query(context.db,
              "UPDATE tasks SET state = ?, last_seq = ?, error = ?, suspend_requested = 0, "
              "suspend_reason = ?, resumes_alone = ?, wake_at = ?, "
              "pending_reason = iif(?, 'retry', NULL), failures = iif(?, failures + 1, 0) "
              "WHERE num = ?",
              toWire(state), seq, Query::Blob{error}, suspendReason, resumesAlone,
              retryAt ? std::optional(toUnixMs(*retryAt)) : std::nullopt, retryAt.has_value(),
              retryAt.has_value(), fence.num)
            .run();
    riders.apply(context, fence, attempt);
    if (retryAt)
        Transitions::forgetFailedSteps(context, fence.num);
    insertEvent(context, fence.id, fence.num, seq, attempt, event);
    return context.events.last();
}

Expected<bool> Park::apply(WriteContext &context) const
{
    int attempt = 0;
    {
        Query query(context.db,
                    "SELECT attempt, stop_requested OR suspend_requested FROM tasks WHERE num = ? "
                    "AND epoch = ? AND "
                    "state = 'running'",
                    fence.num, fence.epoch);
        if (!query.next())
            return fenced(fence);
        attempt = int(query.integer(0));
        if (query.integer(1) != 0)
            return false; // The attempt is about to hear of that.
    }
    for (const QString &name : awaited) {
        if (Query(context.db,
                  "SELECT 1 FROM signals WHERE task = ? AND name = ? AND taken_by IS NULL",
                  fence.num, name)
                .next())
            return false;
    }
    riders.apply(context, fence, attempt);
    JsonWriter payload;
    payload.member("reason", reason);
    if (wakeAt)
        payload.member("wakeAt", wakeAt);
    Query query(context.db,
                "UPDATE tasks SET state = 'suspended', parked = 1, last_seq = last_seq + 1, "
                "wake_at = ?, suspend_requested = 0, suspend_reason = ?, quiet_recoveries = 0 "
                "WHERE num = ? RETURNING last_seq",
                wakeAt ? std::optional(toUnixMs(*wakeAt)) : std::nullopt, reason, fence.num);
    const Seq seq = query.next() ? query.integer(0) : 0;
    query.run();
    insertEvent(context, fence.id, fence.num, seq, attempt,
                {EventTypes::kSuspended.toByteArray(), payload.finish()});
    return true;
}

Expected<std::optional<QByteArray>> TakeSignal::apply(WriteContext &context) const
{
    const auto quiet = quietRecoveries(context, fence);
    if (!quiet)
        return fenced(fence);
    StepRecord memo = step;
    qint64 num = 0;
    std::optional<QByteArray> payload;
    {
        Query query(context.db,
                    "SELECT num, payload FROM signals WHERE task = ? AND name = ? AND taken_by IS "
                    "NULL ORDER BY num LIMIT 1",
                    fence.num, name);
        if (query.next()) {
            num = query.integer(0);
            payload = query.bytes(1);
        }
    }
    riders.apply(context, fence, step.attempt);
    if (!payload && !givesUp)
        return payload;
    if (payload)
        Query(context.db, "UPDATE signals SET taken_by = ? WHERE num = ?", step.key, num).run();
    memo.result = payload ? "[" + *payload + ']' : "[]"_ba; // None is not the same as null.
    insertStep(context, fence, memo);
    endQuietTime(context, fence, *quiet);
    context.changed << fence.id;
    return payload;
}

Expected<TransactStep::Result> TransactStep::apply(WriteContext &context) const
{
    const auto quiet = quietRecoveries(context, fence);
    if (!quiet)
        return fenced(fence);
    StepRecord memo = step;
    const Monotonic began = context.judge.clock.monotonic();
    memo.startedAt = context.now();
    const auto value = Transaction::run(context.db, context.judge.clock, timeLimit, body);
    memo.duration = std::chrono::duration_cast<std::chrono::milliseconds>(
        context.judge.clock.monotonic() - began);
    if (!value)
        return Result(std::unexpect, value.error()); // Its own rows are gone.
    memo.result = *value;
    riders.apply(context, fence, step.attempt);
    insertStep(context, fence, memo);
    endQuietTime(context, fence, *quiet);
    context.changed << fence.id;
    return Result(memo);
}

Expected<bool> Beat::apply(WriteContext &context) const
{
    Query(context.db, "UPDATE workers SET beat_at = ?, beat_mono = ?, ended = ? WHERE num = ?",
          toUnixMs(context.now()), qint64(context.judge.clock.monotonic().count()), ends,
          context.judge.self)
        .run();
    context.liveness.reset();
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
