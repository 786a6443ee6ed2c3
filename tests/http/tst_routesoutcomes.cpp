// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/http/apifixture.h"

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! What starts and actions answer in each state of a task, and what lists say of it afterwards. */
class TestRoutesOutcomes final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void taskJsonHasEveryMember();
    void actionsByState_data();
    void actionsByState();
    void submitsByState_data();
    void submitsByState();
    void stopTellsItsReason();
    void sevenPointZeroIsSeven();
    void defaultsAreFilledInBeforeTheKey();
    void freshIsAnotherTask();
    void ownKeys();
    void autoRecoverIsTakenOnce();
    void idOrKeyWillDo();
    void filters();
    void pagesLeaveNothingOut();
    void eventPages();
    void stepsAreTheMemoTable();
    void definitionsSayWhatTheyTake();
};

namespace {

constexpr int kHour = 3'600'000;
const QByteArray kExample = "/api/durable-example"_ba;

/*! Brings a new task of an hour's sleep into the state of that name. */
TaskId make(ApiFixture &api, const QByteArray &state)
{
    const bool ends = state == "completed";
    const TaskId id = api.start("count-to-n", {{u"n"_s, 1}, {u"sleepMs"_s, ends ? 0 : kHour}});
    const TaskRef ref{localUser(), id.bytes()};
    if (!api.reaches(id, ends ? TaskState::Completed : TaskState::Running))
        qFatal("it does not run");
    if (state == "stale") {
        if (!await(api.engine().crash(ref)) || !EngineFixture::becomesStale(api.engine(), id))
            qFatal("it is not stale");
    } else if (state == "cancelled") {
        if (!await(api.engine().stop(ref, {})) || !api.reaches(id, TaskState::Cancelled))
            qFatal("it is not cancelled");
    }
    return id;
}

QString outcomeOf(const RawAnswer &answer)
{
    return objectOf(answer).value("outcome"_L1).toString();
}

} // namespace

void TestRoutesOutcomes::taskJsonHasEveryMember()
{
    ApiFixture api;
    const TaskId id = make(api, "running");
    const RawAnswer answer = api.get("/api/tasks/" + id.bytes());
    QCOMPARE(answer.status, 200);
    const QJsonObject task = objectOf(answer);
    QStringList members{u"id"_s,
                        u"idempotencyKey"_s,
                        u"name"_s,
                        u"definitionVersion"_s,
                        u"userId"_s,
                        u"state"_s,
                        u"stale"_s,
                        u"staleInMs"_s,
                        u"attempt"_s,
                        u"epoch"_s,
                        u"autoRecover"_s,
                        u"input"_s,
                        u"result"_s,
                        u"error"_s,
                        u"stopReason"_s,
                        u"parentId"_s,
                        u"forkedFrom"_s,
                        u"createdAt"_s,
                        u"startedAt"_s,
                        u"finishedAt"_s,
                        u"lastHeartbeatAt"_s,
                        u"lastSeq"_s,
                        u"worker"_s,
                        u"summary"_s,
                        u"wakeAt"_s};
    members.sort();
    QCOMPARE(task.keys(), members);
    QCOMPARE(task.value("userId"_L1), QJsonValue(u"local"_s));
    QCOMPARE(task.value("state"_L1), QJsonValue(u"running"_s));
    QCOMPARE(task.value("stale"_L1), QJsonValue(false));
    QCOMPARE(task.value("autoRecover"_L1), QJsonValue(false));
    QCOMPARE(task.value("attempt"_L1), QJsonValue(1));
    QVERIFY(task.value("staleInMs"_L1).isDouble());
    for (const auto name : {"result"_L1, "error"_L1, "stopReason"_L1, "parentId"_L1,
                            "forkedFrom"_L1, "finishedAt"_L1, "summary"_L1, "wakeAt"_L1})
        QVERIFY2(task.value(name).isNull(), name.data());
    static const QRegularExpression uuid7(
        u"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"_s);
    QVERIFY(uuid7.match(task.value("id"_L1).toString()).hasMatch());
    static const QRegularExpression key(u"^[0-9a-f]{64}$"_s);
    QVERIFY(key.match(task.value("idempotencyKey"_L1).toString()).hasMatch());
    static const QRegularExpression time(
        u"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$"_s);
    for (const auto name : {"createdAt"_L1, "startedAt"_L1, "lastHeartbeatAt"_L1})
        QVERIFY2(time.match(task.value(name).toString()).hasMatch(), name.data());
}

void TestRoutesOutcomes::actionsByState_data()
{
    QTest::addColumn<QByteArray>("action");
    QTest::addColumn<QByteArray>("state");
    QTest::addColumn<int>("expected");
    QTest::addColumn<QString>("outcome");
    const auto row = [](const char *action, const char *state, int expected,
                        const QString &outcome = {}) {
        QTest::addRow("%s a %s task", action, state)
            << QByteArray(action) << QByteArray(state) << expected << outcome;
    };
    row("stop", "running", 202, u"stopping"_s);
    row("stop", "stale", 202, u"cancelled"_s);
    row("stop", "completed", 409);
    row("stop", "cancelled", 409);
    row("crash", "running", 202, u"crashed"_s);
    row("crash", "stale", 409);
    row("crash", "completed", 409);
    row("crash", "cancelled", 409);
    row("nudge", "running", 202, u"attached"_s);
    row("nudge", "stale", 202, u"recovered"_s);
    row("nudge", "completed", 202, u"finished"_s);
    row("nudge", "cancelled", 202, u"finished"_s);
}

void TestRoutesOutcomes::actionsByState()
{
    QFETCH(QByteArray, action);
    QFETCH(QByteArray, state);
    QFETCH(int, expected);
    QFETCH(QString, outcome);
    for (const bool underTasks : {false, true}) {
        ApiFixture api;
        const TaskId id = make(api, state);
        const Seq before = api.taskNow(id).lastSeq;
        const QByteArray named = "{\"id\":\"" + id.bytes() + "\"}";
        const RawAnswer answer = action == "nudge"
            ? api.post(kExample + "/nudge-recovery", named)
            : api.post(underTasks ? QByteArray("/api/tasks/" + id.bytes() + '/' + action)
                                  : QByteArray(kExample + '/' + action + '/' + id.bytes()),
                       {});
        QCOMPARE(answer.status, expected);
        QCOMPARE(outcomeOf(answer), outcome);
        if (expected == 202)
            QCOMPARE(objectOf(answer).value("task"_L1)["id"_L1].toString().toLatin1(), id.bytes());
        else
            QCOMPARE(api.taskNow(id).lastSeq, before);
    }
}

void TestRoutesOutcomes::submitsByState_data()
{
    QTest::addColumn<QByteArray>("state");
    QTest::addColumn<QString>("outcome");
    QTest::newRow("running") << "running"_ba << u"attached"_s;
    QTest::newRow("stale") << "stale"_ba << u"recovered"_s;
    QTest::newRow("completed") << "completed"_ba << u"finished"_s;
    QTest::newRow("cancelled") << "cancelled"_ba << u"finished"_s;
}

void TestRoutesOutcomes::submitsByState()
{
    QFETCH(QByteArray, state);
    QFETCH(QString, outcome);
    const QList<std::pair<QByteArray, bool>> ways{
        {kExample + "/run", false}, {"/api/tasks"_ba, true}, {kExample + "/nudge-recovery", true}};
    for (const auto &[path, isNamed] : ways) {
        ApiFixture api;
        const TaskId id = make(api, state);
        const Task before = api.taskNow(id);
        const QByteArray input = before.input;
        const RawAnswer answer = api.post(
            path,
            isNamed ? QByteArray("{\"name\":\"count-to-n\",\"input\":" + input + "}") : input);
        QCOMPARE(answer.status, 202);
        QCOMPARE(outcomeOf(answer), outcome);
        QCOMPARE(objectOf(answer).value("task"_L1)["id"_L1].toString().toLatin1(), id.bytes());
        if (outcome == u"recovered"_s)
            QCOMPARE(objectOf(answer).value("task"_L1)["attempt"_L1].toInt(), 2);
        else
            QCOMPARE(api.taskNow(id).lastSeq, before.lastSeq);
    }
}

void TestRoutesOutcomes::stopTellsItsReason()
{
    ApiFixture api;
    const TaskId id = make(api, "running");
    const QByteArray stop = kExample + "/stop/" + id.bytes();
    QCOMPARE(outcomeOf(api.post(stop, R"({"reason":"too slow"})")), u"stopping"_s);
    QVERIFY(api.reaches(id, TaskState::Cancelled));
    const QJsonObject task = objectOf(api.get("/api/tasks/" + id.bytes()));
    QCOMPARE(task.value("stopReason"_L1), QJsonValue(u"too slow"_s));
    const QJsonArray events =
        objectOf(api.get("/api/tasks/" + id.bytes() + "/events")).value("events"_L1).toArray();
    QCOMPARE(events[2]["type"_L1], QJsonValue(u"stop_requested"_s));
    QCOMPARE(events[2]["payload"_L1]["reason"_L1], QJsonValue(u"too slow"_s));
    QCOMPARE(events[3]["type"_L1], QJsonValue(u"cancelled"_s));
    QCOMPARE(events[3]["payload"_L1]["reason"_L1], QJsonValue(u"too slow"_s));
    QCOMPARE(events.size(), 4);
}

void TestRoutesOutcomes::sevenPointZeroIsSeven()
{
    ApiFixture api;
    const QJsonObject first = objectOf(api.post(kExample + "/run", R"({"n":7.0,"sleepMs":3.6e6})"));
    QCOMPARE(first.value("outcome"_L1), QJsonValue(u"created"_s));
    const RawAnswer second = api.post(kExample + "/run", R"({ "sleepMs" : 3600000, "n" : 7 })");
    QCOMPARE(outcomeOf(second), u"attached"_s);
    QVERIFY(second.body.contains(R"("input":{"n":7,"sleepMs":3600000})"));
    QCOMPARE(objectOf(second).value("task"_L1)["idempotencyKey"_L1].toString(),
             QString::fromLatin1(
                 QCryptographicHash::hash(
                     R"({"input":{"n":7,"sleepMs":3600000},"name":"count-to-n","userId":"local"})",
                     QCryptographicHash::Sha256)
                     .toHex()));
}

void TestRoutesOutcomes::defaultsAreFilledInBeforeTheKey()
{
    ApiFixture api;
    const RawAnswer first = api.post(kExample + "/run", {});
    QCOMPARE(outcomeOf(first), u"created"_s);
    QCOMPARE(objectOf(first).value("task"_L1)["input"_L1].toObject(),
             (QJsonObject{{u"n"_s, 10}, {u"sleepMs"_s, 500}}));
    QCOMPARE(outcomeOf(api.post(kExample + "/run", R"({"n":10})")), u"attached"_s);
    QCOMPARE(outcomeOf(api.post("/api/tasks", R"({"name":"count-to-n"})")), u"attached"_s);
    const RawAnswer pipeline = api.post(kExample + "/run-pipeline", " \r\n");
    QCOMPARE(objectOf(pipeline).value("task"_L1)["input"_L1].toObject(),
             (QJsonObject{{u"rows"_s, 1000}, {u"stageMs"_s, 1500}}));
}

void TestRoutesOutcomes::freshIsAnotherTask()
{
    ApiFixture api;
    const QByteArray run = kExample + "/run";
    const QJsonObject first = objectOf(api.post(run, R"({"fresh":true})"));
    const QJsonObject second = objectOf(api.post(run, R"({"fresh":true})"));
    const QJsonObject third =
        objectOf(api.post("/api/tasks", R"({"name":"count-to-n","fresh":true})"));
    const QJsonObject plain = objectOf(api.post(run, R"({"fresh":false})"));
    QSet<QString> ids;
    QSet<QString> runIds;
    for (const QJsonObject &answer : {first, second, third, plain}) {
        QCOMPARE(answer.value("outcome"_L1), QJsonValue(u"created"_s));
        ids << answer.value("task"_L1)["id"_L1].toString();
        const QJsonObject input = answer.value("task"_L1)["input"_L1].toObject();
        QVERIFY(!input.contains("fresh"_L1));
        runIds << input.value("runId"_L1).toString();
    }
    QCOMPARE(ids.size(), 4);
    QCOMPARE(runIds.size(), 4); // The plain one has none.
}

void TestRoutesOutcomes::ownKeys()
{
    ApiFixture api;
    const QByteArray run = kExample + "/run";
    const QByteArray key = "My.own_key:1-"_ba;
    const RawAnswer first =
        api.post(run, "{\"n\":3,\"sleepMs\":3600000,\"idempotencyKey\":\"" + key + "\"}");
    QCOMPARE(outcomeOf(first), u"created"_s);
    const TaskId id(objectOf(first).value("task"_L1)["id"_L1].toString().toLatin1());
    QCOMPARE(objectOf(first).value("task"_L1)["idempotencyKey"_L1].toString().toLatin1(), key);
    QVERIFY(!objectOf(first).value("task"_L1)["input"_L1].toObject().contains("idempotencyKey"_L1));
    QVERIFY(api.reaches(id, TaskState::Running));
    const Task before = api.taskNow(id);
    // The same key and input: the same task. Another input or another name: 409.
    QCOMPARE(outcomeOf(
                 api.post(run, "{\"sleepMs\":3.6e6,\"n\":3.0,\"idempotencyKey\":\"" + key + "\"}")),
             u"attached"_s);
    QCOMPARE(
        api.post(run, "{\"n\":4,\"sleepMs\":3600000,\"idempotencyKey\":\"" + key + "\"}").status,
        409);
    QCOMPARE(api.post(kExample + "/run-pipeline", "{\"idempotencyKey\":\"" + key + "\"}").status,
             409);
    QCOMPARE(api.post("/api/tasks", "{\"name\":\"count-to-n\",\"idempotencyKey\":\"" + key + "\"}")
                 .status,
             409);
    QCOMPARE(api.taskNow(id).lastSeq, before.lastSeq);
    QCOMPARE(objectOf(api.get("/api/tasks")).value("tasks"_L1).toArray().size(), 1);
    for (const QByteArray &bad : {"a/b"_ba, "ä"_ba, " a"_ba, QByteArray(256, 'a')})
        QCOMPARE(api.post(run, "{\"idempotencyKey\":\"" + bad + "\"}").status, 422);
    QCOMPARE(api.post(run, "{\"idempotencyKey\":\"" + QByteArray(255, 'a') + "\"}").status, 202);
}

void TestRoutesOutcomes::autoRecoverIsTakenOnce()
{
    ApiFixture api;
    const QByteArray run = kExample + "/run";
    const auto flag = [](const RawAnswer &answer) {
        return objectOf(answer).value("task"_L1)["autoRecover"_L1];
    };
    QCOMPARE(flag(api.post(run, R"({"n":1,"autoRecover":true})")), QJsonValue(true));
    // No part of the key, and ignored when the task exists.
    QCOMPARE(flag(api.post(run, R"({"n":1,"autoRecover":false})")), QJsonValue(true));
    QCOMPARE(flag(api.post(run, R"({"n":1})")), QJsonValue(true));
    QCOMPARE(flag(api.post(run, R"({"n":2})")), QJsonValue(false));
}

void TestRoutesOutcomes::idOrKeyWillDo()
{
    ApiFixture api;
    const TaskId id = make(api, "completed");
    const QByteArray key = api.taskNow(id).key.bytes();
    for (const QByteArray &tail : {""_ba, "/events"_ba, "/steps"_ba})
        QCOMPARE(api.get("/api/tasks/" + key + tail).body,
                 api.get("/api/tasks/" + id.bytes() + tail).body);
    QCOMPARE(api.get(kExample + "/reattach/" + key, "*/*").body,
             api.get(kExample + "/reattach/" + id.bytes(), "*/*").body);
    QCOMPARE(outcomeOf(api.post(kExample + "/nudge-recovery", "{\"id\":\"" + key + "\"}")),
             u"finished"_s);
    QCOMPARE(api.post(kExample + "/stop/" + key, {}).status, 409);
    // A key that looks like a path is one segment when it is encoded.
    const RawAnswer named = api.post(kExample + "/run", R"({"idempotencyKey":"a:b"})");
    QCOMPARE(named.status, 202);
    QCOMPARE(api.get("/api/tasks/a%3Ab").status, 200);
    QCOMPARE(api.get("/api/tasks/a:b").status, 200);
}

void TestRoutesOutcomes::filters()
{
    ApiFixture api;
    const TaskId done = make(api, "completed");
    const TaskId pipeline =
        api.start("pipeline-with-steps", {{u"rows"_s, 77}, {u"stageMs"_s, kHour}});
    const TaskId stale = make(api, "stale");
    QVERIFY(api.reaches(pipeline, TaskState::Running));
    const auto found = [&api](const QByteArray &query) {
        const RawAnswer answer = api.get("/api/tasks?" + query);
        QByteArrayList ids;
        for (const QJsonValue task : objectOf(answer).value("tasks"_L1).toArray())
            ids << task["id"_L1].toString().toLatin1();
        return ids;
    };
    const QByteArray d = done.bytes();
    const QByteArray p = pipeline.bytes();
    const QByteArray s = stale.bytes();
    QCOMPARE(found({}), (QByteArrayList{s, p, d}));
    QCOMPARE(found("state=completed"), QByteArrayList{d});
    QCOMPARE(found("state=running"), (QByteArrayList{s, p}));
    QCOMPARE(found("state=failed"), QByteArrayList());
    QCOMPARE(found("stale=true"), QByteArrayList{s});
    QCOMPARE(found("stale=false"), (QByteArrayList{p, d}));
    QCOMPARE(found("state=running&stale=false"), QByteArrayList{p});
    QCOMPARE(found("name=pipeline-with-steps"), QByteArrayList{p});
    QCOMPARE(found("name=pipeline"), QByteArrayList());
    QCOMPARE(found("q=PIPELINE"), QByteArrayList{p});
    QCOMPARE(found("q=%22rows%22:77"), QByteArrayList{p});
    QCOMPARE(found("q=" + api.taskNow(done).key.bytes().left(20)), QByteArrayList{d});
    QCOMPARE(found("q=%25"), QByteArrayList()); // Text, no pattern.
    QCOMPARE(found("q=count_to"), QByteArrayList());
    QCOMPARE(found("limit=2"), (QByteArrayList{s, p}));
}

void TestRoutesOutcomes::pagesLeaveNothingOut()
{
    ApiFixture api;
    QByteArrayList expected;
    for (int i = 0; i < 23; ++i)
        expected.prepend(api.start("count-to-n", {{u"n"_s, 1}, {u"sleepMs"_s, kHour - i}}).bytes());
    QByteArrayList seen;
    QByteArray cursor;
    int pages = 0;
    do {
        const RawAnswer answer =
            api.get("/api/tasks?limit=10" + (cursor.isEmpty() ? ""_ba : "&cursor=" + cursor));
        QCOMPARE(answer.status, 200);
        const QJsonObject page = objectOf(answer);
        QCOMPARE(page.keys(), (QStringList{u"nextCursor"_s, u"tasks"_s}));
        for (const QJsonValue task : page.value("tasks"_L1).toArray())
            seen << task["id"_L1].toString().toLatin1();
        const QJsonValue next = page.value("nextCursor"_L1);
        QVERIFY(next.isString() || next.isNull());
        cursor = QUrl::toPercentEncoding(next.toString());
        if (++pages == 1) // What comes between two pages shifts nothing.
            (void)api.start("count-to-n", {{u"n"_s, 2}, {u"sleepMs"_s, kHour}});
    } while (!cursor.isEmpty());
    QCOMPARE(pages, 3);
    QCOMPARE(seen, expected);
}

void TestRoutesOutcomes::eventPages()
{
    ApiFixture api;
    const TaskId id = api.start("count-to-n", {{u"n"_s, 22}, {u"sleepMs"_s, 0}});
    QVERIFY(api.reaches(id, TaskState::Completed));
    QList<qint64> seqs;
    qint64 after = 0;
    for (int pages = 0; pages < 3; ++pages) {
        const QJsonObject page = objectOf(api.get(
            "/api/tasks/" + id.bytes() + "/events?limit=10&after=" + QByteArray::number(after)));
        QCOMPARE(page.keys(), (QStringList{u"events"_s, u"nextAfter"_s}));
        for (const QJsonValue event : page.value("events"_L1).toArray())
            seqs << event["seq"_L1].toInteger();
        const QJsonValue next = page.value("nextAfter"_L1);
        if (pages == 2)
            QVERIFY(next.isNull());
        else
            QCOMPARE(next.toInteger(), qint64(pages + 1) * 10);
        after = next.toInteger();
    }
    QCOMPARE(seqs.size(), 25);
    for (int i = 0; i < 25; ++i)
        QCOMPARE(seqs[i], i + 1);
}

void TestRoutesOutcomes::stepsAreTheMemoTable()
{
    ApiFixture api;
    const TaskId id = api.start("pipeline-with-steps", {{u"rows"_s, 5}, {u"stageMs"_s, 1}});
    QVERIFY(api.reaches(id, TaskState::Completed));
    const QJsonArray steps =
        objectOf(api.get("/api/tasks/" + id.bytes() + "/steps")).value("steps"_L1).toArray();
    QStringList names;
    QStringList members{u"key"_s,     u"name"_s,      u"occurrence"_s,
                        u"attempt"_s, u"startedAt"_s, u"durationMs"_s,
                        u"result"_s,  u"error"_s,     u"cacheHits"_s};
    members.sort();
    for (const QJsonValue step : steps) {
        QCOMPARE(step.toObject().keys(), members);
        QCOMPARE(step["attempt"_L1].toInt(), 1);
        QCOMPARE(step["cacheHits"_L1].toInt(-1), 0);
        QVERIFY(step["error"_L1].isNull());
        names << step["name"_L1].toString();
    }
    QCOMPARE(names, (QStringList{u"extract"_s, u"transform"_s, u"load"_s}));
}

void TestRoutesOutcomes::definitionsSayWhatTheyTake()
{
    ApiFixture api;
    const QJsonArray definitions =
        objectOf(api.get("/api/definitions")).value("definitions"_L1).toArray();
    QStringList names;
    for (const QJsonValue definition : definitions) {
        names << definition["name"_L1].toString();
        QCOMPARE(definition["version"_L1].toInt(), 1);
        const bool isFile = names.last() == u"pipeline-file"_s; // Runs what its input says.
        QCOMPARE(definition["autoRecover"_L1], QJsonValue(isFile));
        QCOMPARE(definition["localOnly"_L1], QJsonValue(isFile));
        QCOMPARE(definition["inputSchema"_L1]["type"_L1], QJsonValue(u"object"_s));
        QCOMPARE(definition["resultSchema"_L1]["type"_L1], QJsonValue(u"object"_s));
        QVERIFY(!definition["events"_L1].toArray().isEmpty());
        for (const QJsonValue event : definition["events"_L1].toArray())
            QVERIFY(!event["type"_L1].toString().isEmpty() && event["schema"_L1].isObject());
    }
    names.sort();
    QCOMPARE(names, (QStringList{u"count-to-n"_s, u"pipeline-file"_s, u"pipeline-with-steps"_s}));
}

QTEST_GUILESS_MAIN(TestRoutesOutcomes)
#include "tst_routesoutcomes.moc"
