// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/store/transitions.h"

#include "engine/model/jsonwriter.h"
#include "engine/store/connection.h"
#include "engine/store/eventrows.h"

namespace Kintsugi {

void WriteContext::forget()
{
    events.clear();
    changed.clear();
    queued.reset();
    liveness.reset();
    for (const UserId &user : std::exchange(slots, {}))
        admission.giveSlot(user);
    for (const UserId &user : std::exchange(admitted, {}))
        admission.takeBack(user);
}

} // namespace Kintsugi

namespace Kintsugi::Transitions {

using namespace Qt::StringLiterals;

namespace {

NewEvent attemptStarted(QByteArrayView reason, int previousAttempt)
{
    return {EventTypes::kAttemptStarted.toByteArray(),
            JsonWriter()
                .member("reason", reason.toByteArray())
                .member("previousAttempt", previousAttempt)
                .finish()};
}

/*! What a row that this process has just taken over would give when it is read again. */
void setOwnedByUs(WriteContext &context, Task &task)
{
    const WorkerView self = judgeNow(context).of(context.judge.self);
    task.state = TaskState::Running;
    task.stale = false;
    task.staleIn = self.staleIn;
    task.lastHeartbeatAt = self.beatAt;
    task.wakeAt.reset();
    task.worker = context.judge.name;
    task.owner = OwnerState::ThisProcess;
}

/*! One row and its `created`; \a worker is 0 for one that waits. */
TaskRow insertRow(WriteContext &context, const Submit &start, const TaskId &forkedFrom,
                  qint64 worker)
{
    const Timestamp now = context.now();
    const bool runs = worker != 0;
    TaskRow row;
    Task &task = row.task;
    task.id = newTaskId(toUnixMs(now));
    task.key = start.key.isNull() ? IdempotencyKey("fork-" + task.id.bytes()) : start.key;
    task.name = start.name;
    task.definitionVersion = start.definitionVersion;
    task.user = start.user;
    task.attempt = runs;
    task.epoch = runs;
    task.autoRecover = start.autoRecover;
    task.input = start.input;
    task.forkedFrom = forkedFrom;
    task.createdAt = now;
    if (start.delay.count() > 0)
        task.wakeAt = now + start.delay;
    if (runs)
        task.startedAt = now;
    task.lastSeq = runs ? 2 : 1;
    row.worker = worker;
    Query(context.db,
          "INSERT INTO tasks (id, user_id, idem_key, name, definition_version, state, "
          "auto_recover, attempt, epoch, worker, last_seq, forked_from, wake_at, created_at, "
          "started_at, input) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          task.id.bytes(), task.user.bytes(), task.key.bytes(), task.name, task.definitionVersion,
          toWire(runs ? TaskState::Running : TaskState::Pending), task.autoRecover, task.attempt,
          task.epoch, runs ? std::optional(worker) : std::nullopt, task.lastSeq,
          forkedFrom.isNull() ? std::nullopt : std::optional(forkedFrom.bytes()),
          task.wakeAt ? std::optional(toUnixMs(*task.wakeAt)) : std::nullopt, toUnixMs(now),
          runs ? std::optional(toUnixMs(now)) : std::nullopt, Query::Blob{task.input})
        .run();
    row.num = context.db.lastInsertId();
    insertEvent(
        context, task.id, row.num, 1, 0,
        {EventTypes::kCreated.toByteArray(), JsonWriter().raw("input", task.input).finish()});
    return row;
}

} // namespace

const Liveness &judgeNow(WriteContext &context)
{
    if (!context.liveness)
        context.liveness = Liveness::judge(context.db, context.judge);
    return *context.liveness;
}

Task reread(WriteContext &context, qint64 num)
{
    const auto row = findTask(context.db, context.judge, judgeNow(context), num);
    return row ? row->task : Task();
}

/*! Why this process cannot drive a task, if so: it has not got its definition, or another version
 * of it. */
std::optional<Error> cannotDrive(const WriteContext &context, const Task &task)
{
    const auto known = context.drivable.constFind(task.name);
    if (known == context.drivable.constEnd())
        return Error{ErrorCode::Conflict,
                     u"no definition named \"%1\" is registered in this program"_s.arg(
                         QString::fromUtf8(task.name))};
    if (!known->contains(task.definitionVersion))
        return Error{ErrorCode::Conflict,
                     u"the task was made by version %1 of \"%2\", this program has version %3"_s
                         .arg(task.definitionVersion)
                         .arg(QString::fromUtf8(task.name))
                         .arg(known->first())};
    return std::nullopt;
}

/*! A new attempt that this process drives: epoch + 1, attempt + 1, attempt_started. */
Claim claim(WriteContext &context, const TaskRow &row, QByteArrayView reason, bool automatic)
{
    const qint64 now = toUnixMs(context.now());
    const QList<NewEvent> events = row.task.state == TaskState::Suspended
        ? QList<NewEvent>{{EventTypes::kResumed.toByteArray(), "{}"},
                          attemptStarted(reason, row.task.attempt)}
        : QList<NewEvent>{attemptStarted(reason, row.task.attempt)};
    Query(
        context.db,
        "UPDATE tasks SET state = 'running', worker = ?, epoch = epoch + 1, attempt = attempt + 1, "
        "last_seq = last_seq + ?, started_at = coalesce(started_at, ?), suspend_reason = NULL, "
        "wake_at = NULL, parked = 0, pending_reason = NULL, suspend_requested = 0, "
        "resumes_alone = 0, "
        "quiet_recoveries = iif(?, quiet_recoveries + 1, 0) WHERE num = ?",
        context.judge.self, qint64(events.size()), now, automatic, row.num)
        .run();
    Query(context.db, "DELETE FROM dropped_attempts WHERE task = ?", row.num).run();
    Seq seq = row.task.lastSeq;
    for (const NewEvent &event : events)
        insertEvent(context, row.task.id, row.num, ++seq,
                    event.type == EventTypes::kResumed ? row.task.attempt : row.task.attempt + 1,
                    event);
    Task task = row.task;
    setOwnedByUs(context, task);
    ++task.epoch;
    ++task.attempt;
    task.lastSeq = seq;
    task.startedAt = task.startedAt.value_or(fromUnixMs(now));
    return {.fence = {task.id, row.num, task.epoch}, .task = task, .failures = row.failures};
}

Claim wake(WriteContext &context, const TaskRow &row)
{
    Query(context.db,
          "UPDATE tasks SET state = 'running', worker = ?, epoch = epoch + 1, last_seq = last_seq "
          "+ 1, suspend_reason = NULL, wake_at = NULL, parked = 0 WHERE num = ?",
          context.judge.self, row.num)
        .run();
    insertEvent(context, row.task.id, row.num, row.task.lastSeq + 1, row.task.attempt,
                {EventTypes::kResumed.toByteArray(), "{}"});
    Task task = row.task;
    setOwnedByUs(context, task);
    ++task.epoch;
    ++task.lastSeq;
    return {.fence = {task.id, row.num, task.epoch},
            .task = task,
            .isWake = true,
            .wokenUpTo = row.task.wakeAt,
            .failures = row.failures};
}

void forgetFailedSteps(WriteContext &context, qint64 num)
{
    Query(context.db, "DELETE FROM steps WHERE task = ? AND error IS NOT NULL", num).run();
    Query(context.db, "UPDATE step_runs SET failures = 0, next_at = NULL WHERE task = ?", num)
        .run();
}

int queued(WriteContext &context)
{
    if (!context.queued) {
        Query query(context.db,
                    "SELECT count(*) FROM (SELECT 1 FROM tasks WHERE state IN ('pending', "
                    "'running', 'suspended') AND state = 'pending' AND wake_at IS NULL LIMIT ?)",
                    context.admission.limits().maxQueued);
        context.queued = query.next() ? int(query.integer(0)) : 0;
    }
    return *context.queued;
}

/*! Ends a task that nobody drives. The epoch moves, so that a driver that only seemed dead is
 * fenced. */
void endFromOutside(WriteContext &context, const TaskRow &row, TaskState state,
                    const QList<NewEvent> &events, const QString &stopReason,
                    const QByteArray &error)
{
    Query(context.db,
          "UPDATE tasks SET state = ?, epoch = epoch + 1, last_seq = last_seq + ?, finished_at = "
          "?, error = ?, "
          "stop_requested = iif(?, 1, stop_requested), stop_reason = coalesce(?, stop_reason), "
          "suspend_reason = NULL, suspend_requested = 0, wake_at = NULL, parked = 0, resumes_alone "
          "= 0 "
          "WHERE num = ?",
          toWire(state), qint64(events.size()), toUnixMs(context.now()), Query::Blob{error},
          state == TaskState::Cancelled, stopReason, row.num)
        .run();
    Query(context.db, "DELETE FROM dropped_attempts WHERE task = ?", row.num).run();
    Seq seq = row.task.lastSeq;
    for (const NewEvent &event : events)
        insertEvent(context, row.task.id, row.num, ++seq, row.task.attempt, event);
}

TaskRow insertTask(WriteContext &context, const Submit &start, const TaskId &forkedFrom)
{
    return insertRow(context, start, forkedFrom, 0);
}

Claim insertRunning(WriteContext &context, const Submit &start)
{
    TaskRow row = insertRow(context, start, {}, context.judge.self);
    insertEvent(context, row.task.id, row.num, 2, 1, attemptStarted("submit", 0));
    setOwnedByUs(context, row.task);
    return {.fence = {row.task.id, row.num, row.task.epoch}, .task = row.task};
}

NewEvent suspended(const QString &reason)
{
    return {EventTypes::kSuspended.toByteArray(),
            JsonWriter().textOrNull("reason", reason).finish()};
}

void suspendFromOutside(WriteContext &context, const TaskRow &row, const QString &reason)
{
    Query(context.db,
          "UPDATE tasks SET state = 'suspended', epoch = epoch + 1, last_seq = last_seq + 1, "
          "suspend_requested = 0, suspend_reason = ?, resumes_alone = 0, wake_at = NULL, "
          "pending_reason = NULL WHERE num = ?",
          reason, row.num)
        .run();
    Query(context.db, "DELETE FROM dropped_attempts WHERE task = ?", row.num).run();
    insertEvent(context, row.task.id, row.num, row.task.lastSeq + 1, row.task.attempt,
                suspended(reason));
}

NewEvent cancelled(const QString &reason)
{
    return {EventTypes::kCancelled.toByteArray(),
            JsonWriter().textOrNull("reason", reason).finish()};
}

bool shouldLeaveToOthers(WriteContext &context)
{
    return !context.judge.drivesAll && judgeNow(context).hasOtherDriver();
}

QByteArray pendingReason(const TaskRow &row)
{
    return row.pendingReason.isEmpty() ? "submit"_ba : row.pendingReason;
}

void queue(WriteContext &context, const TaskRow &row, const QByteArray &reason)
{
    if (row.task.state == TaskState::Pending)
        return;
    if (context.queued)
        ++*context.queued;
    const bool resumes = row.task.state == TaskState::Suspended;
    Query(context.db,
          "UPDATE tasks SET state = 'pending', pending_reason = ?, epoch = epoch + 1, "
          "last_seq = last_seq + ?, suspend_reason = NULL, resumes_alone = 0, stop_requested = 0, "
          "suspend_requested = 0 WHERE num = ?",
          reason, resumes, row.num)
        .run();
    Query(context.db, "DELETE FROM dropped_attempts WHERE task = ?", row.num).run();
    if (resumes)
        insertEvent(context, row.task.id, row.num, row.task.lastSeq + 1, row.task.attempt,
                    {EventTypes::kResumed.toByteArray(), "{}"});
    else
        context.changed << row.task.id;
}

} // namespace Kintsugi::Transitions
