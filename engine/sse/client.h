// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"
#include "engine/sse/clientrules.h"
#include "engine/sse/parser.h"

#include <QNetworkAccessManager>
#include <QObject>
#include <QTimer>
#include <QUrl>

#include <memory>
#include <utility>

class QIODevice;

namespace Kintsugi {

using SseHeaders = QList<std::pair<QByteArray, QByteArray>>;

/*! What a client asks for. */
struct SseRequest
{
    QUrl url{}; //!< http or https.
    std::optional<QByteArray> body{}; //!< JSON; given, the stream is started by POST.
    SseHeaders headers{}; //!< Sent with every attempt, the reconnects included.
    QByteArray lastEventId{}; //!< Goes on behind this event; empty for all.
    bool failWhenUnreachable = false; //!< Gives up when the very first attempt reaches no server,
                                      //!< instead of trying for ever.
};

/*! The head of the answer that carries the stream. */
struct SseResponse
{
    int status = 0;
    QUrl url; //!< After redirects.
    SseHeaders headers;

    [[nodiscard]] QByteArray header(QByteArrayView name) const; //!< In any case; empty for none.
};

/*! Why a client gave up. */
struct SseFailure
{
    enum class Kind {
        BadRequest, //!< The request cannot be sent: its URL or a header is wrong.
        Unreachable, //!< No answer came and none is to be expected, or none may be asked for again.
        NoEventStream, //!< An answer came, but its status, type or redirect made it no stream.
        TooLarge, //!< The stream holds more than a client may gather: see SseParserLimits.
        Unresumable, //!< A stream started by POST broke, and the server had named no task.
    };
    Kind kind = Kind::Unreachable;
    int status = 0; //!< Of the answer, 0 for none.
    Error error;
};

/*! Follows one event stream over HTTP as an EventSource does, by GET or by POST.
 *
 *  Thread: its own, which needs an event loop. Not to be deleted inside its own signals.
 *
 *  A 200 of type text/event-stream opens it. When that ends or breaks, and when no answer comes, it
 * connects again after reconnectDelay() with the last event id. 204 ends it; any other answer fails
 * it. One of failed() and ended() comes at most once for each open(), and nothing after it.
 *
 *  A POST is sent once in all. When its stream breaks, the client goes on by GET at reattachUrl(),
 * with the X-Task-Id that the answer had. Without such an id a clean end is the end, a break is a
 * failure; a POST that got no answer is a failure too, since the server may have acted on it.
 *
 *  Redirects are followed for GET within the same origin, five at most; each reconnect starts from
 * the URL that was asked for. Any other redirect is a failure: headers that were meant for one
 * server (a token) must not reach another, and a POST is never repeated.
 */
class SseClient final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SseClient)

public:
    enum class State {
        Closed,
        Connecting,
        Open,
        Waiting, //!< For the time of the next attempt.
    };
    Q_ENUM(State)

    explicit SseClient(QObject *parent = nullptr);
    ~SseClient() override;

    /*! Starts; what was open before is aborted. */
    void open(SseRequest request);
    /*! Ends at once; no signal follows. */
    void abort();

    void setLimits(SseParserLimits limits) { m_limits = limits; } //!< From the next open() on.

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const QByteArray &lastEventId() const { return m_lastEventId; }

Q_SIGNALS:
    void opened(const Kintsugi::SseResponse &response); //!< With each reconnect again.
    void received(const Kintsugi::SseMessage &message);
    void reconnecting(std::chrono::milliseconds delay, const QString &why);
    void failed(const Kintsugi::SseFailure &failure);
    void ended();

private:
    void connectNow();
    void sendRequest();
    void takeHead();
    void takeBody();
    void takeEnd();
    void openStream();
    void startRefusal();
    void refuse();
    void streamEnded();
    void noAnswer();
    void reconnect(const QString &why);
    void fail(SseFailure::Kind kind, Error error);
    void end();
    void dropReply();
    void deliver();
    [[nodiscard]] SseResponse head() const;
    [[nodiscard]] int status() const;

    QNetworkAccessManager m_network;
    QTimer m_timer; //!< Until the next attempt, or for the rest of a refusal's body.
    SseParserLimits m_limits;
    State m_state = State::Closed;

    SseRequest m_request; //!< As it is sent next: its body is gone once it was posted.
    bool m_everOpen = false;
    int m_failures = 0; //!< Attempts in a row that reached no stream.
    std::chrono::milliseconds m_reconnectionTime = SseRules::kFirstReconnectionTime;
    QByteArray m_lastEventId;

    QNetworkReply *m_reply = nullptr; //!< Owned by m_network until it is dropped.
    bool m_posted = false; //!< The reply is that of the POST.
    std::unique_ptr<SseParser> m_parser; //!< While open.
    std::optional<QByteArray> m_refusal; //!< The body of an answer that is no stream.
};

} // namespace Kintsugi

Q_DECLARE_METATYPE(Kintsugi::SseResponse)
Q_DECLARE_METATYPE(Kintsugi::SseFailure)
