// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// How a write becomes true.
//
// Whoever wants to write puts a job into the queue and is answered later. The writer thread takes
// everything that waits, up to a limit, and makes one transaction of it: under load batches form by
// themselves, alone a write goes at once; no timer decides. Whoever answers many tasks in one go
// says so (gather): the transaction then stays open for what they write next, and it is one batch
// and not a first one and the rest.
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
// begins from the store. While the store is down what rather fails is refused at once, before it is
// tried, and when nothing else waits the writer tries by itself, with a sign of life of its worker.
//
// A COMMIT that fails is rolled back by SQLite, but all of it may have reached the log, where a
// process that has to read the log anew finds it whole. A full disk is certain to have cut it off;
// for every other failure the batch waits as it is (see UnsureBatch) until another commit has taken
// its place in the log, and is then either answered as written or goes again. Nothing is written
// twice, and nobody is told that nothing was written when it may have been. An fsync that failed
// needs no more than that: the next commit writes every byte of its place anew, so nothing depends
// on pages that the kernel has marked as clean.
//
// A damaged file (SQLITE_CORRUPT, SQLITE_NOTADB) ends all writing until the program is started
// anew: what waits keeps waiting, nothing is tried again.
//
// SQLite 3.7.0 to 3.51.2 can corrupt a file when a commit races a second checkpoint. Every batch
// and every checkpoint of every process therefore runs under one lock (LockFile), and nothing else
// checkpoints: automatic checkpoints are off on every connection, also at close. The writer
// checkpoints when it has nothing to do, or when the log has grown too long.

#include "engine/store/committer.h"

#include "engine/model/limits.h"

#include <sqlite3.h>

#include <QLoggingCategory>

#include <algorithm>
#include <ranges>

Q_LOGGING_CATEGORY(lcStore, "kintsugi.store")

namespace Kintsugi {

using namespace std::chrono_literals;

namespace {

constexpr qsizetype kHandful = 8; // Not job by job: the two threads would fight for the queue.
constexpr int kLookOut = 1000; // Yields, some hundred microseconds: less than to be woken takes.
constexpr auto kQuick = 2ms; // With slower batches, to be woken takes little beside them.
constexpr auto kLongestBackOff = 2s;

constexpr auto kSaysSoAfter = 500ms; // A lock that is held for longer is a problem to be told.
constexpr auto kPatience = 5s; // With a lock, before what rather fails is refused.
constexpr auto kPatienceAfterwards = 1s;
constexpr auto kLongestRest = 25000us;

QString lockedBySqlite(const Connection &db)
{
    return QStringLiteral("another program holds the write lock of %1: waiting until it has done")
        .arg(db.path());
}

QString turnIsHeld(const Connection &db)
{
    return QStringLiteral("another process is in the middle of a write to %1: waiting until it has "
                          "done")
        .arg(db.path());
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
    , m_others(m_db)
    , m_checkpoints(m_db, m_locks)
{
    sqlite3_busy_handler(
        m_db.handle(),
        [](void *self, int count) {
            auto *committer = static_cast<Committer *>(self);
            const auto next =
                std::min(1000us * (count + 1), std::chrono::microseconds(kLongestRest));
            committer->m_lockedFor = count == 0 ? 0us : committer->m_lockedFor;
            const bool goesOn = committer->restForLock(next, committer->m_lockedFor,
                                                       lockedBySqlite(committer->m_db));
            committer->m_lockedFor += next;
            return goesOn ? 1 : 0;
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
    Error whyNot;
    {
        const std::scoped_lock lock(m_mutex);
        if (job->failsFast() && m_isDown)
            whyNot = m_refusal;
        else if (job->failsFast() && qsizetype(m_queue.size()) >= Limits::kCommitQueue)
            whyNot = {
                ErrorCode::StoreUnavailable,
                QStringLiteral("%1 writes wait for the store already").arg(Limits::kCommitQueue),
                {},
                true};
        else
            m_queue.push_back(std::move(job));
        m_waiting = qsizetype(m_queue.size());
        wake = m_waiting > 0;
    }
    if (!job) {
        if (wake)
            m_wake.notify_one();
        return;
    }
    job->fail(std::move(whyNot));
    CommittedBatch refused;
    refused.jobs.push_back(std::move(job));
    m_sink(std::move(refused));
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
        const bool ending = waitForWork();
        if (m_isBroken) {
            if (!ending)
                continue;
            giveUpUnsure();
            keepForLater({});
            return;
        }
        if (m_unsure && !settle()) {
            if (ending)
                giveUpUnsure();
            keepForLater({});
            continue;
        }
        Jobs jobs;
        take(jobs);
        m_hasWritten = !jobs.empty();
        if (jobs.empty() && ending)
            break;
        if (!jobs.empty() || m_backOff > 0ms) { // None: asks whether the store is there again.
            if (!write(jobs, true))
                keepForLater(std::move(jobs));
            m_isWriting = false;
            if (!m_isBroken)
                m_checkpoints.underLoad();
        } else {
            m_checkpoints.whenIdle();
        }
        if (!m_unsure && !m_isBroken)
            lookForOthers();
    }
    m_checkpoints.atTheEnd();
}

bool Committer::lookOut(qsizetype jobs, bool whileGathering) const
{
    for (int i = 0; i < kLookOut && m_isQuick; ++i) {
        const bool isLast = whileGathering && m_gathering == 0; // What they gave is there by now.
        if (m_waiting >= jobs || isLast)
            break;
        std::this_thread::yield();
    }
    return m_waiting > 0;
}

bool Committer::waitForWork()
{
    if (m_hasWritten && m_backOff == 0ms && !m_isBroken)
        (void)lookOut(1, false);
    std::unique_lock lock(m_mutex);
    if (m_isBroken)
        m_wake.wait(lock, [this] { return m_ending; });
    else if (m_backOff > 0ms)
        m_wake.wait_for(lock, m_backOff, [this] { return m_ending; });
    else
        m_wake.wait_for(lock, m_foreignPollInterval,
                        [this] { return m_ending || m_others.hasMore() || !m_queue.empty(); });
    return m_ending;
}

void Committer::take(Jobs &jobs)
{
    const std::scoped_lock lock(m_mutex);
    while (!m_queue.empty() && qsizetype(jobs.size()) < Limits::kBatchWrites
           && (jobs.empty() || !(m_queue.front()->isAlone() || jobs.back()->isAlone()))) {
        jobs.push_back(std::move(m_queue.front()));
        m_queue.pop_front();
    }
    m_waiting = qsizetype(m_queue.size());
    m_isWriting = !jobs.empty();
}

bool Committer::grow(Jobs &jobs)
{
    const size_t before = jobs.size();
    const qsizetype handful = std::max(kHandful, qsizetype(before) / 4);
    if (before > 0 && !jobs.back()->isAlone() && lookOut(handful, true))
        take(jobs);
    return jobs.size() > before;
}

bool Committer::write(Jobs &jobs, bool mayGrow)
{
    WriteContext context{m_db, m_judge, m_drivable, m_admission};
    const Monotonic began = m_judge.clock.monotonic();
    const Verdict verdict = transact([&] {
        size_t done = 0;
        do {
            for (; done < jobs.size(); ++done) {
                if (m_db.hasFailed())
                    return;
                jobs[done]->apply(context);
            }
        } while (mayGrow && grow(jobs));
        if (jobs.empty())
            showLife(m_db, m_judge);
    });
    if (verdict != Verdict::Committed && verdict != Verdict::Unsure)
        context.forget();
    switch (verdict) {
    case Verdict::Committed:
        noteCommit(m_judge.clock.monotonic() - began);
        m_others.noteOwn(context.events);
        deliver(context, std::exchange(jobs, {}));
        return true;
    case Verdict::BadWrite:
        if (jobs.size() > 1)
            return writeAlone(jobs);
        if (jobs.empty())
            return false;
        qCWarning(lcStore).noquote() << "a write was refused:" << m_whyNot.message;
        jobs.front()->fail(m_whyNot);
        deliver(context, std::exchange(jobs, {}));
        return true;
    case Verdict::Unsure:
        if (!jobs.empty())
            m_unsure.emplace(std::exchange(jobs, {}), context);
        break;
    case Verdict::Broken:
        breakOff();
        break;
    case Verdict::Unwritable:
        break;
    }
    return false;
}

Committer::Verdict Committer::transact(const std::function<void()> &work)
{
    m_isLocked = false;
    const CommitTurn turn(m_locks, [this](auto next, auto soFar) {
        m_isLocked = !restForLock(next, soFar, turnIsHeld(m_db));
        return !m_isLocked;
    });
    if (!turn.isHeld()) {
        m_whyNot = {ErrorCode::StoreUnavailable,
                    m_isLocked ? turnIsHeld(m_db)
                               : QStringLiteral("the lock of the store could not be taken"),
                    {},
                    true};
        return Verdict::Unwritable;
    }
    m_db.execute("BEGIN IMMEDIATE");
    if (!m_db.hasFailed()) {
        noteUnlocked();
        work();
    }
    const bool cameToCommit = !m_db.hasFailed();
    m_db.execute("COMMIT");
    if (!m_db.hasFailed())
        return Verdict::Committed;
    m_whyNot = m_db.takeError().value_or(Error());
    const int code = m_db.lastCode() & 0xff;
    if (m_db.isInTransaction())
        m_db.execute("ROLLBACK");
    (void)m_db.takeError();
    if (m_whyNot.code == ErrorCode::Internal)
        return Verdict::BadWrite;
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
        return Verdict::Broken;
    if (code == SQLITE_BUSY) {
        m_isLocked = true;
        m_whyNot.message = lockedBySqlite(m_db);
        return Verdict::Unwritable;
    }
    return cameToCommit && code != SQLITE_FULL ? Verdict::Unsure : Verdict::Unwritable;
}

bool Committer::writeAlone(Jobs &jobs)
{
    for (auto job = jobs.begin(); job != jobs.end(); ++job) {
        Jobs one;
        one.push_back(std::move(*job));
        if (!write(one, false)) {
            if (one.empty()) // It is unsure, and waits by itself.
                ++job;
            else
                *job = std::move(one.front());
            jobs.erase(jobs.begin(), job); // All that is left goes again, in its order.
            return false;
        }
    }
    jobs.clear();
    return true;
}

bool Committer::settle()
{
    bool isThere = false;
    const Verdict verdict = transact([&] {
        isThere = m_unsure->isIn(m_db);
        showLife(m_db, m_judge); // What takes the place in the log, and can be there twice.
    });
    if (verdict == Verdict::Broken)
        breakOff();
    if (verdict != Verdict::Committed)
        return false;
    // One that came true bypassed its fsync: only in the file it is safe.
    if (isThere && !m_checkpoints.run())
        return false;
    qCInfo(lcStore) << "a commit of unknown outcome was found to have"
                    << (isThere ? "come true" : "left nothing");
    noteCommit({});
    UnsureBatch batch = std::move(*m_unsure);
    m_unsure.reset();
    if (isThere) {
        m_others.noteOwn(batch.events);
        m_sink(
            {std::move(batch.events), std::move(batch.changed), std::move(batch.jobs), false, {}});
        return true;
    }
    WriteContext again{m_db, m_judge, m_drivable, m_admission};
    again.slots = batch.slots;
    again.admitted = batch.admitted;
    again.forget();
    const std::scoped_lock lock(m_mutex);
    for (auto &job : std::ranges::reverse_view(batch.jobs))
        m_queue.push_front(std::move(job));
    return true;
}

void Committer::keepForLater(Jobs jobs)
{
    Jobs failed;
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_isDown || m_figures.problem != m_whyNot.message)
            qCWarning(lcStore).noquote() << "the store cannot be written:" << m_whyNot.message;
        m_isDown = true;
        m_figures.problem = m_whyNot.message;
        m_refusal = {ErrorCode::StoreUnavailable, m_whyNot.message, {}, !m_isBroken};
        for (auto &job : std::ranges::reverse_view(jobs))
            m_queue.push_front(std::move(job));
        std::deque<std::unique_ptr<CommitJob>> kept;
        for (auto &job : m_queue) {
            if (job->failsFast() || m_ending) {
                job->fail(m_refusal);
                failed.push_back(std::move(job));
            } else {
                kept.push_back(std::move(job));
            }
        }
        m_queue = std::move(kept);
    }
    m_backOff = m_isLocked
        ? 50ms
        : std::clamp<std::chrono::milliseconds>(m_backOff * 2, 50ms, kLongestBackOff);
    WriteContext nothing{m_db, m_judge, m_drivable, m_admission};
    deliver(nothing, std::move(failed));
}

void Committer::giveUpUnsure()
{
    if (!m_unsure)
        return;
    Jobs jobs = std::move(m_unsure->jobs);
    m_unsure.reset();
    for (const auto &job : jobs)
        job->fail(
            {ErrorCode::StoreUnavailable,
             QStringLiteral("it is not known whether this was written: %1").arg(m_whyNot.message),
             {},
             true});
    WriteContext nothing{m_db, m_judge, m_drivable, m_admission};
    deliver(nothing, std::move(jobs));
}

void Committer::breakOff()
{
    m_isBroken = true;
    m_whyNot = {ErrorCode::StoreUnavailable,
                m_whyNot.message + QStringLiteral("; nothing more is written to it")};
    keepForLater({});
}

bool Committer::restForLock(std::chrono::microseconds next, std::chrono::microseconds soFar,
                            const QString &problem)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (soFar >= (m_isDown || m_ending ? kPatienceAfterwards : kPatience))
            return false;
        if (soFar >= kSaysSoAfter) {
            m_figures.problem = problem;
            m_hasSaidSo = true;
        }
    }
    takeRest(next);
    return true;
}

void Committer::noteCommit(Monotonic took)
{
    m_backOff = 0ms;
    m_isQuick = took < kQuick;
    const std::scoped_lock lock(m_mutex);
    if (std::exchange(m_isDown, false))
        qCInfo(lcStore) << "the store can be written again";
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

void Committer::noteUnlocked()
{
    if (!std::exchange(m_hasSaidSo, false))
        return;
    const std::scoped_lock lock(m_mutex);
    if (!m_isDown)
        m_figures.problem.clear();
}

void Committer::lookForOthers()
{
    CommittedBatch batch = m_others.look(m_db, m_judge.self);
    if (const auto error = m_db.takeError()) {
        const int code = m_db.lastCode() & 0xff;
        m_whyNot = *error;
        if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
            breakOff();
        return;
    }
    if (!batch.events.isEmpty() || !batch.suspends.isEmpty())
        m_sink(std::move(batch));
}

} // namespace Kintsugi
