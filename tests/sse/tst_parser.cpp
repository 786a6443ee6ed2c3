// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/sse/frame.h"
#include "engine/sse/parser.h"

#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! Every row is read whole, byte by byte, and cut in two at every place: all must give the same. */
class TestParser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stream_data();
    void stream();
    void bytesThatAreCutApartOrBroken_data();
    void bytesThatAreCutApartOrBroken();
    void carriageReturnEndsALineAtOnce();
    void retry_data();
    void retry();
    void idCountsOnlyFromTheBlankLineOn();
    void seedIsTheIdUntilTheStreamNamesOne();
    void blankLineDoesNotForgetTheSeed();
    void longLineIsRefused();
    void longEventIsRefused();
    void bytesThatGrowByDecodingAreCounted();
    void limitsAreInclusive();
    void messagesBeforeTheLimitStand();
    void commentsOfAnyLengthInAllCostNothing();
    void framesComeBack();
};

namespace {

struct Outcome
{
    QList<QByteArray> log; //!< "id|type|data" of each message.
    QByteArray lastEventId;
    std::optional<std::chrono::milliseconds> retry;

    friend bool operator==(const Outcome &, const Outcome &) = default;
};

Outcome read(const QList<QByteArrayView> &pieces, const QByteArray &seed = {})
{
    SseParser parser(seed);
    QList<QByteArray> log;
    for (const QByteArrayView piece : pieces) {
        if (!parser.feed(piece))
            return {{"refused"_ba}, {}, {}};
        for (const SseMessage &message : parser.takeMessages())
            log += message.id + '|' + message.type + '|' + message.data;
    }
    return {log, parser.lastEventId(), parser.retry()};
}

QList<QByteArrayView> byteWise(const QByteArray &bytes)
{
    QList<QByteArrayView> pieces;
    for (qsizetype i = 0; i < bytes.size(); ++i)
        pieces += QByteArrayView(bytes).sliced(i, 1);
    return pieces;
}

void readEveryWay(const QByteArray &bytes, const Outcome &expected)
{
    const Outcome whole = read({bytes});
    QCOMPARE(whole.log, expected.log);
    QCOMPARE(whole.lastEventId, expected.lastEventId);
    QCOMPARE(whole.retry, expected.retry);
    QCOMPARE(read(byteWise(bytes)).log, expected.log);
    QVERIFY(read(byteWise(bytes)) == expected);
    for (qsizetype i = 0; i <= bytes.size(); ++i) {
        const QByteArrayView view(bytes);
        QVERIFY2(read({view.first(i), {}, view.sliced(i)}) == expected,
                 qPrintable(u"cut at %1"_s.arg(i)));
    }
}

QByteArray lastIdOf(const QList<QByteArray> &log)
{
    return log.isEmpty() ? QByteArray() : log.last().split('|').first();
}

} // namespace

void TestParser::stream_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QList<QByteArray>>("log");
    const auto row = [](const char *name, const QByteArray &bytes, const QList<QByteArray> &log) {
        QTest::newRow(name) << bytes << log;
    };

    row("nothing", ""_ba, {});
    row("one event", "data: x\n\n"_ba, {"|message|x"_ba});
    row("all fields", "id: 1\nevent: tick\ndata: {}\nretry: 5\n\n"_ba, {"1|tick|{}"_ba});
    row("the order of fields does not matter", "data: {}\nevent: tick\nid: 1\n\n"_ba,
        {"1|tick|{}"_ba});

    // Line ends.
    row("CR", "data: a\rdata: b\r\r"_ba, {"|message|a\nb"_ba});
    row("CR LF", "data: a\r\ndata: b\r\n\r\n"_ba, {"|message|a\nb"_ba});
    row("mixed", "data: a\rdata: b\ndata: c\r\n\r"_ba, {"|message|a\nb\nc"_ba});
    row("CR LF is one end, not a blank line", "data: a\r\ndata: b\n\n"_ba, {"|message|a\nb"_ba});
    row("LF CR are two ends", "data: a\n\rdata: b\n\n"_ba, {"|message|a"_ba, "|message|b"_ba});
    row("CR CR LF is a line and a blank one", "data: a\r\r\ndata: b\n\n"_ba,
        {"|message|a"_ba, "|message|b"_ba});
    row("CR, blank by LF needs two", "data: a\r\n\ndata: b\r\r\n"_ba,
        {"|message|a"_ba, "|message|b"_ba});
    row("no other line end", "data: a\vb\fc\u0085d\u2028e\u2029f\n\n"_ba,
        {"|message|a\vb\fc\u0085d\u2028e\u2029f"_ba});

    // The byte order mark.
    row("mark at the start", "\uFEFFdata: a\n\n"_ba, {"|message|a"_ba});
    row("mark before a comment", "\uFEFF:x\ndata: a\n\n"_ba, {"|message|a"_ba});
    row("mark alone on a line", "\uFEFF\ndata: a\n\n"_ba, {"|message|a"_ba});
    row("two marks: the second is part of a name", "\uFEFF\uFEFFdata: a\ndata: b\n\n"_ba,
        {"|message|b"_ba});
    row("mark later is part of a name", "data: a\n\uFEFFdata: b\n\n"_ba, {"|message|a"_ba});
    row("mark after a blank line is part of a name", "\n\uFEFFdata: b\n\ndata: c\n\n"_ba,
        {"|message|c"_ba});
    row("mark in a value stays", "data:\uFEFFa\n\n"_ba, {"|message|\uFEFFa"_ba});

    // Comments.
    row("comment", ": keep-alive\n\ndata: a\n\n"_ba, {"|message|a"_ba});
    row("comment inside an event", "data: a\n:\n: data: x\ndata: b\n\n"_ba, {"|message|a\nb"_ba});
    row("comment does not dispatch", "data: a\n:\n"_ba, {});

    // Fields.
    row("no space after the colon", "data:a\n\n"_ba, {"|message|a"_ba});
    row("one space goes, others stay", "data:  a \n\n"_ba, {"|message| a "_ba});
    row("a tab is no space", "data:\ta\n\n"_ba, {"|message|\ta"_ba});
    row("only the first colon splits", "data: a: b\nevent:x:y\n\n"_ba, {"|x:y|a: b"_ba});
    row("unknown fields", "foo: 1\nbar\ndata: a\n\n"_ba, {"|message|a"_ba});
    row("names are exact", "Data: 1\nDATA: 2\n data: 3\ndata : 4\ndat: 5\ndatas: 6\ndata: 7\n\n"_ba,
        {"|message|7"_ba});
    row("names are exact for id and event", "Id: 1\nID: 2\nEvent: x\nevents: y\ndata: 7\n\n"_ba,
        {"|message|7"_ba});

    // Data.
    row("several lines", "data: a\ndata: b\ndata: c\n\n"_ba, {"|message|a\nb\nc"_ba});
    row("data without a colon is an empty line", "data\ndata\n\n"_ba, {"|message|\n"_ba});
    row("one empty line of data is an event", "data\n\ndata:\n\ndata: \n\n"_ba,
        {"|message|"_ba, "|message|"_ba, "|message|"_ba});
    row("only one line feed is taken off", "data: a\ndata:\ndata:\n\n"_ba, {"|message|a\n\n"_ba});
    row("data is reset", "data: a\n\ndata: b\n\n"_ba, {"|message|a"_ba, "|message|b"_ba});
    row("no data, no event", "event: tick\nid: 4\n\n"_ba, {});
    row("blank lines alone", "\n\r\r\n\n\n"_ba, {});
    row("NUL in data", QByteArray("data: a\0b\n\n", 11), {QByteArray("|message|a\0b", 12)});

    // Type.
    row("the last type counts", "event: a\nevent: b\ndata: x\n\n"_ba, {"|b|x"_ba});
    row("an empty type is message", "event: a\nevent\ndata: x\n\n"_ba, {"|message|x"_ba});
    row("the type is reset by an event", "event: a\ndata: x\n\ndata: y\n\n"_ba,
        {"|a|x"_ba, "|message|y"_ba});
    row("the type is reset without an event", "event: a\n\ndata: y\n\n"_ba, {"|message|y"_ba});

    // Id.
    row("the id stays", "id: 1\ndata: a\n\ndata: b\n\n"_ba, {"1|message|a"_ba, "1|message|b"_ba});
    row("an id without data counts", "id: 1\n\ndata: b\n\n"_ba, {"1|message|b"_ba});
    row("an empty id resets",
        "id: 1\ndata: a\n\nid\ndata: b\n\nid: 2\ndata: c\n\nid:\ndata: d\n\n"_ba,
        {"1|message|a"_ba, "|message|b"_ba, "2|message|c"_ba, "|message|d"_ba});
    row("the last id counts", "id: 1\nid: 2\ndata: a\n\n"_ba, {"2|message|a"_ba});
    row("an id with NUL is ignored", QByteArray("id: 1\nid: 2\0003\ndata: a\n\n", 24),
        {"1|message|a"_ba});
    row("an id is any text", "id: \u00e9 x\ndata: a\n\n"_ba, {"\u00e9 x|message|a"_ba});

    // The end.
    row("no blank line at the end", "data: a\n\ndata: b\n"_ba, {"|message|a"_ba});
    row("no line end at the end", "data: a\n\ndata: b"_ba, {"|message|a"_ba});
    row("nothing after CR", "data: a\r\n\r"_ba, {"|message|a"_ba});

    // The examples that everybody knows.
    row("stock quote", "data: YHOO\ndata: +2\ndata: 10\n\n"_ba, {"|message|YHOO\n+2\n10"_ba});
    row("four blocks",
        ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n"_ba,
        {"1|message|first event"_ba, "|message|second event"_ba});
}

void TestParser::stream()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QList<QByteArray>, log);
    const Outcome whole = read({bytes});
    QCOMPARE(whole.log, log);
    readEveryWay(bytes, {log, whole.lastEventId, whole.retry});
    if (!bytes.contains("id: 4"))
        QCOMPARE(whole.lastEventId, lastIdOf(log));
}

void TestParser::bytesThatAreCutApartOrBroken_data()
{
    QTest::addColumn<QByteArray>("data"); // The value of a data field.
    QTest::addColumn<QByteArray>("decoded");
    QTest::newRow("four bytes") << "a\xF0\x9F\x98\x80z"_ba << "a\xF0\x9F\x98\x80z"_ba;
    QTest::newRow("three bytes, twice")
        << "\xE2\x82\xAC\xE2\x82\xAC"_ba << "\xE2\x82\xAC\xE2\x82\xAC"_ba;
    QTest::newRow("cut off by the line end") << "a\xF0\x9F\x98"_ba << "a\uFFFD"_ba;
    QTest::newRow("trailing byte alone") << "a\x80z"_ba << "a\uFFFDz"_ba;
    QTest::newRow("overlong") << "\xC0\xAF"_ba << "\uFFFD\uFFFD"_ba;
    QTest::newRow("overlong line feed") << "\xC0\x8A"_ba << "\uFFFD\uFFFD"_ba;
    QTest::newRow("a lead byte does not eat a colon") << "\xE2: x"_ba << "\uFFFD: x"_ba;
}

void TestParser::bytesThatAreCutApartOrBroken()
{
    QFETCH(const QByteArray, data);
    QFETCH(const QByteArray, decoded);
    for (const QByteArray &end : {"\n"_ba, "\r"_ba, "\r\n"_ba})
        readEveryWay("id:" + data + end + "event:" + data + end + "data:" + data + end + end,
                     {{decoded + '|' + decoded + '|' + decoded}, decoded, {}});
}

void TestParser::carriageReturnEndsALineAtOnce()
{
    SseParser parser;
    QVERIFY(parser.feed("data: a\r\r"));
    QCOMPARE(parser.takeMessages().size(), 1);
    QVERIFY(parser.feed("\n"));
    QVERIFY(parser.feed("\n"));
    QVERIFY(parser.feed("data: b\r\n\r"));
    QCOMPARE(parser.takeMessages(), (QList<SseMessage>{{{}, "message"_ba, "b"_ba}}));
}

void TestParser::retry_data()
{
    using Retry = std::optional<std::chrono::milliseconds>;
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<Retry>("retry");
    QTest::newRow("none") << "data: 1\n\n"_ba << Retry();
    QTest::newRow("digits") << "retry: 1000\n\n"_ba << Retry(1s);
    QTest::newRow("no space") << "retry:1000\n"_ba << Retry(1s);
    QTest::newRow("counts without a blank line") << "retry: 7\n"_ba << Retry(7ms);
    QTest::newRow("not before its line end") << "retry: 7"_ba << Retry();
    QTest::newRow("zero") << "retry: 0\n"_ba << Retry(0ms);
    QTest::newRow("leading zeros") << "retry: 0012\n"_ba << Retry(12ms);
    QTest::newRow("the last counts") << "retry: 5\nretry: 6\n"_ba << Retry(6ms);
    QTest::newRow("a bad one changes nothing") << "retry: 5\nretry: 6x\n"_ba << Retry(5ms);
    QTest::newRow("empty") << "retry\nretry:\nretry: \n"_ba << Retry();
    QTest::newRow("two spaces") << "retry:  5\n"_ba << Retry();
    QTest::newRow("space behind") << "retry: 5 \n"_ba << Retry();
    QTest::newRow("sign") << "retry: -5\nretry: +5\n"_ba << Retry();
    QTest::newRow("point") << "retry: 5.0\n"_ba << Retry();
    QTest::newRow("other digits") << "retry: \u0665\n"_ba << Retry();
    QTest::newRow("hexadecimal") << "retry: 0x10\n"_ba << Retry();
    QTest::newRow("far too large") << ("retry: "_ba + QByteArray(200, '9') + '\n')
                                   << Retry(std::chrono::milliseconds(2147483647));
}

void TestParser::retry()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const std::optional<std::chrono::milliseconds>, retry);
    const Outcome whole = read({bytes});
    QCOMPARE(whole.retry, retry);
    readEveryWay(bytes, {whole.log, {}, retry});
}

void TestParser::idCountsOnlyFromTheBlankLineOn()
{
    SseParser parser;
    QVERIFY(parser.feed("id: 1\ndata: a\n\nid: 2\ndata: b\n"));
    QCOMPARE(parser.lastEventId(), "1"_ba);
    QVERIFY(parser.feed("\n"));
    QCOMPARE(parser.lastEventId(), "2"_ba);
    QVERIFY(parser.feed("id: 3\n\n"));
    QCOMPARE(parser.lastEventId(), "3"_ba);
}

void TestParser::seedIsTheIdUntilTheStreamNamesOne()
{
    QCOMPARE(read({"data: a\n\nid: 8\ndata: b\n\nid\ndata: c\n\n"}, "7"_ba).log,
             (QList{"7|message|a"_ba, "8|message|b"_ba, "|message|c"_ba}));
}

void TestParser::blankLineDoesNotForgetTheSeed()
{
    QCOMPARE(read({"retry: 1000\n\n: keep-alive\n\n"}, "7"_ba).lastEventId, "7"_ba);
}

void TestParser::longLineIsRefused()
{
    SseParser parser({}, {.lineBytes = 100, .eventBytes = 1000});
    QVERIFY(parser.feed(QByteArray("data: " + QByteArray(94, 'x'))));
    const Expected<void> refused = parser.feed("x");
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::TooLarge);
    QVERIFY(!parser.feed("\n\ndata: a\n\n"));
    QVERIFY(parser.takeMessages().isEmpty());

    SseParser atOnce({}, {.lineBytes = 100, .eventBytes = 1000});
    QVERIFY(!atOnce.feed(QByteArray(':' + QByteArray(100, 'x') + '\n')));
}

void TestParser::longEventIsRefused()
{
    SseParser data({}, {.lineBytes = 100, .eventBytes = 100});
    for (int i = 0; i < 10; ++i)
        QVERIFY(data.feed("data: 123456789\n"));
    QVERIFY(!data.feed("data: 1\n"));

    SseParser sum({}, {.lineBytes = 100, .eventBytes = 100});
    const QByteArray idAndType = "id: " + QByteArray(50, 'x') + "\nevent: " + QByteArray(40, 'x');
    QVERIFY(sum.feed(idAndType));
    QVERIFY(sum.feed("\n"));
    QVERIFY(!sum.feed("data: 1234567890\n"));
}

void TestParser::bytesThatGrowByDecodingAreCounted()
{
    SseParser parser({}, {.lineBytes = 100, .eventBytes = 100});
    QVERIFY(!parser.feed(QByteArray("data: " + QByteArray(50, '\xff') + '\n')));
}

void TestParser::limitsAreInclusive()
{
    SseParser parser({}, {.lineBytes = 15, .eventBytes = 10});
    QVERIFY(parser.feed("data: 123456789\n\n"));
    QVERIFY(parser.feed("data: 123456789\n\n"));
    QCOMPARE(parser.takeMessages().size(), 2);
}

void TestParser::messagesBeforeTheLimitStand()
{
    SseParser parser({}, {.lineBytes = 20, .eventBytes = 20});
    const QByteArray bytes = "id: 1\ndata: a\n\n" + QByteArray(30, 'x') + "\n\nid: 2\ndata: b\n\n";
    QVERIFY(!parser.feed(bytes));
    QCOMPARE(parser.takeMessages(), (QList<SseMessage>{{"1"_ba, "message"_ba, "a"_ba}}));
    QCOMPARE(parser.lastEventId(), "1"_ba);
}

void TestParser::commentsOfAnyLengthInAllCostNothing()
{
    SseParser parser({}, {.lineBytes = 100, .eventBytes = 100});
    const QByteArray comment = ':' + QByteArray(90, 'x') + '\n';
    for (int i = 0; i < 100'000; ++i)
        QVERIFY(parser.feed(comment));
    QVERIFY(parser.feed("data: a\n\n"));
    QCOMPARE(parser.takeMessages().size(), 1);
}

void TestParser::framesComeBack()
{
    QByteArray bytes = encodeRetry(1s) + keepAliveComment();
    QList<SseMessage> expected;
    for (const QByteArray &data :
         {"{}"_ba, ""_ba, " a"_ba, "a\n\nb"_ba, "\n"_ba, "\u20ac\uFEFF"_ba}) {
        expected += {QByteArray::number(expected.size() + 1), "tick"_ba, data};
        bytes += encodeFrame(expected.last().id, expected.last().type, data);
        bytes += keepAliveComment();
    }
    SseParser parser;
    QVERIFY(parser.feed(bytes));
    QCOMPARE(parser.takeMessages(), expected);
    QCOMPARE(parser.retry(), std::optional<std::chrono::milliseconds>(1s));
}

QTEST_GUILESS_MAIN(TestParser)
#include "tst_parser.moc"
