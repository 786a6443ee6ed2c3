// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QHostAddress>

#include <chrono>

namespace Kintsugi {

/*! One request as the access log tells it. */
struct AccessEntry
{
    QByteArray method; //!< Empty when the request had no good one.
    QByteArray target; //!< Path and query as they were sent.
    int status = 0; //!< 0 when the client left before it was answered.
    qint64 bytes = 0; //!< Written to it, head and all.
    std::chrono::nanoseconds took{};
    QHostAddress peer;
    quint16 peerPort = 0;
};

/*! `GET /api/tasks?token=*** 200 1234 1.302 127.0.0.1:53412`: method, target, status, bytes,
 *  milliseconds, peer; "-" for what there is none of.
 *
 *  Whatever a stranger sends, it is one line of printable ASCII, and no token is in it.
 */
[[nodiscard]] QByteArray accessLine(const AccessEntry &entry);

/*! Logs it into kintsugi.http.access, which is off unless QT_LOGGING_RULES turns it on. */
void logAccess(const AccessEntry &entry);
[[nodiscard]] bool logsAccess();

} // namespace Kintsugi
