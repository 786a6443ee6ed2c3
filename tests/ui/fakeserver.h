// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/serverport.h"

#include <QPromise>

namespace Kintsugi {

/*! A server with the clients that a test gives it. Disconnecting one takes it from the list. */
class FakeServer final : public ServerPort
{
public:
    ClientList list;
    int asked = 0;
    bool hold = false; //!< clients() is not answered.
    QList<quint64> disconnected;

    QFuture<ClientList> clients() override
    {
        ++asked;
        QPromise<ClientList> promise;
        QFuture<ClientList> future = promise.future();
        promise.start();
        if (hold) {
            m_held.push_back(std::move(promise));
            return future;
        }
        promise.addResult(list);
        promise.finish();
        return future;
    }
    QFuture<bool> disconnectClient(quint64 id) override
    {
        disconnected << id;
        const qsizetype gone =
            list.clients.removeIf([id](const Client &client) { return client.id == id; });
        list.count -= gone;
        QPromise<bool> promise;
        QFuture<bool> future = promise.future();
        promise.start();
        promise.addResult(gone > 0);
        promise.finish();
        return future;
    }
    QByteArray beginningOf(const Task &task) const override
    {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Task-Id: " + task.id.bytes()
            + "\r\nX-Idempotency-Key: " + task.key.bytes() + "\r\n\r\nretry: 1000\n\n";
    }
    std::chrono::milliseconds keepAlive() const override { return quiet; }

    std::chrono::milliseconds quiet{15'000};

    /*! A client of task \a task (or of all), the newest so far. */
    void connectTo(const Task *task, const QString &agent = QStringLiteral("curl/7.88.1"))
    {
        Client client;
        client.id = ++m_last;
        client.peer = QStringLiteral("127.0.0.1:%1").arg(50'000 + m_last);
        client.agent = agent;
        if (task) {
            client.task = task->id;
            client.taskName = QString::fromUtf8(task->name);
            client.taskKey = task->key;
            client.lastId = task->lastSeq;
        }
        client.sentBytes = 1'000 * qint64(m_last);
        client.since = *fromIso8601("2026-11-23T09:00:00.000Z") + std::chrono::seconds(m_last);
        list.clients.prepend(client);
        ++list.count;
    }

private:
    quint64 m_last = 0;
    std::vector<QPromise<ClientList>> m_held;
};

} // namespace Kintsugi
