// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/httpfake.h"

#include <sys/socket.h>

namespace Kintsugi {

using namespace Qt::StringLiterals;

HttpFake::HttpFake()
{
    connect(&m_server, &QTcpServer::newConnection, this, &HttpFake::accept);
    if (!m_server.listen(QHostAddress::LocalHost))
        qFatal("no free port");
    m_port = m_server.serverPort();
}

HttpFake::~HttpFake() = default;

QUrl HttpFake::url(const QString &pathAndQuery) const
{
    return QUrl(u"http://127.0.0.1:%1%2"_s.arg(m_port).arg(pathAndQuery));
}

bool HttpFake::listenAgain()
{
    return m_server.listen(QHostAddress::LocalHost, m_port);
}

void HttpFake::answer(const QByteArray &bytes, After after)
{
    m_answers.append({bytes, after});
}

void HttpFake::accept()
{
    while (QTcpSocket *const socket = m_server.nextPendingConnection()) {
        m_latest = socket;
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
        connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
            m_unread.remove(socket);
            socket->deleteLater();
        });
    }
}

void HttpFake::read(QTcpSocket *socket)
{
    QByteArray &bytes = m_unread[socket];
    bytes += socket->readAll();
    const qsizetype end = bytes.indexOf("\r\n\r\n");
    if (end < 0)
        return;
    const QList<QByteArray> lines = bytes.first(end).replace("\r\n", "\n").split('\n');
    const QList<QByteArray> words = lines.first().split(' ');
    Request request{words.value(0), words.value(1), {}, {}};
    for (const QByteArray &line : lines.sliced(1)) {
        const qsizetype colon = line.indexOf(':');
        request.headers.insert(line.first(colon).toLower(), line.sliced(colon + 1).trimmed());
    }
    const qsizetype length = request.headers.value("content-length").toLongLong();
    if (bytes.size() < end + 4 + length)
        return;
    request.body = bytes.sliced(end + 4, length);
    bytes.clear();
    m_requests += request;
    if (m_answers.isEmpty())
        return;
    const Answer answer = m_answers.takeFirst();
    m_latest = socket;
    send(answer.bytes);
    if (answer.after == After::Close)
        close();
    else if (answer.after == After::Reset)
        reset();
}

void HttpFake::send(const QByteArray &bytes)
{
    m_latest->write(bytes);
    m_latest->flush();
}

void HttpFake::close()
{
    m_latest->disconnectFromHost();
}

void HttpFake::reset()
{
    const linger now{.l_onoff = 1, .l_linger = 0}; // So that a reset goes out instead of an end.
    setsockopt(int(m_latest->socketDescriptor()), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    m_latest->abort();
}

bool HttpFake::isConnected() const
{
    return m_latest && m_latest->state() == QAbstractSocket::ConnectedState;
}

QByteArray HttpFake::head(const QByteArray &status, const QByteArray &contentType,
                          const QByteArray &moreHeaders)
{
    const QByteArray type =
        contentType.isEmpty() ? QByteArray() : "Content-Type: " + contentType + "\r\n";
    return "HTTP/1.1 " + status + "\r\n" + type + "Connection: close\r\n" + moreHeaders + "\r\n";
}

QByteArray HttpFake::streamHead(const QByteArray &moreHeaders)
{
    return head("200 OK"_ba, "text/event-stream"_ba, moreHeaders);
}

QByteArray HttpFake::chunk(const QByteArray &bytes)
{
    return QByteArray::number(bytes.size(), 16) + "\r\n" + bytes + "\r\n";
}

} // namespace Kintsugi
