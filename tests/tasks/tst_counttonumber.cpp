// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/store/connection.h"
#include "tests/support/enginefixture.h"
#include "tests/support/fakeclock.h"

#include <QJsonDocument>
#include <QRandomGenerator>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! Counting by hand: every tick once, whatever happens in between. */
class TestCountToNumber : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void defaultsAreShownAndKeyed();
    void brokenManyTimesEveryTickOnce();
    void brokenBeforeTheFirstTick();
    void brokenAfterTheLastTick();

private:
    static bool crashAndNudge(Engine &engine, const TaskId &id);
};

bool TestCountToNumber::crashAndNudge(Engine &engine, const TaskId &id)
{
    if (!await(engine.crash({localUser(), id.bytes()})))
        return false; // It ended meanwhile.
    return EngineFixture::becomesStale(engine, id)
        && await(engine.nudge({localUser(), id.bytes()}));
}

void TestCountToNumber::defaultsAreShownAndKeyed()
{
    EngineFixture fixture;
    const auto engine = fixture.open();
    const auto bare = await(engine->submit({.name = "count-to-n", .input = {}}));
    QVERIFY(bare);
    QCOMPARE(bare->task.input, R"({"n":10,"sleepMs":500})"_ba);
    const auto spelled = await(
        engine->submit({.name = "count-to-n", .input = {{u"sleepMs"_s, 500.0}, {u"n"_s, 10}}}));
    QVERIFY(spelled);
    QCOMPARE(spelled->outcome, Outcome::Attached);
    QCOMPARE(spelled->task.id, bare->task.id);
}

void TestCountToNumber::brokenManyTimesEveryTickOnce()
{
    EngineFixture fixture;
    // The clock is moved by less than a tick at a time: so no more than one tick passes unseen, and
    // how often it breaks is not for the machine's speed to say.
    const auto clock = std::make_shared<FakeClock>();
    EngineConfig config = fixture.config();
    config.clock = clock;
    config.staleAfter = 5s;
    config.heartbeatInterval = 1s;
    config.recoveryInterval = 1s;
    const auto engine = EngineFixture::open(config, builtinTasks());
    constexpr int kTicks = 60;
    const TaskId id =
        fixture.start(*engine, "count-to-n", {{u"n"_s, kTicks}, {u"sleepMs"_s, 1000}});
    QRandomGenerator random(20261123);
    int crashes = 0;
    while (fixture.taskNow(*engine, id).state == TaskState::Running) {
        const Seq target = fixture.taskNow(*engine, id).lastSeq + random.bounded(15);
        QVERIFY(QTest::qWaitFor(
            [&] {
                const Task task = fixture.taskNow(*engine, id);
                if (task.lastSeq >= target || task.state != TaskState::Running)
                    return true;
                clock->advance(900ms);
                return false;
            },
            kPatienceMs));
        if (!await(engine->crash({localUser(), id.bytes()})))
            break; // It ended meanwhile.
        clock->advance(5s);
        QVERIFY(fixture.becomesStale(*engine, id));
        QVERIFY(await(engine->nudge({localUser(), id.bytes()})));
        ++crashes;
    }
    QVERIFY(fixture.reaches(*engine, id, TaskState::Completed));
    QVERIFY2(crashes >= 5, qPrintable(QString::number(crashes)));
    int last = 0;
    Seq seq = 0;
    bool begun = false;
    for (const Event &event : fixture.log(*engine, id)) {
        QCOMPARE(event.seq, ++seq);
        const QJsonObject payload = QJsonDocument::fromJson(event.payload).object();
        // What an attempt after the first says first is that it recovered, unless it broke before.
        if (begun)
            QVERIFY(event.type == "recovered" || event.type == "attempt_started");
        begun = event.type == "attempt_started" && event.attempt > 1;
        if (event.type == "tick") {
            QCOMPARE(payload.value("i"_L1).toInt(), ++last);
            QCOMPARE(payload.value("n"_L1).toInt(), kTicks);
        } else if (event.type == "recovered") {
            QCOMPARE(payload, (QJsonObject{{u"fromTick"_s, last + 1}, {u"ticksSoFar"_s, last}}));
        }
    }
    QCOMPARE(last, kTicks);
    QCOMPARE(fixture.taskNow(*engine, id).result, R"({"total":60})"_ba);
}

void TestCountToNumber::brokenBeforeTheFirstTick()
{
    EngineFixture fixture;
    const auto engine = fixture.open();
    const TaskId id = fixture.start(*engine, "count-to-n", {{u"n"_s, 2}, {u"sleepMs"_s, 400}});
    QVERIFY(crashAndNudge(*engine, id));
    QVERIFY(fixture.reaches(*engine, id, TaskState::Completed));
    QCOMPARE(
        fixture.shortLog(*engine, id),
        u"created attempt_started=submit attempt_started=recovery recovered=1 tick=1 tick=2 completed"_s);
}

void TestCountToNumber::brokenAfterTheLastTick()
{
    // The last tick is there and the end is not: nothing is left but to say so.
    EngineFixture fixture;
    TaskId id;
    {
        const auto engine = fixture.open();
        id = fixture.start(*engine, "count-to-n", {{u"n"_s, 3}, {u"sleepMs"_s, 0}});
        QVERIFY(fixture.reaches(*engine, id, TaskState::Completed));
    }
    {
        auto db = Connection::open(fixture.storePath(), Connection::Mode::ReadWrite);
        QVERIFY(db);
        db->execute("DELETE FROM events WHERE type = 'completed';"
                    "UPDATE tasks SET state = 'running', last_seq = last_seq - 1, result = NULL, "
                    "finished_at = NULL");
        QVERIFY(!db->hasFailed());
    }
    const auto engine = fixture.open();
    QCOMPARE(await(engine->nudge({localUser(), id.bytes()}))->outcome, Outcome::Recovered);
    QVERIFY(fixture.reaches(*engine, id, TaskState::Completed));
    QCOMPARE(
        fixture.shortLog(*engine, id),
        u"created attempt_started=submit tick=1 tick=2 tick=3 attempt_started=recovery recovered=4 completed"_s);
    QCOMPARE(fixture.taskNow(*engine, id).result, R"({"total":3})"_ba);
}

QTEST_GUILESS_MAIN(TestCountToNumber)
#include "tst_counttonumber.moc"
