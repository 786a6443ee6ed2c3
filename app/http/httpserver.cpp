// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/httpserver.h"

#include "app/http/requestsocket.h"
#include "engine/model/handover.h"

#include <QAbstractHttpServer>
#include <QHttpServerRequest>
#include <QLoggingCategory>
#include <QPromise>

Q_LOGGING_CATEGORY(lcHttp, "kintsugi.http")

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

QUrl addressOf(const QHostAddress &address, quint16 port)
{
    QUrl url;
    url.setScheme(u"http"_s);
    url.setHost(address.toString());
    url.setPort(port);
    return url;
}

/*! An address of this machine that \a bound takes connections for. */
QHostAddress reachable(const QHostAddress &bound)
{
    if (bound == QHostAddress(QHostAddress::AnyIPv6))
        return QHostAddress::LocalHostIPv6;
    const bool isAny = bound.isNull() || bound == QHostAddress(QHostAddress::AnyIPv4)
        || bound == QHostAddress(QHostAddress::Any);
    return isAny ? QHostAddress::LocalHost : bound;
}

} // namespace

/*! Takes each judged request from QtHttpServer to its route. Thread: the server's. */
class HttpServer::Dispatcher final : public QAbstractHttpServer
{
public:
    Dispatcher(Engine &engine, const HttpServerSettings &settings)
        : m_streams(engine, settings.streams, engine.config().clock, this)
        , m_api{engine, m_streams, settings.api, this}
        , m_access(settings.access)
    {
        addTaskRoutes(m_routes, m_api);
        addDefinitionRoutes(m_routes, m_api);
        addWorkerRoutes(m_routes, m_api);
        addExampleRoutes(m_routes, m_api);
        addActionRoutes(m_routes, m_api);
        addEventRoutes(m_routes, m_api);
        addPageRoutes(m_routes, m_api);
        addMetricsRoutes(m_routes, m_api);
        addOpenApiRoutes(m_routes, m_api);
    }

    [[nodiscard]] Streams &streams() { return m_streams; }

    /*! Listens on the one address, or on both loopback addresses with one port, of which only the
     * IPv4 one must be had. Gives the port. */
    Expected<quint16> listen(const HttpServerSettings &settings)
    {
        auto *guard = new ConnectionGuard(settings.guard, settings.access, m_api.door, this);
        const bool isLoopback = settings.address.isNull();
        const QHostAddress first = isLoopback ? QHostAddress::LocalHost : settings.address;
        if (!guard->listen(first, settings.port)) {
            const QString why = guard->errorString();
            delete guard;
            return failure(
                ErrorCode::Conflict,
                u"cannot listen on %1: %2"_s.arg(addressOf(first, settings.port).authority(), why));
        }
        const quint16 port = guard->serverPort();
        bind(guard);
        if (!isLoopback)
            return port;
        auto *second = new ConnectionGuard(settings.guard, settings.access, m_api.door, this);
        if (second->listen(QHostAddress(QHostAddress::LocalHostIPv6), port)) {
            bind(second);
        } else {
            qCInfo(lcHttp).noquote() << "not on [::1]:" << second->errorString();
            delete second;
        }
        return port;
    }

protected:
    bool handleRequest(const QHttpServerRequest &request, QTcpSocket *socket) override
    {
        const RequestHead *head = RequestSocket::headOf(socket);
        if (!head) {
            socket->abort();
            return true;
        }
        auto record =
            std::make_shared<RequestRecord>(m_api.tally, m_api.engine.config().clock, *head,
                                            socket->peerAddress(), socket->peerPort());
        Exchange exchange(*head, request.body(), socket, std::move(record));
        exchange.setCaller(m_access.callerOf(*head));
        if (isPreflight(*head))
            exchange.empty(204, preflightHeaders());
        else
            m_routes.dispatch(std::move(exchange));
        return true;
    }
    void missingHandler(const QHttpServerRequest &, QTcpSocket *socket) override
    {
        socket->abort();
    }

private:
    Streams m_streams;
    Api m_api;
    AccessPolicy m_access;
    Routes m_routes;
};

Expected<std::unique_ptr<HttpServer>> HttpServer::start(Engine &engine, HttpServerSettings settings)
{
    std::unique_ptr<HttpServer> server(new HttpServer);
    server->m_dispatcher = new Dispatcher(engine, settings);
    auto port = server->m_dispatcher->listen(settings);
    if (!port && settings.anotherPortWillDo && settings.port != 0) {
        settings.port = 0;
        port = server->m_dispatcher->listen(settings);
    }
    if (!port) {
        delete std::exchange(server->m_dispatcher, nullptr);
        return std::unexpected(port.error());
    }
    server->m_address = reachable(settings.address);
    server->m_port = *port;
    server->m_thread.setObjectName(u"http"_s);
    server->m_dispatcher->moveToThread(&server->m_thread);
    server->m_thread.start();
    return server;
}

HttpServer::~HttpServer()
{
    if (!m_dispatcher)
        return;
    Dispatcher *dispatcher = m_dispatcher;
    QMetaObject::invokeMethod(dispatcher,
                              handedOver([dispatcher] { dispatcher->streams().closeAll(); }),
                              Qt::BlockingQueuedConnection);
    dispatcher->deleteLater(); // In its own thread, which does that before it ends.
    m_thread.quit();
    m_thread.wait();
}

QUrl HttpServer::url() const
{
    return addressOf(m_address, m_port);
}

template<typename Answer>
auto HttpServer::inServer(Answer answer) const
{
    using Result = std::invoke_result_t<Answer, Streams &>;
    auto promise = std::make_shared<QPromise<Result>>(); // Shared with the queued call alone.
    promise->start();
    QFuture<Result> future = promise->future();
    QMetaObject::invokeMethod(
        m_dispatcher, handedOver([dispatcher = m_dispatcher, answer = std::move(answer), promise] {
            promise->addResult(answer(dispatcher->streams()));
            promise->finish();
        }),
        Qt::QueuedConnection);
    return future;
}

QFuture<StreamsReport> HttpServer::streams() const
{
    return inServer([](const Streams &streams) { return streams.report(); });
}

QFuture<bool> HttpServer::endStream(quint64 id)
{
    return inServer([id](Streams &streams) { return streams.end(id); });
}

int HttpServer::streamCount() const
{
    return m_dispatcher->streams().count();
}

qint64 HttpServer::droppedCount() const
{
    return m_dispatcher->streams().droppedCount();
}

} // namespace Kintsugi
