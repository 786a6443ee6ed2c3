// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/sse/client.h"

#include "engine/sse/oneshotbody.h"

#include <QHostAddress>
#include <QLoggingCategory>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QRandomGenerator>

#include <algorithm>
#include <array>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

Q_LOGGING_CATEGORY(lcSse, "kintsugi.sse")

namespace {

constexpr qint64 kReadBytes = 64 << 10; // In one piece.
constexpr qint64 kBufferBytes = 256 << 10; // Unread, before the sender is held back.
constexpr qsizetype kRefusalBytes = 16 << 10; // Of a body that explains a refusal.
constexpr std::chrono::milliseconds kRefusalWait = 1s;
constexpr int kRedirects = 5;

bool isLoopback(const QUrl &url)
{
    return url.host().compare("localhost"_L1, Qt::CaseInsensitive) == 0
        || QHostAddress(url.host()).isLoopback();
}

bool isToken(QByteArrayView name)
{
    return !name.isEmpty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || QByteArrayView("!#$%&'*+-.^_`|~").contains(c);
    });
}

bool isFieldValue(QByteArrayView value)
{
    return std::ranges::none_of(value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

std::optional<Error> whyNot(const SseRequest &request)
{
    const QString scheme = request.url.scheme();
    if (!request.url.isValid() || request.url.host().isEmpty()
        || (scheme != "http"_L1 && scheme != "https"_L1))
        return Error{ErrorCode::InvalidArgument,
                     u"\"%1\" is no http address"_s.arg(request.url.toDisplayString().left(200))};
    for (const auto &[name, value] : request.headers) {
        if (!isToken(name) || !isFieldValue(value))
            return Error{ErrorCode::InvalidArgument,
                         u"the header \"%1\" is malformed"_s.arg(
                             QString::fromUtf8(name).simplified().left(80))};
    }
    if (!isFieldValue(request.lastEventId))
        return Error{ErrorCode::InvalidArgument, u"an event id has no line breaks and no NUL"_s};
    return std::nullopt;
}

ErrorCode codeOf(int status)
{
    switch (status) {
    case 400:
        return ErrorCode::InvalidArgument;
    case 401:
    case 403:
        return ErrorCode::Forbidden;
    case 404:
        return ErrorCode::NotFound;
    case 409:
        return ErrorCode::Conflict;
    case 413:
        return ErrorCode::TooLarge;
    case 422:
        return ErrorCode::InvalidInput;
    case 503:
        return ErrorCode::Closing;
    default:
        return ErrorCode::Internal;
    }
}

bool isRedirect(int status)
{
    static constexpr std::array kStatuses{301, 302, 303, 307, 308};
    return std::ranges::find(kStatuses, status) != kStatuses.end();
}

QNetworkRequest networkRequest(const SseRequest &request, const QByteArray &lastEventId)
{
    QNetworkRequest out(request.url);
    out.setRawHeader("User-Agent", "kintsugi/" KINTSUGI_VERSION);
    for (const auto &[name, value] : request.headers)
        out.setRawHeader(name, value);
    out.setRawHeader("Accept", "text/event-stream");
    out.setRawHeader("Accept-Encoding", "identity");
    out.setRawHeader("Cache-Control", "no-cache");
    if (!lastEventId.isEmpty())
        out.setRawHeader("Last-Event-ID", lastEventId);
    using enum QNetworkRequest::Attribute;
    out.setAttribute(CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    out.setAttribute(CacheSaveControlAttribute, false);
    out.setAttribute(CookieLoadControlAttribute, QNetworkRequest::Manual);
    out.setAttribute(CookieSaveControlAttribute, QNetworkRequest::Manual);
    out.setAttribute(Http2AllowedAttribute, false);
    out.setAttribute(RedirectPolicyAttribute,
                     request.body ? QNetworkRequest::ManualRedirectPolicy
                                  : QNetworkRequest::SameOriginRedirectPolicy);
    out.setMaximumRedirectsAllowed(kRedirects);
    return out;
}

} // namespace

QByteArray SseResponse::header(QByteArrayView name) const
{
    const auto found = std::ranges::find_if(headers, [name](const auto &header) {
        return header.first.compare(name, Qt::CaseInsensitive) == 0;
    });
    return found == headers.end() ? QByteArray() : found->second;
}

SseClient::SseClient(QObject *parent)
    : QObject(parent)
{
    m_network.setAutoDeleteReplies(false);
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &SseClient::connectNow);
}

SseClient::~SseClient()
{
    dropReply();
}

void SseClient::open(SseRequest request)
{
    abort();
    m_request = std::move(request);
    m_everOpen = false;
    m_failures = 0;
    m_reconnectionTime = SseRules::kFirstReconnectionTime;
    m_lastEventId = m_request.lastEventId;
    m_network.setProxy(isLoopback(m_request.url) ? QNetworkProxy::NoProxy
                                                 : QNetworkProxy::DefaultProxy);
    m_state = State::Connecting;
    m_timer.start(0ms);
}

void SseClient::abort()
{
    dropReply();
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
    if (const auto error = whyNot(m_request))
        fail(SseFailure::Kind::BadRequest, *error);
    else
        sendRequest();
}

void SseClient::sendRequest()
{
    QNetworkRequest request = networkRequest(m_request, m_lastEventId);
    m_posted = m_request.body.has_value();
    if (m_posted) {
        request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json"_ba);
        request.setHeader(QNetworkRequest::ContentLengthHeader, m_request.body->size());
        request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
        auto *body = new OneShotBody(*m_request.body, this);
        m_reply = m_network.post(request, body);
        body->setParent(m_reply);
    } else {
        m_reply = m_network.get(request);
    }
    m_reply->setReadBufferSize(kBufferBytes);
    connect(m_reply, &QNetworkReply::metaDataChanged, this, &SseClient::takeHead);
    connect(m_reply, &QNetworkReply::readyRead, this, &SseClient::takeBody);
    connect(m_reply, &QNetworkReply::finished, this, &SseClient::takeEnd);
}

void SseClient::takeHead()
{
    const int code = status();
    if (!m_reply || m_parser || m_refusal || code == 0)
        return;
    if (isRedirect(code) && m_reply->hasRawHeader("Location") && !m_posted
        && !m_reply->isFinished())
        return; // On its way to where it leads.
    if (code == 204)
        end();
    else if (code == 200 && SseRules::isEventStream(m_reply->rawHeader("Content-Type")))
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
    if (m_posted) {
        if (const auto url =
                SseRules::reattachUrl(m_request.url, m_reply->rawHeader("X-Task-Id"))) {
            m_request.url = *url;
            m_request.body.reset();
        }
    }
    Q_EMIT opened(head());
}

void SseClient::startRefusal()
{
    m_refusal = QByteArray();
    // Not at once: a reply that is aborted inside its own signal about the head complains.
    const bool explained = SseRules::isProblem(m_reply->rawHeader("Content-Type"));
    m_timer.start(explained ? kRefusalWait : 0ms);
}

void SseClient::takeBody()
{
    const QNetworkReply *const reply = m_reply;
    takeHead();
    while (reply && m_reply == reply && (m_parser || m_refusal)) {
        const QByteArray piece = m_reply->read(kReadBytes);
        if (piece.isEmpty())
            return;
        if (m_parser) {
            const Expected<void> taken = m_parser->feed(piece);
            m_reconnectionTime = m_parser->retry().value_or(m_reconnectionTime);
            deliver();
            if (!taken && m_reply == reply)
                fail(SseFailure::Kind::TooLarge, taken.error());
        } else {
            *m_refusal += piece;
            if (m_refusal->size() > kRefusalBytes)
                refuse();
        }
    }
}

void SseClient::deliver()
{
    const QNetworkReply *const reply = m_reply;
    const QList<SseMessage> messages = m_parser->takeMessages();
    for (const SseMessage &message : messages) {
        m_lastEventId = message.id;
        Q_EMIT received(message);
        if (m_reply != reply)
            return;
    }
    m_lastEventId = m_parser->lastEventId();
}

void SseClient::takeEnd()
{
    const QNetworkReply *const reply = m_reply;
    takeBody();
    if (!reply || m_reply != reply)
        return;
    if (m_refusal)
        refuse();
    else if (m_parser)
        streamEnded();
    else
        noAnswer();
}

void SseClient::refuse()
{
    const int code = status();
    const QByteArray type = m_reply->rawHeader("Content-Type");
    QString message = code == 200
        ? u"the answer is no event stream but \"%1\""_s.arg(QString::fromLatin1(type).left(100))
        : u"the server answered %1"_s.arg(code);
    if (isRedirect(code))
        message += u", a redirect that is not followed"_s;
    if (const QString problem = SseRules::problemText(*m_refusal); !problem.isEmpty())
        message += u": "_s + problem;
    fail(SseFailure::Kind::NoEventStream, {codeOf(code), message});
}

void SseClient::streamEnded()
{
    const bool clean = m_reply->error() == QNetworkReply::NoError;
    const QString why = clean ? u"the stream ended"_s : m_reply->errorString();
    if (!m_request.body)
        reconnect(why);
    else if (clean)
        end();
    else
        fail(SseFailure::Kind::Unresumable,
             {ErrorCode::Internal,
              u"the stream broke (%1) and the server had named no task to go on with"_s.arg(why)});
}

void SseClient::noAnswer()
{
    const QNetworkReply::NetworkError error = m_reply->error();
    const QString why = m_reply->errorString();
    const bool giveUp =
        SseRules::isUnreachable(error) && !m_everOpen && m_request.failWhenUnreachable;
    if (SseRules::isFutile(error) || giveUp)
        fail(SseFailure::Kind::Unreachable, {ErrorCode::Internal, why});
    else if (m_posted)
        fail(SseFailure::Kind::Unreachable,
             {ErrorCode::Internal, u"%1; a POST is not sent a second time"_s.arg(why)});
    else {
        ++m_failures;
        reconnect(why);
    }
}

void SseClient::reconnect(const QString &why)
{
    dropReply();
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
    const int code = status();
    abort();
    Q_EMIT failed({kind, code, std::move(error)});
}

void SseClient::end()
{
    abort();
    Q_EMIT ended();
}

void SseClient::dropReply()
{
    m_parser.reset();
    m_refusal.reset();
    if (QNetworkReply *const reply = std::exchange(m_reply, nullptr)) {
        reply->disconnect(this);
        reply->abort();
        reply->deleteLater();
    }
}

SseResponse SseClient::head() const
{
    return {status(), m_reply->url(), m_reply->rawHeaderPairs()};
}

int SseClient::status() const
{
    return m_reply ? m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() : 0;
}

} // namespace Kintsugi
