// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/event.h"
#include "engine/model/jsonwriter.h"
#include "engine/model/steprecord.h"
#include "engine/model/task.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <QTest>

#include <thread>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! What is spelled out on the wire and in the store: ids, states, JSON with its members in order.
 */
class TestWire : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void idsAreUuidsOfVersion7();
    void idsKeepTheirOrder();
    void idsOfManyThreadsDiffer();
    void idsAreRecognised_data();
    void idsAreRecognised();
    void statesAreSpelledForEver();
    void instantsAreIso8601InUtc();
    void taskJsonHasTheContractsMembersInOrder();
    void emptyTaskFieldsAreNull();
    void eventJsonHasTheContractsMembersInOrder();
    void stepJsonHasTheContractsMembersInOrder();
    void handlersMayNotEmitEverything_data();
    void handlersMayNotEmitEverything();
    void engineEventsArePinned();
    void textIsEscaped();
};

void TestWire::idsAreUuidsOfVersion7()
{
    const qint64 at = 1'793'437'200'123;
    const QByteArray id = newTaskId(at).bytes();
    QCOMPARE(id.size(), 36);
    QVERIFY(isTaskId(id));
    QCOMPARE(id, id.toLower());
    QCOMPARE(id.at(14), '7');
    QVERIFY("89ab"_ba.contains(id.at(19)));
    QByteArray time = id.left(8) + id.mid(9, 4);
    QCOMPARE(time.toLongLong(nullptr, 16), at);
}

void TestWire::idsKeepTheirOrder()
{
    TaskId last = newTaskId(1'800'000'000'000);
    for (int i = 0; i < 20'000; ++i) { // More than 12 bits hold, all in one millisecond.
        const TaskId next = newTaskId(1'800'000'000'000);
        QVERIFY2(last < next, qPrintable(last.toString() + u' ' + next.toString()));
        last = next;
    }
    for (const qint64 back : {1'799'999'999'999, 1'000'000'000'000, 0L}) { // A wall clock set back.
        const TaskId next = newTaskId(back);
        QVERIFY(last < next);
        last = next;
    }
    QVERIFY(last < newTaskId(1'900'000'000'000));
}

void TestWire::idsOfManyThreadsDiffer()
{
    constexpr int kEach = 5000;
    std::array<QList<TaskId>, 4> made;
    {
        std::vector<std::jthread> threads;
        for (QList<TaskId> &list : made)
            threads.emplace_back([&list] {
                for (int i = 0; i < kEach; ++i)
                    list << newTaskId(1'950'000'000'000);
            });
    }
    QSet<TaskId> all;
    for (const QList<TaskId> &list : made)
        all += QSet<TaskId>(list.begin(), list.end());
    QCOMPARE(all.size(), kEach * qsizetype(made.size()));
}

void TestWire::idsAreRecognised_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("isId");
    QTest::newRow("an id") << "01993f2e-9a3b-7c01-8def-0123456789ab"_ba << true;
    QTest::newRow("upper case") << "01993F2E-9A3B-7C01-8DEF-0123456789AB"_ba << false;
    QTest::newRow("too short") << "01993f2e-9a3b-7c01-8def-0123456789a"_ba << false;
    QTest::newRow("too long") << "01993f2e-9a3b-7c01-8def-0123456789abc"_ba << false;
    QTest::newRow("no dashes") << "01993f2e09a3b07c0108def00123456789ab"_ba << false;
    QTest::newRow("other letters") << "01993f2e-9a3b-7c01-8def-0123456789ag"_ba << false;
    QTest::newRow("empty") << QByteArray() << false;
}

void TestWire::idsAreRecognised()
{
    QFETCH(const QByteArray, text);
    QFETCH(const bool, isId);
    QCOMPARE(isTaskId(text), isId);
}

void TestWire::statesAreSpelledForEver()
{
    const QList<std::pair<TaskState, QByteArray>> spelled{
        {TaskState::Pending, "pending"},     {TaskState::Running, "running"},
        {TaskState::Suspended, "suspended"}, {TaskState::Completed, "completed"},
        {TaskState::Failed, "failed"},       {TaskState::Cancelled, "cancelled"}};
    for (const auto &[state, text] : spelled) {
        QCOMPARE(toWire(state), text);
        QCOMPARE(taskStateFromWire(text), std::optional(state));
    }
    for (const QByteArray &none : {""_ba, "Running"_ba, "stale"_ba, "running "_ba, "done"_ba})
        QVERIFY(!taskStateFromWire(none));
    QVERIFY(isTerminal(TaskState::Completed) && isTerminal(TaskState::Failed)
            && isTerminal(TaskState::Cancelled));
    QVERIFY(!isTerminal(TaskState::Pending) && !isTerminal(TaskState::Running)
            && !isTerminal(TaskState::Suspended));
}

void TestWire::instantsAreIso8601InUtc()
{
    QCOMPARE(toIso8601(fromUnixMs(1'793'437'200'000)), "2026-10-31T09:00:00.000Z"_ba);
    QCOMPARE(toIso8601(fromUnixMs(1'793'437'200'007)), "2026-10-31T09:00:00.007Z"_ba);
    QCOMPARE(toIso8601(fromUnixMs(0)), "1970-01-01T00:00:00.000Z"_ba);
    QCOMPARE(fromIso8601("2026-10-31T09:00:00.007Z"), std::optional(fromUnixMs(1'793'437'200'007)));
    QVERIFY(!fromIso8601("yesterday"));
}

void TestWire::taskJsonHasTheContractsMembersInOrder()
{
    Task task;
    task.id = TaskId("01993f2e-9a3b-7c01-8def-0123456789ab"_ba);
    task.key = IdempotencyKey("9f2c"_ba);
    task.name = "count-to-n";
    task.user = localUser();
    task.state = TaskState::Running;
    task.staleIn = 4200ms;
    task.attempt = 2;
    task.epoch = 2;
    task.input = R"({"n":10,"sleepMs":500})";
    task.createdAt = fromUnixMs(1'793'437'200'000);
    task.startedAt = fromUnixMs(1'793'437'200'001);
    task.lastHeartbeatAt = fromUnixMs(1'793'437'201'000);
    task.lastSeq = 7;
    task.worker = u"host-1234-ab12"_s;
    QCOMPARE(
        toJson(task),
        R"({"id":"01993f2e-9a3b-7c01-8def-0123456789ab","idempotencyKey":"9f2c","name":"count-to-n",)"
        R"("definitionVersion":1,"userId":"local","state":"running","stale":false,"staleInMs":4200,)"
        R"("attempt":2,"epoch":2,"autoRecover":false,"input":{"n":10,"sleepMs":500},"result":null,)"
        R"("error":null,"stopReason":null,"parentId":null,"forkedFrom":null,"summary":null,)"
        R"("createdAt":"2026-10-31T09:00:00.000Z","startedAt":"2026-10-31T09:00:00.001Z",)"
        R"("finishedAt":null,"lastHeartbeatAt":"2026-10-31T09:00:01.000Z","wakeAt":null,"lastSeq":7,)"
        R"("worker":"host-1234-ab12"})"_ba);
}

void TestWire::emptyTaskFieldsAreNull()
{
    const QJsonObject json = QJsonDocument::fromJson(toJson(Task())).object();
    for (const char *name :
         {"staleInMs", "result", "error", "stopReason", "parentId", "forkedFrom", "summary",
          "startedAt", "finishedAt", "lastHeartbeatAt", "wakeAt", "worker"}) {
        QVERIFY2(json.contains(QLatin1String(name)), name);
        QVERIFY2(json.value(QLatin1String(name)).isNull(), name);
    }
    QCOMPARE(json.size(), 25);
}

void TestWire::eventJsonHasTheContractsMembersInOrder()
{
    const Event event{.task = TaskId("01993f2e-9a3b-7c01-8def-0123456789ab"_ba),
                      .seq = 7,
                      .position = 99,
                      .attempt = 2,
                      .type = "tick",
                      .payload = R"({"i":5,"n":10})",
                      .at = fromUnixMs(1'793'437'203'512)};
    QCOMPARE(
        toJson(event),
        R"({"seq":7,"type":"tick","taskId":"01993f2e-9a3b-7c01-8def-0123456789ab","attempt":2,)"
        R"("at":"2026-10-31T09:00:03.512Z","payload":{"i":5,"n":10}})"_ba);
}

void TestWire::stepJsonHasTheContractsMembersInOrder()
{
    StepRecord step{.key = "load#1",
                    .name = u"load"_s,
                    .ordinal = 3,
                    .attempt = 2,
                    .startedAt = fromUnixMs(1'793'437'203'512),
                    .duration = 12ms,
                    .result = "[1]",
                    .error = {},
                    .cacheHits = 4};
    QCOMPARE(stepKey({}, u"load"_s, 1), step.key);
    QCOMPARE(
        toJson(step),
        R"({"key":"load#1","name":"load","occurrence":1,"attempt":2,)"
        R"("startedAt":"2026-10-31T09:00:03.512Z","durationMs":12,"result":[1],"error":null,"cacheHits":4})"_ba);
}

void TestWire::handlersMayNotEmitEverything_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<bool>("fine");
    QTest::newRow("word") << "tick"_ba << true;
    QTest::newRow("digits and lines") << "a_1_b2"_ba << true;
    QTest::newRow("recovered is the handler's") << "recovered"_ba << true;
    QTest::newRow("64 characters") << QByteArray(64, 'a') << true;
    QTest::newRow("65 characters") << QByteArray(65, 'a') << false;
    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("digit first") << "1a"_ba << false;
    QTest::newRow("line first") << "_a"_ba << false;
    QTest::newRow("upper case") << "Tick"_ba << false;
    QTest::newRow("dash") << "a-b"_ba << false;
    QTest::newRow("dot") << "a.b"_ba << false;
    QTest::newRow("line end") << "a\n"_ba << false;
    QTest::newRow("zero byte") << QByteArray("a\0", 2) << false;
    QTest::newRow("umlaut") << "ärger"_ba << false;
    for (const char *engines :
         {"created", "attempt_started", "step_retry", "retry_scheduled", "suspended", "resumed",
          "signal_received", "stop_requested", "completed", "failed", "cancelled"})
        QTest::newRow(engines) << QByteArray(engines) << false;
}

void TestWire::handlersMayNotEmitEverything()
{
    QFETCH(const QByteArray, type);
    QFETCH(const bool, fine);
    const auto checked = checkHandlerEventType(type);
    QCOMPARE(bool(checked), fine);
    if (!fine)
        QVERIFY(!checked.error().message.isEmpty());
}

void TestWire::engineEventsArePinned()
{
    QVERIFY(isEngineEvent("attempt_started") && isEngineEvent("completed"));
    QVERIFY(!isEngineEvent("tick") && !isEngineEvent("recovered"));
    QVERIFY(isTerminalEvent("completed") && isTerminalEvent("failed")
            && isTerminalEvent("cancelled"));
    QVERIFY(!isTerminalEvent("suspended") && !isTerminalEvent("stop_requested")
            && !isTerminalEvent("tick"));
}

void TestWire::textIsEscaped()
{
    QCOMPARE(jsonString(u"a\"\\\b\f\n\r\t\u0001\u001f\u007f/é"_s),
             "\"a\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\x7f/é\""_ba);
    QCOMPARE(JsonWriter().finish(), "{}"_ba);
    QCOMPARE(JsonWriter().member("n", qint64(9007199254740993)).null("x").raw("y", "").finish(),
             R"({"n":9007199254740993,"x":null,"y":null})"_ba);
    QCOMPARE(jsonArray({"1", "{}"}), "[1,{}]"_ba);
    QCOMPARE(jsonArray({}), "[]"_ba);
    QCOMPARE(toCompactJson(QJsonValue(QJsonValue::Undefined)), "null"_ba);
    QCOMPARE(toCompactJson(QJsonValue(u"]"_s)), "\"]\""_ba);
}

QTEST_GUILESS_MAIN(TestWire)
#include "tst_wire.moc"
