// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/connectionguard.h"
#include "app/http/requestbody.h"

#include <QElapsedTimer>
#include <QTcpSocket>
#include <QTimer>

#include <memory>
#include <optional>

namespace Kintsugi {

/*! One connection, for one request.
 *
 *  Up to the end of its request it reads the network itself. From then on reading gives the request
 *  written anew and nothing more; what the client sends afterwards is thrown away as it comes, so
 *  that its leaving is noticed. Writing is the plain socket's.
 *
 *  Thread: the server's. Owner: the guard until complete(); it deletes itself when it is
 *  disconnected before, and QtHttpServer deletes it when it is disconnected after.
 */
class RequestSocket final : public QTcpSocket
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RequestSocket)

public:
    RequestSocket(std::shared_ptr<const GuardLimits> limits,
                  std::shared_ptr<const AccessPolicy> policy, std::shared_ptr<GuardTally> tally,
                  QObject *parent);
    ~RequestSocket() override;

    /*! The judged head of the request on \a socket, as it was sent; null for a socket that no guard
     *  has handed on. Lives as long as the socket. */
    [[nodiscard]] static const RequestHead *headOf(const QTcpSocket *socket);

    void start(); //!< Reads; the time for the request runs from here.
    void refuseUnread(const Problem &problem); //!< Instead of start().

    [[nodiscard]] qint64 bytesAvailable() const override;
    void
    disconnectFromHost() override; //!< When the client has taken what was written, or will not.

Q_SIGNALS:
    void complete(); //!< Add it to the pending connections now; readyRead() follows by itself.

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    enum class Phase { Head, Body, HandedOn, Answered, Refused };

    void takeFromNetwork();
    void takeHead(QByteArrayView bytes);
    void takeBody(QByteArrayView bytes);
    void handOn(const QByteArray &body);
    void deliver();
    void refuse(Problem problem);
    void linger();
    void stopWriting();
    void discard(qint64 size);
    void awaitTaking();
    void onTimeout();
    void onDisconnected();
    void setHeld(qint64 bytes);
    bool isTooMuchHeld();

    std::shared_ptr<const GuardLimits> m_limits; //!< Shared with the guard and its connections.
    std::shared_ptr<const AccessPolicy> m_policy; //!< The same.
    std::shared_ptr<GuardTally> m_tally; //!< The same.
    Phase m_phase = Phase::Head;
    RequestHeadReader m_head;
    std::optional<RequestBodyReader> m_body;
    QByteArray m_request; //!< Written anew, for QtHttpServer.
    qsizetype m_requestRead = 0;
    qint64 m_held = 0; //!< Its share of GuardTally::heldBytes.
    qint64 m_discarded = 0; //!< Of what came after the request.
    qint64 m_unsent = 0; //!< Of the answer, when the timer was started.
    QTimer m_timer;
    QElapsedTimer m_since; //!< The connection began.
};

} // namespace Kintsugi
