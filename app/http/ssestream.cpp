// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/ssestream.h"

#include "engine/runtime/whendone.h"
#include "engine/sse/frame.h"

#include <QLoggingCategory>

Q_LOGGING_CATEGORY(lcStream, "kintsugi.http.stream")

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {
constexpr qint64 kInSocket =
    256 << 10; // As much as waits in the socket's buffer before we give it more.
constexpr int kKernelBuffer = 128 << 10;
} // namespace

SseStream::SseStream(const Exchange &exchange, Engine &engine, std::shared_ptr<TaskFeed> feed,
                     const Task &task, Seq lastSeq, const StreamSettings &settings)
    : QObject(exchange.socket())
    , m_engine(engine)
    , m_socket(exchange.socket())
    , m_feed(std::move(feed))
    , m_settings(settings)
    , m_answerHeaders(exchange.answerHeaders())
    , m_task(task.id)
    , m_lastSeq(lastSeq)
{
    m_socket->setSocketOption(QAbstractSocket::SendBufferSizeSocketOption, kKernelBuffer);
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(m_feed.get(), &TaskFeed::grew, this, [this] {
        m_hasGrown = true;
        pump();
    });
    connect(m_socket, &QTcpSocket::bytesWritten, this, [this] {
        m_hasMoved = true;
        pump();
    });
}

HttpHeaders SseStream::namesOf(const Task &task)
{
    return {{"X-Task-Id"_ba, task.id.bytes()}, {"X-Idempotency-Key"_ba, task.key.bytes()}};
}

HttpHeaders SseStream::headersOf(const Task &task)
{
    return HttpHeaders{{"Content-Type"_ba, "text/event-stream"_ba},
                       {"Cache-Control"_ba, "no-cache"_ba},
                       {"X-Accel-Buffering"_ba, "no"_ba},
                       {"X-Content-Type-Options"_ba, "nosniff"_ba}}
    + namesOf(task);
}

void SseStream::begin(const Task &task)
{
    write(rawHead(200, headersOf(task) + m_answerHeaders) + encodeRetry(m_settings.retry));
    pump();
}

void SseStream::write(const QByteArray &bytes)
{
    if (m_socket->state() != QAbstractSocket::ConnectedState)
        return; // Gone, and so will this be in a moment.
    m_socket->write(bytes);
    m_hasWritten = true;
}

void SseStream::pump()
{
    while (!m_isReading && !m_isEnding && m_socket->bytesToWrite() < kInSocket) {
        const auto frames = m_feed->after(m_lastSeq, kInSocket);
        if (!frames) {
            readBack();
            return;
        }
        if (frames->isEmpty()) {
            if (m_lastIsTerminal)
                confirmEnd();
            return;
        }
        take(*frames);
    }
}

void SseStream::take(const QList<TaskFeed::Frame> &frames)
{
    QByteArray bytes;
    for (const TaskFeed::Frame &frame : frames)
        bytes += frame.bytes;
    m_lastSeq = frames.last().seq;
    m_lastIsTerminal = frames.last().isTerminal;
    m_sentFrames += frames.size();
    m_sentBytes += bytes.size();
    write(bytes);
}

void SseStream::readBack()
{
    m_isReading = true;
    m_hasGrown = false;
    whenDone(this, m_feed->readAfter(m_lastSeq),
             [this](const Expected<QList<TaskFeed::Frame>> &frames) {
                 m_isReading = false;
                 if (!frames) {
                     qCWarning(lcStream).noquote() << "a stream of task" << m_task.toString()
                                                   << "ends:" << frames.error().message;
                     close();
                 } else if (!frames->isEmpty()) {
                     take(*frames);
                     pump();
                 } else if (m_hasGrown) {
                     pump(); // What came during the reading may be newer than what was read.
                 } else if (m_lastIsTerminal) {
                     confirmEnd();
                 }
             });
}

void SseStream::confirmEnd()
{
    // A task that was taken up again has an older terminal event in the middle of its log: then the
    // stream goes on.
    m_isReading = true;
    m_hasGrown = false;
    whenDone(this, m_engine.task({m_feed->ref().user, m_task.bytes()}),
             [this](const Expected<Task> &task) {
                 m_isReading = false;
                 if (!task || (isTerminal(task->state) && task->lastSeq == m_lastSeq))
                     close();
                 else if (m_hasGrown || task->lastSeq > m_lastSeq)
                     pump();
             });
}

void SseStream::close()
{
    m_isEnding = true;
    m_socket->flush(); // The thread may end before it comes to this.
    m_socket->disconnectFromHost(); // After what was written has left.
}

void SseStream::tick(Monotonic now)
{
    if (std::exchange(m_hasWritten, false) || m_quietSince == Monotonic{})
        m_quietSince = now;
    else if (now - m_quietSince >= m_settings.keepAlive && !m_isEnding)
        write(keepAliveComment());

    if (std::exchange(m_hasMoved, false) || m_socket->bytesToWrite() == 0
        || m_stalledSince == Monotonic{})
        m_stalledSince = now;
    if (now - m_stalledSince < m_settings.stall)
        return;
    m_stalledSince = now; // Judged once a stall time.
    whenDone(this, m_engine.task({m_feed->ref().user, m_task.bytes()}),
             [this](const Expected<Task> &task) {
                 const qint64 perFrame = m_sentBytes / std::max<qint64>(1, m_sentFrames);
                 const qint64 waiting =
                     m_socket->bytesToWrite() + (task ? (task->lastSeq - m_lastSeq) * perFrame : 0);
                 if (m_hasMoved || waiting <= m_settings.backlogBytes)
                     return;
                 qCInfo(lcStream).noquote()
                     << "a reader of task" << m_task.toString() << "took nothing while" << waiting
                     << "bytes waited; dropped";
                 m_socket->abort();
             });
}

} // namespace Kintsugi
