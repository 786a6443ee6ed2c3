// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/http/apifixture.h"
#include "tests/http/streamreader.h"

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! Event streams to the letter of the contract's section 4. */
class TestStreams final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void runStreamsToTheEnd();
    void headersAreAsTheContractSays();
    void framesAreAsTheContractSays();
    void resumes_data();
    void resumes();
    void everyRouteStreams_data();
    void everyRouteStreams();
    void liveFollowsReplay();
    void goesOnAfterACrashAndANudge();
    void reattachNeverRecovers();
    void keepAliveComesWhileNothingElseDoes();
    void eventsOfAnotherProcessArrive();
    void clientsThatVanishLeaveNothing();
    void endOfTheServerEndsStreams();
    void suspensionIsSeenAtShutdown();
};

namespace {

const QByteArray kExample = "/api/durable-example"_ba;
const QByteArray kJsonType = "Content-Type: application/json\r\n"_ba;
constexpr qint64 kHour = 3'600'000;

ReadStream streamOf(const RawAnswer &answer)
{
    return readStream(answer.body);
}

} // namespace

void TestStreams::runStreamsToTheEnd()
{
    ApiFixture api;
    const RawAnswer answer =
        api.post(kExample + "/run", R"({"n":3,"sleepMs":1})", "text/event-stream");
    QCOMPARE(answer.status, 200);
    const ReadStream stream = streamOf(answer);
    QCOMPARE(stream.firstLine, "retry: 1000"_ba);
    QVERIFY(stream.isWholeFrom(1));
    QVERIFY(stream.unfinished.isEmpty());
    QByteArrayList types;
    for (const auto &frame : stream.frames)
        types << frame.event;
    QCOMPARE(types.join(' '), "created attempt_started tick tick tick completed"_ba);
    QVERIFY(QTest::qWaitFor([&] { return api.server().streamCount() == 0; }));
}

void TestStreams::headersAreAsTheContractSays()
{
    ApiFixture api;
    const RawAnswer answer =
        api.post(kExample + "/run", R"({"n":1,"sleepMs":0})", "text/event-stream");
    QCOMPARE(answer.headers.value("content-type"), "text/event-stream"_ba);
    QCOMPARE(answer.headers.value("cache-control"), "no-cache"_ba);
    QCOMPARE(answer.headers.value("x-accel-buffering"), "no"_ba);
    QVERIFY(!answer.headers.contains("content-length"));
    const QByteArray id = answer.headers.value("x-task-id");
    const QJsonObject task = objectOf(api.get("/api/tasks/" + id));
    QCOMPARE(task.value("id"_L1).toString().toLatin1(), id);
    QCOMPARE(task.value("idempotencyKey"_L1).toString().toLatin1(),
             answer.headers.value("x-idempotency-key"));
    const RawAnswer nothingLeft =
        api.ask("GET", kExample + "/reattach/" + id, "Last-Event-ID: 4\r\n");
    QCOMPARE(nothingLeft.status, 204);
    QVERIFY(nothingLeft.body.isEmpty());
    QVERIFY(!nothingLeft.headers.contains("content-length"));
}

void TestStreams::framesAreAsTheContractSays()
{
    ApiFixture api;
    const RawAnswer answer =
        api.post(kExample + "/run", R"({"n":7.0,"sleepMs":0})", "text/event-stream");
    const ReadStream stream = streamOf(answer);
    QCOMPARE(stream.frames.size(), 10);
    static const QRegularExpression tick(
        u"^\\{'seq':(\\d+),'type':'tick','taskId':'([0-9a-f-]{36})','attempt':1,"
        "'at':'\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z',"
        "'payload':\\{'i':(\\d),'n':7\\}\\}$"_s.replace(u'\'', u'"'));
    for (int i = 1; i <= 7; ++i) {
        const auto &frame = stream.frames[i + 1];
        const auto match = tick.match(QString::fromUtf8(frame.data));
        QVERIFY2(match.hasMatch(), frame.data.constData());
        QCOMPARE(match.captured(1).toLongLong(), frame.id);
        QCOMPARE(match.captured(2).toLatin1(), answer.headers.value("x-task-id"));
        QCOMPARE(match.captured(3).toInt(), i);
    }
    const QJsonObject created =
        parseJson(stream.frames.first().data).value_or(QJsonValue()).toObject();
    QCOMPARE(created.value("attempt"_L1).toInt(-1), 0);
    QCOMPARE(created.value("payload"_L1)["input"_L1].toObject(),
             (QJsonObject{{u"n"_s, 7}, {u"sleepMs"_s, 0}}));
    const QJsonObject started = parseJson(stream.frames[1].data).value_or(QJsonValue()).toObject();
    QCOMPARE(started.value("payload"_L1).toObject(),
             (QJsonObject{{u"reason"_s, u"submit"_s}, {u"previousAttempt"_s, 0}}));
    const QJsonObject ended = parseJson(stream.frames[9].data).value_or(QJsonValue()).toObject();
    QCOMPARE(ended.value("payload"_L1)["result"_L1]["total"_L1].toInt(), 7);

    // The same data objects as JSON.
    const QJsonObject page =
        objectOf(api.get("/api/tasks/" + answer.headers.value("x-task-id") + "/events"));
    QCOMPARE(page.value("events"_L1).toArray().size(), 10);
    for (int i = 0; i < 10; ++i)
        QCOMPARE(page.value("events"_L1)[i].toObject(),
                 parseJson(stream.frames[i].data).value_or(QJsonValue()).toObject());
}

void TestStreams::resumes_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<int>("expected");
    QTest::addColumn<int>("firstId");
    const auto row = [](const char *rule, const QByteArray &query, const QByteArray &headers,
                        int expected, int firstId = 0) {
        QTest::newRow(rule) << query << headers << expected << firstId;
    };
    row("absent", {}, {}, 200, 1);
    row("header", {}, "Last-Event-ID: 2\r\n", 200, 3);
    row("header of 0", {}, "Last-Event-ID: 0\r\n", 200, 1);
    row("header with leading zeros", {}, "Last-Event-ID: 0002\r\n", 200, 3);
    row("header in lower case", {}, "last-event-id: 2\r\n", 200, 3);
    row("header just before the end", {}, "Last-Event-ID: 4\r\n", 200, 5);
    row("header at the end", {}, "Last-Event-ID: 5\r\n", 204);
    row("header beyond the log", {}, "Last-Event-ID: 6\r\n", 400);
    row("header far beyond", {}, "Last-Event-ID: 9223372036854775807\r\n", 400);
    row("header larger than any number", {}, "Last-Event-ID: 18446744073709551618\r\n", 400);
    row("header negative", {}, "Last-Event-ID: -1\r\n", 400);
    row("header with a plus", {}, "Last-Event-ID: +1\r\n", 400);
    row("header hexadecimal", {}, "Last-Event-ID: 0x2\r\n", 400);
    row("header with a fraction", {}, "Last-Event-ID: 2.0\r\n", 400);
    row("header with words", {}, "Last-Event-ID: two\r\n", 400);
    row("header with two numbers", {}, "Last-Event-ID: 1 2\r\n", 400);
    row("header in other digits", {}, "Last-Event-ID: \xd9\xa2\r\n", 400);
    row("header empty counts as absent", {}, "Last-Event-ID:\r\n", 200, 1);
    row("query", "?lastEventId=2", {}, 200, 3);
    row("query at the end", "?lastEventId=5", {}, 204);
    row("query beyond the log", "?lastEventId=6", {}, 400);
    row("query with words", "?lastEventId=two", {}, 400);
    row("query with a plus", "?lastEventId=%2B1", {}, 400);
    row("query empty counts as absent", "?lastEventId=", {}, 200, 1);
    row("header beats the query", "?lastEventId=1", "Last-Event-ID: 3\r\n", 200, 4);
    row("header beats a query that is wrong", "?lastEventId=x", "Last-Event-ID: 3\r\n", 200, 4);
    row("header that is wrong beats the query", "?lastEventId=3", "Last-Event-ID: x\r\n", 400);
    row("empty header leaves it to the query", "?lastEventId=3", "Last-Event-ID:\r\n", 200, 4);
}

void TestStreams::resumes()
{
    QFETCH(QByteArray, query);
    QFETCH(QByteArray, headers);
    QFETCH(int, expected);
    QFETCH(int, firstId);
    static std::unique_ptr<ApiFixture> api;
    static TaskId id;
    if (!api) {
        api = std::make_unique<ApiFixture>();
        id = api->start("count-to-n", {{u"n"_s, 2}, {u"sleepMs"_s, 0}});
        QVERIFY(api->reaches(id, TaskState::Completed));
    }
    for (const QByteArray &path : QByteArrayList{kExample + "/reattach/" + id.bytes(),
                                                 "/api/tasks/" + id.bytes() + "/events"}) {
        const RawAnswer answer =
            api->ask("GET", path + query, headers + "Accept: text/event-stream\r\n");
        QCOMPARE(answer.status, expected);
        if (expected == 400)
            QCOMPARE(answer.headers.value("content-type"), "application/problem+json"_ba);
        if (expected == 200) {
            const ReadStream stream = streamOf(answer);
            QVERIFY(stream.isWholeFrom(firstId));
            QCOMPARE(stream.frames.size(), 5 - firstId + 1);
        }
    }
    if (QByteArray(QTest::currentDataTag()) == "empty header leaves it to the query")
        api.reset();
}

void TestStreams::everyRouteStreams_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("accept");
    QTest::addColumn<bool>("streams");
    const QByteArray run = R"({"n":1,"sleepMs":0})";
    const QByteArray named = R"({"name":"count-to-n","input":{"n":1,"sleepMs":0}})";
    const QByteArray pipeline = R"({"rows":1,"stageMs":0})";
    QTest::newRow("run by default") << kExample + "/run" << run << QByteArray() << true;
    QTest::newRow("run for curl") << kExample + "/run" << run << "Accept: */*\r\n"_ba << true;
    QTest::newRow("run as JSON") << kExample + "/run" << run << "Accept: application/json\r\n"_ba
                                 << false;
    QTest::newRow("run rather as JSON")
        << kExample + "/run" << run << "Accept: text/event-stream;q=0.5, application/json\r\n"_ba
        << false;
    QTest::newRow("run-pipeline by default")
        << kExample + "/run-pipeline" << pipeline << QByteArray() << true;
    QTest::newRow("run-pipeline as JSON")
        << kExample + "/run-pipeline" << pipeline << "Accept: application/json\r\n"_ba << false;
    QTest::newRow("start answers as run") << "/api/tasks"_ba << named << QByteArray() << true;
    QTest::newRow("start as JSON")
        << "/api/tasks"_ba << named << "Accept: application/json\r\n"_ba << false;
    QTest::newRow("nudge by default")
        << kExample + "/nudge-recovery" << named << QByteArray() << false;
    QTest::newRow("nudge for curl")
        << kExample + "/nudge-recovery" << named << "Accept: */*\r\n"_ba << false;
    QTest::newRow("nudge as a stream")
        << kExample + "/nudge-recovery" << named << "Accept: text/event-stream\r\n"_ba << true;
}

void TestStreams::everyRouteStreams()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, accept);
    QFETCH(bool, streams);
    ApiFixture api;
    const RawAnswer answer = api.ask("POST", target, kJsonType + accept, body);
    if (streams) {
        QCOMPARE(answer.status, 200);
        const ReadStream stream = streamOf(answer);
        QVERIFY(stream.isWholeFrom(1));
        QCOMPARE(stream.lastEvent(), "completed"_ba);
        return;
    }
    QCOMPARE(answer.status, 202);
    const QJsonObject done = objectOf(answer);
    QCOMPARE(done.keys(), (QStringList{u"outcome"_s, u"task"_s}));
    QCOMPARE(done.value("outcome"_L1), QJsonValue(u"created"_s));
    QCOMPARE(answer.headers.value("location"),
             "/api/tasks/" + done.value("task"_L1)["id"_L1].toString().toLatin1());
    QCOMPARE(api.get(answer.headers.value("location")).status, 200);
}

void TestStreams::liveFollowsReplay()
{
    ApiFixture api;
    const TaskId id = api.start("count-to-n", {{u"n"_s, 60}, {u"sleepMs"_s, 5}});
    QVERIFY(QTest::qWaitFor([&] { return api.taskNow(id).lastSeq >= 10; }));
    RawHttp client(api.port());
    QVERIFY(client.waitConnected());
    client.send(api.request("GET", kExample + "/reattach/" + id.bytes(), "Last-Event-ID: 3\r\n"));
    QVERIFY(client.waitForBytes("\nevent: completed\n"));
    QVERIFY(client.waitClosed());
    const ReadStream stream = streamOf(client.answer());
    QVERIFY(stream.isWholeFrom(4));
    QCOMPARE(stream.frames.last().id, 63);
}

void TestStreams::goesOnAfterACrashAndANudge()
{
    ApiFixture api;
    const TaskId id = api.start("count-to-n", {{u"n"_s, 6}, {u"sleepMs"_s, 30}});
    RawHttp watcher(api.port());
    QVERIFY(watcher.waitConnected());
    watcher.send(api.request("GET", kExample + "/reattach/" + id.bytes()));
    QVERIFY(watcher.waitForBytes("\"i\":2,"));
    QCOMPARE(api.post(kExample + "/crash/" + id.bytes(), {}).status, 202);
    QVERIFY(QTest::qWaitFor([&] { return api.taskNow(id).stale; }));
    QVERIFY(!watcher.isClosed());
    const QByteArray which = "{\"id\":\"" + id.bytes() + "\"}";
    const QJsonObject nudged = objectOf(api.post(kExample + "/nudge-recovery", which));
    QCOMPARE(nudged.value("outcome"_L1), QJsonValue(u"recovered"_s));
    QVERIFY(watcher.waitClosed());
    const ReadStream stream = streamOf(watcher.answer());
    QVERIFY(stream.isWholeFrom(1));
    QCOMPARE(stream.lastEvent(), "completed"_ba);
    for (int i = 1; i <= 6; ++i)
        QCOMPARE(watcher.received().count(QByteArray("{\"i\":" + QByteArray::number(i) + ",")), 1);
}

void TestStreams::reattachNeverRecovers()
{
    ApiFixture api;
    const TaskId id = api.start("count-to-n", {{u"n"_s, 6}, {u"sleepMs"_s, int(kHour)}});
    QVERIFY(api.reaches(id, TaskState::Running));
    QCOMPARE(api.post(kExample + "/crash/" + id.bytes(), {}).status, 202);
    QVERIFY(QTest::qWaitFor([&] { return api.taskNow(id).stale; }));
    RawHttp watcher(api.port());
    QVERIFY(watcher.waitConnected());
    watcher.send(api.request("GET", kExample + "/reattach/" + id.bytes()));
    QVERIFY(watcher.waitForBytes("\nevent: attempt_started\n"));
    QCOMPARE(api.taskNow(id).attempt, 1);
    QVERIFY(api.taskNow(id).stale);
    QVERIFY(!watcher.isClosed());
    QCOMPARE(api.post(kExample + "/stop/" + id.bytes(), R"({"reason":"enough"})").status, 202);
    QVERIFY(watcher.waitClosed());
    QCOMPARE(streamOf(watcher.answer()).lastEvent(), "cancelled"_ba);
}

void TestStreams::keepAliveComesWhileNothingElseDoes()
{
    HttpServerSettings settings;
    settings.streams.keepAlive = 100ms;
    ApiFixture api(settings);
    const TaskId id = api.start("count-to-n", {{u"sleepMs"_s, int(kHour)}});
    QVERIFY(api.reaches(id, TaskState::Running));
    RawHttp client(api.port());
    QVERIFY(client.waitConnected());
    client.send(api.request("GET", kExample + "/reattach/" + id.bytes()));
    QVERIFY(client.waitFor(
        [&] { return readStream(parseAnswer(client.received()).body).keepAlives == 3; }));
    const ReadStream stream = streamOf(client.answer());
    QCOMPARE(stream.frames.size(), 2);
    QVERIFY(stream.isWholeFrom(1));
}

void TestStreams::eventsOfAnotherProcessArrive()
{
    EngineFixture store;
    EngineConfig mine = store.config();
    mine.drivesAll = false;
    const auto other = store.open();
    const auto engine = EngineFixture::open(mine, builtinTasks());
    HttpServerSettings settings;
    settings.port = 0;
    const auto server = HttpServer::start(*engine, settings);
    QVERIFY(server);
    const TaskId id = store.start(*other, "count-to-n", {{u"n"_s, 40}, {u"sleepMs"_s, 10}});
    const RawAnswer answer = RawHttp::ask((*server)->port(),
                                          "GET " + kExample + "/reattach/" + id.bytes()
                                              + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const ReadStream stream = streamOf(answer);
    QVERIFY(stream.isWholeFrom(1));
    QCOMPARE(stream.frames.size(), 43);
}

void TestStreams::clientsThatVanishLeaveNothing()
{
    ApiFixture api;
    const TaskId id = api.start("count-to-n", {{u"n"_s, 1000}, {u"sleepMs"_s, 1}});
    const QByteArray reattach = api.request("GET", kExample + "/reattach/" + id.bytes());
    for (int round = 0; round < 40; ++round) {
        RawHttp client(api.port());
        QVERIFY(client.waitConnected());
        // At every stage: in the middle of the request, while its future is open, in the stream.
        client.send(round % 4 == 0 ? reattach.first(reattach.size() / 2) : reattach);
        if (round % 4 == 2)
            QVERIFY(client.waitForBytes("\nevent: tick\n"));
        if (round % 4 == 3)
            QVERIFY(client.waitForBytes("200 OK"));
        client.socket().abort();
    }
    for (int round = 0; round < 20; ++round) {
        RawHttp client(api.port());
        QVERIFY(client.waitConnected());
        client.send(api.request("POST", kExample + "/run", kJsonType, R"({"n":5,"sleepMs":0})"));
        client.socket().abort();
    }
    QVERIFY(QTest::qWaitFor([&] { return api.server().streamCount() == 0; }));
    QCOMPARE(api.get("/health").status, 200);
    QVERIFY(api.taskNow(id).lastSeq > 1);
}

void TestStreams::endOfTheServerEndsStreams()
{
    ApiFixture api;
    const TaskId id = api.start("count-to-n", {{u"n"_s, 100'000}, {u"sleepMs"_s, 0}});
    std::vector<std::unique_ptr<RawHttp>> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(std::make_unique<RawHttp>(api.port()));
        QVERIFY(clients.back()->waitConnected());
        clients.back()->send(api.request("GET", kExample + "/reattach/" + id.bytes()));
        QVERIFY(clients.back()->waitForBytes("\nevent: tick\n"));
    }
    for (int i = 0; i < 20; ++i) // Answers that are still on their way.
        clients[size_t(i)]->send("x");
    std::vector<std::unique_ptr<RawHttp>> others;
    for (int i = 0; i < 20; ++i) {
        others.push_back(std::make_unique<RawHttp>(api.port()));
        QVERIFY(others.back()->waitConnected());
        others.back()->send(api.request("GET", "/api/tasks"));
    }
    api.endServer();
    for (const auto &client : clients) {
        QVERIFY(client->waitClosed());
        QVERIFY(streamOf(client->answer()).isWholeFrom(1));
    }
    for (const auto &client : others)
        QVERIFY(client->waitClosed());
}

void TestStreams::suspensionIsSeenAtShutdown()
{
    ApiFixture api;
    const TaskId id = api.start("count-to-n", {{u"sleepMs"_s, int(kHour)}});
    RawHttp client(api.port());
    QVERIFY(client.waitConnected());
    client.send(api.request("GET", kExample + "/reattach/" + id.bytes()));
    QVERIFY(client.waitForBytes("\nevent: attempt_started\n"));
    const auto down = api.engine().shutdown(5s);
    QVERIFY(QTest::qWaitFor([&] { return down.isFinished(); }));
    QCOMPARE(api.post(kExample + "/run", R"({"n":1})").status, 503);
    QCOMPARE(api.post(kExample + "/stop/" + id.bytes(), {}).status, 503);
    api.endServer();
    QVERIFY(client.waitClosed());
    const ReadStream stream = streamOf(client.answer());
    QVERIFY(stream.isWholeFrom(1));
    QCOMPARE(stream.lastEvent(), "suspended"_ba);
}

QTEST_GUILESS_MAIN(TestStreams)
#include "tst_streams.moc"
