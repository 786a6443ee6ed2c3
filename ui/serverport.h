// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/task.h"

#include <QFuture>

#include <optional>

namespace Kintsugi {

/*! Somebody outside who reads events now. All of it is text for eyes, whoever sent it. */
struct Client
{
    quint64 id = 0; //!< Given by the server, from 1, never twice.
    QString peer{}; //!< "127.0.0.1:53412".
    QString user{}; //!< Empty for the window's own.
    QString agent{}; //!< What it says it is: from a stranger, made printable.
    TaskId task{}; //!< Null: it reads all tasks.
    QString taskName{};
    IdempotencyKey taskKey{};
    qint64 lastId = 0; //!< Seq of its task, or the store's position, that was last sent.
    qint64 sentBytes = 0;
    qint64 waitingBytes = 0; //!< That it does not take.
    Timestamp since{};

    friend bool operator==(const Client &, const Client &) = default;
};

struct ClientList
{
    QList<Client> clients{}; //!< The newest first, a bounded number.
    qint64 count = 0; //!< Of all.
    qint64 dropped = 0; //!< Because they were too slow, since the server began.
    std::optional<Client> lastDropped{};
};

/*! What the window asks of the server beside it. Thread: main; nothing waits. */
class ServerPort
{
    Q_DISABLE_COPY_MOVE(ServerPort)

public:
    ServerPort() = default;
    virtual ~ServerPort() = default;

    [[nodiscard]] virtual QFuture<ClientList> clients() = 0;
    /*! Ends that client's stream: false when it has gone already. */
    [[nodiscard]] virtual QFuture<bool> disconnectClient(quint64 id) = 0;
    /*! What a stream of \a task begins with, byte for byte: the answer's head, then its retry. */
    [[nodiscard]] virtual QByteArray beginningOf(const Task &task) const = 0;
    /*! How long a stream is silent before the server sends a comment. */
    [[nodiscard]] virtual std::chrono::milliseconds keepAlive() const = 0;
};

} // namespace Kintsugi
