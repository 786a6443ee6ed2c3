// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/store/connection.h"
#include "engine/store/lockfile.h"
#include "engine/store/writes.h"

#include <QString>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <thread>

namespace Kintsugi {

/*! One write on its way: applied inside the batch's transaction, answered after the commit. */
class CommitJob
{
public:
    CommitJob() = default;
    CommitJob(const CommitJob &) = delete;
    CommitJob &operator=(const CommitJob &) = delete;
    virtual ~CommitJob() = default;

    virtual void
    apply(WriteContext &context) = 0; //!< May run again when the batch could not be committed.
    virtual void fail(Error error) = 0; //!< Sets the answer instead of apply().
    virtual void answer() = 0; //!< In the engine's thread, after the commit.
    [[nodiscard]] virtual bool
    failsFast() const = 0; //!< Rather an error now than a wait for a store that is down.
    [[nodiscard]] virtual bool isAlone() const = 0; //!< Wants a transaction of its own.
};

template<typename Write>
class CommitJobOf final : public CommitJob
{
public:
    using Then = std::move_only_function<void(Expected<typename Write::Result>)>;

    CommitJobOf(Write write, Then then)
        : m_write(std::move(write))
        , m_then(std::move(then))
    {}
    void apply(WriteContext &context) override { m_answer.emplace(m_write.apply(context)); }
    void fail(Error error) override { m_answer.emplace(std::unexpected(std::move(error))); }
    void answer() override
    {
        if (m_then)
            m_then(std::move(*m_answer));
    }
    [[nodiscard]] bool failsFast() const override { return Write::failsFast; }
    [[nodiscard]] bool isAlone() const override
    {
        if constexpr (requires { Write::isAlone; })
            return Write::isAlone;
        return false;
    }

private:
    Write m_write;
    Then m_then;
    std::optional<Expected<typename Write::Result>> m_answer;
};

/*! What one transaction made true. */
struct CommittedBatch
{
    QList<Event> events; //!< In the order of their positions.
    QList<TaskId> changed; //!< Tasks that changed without an event.
    std::vector<std::unique_ptr<CommitJob>>
        jobs; //!< To be answered, in order, after the events were published.
    bool fromOthers = false; //!< Another process's commits, found by looking.
    QList<std::pair<TaskId, QString>> suspends; //!< Of ours, wished by others, with the reason.
};

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

    /*! A job that rather fails is refused when too many wait already. */
    void enqueue(std::unique_ptr<CommitJob> job);
    /*! Until letGo() is called as often, jobs gather unless they are many: see Store::Together. */
    void gather();
    void letGo();
    [[nodiscard]] CommitFigures figures() const;

private:
    using Jobs = std::vector<std::unique_ptr<CommitJob>>;
    enum class Verdict { Committed, BadWrite, Unwritable };

    [[nodiscard]] bool mayGo() const; //!< Under the mutex: there are jobs, and none wait for more.
    void run();
    bool write(Jobs &jobs); //!< False when the store cannot be written: then \a jobs holds what
                            //!< must go again.
    Verdict transact(std::span<std::unique_ptr<CommitJob>> jobs, WriteContext &context,
                     Error &error);
    bool writeAlone(Jobs &jobs);
    void keepForLater(Jobs jobs);
    void lookForOthers();
    void noteOwn(const QList<Event> &events);
    void checkpoint(bool evenIfShort);
    void noteCommit(Monotonic took);
    void deliver(WriteContext &context, Jobs jobs);

    Connection m_db;
    LockFile &m_locks;
    Judge m_judge;
    Admission &m_admission;
    Drivable m_drivable;
    Sink m_sink;
    std::chrono::milliseconds m_foreignPollInterval;

    mutable std::mutex m_mutex; // Guards what follows; never held while SQLite works.
    std::condition_variable m_wake;
    std::deque<std::unique_ptr<CommitJob>> m_queue;
    int m_gathering = 0;
    bool m_ending = false;
    CommitFigures m_figures;
    std::deque<std::chrono::microseconds> m_latencies;

    // The writer thread's own.
    std::chrono::milliseconds m_backOff{};
    Error m_whyNot; // Of the last batch that could not be written.
    qint64 m_dataVersion = 0;
    Position m_seenPosition = 0; // Everything up to here was handed over.
    bool m_hasMoreOfOthers = false;
    int m_walPages = 0;
    std::thread m_thread;
};

} // namespace Kintsugi
