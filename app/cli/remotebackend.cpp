// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/remotebackend.h"

#include "engine/model/canonicaljson.h"
#include "engine/model/jsonwriter.h"
#include "engine/runtime/whendone.h"
#include "engine/sse/client.h"

#include <QJsonArray>
#include <QNetworkReply>
#include <QPromise>
#include <QUrlQuery>
#include <QUuid>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

/*! What a problem document says, as an error of our own. */
Error toError(int status, const QByteArray &body, const QByteArray &retryAfter)
{
    const QJsonObject problem = parseJson(body).value_or(QJsonValue()).toObject();
    Error error;
    error.message = problem.value("detail"_L1).toString(u"the server answered %1"_s.arg(status));
    error.code = status == 403 ? ErrorCode::Forbidden
        : status == 404        ? ErrorCode::NotFound
        : status == 409        ? ErrorCode::Conflict
        : status == 422        ? ErrorCode::InvalidInput
        : status == 429        ? ErrorCode::LimitReached
        : status >= 500        ? ErrorCode::StoreUnavailable
                               : ErrorCode::InvalidArgument;
    error.retryAfter = std::chrono::seconds(retryAfter.toInt());
    for (const QJsonValue field : problem.value("errors"_L1).toArray())
        error.fields << FieldError{field["field"_L1].toString(), field["message"_L1].toString()};
    return error;
}

QByteArray wordOf(Action::Verb verb)
{
    switch (verb) {
    case Action::Verb::Nudge:
        return "nudge"_ba;
    case Action::Verb::Stop:
        return "stop"_ba;
    case Action::Verb::Suspend:
        return "suspend"_ba;
    case Action::Verb::Resume:
        return "resume"_ba;
    case Action::Verb::Retry:
        return "retry"_ba;
    case Action::Verb::Signal:
        return "signal"_ba;
    case Action::Verb::Fork:
        return "fork"_ba;
    case Action::Verb::Crash:
        return "crash"_ba;
    }
    return {};
}

QByteArray percentEncoded(const QByteArray &text)
{
    return QUrl::toPercentEncoding(QString::fromUtf8(text));
}

} // namespace

RemoteBackend::RemoteBackend(QUrl server, QByteArray token)
    : m_server(std::move(server))
    , m_credentials(token.isEmpty() ? QByteArray() : QByteArray("Bearer " + token))
{}

RemoteBackend::~RemoteBackend() = default;

QUrl RemoteBackend::at(const QByteArray &path) const
{
    QUrl url = m_server;
    QString base = url.path(QUrl::FullyEncoded);
    while (base.endsWith(u'/'))
        base.chop(1);
    url.setPath(base + QString::fromLatin1(path), QUrl::StrictMode);
    return url;
}

QNetworkRequest RemoteBackend::requestTo(const QUrl &url) const
{
    QNetworkRequest request(url);
    if (!m_credentials.isEmpty())
        request.setRawHeader("Authorization", m_credentials);
    return request;
}

Backend::Answer RemoteBackend::answerOf(QNetworkReply *reply)
{
    auto promise = std::make_shared<QPromise<Expected<QByteArray>>>();
    promise->start();
    QObject::connect(reply, &QNetworkReply::finished, reply, [reply, promise] {
        reply->deleteLater();
        const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        const QByteArray body = reply->readAll();
        if (status >= 200 && status < 300)
            promise->addResult(Expected<QByteArray>(body));
        else if (status > 0)
            promise->addResult(Expected<QByteArray>(
                std::unexpected(toError(status, body, reply->rawHeader("Retry-After")))));
        else
            promise->addResult(Expected<QByteArray>(
                failure(ErrorCode::StoreUnavailable,
                        u"the server %1 cannot be reached: %2"_s.arg(
                            reply->url().toString(QUrl::RemovePath | QUrl::RemoveQuery),
                            reply->errorString()))));
        promise->finish();
    });
    return promise->future();
}

Backend::Answer RemoteBackend::get(const QUrl &url)
{
    QNetworkRequest request = requestTo(url);
    request.setRawHeader("Accept", "application/json");
    return answerOf(m_network.get(request));
}

Backend::Answer RemoteBackend::post(const QUrl &url, const QByteArray &json)
{
    QNetworkRequest request = requestTo(url);
    request.setRawHeader("Accept", "application/json");
    request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json"_ba);
    return answerOf(m_network.post(request, json));
}

Backend::Answer RemoteBackend::submit(const SubmitRequest &request)
{
    // Qt repeats a request whose connection broke before the answer: so the run's id is made here,
    // and twice is once.
    QJsonObject input = request.input;
    if (request.fresh)
        input.insert("runId"_L1, QUuid::createUuid().toString(QUuid::WithoutBraces));
    JsonWriter json;
    json.member("name", request.name).member("input", QJsonValue(input));
    if (!request.key.isNull())
        json.member("idempotencyKey", request.key.bytes());
    if (request.autoRecover)
        json.member("autoRecover", *request.autoRecover);
    return post(at("/api/tasks"), json.finish());
}

Backend::Answer RemoteBackend::act(const Action &action)
{
    if (action.verb == Action::Verb::Nudge)
        return post(at("/api/durable-example/nudge-recovery"),
                    JsonWriter().member("id", action.idOrKey).finish());
    JsonWriter json;
    if (!action.reason.isEmpty())
        json.member("reason", action.reason);
    if (action.verb == Action::Verb::Fork)
        json.member("fromStep", action.fromStep);
    if (action.verb == Action::Verb::Signal)
        json.member("name", action.signal).member("payload", action.payload);
    return post(at("/api/tasks/" + percentEncoded(action.idOrKey) + '/' + wordOf(action.verb)),
                json.finish());
}

QFuture<Expected<void>> RemoteBackend::remove(const QByteArray &idOrKey)
{
    QNetworkRequest request = requestTo(at("/api/tasks/" + percentEncoded(idOrKey)));
    request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json"_ba);
    return mapped(this, answerOf(m_network.deleteResource(request)),
                  [](const Expected<QByteArray> &answer) -> Expected<void> {
                      if (!answer)
                          return std::unexpected(answer.error());
                      return {};
                  });
}

Backend::Answer RemoteBackend::task(const QByteArray &idOrKey)
{
    return get(at("/api/tasks/" + percentEncoded(idOrKey)));
}

Backend::Answer RemoteBackend::steps(const QByteArray &idOrKey)
{
    QUrl url = at("/api/tasks/" + percentEncoded(idOrKey) + "/steps");
    url.setQuery(u"runs=true"_s);
    return get(url);
}

Backend::Answer RemoteBackend::events(const QByteArray &idOrKey, Seq after)
{
    QUrl url = at("/api/tasks/" + percentEncoded(idOrKey) + "/events");
    url.setQuery(u"after="_s + QString::number(after));
    return get(url);
}

Backend::Answer RemoteBackend::tasks(const TaskQuery &query)
{
    QUrlQuery items;
    items.addQueryItem(u"limit"_s, QString::number(query.limit));
    if (query.state)
        items.addQueryItem(u"state"_s, QString::fromLatin1(toWire(*query.state)));
    if (query.stale)
        items.addQueryItem(u"stale"_s, *query.stale ? u"true"_s : u"false"_s);
    const auto add = [&items](const QString &name, const QString &value) {
        if (!value.isEmpty())
            items.addQueryItem(name, QString::fromLatin1(QUrl::toPercentEncoding(value)));
    };
    add(u"name"_s, QString::fromUtf8(query.name));
    add(u"q"_s, query.text);
    add(u"cursor"_s, QString::fromLatin1(query.cursor));
    QUrl url = at("/api/tasks");
    url.setQuery(items);
    return get(url);
}

void RemoteBackend::follow(const QByteArray &taskId)
{
    m_lastType.clear();
    m_stream = std::make_unique<SseClient>();
    connect(m_stream.get(), &SseClient::received, this, [this](const SseMessage &message) {
        m_lastType = message.type;
        Q_EMIT arrived(message.data);
    });
    connect(m_stream.get(), &SseClient::ended, this, &Backend::ended);
    connect(m_stream.get(), &SseClient::reconnecting, this, [this] {
        if (isTerminalEvent(
                m_lastType)) // A terminal event and the end of the stream: that was all.
            Q_EMIT ended();
    });
    connect(m_stream.get(), &SseClient::failed, this,
            [this](const SseFailure &failure) { Q_EMIT failed(failure.error); });
    SseRequest request{.url = at("/api/durable-example/reattach/" + percentEncoded(taskId)),
                       .failWhenUnreachable = true};
    if (!m_credentials.isEmpty())
        request.headers.append({"Authorization"_ba, m_credentials});
    m_stream->open(request);
}

bool RemoteBackend::drives(const QByteArray &) const
{
    return false;
}

QFuture<void> RemoteBackend::close()
{
    QPromise<void> promise;
    promise.start();
    promise.finish();
    return promise.future();
}

} // namespace Kintsugi
