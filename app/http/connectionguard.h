// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/access.h"
#include "app/http/requesthead.h"

#include <QSocketNotifier>
#include <QTcpServer>
#include <QTimer>

#include <chrono>
#include <map>
#include <memory>

namespace Kintsugi {

class RequestSocket;

/*! Bounds on what strangers hold of this process; the defaults are the contract's. */
struct GuardLimits
{
    RequestLimits request{};
    std::chrono::milliseconds requestTime{20'000}; //!< From connect to the last byte; then 408.
    std::chrono::milliseconds lingerTime{1'000}; //!< A refused client is read on for so long …
    qint64 lingerBytes = 1 << 20; //!< … or so many bytes, so that the answer arrives.
    std::chrono::milliseconds answerTime{20'000}; //!< In each, the client of an answer that has
    qint64 answerBytes = 64 << 10; //!< ended takes so much of it, or it is cut off.
    int connections = 10'000; //!< Open at once, streams included; one more is 503.
    int refusals = 64; //!< Open at once above that, to say so; more are dropped without a word.
    qint64 heldBytes = 64 << 20; //!< Of requests that are not answered, all together; more is 503.
};

/*! What happened at the door, for the metrics. Thread: the server's. */
struct GuardTally
{
    int open = 0; //!< Connections now, streams included.
    qint64 heldBytes = 0; //!< Of requests whose answer has not begun.
    quint64 accepted = 0;
    quint64 handedOn = 0; //!< Requests that QtHttpServer got.
    quint64 abandoned = 0; //!< Left before their request was complete.
    quint64 dropped = 0; //!< Closed without a word: far too many at once.
    std::map<int, quint64> refused{}; //!< By status.
};

/*! The door before QtHttpServer, which has no limits of its own and believes every byte.
 *
 *  Each connection is read here until its one request is whole and judged. Bad ones are answered
 *  here. Good ones go to QtHttpServer as a request that this side has written anew: method, target
 *  in absolute form, the same headers, a Content-Length instead of chunks, no Upgrade, no Expect.
 *  So it never parses a stranger's bytes, never waits for a body, and never sees a second request.
 *
 *  It accepts by itself: Qt takes a lack of files for "no more for now", and asks again at once,
 * for ever.
 *
 *  Use: listen(), then QAbstractHttpServer::bind(). Every answer must end the connection.
 *
 *  Thread: the server's. Several guards (IPv4 and IPv6) may share one tally, and so the limits.
 */
class ConnectionGuard final : public QTcpServer
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConnectionGuard)

public:
    explicit ConnectionGuard(const GuardLimits &limits = {}, AccessPolicy policy = {},
                             std::shared_ptr<GuardTally> tally = {}, QObject *parent = nullptr);
    ~ConnectionGuard() override;

    bool listen(const QHostAddress &address, quint16 port = 0);
    /*! Without a look at the listening socket, which Qt would take up again here. */
    [[nodiscard]] QTcpSocket *nextPendingConnection() override;

    [[nodiscard]] const GuardTally &tally() const { return *m_tally; }

    /*! Raises the number of files that this process may open towards \a wanted, as far as it is
     *  allowed to. Gives what holds now. Done by the constructor for the connections' sake. */
    static qint64 raiseFileLimit(qint64 wanted);

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    void acceptSome();
    void pause(int error);

    std::shared_ptr<const GuardLimits> m_limits; //!< Shared with the connections, which may
                                                 //!< outlive this object's members.
    std::shared_ptr<const AccessPolicy> m_policy; //!< The same.
    std::shared_ptr<GuardTally> m_tally; //!< The same, and with the other guards.
    std::unique_ptr<QSocketNotifier> m_arrival; //!< Of a connection.
    QTimer m_resume;
    bool m_isShort = false; //!< Of files; said once until all who waited have been accepted.
};

} // namespace Kintsugi
