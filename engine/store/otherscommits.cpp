// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/store/otherscommits.h"

#include "engine/model/limits.h"
#include "engine/store/connection.h"
#include "engine/store/eventrows.h"

namespace Kintsugi {

namespace {

qint64 single(Connection &db, const char *sql)
{
    Query query(db, sql);
    return query.next() ? query.integer(0) : 0;
}

} // namespace

OthersCommits::OthersCommits(Connection &db)
    : m_dataVersion(single(db, "PRAGMA data_version"))
    , m_seenPosition(single(db, "SELECT coalesce(max(position), 0) FROM events"))
{
    (void)db.takeError();
}

void OthersCommits::noteOwn(const QList<Event> &events)
{
    for (const Event &event : events) {
        if (event.position == m_seenPosition + 1)
            m_seenPosition = event.position;
    }
}

CommittedBatch OthersCommits::look(Connection &db, qint64 self)
{
    m_hasMore = false;
    const qint64 version = single(db, "PRAGMA data_version");
    if (db.hasFailed() || version == m_dataVersion)
        return {};
    CommittedBatch batch;
    batch.fromOthers = true;
    {
        Query query(
            db,
            "SELECT e.position, e.seq, e.attempt, e.at, e.type, e.payload, t.id FROM events e "
            "JOIN tasks t ON t.num = e.task WHERE e.position > ? ORDER BY e.position LIMIT ?",
            m_seenPosition, Limits::kEventsPage);
        while (query.next())
            batch.events << readEvent(query, TaskId(query.bytes(6)));
    }
    {
        Query query(db,
                    "SELECT id, suspend_reason FROM tasks WHERE state IN ('pending', 'running', "
                    "'suspended') AND state = 'running' AND worker = ? AND suspend_requested",
                    self);
        while (query.next())
            batch.suspends.emplaceBack(TaskId(query.bytes(0)), query.text(1));
    }
    if (db.hasFailed())
        return {};
    if (batch.events.size() < Limits::kEventsPage)
        m_dataVersion = version;
    else
        m_hasMore = true; // Look again at once, after what waits to be written.
    if (!batch.events.isEmpty())
        m_seenPosition = batch.events.last().position;
    return batch;
}

} // namespace Kintsugi
