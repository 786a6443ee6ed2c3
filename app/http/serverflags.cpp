// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/serverflags.h"

#include "app/http/requesthead.h"

#include <QCommandLineParser>

#include <array>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr int kMany = 1'000'000;

constexpr std::array kFlags{
    ServerFlag{"bind"_L1, "ADDR"_L1,
               "Listens on this address instead of 127.0.0.1 and ::1; beyond loopback only with "
               "--token; :: takes IPv4 too."_L1},
    ServerFlag{
        "token"_L1, "TOKEN"_L1,
        "Answers only requests that bear this token, as Authorization: Bearer or ?token=."_L1},
    ServerFlag{"allow-host"_L1, "HOST"_L1,
               "Answers requests for this host too; may be repeated."_L1},
    ServerFlag{
        "allow-origin"_L1, "ORIGIN"_L1,
        "Answers pages of this origin too, such as https://example.org; may be repeated."_L1},
    ServerFlag{"trust-user-header"_L1, "NAME"_L1,
               "Takes the user from this header, which a proxy in front must set."_L1},
    ServerFlag{"max-connections"_L1, "N"_L1,
               "At most so many connections are open at a time (10000)."_L1},
};

Expected<QHostAddress> bindAddress(const QString &text, bool hasToken)
{
    const QHostAddress address(text);
    if (address.isNull())
        return failure(ErrorCode::InvalidArgument,
                       u"--bind takes an address such as 0.0.0.0 or ::, not \"%1\""_s.arg(text));
    if (!address.isLoopback() && !hasToken)
        return failure(ErrorCode::InvalidArgument,
                       u"--bind %1 lets other machines in: say with --token what they must know, "
                       "or leave --bind out"_s.arg(text));
    // As everywhere on Linux, "all" of IPv6 is all; Qt would make it IPv6 alone.
    return address == QHostAddress(QHostAddress::AnyIPv6) ? QHostAddress(QHostAddress::Any)
                                                          : address;
}

} // namespace

std::span<const ServerFlag> serverFlags()
{
    return kFlags;
}

Expected<void> setServer(HttpServerSettings &settings, const QCommandLineParser &parser)
{
    const auto hosts =
        HostPolicy::make(parser.values(u"allow-host"_s), parser.values(u"allow-origin"_s));
    if (!hosts)
        return std::unexpected(hosts.error());
    settings.access.hosts = *hosts;

    const QByteArray token = parser.value(u"token"_s).toUtf8();
    if (parser.isSet(u"token"_s) && !isBearerToken(token)) // Which is not said: it is a secret.
        return failure(ErrorCode::InvalidArgument,
                       u"--token takes letters, digits and -._~+/ (and = at its end)"_s);
    settings.access.token = token;

    const QByteArray header = parser.value(u"trust-user-header"_s).toUtf8();
    if (parser.isSet(u"trust-user-header"_s) && !isHttpToken(header))
        return failure(
            ErrorCode::InvalidArgument,
            u"--trust-user-header takes the name of a header, such as X-Forwarded-User, not \"%1\""_s
                .arg(parser.value(u"trust-user-header"_s)));
    settings.access.userHeader = header;

    if (parser.isSet(u"max-connections"_s)) {
        bool isNumber = false;
        settings.guard.connections = parser.value(u"max-connections"_s).toInt(&isNumber);
        if (!isNumber || settings.guard.connections < 1 || settings.guard.connections > kMany)
            return failure(
                ErrorCode::InvalidArgument,
                u"--max-connections takes a whole number from 1 to %1, not \"%2\""_s.arg(kMany).arg(
                    parser.value(u"max-connections"_s)));
    }

    if (parser.isSet(u"bind"_s)) {
        const auto address = bindAddress(parser.value(u"bind"_s), !token.isEmpty());
        if (!address)
            return std::unexpected(address.error());
        settings.address = *address;
    }
    return {};
}

} // namespace Kintsugi
