// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QHostAddress>
#include <QMap>
#include <QTcpSocket>

#include <chrono>
#include <functional>
#include <optional>

namespace Kintsugi {

/*! A response as it came, taken apart. */
struct RawAnswer
{
    int status = 0;
    QByteArray reason{};
    QMap<QByteArray, QByteArray> headers{}; //!< Names in lower case; of several the last.
    QByteArray body{}; //!< All that came after the blank line.
};

/*! Takes the first response in \a bytes apart, interim ones (1xx) skipped; status 0 when it has no
 *  whole head. */
[[nodiscard]] RawAnswer parseAnswer(const QByteArray &bytes);

/*! A client that sends exactly the bytes it is told to, good or bad.
 *
 *  It runs the event loop while it waits, so the server may live on the same thread.
 */
class RawHttp final
{
    Q_DISABLE_COPY_MOVE(RawHttp)

public:
    explicit RawHttp(quint16 port, const QHostAddress &address = QHostAddress::LocalHost);
    ~RawHttp();

    [[nodiscard]] bool waitConnected();
    void send(const QByteArray &bytes); //!< Given to the kernel at once.
    [[nodiscard]] bool waitClosed(std::chrono::milliseconds timeout = std::chrono::seconds(10));
    [[nodiscard]] bool waitFor(const std::function<bool()> &condition,
                               std::chrono::milliseconds timeout = std::chrono::seconds(10));
    [[nodiscard]] bool waitForBytes(QByteArrayView part); //!< In what was received.

    [[nodiscard]] bool isClosed() const { return m_closed; }
    [[nodiscard]] QByteArray received() const { return m_received; }
    [[nodiscard]] RawAnswer answer() const { return parseAnswer(m_received); }
    [[nodiscard]] QTcpSocket &socket() { return m_socket; }

    /*! Connects, sends, waits for the end. */
    [[nodiscard]] static RawAnswer ask(quint16 port, const QByteArray &request);

private:
    QByteArray m_received;
    bool m_closed = false;
    QTcpSocket m_socket;
};

} // namespace Kintsugi
