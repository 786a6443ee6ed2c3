// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/access.h"

#include "app/http/characters.h"
#include "app/http/requesthead.h"

#include <QCryptographicHash>
#include <QStringDecoder>

#include <algorithm>

namespace Kintsugi {

using namespace Characters;
using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kUserLength = 255; // Characters.
constexpr QByteArrayView kBearer("Bearer ");

/*! Takes the same time wherever the two differ, and whatever their lengths. */
bool isSameSecret(const QByteArray &a, const QByteArray &b)
{
    const QByteArray x = QCryptographicHash::hash(a, QCryptographicHash::Sha256);
    const QByteArray y = QCryptographicHash::hash(b, QCryptographicHash::Sha256);
    int difference = 0;
    for (qsizetype i = 0; i < x.size(); ++i)
        difference |= x[i] ^ y[i];
    return difference == 0;
}

/*! The values of ?token=. A plus is itself: a token has no blanks. */
QList<QByteArray> tokensInQuery(const QByteArray &target)
{
    QList<QByteArray> tokens;
    const qsizetype mark = target.indexOf('?');
    if (mark < 0)
        return tokens;
    for (const QByteArray &item : target.sliced(mark + 1).split('&')) {
        const qsizetype equals = item.indexOf('=');
        if (equals > 0 && QByteArray::fromPercentEncoding(item.first(equals)) == "token")
            tokens << QByteArray::fromPercentEncoding(item.sliced(equals + 1));
    }
    return tokens;
}

/*! The name in \a value, or nothing when it is empty, too long, no text, or not to be printed. */
std::optional<UserId> userIn(const QByteArray &value)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString name = decoder.decode(value);
    const bool isName = !decoder.hasError() && !name.isEmpty() && name.size() <= kUserLength
        && std::ranges::all_of(name, [](QChar c) { return c.isPrint() || c.isSurrogate(); });
    return isName ? std::optional(UserId(value)) : std::nullopt;
}

} // namespace

std::optional<Problem> AccessPolicy::judge(const RequestHead &head) const
{
    if (auto problem = hosts.judge(head))
        return problem;
    if (!token.isEmpty() && !isPreflight(head) && !bearsToken(head))
        return Problem{.status = 401,
                       .detail = u"This server wants its token: Authorization: Bearer TOKEN, or "
                                 "?token=TOKEN where no header can be set."_s,
                       .headers = {{"WWW-Authenticate"_ba, "Bearer"_ba}}};
    const qsizetype users = userHeader.isEmpty() ? 0 : head.count(userHeader);
    if (users > 1 || (users == 1 && !userIn(head.header(userHeader))))
        return Problem{.status = 400,
                       .detail = u"%1 must be there once, with the name of a user: 1 to %2 "
                                 "printable characters."_s.arg(QString::fromLatin1(userHeader))
                                     .arg(kUserLength)};
    return std::nullopt;
}

bool AccessPolicy::bearsToken(const RequestHead &head) const
{
    bool bears = false;
    const QByteArray credentials = head.header("Authorization");
    if (head.count("Authorization") == 1 && credentials.size() > kBearer.size()
        && credentials.first(kBearer.size()).compare(kBearer, Qt::CaseInsensitive) == 0)
        bears = isSameSecret(credentials.sliced(kBearer.size()).trimmed(), token);
    for (const QByteArray &one : tokensInQuery(head.target))
        bears = isSameSecret(one, token) || bears;
    return bears;
}

Caller AccessPolicy::callerOf(const RequestHead &head) const
{
    Caller caller{.headers = answerHeaders(head)};
    if (!userHeader.isEmpty() && head.count(userHeader) == 1)
        caller.user = UserId(head.header(userHeader));
    return caller;
}

HttpHeaders AccessPolicy::answerHeaders(const RequestHead &head) const
{
    if (!hosts.listsOrigins())
        return {};
    HttpHeaders headers{{"Vary"_ba, "Origin"_ba}}; // For caches between us and the page.
    const QByteArray origin = head.header("Origin");
    if (head.count("Origin") == 1 && hosts.listsOrigin(origin))
        headers += HttpHeaders{{"Access-Control-Allow-Origin"_ba, origin},
                               {"Access-Control-Expose-Headers"_ba,
                                "X-Task-Id, X-Idempotency-Key, Location, Retry-After"_ba}};
    return headers;
}

bool isPreflight(const RequestHead &head)
{
    return head.method == "OPTIONS" && head.count("Origin") == 1
        && head.count("Access-Control-Request-Method") == 1;
}

HttpHeaders preflightHeaders()
{
    // Never the user's header: that is a proxy's to set, and no page's.
    return {{"Access-Control-Allow-Methods"_ba, "GET, HEAD, POST, DELETE"_ba},
            {"Access-Control-Allow-Headers"_ba,
             "Accept, Authorization, Cache-Control, Content-Type, Last-Event-ID"_ba},
            {"Access-Control-Max-Age"_ba, "600"_ba}};
}

bool isBearerToken(QByteArrayView text)
{
    while (text.endsWith('='))
        text.chop(1);
    return !text.isEmpty() && std::ranges::all_of(text, [](char c) {
        return isAlphanumeric(c) || QByteArrayView("-._~+/").contains(c);
    });
}

} // namespace Kintsugi
