// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What people do to tasks that are there: suspend, resume, retry, fork, remove.

#include "engine/model/jsonwriter.h"
#include "engine/model/limits.h"
#include "engine/store/connection.h"
#include "engine/store/eventrows.h"
#include "engine/store/transitions.h"

#include <algorithm>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace Transitions;

namespace {

std::unexpected<Error> notAllowed(const Task &task, const QString &what)
{
    const QString state = task.stale ? u"stale"_s : QString::fromUtf8(toWire(task.state));
    return failure(ErrorCode::Conflict,
                   u"task %1 is %2: %3"_s.arg(task.id.toString(), state, what));
}

std::optional<TaskRow> find(WriteContext &context, const UserId &user, const QByteArray &idOrKey)
{
    return findTask(context.db, context.judge, judgeNow(context), user, idOrKey);
}

/*! A step of the task that is forked, and its row: rows stand in the order of their commits. */
struct ForkStep
{
    StepRecord record{};
    qint64 row = 0;
};

QList<ForkStep> stepsOf(WriteContext &context, qint64 num)
{
    QList<ForkStep> steps;
    Query query(context.db,
                "SELECT rowid, key, branch, name, ordinal FROM steps WHERE task = ? AND error IS "
                "NULL ORDER BY rowid",
                num);
    while (query.next()) {
        ForkStep step{.row = query.integer(0)};
        step.record.key = query.bytes(1);
        step.record.branch = query.bytes(2);
        step.record.name = query.text(3);
        step.record.ordinal = int(query.integer(4));
        steps << step;
    }
    return steps;
}

/*! What was asked before the pivot. Of branches that ran side by side, what was done before it was:
 *  whatever waited for the pivot came later. */
bool isKept(const ForkStep &step, const ForkStep &pivot)
{
    return step.record.name != QString(kEmittedMemo)
        && isAskedBefore(step.record, pivot.record).value_or(step.row < pivot.row);
}

} // namespace

Expected<StopResult> RequestSuspend::apply(WriteContext &context) const
{
    const auto row = find(context, user, idOrKey);
    if (!row)
        return noSuchTask(idOrKey);
    const Task &task = row->task;
    if (task.state != TaskState::Pending && task.state != TaskState::Running)
        return notAllowed(task, u"only a pending or running one can be suspended"_s);
    if (task.state == TaskState::Pending || task.stale) {
        suspendFromOutside(context, *row, reason);
        return StopResult{reread(context, row->num), Outcome::Suspended};
    }
    if (!row->suspendRequested) {
        Query(context.db,
              "UPDATE tasks SET suspend_requested = 1, suspend_reason = ? WHERE num = ?", reason,
              row->num)
            .run();
        context.changed << task.id;
    }
    return StopResult{reread(context, row->num), Outcome::Suspending};
}

Expected<SubmitResult> TakeUp::apply(WriteContext &context) const
{
    auto row = find(context, user, idOrKey);
    if (!row)
        return noSuchTask(idOrKey);
    const Task &task = row->task;
    if (!retries && task.state != TaskState::Suspended)
        return notAllowed(task, u"only a suspended one can be resumed"_s);
    if (task.isParked)
        return notAllowed(task, u"it sleeps or waits, and goes on by itself"_s);
    if (retries && task.state != TaskState::Failed && task.state != TaskState::Cancelled)
        return notAllowed(task, u"only a failed or cancelled one can be retried"_s);
    const Outcome outcome = retries ? Outcome::Retried : Outcome::Resumed;
    const QByteArray reason = retries ? "retry"_ba : "resume"_ba;
    if (const auto error = cannotDrive(context, task))
        return std::unexpected(*error);
    if (retries) {
        Query(context.db,
              "UPDATE tasks SET stop_requested = 0, stop_reason = NULL, result = NULL, "
              "error = NULL, finished_at = NULL, failures = 0 WHERE num = ?",
              row->num)
            .run();
        forgetFailedSteps(context, row->num);
        row = findTask(context.db, context.judge, judgeNow(context), row->num);
        if (!row)
            return noSuchTask(idOrKey);
    }
    if (shouldLeaveToOthers(context) || !context.takeSlot(task.user)) {
        queue(context, *row, reason);
        return SubmitResult{reread(context, row->num), outcome, {}, row->num};
    }
    Claim taken = claim(context, *row, reason, false);
    return SubmitResult{taken.task, outcome, taken, row->num};
}

Expected<SubmitResult> Fork::apply(WriteContext &context) const
{
    const auto row = find(context, user, idOrKey);
    if (!row)
        return noSuchTask(idOrKey);
    const Task &task = row->task;
    if (const auto error = cannotDrive(context, task))
        return std::unexpected(*error);
    const QList<ForkStep> steps = stepsOf(context, row->num);
    const auto pivot = std::ranges::find_if(steps, [this](const ForkStep &step) {
        return step.record.key == fromStep.toUtf8() || step.record.name == fromStep;
    });
    if (pivot == steps.end())
        return std::unexpected(
            Error{ErrorCode::InvalidInput,
                  u"task %1 has no step \"%2\""_s.arg(task.id.toString(), fromStep),
                  {{u"fromStep"_s, u"must be the name or the key of a step that has run"_s}}});
    const Submit start{.user = task.user,
                       .key = {},
                       .name = task.name,
                       .definitionVersion = task.definitionVersion,
                       .input = task.input,
                       .autoRecover = task.autoRecover,
                       .delay = {}};
    const TaskRow forked = insertTask(context, start, task.id);
    for (const ForkStep &step : steps) {
        if (isKept(step, *pivot))
            Query(
                context.db,
                "INSERT INTO steps (task, key, branch, name, occurrence, ordinal, attempt, "
                "started_at, duration_ms, result, error) SELECT ?, key, branch, name, occurrence, "
                "ordinal, 0, started_at, duration_ms, result, error FROM steps WHERE rowid = ?",
                forked.num, step.row)
                .run();
    }
    if (shouldLeaveToOthers(context) || !context.takeSlot(task.user))
        return SubmitResult{forked.task, Outcome::Created, {}, forked.num};
    Claim taken = claim(context, forked, "submit", false);
    return SubmitResult{taken.task, Outcome::Created, taken, forked.num};
}

Expected<StopResult> Deliver::apply(WriteContext &context) const
{
    const auto row = find(context, user, idOrKey);
    if (!row)
        return noSuchTask(idOrKey);
    const Task &task = row->task;
    if (isTerminal(task.state))
        return notAllowed(task, u"a task that has ended takes no signals"_s);
    {
        Query waiting(context.db,
                      "SELECT count(*) FROM signals WHERE task = ? AND taken_by IS NULL", row->num);
        if (waiting.next() && waiting.integer(0) >= Limits::kSignalsWaiting)
            return std::unexpected(Error{
                .code = ErrorCode::LimitReached,
                .message = u"%1 signals wait for task %2 already"_s.arg(Limits::kSignalsWaiting)
                               .arg(task.id.toString()),
                .retryable = true,
                .retryAfter = std::chrono::seconds(1)});
    }
    Query(context.db, "INSERT INTO signals (task, name, payload, at) VALUES (?, ?, ?, ?)", row->num,
          name, Query::Blob{payload}, toUnixMs(context.now()))
        .run();
    // One that is parked looks into its inbox as soon as somebody drives it.
    Query(context.db,
          "UPDATE tasks SET last_seq = last_seq + 1, wake_at = iif(parked AND suspend_reason = "
          "'signal', 0, wake_at) WHERE num = ?",
          row->num)
        .run();
    insertEvent(context, task.id, row->num, task.lastSeq + 1, task.attempt,
                {EventTypes::kSignalReceived.toByteArray(),
                 JsonWriter().member("name", name).raw("payload", payload).finish()});
    return StopResult{reread(context, row->num), Outcome::Delivered};
}

Expected<TaskId> Remove::apply(WriteContext &context) const
{
    const auto row = find(context, user, idOrKey);
    if (!row)
        return noSuchTask(idOrKey);
    if (!isTerminal(row->task.state))
        return notAllowed(row->task, u"only one that has ended can be deleted; stop it first"_s);
    Query(context.db, "DELETE FROM tasks WHERE num = ?", row->num).run();
    context.changed << row->task.id;
    return row->task.id;
}

} // namespace Kintsugi
