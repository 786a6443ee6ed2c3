// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/problem.h"

#include <QByteArray>
#include <QStringList>

#include <optional>

namespace Kintsugi {

struct RequestHead;

/*! host [":" port] of RFC 3986, compared whole. */
struct Authority
{
    QByteArray host{}; //!< In lower case; an IPv6 address keeps its brackets.
    int port = 80; //!< 80 when none was given.
    friend bool operator==(const Authority &, const Authority &) = default;
};

/*! Nothing when \a text is no host with an optional port: a user, a path, a blank, a port over
 * 65535. */
[[nodiscard]] std::optional<Authority> parseAuthority(QByteArrayView text);

/*! Whose requests are answered: those that name this machine, from pages of this server alone.
 *
 *  A page of another origin can send requests here, and its own name may resolve to 127.0.0.1
 *  (DNS rebinding). Its requests bear its name in Host, or in Origin, and both are compared whole:
 *  `127.0.0.1.evil.example` and `localhost.` are strangers.
 */
class HostPolicy
{
public:
    HostPolicy() = default;

    /*! \a hosts: `name` (on any port) or `name:port`; \a origins: `https://name`,
     * `http://name:port`, or `null`. InvalidArgument names the entry that is neither. */
    [[nodiscard]] static Expected<HostPolicy> make(const QStringList &hosts,
                                                   const QStringList &origins);

    [[nodiscard]] bool allowsHost(QByteArrayView host) const;
    [[nodiscard]] bool allowsOrigin(QByteArrayView origin, QByteArrayView host) const;
    [[nodiscard]] bool listsOrigins() const { return !m_origins.isEmpty(); }
    /*! True for an origin that make() was given: a page of another server. */
    [[nodiscard]] bool listsOrigin(QByteArrayView origin) const;

    /*! The 403 (400 for several Origins), or nothing when the request may go on. */
    [[nodiscard]] std::optional<Problem> judge(const RequestHead &head) const;

private:
    struct AllowedHost
    {
        Authority authority{};
        bool anyPort = true;
    };
    QList<AllowedHost> m_hosts;
    QList<QByteArray>
        m_origins; //!< As browsers write them: in lower case, without the scheme's own port.
};

} // namespace Kintsugi
