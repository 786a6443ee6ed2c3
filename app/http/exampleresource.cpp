// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Starting, nudging and reattaching: what a client of one task begins with.

#include "app/http/api.h"
#include "app/http/fields.h"
#include "engine/model/jsonwriter.h"

#include <algorithm>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr QByteArrayView kJson = "application/json";
constexpr QByteArrayView kStream = "text/event-stream";

struct StartAnswer
{
    bool streams = false;
    std::optional<Seq> lastSeq;
};

/*! How a start is to be answered, and from where on; a Problem when it cannot be. */
std::expected<StartAnswer, Problem> answerWanted(const Exchange &exchange,
                                                 const QList<QByteArrayView> &offered)
{
    const int choice = exchange.preferred(offered);
    if (choice < 0)
        return std::unexpected(Problem{
            .status = 406, .detail = u"The answer is text/event-stream or application/json."_s});
    StartAnswer answer{offered[choice] == kStream, std::nullopt};
    if (answer.streams) {
        const auto lastSeq = Streams::lastEventId(exchange);
        if (!lastSeq)
            return std::unexpected(lastSeq.error());
        answer.lastSeq = *lastSeq;
    }
    return answer;
}

void answerStart(Api &api, const Exchange &exchange, StartAnswer wanted,
                 QFuture<Expected<ActionResult>> done)
{
    whenDone(api.context, done, [&api, exchange, wanted](const Expected<ActionResult> &result) {
        if (result && wanted.streams)
            api.streams.open(exchange, result->task, wanted.lastSeq);
        else
            answerAction(exchange, result);
    });
}

/*! A stream that cannot go on where the client says must not start or recover anything. */
void start(Api &api, const Exchange &exchange, StartAnswer wanted, const SubmitRequest &request)
{
    if (wanted.lastSeq.value_or(0) == 0) {
        answerStart(api, exchange, wanted, api.engine.submit(request));
        return;
    }
    whenDone(api.context, api.engine.preview(request),
             [&api, exchange, wanted, request](const Expected<StartPreview> &preview) {
                 if (!preview)
                     exchange.problem(preview.error());
                 else if (const auto problem = Streams::beyond(
                              *wanted.lastSeq, preview->existing ? preview->existing->lastSeq : 0))
                     exchange.problem(*problem);
                 else
                     answerStart(api, exchange, wanted, api.engine.submit(request));
             });
}

void nudgeTask(Api &api, const Exchange &exchange, StartAnswer wanted, const TaskRef &ref)
{
    whenDone(api.context, api.engine.task(ref),
             [&api, exchange, wanted, ref](const Expected<Task> &task) {
                 if (!task)
                     exchange.problem(task.error());
                 else if (const auto problem =
                              Streams::beyond(wanted.lastSeq.value_or(0), task->lastSeq))
                     exchange.problem(*problem);
                 else
                     answerStart(api, exchange, wanted, api.engine.nudge(ref));
             });
}

Routes::Handler startOf(Api &api, const QByteArray &name)
{
    return [&api, name](const Exchange &exchange) {
        const auto wanted = answerWanted(exchange, {kStream, kJson});
        const auto body = exchange.object();
        if (!wanted || !body) {
            exchange.problem(wanted ? body.error() : wanted.error());
            return;
        }
        Fields fields(*body);
        SubmitRequest request = takeStart(fields);
        request.user = exchange.user();
        request.name = name;
        request.input = fields.rest();
        if (const auto problem = fields.problem())
            exchange.problem(*problem);
        else
            start(api, exchange, *wanted, request);
    };
}

/*! A start that names its definition: POST /api/tasks, and a nudge by name and input. */
std::expected<SubmitRequest, Problem> namedStart(const UserId &user, Fields &fields)
{
    SubmitRequest request = takeStart(fields);
    const auto name = fields.text(u"name"_s, 255);
    const auto input = fields.object(u"input"_s);
    fields.require(u"name"_s, name.has_value());
    fields.refuseRest();
    if (const auto problem = fields.problem())
        return std::unexpected(*problem);
    request.user = user;
    request.name = name->toUtf8();
    request.input = input.value_or(QJsonObject());
    return request;
}

/*! Why a start of the definition that the body names may not come over HTTP, if so. Told before
 * anything of the start is checked: it would be refused all the same. */
std::optional<Problem> refusalOfLocal(const Api &api, const QJsonObject &body)
{
    const QByteArray name = body.value("name"_L1).toString().toUtf8();
    const bool isLocal =
        std::ranges::any_of(api.engine.definitions(), [&name](const DefinitionInfo &info) {
            return info.localOnly && info.name == name;
        });
    if (!isLocal)
        return std::nullopt;
    return Problem{
        .status = 403,
        .detail =
            u"\"%1\" runs what its input says, so no start of it is taken over HTTP: start it with "
            "kintsugi-cli or in the window. Its tasks can be watched and acted on here."_s.arg(
                QString::fromUtf8(name))};
}

/*! Starts what the body names. */
void startNamed(Api &api, const Exchange &exchange, const StartAnswer &wanted,
                const QJsonObject &body)
{
    if (const auto problem = refusalOfLocal(api, body)) {
        exchange.problem(*problem);
        return;
    }
    Fields fields(body);
    const auto request = namedStart(exchange.user(), fields);
    if (request)
        start(api, exchange, wanted, *request);
    else
        exchange.problem(request.error());
}

void startTask(Api &api, const Exchange &exchange)
{
    const auto wanted = answerWanted(exchange, {kStream, kJson});
    const auto body = exchange.object();
    if (wanted && body)
        startNamed(api, exchange, *wanted, *body);
    else
        exchange.problem(wanted ? body.error() : wanted.error());
}

void nudge(Api &api, const Exchange &exchange)
{
    const auto wanted = answerWanted(exchange, {kJson, kStream});
    const auto body = exchange.object();
    if (!wanted || !body) {
        exchange.problem(wanted ? body.error() : wanted.error());
        return;
    }
    if (!body->contains("id"_L1) && body->contains("name"_L1)) {
        startNamed(api, exchange, *wanted, *body);
        return;
    }
    Fields fields(*body);
    const auto id = fields.text(u"id"_s, 255);
    fields.require(u"id"_s, id.has_value());
    fields.refuseRest();
    if (const auto problem = fields.problem())
        exchange.problem(*problem);
    else
        nudgeTask(api, exchange, *wanted, {exchange.user(), id->toUtf8()});
}

/*! A start's answers: the stream, which a finished task may have nothing left for, or the task. */
Operation startOperation(QByteArray id, QByteArray tag, const QString &summary, QByteArray body)
{
    return {.id = std::move(id),
            .tag = std::move(tag),
            .summary = summary,
            .answers = {Answers::stream(), Answers::json("ActionResult", 202), Answers::nothing()},
            .parameters = {"Last-Event-ID"_ba, "lastEventId"_ba},
            .body = std::move(body),
            .refusals = {409, 429}};
}

void reattach(Api &api, const Exchange &exchange)
{
    if (exchange.accepts(kStream))
        streamEvents(api, exchange);
}

} // namespace

void streamEvents(Api &api, const Exchange &exchange)
{
    const auto lastSeq = Streams::lastEventId(exchange);
    if (!lastSeq) {
        exchange.problem(lastSeq.error());
        return;
    }
    whenDone(api.context, api.engine.task(refOf(exchange)),
             [&api, exchange, seen = *lastSeq](const Expected<Task> &task) {
                 if (task)
                     api.streams.open(exchange, *task, seen);
                 else
                     exchange.problem(task.error());
             });
}

void addExampleRoutes(Routes &routes, Api &api)
{
    const auto bind = [&api](void (*handler)(Api &, const Exchange &)) {
        return [&api, handler](const Exchange &exchange) { handler(api, exchange); };
    };
    routes.add("POST"_ba, "/api/durable-example/run",
               startOperation("runCountToN", "Example",
                              u"Starts count-to-n, or takes up the same start again."_s,
                              "count-to-n.start"),
               startOf(api, "count-to-n"_ba));
    routes.add("POST"_ba, "/api/durable-example/run-pipeline",
               startOperation("runPipelineWithSteps", "Example",
                              u"Starts pipeline-with-steps, or takes up the same start again."_s,
                              "pipeline-with-steps.start"),
               startOf(api, "pipeline-with-steps"_ba));
    Operation nudging = startOperation(
        "nudgeRecovery", "Example",
        u"Takes up a stale or suspended task again; starts what it names when there is none."_s,
        "Nudge");
    nudging.refusals << 404;
    routes.add("POST"_ba, "/api/durable-example/nudge-recovery", nudging, bind(nudge));
    routes.add("GET"_ba, "/api/durable-example/reattach/:id",
               {.id = "reattach",
                .tag = "Example",
                .summary = u"Its events as a stream: its past, then what comes."_s,
                .answers = {Answers::stream(), Answers::nothing()},
                .parameters = {"Last-Event-ID"_ba, "lastEventId"_ba}},
               bind(reattach));
    routes.add("POST"_ba, "/api/tasks",
               startOperation("startTask", "Tasks",
                              u"Starts a task of any definition that may be started over HTTP, or "
                              "takes up the same start again."_s,
                              "StartTask"),
               bind(startTask));
}

} // namespace Kintsugi
