// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/sse/frame.h"
#include "engine/sse/parser.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! The parser against whatwg.json, the standard's sentences with rows for each, and what is beyond
 * the standard: when a message comes, the seed, the bounds. */
class TestParser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void standard_data();
    void standard();
    void carriageReturnEndsALineAtOnce();
    void hugeRetryIsCut();
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
    QList<SseMessage> messages;
    QByteArray lastEventId;
    std::optional<std::chrono::milliseconds> retry;

    friend bool operator==(const Outcome &, const Outcome &) = default;
};

Outcome read(const QList<QByteArrayView> &pieces, const QByteArray &seed = {})
{
    SseParser parser(seed);
    Outcome outcome;
    for (const QByteArrayView piece : pieces) {
        if (!parser.feed(piece))
            return {{{{}, "refused"_ba, {}}}, {}, {}};
        outcome.messages += parser.takeMessages();
    }
    outcome.lastEventId = parser.lastEventId();
    outcome.retry = parser.retry();
    return outcome;
}

QList<QByteArrayView> byteByByte(QByteArrayView bytes)
{
    QList<QByteArrayView> pieces;
    for (qsizetype i = 0; i < bytes.size(); ++i)
        pieces += bytes.sliced(i, 1);
    return pieces;
}

SseMessage messageOf(const QJsonArray &row)
{
    return {row[0].toString().toUtf8(), row[1].toString().toUtf8(), row[2].toString().toUtf8()};
}

} // namespace

void TestParser::standard_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<Outcome>("expected");
    QFile file(QStringLiteral(KINTSUGI_SOURCE_DIR "/tests/sse/whatwg.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    for (const QJsonValue sentence :
         QJsonDocument::fromJson(file.readAll()).object()["sentences"_L1].toArray()) {
        for (const QJsonValue value : sentence["rows"_L1].toArray()) {
            const QJsonObject row = value.toObject();
            Outcome expected;
            for (const QJsonValue message : row["gives"_L1].toArray())
                expected.messages += messageOf(message.toArray());
            expected.lastEventId = row["lastEventId"_L1].toString().toUtf8();
            if (row.contains("retry"_L1))
                expected.retry = std::chrono::milliseconds(row["retry"_L1].toInt());
            QTest::addRow("%s %s", qUtf8Printable(sentence["says"_L1].toString()),
                          qUtf8Printable(row["name"_L1].toString()))
                << QByteArray::fromPercentEncoding(row["stream"_L1].toString().toUtf8())
                << expected;
        }
    }
}

void TestParser::standard()
{
    QFETCH(const QByteArray, stream);
    QFETCH(const Outcome, expected);
    const Outcome whole = read({stream});
    QCOMPARE(whole.messages, expected.messages);
    QCOMPARE(whole.lastEventId, expected.lastEventId);
    QCOMPARE(whole.retry, expected.retry);
    QVERIFY2(read(byteByByte(stream)) == expected, "byte by byte");
    for (qsizetype i = 0; i <= stream.size(); ++i) {
        const QByteArrayView view(stream);
        QVERIFY2(read({view.first(i), {}, view.sliced(i)}) == expected,
                 qPrintable(u"cut at %1"_s.arg(i)));
    }
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

void TestParser::hugeRetryIsCut()
{
    QCOMPARE(read({"retry: 2147483646\n"}).retry, std::optional(2147483646ms));
    QCOMPARE(read({"retry: 2147483648\n"}).retry, std::optional(2147483647ms));
    const QByteArray beyondAnyInteger = "retry: " + QByteArray(200, '9') + '\n';
    QCOMPARE(read({beyondAnyInteger}).retry, std::optional(2147483647ms));
}

void TestParser::seedIsTheIdUntilTheStreamNamesOne()
{
    QCOMPARE(read({"data: a\n\nid: 8\ndata: b\n\nid\ndata: c\n\n"}, "7"_ba).messages,
             (QList<SseMessage>{{"7"_ba, "message"_ba, "a"_ba},
                                {"8"_ba, "message"_ba, "b"_ba},
                                {{}, "message"_ba, "c"_ba}}));
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
