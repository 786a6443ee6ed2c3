// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/task.h"

#include <QHostAddress>
#include <QList>

#include <optional>

namespace Kintsugi {

/*! One reader of an event stream as it stands now: plain values, for any thread. */
struct StreamReport
{
    static constexpr qsizetype kAgentBytes = 256; //!< Of its User-Agent, the rest is cut off.

    quint64 id = 0; //!< Of this server only; from 1, never used twice.
    QHostAddress peer{};
    quint16 peerPort = 0;
    UserId user{};
    QByteArray agent{}; //!< What the client says it is, byte for byte: not to be trusted.
    TaskId task{}; //!< Null: all of its user's tasks.
    QByteArray taskName{};
    IdempotencyKey taskKey{};
    qint64 lastId = 0; //!< The seq, or the position, that was last written.
    qint64 sentBytes = 0; //!< Taken by the kernel, head and all.
    qint64 waitingBytes = 0; //!< In the socket, because the client does not take them.
    Timestamp since{};
};

/*! The readers of one server. */
struct StreamsReport
{
    static constexpr qsizetype kMost = 1000; //!< More are counted and not told of one by one.

    QList<StreamReport> streams{}; //!< The newest first.
    qint64 count = 0; //!< Of all.
    qint64 dropped = 0; //!< Since the server began: those who took nothing for too long.
    std::optional<StreamReport> lastDropped{};
};

} // namespace Kintsugi
