// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/store/ready.h"

#include "engine/model/jsonwriter.h"
#include "engine/store/connection.h"

namespace Kintsugi {

QByteArray readyCondition(const Liveness &liveness)
{
    const QByteArray nobody =
        "(t.worker NOT IN (" + liveness.liveList() + ") OR d.dropped_mono <= ?1)";
    // The first line is there for the index: SQLite takes a partial one only when its condition
    // stands in the query word by word.
    return "WHERE t.state IN ('pending', 'running', 'suspended') AND ("
           "(t.state = 'running' AND (t.stop_requested OR t.suspend_requested) AND "
        + nobody
        + ") OR (t.definition_version = (SELECT value FROM json_each(?2) WHERE key = t.name) AND ("
          "(t.state = 'running' AND t.auto_recover AND "
        + nobody
        + ") OR (t.state = 'pending' AND coalesce(t.wake_at, 0) <= ?3) "
          "OR (t.state = 'suspended' AND t.auto_recover AND t.resumes_alone)))) ";
}

void bindReady(Query &query, const Judge &judge, const QHash<QByteArray, int> &drivable)
{
    JsonWriter versions;
    for (auto it = drivable.begin(); it != drivable.end(); ++it)
        versions.member(it.key(), it.value());
    query.bind(qint64((judge.clock.monotonic() - Monotonic(judge.staleAfter)).count()));
    query.bind(versions.finish());
    query.bind(toUnixMs(judge.clock.now()));
}

} // namespace Kintsugi
