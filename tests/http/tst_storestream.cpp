// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/http/flood.h"
#include "tests/http/streamreader.h"

#include <QRandomGenerator>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! GET /api/events: all of a user's tasks in one stream, by the positions of the store's log. */
class TestStoreStream final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void beginsNow();
    void resumes_data();
    void resumes();
    void badIdsAreRefused_data();
    void badIdsAreRefused();
    void deletedEventsAreNotBeyondTheLog();
    void bearsTheEventsOfEachTask();
    void othersNeverAppear();
    void replayMeetsLive();
    void eventsOfAnotherProcessArrive();
    void keepAliveComesWhileNothingElseDoes();
    void stalledReaderIsDroppedAndResumes();
    void stalledReaderOfLittleIsKept();
    void refusesWhatItIsNot();
    void endOfTheServerEndsIt();
};

namespace {

const QByteArray kEvents = "/api/events"_ba;
constexpr qint64 kHour = 3'600'000;

/*! A client of the stream, connected. */
class Follower
{
public:
    explicit Follower(const ApiFixture &api, const QByteArray &headers = {},
                      const QByteArray &query = {})
        : m_client(std::make_unique<RawHttp>(api.port()))
    {
        if (!m_client->waitConnected())
            qFatal("cannot connect");
        m_client->send(api.request("GET", kEvents + query, headers));
    }
    [[nodiscard]] ReadStream stream() const { return readStream(m_client->answer().body); }
    [[nodiscard]] bool begins() { return m_client->waitForBytes("retry: 1000\nid: "); }
    [[nodiscard]] bool gets(qsizetype frames)
    {
        return m_client->waitFor([&] { return stream().frames.size() >= frames; });
    }
    [[nodiscard]] RawHttp &client() { return *m_client; }

private:
    std::unique_ptr<RawHttp> m_client;
};

QByteArray lastEventId(qint64 id)
{
    return "Last-Event-ID: " + QByteArray::number(id) + "\r\n";
}

QByteArrayList typesOf(const ReadStream &stream)
{
    QByteArrayList types;
    for (const auto &frame : stream.frames)
        types << frame.event;
    return types;
}

HttpServerSettings withUsers()
{
    HttpServerSettings settings;
    settings.access.userHeader = "X-User"_ba;
    return settings;
}

} // namespace

void TestStoreStream::beginsNow()
{
    ApiFixture api;
    const TaskId before = api.start("count-to-n", {{u"n"_s, 2}, {u"sleepMs"_s, 0}});
    QVERIFY(api.reaches(before, TaskState::Completed));
    Follower follower(api);
    QVERIFY(follower.begins());
    const RawAnswer answer = follower.client().answer();
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.headers.value("content-type"), "text/event-stream"_ba);
    QCOMPARE(answer.headers.value("cache-control"), "no-cache"_ba);
    QCOMPARE(answer.headers.value("x-accel-buffering"), "no"_ba);
    QVERIFY(!answer.headers.contains("content-length"));
    const TaskId after = api.start("count-to-n", {{u"n"_s, 1}, {u"sleepMs"_s, 0}});
    QVERIFY(follower.gets(4));
    const ReadStream stream = follower.stream();
    QCOMPARE(stream.firstLine, "retry: 1000"_ba);
    QCOMPARE(stream.firstId, 5); // What a client that has got nothing comes back with.
    QVERIFY(stream.isWholeFrom(6));
    QCOMPARE(typesOf(stream).join(' '), "created attempt_started tick completed"_ba);
    for (const auto &frame : stream.frames)
        QVERIFY(frame.data.contains(after.bytes()));
    QVERIFY(!follower.client().isClosed()); // No task's end is its end.
}

void TestStoreStream::resumes_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<int>("firstId");
    const auto row = [](const char *rule, const QByteArray &query, const QByteArray &headers,
                        int firstId) { QTest::newRow(rule) << query << headers << firstId; };
    row("absent is from now on", {}, {}, 6);
    row("empty counts as absent", "?lastEventId=", "Last-Event-ID:\r\n", 6);
    row("0 is from the beginning", {}, lastEventId(0), 1);
    row("header", {}, lastEventId(2), 3);
    row("header with leading zeros", {}, "Last-Event-ID: 0002\r\n", 3);
    row("header at the end", {}, lastEventId(5), 6);
    row("query", "?lastEventId=2", {}, 3);
    row("query of 0", "?lastEventId=0", {}, 1);
    row("header beats the query", "?lastEventId=1", lastEventId(3), 4);
    row("header beats a query that is wrong", "?lastEventId=x", lastEventId(3), 4);
    row("empty header leaves it to the query", "?lastEventId=3", "Last-Event-ID:\r\n", 4);
}

void TestStoreStream::resumes()
{
    QFETCH(QByteArray, query);
    QFETCH(QByteArray, headers);
    QFETCH(int, firstId);
    ApiFixture api;
    const TaskId id = api.start("count-to-n", {{u"n"_s, 2}, {u"sleepMs"_s, 0}});
    QVERIFY(api.reaches(id, TaskState::Completed));
    Follower follower(api, headers, query);
    QVERIFY(follower.begins());
    const TaskId live = api.start("count-to-n", {{u"n"_s, 1}, {u"sleepMs"_s, 0}});
    QVERIFY(api.reaches(live, TaskState::Completed));
    QVERIFY(follower.gets(9 - firstId + 1));
    const ReadStream stream = follower.stream();
    QCOMPARE(stream.firstId, firstId - 1);
    QVERIFY(stream.isWholeFrom(firstId));
    QCOMPARE(stream.frames.last().id, 9);
}

void TestStoreStream::badIdsAreRefused_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("headers");
    const auto row = [](const char *rule, const QByteArray &query, const QByteArray &headers) {
        QTest::newRow(rule) << query << headers;
    };
    row("beyond the log", {}, lastEventId(6));
    row("far beyond", {}, lastEventId(std::numeric_limits<qint64>::max()));
    row("larger than any number", {}, "Last-Event-ID: 18446744073709551618\r\n");
    row("negative", {}, lastEventId(-1));
    row("with a plus", {}, "Last-Event-ID: +1\r\n");
    row("hexadecimal", {}, "Last-Event-ID: 0x2\r\n");
    row("with a fraction", {}, "Last-Event-ID: 2.0\r\n");
    row("words", {}, "Last-Event-ID: two\r\n");
    row("two numbers", {}, "Last-Event-ID: 1 2\r\n");
    row("other digits", {}, "Last-Event-ID: \xd9\xa2\r\n");
    row("query beyond the log", "?lastEventId=6", {});
    row("query of words", "?lastEventId=two", {});
    row("query with a plus", "?lastEventId=%2B1", {});
    row("header that is wrong beats the query", "?lastEventId=3", "Last-Event-ID: x\r\n");
}

void TestStoreStream::badIdsAreRefused()
{
    QFETCH(QByteArray, query);
    QFETCH(QByteArray, headers);
    ApiFixture api;
    const TaskId id = api.start("count-to-n", {{u"n"_s, 2}, {u"sleepMs"_s, 0}});
    QVERIFY(api.reaches(id, TaskState::Completed));
    const RawAnswer answer = api.ask("GET", kEvents + query, headers);
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.headers.value("content-type"), "application/problem+json"_ba);
}

void TestStoreStream::deletedEventsAreNotBeyondTheLog()
{
    ApiFixture api;
    const TaskId id = api.start("count-to-n", {{u"n"_s, 2}, {u"sleepMs"_s, 0}});
    QVERIFY(api.reaches(id, TaskState::Completed));
    QCOMPARE(
        api.ask("DELETE", "/api/tasks/" + id.bytes(), "Content-Type: application/json\r\n").status,
        204);
    Follower seenAll(api, lastEventId(5));
    Follower seenSome(api, lastEventId(1));
    QVERIFY(seenAll.begins() && seenSome.begins());
    (void)api.start("count-to-n", {{u"n"_s, 1}, {u"sleepMs"_s, 0}});
    for (Follower *follower : {&seenAll, &seenSome}) {
        QVERIFY(follower->gets(4));
        QVERIFY(follower->stream().isWholeFrom(6)); // Positions are never given twice.
    }
    QCOMPARE(api.ask("GET", kEvents, lastEventId(1000)).status, 400);
}

void TestStoreStream::bearsTheEventsOfEachTask()
{
    ApiFixture api;
    Follower follower(api);
    QVERIFY(follower.begins());
    QList<TaskId> ids;
    for (int n = 1; n <= 5; ++n)
        ids << api.start("count-to-n", {{u"n"_s, n}, {u"sleepMs"_s, 1}});
    QVERIFY(follower.gets(5 * 3 + 15));
    QMap<QByteArray, QByteArrayList> byTask;
    for (const auto &frame : follower.stream().frames) {
        const QJsonObject data = parseJson(frame.data).value_or(QJsonValue()).toObject();
        byTask[data.value("taskId"_L1).toString().toLatin1()] << frame.data;
    }
    for (const TaskId &id : std::as_const(ids)) {
        const RawAnswer own =
            api.get("/api/durable-example/reattach/" + id.bytes(), "text/event-stream");
        QByteArrayList data;
        for (const auto &frame : readStream(own.body).frames)
            data << frame.data;
        QCOMPARE(byTask.value(id.bytes()), data);
    }
}

void TestStoreStream::othersNeverAppear()
{
    ApiFixture api(withUsers());
    const auto start = [&](const QByteArray &user, int n) {
        return api
            .ask("POST", "/api/durable-example/run",
                 "Content-Type: application/json\r\nX-User: " + user + "\r\n",
                 "{\"sleepMs\":0,\"n\":" + QByteArray::number(n) + '}')
            .status;
    };
    QCOMPARE(start("ann", 1), 200);
    QCOMPARE(start("bob", 2), 200);
    Follower ann(api, "X-User: ann\r\n" + lastEventId(0));
    Follower bob(api, "X-User: bob\r\n" + lastEventId(0));
    Follower local(api, lastEventId(0));
    Follower nobody(api, "X-User: ANN\r\n" + lastEventId(0));
    for (Follower *follower : {&ann, &bob, &local, &nobody})
        QVERIFY(follower->begins());
    QCOMPARE(start("bob", 3), 200);
    QCOMPARE(start("ann", 3), 200);
    QCOMPARE(start("local", 4), 200);
    QVERIFY(ann.gets(10) && bob.gets(11) && local.gets(7));
    const auto countedTo = [](const Follower &follower) {
        QByteArrayList sums;
        for (const auto &frame : follower.stream().frames) {
            const QJsonObject data = parseJson(frame.data).value_or(QJsonValue()).toObject();
            if (frame.event == "completed")
                sums << QByteArray::number(data["payload"_L1]["result"_L1]["total"_L1].toInt());
        }
        return sums.join(' ');
    };
    QCOMPARE(countedTo(ann), "1 3"_ba);
    QCOMPARE(countedTo(bob), "2 3"_ba);
    QCOMPARE(countedTo(local), "4"_ba);
    QCOMPARE(ann.stream().frames.size(), 10);
    QCOMPARE(bob.stream().frames.size(), 11);
    QCOMPARE(local.stream().frames.size(), 7);
    QVERIFY(nobody.stream().frames.isEmpty()); // Its feed is the others': it has seen them too.
}

void TestStoreStream::replayMeetsLive()
{
    constexpr int kTasks = 4;
    constexpr int kTicks = 3'000;
    constexpr int kEnd = kTasks * (kTicks + 3);
    constexpr int kReaders = 6;
    const quint32 seed = qEnvironmentVariableIsSet("KINTSUGI_SEED")
        ? quint32(qEnvironmentVariableIntValue("KINTSUGI_SEED"))
        : QRandomGenerator::global()->generate();
    qInfo() << "KINTSUGI_SEED" << seed;
    QRandomGenerator random(seed);
    ApiFixture api;
    for (int i = 0; i < kTasks; ++i)
        (void)api.start("count-to-n",
                        {{u"n"_s, kTicks}, {u"sleepMs"_s, 0}, {u"runId"_s, QString::number(i)}});
    struct Reader
    {
        std::unique_ptr<Follower> follower;
        qsizetype enough = 0; // Bytes after which it leaves.
        qint64 seen = 0;
        int connects = 0;
    };
    std::vector<Reader> readers(kReaders);
    const auto isDone = [](const Reader &reader) { return reader.seen == kEnd; };
    const auto connect = [&](Reader &reader) {
        reader.enough = random.bounded(1, 600'000);
        reader.follower = std::make_unique<Follower>(api, lastEventId(reader.seen));
        ++reader.connects;
    };
    for (Reader &reader : readers)
        connect(reader);
    QElapsedTimer patience;
    patience.start();
    while (!std::ranges::all_of(readers, isDone) && patience.elapsed() < 240'000) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 100);
        for (Reader &reader : readers) {
            const QByteArray bytes = reader.follower->client().received();
            const QByteArray end = "\nid: " + QByteArray::number(kEnd) + '\n';
            if (isDone(reader) || (bytes.size() < reader.enough && !bytes.contains(end)))
                continue;
            const ReadStream stream = reader.follower->stream();
            if (stream.frames.isEmpty())
                continue;
            QVERIFY(stream.isWholeFrom(reader.seen + 1));
            reader.seen = stream.frames.last().id;
            if (!isDone(reader))
                connect(reader);
        }
    }
    for (const Reader &reader : readers) {
        QCOMPARE(reader.seen, kEnd);
        QVERIFY(reader.connects > 1);
    }
}

void TestStoreStream::eventsOfAnotherProcessArrive()
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
    RawHttp client((*server)->port());
    QVERIFY(client.waitConnected());
    client.send("GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QVERIFY(client.waitForBytes("retry: 1000\n"));
    // Both write, so that the positions of the one stand between those of the other.
    (void)EngineFixture::start(*other, "count-to-n", {{u"n"_s, 60}, {u"sleepMs"_s, 2}});
    (void)EngineFixture::start(*engine, "count-to-n", {{u"n"_s, 61}, {u"sleepMs"_s, 2}});
    const auto stream = [&client] { return readStream(client.answer().body); };
    QVERIFY(client.waitFor([&] { return stream().frames.size() == 63 + 64; }, 20s));
    QVERIFY(stream().isWholeFrom(1));
}

void TestStoreStream::keepAliveComesWhileNothingElseDoes()
{
    HttpServerSettings settings;
    settings.streams.keepAlive = 100ms;
    ApiFixture api(settings);
    Follower follower(api);
    QVERIFY(follower.client().waitFor([&] { return follower.stream().keepAlives == 3; }));
    QVERIFY(follower.stream().frames.isEmpty());
    QVERIFY(follower.stream().isWholeFrom(1));
}

void TestStoreStream::stalledReaderIsDroppedAndResumes()
{
    constexpr int kFloods = 400;
    ApiFixture api(impatient(), EngineFixture().config(), withFlood());
    StalledClient stalled(api.port(), api.request("GET", kEvents, lastEventId(0)));
    QVERIFY(QTest::qWaitFor([&] { return api.server().streamCount() == 1; }, kPatienceMs));
    const TaskId id = api.start("flood", {{u"events"_s, kFloods}, {u"bytes"_s, 16 << 10}});
    QVERIFY(api.reaches(id, TaskState::Completed));
    Follower beside(api, lastEventId(0)); // Its past is longer than the feed's memory, or near it.
    QVERIFY(beside.gets(kFloods + 3));
    QVERIFY(beside.stream().isWholeFrom(1));
    QVERIFY(QTest::qWaitFor([&] { return api.server().streamCount() == 1; }, kPatienceMs));

    const auto bytes = stalled.readToTheEnd(1 << 20);
    QVERIFY(bytes);
    const ReadStream first = readStream(parseAnswer(*bytes).body);
    QVERIFY(first.isWholeFrom(1));
    QVERIFY(first.frames.size() < kFloods);
    const qint64 seen = first.frames.isEmpty() ? 0 : first.frames.last().id;
    Follower second(api, lastEventId(seen));
    QVERIFY(second.gets(kFloods + 3 - seen));
    QVERIFY(second.stream().isWholeFrom(seen + 1));
}

void TestStoreStream::stalledReaderOfLittleIsKept()
{
    // Others' megabytes are none of its business.
    HttpServerSettings settings = impatient();
    settings.access.userHeader = "X-User"_ba;
    settings.streams.backlogBytes = 4 << 20;
    ApiFixture api(settings, EngineFixture().config(), withFlood());
    StalledClient stalled(api.port(),
                          api.request("GET", kEvents, "X-User: ann\r\n" + lastEventId(0)));
    QVERIFY(QTest::qWaitFor([&] { return api.server().streamCount() == 1; }, kPatienceMs));
    const auto flood = [&](const QByteArray &user, int events) {
        const QByteArray input = "{\"bytes\":16384,\"events\":" + QByteArray::number(events) + '}';
        return api
            .ask("POST", "/api/tasks", "Content-Type: application/json\r\nX-User: " + user + "\r\n",
                 "{\"name\":\"flood\",\"input\":" + input + '}')
            .status;
    };
    QCOMPARE(flood("ann", 100), 200); // More than sockets hold, less than the limit.
    QCOMPARE(flood("bob", 800), 200);
    // Another stalled one, of the same age, is judged and dropped: so the first was judged too.
    StalledClient judged(api.port(),
                         api.request("GET", kEvents, "X-User: bob\r\n" + lastEventId(0)));
    QVERIFY(QTest::qWaitFor([&] { return api.server().streamCount() == 2; }, kPatienceMs));
    QVERIFY(QTest::qWaitFor([&] { return api.server().streamCount() == 1; }, kPatienceMs));
    QByteArray bytes;
    QVERIFY(QTest::qWaitFor(
        [&] {
            bytes += stalled.read(1 << 20);
            return readStream(parseAnswer(bytes).body).lastEvent() == "completed";
        },
        kPatienceMs));
    QVERIFY(!stalled.isOver());
    QCOMPARE(readStream(parseAnswer(bytes).body).frames.size(), 103);
}

void TestStoreStream::refusesWhatItIsNot()
{
    ApiFixture api;
    QCOMPARE(api.get(kEvents, "application/json").status, 406);
    QCOMPARE(api.post(kEvents, "{}").status, 405);
    QCOMPARE(api.post(kEvents, "{}").headers.value("allow"), "GET, HEAD, OPTIONS"_ba);
    const RawAnswer head = api.ask("HEAD", kEvents);
    QCOMPARE(head.status, 200);
    QCOMPARE(head.headers.value("content-type"), "text/event-stream"_ba);
    QVERIFY(head.body.isEmpty());
}

void TestStoreStream::endOfTheServerEndsIt()
{
    ApiFixture api;
    const TaskId id = api.start("count-to-n", {{u"sleepMs"_s, int(kHour)}});
    QVERIFY(api.reaches(id, TaskState::Running));
    Follower here(api, lastEventId(0));
    QVERIFY(here.gets(2));
    {
        Follower gone(api, lastEventId(0));
        QVERIFY(gone.gets(2));
        QCOMPARE(api.server().streamCount(), 2);
        gone.client().socket().abort();
    }
    QVERIFY(QTest::qWaitFor([&] { return api.server().streamCount() == 1; }));
    api.endServer();
    QVERIFY(here.client().waitClosed());
    QVERIFY(here.stream().isWholeFrom(1));
}

QTEST_GUILESS_MAIN(TestStoreStream)
#include "tst_storestream.moc"
