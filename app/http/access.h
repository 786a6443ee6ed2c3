// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/loopback.h"
#include "engine/model/ids.h"

#include <optional>

namespace Kintsugi {

/*! As whom a request is served that was let in. */
struct Caller
{
    UserId user = localUser();
    HttpHeaders headers{}; //!< Of every answer to it: AccessPolicy::answerHeaders().
};

/*! Who is let in, and as whom: hosts and origins first, then the token, then the user. */
struct AccessPolicy
{
    HostPolicy hosts{};
    QByteArray token{}; //!< That each request must bear; empty: none.
    QByteArray userHeader{}; //!< The header whose value is the user; empty: all are local.

    /*! 403 for a stranger's Host or Origin, 401 without the token, 400 for a user who is none; or
     * nothing when the request may go on. */
    [[nodiscard]] std::optional<Problem> judge(const RequestHead &head) const;
    [[nodiscard]] Caller callerOf(const RequestHead &head) const; //!< Of one that was let in.

    /*! What every answer bears, refusals too, so that a page of a listed origin may read it (CORS).
     */
    [[nodiscard]] HttpHeaders answerHeaders(const RequestHead &head) const;

private:
    [[nodiscard]] bool bearsToken(const RequestHead &head) const;
};

/*! True for a browser's question whether a page may send a request (the Fetch standard). It bears
 * no token, by that standard, and its answer gives nothing away. */
[[nodiscard]] bool isPreflight(const RequestHead &head);
/*! What a page of a listed origin may send, whatever the path. */
[[nodiscard]] HttpHeaders preflightHeaders();

/*! RFC 6750's b64token: what can stand behind "Authorization: Bearer". */
[[nodiscard]] bool isBearerToken(QByteArrayView text);

} // namespace Kintsugi
