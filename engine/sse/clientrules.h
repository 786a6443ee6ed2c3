// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QUrl>

#include <chrono>
#include <optional>

/*! What SseClient decides, apart from the wires: pure functions. */
namespace Kintsugi::SseRules {

using namespace std::chrono_literals;

inline constexpr std::chrono::milliseconds kFirstReconnectionTime = 2s; //!< Until a retry field.
inline constexpr std::chrono::milliseconds kShortestDelay = 10ms; //!< However small a retry field.
inline constexpr std::chrono::milliseconds kLongestBackOff =
    10s; //!< Unless the reconnection time is longer.

/*! How long to wait before the next attempt to connect.
 *
 *  A stream that was open and ended waits the reconnection time and no longer. After \a failures
 * attempts in a row that reached no stream the wait is drawn between the reconnection time and its
 * double for each failure; \a random is from 0 to 1. Never less than the server asked for.
 */
[[nodiscard]] std::chrono::milliseconds reconnectDelay(std::chrono::milliseconds reconnectionTime,
                                                       int failures, double random);

/*! Whether that Content-Type makes a body an event stream: its type alone counts, in any case. */
[[nodiscard]] bool isEventStream(QByteArrayView contentType);

/*! Where a task that \a start began is followed: GET …/api/durable-example/reattach/ID on the same
 * server, under the same prefix, with the same query less lastEventId. None when \a taskId is no
 * word that may stand in a path. */
[[nodiscard]] std::optional<QUrl> reattachUrl(const QUrl &start, const QByteArray &taskId);

/*! Where a redirect leads: only to the same scheme, host and port. None for any other place. */
[[nodiscard]] std::optional<QUrl> redirectTarget(const QUrl &from, const QByteArray &location);

/*! True for 301, 302, 303, 307 and 308. */
[[nodiscard]] bool isRedirect(int status);

/*! The nearest word of ours for a status that is no stream. */
[[nodiscard]] ErrorCode errorCodeOf(int status);

/*! Whether that Content-Type makes a body the explanation of a refusal (RFC 9457). */
[[nodiscard]] bool isProblem(QByteArrayView contentType);

/*! What such a body says, as one line: title, detail and bad fields. */
[[nodiscard]] QString problemText(const QByteArray &body);

} // namespace Kintsugi::SseRules
