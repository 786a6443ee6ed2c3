// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/storefixture.h"

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! At most one attempt's writes are taken at any time. */
class TestFencing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lateWriteOfOldEpochIsRefused_data();
    void lateWriteOfOldEpochIsRefused();
    void attemptOfAnEndedTaskWritesNothing();
    void suspendedTaskTakesNoWrite();
    void fencedWriteFailsAloneInItsBatch();
    void seqComesFromTheStore();
    void stopBeatsASuspension();
    void memoIsProgress();
};

namespace {

/*! All that a write could have changed, as text. */
QByteArray picture(OpenStore &store, const TaskId &id)
{
    QByteArray text = toJson(store.task(id));
    for (const Event &event : store.log(id))
        text += '\n' + toJson(event);
    for (const StepRecord &step : store.steps(id))
        text += '\n' + toJson(step);
    return text;
}

/*! The attempt is dropped, counts as stale, and is claimed again. */
Claim claimAgain(StoreFixture &fixture, OpenStore &store, const Claim &old)
{
    if (!store.write(Beat{{{old.fence, fixture.clock.now(), fixture.clock.monotonic()}}, false}))
        qFatal("no beat");
    fixture.clock.advance(5s);
    const auto taken = store.write(Nudge{localUser(), old.fence.id.bytes()});
    if (!taken || !taken->claim)
        qFatal("not claimed again");
    return *taken->claim;
}

} // namespace

void TestFencing::lateWriteOfOldEpochIsRefused_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what :
         {"event", "memo", "memo and event", "cache hit", "completed", "failed", "suspended"})
        QTest::newRow(what) << QString::fromLatin1(what);
}

void TestFencing::lateWriteOfOldEpochIsRefused()
{
    QFETCH(const QString, what);
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim old = store->start("a");
    QVERIFY(store->write(attemptWrite(old.fence, {tickEvent(1)}, stepNamed(u"first"_s), {})));
    const Claim now = claimAgain(fixture, *store, old);
    QCOMPARE(now.fence.epoch, old.fence.epoch + 1);
    const QByteArray before = picture(*store, old.fence.id);

    ErrorCode code = ErrorCode::Internal;
    const auto note = [&code](const auto &done) {
        QVERIFY(!done);
        code = done.error().code;
    };
    if (what == "event"_L1)
        note(store->write(attemptWrite(old.fence, {tickEvent(2)}, {}, {})));
    else if (what == "memo"_L1)
        note(store->write(attemptWrite(old.fence, {}, stepNamed(u"second"_s, 2), {})));
    else if (what == "memo and event"_L1)
        note(store->write(
            attemptWrite(old.fence, {tickEvent(2)}, stepNamed(u"second"_s, 2), {"first#1"})));
    else if (what == "cache hit"_L1)
        note(store->write(attemptWrite(old.fence, {}, {}, {"first#1"})));
    else if (what == "completed"_L1)
        note(
            store->write(FinishAttempt{old.fence, TaskState::Completed, {"completed", "{}"}, "1"}));
    else if (what == "failed"_L1)
        note(store->write(FinishAttempt{old.fence, TaskState::Failed, {"failed", "{}"}, {}, "{}"}));
    else
        note(store->write(FinishAttempt{
            old.fence, TaskState::Suspended, {"suspended", "{}"}, {}, {}, u"shutdown"_s}));
    QCOMPARE(code, ErrorCode::Fenced);
    QCOMPARE(picture(*store, old.fence.id), before);

    QVERIFY(store->write(
        attemptWrite(now.fence, {tickEvent(2)}, stepNamed(u"second"_s, 2), {"first#1"})));
    QVERIFY(store->write(FinishAttempt{now.fence, TaskState::Completed, {"completed", "{}"}, "1"}));
}

void TestFencing::attemptOfAnEndedTaskWritesNothing()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim claim = store->start("a");
    QVERIFY(
        store->write(Beat{{{claim.fence, fixture.clock.now(), fixture.clock.monotonic()}}, false}));
    fixture.clock.advance(5s);
    const auto stopped =
        store->write(RequestStop{localUser(), claim.fence.id.bytes(), u"enough"_s});
    QVERIFY(stopped);
    QCOMPARE(stopped->outcome, Outcome::Cancelled);
    const QByteArray before = picture(*store, claim.fence.id);
    QVERIFY(!store->write(attemptWrite(claim.fence, {tickEvent(1)}, {}, {})));
    QVERIFY(
        !store->write(FinishAttempt{claim.fence, TaskState::Completed, {"completed", "{}"}, "1"}));
    QCOMPARE(picture(*store, claim.fence.id), before);
}

void TestFencing::suspendedTaskTakesNoWrite()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim claim = store->start("a");
    QVERIFY(store->write(FinishAttempt{
        claim.fence, TaskState::Suspended, {"suspended", "{}"}, {}, {}, u"shutdown"_s}));
    QCOMPARE(store->write(attemptWrite(claim.fence, {tickEvent(1)}, {}, {})).error().code,
             ErrorCode::Fenced); // The same epoch, but nobody runs.
    QCOMPARE(store->task(claim.fence.id).state, TaskState::Suspended);
}

void TestFencing::fencedWriteFailsAloneInItsBatch()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim claim = store->start("a");
    Fence old = claim.fence;
    --old.epoch;
    std::vector<std::future<Expected<QList<Event>>>> answers;
    {
        const LockFile turn = fixture.turn();
        for (int i = 1; i <= 30; ++i)
            answers.push_back(
                store->send(attemptWrite(i % 3 == 0 ? old : claim.fence, {tickEvent(i)}, {}, {})));
    }
    for (int i = 1; i <= 30; ++i) {
        const auto done = OpenStore::wait(std::move(answers[size_t(i - 1)]));
        QCOMPARE(bool(done), i % 3 != 0);
    }
    const QList<Event> log = store->log(claim.fence.id);
    QCOMPARE(log.size(), 22); // created, attempt_started and 20 ticks
    for (qsizetype i = 0; i < log.size(); ++i)
        QCOMPARE(log[i].seq, i + 1);
}

void TestFencing::seqComesFromTheStore()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim claim = store->start("a");
    const auto first =
        store->write(attemptWrite(claim.fence, {tickEvent(1), tickEvent(2)}, {}, {}));
    QVERIFY(first);
    QCOMPARE(first->at(0).seq, 3);
    QCOMPARE(first->at(1).seq, 4);
    // Somebody else's entry stands between two of ours.
    QVERIFY(store->write(RequestStop{localUser(), claim.fence.id.bytes(), {}}));
    const auto second = store->write(attemptWrite(claim.fence, {tickEvent(3)}, {}, {}));
    QVERIFY(second);
    QCOMPARE(second->first().seq, 6);
    QCOMPARE(second->first().attempt, 1);
}

void TestFencing::stopBeatsASuspension()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim claim = store->start("a");
    QCOMPARE(store->write(RequestStop{localUser(), claim.fence.id.bytes(), u"enough"_s})->outcome,
             Outcome::Stopping);
    // The engine shuts down before it has heard of the stop.
    const auto ended = store->write(FinishAttempt{claim.fence,
                                                  TaskState::Suspended,
                                                  {"suspended", R"({"reason":"shutdown"})"},
                                                  {},
                                                  {},
                                                  u"shutdown"_s});
    QVERIFY(ended);
    QCOMPARE(ended->type, "cancelled"_ba);
    QCOMPARE(ended->payload, R"({"reason":"enough"})"_ba);
    const Task task = store->task(claim.fence.id);
    QCOMPARE(task.state, TaskState::Cancelled);
    QVERIFY(task.finishedAt);
    QCOMPARE(store->write(Nudge{localUser(), claim.fence.id.bytes()})->outcome, Outcome::Finished);
}

void TestFencing::memoIsProgress()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    Claim claim = store->start("a", true);
    for (int crash = 1; crash <= 25; ++crash) {
        QVERIFY(
            store->write(attemptWrite(claim.fence, {}, stepNamed(u"s%1"_s.arg(crash), crash), {})));
        QVERIFY(store->write(
            Beat{{{claim.fence, fixture.clock.now(), fixture.clock.monotonic()}}, false}));
        fixture.clock.advance(5s);
        QVERIFY(store->write(Beat{{}, false}));
        const auto claims = store->write(ClaimReady{});
        QVERIFY(claims);
        QCOMPARE(claims->size(), 1); // Each attempt left a memo: no crash loop.
        claim = claims->first();
        QCOMPARE(claim.task.attempt, crash + 1);
    }
}

QTEST_GUILESS_MAIN(TestFencing)
#include "tst_fencing.moc"
