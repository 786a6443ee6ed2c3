// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/sse/client.h"
#include "tests/support/httpfake.h"

#include <QSignalSpy>
#include <QTest>

#include <memory>

Q_DECLARE_METATYPE(Kintsugi::HttpFake::After)

namespace Kintsugi {

/*! A client, and a server that says exactly what it was told; both new for each test. */
class ClientFixture : public QObject
{
    Q_OBJECT

protected:
    using After = HttpFake::After;
    using Kind = SseFailure::Kind;

    inline static const QByteArray kNoContent =
        QByteArrayLiteral("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    inline static const QByteArray kSoon = QByteArrayLiteral("retry: 20\n\n");

    void open(SseRequest request = {})
    {
        if (request.url.isEmpty())
            request.url = m_server->url(QStringLiteral("/stream"));
        m_client->open(std::move(request));
    }

    [[nodiscard]] QByteArray lastIdSent(qsizetype request) const
    {
        return m_server->requests().at(request).headers.value("last-event-id", "none");
    }

    [[nodiscard]] SseFailure failureSeen() const
    {
        return m_failed->at(0).at(0).value<SseFailure>();
    }

    std::unique_ptr<HttpFake> m_server;
    std::unique_ptr<SseClient> m_client;
    std::unique_ptr<QSignalSpy> m_opened;
    std::unique_ptr<QSignalSpy> m_reconnecting;
    std::unique_ptr<QSignalSpy> m_failed;
    std::unique_ptr<QSignalSpy> m_ended;
    QList<QByteArray> m_log; //!< "id|type|data" of each event.

private Q_SLOTS:
    void init()
    {
        m_server = std::make_unique<HttpFake>();
        m_client = std::make_unique<SseClient>();
        m_opened = std::make_unique<QSignalSpy>(m_client.get(), &SseClient::opened);
        m_reconnecting = std::make_unique<QSignalSpy>(m_client.get(), &SseClient::reconnecting);
        m_failed = std::make_unique<QSignalSpy>(m_client.get(), &SseClient::failed);
        m_ended = std::make_unique<QSignalSpy>(m_client.get(), &SseClient::ended);
        m_log.clear();
        connect(m_client.get(), &SseClient::received, this, [this](const SseMessage &message) {
            m_log += message.id + '|' + message.type + '|' + message.data;
        });
    }

    void cleanup()
    {
        m_client.reset();
        m_server.reset();
    }
};

} // namespace Kintsugi
