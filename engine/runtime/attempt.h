// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/steprecord.h"
#include "engine/runtime/coro.h"
#include "engine/runtime/leaf.h"
#include "engine/runtime/mailbox.h"
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

    Attempt(const AttemptServices &services, Claim claim, const RegisteredTask &definition,
            std::function<void()> ended);
    Attempt(const Attempt &) = delete;
    Attempt &operator=(const Attempt &) = delete;
    ~Attempt();

    /*! Runs the handler from its top, with the memo of earlier attempts. */
    void start(const QList<StepRecord> &memo);
    /*! The stop request is in the log: the await in progress, or the next, throws Stopped. */
    void stop(const QString &reason);
    /*! Ends as suspended at the await in progress, or at the next. */
    void suspend(const QString &reason, bool resumesAlone);

    [[nodiscard]] const Fence &fence() const { return m_claim.fence; }
    [[nodiscard]] const Task &task() const { return m_claim.task; }
    [[nodiscard]] Phase phase() const { return m_phase; }
    [[nodiscard]] const AttemptServices &services() const { return m_services; }
    [[nodiscard]] bool isStopRequested() const { return m_isStopRequested; }
    [[nodiscard]] std::stop_token stopToken() const { return m_stopSource.get_token(); }

    // For the leaves.
    [[nodiscard]] bool takeStop(); //!< True once after a stop.
    void addLeaf(Leaf &leaf) { m_leaf = &leaf; }
    void removeLeaf(Leaf &leaf);
    [[nodiscard]] bool
    leafMayGoOn(); //!< False when the attempt was suspended instead: the frame is gone then.
    void write(const QList<NewEvent> &events, std::optional<StepRecord> step,
               std::shared_ptr<LeafToken> token);

    /*! The memo of a step, if there is one; counts it as served. Throws TaskError("nondeterminism")
     * when the handler asks for another name than its predecessor did at this place. */
    struct Ask
    {
        QByteArray key;
        int occurrence = 1;
        int ordinal = 1;
        const StepRecord *memo = nullptr;
    };
    [[nodiscard]] Ask askStep(const QString &name);
    [[nodiscard]] bool isMemoised(const QString &name) const;
    [[nodiscard]] QStringList memoisedNames() const;

private:
    Coro<void> drive();
    void finish(TaskState state, NewEvent event, const QByteArray &result, const QByteArray &error,
                const QString &suspendReason = {});
    void finishFailed(const TaskError &error);
    void finishCancelled();
    void beginGrace();
    void end();
    void suspendNow();
    void dropFrame();

    AttemptServices m_services;
    Claim m_claim;
    const RegisteredTask &m_definition;
    std::function<void()> m_ended;
    Phase m_phase = Phase::Loading;

    bool m_isStopRequested = false;
    bool m_isStopThrown = false;
    QString m_stopReason;
    std::optional<QString> m_suspendReason;
    bool m_resumesAlone = false;
    Timers::Id m_graceTimer = 0;
    std::stop_source m_stopSource;

    QHash<QByteArray, StepRecord> m_memo;
    QHash<int, QString> m_namesByOrdinal;
    QHash<QString, int> m_occurrences;
    int m_lastOrdinal = 0;
    QList<QByteArray> m_cacheHits; // Ride with the next commit.

    Leaf *m_leaf = nullptr;
    std::unique_ptr<Context> m_context;
    std::shared_ptr<bool> m_alive; // Shared with answers on their way; false once this is gone.
    Coro<void> m_root; // Last, so that the frame goes first.
};

} // namespace Kintsugi
