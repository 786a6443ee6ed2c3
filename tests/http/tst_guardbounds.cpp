// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/echoserver.h"
#include "tests/support/rawhttp.h"

#include <QDir>
#include <QElapsedTimer>
#include <QPointer>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

#include <atomic>
#include <memory>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

qsizetype openFiles()
{
    return QDir(u"/proc/self/fd"_s)
        .entryList(QDir::NoDotAndDotDot | QDir::AllEntries | QDir::System)
        .size();
}

/*! A socket of the kernel's alone; -1 when it was refused. */
int connectedTo(quint16 port)
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0)
        return socket;
    ::close(socket);
    return -1;
}

const QByteArray kGood = "GET /good HTTP/1.1\r\nHost: localhost\r\n\r\n"_ba;
const QByteArray kPost = "POST /a HTTP/1.1\r\nHost: localhost\r\n"_ba;

void spin()
{
    for (int turn = 0; turn < 3; ++turn)
        QCoreApplication::processEvents();
}

} // namespace

class TestGuardBounds final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSlowRequestEndsWith408_data();
    void aSlowRequestEndsWith408();
    void noTimerRunsAfterTheHandOver();
    void anAnswerThatNobodyFetchesIsDropped();
    void anAnswerThatIsFetchedSlowlyArrives();
    void anAnswerArrivesWhateverCameAfterTheRequest_data();
    void anAnswerArrivesWhateverCameAfterTheRequest();
    void anEarlyAnswerArrivesWhileTheClientSends();
    void aClientThatNeverStopsIsCutOff();
    void aClientThatNeverLeavesIsCutOff();
    void anEndlessHeaderCostsNothing();
    void oneConnectionTooManyIsToldSo();
    void farTooManyConnectionsAreDropped();
    void unfinishedBodiesAreBoundedTogether();
    void thousandsOfDropsLeaveNothingBehind();
    void aLackOfFilesIsSurvived();
    void leavingIsNoticedAfterTheHandOver_data();
    void leavingIsNoticedAfterTheHandOver();
    void severalClientsAtOnce();
};

void TestGuardBounds::aSlowRequestEndsWith408_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("half a line") << "GET /a"_ba;
    QTest::newRow("half the headers") << "GET /a HTTP/1.1\r\nHost: local"_ba;
    QTest::newRow("half a body") << QByteArray(kPost + "Content-Length: 5\r\n\r\nab"_ba);
    QTest::newRow("half a chunk") << QByteArray(kPost
                                                + "Transfer-Encoding: chunked\r\n\r\n5\r\nab"_ba);
}

void TestGuardBounds::aSlowRequestEndsWith408()
{
    QFETCH(const QByteArray, bytes);
    const EchoServer server({.requestTime = 150ms});
    RawHttp client(server.port());
    QVERIFY(client.waitConnected());
    QElapsedTimer elapsed;
    elapsed.start();
    // Drop by drop: each byte comes well within the time, the whole does not.
    for (const char c : bytes) {
        client.send(QByteArray(1, c));
        if (client.waitFor([&client] { return client.isClosed(); }, 10ms))
            break;
    }
    QVERIFY(client.waitClosed());
    QCOMPARE(client.answer().status, 408);
    QVERIFY(elapsed.elapsed() < 5000);
    QVERIFY(server.seen.empty());
    QCOMPARE(server.tally().refused.at(408), 1U);
}

void TestGuardBounds::noTimerRunsAfterTheHandOver()
{
    EchoServer server({.requestTime = 100ms, .lingerTime = 100ms});
    server.keepsOpen = true;
    RawHttp client(server.port());
    QVERIFY(client.waitConnected());
    client.send(kGood);
    QVERIFY(client.waitForBytes("200 OK"));
    QVERIFY(!client.waitClosed(400ms));
    server.sockets.front()->disconnectFromHost();
    QVERIFY(client.waitClosed());
    QVERIFY(!client.received().contains("408"));
}

void TestGuardBounds::anAnswerThatNobodyFetchesIsDropped()
{
    EchoServer server({.answerTime = 100ms});
    server.keepsOpen = true;
    RawHttp client(server.port());
    QVERIFY(client.waitConnected());
    client.socket().setReadBufferSize(1000); // Full, because nobody is told to read it.
    client.socket().blockSignals(true);
    client.send(kGood);
    QTRY_COMPARE(server.sockets.size(), 1);
    server.sockets.front()->write(QByteArray(20'000'000, 'x'));
    server.sockets.front()->disconnectFromHost();
    QCOMPARE(server.tally().open, 1);
    QTRY_COMPARE(server.tally().open, 0);
}

void TestGuardBounds::anAnswerThatIsFetchedSlowlyArrives()
{
    EchoServer server({.answerTime = 300ms});
    server.keepsOpen = true;
    QTcpSocket client;
    client.setReadBufferSize(1'000'000);
    client.connectToHost(QHostAddress::LocalHost, server.port());
    QVERIFY(QTest::qWaitFor([&client] { return client.state() == QTcpSocket::ConnectedState; }));
    client.write(kGood);
    QTRY_COMPARE(server.sockets.size(), 1);
    server.sockets.front()->write(QByteArray(20'000'000, 'x'));
    server.sockets.front()->disconnectFromHost();
    QElapsedTimer elapsed;
    elapsed.start();
    qint64 fetched = 0;
    QTimer fetch;
    connect(&fetch, &QTimer::timeout, &client, [&] { fetched += client.readAll().size(); });
    fetch.start(50ms);
    QVERIFY(QTest::qWaitFor([&fetched] { return fetched > 20'000'000; }, 20'000));
    QVERIFY(elapsed.elapsed() > 600); // It took longer than twice the time that nothing may take.
}

void TestGuardBounds::anAnswerArrivesWhateverCameAfterTheRequest_data()
{
    QTest::addColumn<QByteArray>("request");
    const QByteArray chunked = kPost + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"_ba;
    const QByteArray more(1000, 'x');
    QTest::newRow("nothing") << kGood;
    QTest::newRow("after no body") << QByteArray(kGood + more);
    QTest::newRow("after a body") << QByteArray(kPost + "Content-Length: 2\r\n\r\n{}"_ba + more);
    QTest::newRow("after chunks") << QByteArray(chunked + more);
    QTest::newRow("more than is read at once") << QByteArray(kGood + more.repeated(500));
}

/*! A reset would throw away what the kernel has not sent yet. */
void TestGuardBounds::anAnswerArrivesWhateverCameAfterTheRequest()
{
    QFETCH(const QByteArray, request);
    EchoServer server({.lingerTime = 60s});
    server.keepsOpen = true;
    const int client = connectedTo(server.port()); // Which reads nothing until the server has done.
    const auto closed = qScopeGuard([client] { ::close(client); });
    QCOMPARE(::send(client, request.constData(), std::size_t(request.size()), MSG_NOSIGNAL),
             request.size());
    QTRY_COMPARE(server.sockets.size(), 1);
    const QPointer<QTcpSocket> socket = server.sockets.front();
    socket->write(QByteArray(1'000'000, 'y'));
    socket->disconnectFromHost();
    QTRY_VERIFY(!socket || socket->bytesToWrite() == 0);
    if (request.size() > kGood.size()) // It goes on, and most of the answer is still in the kernel.
        QCOMPARE(::send(client, "more", 4, MSG_NOSIGNAL), 4);
    QByteArray received;
    const auto takes = [client, &received] {
        QByteArray part(100'000, '\0');
        const auto size = ::recv(client, part.data(), std::size_t(part.size()), MSG_DONTWAIT);
        received += part.first(std::max<qsizetype>(0, size));
        return size == 0;
    };
    QVERIFY(QTest::qWaitFor(takes));
    QVERIFY(received.endsWith(QByteArray(1'000'000, 'y')));
    ::shutdown(client, SHUT_WR);
    QTRY_COMPARE(server.tally().open, 0);
}

/*! As most programs do it: first all is sent, then the answer is read. */
void TestGuardBounds::anEarlyAnswerArrivesWhileTheClientSends()
{
    const EchoServer server;
    const QByteArray request =
        "POST /a HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 1000000\r\n\r\n"_ba
        + QByteArray(1'000'000, 'x');
    qint64 sent = 0;
    QByteArray received;
    std::atomic<bool> done = false;
    std::thread client([&, port = server.port()] {
        const int socket = connectedTo(port);
        if (socket >= 0) {
            while (sent < request.size()) {
                const auto size = ::send(
                    socket, request.constData() + sent,
                    std::size_t(std::min<qint64>(20'000, request.size() - sent)), MSG_NOSIGNAL);
                if (size <= 0)
                    break;
                sent += size;
            }
            QByteArray buffer(4096, '\0');
            while (const auto size = ::recv(socket, buffer.data(), std::size_t(buffer.size()), 0)) {
                if (size < 0)
                    break;
                received += buffer.first(size);
            }
        }
        ::close(socket);
        done = true;
    });
    const bool ended = QTest::qWaitFor([&done] { return done.load(); }, 10'000);
    client.join();
    QVERIFY(ended);
    QCOMPARE(sent, request.size());
    const RawAnswer answer = parseAnswer(received);
    QCOMPARE(answer.status, 403);
    QCOMPARE(answer.headers.value("content-length"_ba).toLongLong(), answer.body.size());
}

void TestGuardBounds::aClientThatNeverStopsIsCutOff()
{
    const EchoServer server({.lingerTime = 60s, .lingerBytes = 100'000});
    RawHttp client(server.port());
    QVERIFY(client.waitConnected());
    // Written to an end that hears nothing any more, so the client's own socket must not close
    // first.
    client.send("BAD\r\n"_ba);
    qint64 sent = 0;
    while (server.tally().open > 0 && sent < 50'000'000) {
        client.send(QByteArray(10'000, 'x'));
        sent += 10'000;
        spin();
        if (client.isClosed())
            break;
    }
    QTRY_COMPARE(server.tally().open, 0);
    QCOMPARE(client.answer().status, 400);
}

void TestGuardBounds::aClientThatNeverLeavesIsCutOff()
{
    const EchoServer server({.lingerTime = 50ms});
    RawHttp client(server.port());
    client.socket().setReadBufferSize(1); // It never sees the end.
    QVERIFY(client.waitConnected());
    client.send("BAD\r\n"_ba);
    QTRY_COMPARE(server.tally().refused.count(400), 1U);
    QTRY_COMPARE(server.tally().open, 0);
}

void TestGuardBounds::anEndlessHeaderCostsNothing()
{
    const EchoServer server;
    RawHttp client(server.port());
    QVERIFY(client.waitConnected());
    client.send("GET /a HTTP/1.1\r\nHost: localhost\r\nX: "_ba);
    qint64 most = 0;
    for (qint64 sent = 0; sent < 20'000'000 && !client.isClosed(); sent += 50'000) {
        client.send(QByteArray(50'000, 'x'));
        spin();
        most = std::max(most, server.tally().heldBytes);
    }
    QVERIFY(client.waitClosed());
    QCOMPARE(client.answer().status, 431);
    QVERIFY(most < 100'000);
    QTRY_COMPARE(server.tally().open, 0);
}

void TestGuardBounds::oneConnectionTooManyIsToldSo()
{
    const EchoServer server({.connections = 2});
    RawHttp first(server.port());
    RawHttp second(server.port());
    QVERIFY(first.waitConnected() && second.waitConnected());
    QTRY_COMPARE(server.tally().open, 2);
    const RawAnswer answer = RawHttp::ask(server.port(), kGood);
    QCOMPARE(answer.status, 503);
    first.send(kGood);
    QVERIFY(first.waitClosed());
    QCOMPARE(first.answer().status, 200);
    QTRY_COMPARE(server.tally().open, 1);
    QCOMPARE(RawHttp::ask(server.port(), kGood).status, 200);
}

void TestGuardBounds::farTooManyConnectionsAreDropped()
{
    const EchoServer server({.connections = 0, .refusals = 1});
    RawHttp first(server.port());
    first.socket().setReadBufferSize(1);
    QVERIFY(first.waitConnected());
    QTRY_COMPARE(server.tally().open, 1);
    RawHttp second(server.port());
    QVERIFY(second.waitClosed());
    QCOMPARE(second.received(), QByteArray());
    QCOMPARE(server.tally().dropped, 1U);
}

void TestGuardBounds::unfinishedBodiesAreBoundedTogether()
{
    const EchoServer server({.heldBytes = 1 << 20});
    std::vector<std::unique_ptr<RawHttp>> clients;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(std::make_unique<RawHttp>(server.port()));
        QVERIFY(clients.back()->waitConnected());
        clients.back()->send(kPost + "Content-Length: 400000\r\n\r\n"_ba
                             + QByteArray(390'000, 'x'));
    }
    QTRY_VERIFY(clients[0]->isClosed() || clients[1]->isClosed() || clients[2]->isClosed()
                || clients[3]->isClosed());
    QTRY_COMPARE(server.tally().refused.count(503), 1U);
    QVERIFY(server.tally().heldBytes <= 1 << 20);
    QTRY_COMPARE(server.tally().refused.at(503), 2U);
    // Whoever wants little is served while others hold all that may be held.
    clients.push_back(std::make_unique<RawHttp>(server.port()));
    QVERIFY(clients.back()->waitConnected());
    clients.back()->send(kPost + "Content-Length: 270000\r\n\r\n"_ba + QByteArray(265'000, 'x'));
    QTRY_VERIFY(server.tally().heldBytes > (1 << 20) - 9'000);
    QCOMPARE(RawHttp::ask(server.port(),
                          kPost + "Content-Length: 9000\r\n\r\n"_ba + QByteArray(9'000, 'x'))
                 .status,
             200);
    int served = 0;
    for (const auto &client : clients) {
        if (!client->isClosed())
            client->send(QByteArray(10'000, 'x'));
        QVERIFY(client->waitClosed());
        QVERIFY(client->answer().status == 200 || client->answer().status == 503);
        served += client->answer().status == 200 ? 1 : 0;
    }
    QVERIFY(served >= 2);
    QTRY_COMPARE(server.tally().heldBytes, 0);
}

void TestGuardBounds::thousandsOfDropsLeaveNothingBehind()
{
    const EchoServer server;
    QCOMPARE(RawHttp::ask(server.port(), kGood).status, 200);
    QTRY_COMPARE(server.tally().open, 0);
    const qsizetype before = openFiles();
    QRandomGenerator random(7);
    const QByteArray request = kPost + "Content-Length: 5\r\n\r\nabcde"_ba;
    for (int round = 0; round < 1000; ++round) {
        RawHttp client(server.port());
        QVERIFY(client.waitConnected());
        client.send(request.left(random.bounded(int(request.size()))));
        if (random.bounded(2) == 0)
            client.socket().abort();
        else
            client.socket().disconnectFromHost();
    }
    QTRY_COMPARE(server.tally().accepted, 1001U);
    QTRY_COMPARE(server.tally().open, 0);
    QCOMPARE(server.tally().heldBytes, 0);
    QCOMPARE(server.tally().abandoned, 1000U);
    QCOMPARE(openFiles(), before);
    QCOMPARE(RawHttp::ask(server.port(), kGood).status, 200);
}

void TestGuardBounds::aLackOfFilesIsSurvived()
{
#if defined(__has_feature)
#if __has_feature(undefined_behavior_sanitizer)
    QSKIP("a sanitizer wants files of its own");
#endif
#endif
    const EchoServer server;
    rlimit usual{};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &usual), 0);
    QCOMPARE(RawHttp::ask(server.port(), kGood).status, 200); // After which there was none for now.
    RawHttp client(server.port());
    // The client has its descriptor already; the server's accept() finds none.
    const int lowestFree = ::dup(0);
    ::close(lowestFree);
    const rlimit tight{rlim_t(lowestFree), usual.rlim_max};
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"no connection can be accepted now"_s));
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &tight), 0);
    const bool connected = client.waitConnected();
    client.send(kGood);
    spin();
    const quint64 accepted = server.tally().accepted;
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &usual), 0);
    QVERIFY(connected);
    QCOMPARE(accepted, 1U);
    QVERIFY(client.waitClosed());
    QCOMPARE(client.answer().status, 200);
    // And it is over: connections are accepted at once again.
    const quint16 port = server.port();
    QVERIFY(port != 0);
    for (int round = 0; round < 5; ++round)
        QCOMPARE(RawHttp::ask(port, kGood).status, 200);
}

void TestGuardBounds::leavingIsNoticedAfterTheHandOver_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::newRow("without a body") << kGood;
    QTest::newRow("with more than Qt reads ahead")
        << QByteArray(kPost + "Content-Length: 1000000\r\n\r\n"_ba + QByteArray(1'000'000, 'x'));
}

void TestGuardBounds::leavingIsNoticedAfterTheHandOver()
{
    QFETCH(const QByteArray, request);
    EchoServer server;
    server.keepsOpen = true;
    RawHttp client(server.port());
    QVERIFY(client.waitConnected());
    client.send(request + QByteArray(300'000, 'x'));
    QVERIFY(client.waitForBytes("200 OK"));
    QCOMPARE(server.tally().open, 1);
    client.send(QByteArray(500'000, 'x'));
    client.socket().disconnectFromHost();
    QTRY_COMPARE(server.tally().open, 0);
    QCOMPARE(server.tally().abandoned, 0U);
}

void TestGuardBounds::severalClientsAtOnce()
{
    EchoServer server;
    std::vector<std::unique_ptr<RawHttp>> clients;
    for (int i = 0; i < 300; ++i)
        clients.push_back(std::make_unique<RawHttp>(server.port()));
    for (std::size_t i = 0; i < clients.size(); ++i) {
        QVERIFY(clients[i]->waitConnected());
        const QByteArray body = QByteArray::number(i);
        clients[i]->send(kPost + "Content-Length: "_ba + QByteArray::number(body.size())
                         + "\r\n\r\n"_ba + body);
    }
    for (std::size_t i = 0; i < clients.size(); ++i) {
        QVERIFY(clients[i]->waitClosed());
        QCOMPARE(clients[i]->answer().body, QByteArray::number(i));
    }
    QTRY_COMPARE(server.tally().open, 0);
}

QTEST_GUILESS_MAIN(TestGuardBounds)
#include "tst_guardbounds.moc"
