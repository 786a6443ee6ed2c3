// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/http/requestrows.h"
#include "tests/support/echoserver.h"
#include "tests/support/rawhttp.h"

#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

#include <memory>
#include <vector>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray kGood = "GET /good HTTP/1.1\r\nHost: localhost\r\n\r\n"_ba;
const QByteArray kPost = "POST /a HTTP/1.1\r\nHost: localhost\r\n"_ba;

void spin()
{
    for (int turn = 0; turn < 3; ++turn)
        QCoreApplication::processEvents();
}

} // namespace

class TestConnectionGuard final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyRuleHolds_data();
    void everyRuleHolds();
    void refusalsAreProblems();
    void aRefusalOfHeadHasNoBody();
    void theRequestArrivesUnchanged();
    void pathsArriveAsTheyWereSent_data();
    void pathsArriveAsTheyWereSent();
    void upgradesAreAnsweredAsPlainRequests();
    void aSecondRequestIsNeverServed_data();
    void aSecondRequestIsNeverServed();
    void aHiddenRequestIsNeverServed_data();
    void aHiddenRequestIsNeverServed();
    void aBodyOfTheLimitArrivesWhole_data();
    void aBodyOfTheLimitArrivesWhole();
    void theClientIsToldToGoOn();
    void theClientIsNotToldToGoOnWhenRefused();
    void listedHostsAreServed();
};

void TestConnectionGuard::everyRuleHolds_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const QList<RequestRow> rows = requestRows();
    for (const RequestRow &row : rows)
        QTest::newRow(row.rule) << row.bytes << row.status;
}

/*! Whole, byte by byte (of the short ones), and cut at many places, all at the same time. */
void TestConnectionGuard::everyRuleHolds()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const int, status);
    EchoServer server;

    QList<qsizetype> cuts{bytes.size()};
    const qsizetype step = bytes.size() < 200 ? 1 : bytes.size() / 40;
    for (qsizetype at = 1; at < bytes.size(); at += step)
        cuts.append(at);
    std::vector<std::unique_ptr<RawHttp>> clients;
    for (qsizetype i = 0; i < cuts.size(); ++i)
        clients.push_back(std::make_unique<RawHttp>(server.port()));
    for (const auto &client : clients)
        QVERIFY(client->waitConnected());
    for (std::size_t i = 0; i < clients.size(); ++i)
        clients[i]->send(bytes.left(cuts[qsizetype(i)]));
    spin();
    for (std::size_t i = 0; i < clients.size(); ++i)
        clients[i]->send(bytes.mid(cuts[qsizetype(i)]));

    if (bytes.size() < 300) {
        clients.push_back(std::make_unique<RawHttp>(server.port()));
        QVERIFY(clients.back()->waitConnected());
        for (const char c : bytes) {
            clients.back()->send(QByteArray(1, c));
            spin();
        }
    }

    for (const auto &client : clients) {
        QVERIFY(client->waitClosed());
        QCOMPARE(client->answer().status, status);
        QVERIFY(client->answer().headers.value("connection"_ba) == "close");
    }
    const auto count = quint64(clients.size());
    QCOMPARE(quint64(server.seen.size()), status == 200 ? count : 0);
    QCOMPARE(server.tally().handedOn, status == 200 ? count : 0);
    const auto refused = server.tally().refused.find(status);
    QCOMPARE(refused == server.tally().refused.end() ? 0 : refused->second,
             status == 200 ? 0 : count);
    for (const EchoServer::Seen &seen : server.seen)
        QCOMPARE(seen.body, server.seen.front().body);
    QTRY_COMPARE(server.tally().open, 0);
    QCOMPARE(server.tally().heldBytes, 0);
}

void TestConnectionGuard::refusalsAreProblems()
{
    const EchoServer server;
    const RawAnswer answer =
        RawHttp::ask(server.port(), "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"_ba);
    QCOMPARE(answer.status, 403);
    QCOMPARE(answer.reason, "Forbidden"_ba);
    QCOMPARE(answer.headers.value("content-type"_ba), "application/problem+json"_ba);
    QCOMPARE(answer.headers.value("content-length"_ba).toLongLong(), answer.body.size());
    const QJsonDocument json = QJsonDocument::fromJson(answer.body);
    QCOMPARE(json["status"_L1].toInt(), 403);
    QCOMPARE(json["title"_L1].toString(), u"Forbidden"_s);
    QVERIFY(!json["detail"_L1].toString().isEmpty());
}

void TestConnectionGuard::aRefusalOfHeadHasNoBody()
{
    const EchoServer server;
    const RawAnswer answer =
        RawHttp::ask(server.port(), "HEAD / HTTP/1.1\r\nHost: evil.example\r\n\r\n"_ba);
    QCOMPARE(answer.status, 403);
    QVERIFY(answer.headers.value("content-length"_ba).toLongLong() > 0);
    QVERIFY(answer.body.isEmpty());
}

void TestConnectionGuard::theRequestArrivesUnchanged()
{
    EchoServer server;
    const RawAnswer answer = RawHttp::ask(
        server.port(),
        "PUT /a/b%20c?x=1&y=%7B HTTP/1.1\r\nHost: LocalHost:7420\r\nContent-Type: "
        "application/json\r\nLast-Event-ID: 42\r\nAccept:  text/event-stream \r\n"
        "Authorization: Bearer a b\r\nX-Text: \xc3\xa4\r\nTransfer-Encoding: chunked\r\n\r\n"
        "2\r\n{}\r\n1\r\n\n\r\n0\r\n\r\n"_ba);
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body, "{}\n"_ba);
    QCOMPARE(server.seen.size(), std::size_t(1));
    const EchoServer::Seen &seen = server.seen.front();
    QCOMPARE(seen.method, QHttpServerRequest::Method::Put);
    QCOMPARE(seen.url.path(QUrl::FullyEncoded), u"/a/b%20c"_s);
    QCOMPARE(seen.url.query(QUrl::FullyEncoded), u"x=1&y=%7B"_s);
    QCOMPARE(seen.body, "{}\n"_ba);
    const auto value = [&seen](const QByteArray &name) {
        QByteArrayList values;
        for (const auto &[other, text] : seen.headers) {
            if (other.compare(name, Qt::CaseInsensitive) == 0)
                values.append(text);
        }
        return values.join('|');
    };
    QCOMPARE(value("Host"_ba), "LocalHost:7420"_ba);
    QCOMPARE(value("Content-Type"_ba), "application/json"_ba);
    QCOMPARE(value("Last-Event-ID"_ba), "42"_ba);
    QCOMPARE(value("Accept"_ba), "text/event-stream"_ba);
    QCOMPARE(value("Authorization"_ba), "Bearer a b"_ba);
    QCOMPARE(value("X-Text"_ba), "\xc3\xa4"_ba);
    QCOMPARE(value("Content-Length"_ba), "3"_ba);
    QCOMPARE(value("Transfer-Encoding"_ba), ""_ba);
    QCOMPARE(seen.head.method, "PUT"_ba);
    QCOMPARE(seen.head.target, "/a/b%20c?x=1&y=%7B"_ba);
    QCOMPARE(seen.head.header("authorization"), "Bearer a b"_ba);
}

void TestConnectionGuard::pathsArriveAsTheyWereSent_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QString>("path");
    QTest::newRow("two slashes are no host") << "//evil.example/a"_ba << u"//evil.example/a"_s;
    QTest::newRow("an encoded slash") << "/a%2Fb"_ba << u"/a%2Fb"_s;
    QTest::newRow("dots") << "/a/../b"_ba << u"/a/../b"_s;
    QTest::newRow("a colon") << "/a:b"_ba << u"/a:b"_s;
    QTest::newRow("an absolute target") << "http://localhost/a"_ba << u"/a"_s;
}

void TestConnectionGuard::pathsArriveAsTheyWereSent()
{
    QFETCH(const QByteArray, target);
    QFETCH(const QString, path);
    EchoServer server;
    const RawAnswer answer =
        RawHttp::ask(server.port(), "GET "_ba + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n"_ba);
    QCOMPARE(answer.status, 200);
    QCOMPARE(server.seen.front().url.path(QUrl::FullyEncoded), path);
    QCOMPARE(server.seen.front().head.path(), path.toUtf8());
    QCOMPARE(server.seen.front().url.host(), u"localhost"_s);
}

void TestConnectionGuard::upgradesAreAnsweredAsPlainRequests()
{
    EchoServer server;
    const RawAnswer answer =
        RawHttp::ask(server.port(),
                     "GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
                     "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"_ba);
    QCOMPARE(answer.status, 200);
    QCOMPARE(server.seen.size(), std::size_t(1));
    for (const auto &[name, value] : server.seen.front().headers)
        QVERIFY(name.compare("Upgrade", Qt::CaseInsensitive) != 0);
}

void TestConnectionGuard::aSecondRequestIsNeverServed_data()
{
    QTest::addColumn<bool>("keepsOpen");
    QTest::addColumn<bool>("later");
    QTest::newRow("in the same segment, then closed") << false << false;
    QTest::newRow("in the same segment, kept open") << true << false;
    QTest::newRow("after the answer, kept open") << true << true;
}

void TestConnectionGuard::aSecondRequestIsNeverServed()
{
    QFETCH(const bool, keepsOpen);
    QFETCH(const bool, later);
    EchoServer server;
    server.keepsOpen = keepsOpen;
    RawHttp client(server.port());
    QVERIFY(client.waitConnected());
    client.send(later ? kGood : kGood + kGood + "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"_ba);
    QVERIFY(client.waitForBytes("200 OK"));
    if (keepsOpen) {
        for (int round = 0; round < 20; ++round) {
            client.send(kGood);
            spin();
        }
        QCOMPARE(server.sockets.size(), 1);
        QCOMPARE(server.sockets.front()->bytesAvailable(), 0);
        server.sockets.front()->write("end"_ba);
        server.sockets.front()->disconnectFromHost();
    }
    QVERIFY(client.waitClosed());
    QCOMPARE(client.received().count("HTTP/1.1"), 1);
    QCOMPARE(client.received().endsWith("end"), keepsOpen);
    QCOMPARE(server.seen.size(), std::size_t(1));
    QTRY_COMPARE(server.tally().open, 0);
}

void TestConnectionGuard::aHiddenRequestIsNeverServed_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const QByteArray hidden = "GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"_ba;
    const QByteArray size = QByteArray::number(hidden.size(), 16);
    QTest::newRow("length then encoding") << QByteArray(
        kPost + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"_ba + hidden)
                                          << 400;
    QTest::newRow("encoding then length") << QByteArray(
        kPost + "Transfer-Encoding: chunked\r\nContent-Length: 999\r\n\r\n0\r\n\r\n"_ba + hidden)
                                          << 400;
    QTest::newRow("two lengths") << QByteArray(
        kPost + "Content-Length: 0\r\nContent-Length: 44\r\n\r\n"_ba + hidden)
                                 << 400;
    QTest::newRow("a blank before the colon of the encoding") << QByteArray(
        kPost + "Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"_ba + hidden)
                                                              << 400;
    QTest::newRow("a folded length")
        << QByteArray(kPost + "Content-Length:\r\n 0\r\n\r\n"_ba + hidden) << 400;
    QTest::newRow("a chunk size that wraps round") << QByteArray(
        kPost + "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n\r\n0\r\n\r\n"_ba + hidden)
                                                   << 413;
    QTest::newRow("an extension with a line feed")
        << QByteArray(kPost + "Transfer-Encoding: chunked\r\n\r\n2;\nxx\r\n"_ba + size
                      + "\r\n0\r\n\r\n"_ba + hidden)
        << 400;
    QTest::newRow("a request after the last chunk")
        << QByteArray(kPost + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"_ba + hidden) << 200;
    QTest::newRow("a request in a chunk")
        << QByteArray(kPost + "Transfer-Encoding: chunked\r\n\r\n"_ba + size + "\r\n"_ba + hidden
                      + "\r\n0\r\n\r\n"_ba)
        << 200;
    QTest::newRow("a request after the body of GET") << QByteArray(
        "GET /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nxx"_ba + hidden)
                                                     << 200;
    QTest::newRow("a request where GET has no body") << QByteArray(kGood + hidden) << 200;
}

void TestConnectionGuard::aHiddenRequestIsNeverServed()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const int, status);
    EchoServer server;
    RawHttp client(server.port());
    QVERIFY(client.waitConnected());
    client.send(bytes);
    QVERIFY(client.waitClosed());
    QCOMPARE(client.answer().status, status);
    QCOMPARE(client.received().count("HTTP/1.1 "), client.answer().body.count("HTTP/1.1 ") + 1);
    QCOMPARE(server.seen.size(), std::size_t(status == 200 ? 1 : 0));
    for (const EchoServer::Seen &seen : server.seen)
        QVERIFY(seen.head.target != "/hidden");
}

void TestConnectionGuard::aBodyOfTheLimitArrivesWhole_data()
{
    QTest::addColumn<bool>("chunked");
    QTest::newRow("by length") << false;
    QTest::newRow("in chunks") << true;
}

void TestConnectionGuard::aBodyOfTheLimitArrivesWhole()
{
    QFETCH(const bool, chunked);
    QByteArray body(1 << 20, '\0');
    QRandomGenerator random(1);
    for (char &c : body)
        c = char(random.bounded(256));
    QByteArray request = kPost + "Content-Length: 1048576\r\n\r\n"_ba + body;
    if (chunked) {
        request = kPost + "Transfer-Encoding: chunked\r\n\r\n"_ba;
        for (qsizetype at = 0; at < body.size();) {
            const QByteArray chunk = body.mid(at, random.bounded(1, 9000));
            request += QByteArray::number(chunk.size(), 16) + "\r\n"_ba + chunk + "\r\n"_ba;
            at += chunk.size();
        }
        request += "0\r\n\r\n"_ba;
    }
    EchoServer server;
    const RawAnswer answer = RawHttp::ask(server.port(), request);
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.body == body);
    QVERIFY(server.seen.front().body == body);
    QTRY_COMPARE(server.tally().heldBytes, 0);

    const QByteArray more = chunked
        ? request.chopped(5) + "1\r\nx\r\n0\r\n\r\n"_ba
        : QByteArray(kPost + "Content-Length: 1048577\r\n\r\n"_ba + body + 'x');
    QCOMPARE(RawHttp::ask(server.port(), more).status, 413);
    QCOMPARE(server.seen.size(), std::size_t(1));
}

void TestConnectionGuard::theClientIsToldToGoOn()
{
    EchoServer server;
    RawHttp client(server.port());
    QVERIFY(client.waitConnected());
    client.send(kPost + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n"_ba);
    QVERIFY(client.waitForBytes("\r\n\r\n"));
    QCOMPARE(client.received(), "HTTP/1.1 100 Continue\r\n\r\n"_ba);
    QVERIFY(server.seen.empty());
    client.send("abc"_ba);
    QVERIFY(client.waitClosed());
    QCOMPARE(client.answer().status, 200);
    QCOMPARE(client.answer().body, "abc"_ba);

    // A body that is here already needs no invitation.
    RawHttp hasty(server.port());
    QVERIFY(hasty.waitConnected());
    hasty.send(kPost + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\nabc"_ba);
    QVERIFY(hasty.waitClosed());
    QVERIFY(hasty.received().startsWith("HTTP/1.1 200 "));
}

void TestConnectionGuard::theClientIsNotToldToGoOnWhenRefused()
{
    const EchoServer server;
    RawHttp client(server.port());
    QVERIFY(client.waitConnected());
    client.send(kPost + "Content-Length: 1048577\r\nExpect: 100-continue\r\n\r\n"_ba);
    QVERIFY(client.waitClosed());
    QVERIFY(client.received().startsWith("HTTP/1.1 413 "));
}

void TestConnectionGuard::listedHostsAreServed()
{
    EchoServer server({}, {.hosts = HostPolicy::make({u"my_box.example"_s}, {}).value()});
    const RawAnswer answer =
        RawHttp::ask(server.port(), "GET /a?b=c HTTP/1.1\r\nHost: my_box.example:99\r\n\r\n"_ba);
    QCOMPARE(answer.status, 200);
    QCOMPARE(server.seen.front().head.target, "/a?b=c"_ba);
    QCOMPARE(server.seen.front().url.path(), u"/a"_s);
}

QTEST_GUILESS_MAIN(TestConnectionGuard)
#include "tst_connectionguard.moc"
