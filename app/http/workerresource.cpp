// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Who drives what: /api/workers.

#include "app/http/api.h"
#include "engine/model/jsonwriter.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

QByteArray stateOf(OwnerState state)
{
    switch (state) {
    case OwnerState::ThisProcess:
    case OwnerState::OtherProcess:
        return "alive"_ba;
    case OwnerState::Silent:
        return "silent"_ba;
    case OwnerState::None:
    case OwnerState::Dropped:
    case OwnerState::Dead:
        return "dead"_ba;
    }
    Q_UNREACHABLE();
}

QByteArray toJson(const WorkerInfo &worker)
{
    QList<QByteArray> tasks;
    for (const TaskId &id : worker.tasks)
        tasks << jsonString(id.toString());
    JsonWriter json;
    json.member("name", worker.name)
        .member("host", worker.host)
        .member("pid", worker.pid)
        .member("version", worker.version);
    if (worker.slotCount > 0)
        json.member("slots", worker.slotCount);
    else
        json.null("slots");
    return json.member("state", stateOf(worker.state))
        .member("self", worker.state == OwnerState::ThisProcess)
        .member("drivesAll", worker.drivesAll)
        .member("running", worker.running)
        .raw("tasks", jsonArray(tasks))
        .member("startedAt", std::optional(worker.startedAt))
        .member("lastHeartbeatAt", std::optional(worker.beatAt))
        .finish();
}

} // namespace

void addWorkerRoutes(Routes &routes, Api &api)
{
    routes.add("GET"_ba, "/api/workers",
               {.id = "listWorkers",
                .tag = "Service",
                .summary = u"Who works on this store, and which of the caller's tasks it drives."_s,
                .answers = {Answers::json("WorkerList")}},
               [&api](const Exchange &exchange) {
                   if (!exchange.accepts("application/json"))
                       return;
                   whenDone(api.context, api.engine.workers(exchange.user()),
                            [exchange](const Expected<QList<WorkerInfo>> &workers) {
                                if (!workers) {
                                    exchange.problem(workers.error());
                                    return;
                                }
                                QList<QByteArray> items;
                                for (const WorkerInfo &worker : *workers)
                                    items << toJson(worker);
                                exchange.json(
                                    200, JsonWriter().raw("workers", jsonArray(items)).finish());
                            });
               });
}

} // namespace Kintsugi
