// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/store/checkpointer.h"
#include "engine/store/commitjob.h"
#include "engine/store/connection.h"
#include "engine/store/lockfile.h"
#include "engine/store/otherscommits.h"
#include "engine/store/unsurebatch.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <thread>

namespace Kintsugi {

struct CommitFigures
{
    qint64 commits = 0;
    std::chrono::microseconds p99{}; //!< Of the last 1,000.
    QString problem; //!< Why the store cannot be written, empty when it can.
};

/*! The one thread that writes: everything that waits goes into one transaction.
 *
 *  Thread: enqueue() and figures() any. Deliveries are posted to the thread that the sink chooses.
 */
class Committer
{
public:
    /*! Called on the writer's thread, or on that of an enqueue() that is refused; must only pass it
     * on. */
    using Sink = std::function<void(CommittedBatch)>;

    Committer(Connection db, LockFile &locks, Judge judge, Admission &admission, Drivable drivable,
              Sink sink, std::chrono::milliseconds foreignPollInterval);
    ~Committer(); //!< Commits what waits, then ends. What cannot be written then is answered with
                  //!< StoreUnavailable.
    Committer(const Committer &) = delete;
    Committer &operator=(const Committer &) = delete;

    /*! A job that rather fails is refused when too many wait already, and while the store is known
     * not to be writable. */
    void enqueue(std::unique_ptr<CommitJob> job);
    /*! Until letGo() is called as often, an open transaction waits for more jobs before it commits,
     *  as long as they come one after the other. See Store::Together. */
    void gather() { ++m_gathering; }
    void letGo() { --m_gathering; }
    [[nodiscard]] CommitFigures figures() const;
    /*! True while what was enqueued will be delivered in a moment. */
    [[nodiscard]] bool deliversSoon() const { return m_isQuick && (m_isWriting || m_waiting > 0); }

private:
    using Jobs = CommitJobs;
    enum class Verdict {
        Committed,
        BadWrite, //!< The write's own fault.
        Unwritable, //!< Nothing of it is in the store.
        Unsure, //!< COMMIT failed, and may have reached the disk all the same.
        Broken, //!< The file is damaged.
    };

    /*! For as many jobs, for a moment: before the thread goes to sleep, or \a whileGathering. False
     *  when there is none. */
    [[nodiscard]] bool lookOut(qsizetype jobs, bool whileGathering) const;
    void run();
    bool waitForWork(); //!< True at the end.
    void take(Jobs &jobs); //!< What waits and may be in one transaction with those.
    [[nodiscard]] bool grow(Jobs &jobs); //!< By what comes while others gather; false when none.
    /*! False when the store cannot be written: then \a jobs holds what must go again, and what is
     *  unsure has moved to m_unsure. */
    bool write(Jobs &jobs, bool mayGrow);
    Verdict transact(const std::function<void()> &work); //!< m_whyNot says what failed.
    bool writeAlone(Jobs &jobs);
    bool settle(); //!< True when it is known what became of m_unsure.
    void keepForLater(Jobs jobs);
    void giveUpUnsure();
    void breakOff();
    [[nodiscard]] bool restForLock(std::chrono::microseconds next, std::chrono::microseconds soFar,
                                   const QString &problem);
    void lookForOthers();
    void noteUnlocked();
    void noteCommit(Monotonic took);
    void deliver(WriteContext &context, Jobs jobs);

    Connection m_db;
    LockFile &m_locks;
    Judge m_judge;
    Admission &m_admission;
    Drivable m_drivable;
    Sink m_sink;
    std::chrono::milliseconds m_foreignPollInterval;

    std::atomic<int> m_gathering = 0;
    std::atomic<qsizetype> m_waiting = 0; // The length of the queue: seen without the mutex.
    std::atomic<bool> m_isWriting = false; // What was taken is not delivered yet.
    std::atomic<bool> m_isQuick = true; // As the last batch was.
    mutable std::mutex m_mutex; // Guards what follows; never held while SQLite works.
    std::condition_variable m_wake;
    std::deque<std::unique_ptr<CommitJob>> m_queue;
    bool m_ending = false;
    bool m_isDown = false; // The last try came to nothing.
    Error m_refusal; // For what rather fails, while it is down.
    CommitFigures m_figures;
    std::deque<std::chrono::microseconds> m_latencies;

    // The writer thread's own.
    std::chrono::milliseconds m_backOff{};
    Error m_whyNot; // Of the last batch that could not be written.
    bool m_hasWritten = false; // The last time around.
    bool m_isLocked = false; // By somebody else, the last time.
    bool m_isBroken = false; // For good.
    std::optional<UnsureBatch> m_unsure;
    OthersCommits m_others;
    std::chrono::microseconds m_lockedFor{};
    bool m_hasSaidSo = false; // That a lock is held.
    Checkpointer m_checkpoints;
    std::thread m_thread;
};

} // namespace Kintsugi
