// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/storefixture.h"

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! Who is alive: locks that the kernel frees, heartbeats on the monotonic clock. */
class TestWorkers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void workersByteIsSeenByOthersAlone();
    void commitTurnIsOneAtATime();
    void closedWorkerIsDeadAtOnce();
    void silentWorkerIsStaleExactlyAtTheThreshold();
    void beatKeepsItAlive();
    void jumpOfTheWallClockMeansNothing();
    void droppedAttemptIsStaleExactlyAtTheThreshold();
    void dropOfAnOldEpochMeansNothing();
    void workerOfAnotherBootIsDead();
    void ownTasksAreNeverClaimed();
    void endedWorkersAreForgotten();
};

namespace {

/*! Two processes on one store, each with a clock of its own. */
struct Pair
{
    StoreFixture fixture;
    FakeClock watchersClock;
    std::unique_ptr<OpenStore> driver = fixture.open();
    std::unique_ptr<OpenStore> watcher = StoreFixture::open(fixture.config(), watchersClock);
    Claim claim = driver->start("a", true);

    [[nodiscard]] Task seen() { return watcher->task(claim.fence.id); }
    void advanceBoth(Monotonic by)
    {
        fixture.clock.advance(by);
        watchersClock.advance(by);
    }
};

} // namespace

void TestWorkers::workersByteIsSeenByOthersAlone()
{
    StoreFixture fixture;
    const QString path = fixture.folder() + u"/locks"_s;
    LockFile mine = *LockFile::open(path);
    LockFile other = *LockFile::open(path);
    QVERIFY(!other.isWorkerHeld(5));
    QVERIFY(mine.holdWorker(5));
    QVERIFY(!mine.isWorkerHeld(5)); // One's own is not seen.
    QVERIFY(other.isWorkerHeld(5));
    QVERIFY(!other.holdWorker(5));
    QVERIFY(!other.isWorkerHeld(6));
    QVERIFY(other.holdWorker(6));
    mine = LockFile();
    QVERIFY(!other.isWorkerHeld(5));
    QVERIFY(!LockFile().isWorkerHeld(5));
    QVERIFY(!LockFile().lockCommits());
    QVERIFY(!LockFile::open(fixture.folder() + u"/none/locks"_s));
}

void TestWorkers::commitTurnIsOneAtATime()
{
    StoreFixture fixture;
    const QString path = fixture.folder() + u"/locks"_s;
    std::atomic<int> inside = 0;
    std::atomic<bool> overlapped = false;
    int turns = 0; // Guarded by the turn alone.
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                LockFile locks = *LockFile::open(path);
                for (int turn = 0; turn < 300; ++turn) {
                    const CommitTurn held(locks);
                    if (!held.isHeld() || ++inside != 1)
                        overlapped = true;
                    ++turns;
                    --inside;
                }
            });
    }
    QVERIFY(!overlapped);
    QCOMPARE(turns, 1200);
}

void TestWorkers::closedWorkerIsDeadAtOnce()
{
    Pair pair;
    QCOMPARE(pair.seen().owner, OwnerState::OtherProcess);
    QVERIFY(!pair.seen().stale);
    QCOMPARE(pair.driver->task(pair.claim.fence.id).owner, OwnerState::ThisProcess);
    pair.driver.reset();
    QCOMPARE(pair.seen().owner, OwnerState::Dead); // The clock has not moved.
    QVERIFY(pair.seen().stale);
    QCOMPARE(pair.seen().staleIn, std::optional(0ms));
    const auto claims = pair.watcher->write(ClaimReady{});
    QVERIFY(claims);
    QCOMPARE(claims->size(), 1);
    QCOMPARE(claims->first().fence.epoch, 2);
}

void TestWorkers::silentWorkerIsStaleExactlyAtTheThreshold()
{
    Pair pair;
    pair.watchersClock.advance(5s - 1ms);
    QCOMPARE(pair.seen().owner, OwnerState::OtherProcess);
    QCOMPARE(pair.seen().staleIn, std::optional(1ms));
    QVERIFY(!pair.seen().stale);
    QCOMPARE(pair.watcher->write(ClaimReady{})->size(), 0);
    pair.watchersClock.advance(1ms);
    QCOMPARE(pair.seen().owner, OwnerState::Silent);
    QVERIFY(pair.seen().stale);
    QCOMPARE(pair.watcher->write(ClaimReady{})->size(), 1);
    // The paused one wakes up and finds that it may write nothing.
    QCOMPARE(
        pair.driver->write(attemptWrite(pair.claim.fence, {tickEvent(1)}, {}, {})).error().code,
        ErrorCode::Fenced);
}

void TestWorkers::beatKeepsItAlive()
{
    Pair pair;
    for (int i = 0; i < 10; ++i) {
        pair.advanceBoth(4s);
        QVERIFY(pair.driver->write(Beat{{}, false}));
        QVERIFY(!pair.seen().stale);
    }
    QCOMPARE(pair.seen().lastHeartbeatAt, std::optional(pair.fixture.clock.now()));
    QCOMPARE(pair.seen().staleIn, std::optional(5000ms));
}

void TestWorkers::jumpOfTheWallClockMeansNothing()
{
    Pair pair;
    for (const Monotonic jump : {Monotonic(1000h), Monotonic(-5000h)}) {
        pair.watchersClock.jumpWall(jump);
        QCOMPARE(pair.seen().owner, OwnerState::OtherProcess);
        QCOMPARE(pair.seen().staleIn, std::optional(5000ms));
        QCOMPARE(pair.watcher->write(ClaimReady{})->size(), 0);
    }
}

void TestWorkers::droppedAttemptIsStaleExactlyAtTheThreshold()
{
    Pair pair;
    const Timestamp at = pair.fixture.clock.now();
    QVERIFY(
        pair.driver->write(Beat{{{pair.claim.fence, at, pair.fixture.clock.monotonic()}}, false}));
    QCOMPARE(pair.seen().owner, OwnerState::Dropped);
    pair.advanceBoth(4999ms);
    QVERIFY(pair.driver->write(Beat{{}, false})); // Its worker lives on.
    QVERIFY(!pair.seen().stale);
    QCOMPARE(pair.seen().staleIn, std::optional(1ms));
    QCOMPARE(pair.seen().lastHeartbeatAt, std::optional(at));
    QCOMPARE(pair.watcher->write(Nudge{localUser(), "a"})->outcome, Outcome::Attached);
    pair.advanceBoth(1ms);
    QVERIFY(pair.seen().stale);
    QCOMPARE(pair.watcher->write(Nudge{localUser(), "a"})->outcome, Outcome::Recovered);
    QVERIFY(!pair.seen().stale);
    QCOMPARE(pair.seen().owner, OwnerState::ThisProcess);
}

void TestWorkers::dropOfAnOldEpochMeansNothing()
{
    Pair pair;
    pair.watchersClock.advance(5s);
    QCOMPARE(pair.watcher->write(ClaimReady{})->size(), 1);
    // The former driver says only now that it dropped what it no longer has.
    QVERIFY(pair.driver->write(Beat{
        {{pair.claim.fence, pair.fixture.clock.now(), pair.fixture.clock.monotonic()}}, false}));
    QCOMPARE(pair.seen().owner, OwnerState::ThisProcess);
    QCOMPARE(pair.fixture.number("SELECT count(*) FROM dropped_attempts"), 0);
}

void TestWorkers::workerOfAnotherBootIsDead()
{
    Pair pair;
    pair.fixture.connection().execute("UPDATE workers SET boot_id = 'before' WHERE num = 1");
    QCOMPARE(pair.seen().owner, OwnerState::Dead);
    QCOMPARE(pair.watcher->write(ClaimReady{})->size(), 1);
}

void TestWorkers::ownTasksAreNeverClaimed()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim claim = store->start("a", true);
    fixture.clock.advance(1h); // Our own beat is late: whoever can say so lives.
    QVERIFY(!store->task(claim.fence.id).stale);
    QCOMPARE(store->write(ClaimReady{})->size(), 0);
    QCOMPARE(store->write(Nudge{localUser(), "a"})->outcome, Outcome::Attached);
}

void TestWorkers::endedWorkersAreForgotten()
{
    StoreFixture fixture;
    for (int i = 0; i < 3; ++i)
        (void)fixture.open();
    const auto last = fixture.open();
    QCOMPARE(fixture.number("SELECT count(*) FROM workers WHERE ended = 0"), 1);
    QCOMPARE(*(*last)->readNow([](Reader &reader) { return reader.liveWorkers(); }), 1);
    QVERIFY(last->write(Beat{{}, true}));
    QCOMPARE(*(*last)->readNow([](Reader &reader) { return reader.liveWorkers(); }), 0);
}

QTEST_GUILESS_MAIN(TestWorkers)
#include "tst_workers.moc"
