// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/http/apifixture.h"
#include "tests/http/apitasks.h"

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! What the engine can do beside running tasks, from outside: signals, parking, limits, and what
 * definitions say of themselves. */
class TestRoutesEngine final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void signalReachesTheHandler_data();
    void signalReachesTheHandler();
    void signalWaitsForItsHandler();
    void badSignals_data();
    void badSignals();
    void localStartsAreForbidden_data();
    void localStartsAreForbidden();
    void taskFilesNeverStartOverHttp();
    void localTasksCanBeActedOn();
    void parkedSleeperShowsWhenItWakes();
    void parkedSleeperWakesByItself();
    void rateLimitIs429();
    void rateOfOneUserIs429();
    void queueLimitIs429();
    void attachingNeverCounts();
    void runsOfStepsOnRequest();
    void definitionsTellAll();
    void workersTellWhoDrivesWhat();
    void autoRecoverForAllButThoseByRequest();
};

namespace {

const QByteArray kTasks = "/api/tasks"_ba;

EngineConfig quick()
{
    return EngineFixture().config();
}

QByteArray walker(const QByteArray &way, const QByteArray &more = {})
{
    return R"({"name":"walker","input":{"way":")" + way + R"("})" + more + '}';
}

QJsonObject taskOf(const RawAnswer &answer)
{
    return objectOf(answer).value("task"_L1).toObject();
}

TaskId idOf(const RawAnswer &answer)
{
    return TaskId(taskOf(answer).value("id"_L1).toString().toLatin1());
}

QString outcomeOf(const RawAnswer &answer)
{
    return objectOf(answer).value("outcome"_L1).toString();
}

} // namespace

void TestRoutesEngine::signalReachesTheHandler_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("heard");
    QTest::newRow("an object") << R"({"name":"word","payload":{"a":[1]}})"_ba << u"{\"a\":[1]}"_s;
    QTest::newRow("a scalar") << R"({"name":"word","payload":7})"_ba << u"7"_s;
    QTest::newRow("null") << R"({"name":"word","payload":null})"_ba << u"null"_s;
    QTest::newRow("none is null") << R"({"name":"word"})"_ba << u"null"_s;
}

void TestRoutesEngine::signalReachesTheHandler()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, heard);
    ApiFixture api({}, quick(), apiTasks());
    const TaskId id = idOf(api.post(kTasks, walker("listen")));
    QVERIFY(api.reaches(id, TaskState::Suspended));
    const RawAnswer answer = api.post(kTasks + '/' + id.bytes() + "/signal", body);
    QCOMPARE(answer.status, 202);
    QCOMPARE(outcomeOf(answer), u"delivered"_s);
    QCOMPARE(taskOf(answer).value("id"_L1).toString().toLatin1(), id.bytes());
    QVERIFY(api.reaches(id, TaskState::Completed));
    QCOMPARE(objectOf(api.get(kTasks + '/' + id.bytes())).value("result"_L1)["text"_L1],
             QJsonValue(heard));
    QCOMPARE(api.taskNow(id).attempt, 1);
}

void TestRoutesEngine::signalWaitsForItsHandler()
{
    ApiFixture api({}, quick(), apiTasks());
    const TaskId id = idOf(api.post(kTasks, walker("listen", R"(,"delayMs":3600000)")));
    const QByteArray at = kTasks + '/' + id.bytes();
    QCOMPARE(outcomeOf(api.post(at + "/signal", R"({"name":"word","payload":"early"})")),
             u"delivered"_s);
    QCOMPARE(api.taskNow(id).state, TaskState::Pending);
    const QJsonArray events = objectOf(api.get(at + "/events")).value("events"_L1).toArray();
    QCOMPARE(events.last()["type"_L1], QJsonValue(u"signal_received"_s));
    QCOMPARE(events.last()["payload"_L1].toObject(),
             (QJsonObject{{u"name"_s, u"word"_s}, {u"payload"_s, u"early"_s}}));
}

void TestRoutesEngine::badSignals_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("expected");
    QTest::addColumn<QString>("field");
    const QByteArray tooLong = R"({"name":")" + QByteArray(129, 'a') + "\"}";
    QTest::newRow("no name") << R"({})"_ba << 422 << u"name"_s;
    QTest::newRow("empty body") << QByteArray() << 422 << u"name"_s;
    QTest::newRow("null as a name") << R"({"name":null})"_ba << 422 << u"name"_s;
    QTest::newRow("empty name") << R"({"name":""})"_ba << 422 << u"name"_s;
    QTest::newRow("name no string") << R"({"name":7})"_ba << 422 << u"name"_s;
    QTest::newRow("name too long") << tooLong << 422 << u"name"_s;
    QTest::newRow("unknown field") << R"({"name":"a","reason":"b"})"_ba << 422 << u"reason"_s;
    QTest::newRow("no object") << R"([])"_ba << 422 << QString();
    QTest::newRow("no JSON") << R"({"name")"_ba << 400 << QString();
}

void TestRoutesEngine::badSignals()
{
    QFETCH(QByteArray, body);
    QFETCH(int, expected);
    QFETCH(QString, field);
    ApiFixture api({}, quick(), apiTasks());
    const TaskId id = idOf(api.post(kTasks, walker("end")));
    QVERIFY(api.reaches(id, TaskState::Completed));
    // Also of a task that takes none: 422 comes before 409, and 404 before both.
    const RawAnswer answer = api.post(kTasks + '/' + id.bytes() + "/signal", body);
    QCOMPARE(answer.status, expected);
    const QJsonArray errors = objectOf(answer).value("errors"_L1).toArray();
    QCOMPARE(errors.isEmpty() ? QString() : errors.first()["field"_L1].toString(), field);
    QCOMPARE(api.post(kTasks + "/nobody/signal", body).status, expected == 400 ? 400 : 404);
}

void TestRoutesEngine::localStartsAreForbidden_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    const QByteArray nudge = "/api/durable-example/nudge-recovery"_ba;
    const QByteArray plain = R"({"name":"local-only","input":{"way":"end"}})"_ba;
    QTest::newRow("a start") << kTasks << plain;
    QTest::newRow("a nudge by name") << nudge << plain;
    QTest::newRow("before its input is checked")
        << kTasks << R"({"name":"local-only","input":{"bogus":1}})"_ba;
    QTest::newRow("before other fields are")
        << kTasks << R"({"name":"local-only","input":[],"fresh":7,"more":1})"_ba;
}

void TestRoutesEngine::localStartsAreForbidden()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    ApiFixture api({}, quick(), apiTasks());
    const RawAnswer answer = api.post(path, body);
    QCOMPARE(answer.status, 403);
    QVERIFY(objectOf(answer).value("detail"_L1).toString().contains(u"\"local-only\""_s));
    QVERIFY(objectOf(api.get(kTasks)).value("tasks"_L1).toArray().isEmpty());
    QCOMPARE(api.ask("POST", path, {}, body).status, 415);
    QCOMPARE(api.post("/api/none", body).status, 404);
    // Also of one that is there, which its key or its id still reach.
    const TaskId id = api.start("local-only", {{u"way"_s, u"end"_s}});
    QCOMPARE(api.post(path, body).status, 403);
    QVERIFY(api.reaches(id, TaskState::Completed));
}

void TestRoutesEngine::taskFilesNeverStartOverHttp()
{
    ApiFixture api;
    for (const QByteArray &path : {kTasks, "/api/durable-example/nudge-recovery"_ba})
        QCOMPARE(api.post(path, R"({"name":"pipeline-file","input":{}})").status, 403);
}

void TestRoutesEngine::localTasksCanBeActedOn()
{
    ApiFixture api({}, quick(), apiTasks());
    const TaskId id = api.start("local-only", {{u"way"_s, u"listen"_s}});
    QVERIFY(api.reaches(id, TaskState::Suspended));
    const QByteArray at = kTasks + '/' + id.bytes();
    const QByteArray named = "{\"id\":\"" + id.bytes() + "\"}";
    QCOMPARE(outcomeOf(api.post("/api/durable-example/nudge-recovery", named)), u"attached"_s);
    QCOMPARE(outcomeOf(api.post(at + "/signal", R"({"name":"word"})")), u"delivered"_s);
    QVERIFY(api.reaches(id, TaskState::Completed));
    QCOMPARE(api.post(at + "/fork", R"({"fromStep":"first"})").status, 202);
}

void TestRoutesEngine::parkedSleeperShowsWhenItWakes()
{
    EngineConfig config = quick();
    config.parkAfter = std::chrono::milliseconds(20);
    ApiFixture api({}, config, apiTasks());
    const TaskId id = idOf(api.post(kTasks, walker("sleep")));
    QVERIFY(api.reaches(id, TaskState::Suspended));
    const QJsonObject task = objectOf(api.get(kTasks + '/' + id.bytes()));
    QCOMPARE(task.value("summary"_L1), QJsonValue(u"walks"_s));
    QCOMPARE(task.value("stale"_L1), QJsonValue(false));
    QVERIFY(task.value("staleInMs"_L1).isNull());
    const QJsonArray events =
        objectOf(api.get(kTasks + '/' + id.bytes() + "/events")).value("events"_L1).toArray();
    QCOMPARE(events.last()["type"_L1], QJsonValue(u"suspended"_s));
    QCOMPARE(events.last()["payload"_L1].toObject(),
             (QJsonObject{{u"reason"_s, u"sleep"_s}, {u"wakeAt"_s, task.value("wakeAt"_L1)}}));
    const QJsonArray listed = objectOf(api.get(kTasks)).value("tasks"_L1).toArray();
    QCOMPARE(listed.first().toObject(), task);
}

void TestRoutesEngine::parkedSleeperWakesByItself()
{
    EngineConfig config = quick();
    config.parkAfter = std::chrono::milliseconds(20);
    ApiFixture api({}, config, apiTasks());
    const TaskId id = api.start("count-to-n", {{u"n"_s, 2}, {u"sleepMs"_s, 60}});
    QVERIFY(api.reaches(id, TaskState::Completed));
    const QByteArray events = api.get(kTasks + '/' + id.bytes() + "/events").body;
    QCOMPARE(events.count("\"type\":\"suspended\""), 2);
    QCOMPARE(events.count("\"type\":\"resumed\""), 2);
    QVERIFY(!events.contains("recovered"));
    QCOMPARE(api.taskNow(id).attempt, 1);
}

void TestRoutesEngine::rateLimitIs429()
{
    EngineConfig config = quick();
    config.limits.ratePerMinute = 1;
    ApiFixture api({}, config, apiTasks());
    QCOMPARE(api.post(kTasks, walker("end")).status, 202);
    for (const QByteArray &path : {kTasks, "/api/durable-example/run"_ba}) {
        const RawAnswer answer = api.post(path, path == kTasks ? walker("other") : QByteArray());
        QCOMPARE(answer.status, 429);
        QCOMPARE(answer.headers.value("content-type"), "application/problem+json");
        const int seconds = answer.headers.value("retry-after").toInt();
        QVERIFY2(seconds >= 1 && seconds <= 60, answer.headers.value("retry-after").constData());
    }
    QCOMPARE(objectOf(api.get(kTasks)).value("tasks"_L1).toArray().size(), 1);
}

void TestRoutesEngine::rateOfOneUserIs429()
{
    EngineConfig config = quick();
    config.limits.ratePerMinuteUser = 1;
    ApiFixture api({}, config, apiTasks());
    QCOMPARE(api.post(kTasks, walker("end")).status, 202);
    const RawAnswer answer = api.post(kTasks, walker("other"), "text/event-stream");
    QCOMPARE(answer.status, 429);
    QVERIFY(answer.headers.contains("retry-after"));
}

void TestRoutesEngine::queueLimitIs429()
{
    EngineConfig config = quick();
    config.limits.maxRunning = 1;
    config.limits.maxQueued = 1;
    ApiFixture api({}, config, apiTasks());
    const RawAnswer first = api.post(kTasks, walker("sleep"));
    QCOMPARE(taskOf(first).value("state"_L1), QJsonValue(u"running"_s));
    const RawAnswer second = api.post(kTasks, walker("end"));
    QCOMPARE(second.status, 202);
    QCOMPARE(outcomeOf(second), u"created"_s);
    QCOMPARE(taskOf(second).value("state"_L1), QJsonValue(u"pending"_s));
    const RawAnswer third = api.post(kTasks, walker("other"));
    QCOMPARE(third.status, 429);
    QVERIFY(third.headers.value("retry-after").toInt() >= 1);
    // A pending one starts by itself as soon as there is a slot.
    QCOMPARE(api.post(kTasks + '/' + idOf(first).bytes() + "/stop", {}).status, 202);
    QVERIFY(api.reaches(idOf(second), TaskState::Completed));
    QCOMPARE(api.post(kTasks, walker("other")).status, 202);
}

void TestRoutesEngine::attachingNeverCounts()
{
    EngineConfig config = quick();
    config.limits.ratePerMinute = 1;
    ApiFixture api({}, config, apiTasks());
    const TaskId id = idOf(api.post(kTasks, walker("sleep")));
    for (int i = 0; i < 3; ++i)
        QCOMPARE(outcomeOf(api.post(kTasks, walker("sleep"))), u"attached"_s);
    QCOMPARE(api.post(kTasks + '/' + id.bytes() + "/stop", {}).status, 202);
    QVERIFY(api.reaches(id, TaskState::Cancelled));
    QCOMPARE(outcomeOf(api.post(kTasks, walker("sleep"))), u"finished"_s);
    const QByteArray named = "{\"id\":\"" + id.bytes() + "\"}";
    QCOMPARE(outcomeOf(api.post("/api/durable-example/nudge-recovery", named)), u"finished"_s);
}

void TestRoutesEngine::runsOfStepsOnRequest()
{
    ApiFixture api({}, quick(), apiTasks());
    const TaskId id = idOf(api.post(kTasks, walker("end")));
    QVERIFY(api.reaches(id, TaskState::Completed));
    const QByteArray at = kTasks + '/' + id.bytes() + "/steps";
    QCOMPARE(objectOf(api.get(at)).keys(), QStringList{u"steps"_s});
    QCOMPARE(api.get(at + "?runs=false").body, api.get(at).body);
    const QJsonObject both = objectOf(api.get(at + "?runs=true"));
    QCOMPARE(both.keys(), (QStringList{u"runs"_s, u"steps"_s}));
    QVERIFY(both.value("runs"_L1).isArray());
    QCOMPARE(both.value("steps"_L1), objectOf(api.get(at)).value("steps"_L1));
    QCOMPARE(api.get(at + "?runs=7").status, 400);
    QCOMPARE(api.get(kTasks + "/nobody/steps?runs=true").status, 404);
}

void TestRoutesEngine::workersTellWhoDrivesWhat()
{
    EngineConfig config = quick();
    config.limits.maxRunning = 7;
    ApiFixture api({}, config, apiTasks());
    const QByteArray counting = R"({"name":"count-to-n","input":{"n":1000,"sleepMs":60000}})"_ba;
    const QJsonValue task = objectOf(api.post(kTasks, counting))["task"_L1];
    const QString id = task["id"_L1].toString();
    const auto worker = [&api] {
        const QJsonArray all = objectOf(api.get("/api/workers"))["workers"_L1].toArray();
        return all.size() == 1 ? all.first().toObject() : QJsonObject();
    };
    QTRY_COMPARE(worker()["tasks"_L1].toArray(), QJsonArray{id});
    const QJsonObject self = worker();
    QCOMPARE(self["running"_L1].toInt(), 1);
    QCOMPARE(self["slots"_L1].toInt(), 7);
    QCOMPARE(self["pid"_L1].toInteger(), QCoreApplication::applicationPid());
    QCOMPARE(self["host"_L1].toString(), QSysInfo::machineHostName());
    QCOMPARE(self["version"_L1].toString(), QStringLiteral(KINTSUGI_VERSION));
    QCOMPARE(self["state"_L1].toString(), u"alive"_s);
    QVERIFY(self["self"_L1].toBool() && self["drivesAll"_L1].toBool());
    QVERIFY(fromIso8601(self["lastHeartbeatAt"_L1].toString().toLatin1()));
    QCOMPARE(objectOf(api.get(kTasks + '/' + id.toLatin1()))["worker"_L1], self["name"_L1]);
}

void TestRoutesEngine::definitionsTellAll()
{
    ApiFixture api({}, quick(), apiTasks());
    QHash<QString, QJsonObject> known;
    for (const QJsonValue one :
         objectOf(api.get("/api/definitions")).value("definitions"_L1).toArray())
        known.insert(one["name"_L1].toString(), one.toObject());
    QVERIFY(known.contains(u"pipeline-with-steps"_s));
    const QJsonObject walker = known.value(u"walker"_s);
    QCOMPARE(walker.keys(),
             (QStringList{u"autoRecover"_s, u"compatibleVersions"_s, u"events"_s, u"inputSchema"_s,
                          u"localOnly"_s, u"name"_s, u"resultSchema"_s, u"retry"_s, u"timeoutMs"_s,
                          u"title"_s, u"version"_s}));
    QCOMPARE(walker.value("version"_L1), QJsonValue(3));
    QCOMPARE(walker.value("compatibleVersions"_L1), QJsonValue(QJsonArray{1, 2}));
    QCOMPARE(walker.value("localOnly"_L1), QJsonValue(false));
    QVERIFY(walker.value("timeoutMs"_L1).isNull());
    QCOMPARE(walker.value("retry"_L1)["maxAttempts"_L1], QJsonValue(1));
    QCOMPARE(walker.value("inputSchema"_L1)["properties"_L1]["way"_L1]["type"_L1],
             QJsonValue(u"string"_s));
    QCOMPARE(walker.value("resultSchema"_L1)["properties"_L1]["text"_L1]["type"_L1],
             QJsonValue(u"string"_s));
    QCOMPARE(walker.value("events"_L1)[0]["type"_L1], QJsonValue(u"heard"_s));
    QCOMPARE(walker.value("events"_L1)[0]["schema"_L1]["properties"_L1]["word"_L1]["type"_L1],
             QJsonValue(u"string"_s));
    QCOMPARE(known.value(u"local-only"_s).value("localOnly"_L1), QJsonValue(true));
    QStringList events;
    for (const QJsonValue event : known.value(u"count-to-n"_s).value("events"_L1).toArray())
        events << event["type"_L1].toString();
    QCOMPARE(events, (QStringList{u"tick"_s, u"recovered"_s}));
}

void TestRoutesEngine::autoRecoverForAllButThoseByRequest()
{
    EngineConfig config = quick();
    config.autoRecover = true;
    ApiFixture api({}, config, apiTasks());
    const auto flag = [&api](const QByteArray &name, const QByteArray &more = {}) {
        return taskOf(api.post(kTasks, R"({"name":")" + name + '"' + more + '}'))
            .value("autoRecover"_L1);
    };
    QCOMPARE(flag("count-to-n"), QJsonValue(true));
    QCOMPARE(flag("by-request"), QJsonValue(false));
    // What a start says of itself comes first.
    QCOMPARE(flag("by-request", R"(,"input":{"way":"a"},"autoRecover":true)"), QJsonValue(true));
    QCOMPARE(flag("pipeline-with-steps", R"(,"autoRecover":false)"), QJsonValue(false));
}

QTEST_GUILESS_MAIN(TestRoutesEngine)
#include "tst_routesengine.moc"
