// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"
#include "engine/model/ids.h"

#include <optional>

namespace Kintsugi {

enum class TaskState { Pending, Running, Suspended, Completed, Failed, Cancelled };

/*! The spelling on the wire and in the store, pinned by a test. */
[[nodiscard]] QByteArray toWire(TaskState state);
[[nodiscard]] std::optional<TaskState> taskStateFromWire(QByteArrayView text);
[[nodiscard]] constexpr bool isTerminal(TaskState state)
{
    return state == TaskState::Completed || state == TaskState::Failed
        || state == TaskState::Cancelled;
}

/*! What is known of whoever drives a running task. */
enum class OwnerState {
    None, //!< Nobody: the task is not running.
    ThisProcess,
    OtherProcess, //!< Alive: its lock is held and its heartbeat fresh.
    Silent, //!< Its lock is held, its heartbeat older than the threshold.
    Dead, //!< Its lock is free, or it ran in an earlier boot.
    Dropped, //!< Alive, but it said that it dropped this attempt (a simulated crash).
};

/*! One durable execution as it stood at one moment: contract §2. JSON fields are bytes; empty
 * stands for null. */
struct Task
{
    TaskId id;
    IdempotencyKey key;
    QByteArray name;
    int definitionVersion = 1;
    UserId user;
    TaskState state = TaskState::Pending;
    bool stale = false;
    std::optional<std::chrono::milliseconds>
        staleIn; //!< Until it counts as stale; none when it is not running.
    int attempt = 0;
    Epoch epoch = 0;
    bool autoRecover = false;
    QByteArray input;
    QByteArray result;
    QByteArray error;
    QString stopReason;
    bool stopRequested = false;
    TaskId forkedFrom;
    QString summary;
    Timestamp createdAt;
    std::optional<Timestamp> startedAt;
    std::optional<Timestamp> finishedAt;
    std::optional<Timestamp> lastHeartbeatAt;
    std::optional<Timestamp> wakeAt;
    Seq lastSeq = 0;
    QString worker; //!< Name of the worker that drives or last drove it, empty before the first
                    //!< attempt.
    OwnerState owner = OwnerState::None;
    bool isParked = false; //!< Suspended by a sleep or for a signal: it wakes by itself.

    friend bool operator==(const Task &, const Task &) = default;
};

[[nodiscard]] QByteArray toJson(const Task &task); //!< Contract §2, members in its order.

} // namespace Kintsugi
