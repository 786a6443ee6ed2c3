// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Actions on a task that is there: stop, crash.

#include "app/http/api.h"
#include "app/http/fields.h"
#include "engine/model/jsonwriter.h"
#include "engine/model/limits.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

/*! The body's "reason" and nothing else. */
std::expected<QString, Problem> reasonOf(const Exchange &exchange)
{
    const auto body = exchange.object();
    if (!body)
        return std::unexpected(body.error());
    Fields fields(*body);
    const QString reason = fields.text(u"reason"_s, Limits::kReasonLength).value_or(QString());
    fields.refuseRest();
    if (const auto problem = fields.problem())
        return std::unexpected(*problem);
    return reason;
}

/*! 404 is decided before 422: an action on a task that is not there says so, whatever else is wrong
 * with it. */
void afterLookingUp(Api &api, const Exchange &exchange, std::function<void()> act)
{
    api.engine.task(refOf(exchange))
        .then(api.context, [exchange, act = std::move(act)](const Expected<Task> &task) {
            if (task)
                act();
            else
                exchange.problem(task.error());
        });
}

/*! Judges the request in the contract's order, then lets \a act do it. */
void actOn(Api &api, const Exchange &exchange,
           std::function<QFuture<Expected<ActionResult>>(const QString &reason)> act)
{
    if (!exchange.accepts("application/json"))
        return;
    const auto reason = reasonOf(exchange);
    if (!reason && reason.error().status == 400) {
        exchange.problem(reason.error());
        return;
    }
    afterLookingUp(api, exchange, [&api, exchange, reason, act = std::move(act)] {
        if (!reason) {
            exchange.problem(reason.error());
            return;
        }
        act(*reason).then(api.context, [exchange](const Expected<ActionResult> &result) {
            answerAction(exchange, result);
        });
    });
}

void stop(Api &api, const Exchange &exchange)
{
    actOn(api, exchange, [&api, ref = refOf(exchange)](const QString &reason) {
        return api.engine.stop(ref, reason);
    });
}

void crash(Api &api, const Exchange &exchange)
{
    actOn(api, exchange,
          [&api, ref = refOf(exchange)](const QString &) { return api.engine.crash(ref); });
}

} // namespace

TaskRef refOf(const Exchange &exchange)
{
    return {localUser(), exchange.id()};
}

QByteArray toJson(const ActionResult &result)
{
    return JsonWriter()
        .raw("task", toJson(result.task))
        .member("outcome", toWire(result.outcome))
        .finish();
}

void answerAction(const Exchange &exchange, const Expected<ActionResult> &result)
{
    if (result)
        exchange.json(202, toJson(*result),
                      {{"Location"_ba, "/api/tasks/" + result->task.id.bytes()}});
    else
        exchange.problem(result.error());
}

void addActionRoutes(Routes &routes, Api &api)
{
    const auto add = [&](const QByteArray &pattern, void (*handler)(Api &, const Exchange &)) {
        routes.add("POST"_ba, pattern,
                   [&api, handler](const Exchange &exchange) { handler(api, exchange); });
    };
    add("/api/durable-example/stop/:id", stop);
    add("/api/tasks/:id/stop", stop);
    // Where a crash is not allowed its routes are not there: 404 like any unknown path.
    if (api.engine.config().testMode && !api.settings.production) {
        add("/api/durable-example/crash/:id", crash);
        add("/api/tasks/:id/crash", crash);
    }
}

} // namespace Kintsugi
