// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QProcess>
#include <QTemporaryDir>
#include <QUrl>

namespace Kintsugi {

/*! `kintsugi-cli serve` as a process of its own on a store that goes with the test: to be killed
 * and started again. */
class ServerProcess
{
public:
    ServerProcess();
    ~ServerProcess(); //!< Kills it, if it still runs.

    /*! Starts and waits for the line that says where it listens. The second time with the same
     * port. */
    [[nodiscard]] bool start(const QStringList &moreArguments = {});
    void kill(); //!< SIGKILL, and waits for the end.
    /*! SIGTERM; gives the exit code, -1 when it does not end. */
    [[nodiscard]] int terminate();

    struct Answer
    {
        int status = 0; //!< 0 when no answer came.
        QByteArray body;
        [[nodiscard]] QJsonObject object() const;
    };
    [[nodiscard]] Answer get(const QString &path);
    [[nodiscard]] Answer post(const QString &path, const QByteArray &json);

    [[nodiscard]] QUrl url(const QString &path) const;
    [[nodiscard]] QString storePath() const
    {
        return m_folder.filePath(QStringLiteral("tasks.db"));
    }
    [[nodiscard]] qint64 pid() const { return m_process.processId(); }

private:
    [[nodiscard]] static Answer wait(QNetworkReply *reply);

    QTemporaryDir m_folder;
    QProcess m_process;
    QNetworkAccessManager m_network;
    quint16 m_port = 0;
};

} // namespace Kintsugi
