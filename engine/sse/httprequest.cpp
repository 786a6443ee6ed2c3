// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/sse/httprequest.h"

#include <algorithm>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

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

QByteArray target(const QUrl &url)
{
    QByteArray out = url.path(QUrl::FullyEncoded).toLatin1();
    if (out.isEmpty())
        out = "/"_ba;
    if (url.hasQuery())
        out += '?' + url.query(QUrl::FullyEncoded).toLatin1();
    return out;
}

QByteArray host(const QUrl &url)
{
    const QByteArray name = url.host(QUrl::FullyEncoded).toLatin1();
    const QByteArray port = url.port() < 0 ? QByteArray() : ':' + QByteArray::number(url.port());
    return (name.contains(':') ? '[' + name + ']' : name) + port;
}

QByteArray basic(const QUrl &url)
{
    const QString pair = url.userName(QUrl::FullyDecoded) + u':' + url.password(QUrl::FullyDecoded);
    return "Basic " + pair.toUtf8().toBase64();
}

SseHeaders allHeaders(const SseRequest &request)
{
    SseHeaders own{{"Host"_ba, host(request.url)},
                   {"Accept"_ba, "text/event-stream"_ba},
                   {"Accept-Encoding"_ba, "identity"_ba},
                   {"Cache-Control"_ba, "no-cache"_ba},
                   {"Connection"_ba, "close"_ba},
                   {"User-Agent"_ba, "kintsugi/" KINTSUGI_VERSION ""_ba}};
    if (!request.url.userInfo().isEmpty())
        own.append({"Authorization"_ba, basic(request.url)});
    if (!request.lastEventId.isEmpty())
        own.append({"Last-Event-ID"_ba, request.lastEventId});
    if (request.body) {
        own.append({"Content-Type"_ba, "application/json"_ba});
        own.append({"Content-Length"_ba, QByteArray::number(request.body->size())});
    }
    SseHeaders all = own;
    for (const auto &header : request.headers) {
        const bool taken = std::ranges::any_of(own, [&header](const auto &mine) {
            return mine.first.compare(header.first, Qt::CaseInsensitive) == 0;
        });
        if (!taken)
            all.append(header);
    }
    return all;
}

} // namespace

Expected<void> checkRequest(const SseRequest &request)
{
    const QString scheme = request.url.scheme();
    if (!request.url.isValid() || request.url.host().isEmpty()
        || (scheme != "http"_L1 && scheme != "https"_L1))
        return failure(ErrorCode::InvalidArgument,
                       u"\"%1\" is no http address"_s.arg(request.url.toDisplayString().left(200)));
    for (const auto &[name, value] : request.headers) {
        static constexpr QByteArrayView kFraming = "transfer-encoding";
        if (!isToken(name) || !isFieldValue(value)
            || name.compare(kFraming, Qt::CaseInsensitive) == 0)
            return failure(ErrorCode::InvalidArgument,
                           u"the header \"%1\" cannot be sent"_s.arg(
                               QString::fromUtf8(name).simplified().left(80)));
    }
    if (!isFieldValue(request.lastEventId))
        return failure(ErrorCode::InvalidArgument, u"an event id has no line breaks and no NUL"_s);
    return {};
}

QByteArray encodeRequest(const SseRequest &request)
{
    QByteArray out =
        (request.body ? "POST "_ba : "GET "_ba) + target(request.url) + " HTTP/1.1\r\n";
    const SseHeaders headers = allHeaders(request);
    for (const auto &[name, value] : headers)
        out += name + ": " + value + "\r\n";
    out += "\r\n";
    if (request.body)
        out += *request.body;
    return out;
}

} // namespace Kintsugi
