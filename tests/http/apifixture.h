// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/httpserver.h"
#include "engine/model/canonicaljson.h"
#include "tests/support/enginefixture.h"
#include "tests/support/rawhttp.h"

#include <QJsonArray>

namespace Kintsugi {

/*! A server on an engine of its own, and a client that speaks to it byte by byte. */
class ApiFixture
{
    Q_DISABLE_COPY_MOVE(ApiFixture)

public:
    explicit ApiFixture(HttpServerSettings settings = {})
        : ApiFixture(std::move(settings), EngineFixture().config())
    {}
    ApiFixture(HttpServerSettings settings, EngineConfig config,
               const Registry &registry = builtinTasks())
    {
        config.storePath = m_store.storePath();
        m_engine = EngineFixture::open(config, registry);
        settings.port = 0;
        auto server = HttpServer::start(*m_engine, std::move(settings));
        if (!server)
            qFatal("no server: %s", qPrintable(server.error().message));
        m_server = std::move(*server);
    }
    ~ApiFixture() = default;

    [[nodiscard]] Engine &engine() { return *m_engine; }
    [[nodiscard]] HttpServer &server() { return *m_server; }
    [[nodiscard]] quint16 port() const { return m_server->port(); }
    void endServer() { m_server.reset(); }

    /*! A whole request; \a headers are lines with their ends. */
    [[nodiscard]] QByteArray request(const QByteArray &method, const QByteArray &target,
                                     const QByteArray &headers = {},
                                     const QByteArray &body = {}) const
    {
        QByteArray bytes = method + ' ' + target
            + " HTTP/1.1\r\nHost: 127.0.0.1:" + QByteArray::number(port()) + "\r\n" + headers;
        if (!body.isEmpty())
            bytes += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
        return bytes + "\r\n" + body;
    }
    [[nodiscard]] RawAnswer ask(const QByteArray &method, const QByteArray &target,
                                const QByteArray &headers = {}, const QByteArray &body = {}) const
    {
        return RawHttp::ask(port(), request(method, target, headers, body));
    }
    [[nodiscard]] RawAnswer get(const QByteArray &target,
                                const QByteArray &accept = "application/json") const
    {
        return ask("GET", target, "Accept: " + accept + "\r\n");
    }
    [[nodiscard]] RawAnswer post(const QByteArray &target, const QByteArray &body,
                                 const QByteArray &accept = "application/json") const
    {
        return ask("POST", target, "Content-Type: application/json\r\nAccept: " + accept + "\r\n",
                   body);
    }

    [[nodiscard]] TaskId start(const QByteArray &name, const QJsonObject &input)
    {
        return EngineFixture::start(*m_engine, name, input);
    }
    [[nodiscard]] Task taskNow(const TaskId &id) { return EngineFixture::taskNow(*m_engine, id); }
    [[nodiscard]] bool reaches(const TaskId &id, TaskState state)
    {
        return EngineFixture::reaches(*m_engine, id, state);
    }

private:
    EngineFixture m_store;
    std::unique_ptr<Engine> m_engine;
    std::unique_ptr<HttpServer> m_server;
};

[[nodiscard]] inline QJsonObject objectOf(const RawAnswer &answer)
{
    return parseJson(answer.body).value_or(QJsonValue()).toObject();
}

} // namespace Kintsugi
