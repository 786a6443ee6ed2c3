// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/exchange.h"
#include "app/http/frames.h"
#include "app/http/streamreport.h"
#include "engine/model/clock.h"

#include <QObject>

#include <chrono>

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

/*! One reader of a log: replay, then live, each event once and in order.
 *
 *  The only file that writes streams to sockets (in Qt 6.8 this becomes
 * writeBeginChunked/writeChunk). It pulls: while the socket has taken what it was given, the next
 * frames come from a feed, or from the store when the feed's window does not reach back that far.
 * So a slow reader holds nothing but its own place in the log. Which log, the kinds know:
 * TaskStream and StoreStream. Deletes itself when its socket goes. Thread: the server's.
 */
class SseStream : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SseStream)

public:
    ~SseStream() override = default;

    [[nodiscard]] static HttpHeaders streamHeaders(); //!< Of every stream.

    void tick(Monotonic now); //!< About once a second: keep-alive, and the end of a reader that has
                              //!< stalled.
    void close(); //!< Ends the stream; the client will reconnect.
    void end(); //!< The same, at once: what a client leaves lying about is thrown away.

    void introduce(quint64 id, Timestamp since); //!< Once, before it begins.
    [[nodiscard]] quint64 id() const { return m_about.id; }
    [[nodiscard]] virtual StreamReport report() const;

Q_SIGNALS:
    void dropped(); //!< In a moment it is gone.

protected:
    SseStream(const Exchange &exchange, const StreamSettings &settings);

    void start(const HttpHeaders &headers, const QByteArray &beginning);
    void pump(); //!< Goes on, while the socket has room.
    void write(const Frames &frames);
    void dropIfStalled(qint64 waiting); //!< The answer to measure().

    /*! Writes the next frames, or begins to read them with setReading(). False: nothing is left for
     * now, or it is being read. */
    [[nodiscard]] virtual bool writeNext() = 0;
    /*! Finds out how many bytes wait for a reader that has taken nothing for a while. */
    virtual void measure() = 0;
    [[nodiscard]] virtual QString name() const = 0; //!< For the log: "a reader of …".

    void setReading(bool isReading) { m_isReading = isReading; }
    [[nodiscard]] qint64 unsentBytes() const;
    [[nodiscard]] const StreamSettings &settings() const { return m_settings; }

private:
    void writeBytes(const QByteArray &bytes);

    StreamReport m_about; //!< What of it does not change.
    QTcpSocket *m_socket; //!< Ours from now on, child and all.
    std::shared_ptr<RequestRecord> m_record; //!< Shared with the exchange that it came from.
    HttpHeaders m_answerHeaders; //!< Of the exchange; until start().
    StreamSettings m_settings;
    bool m_isReading = false;
    bool m_isFull = false; //!< Goes on when the socket has taken some.
    bool m_isEnding = false;
    bool m_hasWritten = true; //!< Since the last tick.
    bool m_hasMoved = true; //!< The socket took bytes since the last tick.
    Monotonic m_quietSince{};
    Monotonic m_stalledSince{};
};

} // namespace Kintsugi
