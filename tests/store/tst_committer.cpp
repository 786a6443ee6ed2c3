// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/limits.h"
#include "engine/store/migrator.h"
#include "tests/support/storefixture.h"

#include <sqlite3.h>

#include <latch>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/*! A write that breaks a constraint inside SQLite, after it has changed something. */
struct BrokenWrite
{
    using Result = bool;
    static constexpr bool failsFast = false;
    Fence fence;
    Expected<bool> apply(WriteContext &context) const
    {
        Query(context.db, "UPDATE tasks SET summary = 'broken' WHERE num = ?", fence.num).run();
        Query(context.db, "UPDATE tasks SET state = 'no state' WHERE num = ?", fence.num).run();
        return true;
    }
};

/*! A write during which the test does something: the writer has its transaction open and waits. */
struct Held
{
    using Result = bool;
    static constexpr bool failsFast = false;
    std::shared_ptr<std::latch> began;
    std::shared_ptr<std::latch> goesOn; // Shared with the test.
    Expected<bool> apply(WriteContext &) const
    {
        if (!began->try_wait()) // It may be applied more than once.
            began->count_down();
        goesOn->wait();
        return true;
    }
};

/*! Makes the writer's disk as small as the file is now; gives its handle to whoever enlarges it. */
struct FillTheDisk
{
    using Result = sqlite3 *;
    static constexpr bool failsFast = false;
    Expected<sqlite3 *> apply(WriteContext &context) const
    {
        context.db.execute("PRAGMA max_page_count = 1");
        return context.db.handle();
    }
};

/*! A write that rather fails than waits; its answer comes in the writer's thread. */
struct Impatient
{
    using Result = bool;
    static constexpr bool failsFast = true;
    Expected<bool> apply(WriteContext &context) const
    {
        Query(context.db,
              "INSERT INTO workers (name, host, pid, pid_started, boot_id, started_at, beat_at, "
              "beat_mono, drives_all) "
              "VALUES (?, '', 0, '', '', 0, 0, 0, 0)",
              QByteArray(50'000, 'w'))
            .run();
        return true;
    }
};

NewEvent bigEvent(int i)
{
    return {"tick",
            "{\"i\":" + QByteArray::number(i) + ",\"pad\":\"" + QByteArray(30'000, 'x') + "\"}"};
}

} // namespace

/*! Group commit: everything that waits is one transaction, and nobody hears of it before. */
class TestCommitter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatWaitsIsOneTransaction();
    void answersKeepTheOrderOfTheQueue();
    void answerComesAfterTheCommit();
    void openBatchGrowsWithWhatComesMeanwhile();
    void whoeverGathersHoldsNobodyUp();
    void badWriteFailsAlone();
    void fullDiskFailsSubmitsAndDelaysTheRest();
    void orderSurvivesADiskThatFillsBetween();
    void withoutTheTurnNothingIsWritten();
    void endWritesWhatWaits();
    void endOnAFullDiskAnswersAll();
    void queueIsBounded();
    void othersCommitsAreSeen();
    void ownLogIsNotReadBackAtAForeignCommit();
    void longLogIsCheckpointed();
};

void TestCommitter::whatWaitsIsOneTransaction()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim claim = store->start("a");
    const qint64 before = (*store)->figures().commits;
    std::vector<std::future<Expected<QList<Event>>>> answers;
    {
        const LockFile turn = fixture.turn();
        std::vector<std::jthread> callers;
        std::mutex mutex;
        for (int caller = 0; caller < 4; ++caller)
            callers.emplace_back([&] {
                for (int i = 0; i < 75; ++i) {
                    auto answer = store->send(attemptWrite(claim.fence, {tickEvent(i)}, {}, {}));
                    const std::scoped_lock lock(mutex);
                    answers.push_back(std::move(answer));
                }
            });
    }
    for (auto &answer : answers)
        QVERIFY(OpenStore::wait(std::move(answer)));
    // The first one was on its way alone; all that gathered behind it went together.
    QVERIFY2((*store)->figures().commits - before <= 2,
             qPrintable(QString::number((*store)->figures().commits - before)));
    QCOMPARE(store->task(claim.fence.id).lastSeq, 302);
}

void TestCommitter::answersKeepTheOrderOfTheQueue()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim claim = store->start("a");
    QList<int> answered; // Only touched by the writer's thread until the last answer is awaited.
    std::promise<void> last;
    constexpr int kWrites = 1500; // More than one batch holds.
    static_assert(kWrites > Limits::kBatchWrites);
    {
        const LockFile turn = fixture.turn();
        for (int i = 0; i < kWrites; ++i)
            (*store)->write(attemptWrite(claim.fence, {tickEvent(i)}, {}, {}),
                            [&, i](const Expected<QList<Event>> &done) {
                                answered << (done ? i : -1);
                                if (i == kWrites - 1)
                                    last.set_value();
                            });
    }
    OpenStore::wait(last.get_future());
    QCOMPARE(answered.size(), kWrites);
    QVERIFY(std::ranges::is_sorted(answered));
    QCOMPARE(answered.first(), 0);
    Position position = 0;
    int next = 0;
    for (const Event &event : store->log(claim.fence.id)) {
        QVERIFY(event.position > position);
        position = event.position;
        if (event.type == "tick")
            QCOMPARE(event.payload, tickEvent(next++).payload);
    }
    QCOMPARE(next, kWrites);
}

void TestCommitter::answerComesAfterTheCommit()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim claim = store->start("a");
    for (int i = 0; i < 50; ++i) {
        std::promise<qint64> seen;
        (*store)->write(attemptWrite(claim.fence, {tickEvent(i)}, {}, {}),
                        [&](const Expected<QList<Event>> &) {
                            // Another connection sees it the moment the answer is given.
                            seen.set_value(fixture.number("SELECT max(seq) FROM events"));
                        });
        QCOMPARE(OpenStore::wait(seen.get_future()), i + 3);
    }
}

void TestCommitter::openBatchGrowsWithWhatComesMeanwhile()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim claim = store->start("a");
    const qsizetype batchesBefore = store->batches().size();
    const auto began = std::make_shared<std::latch>(1);
    const auto goesOn = std::make_shared<std::latch>(1);
    auto first = store->send(Held{began, goesOn});
    began->wait();
    std::vector<std::future<Expected<QList<Event>>>> good;
    for (int i = 0; i < 40; ++i)
        good.push_back(store->send(attemptWrite(claim.fence, {tickEvent(i)}, {}, {})));
    goesOn->count_down();
    QVERIFY(OpenStore::wait(std::move(first)));
    for (auto &answer : good)
        QVERIFY(OpenStore::wait(std::move(answer)));
    QCOMPARE(store->batches().size(), batchesBefore + 1);
    QCOMPARE(store->batches().last().jobs, 41);

    // One that is bad in what came meanwhile fails alone, too.
    const auto beganAgain = std::make_shared<std::latch>(1);
    const auto goesOnAgain = std::make_shared<std::latch>(1);
    first = store->send(Held{beganAgain, goesOnAgain});
    beganAgain->wait();
    auto broken = store->send(BrokenWrite{claim.fence});
    auto after = store->send(attemptWrite(claim.fence, {tickEvent(40)}, {}, {}));
    goesOnAgain->count_down();
    QVERIFY(OpenStore::wait(std::move(first)));
    QVERIFY(!OpenStore::wait(std::move(broken)));
    QVERIFY(OpenStore::wait(std::move(after)));
    QCOMPARE(store->task(claim.fence.id).lastSeq, 2 + 41);
    QVERIFY(store->task(claim.fence.id).summary.isEmpty());
}

void TestCommitter::whoeverGathersHoldsNobodyUp()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim claim = store->start("a");
    const Store::Together forEver(&**store);
    for (int i = 0; i < 3; ++i)
        QVERIFY(store->write(attemptWrite(claim.fence, {tickEvent(i)}, {}, {})));
    QCOMPARE(store->task(claim.fence.id).lastSeq, 2 + 3);
}

void TestCommitter::badWriteFailsAlone()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim claim = store->start("a");
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"a write was refused: .*"_s));
    std::vector<std::future<Expected<QList<Event>>>> good;
    std::future<Expected<bool>> bad;
    {
        const LockFile turn = fixture.turn();
        for (int i = 0; i < 20; ++i) {
            if (i == 10)
                bad = store->send(BrokenWrite{claim.fence});
            good.push_back(store->send(attemptWrite(claim.fence, {tickEvent(i)}, {}, {})));
        }
    }
    for (auto &answer : good)
        QVERIFY(OpenStore::wait(std::move(answer)));
    const auto refused = OpenStore::wait(std::move(bad));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Internal);
    const Task task = store->task(claim.fence.id);
    QCOMPARE(task.lastSeq, 22); // Each good one once, though it was applied twice.
    QCOMPARE(task.state, TaskState::Running);
    QVERIFY(task.summary.isEmpty());
}

void TestCommitter::fullDiskFailsSubmitsAndDelaysTheRest()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim claim = store->start("a");
    sqlite3 *handle = *store->write(FillTheDisk{});
    QTest::ignoreMessage(QtWarningMsg,
                         QRegularExpression(u"the store cannot be written: .*full.*"_s));
    auto patient = store->send(attemptWrite(claim.fence, {bigEvent(1)}, {}, {}));
    QTRY_VERIFY((*store)->figures().problem.contains("full"_L1));
    std::promise<Error> refused;
    (*store)->write(Impatient{}, [&](const Expected<bool> &done) {
        sqlite3_exec(handle, "PRAGMA max_page_count = 100000", nullptr, nullptr,
                     nullptr); // Its own thread.
        refused.set_value(done ? Error() : done.error());
    });
    const Error error = OpenStore::wait(refused.get_future());
    QCOMPARE(error.code, ErrorCode::StoreUnavailable);
    QVERIFY(error.retryable);
    QVERIFY(OpenStore::wait(std::move(patient)));
    QVERIFY((*store)->figures().problem.isEmpty());
    QCOMPARE(store->task(claim.fence.id).lastSeq, 3);
}

void TestCommitter::orderSurvivesADiskThatFillsBetween()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim claim = store->start("a");
    sqlite3 *handle = *store->write(FillTheDisk{});
    std::vector<std::future<Expected<QList<Event>>>> answers;
    std::future<Expected<bool>> bad;
    {
        const LockFile turn = fixture.turn();
        bad = store->send(BrokenWrite{claim.fence}); // So that the batch goes one by one.
        for (int i = 0; i < 6; ++i)
            answers.push_back(store->send(attemptWrite(
                claim.fence, {i == 2 || i == 4 ? bigEvent(i) : tickEvent(i)}, {}, {})));
    }
    QVERIFY(!OpenStore::wait(std::move(bad)));
    QTRY_VERIFY(!(*store)->figures().problem.isEmpty());
    std::promise<void> enlarged;
    (*store)->write(Impatient{}, [&](const Expected<bool> &) {
        sqlite3_exec(handle, "PRAGMA max_page_count = 100000", nullptr, nullptr, nullptr);
        enlarged.set_value();
    });
    OpenStore::wait(enlarged.get_future());
    for (auto &answer : answers)
        QVERIFY(OpenStore::wait(std::move(answer)));
    QList<int> order;
    for (const Event &event : store->log(claim.fence.id)) {
        if (event.type == "tick")
            order << QJsonDocument::fromJson(event.payload)["i"_L1].toInt();
    }
    QCOMPARE(order, QList<int>({0, 1, 2, 3, 4, 5}));
}

void TestCommitter::withoutTheTurnNothingIsWritten()
{
    StoreFixture fixture;
    QVERIFY(fixture.open()->start("a").fence.num > 0);
    LockFile none; // No file behind it: the turn is never given.
    const Judge judge{
        .locks = none, .clock = fixture.clock, .self = 1, .bootId = {}, .staleAfter = 5s};
    Admission admission({}, fixture.clock);
    std::promise<Expected<StopResult>> answer;
    std::future<Expected<StopResult>> answered = answer.get_future();
    QTest::ignoreMessage(QtWarningMsg,
                         QRegularExpression(u"the store cannot be written: .*lock.*"_s));
    {
        Committer committer(
            fixture.connection(), none, judge, admission, {},
            [](CommittedBatch batch) {
                for (const auto &job : batch.jobs)
                    job->answer();
            },
            5ms);
        committer.enqueue(std::make_unique<CommitJobOf<RequestStop>>(
            RequestStop{localUser(), "a"_ba, u"x"_s},
            [&](Expected<StopResult> done) { answer.set_value(std::move(done)); }));
        const auto done = OpenStore::wait(std::move(answered));
        QVERIFY(!done);
        QCOMPARE(done.error().code, ErrorCode::StoreUnavailable);
    }
    QCOMPARE(fixture.number("SELECT count(*) FROM events"), 2);
    QCOMPARE(fixture.number("SELECT stop_requested FROM tasks"), 0);
}

void TestCommitter::endWritesWhatWaits()
{
    StoreFixture fixture;
    auto store = fixture.open();
    const Claim claim = store->start("a");
    std::atomic<int> done = 0;
    {
        LockFile turn = fixture.turn();
        for (int i = 0; i < 1200; ++i)
            (*store)->write(
                attemptWrite(claim.fence, {tickEvent(i)}, {}, {}),
                [&done](const Expected<QList<Event>> &answer) { done += answer ? 1 : 0; });
    }
    store.reset();
    QCOMPARE(done.load(), 1200);
    QCOMPARE(fixture.number("SELECT count(*) FROM events"), 1202);
}

void TestCommitter::endOnAFullDiskAnswersAll()
{
    StoreFixture fixture;
    auto store = fixture.open();
    const Claim claim = store->start("a");
    QVERIFY(store->write(FillTheDisk{}));
    std::atomic<int> refused = 0;
    for (int i = 0; i < 5; ++i)
        (*store)->write(attemptWrite(claim.fence, {bigEvent(i)}, {}, {}),
                        [&refused](const Expected<QList<Event>> &answer) {
                            if (!answer && answer.error().code == ErrorCode::StoreUnavailable)
                                ++refused;
                        });
    store.reset();
    QCOMPARE(refused.load(), 5);
    QCOMPARE(fixture.number("SELECT count(*) FROM events"), 2);
}

void TestCommitter::queueIsBounded()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim claim = store->start("a");
    std::vector<std::future<Expected<StopResult>>> stops;
    {
        const LockFile turn = fixture.turn();
        for (int i = 0; i < int(Limits::kCommitQueue) + 600; ++i)
            stops.push_back(store->send(RequestStop{localUser(), claim.fence.id.bytes(), {}}));
        // Those beyond the bound are told so at once, while nothing can be written.
        const auto last = OpenStore::wait(std::move(stops.back()));
        QVERIFY(!last);
        QCOMPARE(last.error().code, ErrorCode::StoreUnavailable);
        QVERIFY(last.error().retryable);
        stops.pop_back();
    }
    int taken = 0;
    for (auto &stop : stops)
        taken += OpenStore::wait(std::move(stop)) ? 1 : 0;
    QVERIFY(taken >= Limits::kCommitQueue);
    QVERIFY(taken <= Limits::kCommitQueue + Limits::kBatchWrites);
    QCOMPARE(store->task(claim.fence.id).lastSeq, 3);
}

void TestCommitter::othersCommitsAreSeen()
{
    StoreFixture fixture;
    const auto ours = fixture.open();
    const auto theirs = fixture.open();
    const Claim claim = theirs->start("a");
    QVERIFY(theirs->write(attemptWrite(claim.fence, {tickEvent(1)}, {}, {})));
    const auto seen = [&ours] {
        QList<Seq> seqs;
        for (const OpenStore::Batch &batch : ours->batches()) {
            if (batch.fromOthers) {
                for (const Event &event : batch.events)
                    seqs << event.seq;
            }
        }
        return seqs;
    };
    QTRY_COMPARE(seen(), QList<Seq>({1, 2, 3}));
}

void TestCommitter::ownLogIsNotReadBackAtAForeignCommit()
{
    StoreFixture fixture;
    const auto ours = fixture.open();
    const auto theirs = fixture.open();
    const Claim claim = ours->start("a");
    QList<NewEvent> many;
    for (int i = 0; i < 5000; ++i)
        many << tickEvent(i);
    QVERIFY(ours->write(attemptWrite(claim.fence, many, {}, {})));
    // The stop of another process must not wait behind all that we said ourselves.
    QVERIFY(theirs->write(RequestStop{localUser(), claim.fence.id.bytes(), {}}));
    const auto foreign = [&ours] {
        QList<Event> events;
        for (const OpenStore::Batch &batch : ours->batches())
            events += batch.fromOthers ? batch.events : QList<Event>();
        return events;
    };
    QTRY_VERIFY(!foreign().isEmpty() && foreign().last().type == "stop_requested");
    QCOMPARE(foreign().size(), 1);
}

void TestCommitter::longLogIsCheckpointed()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim claim = store->start("a");
    for (int i = 0; i < 60; ++i)
        QVERIFY(store->write(
            attemptWrite(claim.fence, {{"tick", '"' + QByteArray(1'000'000, 'x') + '"'}}, {}, {})));
    // 60 MB went through it, but it was used again after each checkpoint.
    const qint64 wal = QFileInfo(fixture.path() + u"-wal"_s).size();
    QVERIFY2(wal < 2 * Limits::kWalBytes, qPrintable(QString::number(wal)));
    QCOMPARE(fixture.number("SELECT count(*) FROM events"), 62);
}

QTEST_GUILESS_MAIN(TestCommitter)
#include "tst_committer.moc"
