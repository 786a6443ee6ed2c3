// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/runtime/probe.h"
#include "tests/support/enginefixture.h"

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! Stop, shutdown and crash, wherever a handler may stand. */
class TestEndings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { probe.reset(); }
    void cleanup();
    void stopEndsTheAwait_data();
    void stopEndsTheAwait();
    void stopLetsAHandlerTidyUp();
    void graceEndsATidyingThatDoesNot();
    void shutdownSuspends_data();
    void shutdownSuspends();
    void shutdownLetsAStoppedOneTidyUp();
    void shutdownLeavesAStuckOneToOthers();
    void crashLeavesNothing_data();
    void crashLeavesNothing();
    void crashOfAStoppedOneIsCancelledByAnybody();
    void bodyOfADroppedAttemptIsNotBegun();
    void stopFromAnotherEngine();
    void endFromOutsideIsHeard();
    void crashDuringShutdownHoldsNothingUp();
    void engineMayEndAtAnyMoment();

private:
    static void wherever();
    static TaskId started(Engine &engine, const QString &mode);
};

/*! Every place where a handler can stand, with the entry or the body that shows that it is there.
 */
void TestEndings::wherever()
{
    QTest::addColumn<QString>("mode");
    for (const char *mode : {"sleep", "emit", "step", "deaf"})
        QTest::newRow(mode) << QString::fromLatin1(mode);
}

TaskId TestEndings::started(Engine &engine, const QString &mode)
{
    const int bodies = probe.bodies;
    const TaskId id = EngineFixture::start(engine, "probe", {{u"mode"_s, mode}});
    if (mode == "step"_L1 || mode == "deaf"_L1)
        (void)QTest::qWaitFor([bodies] { return probe.bodies > bodies; }, kPatienceMs);
    else if (mode == "sleep"_L1 || mode == "emit"_L1)
        (void)EngineFixture::reachesSeq(engine, id, 3);
    return id;
}

void TestEndings::cleanup()
{
    probe.open = true;
    QCOMPARE(probe.frames.load(), 0); // However it ended, no frame is left.
}

void TestEndings::stopEndsTheAwait_data()
{
    wherever();
}

void TestEndings::stopEndsTheAwait()
{
    QFETCH(const QString, mode);
    EngineFixture fixture;
    const auto engine = EngineFixture::open(fixture.config(), probeTasks());
    const TaskId id = started(*engine, mode);
    const auto stopped = await(engine->stop({localUser(), id.bytes()}, u"enough"_s));
    QVERIFY(stopped);
    QCOMPARE(stopped->outcome, Outcome::Stopping);
    QVERIFY(fixture.reaches(*engine, id, TaskState::Cancelled));
    const QString log = fixture.shortLog(*engine, id);
    QVERIFY2(log.endsWith(u"cancelled=enough"_s) && log.contains(u"stop_requested=enough"_s),
             qPrintable(log));
    QCOMPARE(log.count(u"stop_requested"_s), 1);
    if (probe.bodies > 0)
        QTRY_COMPARE(probe.told.load(),
                     1); // The deaf one too: that it does not listen is its own affair.
    probe.open = true;
}

void TestEndings::stopLetsAHandlerTidyUp()
{
    EngineFixture fixture;
    const auto engine = EngineFixture::open(fixture.config(), probeTasks());
    const TaskId id = started(*engine, u"tidy"_s);
    QVERIFY(await(engine->stop({localUser(), id.bytes()}, u"enough"_s)));
    QVERIFY(fixture.reachesSeq(*engine, id, 4));
    const auto again = await(engine->stop({localUser(), id.bytes()}, u"now"_s));
    QVERIFY(again);
    QCOMPARE(again->outcome, Outcome::Stopping);
    QVERIFY(fixture.reaches(*engine, id, TaskState::Cancelled));
    QCOMPARE(fixture.shortLog(*engine, id),
             u"created attempt_started=submit stop_requested=enough note=1=tidying note=2=tidied "
             "cancelled=enough"_s);
}

void TestEndings::graceEndsATidyingThatDoesNot()
{
    EngineFixture fixture;
    EngineConfig config = fixture.config();
    config.stopGrace = 100ms;
    const auto engine = EngineFixture::open(config, probeTasks());
    const TaskId id = started(*engine, u"stuck"_s);
    QVERIFY(await(engine->stop({localUser(), id.bytes()}, u"enough"_s)));
    QVERIFY(fixture.reaches(*engine, id, TaskState::Cancelled));
    QCOMPARE(
        fixture.shortLog(*engine, id),
        u"created attempt_started=submit stop_requested=enough note=1=tidying cancelled=enough"_s);
}

void TestEndings::shutdownSuspends_data()
{
    wherever();
}

void TestEndings::shutdownSuspends()
{
    QFETCH(const QString, mode);
    EngineFixture fixture;
    TaskId id;
    {
        const auto engine = EngineFixture::open(fixture.config(), probeTasks());
        id = started(*engine, mode);
        const auto closed = engine->shutdown(10s);
        QVERIFY(QTest::qWaitFor([&] { return closed.isFinished(); }, kPatienceMs));
        probe.open = true;
    }
    const auto engine = EngineFixture::open(fixture.config(), probeTasks());
    const Task task = fixture.taskNow(*engine, id);
    QCOMPARE(task.state, TaskState::Suspended);
    QVERIFY(fixture.shortLog(*engine, id).endsWith(u" suspended=shutdown"_s));
    const auto nudged = await(engine->nudge({localUser(), id.bytes()}));
    QVERIFY(nudged);
    QCOMPARE(nudged->outcome, Outcome::Resumed);
    QVERIFY(fixture.reachesSeq(*engine, id, task.lastSeq + 3));
    QVERIFY(fixture.shortLog(*engine, id)
                .contains(u" suspended=shutdown resumed attempt_started=resume recovered=2"_s));
}

void TestEndings::shutdownLetsAStoppedOneTidyUp()
{
    EngineFixture fixture;
    TaskId id;
    {
        const auto engine = EngineFixture::open(fixture.config(), probeTasks());
        id = started(*engine, u"tidy"_s);
        QVERIFY(await(engine->stop({localUser(), id.bytes()}, u"enough"_s)));
        QVERIFY(fixture.reachesSeq(*engine, id, 4));
        const auto closed = engine->shutdown(10s);
        QVERIFY(QTest::qWaitFor([&] { return closed.isFinished(); }, kPatienceMs));
    }
    const auto engine = EngineFixture::open(fixture.config(), probeTasks());
    QCOMPARE(fixture.shortLog(*engine, id),
             u"created attempt_started=submit stop_requested=enough note=1=tidying note=2=tidied "
             "cancelled=enough"_s);
}

void TestEndings::shutdownLeavesAStuckOneToOthers()
{
    EngineFixture fixture;
    TaskId id;
    {
        const auto engine = EngineFixture::open(fixture.config(), probeTasks());
        id = started(*engine, u"stuck"_s);
        QVERIFY(await(engine->stop({localUser(), id.bytes()}, u"enough"_s)));
        QVERIFY(fixture.reachesSeq(*engine, id, 4));
        const auto closed = engine->shutdown(50ms);
        QVERIFY(QTest::qWaitFor([&] { return closed.isFinished(); }, kPatienceMs));
    }
    const auto engine = EngineFixture::open(fixture.config(), probeTasks());
    QVERIFY(
        fixture.reaches(*engine, id, TaskState::Cancelled)); // Whoever sees it, autoRecover or not.
    QVERIFY(fixture.shortLog(*engine, id).endsWith(u"note=1=tidying cancelled=enough"_s));
}

void TestEndings::crashLeavesNothing_data()
{
    wherever();
}

void TestEndings::crashLeavesNothing()
{
    QFETCH(const QString, mode);
    EngineFixture fixture;
    const auto engine = EngineFixture::open(fixture.config(), probeTasks());
    const TaskId id = started(*engine, mode);
    const auto crashed = await(engine->crash({localUser(), id.bytes()}));
    QVERIFY(crashed);
    QCOMPARE(crashed->outcome, Outcome::Crashed);
    QCOMPARE(crashed->task.owner, OwnerState::Dropped);
    QCOMPARE(probe.frames.load(), 0);
    if (probe.bodies > 0)
        QTRY_COMPARE(probe.told.load(), 1);
    probe.open = true; // A body that ends now is thrown away.
    QVERIFY(fixture.becomesStale(*engine, id));
    QCOMPARE(fixture.taskNow(*engine, id).lastSeq, crashed->task.lastSeq);
    QVERIFY(await(engine->steps({localUser(), id.bytes()}))->isEmpty());
    QCOMPARE(await(engine->nudge({localUser(), id.bytes()}))->outcome, Outcome::Recovered);
    QVERIFY(fixture.reachesSeq(*engine, id, crashed->task.lastSeq + 2));
    QVERIFY(fixture.shortLog(*engine, id).contains(u" attempt_started=recovery recovered=2"_s));
}

void TestEndings::crashOfAStoppedOneIsCancelledByAnybody()
{
    EngineFixture fixture;
    const auto engine = EngineFixture::open(fixture.config(), probeTasks());
    const TaskId id = started(*engine, u"stuck"_s);
    QVERIFY(await(engine->stop({localUser(), id.bytes()}, u"enough"_s)));
    QVERIFY(fixture.reachesSeq(*engine, id, 4));
    QVERIFY(await(engine->crash({localUser(), id.bytes()})));
    QVERIFY(fixture.reaches(*engine, id, TaskState::Cancelled));
    QCOMPARE(fixture.taskNow(*engine, id).attempt, 1);
    QCOMPARE(fixture.taskNow(*engine, id).stopReason, u"enough"_s);
}

void TestEndings::bodyOfADroppedAttemptIsNotBegun()
{
    EngineFixture fixture;
    EngineConfig config = fixture.config();
    config.stepThreads = 1;
    const auto engine = EngineFixture::open(config, probeTasks());
    const TaskId first = started(*engine, u"deaf"_s);
    QCOMPARE(probe.bodies.load(), 1);
    const TaskId waiting = fixture.start(*engine, "probe", {{u"mode"_s, u"step"_s}, {u"n"_s, 2}});
    const TaskId last = fixture.start(*engine, "probe", {{u"mode"_s, u"step"_s}, {u"n"_s, 3}});
    QVERIFY(await(
        engine->crash({localUser(), waiting.bytes()}))); // Its body still waits for the one thread.
    probe.open = true;
    QVERIFY(fixture.reaches(*engine, first, TaskState::Completed));
    QVERIFY(fixture.reaches(*engine, last, TaskState::Completed));
    QCOMPARE(probe.bodies.load(), 2);
}

void TestEndings::stopFromAnotherEngine()
{
    EngineFixture fixture;
    const auto driver = EngineFixture::open(fixture.config(), probeTasks());
    const auto other = EngineFixture::open(fixture.config(), probeTasks());
    for (const QString &mode : {u"sleep"_s, u"emit"_s, u"tidy"_s}) {
        const TaskId id = started(*driver, mode);
        const auto stopped = await(other->stop({localUser(), id.bytes()}, u"from afar"_s));
        QVERIFY(stopped);
        QCOMPARE(stopped->outcome, Outcome::Stopping);
        QVERIFY(fixture.reaches(*other, id, TaskState::Cancelled));
        QVERIFY(fixture.shortLog(*other, id).endsWith(u"cancelled=from afar"_s));
    }
    const auto crashed = await(other->crash({localUser(), started(*driver, u"sleep"_s).bytes()}));
    QVERIFY(!crashed);
    QCOMPARE(crashed.error().code, ErrorCode::Conflict);
}

void TestEndings::endFromOutsideIsHeard()
{
    // To others this worker seemed dead for a while, and its task was cancelled: it lets go of it
    // at once, not at the end of an hour's sleep.
    EngineFixture fixture;
    EngineConfig silent = fixture.config();
    silent.staleAfter = 1h;
    silent.heartbeatInterval = 1h;
    const auto driver = EngineFixture::open(silent, probeTasks());
    EngineConfig impatient = fixture.config();
    impatient.staleAfter = 50ms;
    const auto other = EngineFixture::open(impatient, probeTasks());
    const TaskId id = started(*driver, u"sleep"_s);
    QVERIFY(fixture.becomesStale(*other, id));
    const auto stopped = await(other->stop({localUser(), id.bytes()}, {}));
    QVERIFY(stopped);
    QCOMPARE(stopped->outcome, Outcome::Cancelled);
    QTRY_COMPARE(await(driver->status()).driving, 0);
    QCOMPARE(probe.frames.load(), 0);
}

void TestEndings::crashDuringShutdownHoldsNothingUp()
{
    EngineFixture fixture;
    const auto engine = EngineFixture::open(fixture.config(), probeTasks());
    const TaskId id = started(*engine, u"stuck"_s);
    QVERIFY(await(engine->stop({localUser(), id.bytes()}, {})));
    QVERIFY(fixture.reachesSeq(*engine, id, 4));
    const auto closed = engine->shutdown(1h); // It waits for the one that tidies up …
    QVERIFY(await(engine->crash({localUser(), id.bytes()}))); // … until that is gone.
    QVERIFY(QTest::qWaitFor([&] { return closed.isFinished(); }, kPatienceMs));
}

void TestEndings::engineMayEndAtAnyMoment()
{
    for (int round = 0; round < 12; ++round) {
        EngineFixture fixture;
        auto engine = EngineFixture::open(fixture.config(), probeTasks());
        QList<QFuture<Expected<ActionResult>>> answers;
        for (int i = 0; i < 10; ++i)
            answers << engine->submit(
                {.name = "probe",
                 .input = {{u"mode"_s, i % 2 ? u"sleep"_s : u"emit"_s}, {u"n"_s, i}}});
        if (round % 3 == 1) // Only just begun, under way, or all driven.
            (void)await(answers.first());
        if (round % 3 == 2) {
            for (const auto &answer : answers)
                QVERIFY(await(answer));
            for (const auto &answer : QList(answers)) {
                const QByteArray id = answer.result()->task.id.bytes();
                answers << engine->stop({localUser(), id}, {}) << engine->crash({localUser(), id})
                        << engine->nudge({localUser(), id});
            }
        }
        engine.reset();
        for (const auto &answer : std::as_const(answers))
            QVERIFY(answer.isFinished()); // No future is left open.
        QCOMPARE(probe.frames.load(), 0);
    }
}

QTEST_GUILESS_MAIN(TestEndings)
#include "tst_endings.moc"
