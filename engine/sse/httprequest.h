// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"
#include "engine/sse/httpreader.h"

#include <QByteArray>
#include <QUrl>

#include <optional>

namespace Kintsugi {

/*! What a client asks for. */
struct SseRequest
{
    QUrl url{}; //!< http or https; a user and password in it become a Basic authorization.
    std::optional<QByteArray> body{}; //!< JSON; given, the stream is started by POST.
    SseHeaders
        headers{}; //!< Sent with every attempt; those that the client sets itself are left out.
    QByteArray lastEventId{}; //!< Goes on behind this event; empty for all.
    bool failWhenUnreachable = false; //!< Gives up when the very first attempt reaches no server,
                                      //!< instead of trying for ever.
};

/*! InvalidArgument for a request that cannot be sent. */
[[nodiscard]] Expected<void> checkRequest(const SseRequest &request);

/*! The bytes of a request that passed the check: HTTP/1.1, one to a connection. */
[[nodiscard]] QByteArray encodeRequest(const SseRequest &request);

} // namespace Kintsugi
