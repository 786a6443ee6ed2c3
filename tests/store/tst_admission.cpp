// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/storefixture.h"

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

Submit start(const QByteArray &user, const QByteArray &key)
{
    return {.user = UserId(user),
            .key = IdempotencyKey(key),
            .name = "t",
            .input = "{}",
            .autoRecover = true};
}

FinishAttempt completed(const Claim &claim)
{
    return {.fence = claim.fence,
            .state = TaskState::Completed,
            .event = {"completed", R"({"result":1})"},
            .result = "1"};
}

} // namespace

/*! How much a worker takes on, and from whom: contract §5. */
class TestAdmission : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bucketRefillsWithTime();
    void ratesRefuseAndLetGo();
    void rateOfOneUserIsNotAnothers();
    void refusedStartLeavesNothing();
    void whatOnlyAttachesIsNeverRefused();
    void slotsAreTakenAndFreed();
    void slotsOfOneUserAreLimited();
    void recoveredTaskWaitsForASlot();
    void usersTakeTurns();
    void rolledBackBatchTakesNoSlots();

private:
    std::unique_ptr<OpenStore> open(const AdmissionLimits &limits)
    {
        m_fixture = std::make_unique<StoreFixture>();
        StoreConfig config = m_fixture->config();
        config.limits = limits;
        return StoreFixture::open(config, m_fixture->clock);
    }
    std::unique_ptr<StoreFixture> m_fixture;
};

void TestAdmission::bucketRefillsWithTime()
{
    TokenBucket bucket(60); // One a second.
    for (int i = 0; i < 60; ++i) {
        QCOMPARE(bucket.wait(0s), 0ms);
        bucket.take();
    }
    QVERIFY(bucket.wait(0s) > 900ms && bucket.wait(0s) <= 1000ms);
    QVERIFY(bucket.wait(500ms) <= 500ms);
    QCOMPARE(bucket.wait(1s), 0ms);
    bucket.take();
    QVERIFY(bucket.wait(1s) > 0ms);
    QCOMPARE(bucket.wait(1h), 0ms);
    QVERIFY(bucket.isFull());
}

void TestAdmission::ratesRefuseAndLetGo()
{
    const auto store = open({.ratePerMinute = 2});
    QVERIFY(store->write(start("ada", "a")));
    QVERIFY(store->write(start("bob", "b")));
    const auto refused = store->write(start("cy", "c"));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::LimitReached);
    QVERIFY(refused.error().retryAfter >= 1s && refused.error().retryAfter <= 30s);
    m_fixture->clock.advance(refused.error().retryAfter);
    QVERIFY(store->write(start("cy", "c")));
}

void TestAdmission::rateOfOneUserIsNotAnothers()
{
    const auto store = open({.ratePerMinuteUser = 1});
    QVERIFY(store->write(start("ada", "a")));
    QCOMPARE(store->write(start("ada", "b")).error().code, ErrorCode::LimitReached);
    QVERIFY(store->write(start("bob", "b")));
}

void TestAdmission::refusedStartLeavesNothing()
{
    const auto store = open({.maxQueued = 1, .maxRunning = 1});
    QVERIFY(store->write(start("ada", "runs"))->claim);
    const auto waits = store->write(start("ada", "waits"));
    QVERIFY(waits && !waits->claim);
    QCOMPARE(waits->outcome, Outcome::Created);
    QCOMPARE(waits->task.state, TaskState::Pending);
    const auto refused = store->write(start("ada", "too many"));
    QCOMPARE(refused.error().code, ErrorCode::LimitReached);
    QCOMPARE(refused.error().retryAfter, 1s);
    QCOMPARE(m_fixture->number("SELECT count(*) FROM tasks"), 2);
    QCOMPARE(m_fixture->number("SELECT count(*) FROM events WHERE type = 'created'"), 2);
    QCOMPARE((*store)->admission().running(), 1);
    Submit delayed = start("ada", "delayed");
    delayed.delay = 1h; // It waits for its time, and for no slot.
    QVERIFY(store->write(delayed));
    QCOMPARE((*store)->readNow([](Reader &reader) { return reader.countQueued(); }), 1);
}

void TestAdmission::whatOnlyAttachesIsNeverRefused()
{
    const auto store = open({.ratePerMinute = 1, .maxQueued = 1, .maxRunning = 1});
    QVERIFY(store->write(start("ada", "a"))->claim);
    for (int i = 0; i < 5; ++i)
        QCOMPARE(store->write(start("ada", "a"))->outcome, Outcome::Attached);
    QCOMPARE(store->write(Nudge{UserId("ada"_ba), "a"_ba})->outcome, Outcome::Attached);
    QCOMPARE(store->write(start("ada", "b")).error().code, ErrorCode::LimitReached);
}

void TestAdmission::slotsAreTakenAndFreed()
{
    const auto store = open({.maxRunning = 2});
    const auto first = store->write(start("ada", "a"));
    QVERIFY(first->claim);
    QVERIFY(store->write(start("ada", "b"))->claim);
    QVERIFY(!store->write(start("ada", "c"))->claim);
    QCOMPARE(store->write(ClaimReady{})->size(), 0); // No slot: it goes on waiting.
    QVERIFY(store->write(completed(*first->claim)));
    (*store)->admission().giveSlot(UserId("ada"_ba)); // The engine's word that it is done.
    const auto claims = store->write(ClaimReady{});
    QCOMPARE(claims->size(), 1);
    QCOMPARE(claims->first().task.key.bytes(), "c"_ba);
}

void TestAdmission::slotsOfOneUserAreLimited()
{
    const auto store = open({.maxRunning = 10, .maxRunningUser = 1});
    QVERIFY(store->write(start("ada", "a"))->claim);
    QVERIFY(!store->write(start("ada", "b"))->claim);
    QVERIFY(store->write(start("bob", "c"))->claim);
    QCOMPARE(store->write(ClaimReady{})->size(), 0);
}

void TestAdmission::recoveredTaskWaitsForASlot()
{
    const auto store = open({.maxRunning = 1});
    const Claim first = *store->write(start("ada", "a"))->claim;
    QVERIFY(store->write(
        Beat{{{first.fence, m_fixture->clock.now(), m_fixture->clock.monotonic()}}, false}));
    (*store)->admission().giveSlot(UserId("ada"_ba));
    m_fixture->clock.advance(6s);
    QVERIFY(store->write(Beat{{}, false}));
    QVERIFY(store->write(start("bob", "b"))->claim); // Takes the only slot.
    const auto nudged = store->write(Nudge{UserId("ada"_ba), "a"_ba});
    QVERIFY(nudged && !nudged->claim);
    QCOMPARE(nudged->outcome, Outcome::Recovered);
    QCOMPARE(nudged->task.state, TaskState::Pending);
    (*store)->admission().giveSlot(UserId("bob"_ba));
    const auto claims = store->write(ClaimReady{});
    QCOMPARE(claims->size(), 1);
    QCOMPARE(claims->first().task.attempt, 2);
    QVERIFY(store->log(first.fence.id).last().payload.contains("recovery"));
}

void TestAdmission::usersTakeTurns()
{
    const auto store = open({.maxRunning = 4});
    QList<Claim> running;
    for (int i = 0; i < 4; ++i)
        running << *store->write(start("ada", "running" + QByteArray::number(i)))->claim;
    for (int i = 0; i < 20; ++i)
        QVERIFY(store->write(start("ada", "more" + QByteArray::number(i))));
    for (const char *user : {"bob", "cy"}) {
        for (int i = 0; i < 2; ++i)
            QVERIFY(store->write(start(user, user + QByteArray::number(i))));
    }
    QByteArrayList order;
    for (int round = 0; round < 6; ++round) {
        const Claim gone = running.takeFirst();
        QVERIFY(store->write(completed(gone)));
        (*store)->admission().giveSlot(gone.task.user);
        const auto claims = store->write(ClaimReady{});
        QVERIFY(claims);
        QCOMPARE(claims->size(), 1);
        running << claims->first();
        order << claims->first().task.user.bytes();
    }
    // Who came last with little does not wait for all of who came first with much; among those who
    // have as many running, the oldest task goes first.
    QCOMPARE(order, (QByteArrayList{"bob", "cy", "ada", "ada", "bob", "cy"}));
}

void TestAdmission::rolledBackBatchTakesNoSlots()
{
    const auto store = open({.maxRunning = 10});
    auto turn = std::make_unique<LockFile>(m_fixture->turn()); // The two are one batch.
    auto good = store->send(start("ada", "good"));
    Submit bad = start("ada", "bad");
    bad.name = QByteArray(); // NOT NULL: the write's own fault.
    bad.input = QByteArray();
    auto refused = store->send(bad);
    turn.reset();
    QVERIFY(OpenStore::wait(std::move(good)));
    QVERIFY(!OpenStore::wait(std::move(refused)));
    QCOMPARE((*store)->admission().running(), 1);
}

QTEST_GUILESS_MAIN(TestAdmission)
#include "tst_admission.moc"
