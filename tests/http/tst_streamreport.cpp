// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/http/flood.h"
#include "tests/http/streamreader.h"

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! Who reads what, asked from another thread than the server's, and the end of one reader. */
class TestStreamReport final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nobodyIsThere();
    void tellsWhoReadsWhat();
    void agentIsCut();
    void countsWhatWasSentAndWhatWaits();
    void endedStreamGoesOnWhereItWas();
    void whatIsGoneCannotBeEnded();
    void stalledReaderIsEndedAtOnce();
    void droppedReaderIsTold();
    void onlyTheNewestAreToldOfOneByOne();
};

namespace {

constexpr qint64 kHour = 3'600'000;

QByteArray reattach(const ApiFixture &api, const TaskId &id, const QByteArray &headers = {})
{
    return api.request("GET", "/api/durable-example/reattach/" + id.bytes(), headers);
}

StreamsReport reportOf(ApiFixture &api)
{
    return await(api.server().streams());
}

/*! A task that has emitted its ticks but one, and sleeps. */
TaskId sleeper(ApiFixture &api)
{
    const TaskId id = api.start("count-to-n", {{u"n"_s, 2}, {u"sleepMs"_s, kHour}});
    if (!QTest::qWaitFor([&] { return api.taskNow(id).lastSeq >= 2; }, kPatienceMs))
        qFatal("the task does not run");
    return id;
}

} // namespace

void TestStreamReport::nobodyIsThere()
{
    ApiFixture api;
    const StreamsReport report = reportOf(api);
    QVERIFY(report.streams.isEmpty());
    QCOMPARE(report.count, 0);
    QCOMPARE(report.dropped, 0);
    QVERIFY(!report.lastDropped);
}

void TestStreamReport::tellsWhoReadsWhat()
{
    HttpServerSettings settings;
    settings.access.userHeader = "X-User";
    ApiFixture api(settings);
    const TaskId id = sleeper(api);
    const Task task = api.taskNow(id);
    RawHttp one(api.port());
    QVERIFY(one.waitConnected());
    one.send(reattach(api, id, "User-Agent: reader/1.0\r\n"));
    QVERIFY(one.waitForBytes("id: 2\n"));
    RawHttp other(api.port());
    QVERIFY(other.waitConnected());
    other.send(api.request("GET", "/api/events", "X-User: kim\r\n"));
    QVERIFY(other.waitForBytes("\n\n"));

    const StreamsReport report = reportOf(api);
    QCOMPARE(report.count, 2);
    QCOMPARE(report.streams.size(), 2);
    const StreamReport &newest = report.streams.first();
    QVERIFY(newest.task.isNull());
    QVERIFY(newest.agent.isEmpty());
    QCOMPARE(newest.user.toString(), u"kim"_s);
    QCOMPARE(newest.lastId, await(api.engine().lastPosition()).value());
    const StreamReport &oldest = report.streams.last();
    QVERIFY(oldest.id < newest.id);
    QCOMPARE(oldest.task, id);
    QCOMPARE(oldest.taskName, "count-to-n"_ba);
    QCOMPARE(oldest.taskKey, task.key);
    QCOMPARE(oldest.lastId, 2);
    QCOMPARE(oldest.agent, "reader/1.0"_ba);
    QCOMPARE(oldest.user, localUser());
    QCOMPARE(oldest.peer, QHostAddress(QHostAddress::LocalHost));
    QCOMPARE(oldest.peerPort, one.socket().localPort());
    QVERIFY(oldest.since >= task.createdAt && oldest.since <= newest.since);
}

void TestStreamReport::agentIsCut()
{
    ApiFixture api;
    const TaskId id = sleeper(api);
    RawHttp client(api.port());
    QVERIFY(client.waitConnected());
    client.send(reattach(api, id, "User-Agent: " + QByteArray(8000, 'a') + "\r\n"));
    QVERIFY(client.waitForBytes("id: 2\n"));
    QCOMPARE(reportOf(api).streams.first().agent, QByteArray(StreamReport::kAgentBytes, 'a'));
}

void TestStreamReport::countsWhatWasSentAndWhatWaits()
{
    ApiFixture api({}, EngineFixture().config(), withFlood());
    const TaskId quiet = sleeper(api);
    RawHttp client(api.port());
    QVERIFY(client.waitConnected());
    client.send(reattach(api, quiet));
    QVERIFY(client.waitForBytes("id: 2\n"));
    QVERIFY(QTest::qWaitFor(
        [&] { return reportOf(api).streams.first().sentBytes == client.received().size(); },
        kPatienceMs));
    QCOMPARE(reportOf(api).streams.first().waitingBytes, 0);

    constexpr int kEvents = 400;
    const TaskId loud = api.start("flood", {{u"events"_s, kEvents}, {u"bytes"_s, 16 << 10}});
    QVERIFY(api.reaches(loud, TaskState::Completed));
    StalledClient stalled(api.port(), reattach(api, loud));
    QVERIFY(QTest::qWaitFor(
        [&] {
            const StreamsReport report = reportOf(api);
            return report.count == 2 && report.streams.first().waitingBytes > 0;
        },
        kPatienceMs));
    const StreamReport report = reportOf(api).streams.first();
    // Hardly anything fits between two sockets, most of the page waits.
    QVERIFY(report.sentBytes > 0 && report.sentBytes < report.waitingBytes);
    QVERIFY(report.lastId > 0 && report.lastId < kEvents);
}

void TestStreamReport::endedStreamGoesOnWhereItWas()
{
    ApiFixture api;
    const TaskId id = api.start("count-to-n", {{u"n"_s, 6}, {u"sleepMs"_s, 100}});
    RawHttp client(api.port());
    QVERIFY(client.waitConnected());
    client.send(reattach(api, id));
    QVERIFY(client.waitForBytes("id: 3\n"));
    QVERIFY(await(api.server().endStream(reportOf(api).streams.first().id)));
    QVERIFY(client.waitClosed());
    const ReadStream first = readStream(client.answer().body);
    QVERIFY(first.isWholeFrom(1));
    QVERIFY(first.unfinished.isEmpty());
    const qint64 seen = first.frames.last().id;
    const QByteArray again = "Last-Event-ID: " + QByteArray::number(seen) + "\r\n";
    const ReadStream second = readStream(RawHttp::ask(api.port(), reattach(api, id, again)).body);
    QVERIFY(second.isWholeFrom(seen + 1));
    QCOMPARE(second.lastEvent(), "completed"_ba);
    QCOMPARE(reportOf(api).dropped, 0);
}

void TestStreamReport::whatIsGoneCannotBeEnded()
{
    ApiFixture api;
    const TaskId id = sleeper(api);
    auto client = std::make_unique<RawHttp>(api.port());
    QVERIFY(client->waitConnected());
    client->send(reattach(api, id));
    QVERIFY(client->waitForBytes("id: 2\n"));
    const quint64 stream = reportOf(api).streams.first().id;
    QVERIFY(!await(api.server().endStream(stream + 1)));
    client.reset();
    QVERIFY(QTest::qWaitFor([&] { return api.server().streamCount() == 0; }, kPatienceMs));
    QVERIFY(!await(api.server().endStream(stream)));
}

void TestStreamReport::stalledReaderIsEndedAtOnce()
{
    HttpServerSettings settings;
    settings.streams.stall = 1h; // It is not dropped for being slow.
    ApiFixture api(settings, EngineFixture().config(), withFlood());
    const TaskId id = api.start("flood", {{u"events"_s, 200}, {u"bytes"_s, 16 << 10}});
    QVERIFY(api.reaches(id, TaskState::Completed));
    StalledClient stalled(api.port(), reattach(api, id));
    QVERIFY(QTest::qWaitFor(
        [&] {
            const StreamsReport report = reportOf(api);
            return report.count == 1 && report.streams.first().waitingBytes > 0;
        },
        kPatienceMs));
    QVERIFY(await(api.server().endStream(reportOf(api).streams.first().id)));
    QVERIFY(QTest::qWaitFor([&] { return api.server().streamCount() == 0; }, kPatienceMs));
}

void TestStreamReport::droppedReaderIsTold()
{
    ApiFixture api(impatient(), EngineFixture().config(), withFlood());
    const TaskId id = api.start("flood", {{u"events"_s, 400}, {u"bytes"_s, 16 << 10}});
    StalledClient stalled(api.port(), reattach(api, id, "User-Agent: sleepy\r\n"));
    QVERIFY(QTest::qWaitFor([&] { return reportOf(api).dropped == 1; }, kPatienceMs));
    const StreamsReport report = reportOf(api);
    QVERIFY(report.lastDropped);
    QCOMPARE(report.lastDropped->agent, "sleepy"_ba);
    QCOMPARE(report.lastDropped->task, id);
    QCOMPARE(api.server().droppedCount(), 1);
    QVERIFY(report.lastDropped->waitingBytes > 0);
}

void TestStreamReport::onlyTheNewestAreToldOfOneByOne()
{
    constexpr int kMore = 20;
    ApiFixture api;
    const TaskId id = sleeper(api);
    const QByteArray request = reattach(api, id);
    std::vector<std::unique_ptr<StalledClient>> clients;
    for (int i = 0; i < StreamsReport::kMost + kMore; ++i)
        clients.push_back(std::make_unique<StalledClient>(api.port(), request));
    QVERIFY(QTest::qWaitFor(
        [&] { return api.server().streamCount() == StreamsReport::kMost + kMore; }, 60'000));
    const StreamsReport report = reportOf(api);
    QCOMPARE(report.count, StreamsReport::kMost + kMore);
    QCOMPARE(report.streams.size(), StreamsReport::kMost);
    QVERIFY(std::ranges::is_sorted(report.streams, std::greater(), &StreamReport::id));
    QCOMPARE(report.streams.first().id, quint64(StreamsReport::kMost + kMore));
}

QTEST_GUILESS_MAIN(TestStreamReport)
#include "tst_streamreport.moc"
