// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/store/unsurebatch.h"

#include "engine/store/connection.h"

#include <algorithm>

namespace Kintsugi {

UnsureBatch::UnsureBatch(CommitJobs unsure, const WriteContext &context)
    : jobs(std::move(unsure))
    , events(context.events)
    , changed(context.changed)
    , slots(context.slots)
    , admitted(context.admitted)
    , m_steps(context.steps)
{}

bool UnsureBatch::isIn(Connection &db) const
{
    // Any of them will do: a batch that removes a task takes that task's own events away again. A
    // position alone is not enough, others count on from the same one.
    const bool hasEvent = std::ranges::any_of(events, [&db](const Event &event) {
        Query query(db,
                    "SELECT 1 FROM events e JOIN tasks t ON t.num = e.task WHERE e.position = ? "
                    "AND t.id = ? AND e.seq = ? AND e.at = ? AND e.type = ? AND e.payload = ?",
                    event.position, event.task.bytes(), event.seq, toUnixMs(event.at), event.type,
                    Query::Blob{event.payload});
        return query.next();
    });
    return hasEvent || std::ranges::any_of(m_steps, [&db](const StepMark &step) {
               Query query(db, "SELECT 1 FROM steps WHERE task = ? AND key = ?", step.task,
                           step.key);
               return query.next();
           });
}

} // namespace Kintsugi
