// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"
#include "engine/model/error.h"
#include "engine/model/ids.h"

namespace Kintsugi {

/*! The engine's own event types: contract §3. A handler may not emit them. */
namespace EventTypes {
inline constexpr QByteArrayView kCreated = "created";
inline constexpr QByteArrayView kAttemptStarted = "attempt_started";
inline constexpr QByteArrayView kStepRetry = "step_retry";
inline constexpr QByteArrayView kRetryScheduled = "retry_scheduled";
inline constexpr QByteArrayView kSuspended = "suspended";
inline constexpr QByteArrayView kResumed = "resumed";
inline constexpr QByteArrayView kSignalReceived = "signal_received";
inline constexpr QByteArrayView kStopRequested = "stop_requested";
inline constexpr QByteArrayView kCompleted = "completed";
inline constexpr QByteArrayView kFailed = "failed";
inline constexpr QByteArrayView kCancelled = "cancelled";
} // namespace EventTypes

/*! One committed entry of a task's log. */
struct Event
{
    TaskId task;
    Seq seq = 0;
    Position position = 0;
    int attempt = 0; //!< The task's attempt at that moment; 0 for created.
    QByteArray type;
    QByteArray payload; //!< A JSON object.
    Timestamp at;

    friend bool operator==(const Event &, const Event &) = default;
};

/*! A stretch of the log of the whole store. */
struct EventStretch
{
    struct Entry
    {
        UserId user; //!< Whose task it is.
        Event event;
    };
    QList<Entry> entries{}; //!< In the order of their positions, which is that of the commits.
    Position upTo = 0; //!< Nothing that was asked for is missing up to here.
    bool more = false; //!< There may be events after that already.
};

/*! An entry that is yet to be written. */
struct NewEvent
{
    QByteArray type;
    QByteArray payload;
};

[[nodiscard]] bool isTerminalEvent(QByteArrayView type);
[[nodiscard]] bool isEngineEvent(QByteArrayView type);

/*! Refuses what a handler may not emit: a name of the engine, one that does not match
 * [a-z][a-z0-9_]*, one too long. */
[[nodiscard]] Expected<void> checkHandlerEventType(QByteArrayView type);

[[nodiscard]] QByteArray toJson(const Event &event); //!< The data object of contract §4.

} // namespace Kintsugi
