// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/sse/client.h"

#include <QHostAddress>
#include <QLoggingCategory>
#include <QNetworkProxy>
#include <QRandomGenerator>
#include <QSslSocket>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

Q_LOGGING_CATEGORY(lcSse, "kintsugi.sse", QtInfoMsg)

namespace {

constexpr qint64 kReadBytes = 64 << 10; // In one piece.
constexpr qint64 kBufferBytes = 256 << 10; // Unread, before the sender is held back.
constexpr qsizetype kRefusalBytes = 16 << 10; // Of a body that explains a refusal.
constexpr std::chrono::milliseconds kRefusalWait = 1s;
constexpr int kRedirects = 5;

bool isLoopback(const QUrl &url)
{
    return url.host() == "localhost"_L1 || QHostAddress(url.host()).isLoopback();
}

} // namespace

SseClient::SseClient(QObject *parent)
    : QObject(parent)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &SseClient::connectNow);
}

SseClient::~SseClient()
{
    dropSocket();
}

void SseClient::open(SseRequest request)
{
    abort();
    m_request = std::move(request);
    m_everOpen = false;
    m_failures = 0;
    m_reconnectionTime = SseRules::kFirstReconnectionTime;
    m_lastEventId = m_request.lastEventId;
    m_state = State::Connecting;
    m_timer.start(0ms);
}

void SseClient::abort()
{
    dropSocket();
    m_timer.stop();
    m_state = State::Closed;
}

void SseClient::connectNow()
{
    if (m_refusal) { // The rest of its body was waited for long enough.
        refuse();
        return;
    }
    m_state = State::Connecting;
    m_url = m_request.url;
    m_redirects = 0;
    m_request.lastEventId = m_lastEventId;
    if (const Expected<void> good = checkRequest(m_request); !good)
        fail(SseFailure::Kind::BadRequest, good.error());
    else
        sendRequest();
}

void SseClient::sendRequest()
{
    dropSocket();
    m_reader = std::make_unique<HttpReader>();
    m_connected = false;
    const bool encrypted = m_url.scheme() == "https"_L1;
    auto *const tls = encrypted ? new QSslSocket(this) : nullptr;
    m_socket = encrypted ? tls : new QTcpSocket(this);
    m_socket->setReadBufferSize(kBufferBytes);
    if (isLoopback(m_url))
        m_socket->setProxy(QNetworkProxy::NoProxy);

    SseRequest request = m_request;
    request.url = m_url;
    const auto send = [this, bytes = encodeRequest(request)] {
        m_connected = true;
        m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        m_socket->setSocketOption(QAbstractSocket::KeepAliveOption, 1);
        m_socket->write(bytes);
    };
    connect(m_socket, &QTcpSocket::readyRead, this, &SseClient::takeBytes);
    connect(m_socket, &QTcpSocket::disconnected, this, &SseClient::takeDisconnect);
    connect(m_socket, &QTcpSocket::errorOccurred, this, &SseClient::takeError);
    const auto port = quint16(m_url.port(encrypted ? 443 : 80));
    if (encrypted) {
        connect(tls, &QSslSocket::encrypted, this, send);
        tls->connectToHostEncrypted(m_url.host(), port);
    } else {
        connect(m_socket, &QTcpSocket::connected, this, send);
        m_socket->connectToHost(m_url.host(), port);
    }
}

void SseClient::takeBytes()
{
    const QTcpSocket *const socket = m_socket;
    while (socket && m_socket == socket) {
        const QByteArray piece = m_socket->read(kReadBytes);
        if (piece.isEmpty())
            return;
        const bool hadHead = m_reader->head().has_value();
        const Expected<void> taken = m_reader->feed(piece);
        if (!hadHead && m_reader->head())
            takeHead();
        if (m_socket == socket)
            takeBody();
        if (m_socket != socket)
            return;
        if (!taken && !m_reader->head())
            fail(SseFailure::Kind::NoEventStream, taken.error());
        else if (!taken || m_reader->isComplete())
            m_refusal ? refuse()
                      : streamEnded(bool(taken), taken ? QString() : taken.error().message);
    }
}

void SseClient::takeHead()
{
    const SseResponse &head = *m_reader->head();
    if (SseRules::isRedirect(head.status) && !m_request.body && m_redirects < kRedirects) {
        if (const auto url = SseRules::redirectTarget(m_url, head.header("location"))) {
            ++m_redirects;
            m_url = *url;
            sendRequest();
            return;
        }
    }
    const QByteArray coding = head.header("content-encoding");
    const bool plain = coding.isEmpty() || coding.compare("identity", Qt::CaseInsensitive) == 0;
    if (head.status == 204)
        end();
    else if (head.status == 200 && plain && SseRules::isEventStream(head.header("content-type")))
        openStream();
    else
        startRefusal();
}

void SseClient::openStream()
{
    m_parser = std::make_unique<SseParser>(m_lastEventId, m_limits);
    m_state = State::Open;
    m_everOpen = true;
    m_failures = 0;
    SseResponse response = *m_reader->head();
    response.url = m_url;
    if (m_request.body) {
        if (const auto url = SseRules::reattachUrl(m_url, response.header("x-task-id"))) {
            m_request.url = *url;
            m_request.body.reset();
        }
    }
    Q_EMIT opened(response);
}

void SseClient::takeBody()
{
    const QByteArray body = m_reader->takeBody();
    if (m_parser) {
        readStream(body);
    } else if (m_refusal) {
        *m_refusal += body;
        if (m_refusal->size() > kRefusalBytes)
            refuse();
    }
}

void SseClient::readStream(const QByteArray &body)
{
    const QTcpSocket *const socket = m_socket;
    const Expected<void> taken = m_parser->feed(body);
    m_reconnectionTime = m_parser->retry().value_or(m_reconnectionTime);
    const QByteArray lastEventId = m_parser->lastEventId();
    const QList<SseMessage> messages = m_parser->takeMessages();
    for (const SseMessage &message : messages) {
        m_lastEventId = message.id;
        Q_EMIT received(message);
        if (m_socket != socket)
            return;
    }
    m_lastEventId = lastEventId;
    if (!taken)
        fail(SseFailure::Kind::TooLarge, taken.error());
}

void SseClient::startRefusal()
{
    m_refusal = QByteArray();
    if (SseRules::isProblem(m_reader->head()->header("content-type")))
        m_timer.start(kRefusalWait);
    else
        refuse();
}

void SseClient::refuse()
{
    const SseResponse &head = *m_reader->head();
    QString message = u"the server answered %1"_s.arg(head.status);
    if (SseRules::isRedirect(head.status))
        message += u", a redirect that is not followed"_s;
    else if (head.status == 200)
        message = u"the answer is no event stream but \"%1\" %2"_s
                      .arg(QString::fromLatin1(head.header("content-type")),
                           QString::fromLatin1(head.header("content-encoding")))
                      .simplified()
                      .left(200);
    if (const QString problem = SseRules::problemText(*m_refusal); !problem.isEmpty())
        message += u": "_s + problem;
    fail(SseFailure::Kind::NoEventStream, {SseRules::errorCodeOf(head.status), message});
}

void SseClient::takeDisconnect()
{
    const QTcpSocket *const socket = m_socket;
    takeBytes();
    if (!socket || m_socket != socket)
        return;
    if (m_refusal)
        refuse();
    else if (m_parser)
        streamEnded(m_reader->endsWithConnection(), u"the connection was closed"_s);
    else
        noAnswer(true, u"the connection was closed before the answer"_s);
}

void SseClient::takeError(QAbstractSocket::SocketError error)
{
    if (error == QAbstractSocket::RemoteHostClosedError)
        return; // An orderly end: disconnected() comes next.
    const QTcpSocket *const socket = m_socket;
    const QString why = socket ? socket->errorString() : QString();
    if (error == QAbstractSocket::SslHandshakeFailedError
        || error == QAbstractSocket::SslInternalError
        || error == QAbstractSocket::SslInvalidUserDataError) {
        fail(SseFailure::Kind::Unreachable, {ErrorCode::Internal, why});
        return;
    }
    takeBytes();
    if (!socket || m_socket != socket)
        return;
    if (m_refusal)
        refuse();
    else if (m_parser)
        streamEnded(false, why);
    else
        noAnswer(m_connected, why);
}

void SseClient::streamEnded(bool clean, const QString &why)
{
    if (clean) {
        Q_EMIT finished();
        if (m_state != State::Open)
            return; // It was aborted.
    }
    const QString sentence = clean ? u"the stream ended"_s : u"the stream broke: "_s + why;
    if (!m_request.body)
        reconnect(sentence);
    else if (clean)
        end();
    else
        fail(SseFailure::Kind::Unresumable,
             {ErrorCode::Internal, sentence + u"; the server named no task to go on with"_s});
}

void SseClient::noAnswer(bool reached, const QString &why)
{
    if (!reached && !m_everOpen && m_request.failWhenUnreachable) {
        fail(SseFailure::Kind::Unreachable, {ErrorCode::Internal, why});
    } else if (m_request.body) {
        fail(SseFailure::Kind::Unreachable,
             {ErrorCode::Internal, why + u"; a POST is not sent a second time"_s});
    } else {
        ++m_failures;
        reconnect(why);
    }
}

void SseClient::reconnect(const QString &why)
{
    dropSocket();
    m_state = State::Waiting;
    const auto delay = SseRules::reconnectDelay(m_reconnectionTime, m_failures,
                                                QRandomGenerator::global()->generateDouble());
    qCDebug(lcSse) << "connecting to" << m_request.url.toDisplayString(QUrl::RemoveQuery) << "in"
                   << delay.count() << "ms:" << why;
    m_timer.start(delay);
    Q_EMIT reconnecting(delay, why);
}

void SseClient::fail(SseFailure::Kind kind, Error error)
{
    const int status = m_reader && m_reader->head() ? m_reader->head()->status : 0;
    abort();
    Q_EMIT failed({kind, status, std::move(error)});
}

void SseClient::end()
{
    abort();
    Q_EMIT ended();
}

void SseClient::dropSocket()
{
    m_reader.reset();
    m_parser.reset();
    m_refusal.reset();
    if (QTcpSocket *const socket = std::exchange(m_socket, nullptr)) {
        socket->disconnect(this);
        socket->abort();
        socket->deleteLater();
    }
}

} // namespace Kintsugi
