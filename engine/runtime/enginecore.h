// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/runtime/attempt.h"
#include "engine/runtime/engineconfig.h"
#include "engine/runtime/eventhub.h"
#include "engine/runtime/registry.h"

#include <QObject>
#include <QSet>

#include <atomic>
#include <mutex>
#include <unordered_map>

namespace Kintsugi {

/*! What lives in the engine's thread: the attempts, the heartbeat, the recovery scan, and the order
 * in which a commit becomes known.
 *
 *  Thread: engine, but for what says otherwise.
 */
class EngineCore final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EngineCore)

public:
    EngineCore(EngineConfig config, Registry registry);
    ~EngineCore() override;

    /*! Opens the store. Before the thread starts. */
    [[nodiscard]] Expected<void> open();

    void begin(); //!< First beat, first recovery scan.
    void drive(const Claim &claim);
    /*! Drops the attempt and answers when the drop is known to the store. */
    void crash(const TaskId &id, std::function<void(Expected<void>)> then);
    void suspend(const TaskId &id, const QString &reason); //!< Nothing, when it is not driven here.
    void removeFolder(const TaskId &id);
    /*! What came of a submit, a nudge or the like: drives it, or looks after it while it waits. */
    void accepted(const SubmitResult &done);
    void shutdown(std::chrono::milliseconds grace, std::function<void()> then);
    void dropAll();

    [[nodiscard]] EventHub &hub() { return m_hub; } //!< Any thread.
    [[nodiscard]] Store &store() { return *m_store; } //!< Any thread.
    void closeStore()
    {
        m_store.reset();
    } //!< After the last attempt is gone and nobody calls any more.
    [[nodiscard]] const Registry &registry() const { return m_registry; } //!< Any thread.
    [[nodiscard]] const EngineConfig &config() const { return m_config; } //!< Any thread.
    [[nodiscard]] bool isClosing() const { return m_isClosing; } //!< Any thread.
    [[nodiscard]] int drivenCount() const { return m_drivenCount; } //!< Any thread.
    void close() { m_isClosing = true; } //!< Any thread: nothing new is taken from now on.

private:
    void deliver(CommittedBatch batch); //!< From the writer's thread.
    void takeDeliveries();
    [[nodiscard]] bool lookOut() const; //!< For a delivery, for a moment.
    void committed(CommittedBatch &batch);
    void react(const Event &event);
    void recall(const Fence &fence); //!< Starts an attempt with its memo, once that can be read.
    void attemptEnded(const TaskId &id, Epoch epoch, const Attempt::Ending &ending = {});
    using Attempts = std::unordered_map<QByteArray, std::unique_ptr<Attempt>>;
    void letGo(Attempts::iterator attempt); //!< Destroys it; its slot is free then.
    void slotFreed(const UserId &user);
    void drop(Attempts::iterator attempt, std::function<void()> then);
    void armWake(Timestamp at); //!< Looks at that instant, unless it looks sooner anyway.
    void armNextWake(); //!< The same for the soonest delay in the store.
    void claimReady();
    void beat(std::function<void()> then = {});
    void scheduleBeat();
    void scan();
    void scheduleScan();
    void checkShutdown();

    EngineConfig m_config;
    Registry m_registry;
    EventHub m_hub;
    Timers m_timers;
    std::shared_ptr<Mailbox> m_mailbox; // Shared with step bodies that outlive us.
    QThreadPool *m_pool; // Ours, but left behind when a body does not listen at the end.
    std::unique_ptr<Store> m_store;

    std::mutex m_deliveryMutex; // Guards the deliveries.
    std::vector<CommittedBatch> m_deliveries;
    std::atomic<bool> m_hasDelivery = false; // Seen without the mutex.
    std::optional<AttemptServices> m_services;
    Attempts m_attempts; // By task id.
    QSet<qint64> m_own; // Resting tasks of a process that drives its own alone.
    std::optional<Timestamp> m_wakeAt; // Of the wake timer.
    bool m_hasWaiting = false; // Tasks may be waiting for a slot.
    bool m_claimsAgain = false; // Something came while a claim was on its way.
    QList<DroppedAttempt> m_dropped; // For the next beat.
    std::vector<std::function<void()>> m_shutdownThen;
    bool m_isFlushing = false; // A beat is on its way behind all that was asked before the closing.
    bool m_isFlushed = false;
    bool m_isShutDown = false;
    bool m_isScanning = false;
    bool m_isClaiming = false;
    Timers::Id m_wakeTimer;
    std::atomic<bool> m_isClosing = false;
    std::atomic<int> m_drivenCount = 0;
};

} // namespace Kintsugi
