// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QUrl>

#include <cstdio>
#include <optional>

namespace Kintsugi {

/*! What `kintsugi-cli sse` was asked for. */
struct SseOptions
{
    QUrl url{};
    QByteArray lastEventId{};
    std::optional<int> max{}; //!< Ends after so many events.
    std::optional<QByteArray> post{}; //!< A JSON body: the stream is started by POST.
};

/*! Reads the stream and prints one JSON line an event on \a out, flushed: contract §6.
 *
 *  Runs an event loop of the QCoreApplication that exists, and gives the exit code: 0 after a 204,
 * after the last event of \a max and when nobody reads \a out any more; 1 when the answer is no
 * event stream; 2 for a request that cannot be sent; 4 when the first attempt reaches no server or
 * a POST cannot be gone on with. QCoreApplication::exit() ends it with that code.
 */
[[nodiscard]] int runSse(const SseOptions &options, std::FILE *out, std::FILE *err);

} // namespace Kintsugi
