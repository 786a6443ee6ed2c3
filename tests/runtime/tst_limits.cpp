// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/context.h"
#include "tests/support/enginefixture.h"

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kNewer = TaskDefinition<CountInput, CountResult, Tick, CountRecovered>{
    .name = "count-to-n", .version = 2};
constexpr auto kNewerThatKnowsTheOld =
    TaskDefinition<CountInput, CountResult, Tick, CountRecovered>{
        .name = "count-to-n", .version = 3, .compatibleVersions = {1, 2}};

template<typename Definition>
Registry registryOf(const Definition &definition)
{
    Registry registry;
    registry.add(definition, countToN);
    return registry;
}

} // namespace

/*! Tasks that wait: for a slot, for a program that knows them. */
class TestLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void waitingTasksStartByThemselves();
    void sleepersTakeNoSlot();
    void otherVersionWaitsForOneThatKnowsIt();
    void unknownTaskStaysAndSaysWhy();

private:
    [[nodiscard]] static TaskRef ref(const TaskId &id) { return {localUser(), id.bytes()}; }
    static TaskId count(Engine &engine, int run, int sleepMs)
    {
        return EngineFixture::start(
            engine, "count-to-n",
            {{u"n"_s, 2}, {u"sleepMs"_s, sleepMs}, {u"runId"_s, QString::number(run)}});
    }
};

void TestLimits::waitingTasksStartByThemselves()
{
    EngineFixture fixture;
    EngineConfig config = fixture.config();
    config.limits.maxRunning = 2;
    config.recoveryInterval = 1h; // A slot that frees is enough.
    const auto engine = EngineFixture::open(config, builtinTasks());
    QList<TaskId> ids;
    for (int run = 0; run < 12; ++run)
        ids << count(*engine, run, 5);
    for (const TaskId &id : std::as_const(ids)) {
        QVERIFY(fixture.reaches(*engine, id, TaskState::Completed));
        QCOMPARE(fixture.shortLog(*engine, id),
                 u"created attempt_started=submit tick=1 tick=2 completed"_s);
    }
}

void TestLimits::sleepersTakeNoSlot()
{
    EngineFixture fixture;
    EngineConfig config = fixture.config();
    config.limits.maxRunning = 1;
    config.parkAfter = 50ms;
    const auto engine = EngineFixture::open(config, builtinTasks());
    const TaskId sleeper = count(*engine, 1, 3'600'000);
    QVERIFY(fixture.reaches(*engine, sleeper, TaskState::Suspended));
    const TaskId busy = count(*engine, 2, 1);
    QVERIFY(fixture.reaches(*engine, busy, TaskState::Completed));
}

void TestLimits::otherVersionWaitsForOneThatKnowsIt()
{
    EngineFixture fixture;
    auto engine = fixture.open();
    const TaskId id = count(*engine, 1, 3'600'000);
    engine.reset(); // Suspended by the shutdown.

    engine = EngineFixture::open(fixture.config(), registryOf(kNewer));
    const auto refused = await(engine->nudge(ref(id)));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Conflict);
    QVERIFY2(refused.error().message.contains(u"version 1"_s)
                 && refused.error().message.contains(u"version 2"_s),
             qPrintable(refused.error().message));
    QCOMPARE(fixture.taskNow(*engine, id).state, TaskState::Suspended);
    engine.reset();

    engine = EngineFixture::open(fixture.config(), registryOf(kNewerThatKnowsTheOld));
    QCOMPARE(await(engine->nudge(ref(id)))->outcome, Outcome::Resumed);
    QCOMPARE(fixture.taskNow(*engine, id).state, TaskState::Running);
    QCOMPARE(fixture.taskNow(*engine, id).definitionVersion, 1);
}

void TestLimits::unknownTaskStaysAndSaysWhy()
{
    EngineFixture fixture;
    auto engine = fixture.open();
    const TaskId id = count(*engine, 1, 3'600'000);
    QVERIFY(await(engine->crash(ref(id))));
    engine.reset();

    engine = EngineFixture::open(fixture.config(), Registry());
    QVERIFY(fixture.becomesStale(*engine, id));
    const auto refused = await(engine->nudge(ref(id)));
    QCOMPARE(refused.error().code, ErrorCode::Conflict);
    QVERIFY(refused.error().message.contains(u"count-to-n"_s));
    QCOMPARE(fixture.shortLog(*engine, id), u"created attempt_started=submit"_s);
    // It can be stopped all the same.
    QCOMPARE(await(engine->stop(ref(id), {}))->outcome, Outcome::Cancelled);
}

QTEST_GUILESS_MAIN(TestLimits)
#include "tst_limits.moc"
