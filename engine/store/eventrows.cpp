// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/store/eventrows.h"

#include "engine/store/connection.h"

namespace Kintsugi {

void insertEvent(WriteContext &context, const TaskId &id, qint64 num, Seq seq, int attempt,
                 const NewEvent &event)
{
    const Timestamp at = context.now();
    Query(context.db,
          "INSERT INTO events (task, seq, attempt, at, type, payload) VALUES (?, ?, ?, ?, ?, ?)",
          num, seq, attempt, toUnixMs(at), event.type, Query::Blob{event.payload})
        .run();
    context.events << Event{id, seq, context.db.lastInsertId(), attempt, event.type, event.payload,
                            at};
}

Event readEvent(const Query &query, const TaskId &id)
{
    return {.task = id,
            .seq = query.integer(1),
            .position = query.integer(0),
            .attempt = int(query.integer(2)),
            .type = query.bytes(4),
            .payload = query.bytes(5),
            .at = fromUnixMs(query.integer(3))};
}

} // namespace Kintsugi
