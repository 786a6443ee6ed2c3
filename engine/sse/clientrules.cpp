// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/sse/clientrules.h"

#include "engine/model/idempotencykey.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrlQuery>

#include <algorithm>
#include <array>

namespace Kintsugi::SseRules {

using namespace Qt::StringLiterals;

namespace {

bool hasType(QByteArrayView contentType, QByteArrayView type)
{
    const qsizetype end = contentType.indexOf(';');
    const QByteArrayView essence = end < 0 ? contentType : contentType.first(end);
    return essence.trimmed().compare(type, Qt::CaseInsensitive) == 0;
}

} // namespace

std::chrono::milliseconds reconnectDelay(std::chrono::milliseconds reconnectionTime, int failures,
                                         double random)
{
    const std::chrono::milliseconds base = std::max(reconnectionTime, kShortestDelay);
    std::chrono::milliseconds longest = base;
    for (int i = 0; i < failures && longest < kLongestBackOff; ++i)
        longest = std::min(2 * longest, kLongestBackOff);
    const double spread = double((longest - base).count()) * std::clamp(random, 0.0, 1.0);
    return base + std::chrono::milliseconds(qint64(spread));
}

bool isEventStream(QByteArrayView contentType)
{
    return hasType(contentType, "text/event-stream");
}

std::optional<QUrl> reattachUrl(const QUrl &start, const QByteArray &taskId)
{
    if (!isAcceptableKey(taskId) || taskId == "." || taskId == "..")
        return std::nullopt;
    const QString path = start.path(QUrl::FullyEncoded);
    const QString prefix = path.first(std::max<qsizetype>(0, path.lastIndexOf("/api/"_L1)));
    QUrl url = start;
    url.setPath(prefix + u"/api/durable-example/reattach/"_s + QString::fromLatin1(taskId),
                QUrl::TolerantMode);
    QUrlQuery query(start);
    query.removeAllQueryItems(u"lastEventId"_s);
    url.setQuery(query.isEmpty() ? QString() : query.query(QUrl::FullyEncoded));
    url.setFragment({});
    return url;
}

std::optional<QUrl> redirectTarget(const QUrl &from, const QByteArray &location)
{
    const QUrl to = from.resolved(QUrl::fromEncoded(location, QUrl::StrictMode));
    const int standard = from.scheme() == "https"_L1 ? 443 : 80;
    const bool same = to.isValid() && to.scheme() == from.scheme() && to.host() == from.host()
        && to.port(standard) == from.port(standard);
    if (location.isEmpty() || !same)
        return std::nullopt;
    QUrl url = to;
    url.setUserInfo(from.userInfo());
    return url;
}

bool isRedirect(int status)
{
    static constexpr std::array kStatuses{301, 302, 303, 307, 308};
    return std::ranges::find(kStatuses, status) != kStatuses.end();
}

ErrorCode errorCodeOf(int status)
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

bool isProblem(QByteArrayView contentType)
{
    return hasType(contentType, "application/problem+json");
}

QString problemText(const QByteArray &body)
{
    const QJsonObject problem = QJsonDocument::fromJson(body).object();
    QStringList words;
    for (const auto &name : {"title"_L1, "detail"_L1}) {
        if (const QString word = problem.value(name).toString(); !word.isEmpty())
            words += word;
    }
    const QJsonArray errors = problem.value("errors"_L1).toArray();
    for (const QJsonValue &error : errors)
        words += error["field"_L1].toString() + u": "_s + error["message"_L1].toString();
    return words.join(u"; "_s).simplified().left(1000);
}

} // namespace Kintsugi::SseRules
