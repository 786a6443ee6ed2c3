// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Reading and starting tasks: /api/tasks and below.

#include "app/http/api.h"
#include "app/http/fields.h"
#include "engine/model/jsonwriter.h"
#include "engine/model/limits.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr QByteArrayView kJson = "application/json";
constexpr QByteArrayView kStream = "text/event-stream";
constexpr qsizetype kPageBytes = 4 << 20; // Of payloads, after which a page of events ends.

Problem badQuery(const QString &detail)
{
    return {.status = 400, .detail = detail};
}

std::expected<qint64, Problem> number(const Exchange &exchange, const QString &name,
                                      qint64 otherwise, qint64 min, qint64 max)
{
    if (!exchange.query().hasQueryItem(name))
        return otherwise;
    const QByteArray text = exchange.query().queryItemValue(name, QUrl::FullyDecoded).toUtf8();
    bool isNumber =
        !text.isEmpty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    const qint64 value = isNumber ? text.toLongLong(&isNumber) : 0;
    if (!isNumber || value < min || value > max)
        return std::unexpected(badQuery(
            u"\"%1\" must be a whole number from %2 to %3."_s.arg(name).arg(min).arg(max)));
    return value;
}

std::expected<TaskQuery, Problem> listQuery(const Exchange &exchange)
{
    TaskQuery query{.user = exchange.user()};
    const auto value = [&exchange](const QString &name) {
        return exchange.query().queryItemValue(name, QUrl::FullyDecoded);
    };
    if (exchange.query().hasQueryItem(u"state"_s)) {
        query.state = taskStateFromWire(value(u"state"_s).toUtf8());
        if (!query.state)
            return std::unexpected(badQuery(
                u"\"state\" must be pending, running, suspended, completed, failed or cancelled."_s));
    }
    if (exchange.query().hasQueryItem(u"stale"_s)) {
        if (value(u"stale"_s) != u"true"_s && value(u"stale"_s) != u"false"_s)
            return std::unexpected(badQuery(u"\"stale\" must be true or false."_s));
        query.stale = value(u"stale"_s) == u"true"_s;
    }
    const auto limit = number(exchange, u"limit"_s, query.limit, 1, Limits::kTasksPage);
    if (!limit)
        return std::unexpected(limit.error());
    query.limit = int(*limit);
    query.name = value(u"name"_s).toUtf8();
    query.text = value(u"q"_s);
    query.cursor = value(u"cursor"_s).toUtf8();
    return query;
}

void list(Api &api, const Exchange &exchange)
{
    const auto query = listQuery(exchange);
    if (!query) {
        exchange.problem(query.error());
        return;
    }
    whenDone(api.context, api.engine.tasks(*query), [exchange](const Expected<TaskPage> &page) {
        if (!page) {
            exchange.problem(page.error());
            return;
        }
        QList<QByteArray> tasks;
        for (const Task &task : page->tasks)
            tasks << toJson(task);
        exchange.json(200,
                      JsonWriter()
                          .raw("tasks", jsonArray(tasks))
                          .textOrNull("nextCursor", QString::fromLatin1(page->nextCursor))
                          .finish());
    });
}

void one(Api &api, const Exchange &exchange)
{
    whenDone(api.context, api.engine.task(refOf(exchange)), [exchange](const Expected<Task> &task) {
        if (task)
            exchange.json(200, toJson(*task));
        else
            exchange.problem(task.error());
    });
}

void eventsAsJson(Api &api, const Exchange &exchange)
{
    const auto after = number(exchange, u"after"_s, 0, 0, std::numeric_limits<qint64>::max());
    const auto limit = number(exchange, u"limit"_s, Limits::kEventsPage, 1, Limits::kEventsPage);
    if (!after || !limit) {
        exchange.problem(after ? limit.error() : after.error());
        return;
    }
    whenDone(api.context, api.engine.events(refOf(exchange), *after, int(*limit), kPageBytes),
             [exchange](const Expected<EventPage> &page) {
                 if (!page) {
                     exchange.problem(page.error());
                     return;
                 }
                 QList<QByteArray> events;
                 for (const Event &event : page->events)
                     events << toJson(event);
                 JsonWriter json;
                 json.raw("events", jsonArray(events));
                 if (page->nextAfter)
                     json.member("nextAfter", *page->nextAfter);
                 else
                     json.null("nextAfter");
                 exchange.json(200, json.finish());
             });
}

/*! The memo table; with ?runs=true what is known of the runs of the steps' bodies too. */
void steps(Api &api, const Exchange &exchange)
{
    const QString wanted = exchange.query().queryItemValue(u"runs"_s, QUrl::FullyDecoded);
    if (exchange.query().hasQueryItem(u"runs"_s) && wanted != u"true"_s && wanted != u"false"_s) {
        exchange.problem(badQuery(u"\"runs\" must be true or false."_s));
        return;
    }
    whenDone(api.context, api.engine.steps(refOf(exchange)),
             [&api, exchange, wanted](const Expected<QList<StepRecord>> &steps) {
                 if (!steps) {
                     exchange.problem(steps.error());
                     return;
                 }
                 if (wanted != u"true"_s) {
                     exchange.json(200, toJson(*steps));
                     return;
                 }
                 whenDone(api.context, api.engine.stepRuns(refOf(exchange)),
                          [exchange, steps = *steps](const Expected<QList<StepRuns>> &runs) {
                              if (runs)
                                  exchange.json(200, toJson(steps, *runs));
                              else
                                  exchange.problem(runs.error());
                          });
             });
}

/*! Answers only when JSON will do. */
Routes::Handler jsonOnly(Api &api, void (*handler)(Api &, const Exchange &))
{
    return [&api, handler](const Exchange &exchange) {
        if (exchange.accepts(kJson))
            handler(api, exchange);
    };
}

} // namespace

void addTaskRoutes(Routes &routes, Api &api)
{
    routes.add(
        "GET"_ba, "/api/tasks",
        {.id = "listTasks",
         .tag = "Tasks",
         .summary = u"The tasks, newest first, a page at a time."_s,
         .answers = {Answers::json("TaskList")},
         .parameters = {"state"_ba, "name"_ba, "q"_ba, "stale"_ba, "tasksLimit"_ba, "cursor"_ba}},
        jsonOnly(api, list));
    routes.add("GET"_ba, "/api/tasks/:id",
               {.id = "getTask",
                .tag = "Tasks",
                .summary = u"One task as it stands now."_s,
                .answers = {Answers::json("Task")}},
               jsonOnly(api, one));
    routes.add("GET"_ba, "/api/tasks/:id/steps",
               {.id = "listSteps",
                .tag = "Tasks",
                .summary = u"Its memoised steps."_s,
                .answers = {Answers::json("StepList")},
                .parameters = {"runs"_ba}},
               jsonOnly(api, steps));
    routes.add(
        "GET"_ba, "/api/tasks/:id/events",
        {.id = "listEvents",
         .tag = "Tasks",
         .summary = u"Its log a page at a time, or as a stream: its past, then what comes."_s,
         .answers = {Answers::json("EventList"), Answers::stream(), Answers::nothing()},
         .parameters = {"after"_ba, "eventsLimit"_ba, "Last-Event-ID"_ba, "lastEventId"_ba}},
        [&api](const Exchange &exchange) {
            switch (exchange.preferred({kJson, kStream})) {
            case 0:
                eventsAsJson(api, exchange);
                break;
            case 1:
                streamEvents(api, exchange);
                break;
            default:
                exchange.problem(
                    Problem{.status = 406,
                            .detail = u"The answer is application/json or text/event-stream."_s});
            }
        });
}

} // namespace Kintsugi
