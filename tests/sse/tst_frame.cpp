// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/sse/frame.h"

#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestFrame : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eventIsSpelledAsInTheContract();
    void anyValues_data();
    void anyValues();
    void hostileEventStaysOneFrame();
    void retry();
    void keepAlive();
};

namespace {

Event tick()
{
    Event event;
    event.task = TaskId("0199a0b1-0000-7000-8000-000000000001"_ba);
    event.seq = 7;
    event.position = 1234;
    event.attempt = 2;
    event.type = "tick"_ba;
    event.payload = R"({"i":5,"n":10})"_ba;
    event.at = *fromIso8601("2026-11-23T09:00:03.512Z");
    return event;
}

} // namespace

void TestFrame::eventIsSpelledAsInTheContract()
{
    QCOMPARE(
        encodeFrame(tick()),
        "id: 7\nevent: tick\n"
        "data: {\"seq\":7,\"type\":\"tick\",\"taskId\":\"0199a0b1-0000-7000-8000-000000000001\","
        "\"attempt\":2,\"at\":\"2026-11-23T09:00:03.512Z\",\"payload\":{\"i\":5,\"n\":10}}\n\n"_ba);
}

void TestFrame::anyValues_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QByteArray>("frame");
    QTest::newRow("all three") << "1"_ba << "tick"_ba << "{}"_ba
                               << "id: 1\nevent: tick\ndata: {}\n\n"_ba;
    QTest::newRow("no id") << ""_ba << "tick"_ba << "{}"_ba << "event: tick\ndata: {}\n\n"_ba;
    QTest::newRow("no type") << "1"_ba << ""_ba << "{}"_ba << "id: 1\ndata: {}\n\n"_ba;
    QTest::newRow("no data still dispatches") << "1"_ba << ""_ba << ""_ba << "id: 1\ndata: \n\n"_ba;
    QTest::newRow("a leading space of the data is kept")
        << ""_ba << ""_ba << " x"_ba << "data:  x\n\n"_ba;
    QTest::newRow("line feed") << ""_ba << ""_ba << "a\nb"_ba << "data: a\ndata: b\n\n"_ba;
    QTest::newRow("carriage return") << ""_ba << ""_ba << "a\rb"_ba << "data: a\ndata: b\n\n"_ba;
    QTest::newRow("both are one") << ""_ba << ""_ba << "a\r\nb"_ba << "data: a\ndata: b\n\n"_ba;
    QTest::newRow("line feed, carriage return are two")
        << ""_ba << ""_ba << "a\n\rb"_ba << "data: a\ndata: \ndata: b\n\n"_ba;
    QTest::newRow("breaks at both ends")
        << ""_ba << ""_ba << "\na\n"_ba << "data: \ndata: a\ndata: \n\n"_ba;
    QTest::newRow("breaks in the id") << "1\n\ndata: x\r2"_ba << ""_ba << "{}"_ba
                                      << "id: 1data: x2\ndata: {}\n\n"_ba;
    QTest::newRow("NUL in the id") << QByteArray("1\0002", 3) << ""_ba << "{}"_ba
                                   << "id: 12\ndata: {}\n\n"_ba;
    QTest::newRow("an id of breaks alone is none") << "\r\n"_ba << "\n"_ba << "{}"_ba
                                                   << "data: {}\n\n"_ba;
    QTest::newRow("breaks in the type")
        << ""_ba << "a\r\nid: 9"_ba << "{}"_ba << "event: aid: 9\ndata: {}\n\n"_ba;
}

void TestFrame::anyValues()
{
    QFETCH(const QByteArray, id);
    QFETCH(const QByteArray, type);
    QFETCH(const QByteArray, data);
    QTEST(encodeFrame(id, type, data), "frame");
}

void TestFrame::hostileEventStaysOneFrame()
{
    Event event = tick();
    event.type = "tick\n\nid: 99\ndata: forged\n\n"_ba;
    event.task = TaskId("x\n\nid: 98\n\n"_ba);
    event.payload = "{\n\n\"id\": \"99\"\r\n\r\n}"_ba;
    const QByteArray frame = encodeFrame(event);
    QVERIFY(frame.endsWith("\n\n"));
    QCOMPARE(frame.indexOf("\n\n"), frame.size() - 2);
    QVERIFY(!frame.contains('\r'));
    const QList<QByteArray> lines = frame.chopped(2).split('\n');
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QByteArrayView start = i == 0 ? "id: 7" : i == 1 ? "event: " : "data: ";
        QVERIFY2(lines.at(i).startsWith(start), lines.at(i).constData());
    }
}

void TestFrame::retry()
{
    QCOMPARE(encodeRetry(1s), "retry: 1000\n\n"_ba);
    QCOMPARE(encodeRetry(-1ms), "retry: 0\n\n"_ba);
}

void TestFrame::keepAlive()
{
    QCOMPARE(keepAliveComment(), ": keep-alive\n\n"_ba);
}

QTEST_GUILESS_MAIN(TestFrame)
#include "tst_frame.moc"
