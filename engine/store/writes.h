// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/event.h"
#include "engine/model/outcome.h"
#include "engine/model/steprecord.h"
#include "engine/model/task.h"
#include "engine/store/admission.h"
#include "engine/store/workers.h"

#include <QHash>
#include <QList>
#include <QStringList>

#include <functional>

namespace Kintsugi {

class Connection;
class Transaction;

/*! What this process can drive: definitions by name, each with its version and after it the earlier
 * ones that it can go on with. */
using Drivable = QHash<QByteArray, QList<int>>;

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
    const Drivable &drivable;
    Admission &admission;
    QList<Event> events{}; //!< Written so far, in the order of their positions.
    QList<TaskId> changed{}; //!< Tasks that changed without an event.
    QList<UserId> slots{}; //!< Taken by this batch; given back when it cannot be committed.
    QList<UserId> admitted{}; //!< The same for the rates.
    std::optional<int> queued{}; //!< Tasks that wait for a slot, once somebody has counted.
    QList<StepMark> steps{}; //!< Memos written so far, by which a lost commit is found again.
    std::optional<Liveness> liveness{}; //!< Once somebody has asked, until a beat.

    [[nodiscard]] bool takeSlot(const UserId &user)
    {
        const bool taken = admission.takeSlot(user);
        if (taken)
            slots << user;
        return taken;
    }
    /*! After a rollback: as if nothing had been asked. */
    void forget();
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
    bool isWake = false; //!< A parked sleeper goes on: the same attempt, from its top.
    std::optional<Timestamp> wokenUpTo{}; //!< Rests that end until then are over.
    int failures = 0; //!< Failed attempts in a row before this one.
};

struct SubmitResult
{
    Task task;
    Outcome outcome = Outcome::Attached;
    std::optional<Claim> claim;
    qint64 num = 0; //!< The store's own name of it.
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

/*! Puts a signal into a task's inbox, and wakes the task when it is parked. */
struct Deliver
{
    using Result = StopResult; //!< delivered
    static constexpr bool failsFast = true;
    UserId user;
    QByteArray idOrKey;
    QString name;
    QByteArray payload; //!< JSON.

    [[nodiscard]] Expected<Result> apply(WriteContext &context) const;
};

/*! Takes what may start or go on by itself: pending tasks, sleepers whose time has come, stale ones
 * that may recover alone, those a shutdown suspended; cancels stale ones that were asked to stop.
 * As many as there are slots, oldest first, users in turn. */
struct ClaimReady
{
    using Result = QList<Claim>;
    static constexpr bool failsFast = true;
    int limit = 500;
    std::optional<QList<qint64>> only{}; //!< For a process that drives its own tasks alone.

    [[nodiscard]] Expected<Result> apply(WriteContext &context) const;
};

/*! What rides with an attempt's next commit, whatever that is. */
struct Riders
{
    QList<StepRecord> memos; //!< New ones.
    QList<QByteArray> cacheHits; //!< Keys of memos that were served.
    QList<StepRuns> runs; //!< As they stand now.
    std::optional<QString> summary; //!< The task's line for lists.
    std::optional<QHash<QByteArray, int>>
        emitted; //!< Events of this attempt by branch: what a woken handler need not say again.

    [[nodiscard]] bool isEmpty() const
    {
        return memos.isEmpty() && cacheHits.isEmpty() && runs.isEmpty() && !summary && !emitted;
    }
    void apply(WriteContext &context, const Fence &fence, int attempt) const;
};

/*! What an attempt writes on its way: events, memos; any of them. */
struct WriteAttempt
{
    using Result = QList<Event>;
    static constexpr bool failsFast = false;
    Fence fence;
    QList<NewEvent> events{};
    Riders riders{};
    bool isProgress = true; //!< False for an event that only says that the attempt began.

    [[nodiscard]] Expected<Result> apply(WriteContext &context) const;
};

/*! The end of an attempt: a terminal state, suspended, or pending until it is tried again. */
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
    Riders riders{};
    std::optional<Timestamp> retryAt{}; //!< With Pending: when the next attempt begins.

    [[nodiscard]] Expected<Result> apply(WriteContext &context) const;
};

/*! Lets a task rest without a frame until a time, or until a signal. False when a signal that it
 * waits for has come meanwhile: then it goes on instead. */
struct Park
{
    using Result = bool;
    static constexpr bool failsFast = false;
    Fence fence;
    QByteArray reason; //!< "sleep" or "signal"
    std::optional<Timestamp> wakeAt{};
    QStringList awaited{}; //!< Names of signals.
    Riders riders{};

    [[nodiscard]] Expected<Result> apply(WriteContext &context) const;
};

/*! Takes the oldest signal of a name out of the inbox, as the memo of the step that asked. None
 * when there is none; with \a givesUp that is memoised too. */
struct TakeSignal
{
    using Result = std::optional<QByteArray>;
    static constexpr bool failsFast = false;
    Fence fence;
    QString name;
    StepRecord step; //!< Without its result.
    bool givesUp = false;
    Riders riders{};

    [[nodiscard]] Expected<Result> apply(WriteContext &context) const;
};

/*! A step that runs inside the store's own transaction: its rows and its memo are committed
 * together, after the fence. Applied in a transaction of its own. */
struct TransactStep
{
    using Result = std::expected<StepRecord, Error>; //!< The memo, or what the body refused.
    static constexpr bool failsFast = false;
    static constexpr bool isAlone = true;
    Fence fence;
    StepRecord step;
    std::function<Expected<QByteArray>(Transaction &)> body;
    std::chrono::milliseconds timeLimit{};
    Riders riders{};

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
