// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/ssestream.h"

#include "app/http/directwrite.h"
#include "engine/sse/frame.h"

#include <QLoggingCategory>

Q_LOGGING_CATEGORY(lcStream, "kintsugi.http.stream")

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {
constexpr int kKernelBuffer = 128 << 10;
} // namespace

SseStream::SseStream(const Exchange &exchange, const StreamSettings &settings)
    : QObject(exchange.socket())
    , m_socket(exchange.socket())
    , m_record(exchange.record())
    , m_answerHeaders(exchange.answerHeaders())
    , m_settings(settings)
{
    m_about.peer = m_socket->peerAddress();
    m_about.peerPort = m_socket->peerPort();
    m_about.user = exchange.user();
    m_about.agent = exchange.head().header("User-Agent").left(StreamReport::kAgentBytes);
    m_socket->setSocketOption(QAbstractSocket::SendBufferSizeSocketOption, kKernelBuffer);
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(m_socket, &QTcpSocket::bytesWritten, this, [this] {
        m_hasMoved = true;
        if (std::exchange(m_isFull, false))
            pump();
    });
}

HttpHeaders SseStream::streamHeaders()
{
    return {{"Content-Type"_ba, "text/event-stream"_ba},
            {"Cache-Control"_ba, "no-cache"_ba},
            {"X-Accel-Buffering"_ba, "no"_ba},
            {"X-Content-Type-Options"_ba, "nosniff"_ba}};
}

void SseStream::start(const HttpHeaders &headers, const QByteArray &beginning)
{
    m_record->streamBegins();
    writeBytes(rawHead(200, streamHeaders() + headers + m_answerHeaders) + beginning);
    m_answerHeaders = {};
    pump();
}

void SseStream::write(const Frames &frames)
{
    writeBytes(frames.bytes);
    m_record->streamSendsFrames(frames.count);
}

void SseStream::writeBytes(const QByteArray &bytes)
{
    if (m_socket->state() != QAbstractSocket::ConnectedState)
        return; // Gone, and so will this be in a moment.
    m_hasMoved = writeDirectly(*m_socket, bytes) > 0 || m_hasMoved;
    m_record->streamSends(bytes.size());
    m_hasWritten = true;
}

void SseStream::pump()
{
    while (!m_isReading && !m_isEnding) {
        m_isFull = m_socket->bytesToWrite() >= kPieceBytes;
        if (m_isFull || !writeNext()) // Full: until it has taken some.
            return;
    }
}

qint64 SseStream::unsentBytes() const
{
    return m_socket->bytesToWrite();
}

void SseStream::close()
{
    m_isEnding = true;
    m_socket->flush(); // The thread may end before it comes to this.
    m_socket->disconnectFromHost(); // After what was written has left.
}

void SseStream::end()
{
    close();
    if (m_socket->bytesToWrite() > 0)
        m_socket->abort();
}

void SseStream::introduce(quint64 id, Timestamp since)
{
    m_about.id = id;
    m_about.since = since;
}

StreamReport SseStream::report() const
{
    StreamReport report = m_about;
    report.waitingBytes = m_socket->bytesToWrite();
    report.sentBytes = m_record->bytes() - report.waitingBytes;
    return report;
}

void SseStream::tick(Monotonic now)
{
    if (std::exchange(m_hasWritten, false) || m_quietSince == Monotonic{})
        m_quietSince = now;
    else if (now - m_quietSince >= m_settings.keepAlive && !m_isEnding)
        writeBytes(keepAliveComment());

    if (std::exchange(m_hasMoved, false) || m_socket->bytesToWrite() == 0
        || m_stalledSince == Monotonic{})
        m_stalledSince = now;
    if (now - m_stalledSince < m_settings.stall)
        return;
    m_stalledSince = now; // Judged once a stall time.
    measure();
}

void SseStream::dropIfStalled(qint64 waiting)
{
    if (m_hasMoved || waiting <= m_settings.backlogBytes)
        return;
    qCInfo(lcStream).noquote() << "a reader of" << name() << "took nothing while" << waiting
                               << "bytes waited; dropped";
    m_record->readerDropped();
    Q_EMIT dropped();
    m_socket->abort();
}

} // namespace Kintsugi
