// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/cli/backend.h"

#include <QNetworkAccessManager>
#include <QUrl>

namespace Kintsugi {

class SseClient;

/*! A running server, over HTTP. */
class RemoteBackend final : public Backend
{
    Q_OBJECT

public:
    /*! \a token: what the server wants to be told; empty when it wants none. */
    RemoteBackend(QUrl server, QByteArray token);
    ~RemoteBackend() override;

    [[nodiscard]] Answer submit(const SubmitRequest &request) override;
    [[nodiscard]] Answer act(const Action &action) override;
    [[nodiscard]] QFuture<Expected<void>> remove(const QByteArray &idOrKey) override;
    [[nodiscard]] Answer task(const QByteArray &idOrKey) override;
    [[nodiscard]] Answer steps(const QByteArray &idOrKey) override;
    [[nodiscard]] Answer events(const QByteArray &idOrKey, Seq after) override;
    [[nodiscard]] Answer tasks(const TaskQuery &query) override;
    void follow(const QByteArray &taskId) override;
    [[nodiscard]] bool isFarAway() const override { return true; }
    [[nodiscard]] bool drives(const QByteArray &action) const override;
    [[nodiscard]] QFuture<void> close() override;

private:
    [[nodiscard]] QUrl at(const QByteArray &path) const;
    [[nodiscard]] QNetworkRequest requestTo(const QUrl &url) const;
    [[nodiscard]] Answer get(const QUrl &url);
    [[nodiscard]] Answer post(const QUrl &url, const QByteArray &json);
    [[nodiscard]] static Answer answerOf(QNetworkReply *reply);

    QUrl m_server;
    QByteArray m_credentials; //!< Of Authorization; empty without a token.
    QNetworkAccessManager m_network;
    std::unique_ptr<SseClient> m_stream;
    QByteArray m_lastType;
};

} // namespace Kintsugi
