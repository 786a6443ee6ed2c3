// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/exchange.h"
#include "app/http/taskfeed.h"

#include <QObject>

#include <memory>

namespace Kintsugi {

struct StreamSettings
{
    std::chrono::milliseconds keepAlive{15'000}; //!< A comment after so long without a byte.
    std::chrono::milliseconds retry{
        1'000}; //!< What readers are told to wait before they reconnect.
    qint64 backlogBytes =
        1 << 20; //!< A reader that takes nothing while more waits for it is dropped.
    std::chrono::milliseconds stall{2'000}; //!< For how long it must have taken nothing.
};

/*! One reader of one task's log: replay, then live, each event once and in order.
 *
 *  The only file that writes streams to sockets (in Qt 6.8 this becomes
 * writeBeginChunked/writeChunk). It pulls: while the socket has taken what it was given, the next
 * frames come from the feed, or from the store when the feed's window does not reach back that far.
 * So a slow reader holds nothing but its own place in the log. Deletes itself when its socket goes.
 * Thread: the server's.
 */
class SseStream final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SseStream)

public:
    /*! \a lastSeq: the client has seen everything up to there. \a feed is shared by the streams of
     * one task. */
    SseStream(const Exchange &exchange, Engine &engine, std::shared_ptr<TaskFeed> feed,
              const Task &task, Seq lastSeq, const StreamSettings &settings);
    ~SseStream() override = default;

    /*! X-Task-Id and X-Idempotency-Key. */
    [[nodiscard]] static HttpHeaders namesOf(const Task &task);
    [[nodiscard]] static HttpHeaders headersOf(const Task &task); //!< Of the whole stream.

    void begin(const Task &task);
    void tick(Monotonic now); //!< About once a second: keep-alive, and the end of a reader that has
                              //!< stalled.
    void close(); //!< Ends the stream; the client will reconnect.

private:
    void pump();
    void take(const QList<TaskFeed::Frame> &frames);
    void readBack();
    void confirmEnd();
    void write(const QByteArray &bytes);

    Engine &m_engine;
    QTcpSocket *m_socket; //!< Ours from now on, child and all.
    std::shared_ptr<TaskFeed> m_feed; //!< Shared with the task's other streams.
    StreamSettings m_settings;
    HttpHeaders m_answerHeaders; //!< Of the exchange.
    TaskId m_task;
    Seq m_lastSeq;
    bool m_isReading = false;
    bool m_hasGrown = false; //!< Since the reading began.
    bool m_isEnding = false;
    bool m_lastIsTerminal = false;
    bool m_hasWritten = true; //!< Since the last tick.
    bool m_hasMoved = true; //!< The socket took bytes since the last tick.
    qint64 m_sentBytes = 0;
    qint64 m_sentFrames = 0;
    Monotonic m_quietSince{};
    Monotonic m_stalledSince{};
};

} // namespace Kintsugi
