// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What people do to tasks that are there: suspend, resume, retry, fork, remove.

#include "engine/store/connection.h"
#include "engine/store/transitions.h"

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
    const auto row = find(context, user, idOrKey);
    if (!row)
        return noSuchTask(idOrKey);
    const Task &task = row->task;
    if (!retries && task.state != TaskState::Suspended)
        return notAllowed(task, u"only a suspended one can be resumed"_s);
    if (retries && task.state != TaskState::Failed && task.state != TaskState::Cancelled)
        return notAllowed(task, u"only a failed or cancelled one can be retried"_s);
    const Outcome outcome = retries ? Outcome::Retried : Outcome::Resumed;
    const QByteArray reason = retries ? "retry"_ba : "resume"_ba;
    if (const auto error = cannotDrive(context, task))
        return std::unexpected(*error);
    if (retries) {
        Query(context.db,
              "UPDATE tasks SET stop_requested = 0, stop_reason = NULL, result = NULL, "
              "error = NULL, finished_at = NULL WHERE num = ?",
              row->num)
            .run();
    }
    if (shouldLeaveToOthers(context)) {
        leaveToOthers(context, *row, reason);
        return SubmitResult{reread(context, row->num), outcome, {}};
    }
    Claim taken = claim(context, *row, reason, false);
    return SubmitResult{taken.task, outcome, taken};
}

Expected<SubmitResult> Fork::apply(WriteContext &context) const
{
    const auto row = find(context, user, idOrKey);
    if (!row)
        return noSuchTask(idOrKey);
    const Task &task = row->task;
    if (const auto error = cannotDrive(context, task))
        return std::unexpected(*error);
    std::optional<qint64> ordinal;
    {
        Query query(context.db,
                    "SELECT min(ordinal) FROM steps WHERE task = ? AND (key = ? OR name = ?)",
                    row->num, fromStep, fromStep);
        if (query.next())
            ordinal = query.optionalInteger(0);
    }
    if (!ordinal)
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
    const auto forked = insertTask(context, start, task.id);
    if (!forked)
        return noSuchTask(idOrKey);
    Query(context.db,
          "INSERT INTO steps (task, key, name, occurrence, ordinal, attempt, started_at, "
          "duration_ms, result, error) SELECT ?, key, name, occurrence, ordinal, 0, started_at, "
          "duration_ms, result, error FROM steps WHERE task = ? AND ordinal < ?",
          forked->num, row->num, *ordinal)
        .run();
    if (shouldLeaveToOthers(context))
        return SubmitResult{forked->task, Outcome::Created, {}};
    Claim taken = claim(context, *forked, "submit", false);
    return SubmitResult{taken.task, Outcome::Created, taken};
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
