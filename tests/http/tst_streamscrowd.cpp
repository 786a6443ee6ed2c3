// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/http/flood.h"
#include "tests/http/streamreader.h"

#include <QRandomGenerator>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! Many readers, slow readers, readers that come and go: each gets each event once and in order. */
class TestStreamsCrowd final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void twoHundredReadersAndAStalledOne();
    void stalledReaderIsDroppedAndResumes();
    void slowReaderIsNotDropped();
    void reconnectsLoseNothing();
    void endIsSeenWhereverTheReaderComesIn();
};

namespace {

QByteArray reattach(const ApiFixture &api, const TaskId &id, qint64 lastSeq)
{
    return api.request("GET", "/api/durable-example/reattach/" + id.bytes(),
                       lastSeq > 0 ? "Last-Event-ID: " + QByteArray::number(lastSeq) + "\r\n"
                                   : QByteArray());
}

} // namespace

void TestStreamsCrowd::twoHundredReadersAndAStalledOne()
{
    constexpr int kReaders = 200;
    constexpr int kTicks = 400;
    ApiFixture api;
    const TaskId id = api.start("count-to-n", {{u"n"_s, kTicks}, {u"sleepMs"_s, 5}});
    StalledClient stalled(api.port(), reattach(api, id, 0));
    std::vector<std::unique_ptr<RawHttp>> readers;
    for (int i = 0; i < kReaders; ++i)
        readers.push_back(std::make_unique<RawHttp>(api.port()));
    for (const auto &reader : readers) {
        QVERIFY(reader->waitConnected());
        reader->send(reattach(api, id, 0));
    }
    QVERIFY(QTest::qWaitFor([&] { return api.server().streamCount() == kReaders + 1; }));
    QCOMPARE(api.taskNow(id).state, TaskState::Running);
    for (const auto &reader : readers) {
        QVERIFY(reader->waitClosed(60s));
        const ReadStream stream = readStream(reader->answer().body);
        QVERIFY(stream.isWholeFrom(1));
        QCOMPARE(stream.frames.size(), kTicks + 3);
        QCOMPARE(stream.lastEvent(), "completed"_ba);
    }
}

void TestStreamsCrowd::stalledReaderIsDroppedAndResumes()
{
    ApiFixture api(impatient(), EngineFixture().config(), withFlood());
    constexpr int kEvents = 400;
    const TaskId id = api.start("flood", {{u"events"_s, kEvents}, {u"bytes"_s, 16 << 10}});
    StalledClient stalled(api.port(), reattach(api, id, 0));
    const RawAnswer beside = RawHttp::ask(api.port(), reattach(api, id, 0));
    QVERIFY(readStream(beside.body).isWholeFrom(1));
    QCOMPARE(readStream(beside.body).frames.size(), kEvents + 3);
    QVERIFY(QTest::qWaitFor([&] { return api.server().streamCount() == 0; }, kPatienceMs));
    const QByteArray metrics = api.get("/metrics", "text/plain").body;
    QVERIFY(metrics.contains("\nkintsugi_http_streams 0\n"));
    QVERIFY(metrics.contains("\nkintsugi_http_streams_opened_total 2\n"));
    QVERIFY(metrics.contains("\nkintsugi_http_stream_readers_dropped_total 1\n"));

    const auto bytes = stalled.readToTheEnd(1 << 20);
    QVERIFY(bytes);
    const ReadStream first = readStream(parseAnswer(*bytes).body);
    QVERIFY(first.isWholeFrom(1));
    QVERIFY(first.frames.size() < kEvents);
    const qint64 seen = first.frames.isEmpty() ? 0 : first.frames.last().id;
    const ReadStream second = readStream(RawHttp::ask(api.port(), reattach(api, id, seen)).body);
    QVERIFY(second.isWholeFrom(seen + 1));
    QCOMPARE(seen + second.frames.size(), kEvents + 3);
}

void TestStreamsCrowd::slowReaderIsNotDropped()
{
    HttpServerSettings settings = impatient();
    settings.streams.stall = 1500ms; // Many of its steps, few of its whole time.
    ApiFixture api(settings, EngineFixture().config(), withFlood());
    constexpr int kEvents = 200;
    const TaskId id = api.start("flood", {{u"events"_s, kEvents}, {u"bytes"_s, 16 << 10}});
    StalledClient slow(api.port(), reattach(api, id, 0));
    const auto bytes = slow.readToTheEnd(32 << 10, 60'000); // Little by little.
    QVERIFY(bytes);
    const ReadStream stream = readStream(parseAnswer(*bytes).body);
    QVERIFY(stream.isWholeFrom(1));
    QCOMPARE(stream.frames.size(), kEvents + 3);
}

void TestStreamsCrowd::reconnectsLoseNothing()
{
    constexpr int kTicks = 20'000;
    constexpr int kReaders = 6;
    const quint32 seed = qEnvironmentVariableIsSet("KINTSUGI_SEED")
        ? quint32(qEnvironmentVariableIntValue("KINTSUGI_SEED"))
        : QRandomGenerator::global()->generate();
    qInfo() << "KINTSUGI_SEED" << seed;
    QRandomGenerator random(seed);
    ApiFixture api;
    const TaskId id = api.start("count-to-n", {{u"n"_s, kTicks}, {u"sleepMs"_s, 0}});

    struct Reader
    {
        std::unique_ptr<RawHttp> client;
        qsizetype enough = 0; // Bytes after which it leaves.
        qint64 from = 0;
        qint64 seen = 0;
        bool isDone = false;
        int connects = 0;
    };
    std::vector<Reader> readers(kReaders);
    const auto connect = [&](Reader &reader) {
        // Anywhere in what it has seen: a client may have kept an older id.
        reader.from = reader.seen == 0 ? 0 : qint64(random.bounded(quint64(reader.seen + 1)));
        if (random.bounded(4) > 0)
            reader.from = reader.seen;
        reader.enough = random.bounded(1, 400'000);
        reader.client = std::make_unique<RawHttp>(api.port());
        if (!reader.client->waitConnected())
            qFatal("cannot connect");
        reader.client->send(reattach(api, id, reader.from));
        ++reader.connects;
    };
    const auto end = [&](Reader &reader) {
        const RawAnswer answer = reader.client->answer();
        if (answer.status == 204)
            return reader.from == kTicks + 3;
        const ReadStream stream = readStream(answer.body);
        if (!stream.isWholeFrom(reader.from + 1))
            return false;
        if (!stream.frames.isEmpty())
            reader.seen = std::max(reader.seen, stream.frames.last().id);
        return true;
    };
    for (Reader &reader : readers)
        connect(reader);
    QElapsedTimer patience;
    patience.start();
    while (!std::ranges::all_of(readers, &Reader::isDone) && patience.elapsed() < 240'000) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 100);
        for (Reader &reader : readers) {
            const bool leaves = reader.client->received().size() >= reader.enough;
            if (reader.isDone || (!leaves && !reader.client->isClosed()))
                continue;
            QVERIFY(end(reader));
            reader.isDone = reader.client->isClosed() && reader.seen == kTicks + 3;
            if (!reader.isDone)
                connect(reader);
        }
    }
    for (const Reader &reader : readers) {
        QCOMPARE(reader.seen, kTicks + 3);
        QVERIFY(reader.isDone);
        QVERIFY(reader.connects > 1);
    }
}

void TestStreamsCrowd::endIsSeenWhereverTheReaderComesIn()
{
    // The reader comes while the last events are being committed: none of them may pass it by.
    ApiFixture api;
    for (int round = 0; round < 40; ++round) {
        const TaskId id = api.start("count-to-n",
                                    {{u"n"_s, 1 + round % 3},
                                     {u"sleepMs"_s, round % 2},
                                     {u"runId"_s, QString::number(round)}});
        std::vector<std::unique_ptr<RawHttp>> readers;
        for (int i = 0; i < 20; ++i) {
            readers.push_back(std::make_unique<RawHttp>(api.port()));
            QVERIFY(readers.back()->waitConnected());
            readers.back()->send(reattach(api, id, i % 2));
        }
        for (int i = 0; i < 20; ++i) {
            QVERIFY2(readers[size_t(i)]->waitClosed(), "a stream did not end");
            const ReadStream stream = readStream(readers[size_t(i)]->answer().body);
            QVERIFY(stream.isWholeFrom(1 + i % 2));
            QCOMPARE(stream.lastEvent(), "completed"_ba);
        }
    }
}

QTEST_GUILESS_MAIN(TestStreamsCrowd)
#include "tst_streamscrowd.moc"
