// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/rawhttp.h"

#include <QEventLoop>
#include <QTimer>

namespace Kintsugi {

using namespace std::chrono_literals;

RawAnswer parseAnswer(const QByteArray &bytes)
{
    const qsizetype end = bytes.indexOf("\r\n\r\n");
    if (end < 0)
        return {};
    QList<QByteArray> lines = bytes.left(end).split('\n');
    const QByteArray statusLine = lines.takeFirst().trimmed();
    if (!statusLine.startsWith("HTTP/1.1 "))
        return {};
    RawAnswer answer{.status = statusLine.mid(9, 3).toInt(),
                     .reason = statusLine.mid(13),
                     .body = bytes.mid(end + 4)};
    if (answer.status / 100 == 1)
        return parseAnswer(answer.body);
    for (const QByteArray &line : std::as_const(lines)) {
        const qsizetype colon = line.indexOf(':');
        answer.headers.insert(line.left(colon).toLower(), line.mid(colon + 1).trimmed());
    }
    return answer;
}

RawHttp::RawHttp(quint16 port, const QHostAddress &address)
{
    const auto take = [this] {
        if (m_socket.isReadable())
            m_received += m_socket.readAll();
    };
    QObject::connect(&m_socket, &QTcpSocket::readyRead, &m_socket, take);
    QObject::connect(&m_socket, &QTcpSocket::disconnected, &m_socket, [this, take] {
        take();
        m_closed = true;
    });
    QObject::connect(&m_socket, &QTcpSocket::errorOccurred, &m_socket, [this] {
        if (m_socket.state() == QAbstractSocket::UnconnectedState)
            m_closed = true;
    });
    m_socket.connectToHost(address, port);
    m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
}

RawHttp::~RawHttp()
{
    m_socket.disconnect();
}

bool RawHttp::waitConnected()
{
    return waitFor([this] { return m_socket.state() == QAbstractSocket::ConnectedState; });
}

void RawHttp::send(const QByteArray &bytes)
{
    m_socket.write(bytes);
    m_socket.flush();
}

bool RawHttp::waitClosed(std::chrono::milliseconds timeout)
{
    return waitFor([this] { return m_closed; }, timeout);
}

bool RawHttp::waitFor(const std::function<bool()> &condition, std::chrono::milliseconds timeout)
{
    QTimer limit;
    limit.setSingleShot(true);
    limit.start(timeout);
    QTimer wake; // The condition may become true without an event of ours.
    wake.start(5ms);
    while (!condition() && limit.isActive())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    return condition();
}

bool RawHttp::waitForBytes(QByteArrayView part)
{
    return waitFor([this, part] { return m_received.contains(part); });
}

RawAnswer RawHttp::ask(quint16 port, const QByteArray &request)
{
    RawHttp client(port);
    if (!client.waitConnected())
        return {};
    client.send(request);
    return client.waitClosed() ? client.answer() : RawAnswer{};
}

} // namespace Kintsugi
