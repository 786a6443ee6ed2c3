// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/store/taskrows.h"

#include "engine/store/connection.h"
#include "engine/store/workers.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr char kSelect[] =
    "SELECT t.num, t.id, t.user_id, t.idem_key, t.name, "
    "t.definition_version, t.state, t.auto_recover, t.attempt, "
    "t.epoch, t.worker, t.last_seq, t.stop_requested, t.stop_reason, "
    "t.summary, t.forked_from, t.wake_at, "
    "t.created_at, t.started_at, t.finished_at, t.input, t.result, t.error, "
    "t.suspend_reason, t.quiet_recoveries, "
    "w.name, w.beat_at, d.dropped_at, d.dropped_mono, t.pending_reason, t.suspend_requested, "
    "t.parked, t.failures "
    "FROM tasks t LEFT JOIN workers w ON w.num = t.worker "
    "LEFT JOIN dropped_attempts d ON d.task = t.num AND d.epoch = t.epoch ";

std::optional<Timestamp> instant(const Query &query, int column)
{
    const auto ms = query.optionalInteger(column);
    return ms ? std::optional(fromUnixMs(*ms)) : std::nullopt;
}

/*! Fills in what a running task's owner tells: alive, silent, dead, or that it dropped the attempt.
 */
void judgeOwner(TaskRow &row, const Query &query, const Liveness &liveness, const Judge &judge)
{
    using namespace std::chrono;
    Task &task = row.task;
    const WorkerView owner = liveness.of(row.worker);
    task.owner = owner.state;
    task.staleIn = owner.staleIn;
    task.lastHeartbeatAt = instant(query, 26);
    if (const auto dropped = query.optionalInteger(28); dropped && !liveness.isStale(row.worker)) {
        const auto age = duration_cast<milliseconds>(judge.clock.monotonic() - Monotonic(*dropped));
        task.owner = OwnerState::Dropped;
        task.staleIn = std::clamp(judge.staleAfter - age, 0ms, judge.staleAfter);
        task.lastHeartbeatAt = instant(query, 27);
        task.stale = *task.staleIn == 0ms;
    } else {
        task.stale = liveness.isStale(row.worker);
    }
}

} // namespace

const char *taskSelect()
{
    return kSelect;
}

TaskRow readTaskRow(const Query &query, const Liveness &liveness, const Judge &judge)
{
    TaskRow row;
    Task &task = row.task;
    row.num = query.integer(0);
    task.id = TaskId(query.bytes(1));
    task.user = UserId(query.bytes(2));
    task.key = IdempotencyKey(query.bytes(3));
    task.name = query.bytes(4);
    task.definitionVersion = int(query.integer(5));
    task.state = taskStateFromWire(query.bytes(6)).value_or(TaskState::Failed);
    task.autoRecover = query.integer(7) != 0;
    task.attempt = int(query.integer(8));
    task.epoch = query.integer(9);
    row.worker = query.integer(10);
    task.lastSeq = query.integer(11);
    task.stopRequested = query.integer(12) != 0;
    task.stopReason = query.text(13);
    task.summary = query.text(14);
    task.forkedFrom = TaskId(query.bytes(15));
    if (query.integer(16) > 0) // 0: a signal has come, it wakes as soon as somebody can.
        task.wakeAt = instant(query, 16);
    task.createdAt = fromUnixMs(query.integer(17));
    task.startedAt = instant(query, 18);
    task.finishedAt = instant(query, 19);
    task.input = query.bytes(20);
    task.result = query.bytes(21);
    task.error = query.bytes(22);
    row.suspendReason = query.text(23);
    row.quietRecoveries = int(query.integer(24));
    task.worker = query.text(25);
    row.pendingReason = query.bytes(29);
    row.suspendRequested = query.integer(30) != 0;
    task.isParked = query.integer(31) != 0;
    row.failures = int(query.integer(32));
    if (task.state == TaskState::Running)
        judgeOwner(row, query, liveness, judge);
    return row;
}

std::optional<TaskRow> findTask(Connection &db, const Judge &judge, const Liveness &liveness,
                                const UserId &user, const QByteArray &idOrKey)
{
    static const QByteArray byId = QByteArray(kSelect) + "WHERE t.id = ? AND t.user_id = ?";
    static const QByteArray byKey = QByteArray(kSelect) + "WHERE t.idem_key = ? AND t.user_id = ?";
    for (const QByteArray *sql : {&byId, &byKey}) {
        Query query(db, sql->constData(), idOrKey, user.bytes());
        if (query.next())
            return readTaskRow(query, liveness, judge);
    }
    return std::nullopt;
}

std::optional<TaskRow> findTask(Connection &db, const Judge &judge, const Liveness &liveness,
                                qint64 num)
{
    static const QByteArray sql = QByteArray(kSelect) + "WHERE t.num = ?";
    Query query(db, sql.constData(), num);
    if (!query.next())
        return std::nullopt;
    return readTaskRow(query, liveness, judge);
}

std::unexpected<Error> noSuchTask(const QByteArray &idOrKey)
{
    return failure(
        ErrorCode::NotFound,
        u"there is no task with the id or key \"%1\""_s.arg(QString::fromUtf8(idOrKey.left(80))));
}

} // namespace Kintsugi
