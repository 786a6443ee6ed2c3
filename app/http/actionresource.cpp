// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Actions on a task that is there.

#include "app/http/api.h"
#include "app/http/fields.h"
#include "engine/model/jsonwriter.h"
#include "engine/model/limits.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

/*! What an action needs to be told. */
enum class Needs { Nothing, Step, Signal };

struct Wish
{
    QString reason;
    QString fromStep;
    QString signal;
    QJsonValue payload = QJsonValue::Null;
};

/*! The body's "reason" or what the action needs, and nothing else. */
std::expected<Wish, Problem> wishOf(const Exchange &exchange, Needs needs)
{
    const auto body = exchange.object();
    if (!body)
        return std::unexpected(body.error());
    Fields fields(*body);
    Wish wish;
    if (needs == Needs::Signal) {
        const auto name = fields.text(u"name"_s, Limits::kSignalNameLength);
        if (name && name->isEmpty())
            fields.refuse(u"name"_s, u"\"name\" must not be empty"_s);
        fields.require(u"name"_s, name.has_value());
        wish.signal = name.value_or(QString());
        wish.payload = fields.value(u"payload"_s).value_or(QJsonValue::Null);
    } else {
        wish.reason = fields.text(u"reason"_s, Limits::kReasonLength).value_or(QString());
    }
    if (needs == Needs::Step) {
        const auto step = fields.text(u"fromStep"_s, 4 * Limits::kStepNameLength);
        fields.require(u"fromStep"_s, step.has_value());
        wish.fromStep = step.value_or(QString());
    }
    fields.refuseRest();
    if (const auto problem = fields.problem())
        return std::unexpected(*problem);
    return wish;
}

/*! 404 is decided before 422: an action on a task that is not there says so, whatever else is wrong
 * with it. */
void afterLookingUp(Api &api, const Exchange &exchange, std::function<void()> act)
{
    whenDone(api.context, api.engine.task(refOf(exchange)),
             [exchange, act = std::move(act)](const Expected<Task> &task) {
                 if (task)
                     act();
                 else
                     exchange.problem(task.error());
             });
}

/*! Judges the request in the contract's order, then lets \a act do it. */
void actOn(Api &api, const Exchange &exchange,
           std::function<QFuture<Expected<ActionResult>>(const Wish &wish)> act,
           Needs needs = Needs::Nothing)
{
    if (!exchange.accepts("application/json"))
        return;
    const auto wish = wishOf(exchange, needs);
    if (!wish && wish.error().status == 400) {
        exchange.problem(wish.error());
        return;
    }
    afterLookingUp(api, exchange, [&api, exchange, wish, act = std::move(act)] {
        if (!wish) {
            exchange.problem(wish.error());
            return;
        }
        whenDone(api.context, act(*wish), [exchange](const Expected<ActionResult> &result) {
            answerAction(exchange, result);
        });
    });
}

void stop(Api &api, const Exchange &exchange)
{
    actOn(api, exchange, [&api, ref = refOf(exchange)](const Wish &wish) {
        return api.engine.stop(ref, wish.reason);
    });
}

void suspend(Api &api, const Exchange &exchange)
{
    actOn(api, exchange, [&api, ref = refOf(exchange)](const Wish &wish) {
        return api.engine.suspend(ref, wish.reason);
    });
}

void resume(Api &api, const Exchange &exchange)
{
    actOn(api, exchange,
          [&api, ref = refOf(exchange)](const Wish &) { return api.engine.resume(ref); });
}

void retry(Api &api, const Exchange &exchange)
{
    actOn(api, exchange,
          [&api, ref = refOf(exchange)](const Wish &) { return api.engine.retry(ref); });
}

void fork(Api &api, const Exchange &exchange)
{
    actOn(
        api, exchange,
        [&api, ref = refOf(exchange)](const Wish &wish) {
            return api.engine.fork(ref, wish.fromStep);
        },
        Needs::Step);
}

void signal(Api &api, const Exchange &exchange)
{
    actOn(
        api, exchange,
        [&api, ref = refOf(exchange)](const Wish &wish) {
            return api.engine.signal(ref, wish.signal, wish.payload);
        },
        Needs::Signal);
}

void crash(Api &api, const Exchange &exchange)
{
    actOn(api, exchange,
          [&api, ref = refOf(exchange)](const Wish &) { return api.engine.crash(ref); });
}

void remove(Api &api, const Exchange &exchange)
{
    whenDone(api.context, api.engine.remove(refOf(exchange)),
             [exchange](const Expected<TaskId> &done) {
                 if (done)
                     exchange.empty(204);
                 else
                     exchange.problem(done.error());
             });
}

} // namespace

TaskRef refOf(const Exchange &exchange)
{
    return {exchange.user(), exchange.id()};
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
    const auto add = [&](const QByteArray &pattern, const char *id, const QString &summary,
                         void (*handler)(Api &, const Exchange &),
                         const QByteArray &body = "Reason"_ba) {
        routes.add("POST"_ba, pattern,
                   {.id = id,
                    .tag = pattern.startsWith("/api/tasks/") ? "Tasks" : "Example",
                    .summary = summary,
                    .answers = {Answers::json("ActionResult", 202)},
                    .body = body,
                    .refusals = {409}},
                   [&api, handler](const Exchange &exchange) { handler(api, exchange); });
    };
    const QString stopping = u"Ends it as cancelled, at its handler's next await."_s;
    add("/api/durable-example/stop/:id", "stopExample", stopping, stop);
    add("/api/tasks/:id/stop", "stopTask", stopping, stop);
    add("/api/tasks/:id/suspend", "suspendTask", u"Lets it rest until it is resumed."_s, suspend);
    add("/api/tasks/:id/resume", "resumeTask", u"Takes it up again after a suspend."_s, resume);
    add("/api/tasks/:id/retry", "retryTask",
        u"Gives a failed or cancelled task a new attempt, which keeps its steps."_s, retry);
    add("/api/tasks/:id/signal", "signalTask", u"Hands it a signal, for now or for later."_s,
        signal, "Signal");
    add("/api/tasks/:id/fork", "forkTask",
        u"Makes a new task that has the steps before one of them done."_s, fork, "Fork");
    routes.add("DELETE"_ba, "/api/tasks/:id",
               {.id = "deleteTask",
                .tag = "Tasks",
                .summary = u"Deletes a task that has ended, with its log."_s,
                .answers = {Answers::nothing()},
                .refusals = {409}},
               [&api](const Exchange &exchange) { remove(api, exchange); });
    // Where a crash is not allowed its routes are not there: 404 like any unknown path.
    if (api.engine.config().testMode && !api.settings.production) {
        const QString crashing = u"Drops its attempt as a crash would; in test mode only."_s;
        add("/api/durable-example/crash/:id", "crashExample", crashing, crash);
        add("/api/tasks/:id/crash", "crashTask", crashing, crash);
    }
}

} // namespace Kintsugi
