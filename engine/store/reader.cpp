// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/store/reader.h"

#include "engine/model/limits.h"
#include "engine/store/eventrows.h"
#include "engine/store/ready.h"
#include "engine/store/taskrows.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

StepRecord readStep(const Query &query)
{
    return {.branch = query.bytes(10),
            .key = query.bytes(0),
            .name = query.text(1),
            .occurrence = int(query.integer(2)),
            .ordinal = int(query.integer(3)),
            .attempt = int(query.integer(4)),
            .startedAt = fromUnixMs(query.integer(5)),
            .duration = std::chrono::milliseconds(query.integer(6)),
            .result = query.bytes(7),
            .error = query.bytes(8),
            .cacheHits = int(query.integer(9))};
}

QByteArray escapedLike(const QString &text)
{
    QByteArray pattern = text.toUtf8();
    for (const QByteArray &special : {"\\"_ba, "%"_ba, "_"_ba})
        pattern.replace(special, QByteArray("\\" + special));
    return '%' + pattern + '%';
}

} // namespace

Reader::Reader(Connection db, const Judge &judge)
    : m_db(std::move(db))
    , m_judge(judge)
{}

template<typename T>
Expected<T> Reader::checked(T value)
{
    if (auto error = m_db.takeError())
        return std::unexpected(*error);
    return value;
}

Expected<Task> Reader::task(const UserId &user, const QByteArray &idOrKey)
{
    const auto row = findTask(m_db, m_judge, liveness(), user, idOrKey);
    if (auto error = m_db.takeError())
        return std::unexpected(*error);
    if (!row)
        return noSuchTask(idOrKey);
    return row->task;
}

Expected<std::optional<Task>> Reader::taskByKey(const UserId &user, const IdempotencyKey &key)
{
    static const QByteArray sql =
        QByteArray(taskSelect()) + "WHERE t.user_id = ? AND t.idem_key = ?";
    std::optional<Task> found;
    const Liveness live = liveness();
    Query query(m_db, sql.constData(), user.bytes(), key.bytes());
    if (query.next())
        found = readTaskRow(query, live, m_judge).task;
    return checked(found);
}

Expected<TaskList> Reader::tasks(const TaskFilter &filter)
{
    const Liveness live = liveness();
    const QByteArray isStale = "(t.state = 'running' AND (t.worker NOT IN (" + live.liveList()
        + ") OR coalesce(d.dropped_mono <= ?, 0)))";
    QByteArray sql = taskSelect() + QByteArray("WHERE t.user_id = ?");
    if (filter.before > 0)
        sql += " AND t.num < ?";
    if (filter.state)
        sql += " AND t.state = ?";
    if (!filter.name.isEmpty())
        sql += " AND t.name = ?";
    if (!filter.text.isEmpty())
        sql += " AND (t.idem_key LIKE ?1x ESCAPE '\\' OR t.name LIKE ?1x ESCAPE '\\' OR "
               "CAST(t.input AS TEXT) LIKE ?1x "
               "ESCAPE '\\')";
    sql.replace("?1x", "?");
    if (filter.stale)
        sql += (*filter.stale ? " AND " : " AND NOT ") + isStale;
    sql += " ORDER BY t.num DESC LIMIT ?";

    Query query(m_db, sql.constData(), Query::Keep::No);
    query.bind(filter.user.bytes());
    if (filter.before > 0)
        query.bind(filter.before);
    if (filter.state)
        query.bind(toWire(*filter.state));
    if (!filter.name.isEmpty())
        query.bind(filter.name);
    if (!filter.text.isEmpty()) {
        for (int i = 0; i < 3; ++i)
            query.bind(escapedLike(filter.text));
    }
    if (filter.stale)
        query.bind(qint64((m_judge.clock.monotonic() - Monotonic(m_judge.staleAfter)).count()));
    query.bind(filter.limit + 1);

    TaskList list;
    qint64 last = 0;
    while (query.next()) {
        if (list.tasks.size() == filter.limit) {
            list.next = last;
            break;
        }
        const TaskRow row = readTaskRow(query, live, m_judge);
        list.tasks << row.task;
        last = row.num;
    }
    return checked(list);
}

Expected<QList<StateCount>> Reader::countByState(const UserId &user)
{
    QList<StateCount> counts;
    // Of all users in the order of the index that each user's own count takes.
    Query query(m_db,
                user.isNull()
                    ? "SELECT state, sum(n) FROM (SELECT state, count(*) AS n FROM tasks GROUP BY "
                      "user_id, state) GROUP BY state"
                    : "SELECT state, count(*) FROM tasks WHERE user_id = ? GROUP BY state");
    if (!user.isNull())
        query.bind(user.bytes());
    while (query.next())
        counts << StateCount{taskStateFromWire(query.bytes(0)).value_or(TaskState::Failed),
                             int(query.integer(1))};
    return checked(counts);
}

Expected<int> Reader::countStale(const UserId &user)
{
    const QByteArray sql =
        "SELECT count(*) FROM tasks t LEFT JOIN dropped_attempts d ON d.task = t.num AND d.epoch = "
        "t.epoch WHERE t.state = 'running' AND "
        + QByteArray(user.isNull() ? "" : "t.user_id = ? AND ") + "(t.worker NOT IN ("
        + liveness().liveList() + ") OR d.dropped_mono <= ?)";
    Query query(m_db, sql.constData(), Query::Keep::No);
    if (!user.isNull())
        query.bind(user.bytes());
    query.bind(qint64((m_judge.clock.monotonic() - Monotonic(m_judge.staleAfter)).count()));
    const int count = query.next() ? int(query.integer(0)) : 0;
    return checked(count);
}

Expected<int> Reader::countQueued()
{
    Query query(m_db,
                "SELECT count(*) FROM tasks WHERE state IN ('pending', 'running', 'suspended') AND "
                "state = 'pending' AND wake_at IS NULL");
    const int count = query.next() ? int(query.integer(0)) : 0;
    return checked(count);
}

Expected<qint64> Reader::numberOf(const UserId &user, const QByteArray &idOrKey)
{
    for (const char *sql : {"SELECT num FROM tasks WHERE id = ? AND user_id = ?",
                            "SELECT num FROM tasks WHERE idem_key = ? AND user_id = ?"}) {
        Query query(m_db, sql, idOrKey, user.bytes());
        if (query.next())
            return query.integer(0);
    }
    if (auto error = m_db.takeError())
        return std::unexpected(*error);
    return noSuchTask(idOrKey);
}

Expected<EventList> Reader::events(const UserId &user, const QByteArray &idOrKey, Seq after,
                                   int limit, qsizetype maxBytes)
{
    const auto num = numberOf(user, idOrKey);
    if (!num)
        return std::unexpected(num.error());
    QByteArray id;
    {
        Query query(m_db, "SELECT id FROM tasks WHERE num = ?", *num);
        if (query.next())
            id = query.bytes(0);
    }
    return events(TaskId(id), after, limit, maxBytes);
}

Expected<EventList> Reader::events(const TaskId &id, Seq after, int limit, qsizetype maxBytes)
{
    EventList list;
    qsizetype bytes = 0;
    Query query(
        m_db,
        "SELECT position, seq, attempt, at, type, payload FROM events "
        "WHERE task = (SELECT num FROM tasks WHERE id = ?) AND seq > ? ORDER BY seq LIMIT ?",
        id.bytes(), after, limit + 1);
    while (query.next()) {
        if (list.events.size() == limit || bytes >= maxBytes) {
            list.more = true;
            break;
        }
        list.events << readEvent(query, id);
        bytes += list.events.last().payload.size();
    }
    return checked(list);
}

Expected<EventStretch> Reader::eventsAfterPosition(const UserId &user, Position after, int limit)
{
    // There is one writer at a time, so whatever has a position up to a committed one is committed:
    // statements that see different snapshots agree on it.
    const auto last = lastPosition();
    if (!last)
        return std::unexpected(last.error());
    EventStretch stretch{.upTo = std::max(after, *last)};
    {
        Query query(m_db,
                    "SELECT position FROM events WHERE position > ? ORDER BY position LIMIT 1 "
                    "OFFSET ?",
                    after, limit - 1);
        stretch.more = query.next();
        if (stretch.more)
            stretch.upTo = query.integer(0);
    }
    // CROSS: from the events to their tasks and not the other way round, which would sort them.
    Query query(m_db,
                "SELECT e.position, e.seq, e.attempt, e.at, e.type, e.payload, t.id, t.user_id "
                "FROM events e CROSS JOIN tasks t ON t.num = e.task WHERE e.position > ? AND "
                "e.position <= ? AND t.user_id = coalesce(?, t.user_id) ORDER BY e.position",
                after, stretch.upTo, user.isNull() ? std::nullopt : std::optional(user.bytes()));
    qsizetype bytes = 0;
    while (query.next()) {
        stretch.entries.append({UserId(query.bytes(7)), readEvent(query, TaskId(query.bytes(6)))});
        bytes += stretch.entries.last().event.payload.size();
        if (bytes < Limits::kStretchBytes)
            continue;
        stretch.upTo = stretch.entries.last().event.position;
        stretch.more = true;
        break;
    }
    return checked(stretch);
}

Expected<QList<StepRecord>> Reader::steps(const UserId &user, const QByteArray &idOrKey)
{
    const auto num = numberOf(user, idOrKey);
    if (!num)
        return std::unexpected(num.error());
    auto all = steps(*num);
    if (all)
        all->removeIf([](const StepRecord &step) { return step.name == QString(kEmittedMemo); });
    return all;
}

Expected<QList<StepRuns>> Reader::stepRuns(const UserId &user, const QByteArray &idOrKey)
{
    const auto num = numberOf(user, idOrKey);
    if (!num)
        return std::unexpected(num.error());
    return stepRuns(*num);
}

Expected<QList<StepRuns>> Reader::stepRuns(qint64 taskNum)
{
    QList<StepRuns> runs;
    Query query(m_db, "SELECT key, starts, failures, next_at FROM step_runs WHERE task = ?",
                taskNum);
    while (query.next()) {
        const auto nextAt = query.optionalInteger(3);
        runs << StepRuns{query.bytes(0), int(query.integer(1)), int(query.integer(2)),
                         nextAt ? std::optional(fromUnixMs(*nextAt)) : std::nullopt};
    }
    return checked(runs);
}

Expected<QList<StepRecord>> Reader::steps(qint64 taskNum)
{
    QList<StepRecord> steps;
    Query query(m_db,
                "SELECT key, name, occurrence, ordinal, attempt, started_at, duration_ms, result, "
                "error, cache_hits, branch "
                "FROM steps WHERE task = ? ORDER BY started_at, ordinal",
                taskNum);
    while (query.next())
        steps << readStep(query);
    return checked(steps);
}

Expected<bool> Reader::hasReady(const Drivable &drivable, bool hasFreeSlot)
{
    const QByteArray sql = readyChoice(liveness(), false, nullptr) + "SELECT 1 FROM chosen";
    Query query(m_db, sql.constData(), Query::Keep::No);
    bindReady(query, m_judge, drivable, hasFreeSlot, 1, std::nullopt);
    const bool ready = query.next();
    return checked(ready);
}

Expected<std::optional<Timestamp>> Reader::nextWake()
{
    Query query(m_db, "SELECT min(wake_at) FROM tasks WHERE wake_at IS NOT NULL");
    std::optional<Timestamp> next;
    if (query.next() && !query.isNull(0))
        next = fromUnixMs(query.integer(0));
    return checked(next);
}

Expected<int> Reader::liveWorkers()
{
    const int count = liveness().liveCount();
    return checked(count);
}

Expected<QList<WorkerInfo>> Reader::workers(const UserId &user)
{
    const Liveness now = liveness();
    QList<WorkerInfo> workers;
    QHash<qint64, qsizetype> rows; // From a worker's num.
    Query query(m_db,
                "SELECT w.num, w.name, w.host, w.pid, w.version, w.slots, w.drives_all, "
                "w.started_at, w.beat_at, "
                "(SELECT count(*) FROM tasks t WHERE t.state = 'running' AND t.worker = w.num "
                "AND t.state IN ('pending', 'running', 'suspended')) "
                "FROM workers w WHERE w.ended = 0 ORDER BY w.num");
    while (query.next()) {
        rows.insert(query.integer(0), workers.size());
        workers << WorkerInfo{.name = query.text(1),
                              .host = query.text(2),
                              .pid = query.integer(3),
                              .version = query.text(4),
                              .slotCount = int(query.integer(5)),
                              .state = now.of(query.integer(0)).state,
                              .drivesAll = query.integer(6) != 0,
                              .startedAt = fromUnixMs(query.integer(7)),
                              .beatAt = fromUnixMs(query.integer(8)),
                              .running = query.integer(9),
                              .tasks = {}};
    }
    Query driven(m_db,
                 "SELECT worker, id FROM tasks WHERE state = 'running' "
                 "AND state IN ('pending', 'running', 'suspended') AND user_id = ? LIMIT ?",
                 user.bytes(), Limits::kWorkerTasks);
    while (driven.next()) {
        if (const auto row = rows.constFind(driven.integer(0)); row != rows.cend())
            workers[*row].tasks << TaskId(driven.bytes(1));
    }
    return checked(workers);
}

Expected<Position> Reader::lastPosition()
{
    Query query(m_db,
                "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0)");
    const Position last = query.next() ? query.integer(0) : 0;
    return checked(last);
}

} // namespace Kintsugi
