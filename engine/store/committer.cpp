// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// How a write becomes true.
//
// Whoever wants to write puts a job into the queue and is answered later. The writer thread takes
// everything that waits, up to a limit, and makes one transaction of it: under load batches form by
// themselves, alone a write goes at once; no timer decides. Whoever answers many tasks in one go
// says so (gather), so that what they write next is one batch and not a first one and the rest.
// Only after COMMIT has returned (WAL, synchronous=FULL: the log is on the disk) are the events
// handed over to be published and the callers answered, in the order of the queue. So nothing that
// anybody was told can be lost, and a crash at any instruction leaves either the whole transaction
// or nothing of it.
//
// A job refuses by returning an error before it has changed anything; then it fails alone. A
// failure inside SQLite that is the write's own fault (a broken constraint) rolls the batch back,
// and its jobs go again one by one, so that only the bad one fails. A failure of the store (full
// disk, I/O, a lock that is not given) is nobody's fault: jobs that rather fail are answered with
// StoreUnavailable, the others wait at the head of the queue and go again, later and later up to
// two seconds apart. Nothing is dropped. A job may therefore be applied several times; each time
// begins from the store.
//
// SQLite 3.7.0 to 3.51.2 can corrupt a file when a commit races a second checkpoint. Every batch
// and every checkpoint of every process therefore runs under one lock (LockFile), and nothing else
// checkpoints: automatic checkpoints are off on every connection, also at close. The writer
// checkpoints when it has nothing to do, or when the log has grown too long.
//
// Other processes' commits show in PRAGMA data_version, which changes for them and not for our own.
// Then the log is read from the last position that was handed over. Our own batches move that
// position along as long as nothing foreign stands before them; where it does, what we wrote behind
// it is read back too, and whoever listens drops it by its seq.

#include "engine/store/committer.h"

#include "engine/model/limits.h"
#include "engine/store/eventrows.h"

#include <sqlite3.h>

#include <QLoggingCategory>

#include <algorithm>
#include <ranges>
#include <span>

Q_LOGGING_CATEGORY(lcStore, "kintsugi.store")

namespace Kintsugi {

using namespace std::chrono_literals;

namespace {

constexpr int kPageBytes = 4096;
constexpr size_t kEnoughForABatch = 128; // The disk's wait is small beside their own work.
constexpr int kIdleCheckpointPages = 256;
constexpr auto kLongestBackOff = 2s;

qint64 single(Connection &db, const char *sql)
{
    Query query(db, sql);
    return query.next() ? query.integer(0) : 0;
}

} // namespace

Committer::Committer(Connection db, LockFile &locks, Judge judge, Admission &admission,
                     Drivable drivable, Sink sink, std::chrono::milliseconds foreignPollInterval)
    : m_db(std::move(db))
    , m_locks(locks)
    , m_judge(std::move(judge))
    , m_admission(admission)
    , m_drivable(std::move(drivable))
    , m_sink(std::move(sink))
    , m_foreignPollInterval(foreignPollInterval)
{
    m_dataVersion = single(m_db, "PRAGMA data_version");
    m_seenPosition = single(m_db, "SELECT coalesce(max(position), 0) FROM events");
    (void)m_db.takeError();
    sqlite3_wal_hook(
        m_db.handle(),
        [](void *self, sqlite3 *, const char *, int pages) {
            static_cast<Committer *>(self)->m_walPages = pages;
            return SQLITE_OK;
        },
        this);
    m_thread = std::thread([this] { run(); });
}

Committer::~Committer()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_ending = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void Committer::enqueue(std::unique_ptr<CommitJob> job)
{
    bool wake = false;
    {
        const std::scoped_lock lock(m_mutex);
        if (!job->failsFast() || qsizetype(m_queue.size()) < Limits::kCommitQueue)
            m_queue.push_back(std::move(job));
        wake = mayGo();
    }
    if (!job) {
        if (wake)
            m_wake.notify_one();
        return;
    }
    job->fail({ErrorCode::StoreUnavailable,
               QStringLiteral("%1 writes wait for the store already").arg(Limits::kCommitQueue),
               {},
               true});
    CommittedBatch refused;
    refused.jobs.push_back(std::move(job));
    m_sink(std::move(refused));
}

void Committer::gather()
{
    const std::scoped_lock lock(m_mutex);
    ++m_gathering;
}

void Committer::letGo()
{
    bool wake = false;
    {
        const std::scoped_lock lock(m_mutex);
        --m_gathering;
        wake = mayGo();
    }
    if (wake)
        m_wake.notify_one();
}

bool Committer::mayGo() const
{
    return !m_queue.empty() && (m_gathering == 0 || m_queue.size() >= kEnoughForABatch);
}

CommitFigures Committer::figures() const
{
    const std::scoped_lock lock(m_mutex);
    CommitFigures figures = m_figures;
    if (!m_latencies.empty()) {
        std::vector<std::chrono::microseconds> sorted(m_latencies.begin(), m_latencies.end());
        const auto at = sorted.begin() + qsizetype(sorted.size() * 99 / 100);
        std::nth_element(sorted.begin(), at, sorted.end());
        figures.p99 = *at;
    }
    return figures;
}

void Committer::run()
{
    while (true) {
        Jobs jobs;
        bool ending = false;
        {
            std::unique_lock lock(m_mutex);
            if (m_backOff > 0ms)
                m_wake.wait_for(lock, m_backOff, [this] { return m_ending; });
            else
                m_wake.wait_for(lock, m_foreignPollInterval,
                                [this] { return m_ending || m_hasMoreOfOthers || mayGo(); });
            while (!m_queue.empty() && qsizetype(jobs.size()) < Limits::kBatchWrites
                   && (jobs.empty() || !(m_queue.front()->isAlone() || jobs.back()->isAlone()))) {
                jobs.push_back(std::move(m_queue.front()));
                m_queue.pop_front();
            }
            ending = m_ending;
        }
        if (!jobs.empty()) {
            if (!write(jobs))
                keepForLater(std::move(jobs));
            checkpoint(false);
        } else if (ending) {
            break;
        } else {
            checkpoint(m_walPages > kIdleCheckpointPages);
        }
        lookForOthers();
    }
    checkpoint(m_walPages > 0);
}

bool Committer::write(Jobs &jobs)
{
    WriteContext context{m_db, m_judge, m_drivable, m_admission};
    const Monotonic began = m_judge.clock.monotonic();
    switch (transact(jobs, context, m_whyNot)) {
    case Verdict::Committed:
        noteCommit(m_judge.clock.monotonic() - began);
        noteOwn(context.events);
        deliver(context, std::exchange(jobs, {}));
        return true;
    case Verdict::BadWrite:
        if (jobs.size() > 1)
            return writeAlone(jobs);
        qCWarning(lcStore).noquote() << "a write was refused:" << m_whyNot.message;
        jobs.front()->fail(m_whyNot);
        deliver(context, std::exchange(jobs, {}));
        return true;
    case Verdict::Unwritable:
        break;
    }
    return false;
}

Committer::Verdict Committer::transact(std::span<std::unique_ptr<CommitJob>> jobs,
                                       WriteContext &context, Error &error)
{
    const CommitTurn turn(m_locks);
    if (!turn.isHeld()) {
        error = {ErrorCode::StoreUnavailable,
                 QStringLiteral("the lock of the store could not be taken"),
                 {},
                 true};
        return Verdict::Unwritable;
    }
    m_db.execute("BEGIN IMMEDIATE");
    for (const auto &job : jobs) {
        if (m_db.hasFailed())
            break;
        job->apply(context);
    }
    m_db.execute("COMMIT");
    if (!m_db.hasFailed())
        return Verdict::Committed;
    error = m_db.takeError().value_or(Error());
    if (sqlite3_get_autocommit(m_db.handle()) == 0)
        m_db.execute("ROLLBACK");
    (void)m_db.takeError();
    context.forget();
    return error.code == ErrorCode::Internal ? Verdict::BadWrite : Verdict::Unwritable;
}

bool Committer::writeAlone(Jobs &jobs)
{
    for (auto job = jobs.begin(); job != jobs.end(); ++job) {
        Jobs one;
        one.push_back(std::move(*job));
        if (!write(one)) {
            *job = std::move(one.front());
            jobs.erase(jobs.begin(), job); // It and all behind it go again, in their order.
            return false;
        }
    }
    jobs.clear();
    return true;
}

void Committer::keepForLater(Jobs jobs)
{
    qCWarning(lcStore).noquote() << "the store cannot be written:" << m_whyNot.message;
    Jobs failed;
    {
        const std::scoped_lock lock(m_mutex);
        m_figures.problem = m_whyNot.message;
        for (auto &job : std::ranges::reverse_view(jobs)) {
            if (job->failsFast() || m_ending) {
                job->fail({ErrorCode::StoreUnavailable, m_whyNot.message, {}, true});
                failed.push_back(std::move(job));
            } else {
                m_queue.push_front(std::move(job));
            }
        }
    }
    m_backOff = std::clamp<std::chrono::milliseconds>(m_backOff * 2, 50ms, kLongestBackOff);
    std::ranges::reverse(failed);
    WriteContext nothing{m_db, m_judge, m_drivable, m_admission};
    deliver(nothing, std::move(failed));
}

void Committer::noteCommit(Monotonic took)
{
    m_backOff = 0ms;
    const std::scoped_lock lock(m_mutex);
    ++m_figures.commits;
    m_figures.problem.clear();
    m_latencies.push_back(std::chrono::duration_cast<std::chrono::microseconds>(took));
    if (m_latencies.size() > 1000)
        m_latencies.pop_front();
}

void Committer::deliver(WriteContext &context, Jobs jobs)
{
    if (!jobs.empty() || !context.events.isEmpty())
        m_sink({std::move(context.events), std::move(context.changed), std::move(jobs), false, {}});
}

void Committer::noteOwn(const QList<Event> &events)
{
    for (const Event &event : events) {
        if (event.position == m_seenPosition + 1)
            m_seenPosition = event.position;
    }
}

void Committer::lookForOthers()
{
    m_hasMoreOfOthers = false;
    const qint64 version = single(m_db, "PRAGMA data_version");
    if (m_db.takeError() || version == m_dataVersion)
        return;
    CommittedBatch batch;
    batch.fromOthers = true;
    {
        Query query(
            m_db,
            "SELECT e.position, e.seq, e.attempt, e.at, e.type, e.payload, t.id FROM events e "
            "JOIN tasks t ON t.num = e.task WHERE e.position > ? ORDER BY e.position LIMIT ?",
            m_seenPosition, Limits::kEventsPage);
        while (query.next())
            batch.events << readEvent(query, TaskId(query.bytes(6)));
    }
    {
        Query query(m_db,
                    "SELECT id, suspend_reason FROM tasks WHERE state = 'running' AND worker = ? "
                    "AND suspend_requested",
                    m_judge.self);
        while (query.next())
            batch.suspends.emplaceBack(TaskId(query.bytes(0)), query.text(1));
    }
    if (m_db.takeError())
        return;
    if (batch.events.size() < Limits::kEventsPage)
        m_dataVersion = version;
    else
        m_hasMoreOfOthers = true; // Look again at once, after what waits to be written.
    if (!batch.events.isEmpty())
        m_seenPosition = batch.events.last().position;
    if (!batch.events.isEmpty() || !batch.suspends.isEmpty())
        m_sink(std::move(batch));
}

void Committer::checkpoint(bool evenIfShort)
{
    if (!evenIfShort && qint64(m_walPages) * kPageBytes < Limits::kWalBytes)
        return;
    const CommitTurn turn(m_locks);
    if (!turn.isHeld())
        return;
    int frames = 0;
    int moved = 0;
    const int code = sqlite3_wal_checkpoint_v2(m_db.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                               &frames, &moved);
    if (code != SQLITE_OK && code != SQLITE_BUSY)
        qCWarning(lcStore) << "checkpoint failed:" << sqlite3_errmsg(m_db.handle());
    m_walPages =
        0; // Counted anew from the next commit; what a reader kept back is in that count again.
}

} // namespace Kintsugi
