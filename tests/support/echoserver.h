// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/connectionguard.h"
#include "app/http/requestsocket.h"

#include <QAbstractHttpServer>
#include <QHttpServerRequest>
#include <QUrl>

#include <vector>

namespace Kintsugi {

/*! Answers every request with what it got, and keeps it.
 *
 *  It leaves QtHttpServer connected to the socket, and keeps the connection open when told to: that
 *  a second request is not served is the guard's doing alone.
 */
class EchoServer final : public QAbstractHttpServer
{
public:
    struct Seen
    {
        RequestHead head{};
        QHttpServerRequest::Method method{};
        QUrl url{};
        QList<QPair<QByteArray, QByteArray>> headers{};
        QByteArray body{};
    };

    explicit EchoServer(GuardLimits limits = {}, AccessPolicy policy = {})
        : guard(new ConnectionGuard(limits, std::move(policy)))
    {
        if (!guard->listen(QHostAddress::LocalHost))
            qFatal("no port");
        bind(guard);
    }

    [[nodiscard]] quint16 port() const { return guard->serverPort(); }
    [[nodiscard]] const GuardTally &tally() const { return guard->tally(); }

    ConnectionGuard *guard; //!< Owned by bind()'s parent, which is this.
    std::vector<Seen> seen;
    QList<QTcpSocket *> sockets; //!< Those that are kept open.
    bool keepsOpen = false;

protected:
    bool handleRequest(const QHttpServerRequest &request, QTcpSocket *socket) override
    {
        const RequestHead *head = RequestSocket::headOf(socket);
        seen.push_back({.head = head ? *head : RequestHead{},
                        .method = request.method(),
                        .url = request.url(),
                        .headers = request.headers(),
                        .body = request.body()});
        socket->write(rawResponse(200, {}, request.body(), seen.back().head.isHead()));
        if (keepsOpen)
            sockets.append(socket);
        else
            socket->disconnectFromHost();
        return true;
    }

    void missingHandler(const QHttpServerRequest &, QTcpSocket *) override
    {
        qFatal("every request has a handler");
    }
};

} // namespace Kintsugi
