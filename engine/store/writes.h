// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/event.h"
#include "engine/model/outcome.h"
#include "engine/model/steprecord.h"
#include "engine/model/task.h"
#include "engine/store/workers.h"

#include <QHash>
#include <QList>

namespace Kintsugi {

class Connection;

/*! A memo's name: its task's number and its key. */
struct StepMark
{
    qint64 task = 0;
    QByteArray key;
};

/*! What a write sees while its batch's transaction is open, and what it leaves for those who
 * listen.
 *
 *  A write refuses before it changes anything: then it fails alone, and its batch goes on.
 */
struct WriteContext
{
    Connection &db;
    const Judge &judge;
    const QHash<QByteArray, int>
        &drivable; //!< Definitions of this process by name, with their versions.
    QList<Event> events{}; //!< Written so far, in the order of their positions.
    QList<TaskId> changed{}; //!< Tasks that changed without an event.
    QList<StepMark> steps{}; //!< Memos written so far, by which a lost commit is found again.

    [[nodiscard]] Timestamp now() const { return judge.clock.now(); }
};

/*! The right to write for one attempt. A write that bears an older epoch is refused (Fenced). */
struct Fence
{
    TaskId id;
    qint64 num = 0;
    Epoch epoch = 0;
};

/*! An attempt that this process has just taken over and must now drive. */
struct Claim
{
    Fence fence;
    Task task;
};

struct SubmitResult
{
    Task task;
    Outcome outcome = Outcome::Attached;
    std::optional<Claim> claim;
};

/*! Makes the task, or finds the one that has its key, and takes it over when nobody drives it: one
 * transaction. */
struct Submit
{
    using Result = SubmitResult;
    static constexpr bool failsFast = true;
    UserId user;
    IdempotencyKey key;
    QByteArray name;
    int definitionVersion = 1;
    QByteArray input; //!< Canonical JSON.
    bool autoRecover = false;
    std::chrono::milliseconds delay{}; //!< Before its first attempt.

    [[nodiscard]] Expected<Result> apply(WriteContext &context) const;
};

/*! The same for a task that is known to exist. */
struct Nudge
{
    using Result = SubmitResult;
    static constexpr bool failsFast = true;
    UserId user;
    QByteArray idOrKey;

    [[nodiscard]] Expected<Result> apply(WriteContext &context) const;
};

struct StopResult
{
    Task task;
    Outcome outcome = Outcome::Stopping;
};

/*! Asks a task to stop; one that nobody drives is cancelled at once. */
struct RequestStop
{
    using Result = StopResult;
    static constexpr bool failsFast = true;
    UserId user;
    QByteArray idOrKey;
    QString reason;

    [[nodiscard]] Expected<Result> apply(WriteContext &context) const;
};

/*! Asks a running task to suspend itself; one that nobody drives is suspended at once. */
struct RequestSuspend
{
    using Result = StopResult; //!< suspending, suspended
    static constexpr bool failsFast = true;
    UserId user;
    QByteArray idOrKey;
    QString reason;

    [[nodiscard]] Expected<Result> apply(WriteContext &context) const;
};

/*! Takes up a suspended task, or (\a retries) a failed or cancelled one with the memo it has. */
struct TakeUp
{
    using Result = SubmitResult; //!< resumed, retried
    static constexpr bool failsFast = true;
    UserId user;
    QByteArray idOrKey;
    bool retries = false;

    [[nodiscard]] Expected<Result> apply(WriteContext &context) const;
};

/*! A new task of the same input whose memo holds what was asked before a step. */
struct Fork
{
    using Result = SubmitResult; //!< created
    static constexpr bool failsFast = true;
    UserId user;
    QByteArray idOrKey;
    QString fromStep; //!< A step's name (its first occurrence) or key.

    [[nodiscard]] Expected<Result> apply(WriteContext &context) const;
};

/*! Removes a task that has ended, with its log and its memo. Gives its id. */
struct Remove
{
    using Result = TaskId;
    static constexpr bool failsFast = true;
    UserId user;
    QByteArray idOrKey;

    [[nodiscard]] Expected<Result> apply(WriteContext &context) const;
};

/*! Takes what may start or go on by itself: pending tasks, stale ones that may recover alone, those
 * a shutdown suspended; cancels stale ones that were asked to stop. */
struct ClaimReady
{
    using Result = QList<Claim>;
    static constexpr bool failsFast = true;
    int limit = 100;

    [[nodiscard]] Expected<Result> apply(WriteContext &context) const;
};

/*! What an attempt writes on its way: events, the memo of a step, how often memos were served; any
 * of them. */
struct WriteAttempt
{
    using Result = QList<Event>;
    static constexpr bool failsFast = false;
    Fence fence;
    QList<NewEvent> events;
    std::optional<StepRecord> step;
    QList<QByteArray> cacheHits; //!< Keys of memos that were served.
    bool isProgress = true; //!< False for an event that only says that the attempt began.

    [[nodiscard]] Expected<Result> apply(WriteContext &context) const;
};

/*! The end of an attempt: a terminal state, or suspended. */
struct FinishAttempt
{
    using Result = Event;
    static constexpr bool failsFast = false;
    Fence fence;
    TaskState state = TaskState::Completed;
    NewEvent event;
    QByteArray result{};
    QByteArray error{};
    QString suspendReason{};
    bool resumesAlone = false; //!< Suspended by a shutdown: goes on without a person.
    QList<QByteArray> cacheHits{};

    [[nodiscard]] Expected<Result> apply(WriteContext &context) const;
};

struct DroppedAttempt
{
    Fence fence;
    Timestamp at;
    Monotonic mono{};
};

/*! The worker's sign of life, one row however many tasks it drives, and what it dropped since the
 * last. */
struct Beat
{
    using Result = bool;
    static constexpr bool failsFast = false;
    QList<DroppedAttempt> dropped;
    bool ends = false; //!< The last beat of a clean end.

    [[nodiscard]] Expected<Result> apply(WriteContext &context) const;
};

/*! A beat of a worker that is closing. It does not wait for a store that cannot be written: then
 * the worker's free lock tells the same. */
struct ClosingBeat
{
    using Result = bool;
    static constexpr bool failsFast = true;
    QList<DroppedAttempt> dropped;
    bool ends = true; //!< The last one.

    [[nodiscard]] Expected<Result> apply(WriteContext &context) const
    {
        return Beat{dropped, ends}.apply(context);
    }
};

} // namespace Kintsugi
