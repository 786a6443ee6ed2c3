// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/httpserver.h"
#include "ui/serverport.h"

namespace Kintsugi {

/*! The server behind the window's port: turns its reports into what the window shows. The server
 *  outlives it. Thread: main. */
class ServerAdapter final : public ServerPort
{
    Q_DISABLE_COPY_MOVE(ServerAdapter)

public:
    ServerAdapter(HttpServer &server, const StreamSettings &settings);
    ~ServerAdapter() override;

    [[nodiscard]] QFuture<ClientList> clients() override;
    [[nodiscard]] QFuture<bool> disconnectClient(quint64 id) override;
    [[nodiscard]] QByteArray beginningOf(const Task &task) const override;
    [[nodiscard]] std::chrono::milliseconds keepAlive() const override;

private:
    HttpServer &m_server;
    QObject m_context; //!< Of what is being asked.
    StreamSettings m_settings;
};

} // namespace Kintsugi
