// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The writes that begin, take over or end a task from outside: submit, nudge, claim, stop.

#include "engine/model/jsonwriter.h"
#include "engine/store/connection.h"
#include "engine/store/eventrows.h"
#include "engine/store/ready.h"
#include "engine/store/transitions.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace Transitions;

namespace {

constexpr int kQuietRecoveries = 10; // In a row and come to nothing, then the task fails.

enum class Driver { ThisProcess, Anybody };

/*! What a submit or a nudge does with a task that is there. */
Expected<SubmitResult> attach(WriteContext &context, const TaskRow &row, Driver driver)
{
    const Task &task = row.task;
    if (isTerminal(task.state))
        return SubmitResult{task, Outcome::Finished, {}, row.num};
    if (task.stale && task.stopRequested) {
        endFromOutside(context, row, TaskState::Cancelled, {cancelled(task.stopReason)}, QString());
        return SubmitResult{reread(context, row.num), Outcome::Finished, {}, row.num};
    }
    const bool attachOnly = row.task.isParked || (task.state == TaskState::Running && !task.stale)
        || (task.state == TaskState::Pending && task.wakeAt && *task.wakeAt > context.now());
    if (attachOnly)
        return SubmitResult{task, Outcome::Attached, {}, row.num};
    if (const auto error = cannotDrive(context, task))
        return std::unexpected(*error);
    struct Way
    {
        QByteArray reason;
        Outcome outcome;
    };
    const Way way = task.state == TaskState::Pending ? Way{pendingReason(row), Outcome::Attached}
        : task.state == TaskState::Suspended         ? Way{"resume"_ba, Outcome::Resumed}
                                                     : Way{"recovery"_ba, Outcome::Recovered};
    if ((driver == Driver::Anybody && shouldLeaveToOthers(context))
        || !context.takeSlot(task.user)) {
        queue(context, row, way.reason);
        return SubmitResult{reread(context, row.num), way.outcome, {}, row.num};
    }
    Claim taken = claim(context, row, way.reason, false);
    return SubmitResult{taken.task, way.outcome, taken, row.num};
}

} // namespace

Expected<SubmitResult> Submit::apply(WriteContext &context) const
{
    qint64 num = 0;
    {
        Query known(context.db, "SELECT num FROM tasks WHERE user_id = ? AND idem_key = ?",
                    user.bytes(), key.bytes());
        num = known.next() ? known.integer(0) : 0;
    }
    if (num != 0) {
        const auto row = findTask(context.db, context.judge, judgeNow(context), num);
        if (!row)
            return noSuchTask(key.bytes());
        if (row->task.name != name || row->task.input != input)
            return failure(
                ErrorCode::Conflict,
                u"the idempotency key \"%1\" belongs to task %2, which has another %3"_s.arg(
                    key.toString(), row->task.id.toString(),
                    row->task.name != name ? u"name"_s : u"input"_s));
        return attach(context, *row, Driver::ThisProcess);
    }
    const bool startsNow = delay.count() <= 0 && context.takeSlot(user);
    const auto refuse = [&](Error error) {
        if (startsNow)
            context.admission.giveSlot(context.slots.takeLast());
        return std::unexpected(std::move(error));
    };
    if (!startsNow && delay.count() <= 0 && queued(context) >= context.admission.limits().maxQueued)
        return refuse(
            {.code = ErrorCode::LimitReached,
             .message = u"%1 tasks wait already"_s.arg(context.admission.limits().maxQueued),
             .retryable = true,
             .retryAfter = std::chrono::seconds(1)});
    if (const auto admitted = context.admission.admit(user); !admitted)
        return refuse(admitted.error());
    context.admitted << user;
    if (startsNow) {
        Claim taken = insertRunning(context, *this);
        return SubmitResult{taken.task, Outcome::Created, taken, taken.fence.num};
    }
    const TaskRow row = insertTask(context, *this);
    if (context.queued && delay.count() <= 0)
        ++*context.queued;
    return SubmitResult{row.task, Outcome::Created, {}, row.num};
}

Expected<SubmitResult> Nudge::apply(WriteContext &context) const
{
    const auto row = findTask(context.db, context.judge, judgeNow(context), user, idOrKey);
    if (!row)
        return noSuchTask(idOrKey);
    return attach(context, *row, Driver::Anybody);
}

Expected<StopResult> RequestStop::apply(WriteContext &context) const
{
    const auto row = findTask(context.db, context.judge, judgeNow(context), user, idOrKey);
    if (!row)
        return noSuchTask(idOrKey);
    const Task &task = row->task;
    if (isTerminal(task.state))
        return failure(ErrorCode::Conflict,
                       u"task %1 is %2: there is nothing to stop"_s.arg(
                           task.id.toString(), QString::fromUtf8(toWire(task.state))));
    const NewEvent requested{EventTypes::kStopRequested.toByteArray(),
                             JsonWriter().textOrNull("reason", reason).finish()};
    if (task.state != TaskState::Running || task.stale) {
        const QString kept = task.stopRequested ? task.stopReason : reason;
        const auto events = task.stopRequested ? QList<NewEvent>{cancelled(kept)}
                                               : QList<NewEvent>{requested, cancelled(kept)};
        endFromOutside(context, *row, TaskState::Cancelled, events, kept);
        return StopResult{reread(context, row->num), Outcome::Cancelled};
    }
    if (!task.stopRequested) {
        Query(context.db,
              "UPDATE tasks SET stop_requested = 1, stop_reason = ?, last_seq = last_seq + 1 WHERE "
              "num = ?",
              reason, row->num)
            .run();
        insertEvent(context, task.id, row->num, task.lastSeq + 1, task.attempt, requested);
    }
    return StopResult{reread(context, row->num), Outcome::Stopping};
}

Expected<QList<Claim>> ClaimReady::apply(WriteContext &context) const
{
    const Liveness &liveness = judgeNow(context);
    QList<TaskRow> rows;
    {
        const QHash<UserId, int> running = context.admission.runningByUser();
        const QByteArray sql = readyChoice(liveness, only.has_value(), &running) + taskSelect()
            + "JOIN chosen c ON c.num = t.num ORDER BY c.turn, t.num";
        Query query(context.db, sql.constData(), Query::Keep::No);
        bindReady(query, context.judge, context.drivable, context.admission.hasFreeSlot(), limit,
                  only);
        while (query.next())
            rows << readTaskRow(query, liveness, context.judge);
    }
    QList<Claim> claims;
    for (const TaskRow &row : std::as_const(rows)) {
        const Task &task = row.task;
        if (task.stopRequested && task.state == TaskState::Running) {
            endFromOutside(context, row, TaskState::Cancelled, {cancelled(task.stopReason)},
                           QString());
        } else if (row.suspendRequested && task.state == TaskState::Running) {
            suspendFromOutside(context, row, row.suspendReason);
        } else if (cannotDrive(context, task)) {
            continue;
        } else if (task.state == TaskState::Running && row.quietRecoveries >= kQuietRecoveries) {
            const QByteArray error =
                JsonWriter()
                    .member("type", "crash_loop"_ba)
                    .member("message",
                            u"%1 recoveries in a row came to nothing"_s.arg(kQuietRecoveries))
                    .member("retryable", false)
                    .null("step")
                    .finish();
            endFromOutside(
                context, row, TaskState::Failed,
                {{EventTypes::kFailed.toByteArray(), JsonWriter().raw("error", error).finish()}},
                QString(), error);
        } else if (!context.takeSlot(task.user)) {
            continue; // Its user has all slots that one user may have, or there is none.
        } else if (row.task.isParked) {
            claims << wake(context, row);
        } else {
            const QByteArray reason = task.state == TaskState::Running ? "recovery"_ba
                : task.state == TaskState::Suspended                   ? "resume"_ba
                                                                       : pendingReason(row);
            claims << claim(context, row, reason, task.state == TaskState::Running);
        }
    }
    return claims;
}

} // namespace Kintsugi
