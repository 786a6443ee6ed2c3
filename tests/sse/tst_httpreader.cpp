// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/sse/httpreader.h"

#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! Every row is read whole, byte by byte, and cut in two at every place: all must give the same. */
class TestHttpReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answers_data();
    void answers();
    void refused_data();
    void refused();
    void headersAreFoundInAnyCase();
    void largeHeadIsRefused();
    void largeChunkLineIsRefused();
    void largeBodyIsNotHeld();
};

namespace {

const QByteArray kChunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"_ba;

QString read(const QList<QByteArrayView> &pieces)
{
    HttpReader reader;
    QByteArray body;
    bool refused = false;
    for (const QByteArrayView piece : pieces) {
        refused = !reader.feed(piece);
        body += reader.takeBody();
        if (refused)
            break;
    }
    const QString end = refused       ? u"refused"_s
        : reader.isComplete()         ? u"complete"_s
        : reader.endsWithConnection() ? u"until close"_s
                                      : u"more"_s;
    const QString status = reader.head() ? QString::number(reader.head()->status) : u"-"_s;
    return status + u' ' + QString::fromLatin1(body) + u' ' + end;
}

QList<QByteArrayView> byteWise(const QByteArray &bytes)
{
    QList<QByteArrayView> pieces;
    for (qsizetype i = 0; i < bytes.size(); ++i)
        pieces += QByteArrayView(bytes).sliced(i, 1);
    return pieces;
}

void readEveryWay(const QByteArray &bytes, const QString &expected)
{
    QCOMPARE(read({bytes}), expected);
    QCOMPARE(read(byteWise(bytes)), expected);
    const QByteArrayView view(bytes);
    for (qsizetype i = 0; i <= bytes.size(); ++i)
        QCOMPARE(read({view.first(i), view.sliced(i)}), expected);
}

} // namespace

void TestHttpReader::answers_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("outcome");
    const auto row = [](const char *name, const QByteArray &bytes, const QString &outcome) {
        QTest::newRow(name) << bytes << outcome;
    };
    row("until the end of the connection", "HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody\r\n"_ba,
        u"200 body\r\n until close"_s);
    row("HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nbody"_ba, u"200 body until close"_s);
    row("no reason", "HTTP/1.1 200\r\n\r\nx"_ba, u"200 x until close"_s);
    row("line feeds alone", "HTTP/1.1 200 OK\nA: b\n\nx"_ba, u"200 x until close"_s);
    row("length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef"_ba, u"200 abc complete"_s);
    row("length, cut", "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab"_ba, u"200 ab more"_s);
    row("no length at all", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nx"_ba, u"200  complete"_s);
    row("the same length twice",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx"_ba,
        u"200 x complete"_s);
    row("no content", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nx"_ba,
        u"204  complete"_s);
    row("interim answers",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx"_ba,
        u"200 x until close"_s);
    row("head, cut", "HTTP/1.1 200 OK\r\nA: b\r\n"_ba, u"-  more"_s);
    row("nothing", ""_ba, u"-  more"_s);
    row("chunks", kChunked + "3\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n",
        u"200 abc0123456789 complete"_s);
    row("chunks beat a length",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nab\r\n"_ba,
        u"200 ab more"_s);
    row("empty elements beside the coding",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\nTransfer-Encoding: ,chunked ,\r\n\r\n2\r\nab"_ba,
        u"200 ab more"_s);
    row("chunk with an extension", kChunked + "3;a=b\r\nabc\r\n", u"200 abc more"_s);
    row("chunk, cut", kChunked + "5\r\nabc", u"200 abc more"_s);
    row("chunk with line ends in it", kChunked + "4\r\n\r\n\r\n\r\n", u"200 \r\n\r\n more"_s);
    row("trailers", kChunked + "1\r\na\r\n0\r\nA: b\r\nC: d\r\n\r\nrest", u"200 a complete"_s);
    row("trailers, cut", kChunked + "0\r\nA: b\r\n", u"200  more"_s);
}

void TestHttpReader::answers()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QString, outcome);
    readEveryWay(bytes, outcome);
}

void TestHttpReader::refused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("outcome");
    const QString refused = u"-  refused"_s;
    const QByteArray ok = "HTTP/1.1 200 OK\r\n"_ba;
    QTest::newRow("another protocol") << "SSH-2.0-OpenSSH\r\n"_ba << refused;
    QTest::newRow("blank line first") << "\r\nHTTP/1.1 200 OK\r\n\r\n"_ba << refused;
    QTest::newRow("HTTP/2") << "HTTP/2 200\r\n"_ba << refused;
    QTest::newRow("letters for a status") << "HTTP/1.1 2xx OK\r\n"_ba << refused;
    QTest::newRow("long status") << "HTTP/1.1 2000 OK\r\n"_ba << refused;
    QTest::newRow("short status") << "HTTP/1.1 20\r\n"_ba << refused;
    QTest::newRow("switches protocols") << "HTTP/1.1 101 Switching\r\n\r\n"_ba << refused;
    QTest::newRow("header without a colon") << ok + "Nothing\r\n" << refused;
    QTest::newRow("header without a name") << ok + ": x\r\n" << refused;
    QTest::newRow("space before the colon") << ok + "A : x\r\n" << refused;
    QTest::newRow("folded header") << ok + "A: x\r\n y: z\r\n" << refused;
    QTest::newRow("NUL in a header") << ok + QByteArray("A: x\0y\r\n", 8) << refused;
    QTest::newRow("bad length") << ok + "Content-Length: 5x\r\n\r\n" << refused;
    QTest::newRow("signed length") << ok + "Content-Length: +5\r\n\r\n" << refused;
    QTest::newRow("huge length") << ok + "Content-Length: 99999999999999999999\r\n\r\n" << refused;
    QTest::newRow("two lengths") << ok + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"
                                 << refused;
    QTest::newRow("empty length") << ok + "Content-Length:\r\n\r\n" << refused;
    QTest::newRow("other coding") << ok + "Transfer-Encoding: gzip, chunked\r\n\r\n" << refused;
    QTest::newRow("other coding on a line of its own")
        << ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n\r\n"
        << refused;
    QTest::newRow("chunked twice")
        << ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"
        << refused;
    QTest::newRow("chunk size") << kChunked + "xyz\r\n" << u"200  refused"_s;
    QTest::newRow("empty chunk size") << kChunked + "\r\n" << u"200  refused"_s;
    QTest::newRow("negative chunk size") << kChunked + "-1\r\n" << u"200  refused"_s;
    QTest::newRow("huge chunk size") << kChunked + "ffffffffffffffff\r\n" << u"200  refused"_s;
    QTest::newRow("chunk longer than it said") << kChunked + "1\r\nab\r\n" << u"200 a refused"_s;
}

void TestHttpReader::refused()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QString, outcome);
    readEveryWay(bytes, outcome);
}

void TestHttpReader::headersAreFoundInAnyCase()
{
    HttpReader reader;
    QVERIFY(reader.feed("HTTP/1.1 200 OK\r\nX-Task-Id:\t abc \r\nEmpty:\r\nA: 1\r\nA: 2\r\n\r\n"));
    QVERIFY(reader.head());
    QCOMPARE(reader.head()->header("x-task-ID"), "abc"_ba);
    QCOMPARE(reader.head()->header("empty"), ""_ba);
    QCOMPARE(reader.head()->header("none"), ""_ba);
    QCOMPARE(reader.head()->header("a"), "1"_ba);
    QCOMPARE(reader.head()->headers.size(), 4);
}

void TestHttpReader::largeHeadIsRefused()
{
    HttpReader line;
    const Expected<void> refused = line.feed(QByteArray(70'000, 'x'));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::TooLarge);

    HttpReader lines;
    QVERIFY(lines.feed("HTTP/1.1 200 OK\r\n"));
    int taken = 0;
    while (taken < 100'000 && lines.feed("A: b\r\n"))
        ++taken;
    QVERIFY(taken > 5'000 && taken < 20'000);

    HttpReader interim;
    taken = 0;
    while (taken < 100'000 && interim.feed("HTTP/1.1 100 Go\r\n\r\n"))
        ++taken;
    QVERIFY(taken < 20'000);
}

void TestHttpReader::largeChunkLineIsRefused()
{
    HttpReader reader;
    QVERIFY(reader.feed(kChunked));
    QVERIFY(!reader.feed(QByteArray("1;" + QByteArray(5'000, 'x'))));
}

void TestHttpReader::largeBodyIsNotHeld()
{
    HttpReader reader;
    QVERIFY(reader.feed(kChunked));
    const QByteArray data(0x10000, 'x');
    const QByteArray chunk = "10000\r\n" + data + "\r\n";
    for (int i = 0; i < 1'000; ++i) {
        QVERIFY(reader.feed(chunk));
        QCOMPARE(reader.takeBody(), data);
    }
}

QTEST_GUILESS_MAIN(TestHttpReader)
#include "tst_httpreader.moc"
