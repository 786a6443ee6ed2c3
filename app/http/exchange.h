// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/access.h"
#include "app/http/requesthead.h"
#include "app/http/requestrecord.h"

#include <QJsonObject>
#include <QPointer>
#include <QTcpSocket>
#include <QUrlQuery>

namespace Kintsugi {

/*! One request and the way to answer it, whole before anybody sees it.
 *
 *  A copy is cheap and may wait for a future; the client may leave meanwhile, then answers go
 * nowhere. Thread: the server's.
 */
class Exchange
{
public:
    Exchange() = default;
    Exchange(const RequestHead &head, QByteArray body, QTcpSocket *socket,
             std::shared_ptr<RequestRecord> record);

    [[nodiscard]] const RequestHead &head() const { return m_head; }
    [[nodiscard]] const QByteArray &path() const { return m_path; }
    [[nodiscard]] const QUrlQuery &query() const { return m_query; }
    [[nodiscard]] const QByteArray &body() const { return m_body; }
    [[nodiscard]] const QByteArray &id() const { return m_id; } //!< What stood for :id in the path.
    void setId(QByteArray id) { m_id = std::move(id); }
    void setRoute(const QByteArray &pattern) { m_record->setRoute(pattern); }
    [[nodiscard]] const UserId &user() const { return m_caller.user; } //!< Whose tasks these are.
    /*! What each answer bears beside its own; a stream that takes over writes them too. */
    [[nodiscard]] const HttpHeaders &answerHeaders() const { return m_caller.headers; }
    void setCaller(Caller caller) { m_caller = std::move(caller); }

    /*! Which of \a offered the client likes best; the first of equals. -1 when it accepts none of
     * them. */
    [[nodiscard]] int preferred(const QList<QByteArrayView> &offered) const;
    /*! True when the client takes \a type; else it was answered with 406. */
    [[nodiscard]] bool accepts(QByteArrayView type) const;
    /*! True for application/json in UTF-8. */
    [[nodiscard]] bool bearsJson() const;
    /*! The body as an object; an empty body is {}. 400 when it is not JSON, 422 when it is another
     * value. */
    [[nodiscard]] std::expected<QJsonObject, Problem> object() const;

    void json(int status, const QByteArray &body, const HttpHeaders &headers = {}) const;
    void send(int status, const QByteArray &contentType, const QByteArray &body,
              const HttpHeaders &headers = {}) const;
    /*! 200 with what may be kept under its \a etag, or 304 when the client has it. */
    void sendTagged(const QByteArray &contentType, const QByteArray &body, const QByteArray &etag,
                    const HttpHeaders &headers = {}) const;
    void empty(int status, const HttpHeaders &headers = {}) const;
    void startOnly(int status, const HttpHeaders &headers) const; //!< Of a body without a length.
    void problem(const Problem &problem) const;
    void problem(const Error &error) const { problem(toProblem(error)); }
    [[nodiscard]] bool isThere() const; //!< False when the client has left.
    /*! The socket, for a stream that takes over; null when the client has left. */
    [[nodiscard]] QTcpSocket *socket() const { return m_socket; }
    /*! What whoever takes over keeps for as long as it answers. */
    [[nodiscard]] const std::shared_ptr<RequestRecord> &record() const { return m_record; }

private:
    void finish(int status, const QByteArray &response) const;

    RequestHead m_head;
    QByteArray m_path; //!< Still percent-encoded.
    QUrlQuery m_query;
    QByteArray m_body;
    QByteArray m_id;
    Caller m_caller;
    QPointer<QTcpSocket> m_socket;
    std::shared_ptr<RequestRecord> m_record; //!< Shared by the copies.
};

} // namespace Kintsugi
