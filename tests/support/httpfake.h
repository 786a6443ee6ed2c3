// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QHash>
#include <QList>
#include <QObject>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

namespace Kintsugi {

/*! A server that answers each request with the next bytes it was told, right or wrong.
 *
 *  One request a connection. Thread: its own.
 */
class HttpFake final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(HttpFake)

public:
    struct Request
    {
        QByteArray method;
        QByteArray target;
        QHash<QByteArray, QByteArray> headers; //!< Names in lower case.
        QByteArray body;
    };
    enum class After {
        Close, //!< In order: the client gets everything, then the end.
        Reset, //!< As when the server is killed.
        KeepOpen,
    };

    HttpFake();
    ~HttpFake() override;

    [[nodiscard]] QUrl url(const QString &pathAndQuery) const;
    void stopListening() { m_server.close(); }
    [[nodiscard]] bool listenAgain(); //!< On the same port.

    /*! What the next request without an answer gets. */
    void answer(const QByteArray &bytes, After after = After::Close);
    [[nodiscard]] const QList<Request> &requests() const { return m_requests; }

    // On the latest connection:
    void send(const QByteArray &bytes);
    void close();
    void reset();
    [[nodiscard]] bool isConnected() const;

    [[nodiscard]] static QByteArray head(const QByteArray &status, const QByteArray &contentType,
                                         const QByteArray &moreHeaders = {});
    [[nodiscard]] static QByteArray streamHead(const QByteArray &moreHeaders = {});
    [[nodiscard]] static QByteArray chunk(const QByteArray &bytes);

private:
    struct Answer
    {
        QByteArray bytes;
        After after;
    };
    void accept();
    void read(QTcpSocket *socket);

    quint16 m_port = 0;
    QList<Answer> m_answers;
    QList<Request> m_requests;
    QHash<QTcpSocket *, QByteArray> m_unread;
    QPointer<QTcpSocket> m_latest;
    QTcpServer m_server; //!< The last: its sockets say good-bye to the others.
};

} // namespace Kintsugi
