// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What can be started: /api/definitions.

#include "app/http/api.h"
#include "engine/model/jsonwriter.h"

#include <QJsonArray>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

QByteArray toJson(const RetryPolicy &retry)
{
    return JsonWriter()
        .member("maxAttempts", retry.maxAttempts)
        .member("initialDelayMs", qint64(retry.initialDelay.count()))
        .member("factor", QJsonValue(retry.factor))
        .member("maxDelayMs", qint64(retry.maxDelay.count()))
        .finish();
}

QByteArray toJson(const DefinitionInfo &info)
{
    QJsonArray versions;
    for (const int version : info.compatibleVersions)
        versions << version;
    QList<QByteArray> events;
    for (const EventSchema &event : info.events)
        events << JsonWriter()
                      .member("type", event.type)
                      .member("schema", QJsonValue(event.schema))
                      .finish();
    JsonWriter json;
    json.member("name", info.name)
        .member("version", info.version)
        .member("compatibleVersions", QJsonValue(versions))
        .member("title", info.title)
        .member("autoRecover", info.autoRecover)
        .member("localOnly", info.localOnly)
        .raw("retry", toJson(info.retry));
    if (info.timeout.count() > 0)
        json.member("timeoutMs", qint64(info.timeout.count()));
    else
        json.null("timeoutMs");
    return json.member("inputSchema", QJsonValue(info.inputSchema))
        .member("resultSchema", QJsonValue(info.resultSchema))
        .raw("events", jsonArray(events))
        .finish();
}

} // namespace

void addDefinitionRoutes(Routes &routes, Api &api)
{
    routes.add(
        "GET"_ba, "/api/definitions",
        {.id = "listDefinitions",
         .tag = "Service",
         .summary = u"What can be started, with the schemas of inputs, results and events."_s,
         .answers = {Answers::json("DefinitionList")}},
        [&api](const Exchange &exchange) {
            if (!exchange.accepts("application/json"))
                return;
            QList<QByteArray> items;
            for (const DefinitionInfo &info : api.engine.definitions())
                items << toJson(info);
            exchange.json(200, JsonWriter().raw("definitions", jsonArray(items)).finish());
        });
}

} // namespace Kintsugi
