// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/connectionguard.h"
#include "app/http/routes.h"
#include "app/http/streams.h"
#include "engine/runtime/engine.h"
#include "engine/runtime/whendone.h"

namespace Kintsugi {

struct ApiSettings
{
    bool production = false; //!< Crash routes are not there at all.
};

/*! What all resources work with. Outlives them. Thread: the server's. */
struct Api
{
    Engine &engine;
    Streams &streams;
    ApiSettings settings;
    QObject *context; //!< Answers of futures come in its thread, and none after its end.
    std::shared_ptr<GuardTally> door = std::make_shared<GuardTally>(); //!< Shared with the guards.
    std::shared_ptr<HttpTally> tally = std::make_shared<HttpTally>(); //!< Shared with the requests.
};

/*! GET and POST /api/tasks and below, for reading and starting. */
void addTaskRoutes(Routes &routes, Api &api);
/*! /api/definitions */
void addDefinitionRoutes(Routes &routes, Api &api);
/*! /api/workers */
void addWorkerRoutes(Routes &routes, Api &api);
/*! The starts of /api/durable-example, nudge and reattach. */
void addExampleRoutes(Routes &routes, Api &api);
/*! What people do to tasks that are there: stop, suspend, resume, retry, signal, fork, delete,
 * crash. */
void addActionRoutes(Routes &routes, Api &api);
/*! /api/events */
void addEventRoutes(Routes &routes, Api &api);
/*! /health, the live page, and the client module with its types. */
void addPageRoutes(Routes &routes, Api &api);
/*! /metrics */
void addMetricsRoutes(Routes &routes, Api &api);
/*! /openapi.json, of all that \a routes has when it is asked for. */
void addOpenApiRoutes(Routes &routes, Api &api);

/*! Answers with the events of the task in the path, from the last event id on. */
void streamEvents(Api &api, const Exchange &exchange);

[[nodiscard]] TaskRef refOf(const Exchange &exchange);
/*! {"task":…,"outcome":…} */
[[nodiscard]] QByteArray toJson(const ActionResult &result);
/*! 202 with that, and Location. */
void answerAction(const Exchange &exchange, const Expected<ActionResult> &result);

} // namespace Kintsugi
