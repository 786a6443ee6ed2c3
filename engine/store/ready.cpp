// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/store/ready.h"

#include "engine/model/jsonwriter.h"
#include "engine/store/connection.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {
// SQLite takes a partial index only when its condition stands in the query word by word.
constexpr char kLive[] = "state IN ('pending', 'running', 'suspended') AND ";
QByteArray candidates(const Liveness &liveness, bool onlySome)
{
    const QByteArray live = kLive;
    const QByteArray running = live + "state = 'running' AND wake_at IS NULL";
    if (onlySome)
        return "WITH ready (num) AS (SELECT value FROM json_each(?6)) ";
    // The workers that running tasks have, one after the other along the index; then the tasks of
    // those that are dead.
    return "WITH RECURSIVE owners (worker) AS (SELECT (SELECT min(worker) FROM tasks WHERE "
        + running + ") UNION ALL SELECT (SELECT min(worker) FROM tasks WHERE " + running
        + " AND worker > owners.worker) FROM owners WHERE owners.worker IS NOT NULL), "
          "ready (num) AS ("
          "SELECT num FROM tasks WHERE "
        + running
        + " AND worker IN (SELECT worker FROM owners WHERE worker IS NOT NULL AND worker NOT IN ("
        + liveness.liveList()
        + ")) AND (auto_recover OR stop_requested OR suspend_requested) "
          "UNION SELECT task FROM dropped_attempts WHERE dropped_mono <= ?1 "
          "UNION SELECT num FROM tasks WHERE "
        + live
        + "state = 'pending' AND wake_at IS NULL "
          "UNION SELECT num FROM tasks WHERE wake_at IS NOT NULL AND wake_at <= ?3 "
          "UNION SELECT num FROM tasks WHERE resumes_alone = 1 AND ?6 IS NULL) ";
}

/*! How many of a user's tasks run here, as SQL. */
QByteArray runningOfUser(const QHash<UserId, int> &running)
{
    if (running.isEmpty())
        return "0"_ba;
    QByteArray counts = "CASE t.user_id "_ba;
    for (auto it = running.begin(); it != running.end(); ++it)
        counts += "WHEN CAST(x'" + it.key().bytes().toHex() + "' AS TEXT) THEN "
            + QByteArray::number(it.value()) + ' ';
    return counts + "ELSE 0 END";
}

} // namespace

QByteArray readyChoice(const Liveness &liveness, bool onlySome, const QHash<UserId, int> *running)
{
    const QByteArray nobody =
        "(t.worker NOT IN (" + liveness.liveList() + ") OR d.dropped_mono <= ?1)";
    const QByteArray turn = running
        ? runningOfUser(*running) + " + row_number() OVER (PARTITION BY t.user_id ORDER BY t.num)"
        : "0"_ba;
    return candidates(liveness, onlySome) + ", chosen (num, turn) AS (SELECT t.num, " + turn
        + " FROM ready r JOIN tasks t ON t.num = r.num "
          "LEFT JOIN dropped_attempts d ON d.task = t.num AND d.epoch = t.epoch WHERE ("
          "(t.state = 'running' AND (t.stop_requested OR t.suspend_requested) AND "
        + nobody
        + ") OR (?4 AND t.name || '@' || t.definition_version IN (SELECT value FROM json_each(?2)) "
          "AND ((t.state = 'running' AND t.auto_recover AND "
        + nobody
        + ") OR (t.state = 'pending' AND coalesce(t.wake_at, 0) <= ?3) "
          "OR (t.state = 'suspended' AND t.parked AND t.wake_at <= ?3) "
          "OR (t.state = 'suspended' AND t.auto_recover AND t.resumes_alone)))) "
          "ORDER BY 2, 1 LIMIT ?5) ";
}

void bindReady(Query &query, const Judge &judge, const Drivable &drivable, bool hasFreeSlot,
               int limit, const std::optional<QList<qint64>> &only)
{
    QList<QByteArray> names;
    for (auto it = drivable.begin(); it != drivable.end(); ++it) {
        for (const int version : it.value())
            names << jsonString(QString::fromUtf8(it.key() + '@' + QByteArray::number(version)));
    }
    query.bind(qint64((judge.clock.monotonic() - Monotonic(judge.staleAfter)).count()));
    query.bind(jsonArray(names));
    query.bind(toUnixMs(judge.dueNow()));
    query.bind(hasFreeSlot);
    query.bind(limit);
    if (only) {
        QList<QByteArray> nums;
        for (const qint64 num : *only)
            nums << QByteArray::number(num);
        query.bind(jsonArray(nums));
    } else {
        query.bindNull();
    }
}

} // namespace Kintsugi
