// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"
#include "engine/sse/clientrules.h"
#include "engine/sse/httpreader.h"
#include "engine/sse/httprequest.h"
#include "engine/sse/parser.h"

#include <QObject>
#include <QTcpSocket>
#include <QTimer>

#include <memory>

namespace Kintsugi {

/*! Why a client gave up. */
struct SseFailure
{
    enum class Kind {
        BadRequest, //!< The request cannot be sent: its URL or a header is wrong.
        Unreachable, //!< No answer came and none is to be expected, or none may be asked for again.
        NoEventStream, //!< What answered sends no stream: by its status, type, redirect or
                       //!< protocol.
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
    void finished(); //!< A stream came to its end in order. Without an abort() now it goes on.
    void reconnecting(std::chrono::milliseconds delay, const QString &why);
    void failed(const Kintsugi::SseFailure &failure);
    void ended();

private:
    void connectNow();
    void sendRequest();
    void takeBytes();
    void takeHead();
    void takeBody();
    void takeDisconnect();
    void takeError(QAbstractSocket::SocketError error);
    void openStream();
    void readStream(const QByteArray &body);
    void startRefusal();
    void refuse();
    void streamEnded(bool clean, const QString &why);
    void noAnswer(bool reached, const QString &why);
    void reconnect(const QString &why);
    void fail(SseFailure::Kind kind, Error error);
    void end();
    void dropSocket();

    QTimer m_timer; //!< Until the next attempt, or for the rest of a refusal's body.
    SseParserLimits m_limits;
    State m_state = State::Closed;

    SseRequest m_request; //!< Of the next attempt: its body is gone once a POST was answered.
    bool m_everOpen = false;
    int m_failures = 0; //!< Attempts in a row that reached no stream.
    std::chrono::milliseconds m_reconnectionTime = SseRules::kFirstReconnectionTime;
    QByteArray m_lastEventId;

    QTcpSocket *m_socket = nullptr; //!< A child; the attempt that is under way.
    bool m_connected = false; //!< It was, or is.
    QUrl m_url; //!< Of this attempt, after redirects.
    int m_redirects = 0;
    std::unique_ptr<HttpReader> m_reader;
    std::unique_ptr<SseParser> m_parser; //!< While the stream is open.
    std::optional<QByteArray> m_refusal; //!< The body of an answer that is no stream.
};

} // namespace Kintsugi

Q_DECLARE_METATYPE(Kintsugi::SseFailure)
