// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/desktop/serveradapter.h"
#include "engine/sse/frame.h"
#include "tests/http/apifixture.h"

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! What the window says of its server, against what comes out of the socket. */
class TestServerAdapter final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void streamIsAsTheWireTabShowsIt();
    void clientsAreTextForEyes();
    void disconnectedClientIsGone();
    void serverThatEndsAnswersNothing();
};

namespace {

QByteArray reattach(const TaskId &id)
{
    return "/api/durable-example/reattach/" + id.bytes();
}

} // namespace

void TestServerAdapter::streamIsAsTheWireTabShowsIt()
{
    HttpServerSettings settings;
    settings.streams.retry = 2500ms;
    ApiFixture api(settings);
    ServerAdapter port(api.server(), settings.streams);
    const TaskId id = api.start("count-to-n", {{u"n"_s, 3}, {u"sleepMs"_s, 1}});
    QVERIFY(api.reaches(id, TaskState::Completed));
    RawHttp client(api.port());
    QVERIFY(client.waitConnected());
    client.send(api.request("GET", reattach(id)));
    QVERIFY(client.waitClosed());
    QByteArray shown = port.beginningOf(api.taskNow(id));
    for (const Event &event : EngineFixture::log(api.engine(), id))
        shown += encodeFrame(event);
    QCOMPARE(client.received(), shown);
    QVERIFY(shown.contains("\r\n\r\nretry: 2500\n\nid: 1\n"));
    QCOMPARE(port.keepAlive(), settings.streams.keepAlive);
}

void TestServerAdapter::clientsAreTextForEyes()
{
    HttpServerSettings settings;
    settings.access.userHeader = "X-User";
    ApiFixture api(settings);
    ServerAdapter port(api.server(), settings.streams);
    const TaskId id = api.start("count-to-n", {{u"n"_s, 2}, {u"sleepMs"_s, 3'600'000}});
    RawHttp one(api.port());
    QVERIFY(one.waitConnected());
    one.send(api.request("GET", reattach(id),
                         "User-Agent: a\tb \xe2\x80\xae"
                         "c \xff\r\n"));
    QVERIFY(one.waitForBytes("id: 2\n"));
    RawHttp other(api.port(), QHostAddress::LocalHostIPv6);
    QVERIFY(other.waitConnected());
    other.send(api.request("GET", "/api/events", "X-User: kim\r\n"));
    QVERIFY(other.waitForBytes("\n\n"));
    const ClientList list = await(port.clients());
    QCOMPARE(list.count, 2);
    const Client &newest = list.clients.first();
    QCOMPARE(newest.peer, u"[::1]:%1"_s.arg(other.socket().localPort()));
    QCOMPARE(newest.user, u"kim"_s);
    QVERIFY(newest.task.isNull());
    const Client &oldest = list.clients.last();
    QCOMPARE(oldest.peer, u"127.0.0.1:%1"_s.arg(one.socket().localPort()));
    QVERIFY(oldest.user.isEmpty());
    QCOMPARE(oldest.agent, u"a\ufffdb \ufffdc \ufffd"_s);
    QCOMPARE(oldest.task, id);
    QCOMPARE(oldest.taskName, u"count-to-n"_s);
    QCOMPARE(oldest.taskKey, api.taskNow(id).key);
    QCOMPARE(oldest.lastId, 2);
}

void TestServerAdapter::disconnectedClientIsGone()
{
    ApiFixture api;
    ServerAdapter port(api.server(), {});
    const TaskId id = api.start("count-to-n", {{u"n"_s, 2}, {u"sleepMs"_s, 3'600'000}});
    RawHttp client(api.port());
    QVERIFY(client.waitConnected());
    client.send(api.request("GET", reattach(id)));
    QVERIFY(client.waitForBytes("id: 2\n"));
    QVERIFY(await(port.disconnectClient(await(port.clients()).clients.first().id)));
    QVERIFY(client.waitClosed());
    QVERIFY(QTest::qWaitFor([&] { return await(port.clients()).count == 0; }, kPatienceMs));
}

void TestServerAdapter::serverThatEndsAnswersNothing()
{
    // Asked in its last moment: the future ends, with an answer or without one.
    for (int round = 0; round < 20; ++round) {
        ApiFixture api;
        ServerAdapter port(api.server(), {});
        const QFuture<ClientList> asked = port.clients();
        const QFuture<bool> ended = port.disconnectClient(1);
        api.endServer();
        QVERIFY(QTest::qWaitFor([&] { return asked.isFinished() && ended.isFinished(); }));
    }
}

QTEST_GUILESS_MAIN(TestServerAdapter)
#include "tst_serveradapter.moc"
