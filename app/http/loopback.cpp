// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/loopback.h"

#include "app/http/characters.h"
#include "app/http/requesthead.h"

#include <algorithm>
#include <array>

namespace Kintsugi {

using namespace Characters;
using namespace Qt::StringLiterals;

namespace {

constexpr std::array<QByteArrayView, 3> kLoopbackHosts{"localhost", "127.0.0.1", "[::1]"};
constexpr QByteArrayView kHttp("http://");
constexpr QByteArrayView kHttps("https://");

bool isHostChar(char c)
{
    return isAlphanumeric(c) || QByteArrayView("-._~!$&'()*+,;=").contains(c);
}

bool isRegName(QByteArrayView host)
{
    for (qsizetype i = 0; i < host.size(); ++i) {
        if (host[i] == '%') {
            if (i + 2 >= host.size() || hexValue(host[i + 1]) < 0 || hexValue(host[i + 2]) < 0)
                return false;
            i += 2;
        } else if (!isHostChar(host[i])) {
            return false;
        }
    }
    return true;
}

bool isBracketed(QByteArrayView host)
{
    if (host.size() < 4 || host.front() != '[' || host.back() != ']')
        return false;
    const QByteArrayView inside = host.sliced(1, host.size() - 2);
    return std::ranges::all_of(inside,
                               [](char c) { return hexValue(c) >= 0 || c == ':' || c == '.'; });
}

std::optional<int> parsePort(QByteArrayView text)
{
    if (text.isEmpty())
        return 80;
    int port = 0;
    for (const char c : text) {
        if (!isDigit(c))
            return std::nullopt;
        port = port * 10 + (c - '0');
        if (port > 65535)
            return std::nullopt;
    }
    return port;
}

Problem forbidden(QString detail)
{
    return {.status = 403, .detail = std::move(detail)};
}

/*! `scheme://host[:port]` and nothing after it. */
bool isOrigin(const QByteArray &lower)
{
    if (lower == "null")
        return true;
    const QByteArrayView scheme = lower.startsWith(kHttp) ? kHttp : kHttps;
    if (!lower.startsWith(scheme))
        return false;
    const auto authority = parseAuthority(QByteArrayView(lower).sliced(scheme.size()));
    return authority && !authority->host.isEmpty();
}

/*! Without the port that its scheme has anyway: browsers leave it out. */
QByteArray asBrowsersWriteIt(const QByteArray &origin)
{
    const QByteArrayView own = origin.startsWith(kHttps) ? ":443" : ":80";
    return origin.endsWith(own) ? origin.chopped(own.size()) : origin;
}

} // namespace

std::optional<Authority> parseAuthority(QByteArrayView text)
{
    qsizetype hostEnd = text.size();
    if (text.startsWith('[')) {
        hostEnd = text.indexOf(']') + 1;
        if (!isBracketed(text.first(hostEnd)))
            return std::nullopt;
    } else {
        const qsizetype colon = text.indexOf(':');
        if (colon >= 0)
            hostEnd = colon;
        if (!isRegName(text.first(hostEnd)))
            return std::nullopt;
    }
    Authority authority{.host = text.first(hostEnd).toByteArray().toLower()};
    if (hostEnd == text.size())
        return authority;
    if (text[hostEnd] != ':')
        return std::nullopt;
    const std::optional<int> port = parsePort(text.sliced(hostEnd + 1));
    if (!port)
        return std::nullopt;
    authority.port = *port;
    return authority;
}

Expected<HostPolicy> HostPolicy::make(const QStringList &hosts, const QStringList &origins)
{
    HostPolicy policy;
    for (const QString &text : hosts) {
        const QByteArray bytes = text.toUtf8();
        const auto authority = parseAuthority(bytes);
        if (!authority || authority->host.isEmpty())
            return failure(ErrorCode::InvalidArgument, u"no host, or host:port: "_s + text);
        policy.m_hosts.append({*authority, bytes.toLower() == authority->host});
    }
    for (const QString &text : origins) {
        const QByteArray lower = text.toUtf8().toLower();
        if (!isOrigin(lower))
            return failure(ErrorCode::InvalidArgument,
                           u"no origin such as https://example.org: "_s + text);
        policy.m_origins.append(asBrowsersWriteIt(lower));
    }
    return policy;
}

bool HostPolicy::allowsHost(QByteArrayView host) const
{
    const auto authority = parseAuthority(host);
    if (!authority || authority->host.isEmpty())
        return false;
    if (std::ranges::find(kLoopbackHosts, QByteArrayView(authority->host)) != kLoopbackHosts.end())
        return true;
    return std::ranges::any_of(m_hosts, [&authority](const AllowedHost &allowed) {
        return allowed.authority.host == authority->host
            && (allowed.anyPort || allowed.authority.port == authority->port);
    });
}

bool HostPolicy::allowsOrigin(QByteArrayView origin, QByteArrayView host) const
{
    if (listsOrigin(origin))
        return true;
    const QByteArray lower = origin.toByteArray().toLower();
    if (!lower.startsWith(kHttp))
        return false;
    const auto own = parseAuthority(host);
    const auto theirs = parseAuthority(QByteArrayView(lower).sliced(kHttp.size()));
    return own && theirs && !own->host.isEmpty() && *own == *theirs;
}

bool HostPolicy::listsOrigin(QByteArrayView origin) const
{
    return m_origins.contains(origin.toByteArray().toLower());
}

std::optional<Problem> HostPolicy::judge(const RequestHead &head) const
{
    if (head.host.isNull())
        return forbidden(u"The request does not say which host it is for."_s);
    if (!allowsHost(head.host))
        return forbidden(u"This server does not answer for that Host."_s);
    if (head.count("origin") == 0)
        return std::nullopt;
    if (head.count("origin") > 1)
        return Problem{.status = 400, .detail = u"There is more than one Origin."_s};
    if (!allowsOrigin(head.header("origin"), head.host))
        return forbidden(u"Requests from that Origin are not allowed."_s);
    return std::nullopt;
}

} // namespace Kintsugi
