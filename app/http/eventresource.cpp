// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The events of all of a user's tasks in one stream: /api/events.

#include "app/http/api.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

void streamAll(Api &api, const Exchange &exchange)
{
    if (!exchange.accepts("text/event-stream"))
        return;
    const auto seen = Streams::lastEventId(exchange);
    if (!seen) {
        exchange.problem(seen.error());
        return;
    }
    whenDone(api.context, api.engine.lastPosition(),
             [&api, exchange, seen = *seen](const Expected<Position> &last) {
                 if (last)
                     api.streams.openAll(exchange, seen, *last);
                 else
                     exchange.problem(last.error());
             });
}

} // namespace

void addEventRoutes(Routes &routes, Api &api)
{
    routes.add("GET"_ba, "/api/events",
               {.id = "followAll",
                .tag = "Tasks",
                .summary = u"Follow the events of all tasks of this user, from now on."_s,
                .answers = {{200, "text/event-stream"_ba, "StoreEventStream"_ba}},
                .parameters = {"lastEventId", "Last-Event-ID"}},
               [&api](const Exchange &exchange) { streamAll(api, exchange); });
}

} // namespace Kintsugi
