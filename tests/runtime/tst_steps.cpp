// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/runtime/probe.h"
#include "tests/support/enginefixture.h"

#include <QJsonDocument>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! Steps, failures, and what a recovered handler may ask for. */
class TestSteps : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void failureIsTold_data();
    void failureIsTold();
    void failedStepMayBeCaught();
    void changedHandlerIsNondeterminism();
    void stepsOfOneNameAreToldApart();
    void previousEventsComeInPages();

private:
    static TaskId crashAt(Engine &engine, const QJsonObject &input, Seq seq);
};

/*! Starts a probe, crashes it at that entry, and nudges it. */
TaskId TestSteps::crashAt(Engine &engine, const QJsonObject &input, Seq seq)
{
    const TaskId id = EngineFixture::start(engine, "probe", input);
    if (!EngineFixture::reachesSeq(engine, id, seq)
        || !await(engine.crash({localUser(), id.bytes()}))
        || !EngineFixture::becomesStale(engine, id)
        || !await(engine.nudge({localUser(), id.bytes()})))
        qFatal("not recovered");
    return id;
}

void TestSteps::failureIsTold_data()
{
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QByteArray>("error");
    const auto row = [](const char *mode, const char *error) {
        QTest::newRow(mode) << QString::fromLatin1(mode) << QByteArray(error);
    };
    row("throw", R"({"type":"teapot","message":"short and stout","retryable":false,"step":null})");
    row("throw-step", R"({"type":"empty","message":"no tea","retryable":true,"step":"pour"})");
    row("throw-std",
        R"({"type":"exception","message":"out of range","retryable":true,"step":"pour"})");
    row("throw-int",
        R"({"type":"exception","message":"something that is no std::exception was thrown",)"
        R"("retryable":true,"step":"pour"})");
    row("big-step",
        R"({"type":"result_too_large","message":"the result of step \"fill\" has 1048578 bytes, )"
        R"(1048576 are allowed","retryable":false,"step":"fill"})");
    row("big-result",
        R"({"type":"result_too_large","message":"the result has 1048597 bytes, )"
        R"(1048576 are allowed","retryable":false,"step":null})");
    row("big-event",
        R"({"type":"event_too_large","message":"the event \"note\" has 1048594 bytes, )"
        R"(1048576 are allowed","retryable":false,"step":null})");
    row("nameless-step",
        R"({"type":"bad_step","message":"a step's name has 1 to 128 characters",)"
        R"("retryable":false,"step":null})");
}

void TestSteps::failureIsTold()
{
    QFETCH(const QString, mode);
    QFETCH(const QByteArray, error);
    EngineFixture fixture;
    const auto engine = EngineFixture::open(fixture.config(), probeTasks());
    const TaskId id = fixture.start(*engine, "probe", {{u"mode"_s, mode}});
    QVERIFY(fixture.reaches(*engine, id, TaskState::Failed));
    const Task task = fixture.taskNow(*engine, id);
    QCOMPARE(task.error, error);
    QVERIFY(task.result.isEmpty());
    QVERIFY(task.finishedAt);
    const QList<Event> log = fixture.log(*engine, id);
    QCOMPARE(log.size(), 3);
    QCOMPARE(log.last().type, "failed"_ba);
    QCOMPARE(log.last().payload, QByteArray("{\"error\":" + error + '}'));
    // What a step has failed with is memoised too, until a retry.
    const QList<StepRecord> steps = *await(engine->steps({localUser(), id.bytes()}));
    const bool isOfAStep = error.contains(R"("step":")");
    QCOMPARE(steps.size(), isOfAStep ? 1 : 0);
    QCOMPARE(steps.value(0).error, isOfAStep ? error : QByteArray());
    QCOMPARE(await(engine->nudge({localUser(), id.bytes()}))->outcome, Outcome::Finished);
}

void TestSteps::failedStepMayBeCaught()
{
    EngineFixture fixture;
    const auto engine = EngineFixture::open(fixture.config(), probeTasks());
    const TaskId id = fixture.start(*engine, "probe", {{u"mode"_s, u"catch-step"_s}});
    QVERIFY(fixture.reaches(*engine, id, TaskState::Completed));
    QCOMPARE(fixture.taskNow(*engine, id).result, R"({"text":"no tea in pour","total":0})"_ba);
}

void TestSteps::changedHandlerIsNondeterminism()
{
    EngineFixture fixture;
    const auto engine = EngineFixture::open(fixture.config(), probeTasks());
    const TaskId id = crashAt(*engine, {{u"mode"_s, u"renamed"_s}}, 3);
    QVERIFY(fixture.reaches(*engine, id, TaskState::Failed));
    const QJsonObject error = QJsonDocument::fromJson(fixture.taskNow(*engine, id).error).object();
    QCOMPARE(error.value("type"_L1), QJsonValue(u"nondeterminism"_s));
    const QString message = error.value("message"_L1).toString();
    QVERIFY2(message.contains(u"\"old name\""_s) && message.contains(u"\"new name\""_s),
             qPrintable(message));
}

void TestSteps::stepsOfOneNameAreToldApart()
{
    probe.reset();
    EngineFixture fixture;
    const auto engine = EngineFixture::open(fixture.config(), probeTasks());
    const TaskId id = crashAt(*engine, {{u"mode"_s, u"same-name"_s}, {u"n"_s, 20}}, 3);
    QVERIFY(fixture.reaches(*engine, id, TaskState::Completed));
    QCOMPARE(fixture.taskNow(*engine, id).result, R"({"text":"","total":210})"_ba);
    QCOMPARE(probe.bodies.load(), 20); // Not one of them ran again.
    const auto steps = await(engine->steps({localUser(), id.bytes()}));
    QVERIFY(steps);
    QCOMPARE(steps->size(), 20);
    QSet<QByteArray> keys;
    for (const StepRecord &step : *steps) {
        keys << step.key;
        QCOMPARE(step.cacheHits, 1);
        QCOMPARE(step.attempt, 1);
        QCOMPARE(step.result, QByteArray::number(step.occurrence));
    }
    QCOMPARE(keys.size(), 20);
    QVERIFY(keys.contains("add#20"));
}

void TestSteps::previousEventsComeInPages()
{
    EngineFixture fixture;
    const auto engine = EngineFixture::open(fixture.config(), probeTasks());
    const TaskId id = crashAt(*engine, {{u"mode"_s, u"pages"_s}, {u"n"_s, 2500}}, 2502);
    QVERIFY(fixture.reaches(*engine, id, TaskState::Completed));
    // created, attempt_started and 2,500 notes; nothing that this attempt wrote itself.
    QCOMPARE(fixture.taskNow(*engine, id).result, R"({"text":"1000 1000 502","total":2500})"_ba);
}

QTEST_GUILESS_MAIN(TestSteps)
#include "tst_steps.moc"
