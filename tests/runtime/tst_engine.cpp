// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/enginefixture.h"

#include <QJsonDocument>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! The life of tasks, told by their logs: run, break, mend, stop, shut down. */
class TestEngine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsToTheEnd();
    void theSameInputIsOneTask();
    void crashedCountGoesOnAtTheNextTick();
    void freshCrashIsOnlyAttachedTo();
    void finishedStageNeverRunsAgain();
    void undisturbedAndBrokenPipelinesAgree();
    void stopEndsASleepAtOnce();
    void repeatedStopAddsNoEvent();
    void staleTaskIsCancelledAtOnce();
    void shutdownSuspendsAndNudgeResumes();
    void shutdownSuspendsWhatWasStillBeingSubmitted();
    void autoRecoveryNeedsNoNudge();
    void badInputNamesItsField();
    void foreignKeyIsRefused();
    void anotherUsersTaskIsNotThere();
    void secondEngineSeesAndStops();
    void aLoneDriverLeavesANudgedTaskToOneThatDrivesAll();
};

void TestEngine::countsToTheEnd()
{
    EngineFixture fixture;
    const auto engine = fixture.open();
    const TaskId id = fixture.start(*engine, "count-to-n", {{u"n"_s, 3}, {u"sleepMs"_s, 1}});
    QVERIFY(fixture.reaches(*engine, id, TaskState::Completed));
    QCOMPARE(fixture.shortLog(*engine, id),
             u"created attempt_started=submit tick=1 tick=2 tick=3 completed"_s);
    QCOMPARE(fixture.taskNow(*engine, id).result, "{\"total\":3}"_ba);
}

void TestEngine::theSameInputIsOneTask()
{
    EngineFixture fixture;
    const auto engine = fixture.open();
    const SubmitRequest request{.name = "count-to-n"_ba,
                                .input = {{u"n"_s, 2}, {u"sleepMs"_s, 3600000}}};
    const auto first = await(engine->submit(request));
    const auto second = await(engine->submit(request));
    QVERIFY(first && second);
    QCOMPARE(first->outcome, Outcome::Created);
    QCOMPARE(second->outcome, Outcome::Attached);
    QCOMPARE(second->task.id, first->task.id);
    SubmitRequest fresh = request;
    fresh.fresh = true;
    const auto third = await(engine->submit(fresh));
    QVERIFY(third);
    QCOMPARE(third->outcome, Outcome::Created);
    QVERIFY(third->task.id != first->task.id);
}

void TestEngine::crashedCountGoesOnAtTheNextTick()
{
    EngineFixture fixture;
    const auto engine = fixture.open();
    const TaskId id = fixture.start(*engine, "count-to-n", {{u"n"_s, 6}, {u"sleepMs"_s, 60}});
    QVERIFY(fixture.reachesSeq(*engine, id, 5));
    const auto crashed = await(engine->crash({localUser(), id.bytes()}));
    QVERIFY(crashed);
    QCOMPARE(crashed->task.owner, OwnerState::Dropped);
    QCOMPARE(crashed->task.state, TaskState::Running);
    const Seq seqAtCrash = crashed->task.lastSeq;
    QVERIFY(fixture.becomesStale(*engine, id));
    QCOMPARE(fixture.taskNow(*engine, id).lastSeq,
             seqAtCrash); // autoRecover is off and a crash writes nothing.
    const auto nudged = await(engine->nudge({localUser(), id.bytes()}));
    QVERIFY(nudged);
    QCOMPARE(nudged->outcome, Outcome::Recovered);
    QCOMPARE(nudged->task.attempt, 2);
    QVERIFY(fixture.reaches(*engine, id, TaskState::Completed));
    const int before = int(seqAtCrash) - 2;
    QString expected = u"created attempt_started=submit"_s;
    for (int i = 1; i <= before; ++i)
        expected += u" tick=%1"_s.arg(i);
    expected += u" attempt_started=recovery recovered=%1"_s.arg(before + 1);
    for (int i = before + 1; i <= 6; ++i)
        expected += u" tick=%1"_s.arg(i);
    QCOMPARE(fixture.shortLog(*engine, id), expected + u" completed"_s);
}

void TestEngine::freshCrashIsOnlyAttachedTo()
{
    EngineFixture fixture;
    EngineConfig config = fixture.config();
    config.staleAfter = 1h;
    const auto engine = fixture.open(config, builtinTasks());
    const TaskId id = fixture.start(*engine, "count-to-n", {{u"sleepMs"_s, 3600000}});
    QVERIFY(await(engine->crash({localUser(), id.bytes()})));
    const auto nudged = await(engine->nudge({localUser(), id.bytes()}));
    QVERIFY(nudged);
    QCOMPARE(nudged->outcome, Outcome::Attached);
    const auto again = await(engine->crash({localUser(), id.bytes()}));
    QVERIFY(!again);
    QCOMPARE(again.error().code, ErrorCode::Conflict);
}

void TestEngine::finishedStageNeverRunsAgain()
{
    EngineFixture fixture;
    const auto engine = fixture.open();
    const TaskId id =
        fixture.start(*engine, "pipeline-with-steps", {{u"rows"_s, 50}, {u"stageMs"_s, 150}});
    QVERIFY(fixture.reachesSeq(*engine, id, 5)); // stage_started of transform
    QVERIFY(await(engine->crash({localUser(), id.bytes()})));
    QVERIFY(fixture.becomesStale(*engine, id));
    QVERIFY(await(engine->nudge({localUser(), id.bytes()})));
    QVERIFY(fixture.reaches(*engine, id, TaskState::Completed));
    QCOMPARE(fixture.shortLog(*engine, id),
             u"created attempt_started=submit stage_started=extract stage_done=extract "
             u"stage_started=transform "
             "attempt_started=recovery recovered=extract stage_done=extract(cached) "
             "stage_started=transform "
             "stage_done=transform stage_started=load stage_done=load completed"_s);
    const auto steps = await(engine->steps({localUser(), id.bytes()}));
    QVERIFY(steps);
    QCOMPARE(steps->size(), 3);
    QCOMPARE(steps->at(0).name, u"extract"_s);
    QCOMPARE(steps->at(0).attempt, 1);
    QCOMPARE(steps->at(0).cacheHits, 1);
    QCOMPARE(steps->at(1).attempt, 2);
    QCOMPARE(steps->at(1).cacheHits, 0);
}

void TestEngine::undisturbedAndBrokenPipelinesAgree()
{
    EngineFixture fixture;
    const auto engine = fixture.open();
    QByteArray results[2];
    for (const bool breaks : {false, true}) {
        const TaskId id = fixture.start(
            *engine, "pipeline-with-steps",
            {{u"rows"_s, 777}, {u"stageMs"_s, 40}, {u"runId"_s, breaks ? u"b"_s : u"u"_s}});
        for (Seq seq = 3; breaks && seq < 12; seq += 3) {
            QVERIFY(fixture.reachesSeq(*engine, id, seq));
            if (!await(engine->crash({localUser(), id.bytes()})))
                break;
            QVERIFY(fixture.becomesStale(*engine, id));
            QVERIFY(await(engine->nudge({localUser(), id.bytes()})));
        }
        QVERIFY(fixture.reaches(*engine, id, TaskState::Completed));
        results[breaks ? 1 : 0] = fixture.taskNow(*engine, id).result;
    }
    QVERIFY(results[0].contains("checksum"));
    QCOMPARE(results[1], results[0]);
}

void TestEngine::stopEndsASleepAtOnce()
{
    EngineFixture fixture;
    const auto engine = fixture.open();
    const TaskId id = fixture.start(*engine, "count-to-n", {{u"sleepMs"_s, 3600000}});
    const auto stopped = await(engine->stop({localUser(), id.bytes()}, u"enough"_s));
    QVERIFY(stopped);
    QCOMPARE(stopped->outcome, Outcome::Stopping);
    QVERIFY(fixture.reaches(*engine, id, TaskState::Cancelled));
    QCOMPARE(fixture.shortLog(*engine, id),
             u"created attempt_started=submit stop_requested=enough cancelled=enough"_s);
    const auto again = await(engine->stop({localUser(), id.bytes()}, u"more"_s));
    QVERIFY(!again);
    QCOMPARE(again.error().code, ErrorCode::Conflict);
}

void TestEngine::repeatedStopAddsNoEvent()
{
    EngineFixture fixture;
    const auto engine = fixture.open();
    const TaskId id = fixture.start(*engine, "count-to-n", {{u"sleepMs"_s, 3600000}});
    auto first = engine->stop({localUser(), id.bytes()}, u"one"_s);
    auto second = engine->stop({localUser(), id.bytes()}, u"two"_s);
    QVERIFY(await(first));
    (void)await(second); // stopping, or a conflict when it is over already: never a second event
    QVERIFY(fixture.reaches(*engine, id, TaskState::Cancelled));
    QCOMPARE(fixture.shortLog(*engine, id),
             u"created attempt_started=submit stop_requested=one cancelled=one"_s);
}

void TestEngine::staleTaskIsCancelledAtOnce()
{
    EngineFixture fixture;
    const auto engine = fixture.open();
    const TaskId id = fixture.start(*engine, "count-to-n", {{u"sleepMs"_s, 3600000}});
    QVERIFY(await(engine->crash({localUser(), id.bytes()})));
    QVERIFY(fixture.becomesStale(*engine, id));
    const auto stopped = await(engine->stop({localUser(), id.bytes()}, {}));
    QVERIFY(stopped);
    QCOMPARE(stopped->outcome, Outcome::Cancelled);
    QCOMPARE(fixture.shortLog(*engine, id),
             u"created attempt_started=submit stop_requested cancelled"_s);
}

void TestEngine::shutdownSuspendsAndNudgeResumes()
{
    EngineFixture fixture;
    TaskId id;
    {
        const auto engine = fixture.open();
        id = fixture.start(*engine, "count-to-n", {{u"n"_s, 3}, {u"sleepMs"_s, 100}});
        QVERIFY(fixture.reachesSeq(*engine, id, 3));
        const auto closed = engine->shutdown(5s);
        QVERIFY(QTest::qWaitFor([&] { return closed.isFinished(); }, kPatienceMs));
        const auto refused = await(engine->submit({.name = "count-to-n"_ba, .input = {}}));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Closing);
    }
    const auto engine = fixture.open();
    QCOMPARE(fixture.taskNow(*engine, id).state, TaskState::Suspended);
    const auto nudged = await(engine->nudge({localUser(), id.bytes()}));
    QVERIFY(nudged);
    QCOMPARE(nudged->outcome, Outcome::Resumed);
    QVERIFY(fixture.reaches(*engine, id, TaskState::Completed));
    QCOMPARE(fixture.shortLog(*engine, id),
             u"created attempt_started=submit tick=1 suspended=shutdown resumed "
             u"attempt_started=resume recovered=2 tick=2 "
             "tick=3 completed"_s);
}

void TestEngine::shutdownSuspendsWhatWasStillBeingSubmitted()
{
    EngineFixture fixture;
    const auto engine = fixture.open();
    QList<QFuture<Expected<ActionResult>>> starts;
    for (int i = 0; i < 50; ++i)
        starts << engine->submit(
            {.name = "count-to-n"_ba, .input = {{u"n"_s, i + 1}, {u"sleepMs"_s, 3600000}}});
    const auto closed = engine->shutdown(5s);
    QVERIFY(QTest::qWaitFor([&] { return closed.isFinished(); }, kPatienceMs));
    for (const auto &start : std::as_const(starts)) {
        const auto started = await(start);
        QVERIFY(started);
        QCOMPARE(fixture.taskNow(*engine, started->task.id).state, TaskState::Suspended);
    }
}

void TestEngine::autoRecoveryNeedsNoNudge()
{
    EngineFixture fixture;
    const auto engine = fixture.open();
    const auto started = await(engine->submit({.name = "count-to-n"_ba,
                                               .input = {{u"n"_s, 4}, {u"sleepMs"_s, 60}},
                                               .autoRecover = true}));
    QVERIFY(started);
    QVERIFY(fixture.reachesSeq(*engine, started->task.id, 3));
    QVERIFY(await(engine->crash({localUser(), started->task.id.bytes()})));
    QVERIFY(fixture.reaches(*engine, started->task.id, TaskState::Completed));
    QVERIFY(fixture.shortLog(*engine, started->task.id)
                .contains(u"attempt_started=recovery recovered="_s));
}

void TestEngine::badInputNamesItsField()
{
    EngineFixture fixture;
    const auto engine = fixture.open();
    const auto refused =
        await(engine->submit({.name = "count-to-n"_ba, .input = {{u"n"_s, 0}, {u"m"_s, 1}}}));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
    QStringList fields;
    for (const FieldError &field : refused.error().fields)
        fields << field.field;
    fields.sort();
    QCOMPARE(fields, QStringList({u"m"_s, u"n"_s}));
    QCOMPARE(await(engine->tasks({}))->tasks.size(), 0);
}

void TestEngine::foreignKeyIsRefused()
{
    EngineFixture fixture;
    const auto engine = fixture.open();
    SubmitRequest request{.name = "count-to-n"_ba,
                          .input = {{u"n"_s, 1}, {u"sleepMs"_s, 0}},
                          .key = IdempotencyKey("mine"_ba)};
    QVERIFY(await(engine->submit(request)));
    request.input.insert(u"n"_s, 2);
    const auto refused = await(engine->submit(request));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Conflict);
}

void TestEngine::anotherUsersTaskIsNotThere()
{
    EngineFixture fixture;
    const auto engine = fixture.open();
    const TaskId id = fixture.start(*engine, "count-to-n", {{u"n"_s, 1}, {u"sleepMs"_s, 0}});
    const UserId other("other"_ba);
    QCOMPARE(await(engine->task({other, id.bytes()})).error().code, ErrorCode::NotFound);
    QCOMPARE(await(engine->nudge({other, id.bytes()})).error().code, ErrorCode::NotFound);
    QCOMPARE(await(engine->stop({other, id.bytes()}, {})).error().code, ErrorCode::NotFound);
}

void TestEngine::secondEngineSeesAndStops()
{
    EngineFixture fixture;
    const auto driver = fixture.open();
    const auto watcher = fixture.open();
    const TaskId id = fixture.start(*driver, "count-to-n", {{u"sleepMs"_s, 3600000}});
    QCOMPARE(fixture.taskNow(*watcher, id).owner, OwnerState::OtherProcess);
    const auto stopped = await(watcher->stop({localUser(), id.bytes()}, u"from afar"_s));
    QVERIFY(stopped);
    QCOMPARE(stopped->outcome, Outcome::Stopping);
    QVERIFY(fixture.reaches(*watcher, id, TaskState::Cancelled));
    QCOMPARE(fixture.shortLog(*watcher, id),
             u"created attempt_started=submit stop_requested=from afar cancelled=from afar"_s);
}

void TestEngine::aLoneDriverLeavesANudgedTaskToOneThatDrivesAll()
{
    EngineFixture fixture;
    const auto driver = fixture.open();
    EngineConfig config = fixture.config();
    config.drivesAll = false;
    const auto lone = fixture.open(config, builtinTasks());
    const TaskId id = fixture.start(*driver, "count-to-n", {{u"n"_s, 3}, {u"sleepMs"_s, 3600000}});
    QVERIFY(await(driver->crash({localUser(), id.bytes()})));
    QVERIFY(fixture.becomesStale(*lone, id));
    const auto nudged = await(lone->nudge({localUser(), id.bytes()}));
    QVERIFY(nudged);
    QCOMPARE(nudged->outcome, Outcome::Recovered);
    QCOMPARE(nudged->task.state, TaskState::Pending);
    QVERIFY(fixture.reaches(*driver, id, TaskState::Running));
    QCOMPARE(fixture.taskNow(*lone, id).worker, driver->workerName());
    QVERIFY(fixture.shortLog(*driver, id).endsWith(u"attempt_started=recovery recovered=1"_s)
            || fixture.shortLog(*driver, id).endsWith(u"attempt_started=recovery"_s));
}

QTEST_GUILESS_MAIN(TestEngine)
#include "tst_engine.moc"
