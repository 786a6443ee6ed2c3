// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/requestsocket.h"

#include "app/http/accesslog.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <sys/socket.h>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kReadBuffer = 64 << 10; //!< What Qt may read ahead of us.
constexpr qint64 kSmall = 16 << 10; //!< Let in whatever others hold: few can hold all that is had.

/*! Between this connection's two ends alone, or replaced by what the guard made of it. */
constexpr std::array<QByteArrayView, 10> kLeftOut{
    "host",   "content-length", "transfer-encoding", "te",         "trailer",
    "expect", "upgrade",        "connection",        "keep-alive", "proxy-connection"};

bool hasUnread(qintptr socket)
{
    char c = 0;
    return ::recv(int(socket), &c, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

bool isLeftOut(const QByteArray &name)
{
    return std::ranges::any_of(kLeftOut, [&name](QByteArrayView other) {
        return name.compare(other, Qt::CaseInsensitive) == 0;
    });
}

/*! The request as QtHttpServer gets it. The target is absolute, because a path that begins with two
 *  slashes would be taken for a host. */
QByteArray writtenAnew(const RequestHead &head, const QByteArray &body)
{
    const QByteArray target =
        head.target == "*" ? "*"_ba : QByteArray("http://"_ba + head.host + head.target);
    QByteArray request = head.method + ' ' + target + " HTTP/1.1\r\nHost: "_ba + head.host
        + "\r\nConnection: close\r\n"_ba;
    for (const auto &[name, value] : head.headers) {
        if (!isLeftOut(name))
            request += name + ": "_ba + value + "\r\n"_ba;
    }
    request += "Content-Length: "_ba + QByteArray::number(body.size()) + "\r\n\r\n"_ba + body;
    return request;
}

} // namespace

RequestSocket::RequestSocket(std::shared_ptr<const GuardLimits> limits,
                             std::shared_ptr<const AccessPolicy> policy,
                             std::shared_ptr<GuardTally> tally, QObject *parent)
    : QTcpSocket(parent)
    , m_limits(std::move(limits))
    , m_policy(std::move(policy))
    , m_tally(std::move(tally))
    , m_head(m_limits->request)
{
    ++m_tally->open;
    m_since.start();
    setReadBufferSize(kReadBuffer);
    m_timer.setSingleShot(true);
    // Before QtHttpServer connects, so that it finds what this slot leaves, which is nothing.
    connect(this, &QTcpSocket::readyRead, this, &RequestSocket::takeFromNetwork);
    connect(this, &QTcpSocket::disconnected, this, &RequestSocket::onDisconnected);
    connect(&m_timer, &QTimer::timeout, this, &RequestSocket::onTimeout);
}

RequestSocket::~RequestSocket()
{
    // The base class still tells of the end of the connection when this class is gone. Only our own
    // slots: QtHttpServer hangs the deletion of its request on this object too.
    disconnect(this, &QTcpSocket::readyRead, this, &RequestSocket::takeFromNetwork);
    disconnect(this, &QTcpSocket::disconnected, this, &RequestSocket::onDisconnected);
    disconnect(this, &QTcpSocket::bytesWritten, this, &RequestSocket::stopWriting);
    setHeld(0);
    --m_tally->open;
}

const RequestHead *RequestSocket::headOf(const QTcpSocket *socket)
{
    const auto *ours = qobject_cast<const RequestSocket *>(socket);
    return ours && ours->m_phase == Phase::HandedOn ? &ours->m_head.head() : nullptr;
}

void RequestSocket::start()
{
    setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_timer.start(m_limits->requestTime);
}

void RequestSocket::refuseUnread(const Problem &problem)
{
    refuse(problem);
}

qint64 RequestSocket::bytesAvailable() const
{
    return QTcpSocket::bytesAvailable() + m_request.size() - m_requestRead;
}

/*! Qt asks here when its own buffer is empty; what the network brought is never left in there. */
qint64 RequestSocket::readData(char *data, qint64 maxSize)
{
    const qint64 size = std::min<qint64>(maxSize, m_request.size() - m_requestRead);
    if (size <= 0)
        return QTcpSocket::readData(data, maxSize);
    std::memcpy(data, m_request.constData() + m_requestRead, std::size_t(size));
    m_requestRead += size;
    if (m_requestRead == m_request.size()) {
        m_request = {};
        m_requestRead = 0;
    }
    return size;
}

/*! With the first byte of the answer; until then whoever works on the request may hold all of it.
 */
qint64 RequestSocket::writeData(const char *data, qint64 size)
{
    if (m_phase == Phase::HandedOn)
        setHeld(0);
    return QTcpSocket::writeData(data, size);
}

void RequestSocket::takeFromNetwork()
{
    // A reader that was left connected begins a transaction even when there is nothing to read.
    if (m_phase >= Phase::HandedOn && m_request.isEmpty() && isTransactionStarted())
        commitTransaction();
    const qint64 available = QTcpSocket::bytesAvailable();
    if (available <= 0)
        return;
    const QByteArray bytes = read(available);
    switch (m_phase) {
    case Phase::Head:
        return takeHead(bytes);
    case Phase::Body:
        return takeBody(bytes);
    case Phase::HandedOn:
        m_discarded += bytes.size();
        return;
    case Phase::Answered:
    case Phase::Refused:
        return discard(bytes.size());
    }
}

void RequestSocket::takeHead(QByteArrayView bytes)
{
    const auto state = m_head.feed(bytes);
    if (state == RequestHeadReader::State::Refused)
        return refuse(m_head.problem());
    setHeld(m_head.heldBytes());
    if (isTooMuchHeld() || state == RequestHeadReader::State::Reading)
        return;
    const RequestHead &head = m_head.head();
    if (const auto problem = m_policy->judge(head))
        return refuse(*problem);

    m_body.emplace(head, m_limits->request);
    m_phase = Phase::Body;
    const QByteArray rest = m_head.takeRest();
    if (rest.isEmpty() && head.awaitsContinue)
        write("HTTP/1.1 100 Continue\r\n\r\n"_ba);
    takeBody(rest);
}

void RequestSocket::takeBody(QByteArrayView bytes)
{
    const auto state = m_body->feed(bytes);
    if (state == RequestBodyReader::State::Refused)
        return refuse(m_body->problem());
    setHeld(m_body->body().size());
    if (isTooMuchHeld())
        return;
    if (state == RequestBodyReader::State::Complete)
        handOn(m_body->body());
}

bool RequestSocket::isTooMuchHeld()
{
    if (m_held <= kSmall || m_tally->heldBytes <= m_limits->heldBytes)
        return false;
    refuse({.status = 503,
            .detail = u"Too many requests are on their way in."_s,
            .headers = {{"Retry-After"_ba, "1"_ba}}});
    return true;
}

void RequestSocket::handOn(const QByteArray &body)
{
    m_timer.stop();
    m_phase = Phase::HandedOn;
    m_request = writtenAnew(m_head.head(), body);
    setHeld(m_request.size());
    m_discarded = m_body->surplus();
    m_body.reset();
    ++m_tally->handedOn;
    Q_EMIT complete();
    QMetaObject::invokeMethod(this, &RequestSocket::deliver, Qt::QueuedConnection);
}

void RequestSocket::deliver()
{
    if (state() != ConnectedState)
        return;
    takeFromNetwork();
    Q_EMIT readyRead();
}

/*! By value: the readers that hold it are cleared here. */
void RequestSocket::refuse(Problem problem) // NOLINT(performance-unnecessary-value-param)
{
    problem.headers += m_policy->answerHeaders(m_head.head());
    const QByteArray response = rawResponse(problem, m_head.head().isHead());
    if (logsAccess())
        logAccess({m_head.head().method, m_head.head().target, problem.status, response.size(),
                   std::chrono::nanoseconds(m_since.nsecsElapsed()), peerAddress(), peerPort()});
    m_phase = Phase::Refused;
    m_body.reset();
    m_head = RequestHeadReader(m_limits->request);
    setHeld(0);
    ++m_tally->refused[problem.status];
    write(response);
    flush();
    linger();
}

/*! The client sees the end of the answer at once, while its bytes are still read. */
void RequestSocket::stopWriting()
{
    if (bytesToWrite() > 0 || state() != ConnectedState)
        return;
    ::shutdown(int(socketDescriptor()), SHUT_WR);
    m_timer.start(m_limits->lingerTime);
}

void RequestSocket::discard(qint64 size)
{
    m_discarded += size;
    if (m_discarded >= m_limits->lingerBytes)
        abort();
}

/*! To close a socket that has unread bytes is to reset it, and what the client has not fetched yet
 *  is lost. So after a request that was not all that came, the client is read on.
 *
 *  Qt calls this too, when the client has left, with an error; and on a device that is aborted. */
void RequestSocket::disconnectFromHost()
{
    const bool isThere = isOpen() && state() == ConnectedState && error() == UnknownSocketError;
    if (isThere && m_phase == Phase::Answered)
        return;
    if (isThere && m_phase == Phase::HandedOn
        && (m_discarded > 0 || hasUnread(socketDescriptor()))) {
        m_phase = Phase::Answered;
        m_discarded = 0;
        return linger();
    }
    QTcpSocket::disconnectFromHost();
    if (m_phase == Phase::HandedOn && state() == ClosingState)
        awaitTaking();
}

/*! Writes to the end, then reads on for a while. */
void RequestSocket::linger()
{
    connect(this, &QTcpSocket::bytesWritten, this, &RequestSocket::stopWriting);
    awaitTaking();
    stopWriting();
}

/*! An answer that nobody fetches would be held for ever. */
void RequestSocket::awaitTaking()
{
    m_unsent = bytesToWrite();
    m_timer.start(m_limits->answerTime);
}

void RequestSocket::onTimeout()
{
    if (m_phase == Phase::Head || m_phase == Phase::Body)
        return refuse({.status = 408,
                       .detail = u"The request was not complete within %1 s."_s.arg(
                           double(m_limits->requestTime.count()) / 1000)});
    if (bytesToWrite() > 0 && m_unsent - bytesToWrite() >= m_limits->answerBytes)
        awaitTaking();
    else
        abort();
}

void RequestSocket::onDisconnected()
{
    m_timer.stop();
    if (m_phase == Phase::HandedOn || m_phase == Phase::Answered)
        return; // QtHttpServer deletes it.
    if (m_phase != Phase::Refused)
        ++m_tally->abandoned;
    deleteLater();
}

void RequestSocket::setHeld(qint64 bytes)
{
    m_tally->heldBytes += bytes - m_held;
    m_held = bytes;
}

} // namespace Kintsugi
