// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/loopback.h"
#include "app/http/requestbody.h"
#include "app/http/requesthead.h"
#include "tests/http/requestrows.h"

#include <QRandomGenerator>
#include <QTest>

#include <initializer_list>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

namespace {

constexpr int kReading = 0; //!< No verdict: the request is not whole.

/*! What the guard would say to the request in these pieces. */
int verdict(const QList<QByteArray> &pieces, QByteArray *body = nullptr)
{
    RequestHeadReader head;
    std::optional<RequestBodyReader> rest;
    for (const QByteArray &piece : pieces) {
        if (rest) {
            rest->feed(piece);
        } else if (head.feed(piece) == RequestHeadReader::State::Complete) {
            if (const auto problem = HostPolicy().judge(head.head()))
                return problem->status;
            rest.emplace(head.head());
            rest->feed(head.takeRest());
        }
        if (head.state() == RequestHeadReader::State::Refused)
            return head.problem().status;
        if (rest && rest->state() == RequestBodyReader::State::Refused)
            return rest->problem().status;
    }
    if (!rest || rest->state() == RequestBodyReader::State::Reading)
        return kReading;
    if (body)
        *body = rest->body();
    return 200;
}

QList<QByteArray> pieces(const QByteArray &bytes, qsizetype size)
{
    QList<QByteArray> cut;
    for (qsizetype at = 0; at < bytes.size(); at += size)
        cut.append(bytes.mid(at, size));
    return cut;
}

RequestHead headOf(const QByteArray &bytes)
{
    RequestHeadReader reader;
    reader.feed(bytes);
    return reader.state() == RequestHeadReader::State::Complete ? reader.head() : RequestHead{};
}

} // namespace

class TestRequestHead final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyRuleHoldsHoweverTheBytesAreCut_data();
    void everyRuleHoldsHoweverTheBytesAreCut();
    void theHeadIsKeptAsItWasSent();
    void anAbsoluteTargetGivesPathAndHost();
    void aClientAwaits100OnlyWithABody_data();
    void aClientAwaits100OnlyWithABody();
    void chunksAreJoined();
    void theBodyEndsWhereItsLengthSays();
    void aBodyMayHaveExactlyTheLimit();
    void whatComesAfterAHeadIsTheRest();
    void randomBytesNeverPass();
    void mutatedRequestsNeverReadTwoWays();
    void listedHostsAndOriginsAreAllowed();
    void badPolicyEntriesAreNamed_data();
    void badPolicyEntriesAreNamed();
};

void TestRequestHead::everyRuleHoldsHoweverTheBytesAreCut_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const QList<RequestRow> rows = requestRows();
    for (const RequestRow &row : rows)
        QTest::newRow(row.rule) << row.bytes << row.status;
}

void TestRequestHead::everyRuleHoldsHoweverTheBytesAreCut()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const int, status);
    QByteArray whole;
    QCOMPARE(verdict({bytes}, &whole), status);
    QByteArray body;
    QCOMPARE(verdict(pieces(bytes, 1), &body), status);
    QCOMPARE(body, whole);
    QCOMPARE(verdict(pieces(bytes, 7), &body), status);
    QCOMPARE(body, whole);
    const qsizetype step = bytes.size() > 1000 ? 97 : 1;
    for (qsizetype at = 1; at < bytes.size(); at += step)
        QCOMPARE(verdict({bytes.left(at), bytes.mid(at)}), status);
    if (status != 200)
        return;
    // A good request is good at its last byte and not before.
    for (qsizetype at = 0; at < bytes.size(); at += step)
        QCOMPARE(verdict({bytes.left(at)}), kReading);
}

void TestRequestHead::theHeadIsKeptAsItWasSent()
{
    const RequestHead head =
        headOf("POST /a%2Fb?x=%20&y HTTP/1.1\r\nhOST: LocalHost:7420\r\nX-One:\t a  b \t\r\n"
               "x-one: second\r\nContent-Length: 12\r\nLast-Event-ID:\r\n\r\n"_ba);
    QCOMPARE(head.method, "POST"_ba);
    QCOMPARE(head.target, "/a%2Fb?x=%20&y"_ba);
    QCOMPARE(head.path(), "/a%2Fb"_ba);
    QCOMPARE(head.host, "LocalHost:7420"_ba);
    QCOMPARE(head.minorVersion, 1);
    QCOMPARE(head.header("X-ONE"), "a  b"_ba);
    QCOMPARE(head.count("x-one"), 2);
    QCOMPARE(head.contentLength, 12);
    QVERIFY(!head.chunked);
    QVERIFY(!head.header("last-event-id").isNull());
    QVERIFY(head.header("last-event-id").isEmpty());
    QVERIFY(head.header("absent").isNull());
    QCOMPARE(headOf("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n"_ba).path(), "/a"_ba);
}

void TestRequestHead::anAbsoluteTargetGivesPathAndHost()
{
    const RequestHead head =
        headOf("GET http://LOCALHOST:80?q=a HTTP/1.1\r\nHost: localhost\r\n\r\n"_ba);
    QCOMPARE(head.target, "/?q=a"_ba);
    QCOMPARE(head.path(), "/"_ba);
    QCOMPARE(head.host, "LOCALHOST:80"_ba);
}

void TestRequestHead::aClientAwaits100OnlyWithABody_data()
{
    QTest::addColumn<QByteArray>("version");
    QTest::addColumn<QByteArray>("length");
    QTest::addColumn<bool>("awaits");
    QTest::newRow("a body") << "HTTP/1.1"_ba << "Content-Length: 5"_ba << true;
    QTest::newRow("chunks") << "HTTP/1.1"_ba << "Transfer-Encoding: chunked"_ba << true;
    QTest::newRow("an empty body") << "HTTP/1.1"_ba << "Content-Length: 0"_ba << false;
    QTest::newRow("HTTP/1.0 knows no interim answer")
        << "HTTP/1.0"_ba << "Content-Length: 5"_ba << false;
}

void TestRequestHead::aClientAwaits100OnlyWithABody()
{
    QFETCH(const QByteArray, version);
    QFETCH(const QByteArray, length);
    QFETCH(const bool, awaits);
    const RequestHead head =
        headOf("POST /a "_ba + version + "\r\nHost: localhost\r\nExpect: 100-Continue\r\n"_ba
               + length + "\r\n\r\n"_ba);
    QCOMPARE(head.method, "POST"_ba);
    QCOMPARE(head.awaitsContinue, awaits);
}

void TestRequestHead::chunksAreJoined()
{
    QByteArray body;
    QCOMPARE(verdict({"POST /a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"_ba
                      + "5;x\r\n\r\n0\r\n\r\n00a\r\n0123456789\r\n0\r\nX: 1\r\n\r\nPOST /evil"_ba},
                     &body),
             200);
    QCOMPARE(body, "\r\n0\r\n0123456789"_ba);
}

void TestRequestHead::theBodyEndsWhereItsLengthSays()
{
    QByteArray body;
    QCOMPARE(verdict({"POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabcdef"_ba},
                     &body),
             200);
    QCOMPARE(body, "abc"_ba);
}

void TestRequestHead::aBodyMayHaveExactlyTheLimit()
{
    const QByteArray most(1 << 20, 'x');
    const QByteArray start = "POST /a HTTP/1.1\r\nHost: localhost\r\n"_ba;
    QByteArray body;
    QCOMPARE(verdict({start + "Content-Length: 1048576\r\n\r\n"_ba + most}, &body), 200);
    QCOMPARE(body.size(), most.size());
    const QByteArray chunked = start + "Transfer-Encoding: chunked\r\n\r\n"_ba;
    QCOMPARE(verdict({chunked + "100000\r\n"_ba + most + "\r\n0\r\n\r\n"_ba}, &body), 200);
    QCOMPARE(body.size(), most.size());
    QCOMPARE(verdict({chunked + "100000\r\n"_ba + most + "\r\n1\r\n"_ba}), 413);
    QCOMPARE(
        verdict({chunked + QByteArray("1\r\nx\r\n").repeated(1 << 20) + "0\r\n\r\n"_ba}, &body),
        200);
    QCOMPARE(body.size(), most.size());
}

void TestRequestHead::whatComesAfterAHeadIsTheRest()
{
    RequestHeadReader reader;
    QCOMPARE(reader.feed("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\nGET /b"),
             RequestHeadReader::State::Complete);
    QCOMPARE(reader.takeRest(), "GET /b"_ba);
    QCOMPARE(reader.heldBytes(), 0);
}

void TestRequestHead::randomBytesNeverPass()
{
    QRandomGenerator random(20261123);
    for (int round = 0; round < 20'000; ++round) {
        QByteArray bytes(qsizetype(random.bounded(1, 200)), '\0');
        for (char &c : bytes)
            c = char(random.bounded(256));
        QVERIFY2(verdict({bytes}) != 200, bytes.toHex().constData());
    }
}

/*! Whatever a few wrong bytes make of a request: the verdict does not depend on the cuts, and what
 *  passes has one Host of ours and one length at most. */
void TestRequestHead::mutatedRequestsNeverReadTwoWays()
{
    QRandomGenerator random(20261124);
    const QList<RequestRow> rows = requestRows();
    const QByteArray spice = "\r\n \t:;,%0\0chunked/\x7f\xff"_ba;
    for (int round = 0; round < 20'000; ++round) {
        QByteArray bytes = rows[random.bounded(int(rows.size()))].bytes.left(400);
        for (int change = random.bounded(1, 4); change > 0; --change) {
            const qsizetype at = random.bounded(int(bytes.size()));
            const char c = spice[random.bounded(int(spice.size()))];
            if (random.bounded(2) == 0)
                bytes.insert(at, c);
            else
                bytes[at] = c;
        }
        const int status = verdict({bytes});
        QCOMPARE(verdict(pieces(bytes, 1)), status);
        if (status != 200)
            continue;
        const RequestHead head = headOf(bytes);
        QVERIFY(HostPolicy().allowsHost(head.host));
        QVERIFY(head.count("host") <= 1);
        QVERIFY(head.count("content-length") + head.count("transfer-encoding") <= 1);
    }
}

void TestRequestHead::listedHostsAndOriginsAreAllowed()
{
    const auto policy = HostPolicy::make({u"Box.example"_s, u"other:8080"_s},
                                         {u"https://App.example"_s, u"null"_s});
    QVERIFY(policy.has_value());
    QVERIFY(policy->allowsHost("box.EXAMPLE"));
    QVERIFY(policy->allowsHost("box.example:1"));
    QVERIFY(!policy->allowsHost("box.example.evil.example"));
    QVERIFY(policy->allowsHost("other:8080"));
    QVERIFY(!policy->allowsHost("other"));
    QVERIFY(policy->allowsHost("localhost:7420"));
    QVERIFY(policy->allowsOrigin("https://app.example", "localhost"));
    QVERIFY(!policy->allowsOrigin("http://app.example", "localhost"));
    QVERIFY(!policy->allowsOrigin("https://app.example:444", "localhost"));
    QVERIFY(policy->allowsOrigin("null", "localhost"));
    QVERIFY(policy->allowsOrigin("http://box.example", "box.example"));
    QVERIFY(!HostPolicy().allowsOrigin("null", "localhost"));
    QVERIFY(!HostPolicy().allowsOrigin("http://", ""));
}

void TestRequestHead::badPolicyEntriesAreNamed_data()
{
    QTest::addColumn<QStringList>("hosts");
    QTest::addColumn<QStringList>("origins");
    QTest::newRow("an empty host") << QStringList{u""_s} << QStringList{};
    QTest::newRow("a host with a scheme") << QStringList{u"http://a"_s} << QStringList{};
    QTest::newRow("an origin without a scheme") << QStringList{} << QStringList{u"a.example"_s};
    QTest::newRow("an origin with a path") << QStringList{} << QStringList{u"https://a/b"_s};
    QTest::newRow("an origin of no host") << QStringList{} << QStringList{u"https://"_s};
    QTest::newRow("every origin") << QStringList{} << QStringList{u"*"_s};
}

void TestRequestHead::badPolicyEntriesAreNamed()
{
    QFETCH(const QStringList, hosts);
    QFETCH(const QStringList, origins);
    const auto policy = HostPolicy::make(hosts, origins);
    QVERIFY(!policy.has_value());
    QCOMPARE(policy.error().code, ErrorCode::InvalidArgument);
    QVERIFY(policy.error().message.contains((hosts + origins).first()));
}

QTEST_GUILESS_MAIN(TestRequestHead)
#include "tst_requesthead.moc"
