// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/steprecord.h"
#include "engine/runtime/branch.h"
#include "engine/runtime/coro.h"
#include "engine/runtime/faultpoints.h"
#include "engine/runtime/leaf.h"
#include "engine/runtime/mailbox.h"
#include "engine/runtime/memo.h"
#include "engine/runtime/registry.h"
#include "engine/runtime/taskerror.h"
#include "engine/runtime/timers.h"
#include "engine/store/store.h"

#include <QThreadPool>

#include <stop_token>

namespace Kintsugi {

class Context;

/*! What every attempt of an engine uses; outlives them all. */
struct AttemptServices
{
    Store &store;
    Timers &timers;
    std::shared_ptr<const Clock> clock; //!< Shared with step bodies, which may outlive the engine.
    QThreadPool &pool;
    std::shared_ptr<Mailbox>
        mailbox; //!< Shared with step bodies; answers that come from other threads go through it.
    std::chrono::milliseconds stopGrace;
    std::chrono::milliseconds parkAfter; //!< A longer sleep gives up its frame.
    std::chrono::milliseconds transactionLimit; //!< For a step inside the store's transaction.
    std::shared_ptr<FaultPoints> faults; //!< Shared with whoever arms them; null: never.
};

/*! One driving of one handler: its frame, its memo, and what was asked of it from outside.
 *
 *  Thread: engine. Destroying it is the simulated crash: the frame goes where it stands, nothing is
 * written.
 */
class Attempt final
{
public:
    enum class Phase { Loading, Running, Finishing };
    /*! How it ended, for whoever must look after the task from now on. */
    struct Ending
    {
        bool isDropped = false; //!< A fault point asked for a crash.
        std::optional<Timestamp> wakeAt{}; //!< It rests until then.
        bool rests = false; //!< Parked, or pending until it is tried again.
    };

    Attempt(const AttemptServices &services, Claim claim, const RegisteredTask &definition,
            std::function<void(const Ending &)> ended);
    Attempt(const Attempt &) = delete;
    Attempt &operator=(const Attempt &) = delete;
    ~Attempt();

    /*! Runs the handler from its top, with the memo of earlier attempts. */
    void start(const QList<StepRecord> &memo, const QList<StepRuns> &runs);
    /*! The stop request is in the log: the await in progress, or the next, throws Stopped. */
    void stop(const QString &reason);
    /*! Ends as suspended at the await in progress, or at the next. */
    void suspend(const QString &reason, bool resumesAlone);
    void signalArrived(); //!< One is in the inbox.

    [[nodiscard]] const Fence &fence() const { return m_claim.fence; }
    [[nodiscard]] const Task &task() const { return m_claim.task; }
    [[nodiscard]] const Claim &claim() const { return m_claim; }
    [[nodiscard]] Phase phase() const { return m_phase; }
    [[nodiscard]] const AttemptServices &services() const { return m_services; }
    [[nodiscard]] bool isStopRequested() const { return m_isStopRequested; }
    [[nodiscard]] std::stop_token stopToken() const { return m_stopSource.get_token(); }
    [[nodiscard]] Memo &memo() { return m_memo; }
    [[nodiscard]] Branch &root() { return m_branch; }

    /*! True when the log has nothing of this task's handler: neither a memo nor events. */
    [[nodiscard]] bool isFirstDriving() const
    {
        return m_claim.task.attempt == 1 && !m_claim.isWake && m_claim.task.forkedFrom.isNull();
    }

    // For the leaves and what is built of them.
    [[nodiscard]] bool takeStop(Branch &branch); //!< True once a branch after a stop.
    void addLeaf(Leaf &leaf);
    void removeLeaf(Leaf &leaf);
    [[nodiscard]] bool leafMayGoOn(); //!< False when the attempt was suspended instead: the frame
                                      //!< is gone then.
    void run(std::coroutine_handle<> handle); //!< Resumes it; after that this may be gone.
    void settle(); //!< Parks, or wakes who was set free, when nothing runs here; after that this
                   //!< may be gone.
    void later(std::shared_ptr<LeafToken> token); //!< Resumes the leaf once nothing runs here.
    /*! The instant when a rest of that length ends: the memo's, or a new one that is memoised. */
    [[nodiscard]] Timestamp deadline(Branch &branch, const QString &name,
                                     std::chrono::milliseconds delay);
    [[nodiscard]] bool isOver(Timestamp instant) const;

    Riders &riders() { return m_riders; } //!< What goes with the next commit.
    /*! Commits events and what rides with them, then calls \a then; never when the attempt ended
     * meanwhile. */
    void commit(QList<NewEvent> events, std::function<void(const QList<Event> &)> then);
    void flush(); //!< The same without events and without waiting, when something rides.
    /*! Any other write of this attempt; its refusal ends the attempt. */
    template<typename Write>
    void send(Write write, std::function<void(typename Write::Result)> then);
    [[nodiscard]] bool strikes(FaultPoint point); //!< True: go no further, the attempt is dropped.

private:
    Coro<void> drive();
    void finish(FinishAttempt write);
    void finishFailed(const TaskError &error);
    void finishCancelled();
    [[nodiscard]] std::optional<Timestamp> endOfTime() const; //!< When the task's timeout is over.
    void timeOut();
    void beginGrace();
    void refused(const Error &error);
    void end(const Ending &ending);
    void suspendNow();
    void park();
    void dropFrame();

    const AttemptServices &m_services;
    Claim m_claim;
    const RegisteredTask &m_definition;
    std::function<void(const Ending &)> m_ended;
    Phase m_phase = Phase::Loading;

    bool m_isStopRequested = false;
    bool m_isStopHeard = false;
    bool m_isParking = false;
    bool m_resumesAlone = false;
    int m_depth = 0; // Of handlers that run at this moment, inside one another.
    QString m_stopReason;
    std::optional<QString> m_suspendReason;
    Timers::Id m_graceTimer;
    Timers::Id m_timeoutTimer;
    std::stop_source m_stopSource;

    Memo m_memo;
    Riders m_riders;
    std::vector<Leaf *> m_leaves;
    std::vector<std::shared_ptr<LeafToken>> m_later;
    Branch m_branch;
    std::unique_ptr<Context> m_context;
    std::shared_ptr<bool> m_alive; // Shared with answers on their way; false once this is gone.
    Coro<void> m_root; // Last, so that the frame goes first.
};

template<typename Write>
void Attempt::send(Write write, std::function<void(typename Write::Result)> then)
{
    m_services.store.write(
        std::move(write),
        [this, alive = m_alive, then = std::move(then)](Expected<typename Write::Result> done) {
            if (!*alive || m_phase != Phase::Running)
                return;
            if (done)
                then(std::move(*done));
            else
                refused(done.error());
        });
}

} // namespace Kintsugi
