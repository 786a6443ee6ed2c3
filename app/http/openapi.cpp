// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/openapi.h"

#include "app/http/api.h"
#include "engine/model/jsonwriter.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

#include <array>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

QJsonObject refTo(const char *kind, const QString &name)
{
    return {{u"$ref"_s, QString(u"#/components/"_s + QLatin1String(kind) + u'/' + name)}};
}

QString text(const QByteArray &bytes)
{
    return QString::fromUtf8(bytes);
}

QString phraseOf(int status)
{
    return text(reasonPhrase(status));
}

/*! "NotFound": the name of the answer among the components. */
QString problemName(int status)
{
    return phraseOf(status).remove(u' ');
}

/*! A definition's name as the key of a component may be spelt. */
QString componentName(const QByteArray &definition)
{
    static const QRegularExpression others(u"[^A-Za-z0-9._-]"_s);
    return text(definition).replace(others, u"_"_s);
}

/*! Adds what the definitions bring to the schemas that are always there. */
class Schemas
{
public:
    explicit Schemas(QJsonObject schemas)
        : m_schemas(std::move(schemas))
    {}

    void add(const DefinitionInfo &info)
    {
        const QString name = componentName(info.name);
        m_schemas.insert(name + u".input"_s, info.inputSchema);
        m_schemas.insert(name + u".result"_s, info.resultSchema);
        for (const EventSchema &event : info.events)
            m_schemas.insert(name + u".event."_s + text(event.type), event.schema);
        if (info.localOnly)
            return;
        m_schemas.insert(name + u".start"_s, withStartOptions(info.inputSchema));
        QJsonArray required{u"name"_s};
        if (info.inputSchema.contains("required"_L1))
            required << u"input"_s;
        m_choices << QJsonObject{
            {u"title"_s, info.title},
            {u"properties"_s,
             QJsonObject{{u"name"_s, QJsonObject{{u"const"_s, text(info.name)}}},
                         {u"input"_s, refTo("schemas", name + u".input"_s)}}},
            {u"required"_s, required}};
    }

    [[nodiscard]] QJsonObject finish()
    {
        QJsonObject start = withStartOptions(m_schemas.value("StartTask"_L1).toObject());
        if (!m_choices.isEmpty())
            start.insert(u"anyOf"_s, m_choices);
        m_schemas.insert(u"StartTask"_s, start);
        return m_schemas;
    }

private:
    [[nodiscard]] QJsonObject withStartOptions(QJsonObject schema) const
    {
        QJsonObject properties = schema.value("properties"_L1).toObject();
        const QJsonObject options =
            m_schemas["StartOptions"_L1].toObject().value("properties"_L1).toObject();
        for (auto option = options.begin(); option != options.end(); ++option)
            properties.insert(option.key(), option.value());
        schema.insert(u"properties"_s, properties);
        return schema;
    }

    QJsonObject m_schemas;
    QJsonArray m_choices; //!< What a start may name, each with its input.
};

/*! Writes the operation of a route. */
class OperationWriter
{
public:
    OperationWriter(const QJsonObject &schemas, QSet<int> &refusals)
        : m_schemas(schemas)
        , m_refusals(refusals)
    {}

    [[nodiscard]] QJsonObject write(const Routes::Route &route) const
    {
        const Operation &operation = route.operation;
        QJsonObject json{{u"operationId"_s, text(operation.id)},
                         {u"summary"_s, operation.summary},
                         {u"tags"_s, QJsonArray{text(operation.tag)}},
                         {u"responses"_s, responses(route)}};
        if (const QJsonArray parameters = parametersOf(route); !parameters.isEmpty())
            json.insert(u"parameters"_s, parameters);
        if (!operation.body.isEmpty())
            json.insert(u"requestBody"_s, body(text(operation.body)));
        return json;
    }

private:
    [[nodiscard]] static QJsonArray parametersOf(const Routes::Route &route)
    {
        QJsonArray parameters;
        for (const QByteArray &segment : route.segments) {
            if (segment.startsWith(':'))
                parameters << refTo("parameters", text(segment.sliced(1)));
        }
        for (const QByteArray &name : route.operation.parameters)
            parameters << refTo("parameters", text(name));
        return parameters;
    }

    /*! It may be empty, which is {}, when nothing in it is required. */
    [[nodiscard]] QJsonObject body(const QString &schema) const
    {
        const QJsonObject known = m_schemas.value(schema).toObject();
        const bool isRequired = known.contains("required"_L1) || known.contains("anyOf"_L1);
        return {{u"required"_s, isRequired},
                {u"content"_s, content(u"application/json"_s, schemaNamed(schema))}};
    }

    /*! A start of a definition that is not registered here is described without its input. */
    [[nodiscard]] QJsonObject schemaNamed(const QString &name) const
    {
        return refTo("schemas", m_schemas.contains(name) ? name : u"StartOptions"_s);
    }

    [[nodiscard]] static QJsonObject content(const QString &type, const QJsonObject &schema)
    {
        return {{type, QJsonObject{{u"schema"_s, schema}}}};
    }

    [[nodiscard]] QJsonObject responses(const Routes::Route &route) const
    {
        QJsonObject all;
        bool hasContent = false;
        for (const RouteAnswer &answer : route.operation.answers) {
            const QString status = QString::number(answer.status);
            QJsonObject response = all.value(status).toObject();
            response.insert(u"description"_s, phraseOf(answer.status));
            if (!answer.type.isEmpty()) {
                hasContent = true;
                QJsonObject types = response.value("content"_L1).toObject();
                types.insert(
                    text(answer.type),
                    QJsonObject{{u"schema"_s,
                                 answer.schema.isEmpty() ? QJsonObject{{u"type"_s, u"string"_s}}
                                                         : schemaNamed(text(answer.schema))}});
                response.insert(u"content"_s, types);
            }
            if (const QJsonObject headers = headersOf(answer); !headers.isEmpty())
                response.insert(u"headers"_s, headers);
            all.insert(status, response);
        }
        for (const int status : refusalsOf(route, hasContent)) {
            m_refusals.insert(status);
            all.insert(QString::number(status), refTo("responses", problemName(status)));
        }
        all.insert(u"default"_s, refTo("responses", u"Problem"_s));
        return all;
    }

    [[nodiscard]] static QJsonObject headersOf(const RouteAnswer &answer)
    {
        if (answer.schema == "EventStream")
            return {{u"X-Task-Id"_s, refTo("headers", u"X-Task-Id"_s)},
                    {u"X-Idempotency-Key"_s, refTo("headers", u"X-Idempotency-Key"_s)}};
        if (answer.status == 202)
            return {{u"Location"_s, refTo("headers", u"Location"_s)}};
        return {};
    }

    [[nodiscard]] static QList<int> refusalsOf(const Routes::Route &route, bool hasContent)
    {
        QList<int> statuses{400, 401, 403, 503};
        statuses << route.operation.refusals;
        if (route.pattern.contains("/:"))
            statuses << 404;
        if (hasContent)
            statuses << 406;
        if (route.method != "GET")
            statuses << 413 << 415;
        if (!route.operation.body.isEmpty())
            statuses << 422;
        return statuses;
    }

    const QJsonObject &m_schemas;
    QSet<int> &m_refusals; //!< All that was told of, to be described once.
};

/*! The answers that are problems, each by its status and one for all others. */
QJsonObject problemResponses(const QSet<int> &statuses)
{
    const auto problem = [](const QString &description) {
        return QJsonObject{
            {u"description"_s, description},
            {u"content"_s,
             QJsonObject{{text(kProblemType.toByteArray()),
                          QJsonObject{{u"schema"_s, refTo("schemas", u"Problem"_s)}}}}}};
    };
    QJsonObject all{{u"Problem"_s, problem(u"Any other refusal."_s)}};
    for (const int status : statuses) {
        QJsonObject response = problem(phraseOf(status));
        if (status == 401)
            response.insert(
                u"headers"_s,
                QJsonObject{{u"WWW-Authenticate"_s, refTo("headers", u"WWW-Authenticate"_s)}});
        if (status == 429 || status == 503)
            response.insert(u"headers"_s,
                            QJsonObject{{u"Retry-After"_s, refTo("headers", u"Retry-After"_s)}});
        all.insert(problemName(status), response);
    }
    return all;
}

/*! "/api/tasks/:id" as OpenAPI spells it. */
QString templateOf(const Routes::Route &route)
{
    QStringList segments;
    for (const QByteArray &segment : route.segments)
        segments << (segment.startsWith(':') ? QString(u'{' + text(segment.sliced(1)) + u'}')
                                             : text(segment));
    return segments.join(u'/');
}

QJsonObject always()
{
    QFile file(u":/kintsugi/api/apischemas.json"_s);
    const bool isOpen = file.open(QIODevice::ReadOnly);
    Q_ASSERT(isOpen);
    return QJsonDocument::fromJson(file.readAll()).object();
}

} // namespace

QJsonObject openApi(const QList<Routes::Route> &routes, const QList<DefinitionInfo> &definitions)
{
    QJsonObject document = always();
    QJsonObject components = document.value("components"_L1).toObject();
    Schemas schemas(components.value("schemas"_L1).toObject());
    for (const DefinitionInfo &info : definitions)
        schemas.add(info);
    const QJsonObject allSchemas = schemas.finish();

    QSet<int> refusals;
    const OperationWriter writer(allSchemas, refusals);
    QJsonObject paths;
    for (const Routes::Route &route : routes) {
        const QString path = templateOf(route);
        QJsonObject item = paths.value(path).toObject();
        item.insert(text(route.method.toLower()), writer.write(route));
        paths.insert(path, item);
    }
    components.insert(u"schemas"_s, allSchemas);
    components.insert(u"responses"_s, problemResponses(refusals));
    document.insert(u"components"_s, components);
    document.insert(u"paths"_s, paths);
    QJsonObject info = document.value("info"_L1).toObject();
    info.insert(u"version"_s, QStringLiteral(KINTSUGI_VERSION));
    document.insert(u"info"_s, info);
    return document;
}

void addOpenApiRoutes(Routes &routes, Api &api)
{
    routes.add("GET"_ba, "/openapi.json",
               {.id = "getOpenApi",
                .tag = "Service",
                .summary = u"This description."_s,
                .answers = {Answers::json("AnyObject")}},
               [&routes, &api](const Exchange &exchange) {
                   if (exchange.accepts("application/json"))
                       exchange.json(
                           200, toCompactJson(openApi(routes.table(), api.engine.definitions())));
               });
}

} // namespace Kintsugi
