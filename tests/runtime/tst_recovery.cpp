// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/runtime/probe.h"
#include "tests/support/enginefixture.h"
#include "tests/support/fakeclock.h"

#include <thread>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! Who takes up what, and when: by a clock that the test moves, and with several engines. */
class TestRecovery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { probe.reset(); }
    void staleExactlyAtTheThreshold();
    void jumpOfTheWallClockMeansNothing();
    void sleepLastsAsLongAsTheClockSays();
    void recoversAloneOnlyIfItMay_data();
    void recoversAloneOnlyIfItMay();
    void suspendedOnesResumeAloneOnlyIfTheyMay();
    void crashLoopEndsAsFailed();
    void nudgedTaskIsLeftToTheOneWhoDrivesAll();
    void nudgedTaskIsDrivenWhenNobodyElseDoes();
    void manySubmitsOfOneKeyAreOneTask();
    void readsSeeWholeLogsWhileItWrites();

private:
    static EngineConfig clocked(const EngineFixture &fixture,
                                const std::shared_ptr<FakeClock> &clock);
};

EngineConfig TestRecovery::clocked(const EngineFixture &fixture,
                                   const std::shared_ptr<FakeClock> &clock)
{
    EngineConfig config = fixture.config();
    config.clock = clock;
    config.staleAfter = 5s;
    config.heartbeatInterval = 1s;
    config.recoveryInterval = 1s;
    return config;
}

void TestRecovery::staleExactlyAtTheThreshold()
{
    EngineFixture fixture;
    const auto clock = std::make_shared<FakeClock>();
    const auto engine = EngineFixture::open(clocked(fixture, clock), probeTasks());
    const TaskId id = fixture.start(*engine, "probe", {{u"mode"_s, u"sleep"_s}});
    QVERIFY(fixture.reachesSeq(*engine, id, 3));
    QVERIFY(await(engine->crash({localUser(), id.bytes()})));
    clock->advance(5s - 1ms);
    QCOMPARE(fixture.taskNow(*engine, id).staleIn, std::optional(1ms));
    QVERIFY(!fixture.taskNow(*engine, id).stale);
    QCOMPARE(await(engine->nudge({localUser(), id.bytes()}))->outcome, Outcome::Attached);
    clock->advance(1ms);
    QVERIFY(fixture.taskNow(*engine, id).stale);
    QCOMPARE(await(engine->counts(localUser())), (TaskCounts{.stale = 1}));
    QCOMPARE(await(engine->nudge({localUser(), id.bytes()}))->outcome, Outcome::Recovered);
    QVERIFY(!fixture.taskNow(*engine, id).stale);
    QCOMPARE(await(engine->counts(localUser())), (TaskCounts{.running = 1}));
}

void TestRecovery::jumpOfTheWallClockMeansNothing()
{
    EngineFixture fixture;
    const auto clock = std::make_shared<FakeClock>();
    const auto engine = EngineFixture::open(clocked(fixture, clock), probeTasks());
    const auto watchersClock = std::make_shared<FakeClock>();
    const auto watcher = EngineFixture::open(clocked(fixture, watchersClock), probeTasks());
    const TaskId id = fixture.start(*engine, "probe", {{u"mode"_s, u"sleep"_s}});
    QVERIFY(fixture.reachesSeq(*engine, id, 3));
    for (const Monotonic jump : {Monotonic(100h), Monotonic(-1000h)}) {
        clock->jumpWall(jump);
        watchersClock->jumpWall(-jump);
        watchersClock->advance(1ms); // Whoever looks by timers looks now.
        QVERIFY(!fixture.taskNow(*watcher, id).stale);
        QCOMPARE(fixture.taskNow(*engine, id).attempt, 1);
        QCOMPARE(fixture.taskNow(*engine, id).lastSeq, 3); // And nobody woke up early.
    }
}

void TestRecovery::sleepLastsAsLongAsTheClockSays()
{
    EngineFixture fixture;
    const auto clock = std::make_shared<FakeClock>();
    const auto engine = EngineFixture::open(clocked(fixture, clock), builtinTasks());
    const TaskId id = fixture.start(*engine, "count-to-n", {{u"n"_s, 3}, {u"sleepMs"_s, 3600000}});
    for (int tick = 1; tick <= 3; ++tick) {
        // The handler may only just be on its way to its sleep, so the hour is moved in steps that
        // cannot be two.
        const Seq before = fixture.taskNow(*engine, id).lastSeq;
        const Timestamp from = clock->now();
        while (fixture.taskNow(*engine, id).lastSeq == before && clock->now() - from < 2h)
            clock->advance(1min);
        QVERIFY(clock->now() - from >= 59min);
        QCOMPARE(fixture.taskNow(*engine, id).lastSeq >= before + 1, true);
        if (tick < 3)
            QCOMPARE(fixture.taskNow(*engine, id).state, TaskState::Running);
    }
    QVERIFY(fixture.reaches(*engine, id, TaskState::Completed));
}

void TestRecovery::recoversAloneOnlyIfItMay_data()
{
    QTest::addColumn<bool>("byConfig");
    QTest::addColumn<int>("byTask"); // -1 says nothing.
    QTest::addColumn<bool>("recovers");
    QTest::newRow("a definition that leaves it to a person") << false << -1 << false;
    QTest::newRow("the task says so") << false << 1 << true;
    QTest::newRow("the program says so") << true << -1 << true;
    QTest::newRow("the task beats the program") << true << 0 << false;
}

void TestRecovery::recoversAloneOnlyIfItMay()
{
    QFETCH(const bool, byConfig);
    QFETCH(const int, byTask);
    QFETCH(const bool, recovers);
    EngineFixture fixture;
    EngineConfig config = fixture.config();
    config.autoRecover = byConfig;
    const auto engine = EngineFixture::open(config, probeTasks());
    const auto submit = [&](int n, int autoRecover) {
        return await(engine->submit({.name = "probe",
                                     .input = {{u"mode"_s, u"sleep"_s}, {u"n"_s, n}},
                                     .autoRecover = autoRecover < 0
                                         ? std::nullopt
                                         : std::optional(autoRecover == 1)}))
            ->task.id;
    };
    const TaskId id = submit(1, byTask);
    const TaskId always = submit(2, 1); // Comes back when the scan has been there.
    for (const TaskId &each : {id, always}) {
        QVERIFY(fixture.reachesSeq(*engine, each, 3));
        QVERIFY(await(engine->crash({localUser(), each.bytes()})));
    }
    QCOMPARE(fixture.taskNow(*engine, id).autoRecover, recovers);
    QVERIFY(fixture.reachesSeq(*engine, always, 6));
    if (recovers) {
        QVERIFY(fixture.reachesSeq(*engine, id, 6));
    } else {
        QVERIFY(fixture.becomesStale(*engine, id));
        QCOMPARE(fixture.taskNow(*engine, id).lastSeq, 3);
    }
}

void TestRecovery::suspendedOnesResumeAloneOnlyIfTheyMay()
{
    EngineFixture fixture;
    TaskId waits;
    TaskId alone;
    {
        const auto engine = EngineFixture::open(fixture.config(), probeTasks());
        waits = fixture.start(*engine, "probe", {{u"mode"_s, u"sleep"_s}});
        alone = await(engine->submit({.name = "probe",
                                      .input = {{u"mode"_s, u"sleep"_s}, {u"n"_s, 2}},
                                      .autoRecover = true}))
                    ->task.id;
        QVERIFY(fixture.reachesSeq(*engine, waits, 3));
        QVERIFY(fixture.reachesSeq(*engine, alone, 3));
    }
    const auto engine = EngineFixture::open(fixture.config(), probeTasks());
    QVERIFY(fixture.reachesSeq(*engine, alone, 8));
    QCOMPARE(fixture.shortLog(*engine, alone),
             u"created attempt_started=submit note=1=asleep suspended=shutdown resumed "
             "attempt_started=resume recovered=2 note=1=asleep"_s);
    QCOMPARE(fixture.taskNow(*engine, waits).state, TaskState::Suspended);
}

void TestRecovery::crashLoopEndsAsFailed()
{
    EngineFixture fixture;
    EngineConfig config = fixture.config();
    config.staleAfter = 20ms;
    config.recoveryInterval = 10ms;
    const auto engine = EngineFixture::open(config, probeTasks());
    const auto started = await(
        engine->submit({.name = "probe", .input = {{u"mode"_s, u"quiet"_s}}, .autoRecover = true}));
    QVERIFY(started);
    const TaskId id = started->task.id;
    for (int attempt = 1; attempt <= 11; ++attempt) {
        QVERIFY(QTest::qWaitFor([&] { return fixture.taskNow(*engine, id).attempt == attempt; },
                                kPatienceMs));
        QVERIFY(QTest::qWaitFor(
            [&] { return bool(await(engine->crash({localUser(), id.bytes()}))); }, kPatienceMs));
    }
    QVERIFY(fixture.reaches(*engine, id, TaskState::Failed));
    const Task task = fixture.taskNow(*engine, id);
    QCOMPARE(task.attempt, 11); // The first and ten recoveries that came to nothing.
    QVERIFY2(task.error.contains(R"("type":"crash_loop")"), task.error.constData());
}

void TestRecovery::nudgedTaskIsLeftToTheOneWhoDrivesAll()
{
    EngineFixture fixture;
    EngineConfig alone = fixture.config();
    alone.drivesAll = false;
    TaskId id;
    {
        const auto gone = EngineFixture::open(alone, builtinTasks());
        id = fixture.start(*gone, "count-to-n", {{u"n"_s, 4}, {u"sleepMs"_s, 20}});
        QVERIFY(fixture.reachesSeq(*gone, id, 4));
        QVERIFY(await(gone->crash({localUser(), id.bytes()})));
    }
    const auto server = fixture.open();
    const auto command = EngineFixture::open(alone, builtinTasks());
    const auto nudged = await(command->nudge({localUser(), id.bytes()}));
    QVERIFY(nudged);
    QCOMPARE(nudged->outcome, Outcome::Recovered);
    QVERIFY(fixture.reaches(*command, id, TaskState::Completed));
    const Task task = fixture.taskNow(*command, id);
    QCOMPARE(task.worker, server->workerName());
    QCOMPARE(task.attempt, 2);
    const QString log = fixture.shortLog(*command, id);
    QVERIFY2(log.contains(u"attempt_started=recovery recovered="_s), qPrintable(log));
    QCOMPARE(log.count(u" tick="_s), 4);
}

void TestRecovery::nudgedTaskIsDrivenWhenNobodyElseDoes()
{
    EngineFixture fixture;
    EngineConfig alone = fixture.config();
    alone.drivesAll = false;
    TaskId id;
    {
        const auto gone = EngineFixture::open(alone, builtinTasks());
        id = fixture.start(*gone, "count-to-n", {{u"n"_s, 4}, {u"sleepMs"_s, 20}});
        QVERIFY(fixture.reachesSeq(*gone, id, 3));
    } // Suspended by its end.
    const auto neighbour =
        EngineFixture::open(alone, builtinTasks()); // Lives, but drives its own alone.
    const auto command = EngineFixture::open(alone, builtinTasks());
    QCOMPARE(await(command->nudge({localUser(), id.bytes()}))->outcome, Outcome::Resumed);
    QVERIFY(fixture.reaches(*command, id, TaskState::Completed));
    QCOMPARE(fixture.taskNow(*command, id).worker, command->workerName());
}

void TestRecovery::manySubmitsOfOneKeyAreOneTask()
{
    EngineFixture fixture;
    const auto first = fixture.open();
    const auto second = fixture.open();
    std::mutex mutex;
    QList<QFuture<Expected<ActionResult>>> answers;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&, engine = i % 2 ? first.get() : second.get()] {
                for (int k = 0; k < 25; ++k) {
                    auto answer = engine->submit(
                        {.name = "count-to-n", .input = {{u"n"_s, 2}, {u"sleepMs"_s, 200}}});
                    const std::scoped_lock lock(mutex);
                    answers << answer;
                }
            });
    }
    int created = 0;
    QSet<TaskId> ids;
    for (const auto &answer : std::as_const(answers)) {
        const auto done = await(answer);
        QVERIFY(done);
        ids << done->task.id;
        created += done->outcome == Outcome::Created ? 1 : 0;
    }
    QCOMPARE(created, 1);
    QCOMPARE(ids.size(), 1);
    QVERIFY(fixture.reaches(*first, *ids.begin(), TaskState::Completed));
    QCOMPARE(fixture.shortLog(*first, *ids.begin()),
             u"created attempt_started=submit tick=1 tick=2 completed"_s);
}

void TestRecovery::readsSeeWholeLogsWhileItWrites()
{
    EngineFixture fixture;
    const auto engine = fixture.open();
    const TaskId id = fixture.start(*engine, "count-to-n", {{u"n"_s, 1500}, {u"sleepMs"_s, 0}});
    qsizetype last = 0;
    int grew = 0;
    while (fixture.taskNow(*engine, id).state == TaskState::Running) {
        const QList<Event> log = fixture.log(*engine, id);
        QVERIFY(log.size() >= last);
        grew += log.size() > last ? 1 : 0;
        last = log.size();
        for (qsizetype i = 0; i < log.size(); ++i)
            QCOMPARE(log[i].seq, i + 1);
        QVERIFY(fixture.taskNow(*engine, id).lastSeq >= last);
    }
    QVERIFY(grew > 1);
    QCOMPARE(fixture.log(*engine, id).size(), 1503);
}

QTEST_GUILESS_MAIN(TestRecovery)
#include "tst_recovery.moc"
