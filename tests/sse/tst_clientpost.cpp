// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/sse/clientfixture.h"

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! A stream that is started by POST: sent once, gone on with by GET. */
class TestClientPost : public ClientFixture
{
    Q_OBJECT

private Q_SLOTS:
    void postThenReattach();
    void postIsNeverRepeatedWithoutAnAnswer_data();
    void postIsNeverRepeatedWithoutAnAnswer();
    void postToNobodyFails();
    void postWithoutATaskEnds();
    void postWithoutATaskThatBreaksFails();
    void postWithAHostileTaskIdIsNotFollowed();
    void postIsNotRedirected();
};

void TestClientPost::postThenReattach()
{
    m_server->answer(HttpFake::streamHead("X-Task-Id: 0199a0b1-0000-7000-8000-000000000001\r\n"_ba)
                         + kSoon + "id: 1\ndata: a\n\nid: 2\nda",
                     After::KeepOpen);
    m_server->answer(HttpFake::streamHead() + "id: 2\ndata: b\n\n");
    m_server->answer(kNoContent);
    open({.url = m_server->url(u"/prefix/api/durable-example/run?token=t"_s),
          .body = R"({"n":10})"_ba,
          .headers = {{"X-User"_ba, "ada"_ba}}});
    QTRY_COMPARE(m_log.size(), 1);
    m_server->reset();
    QTRY_COMPARE(m_ended->size(), 1);
    QCOMPARE(m_server->requests().size(), 3);
    const HttpFake::Request &post = m_server->requests().at(0);
    QCOMPARE(post.method, "POST"_ba);
    QCOMPARE(post.body, R"({"n":10})"_ba);
    QCOMPARE(post.headers.value("content-type"), "application/json"_ba);
    QCOMPARE(post.headers.value("accept"), "text/event-stream"_ba);
    for (qsizetype i = 1; i < 3; ++i) {
        const HttpFake::Request &get = m_server->requests().at(i);
        QCOMPARE(get.method, "GET"_ba);
        QCOMPARE(
            get.target,
            "/prefix/api/durable-example/reattach/0199a0b1-0000-7000-8000-000000000001?token=t"_ba);
        QCOMPARE(get.headers.value("x-user"), "ada"_ba);
        QVERIFY(get.body.isEmpty());
        QCOMPARE(lastIdSent(i), QByteArray::number(i));
    }
    QCOMPARE(m_log, (QList{"1|message|a"_ba, "2|message|b"_ba}));
}

void TestClientPost::postIsNeverRepeatedWithoutAnAnswer_data()
{
    QTest::addColumn<HttpFake::After>("after");
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("closed") << After::Close << ""_ba;
    QTest::newRow("reset") << After::Reset << ""_ba;
    QTest::newRow("closed within the head") << After::Close << "HTTP/1.1 200 OK\r\nX-Ta"_ba;
    QTest::newRow("closed within the status") << After::Close << "HTTP/1."_ba;
}

void TestClientPost::postIsNeverRepeatedWithoutAnAnswer()
{
    QFETCH(const HttpFake::After, after);
    QFETCH(const QByteArray, bytes);
    m_server->answer(bytes, after);
    open({.body = QByteArray(50'000, ' ') + "{}"});
    QTRY_COMPARE(m_failed->size(), 1);
    QCOMPARE(failureSeen().kind, Kind::Unreachable);
    QCOMPARE(m_server->requests().size(), 1);
    QCOMPARE(m_client->state(), SseClient::State::Closed);
}

void TestClientPost::postToNobodyFails()
{
    m_server->stopListening();
    open({.body = "{}"_ba});
    QTRY_COMPARE(m_failed->size(), 1);
    QCOMPARE(failureSeen().kind, Kind::Unreachable);
}

void TestClientPost::postWithoutATaskEnds()
{
    m_server->answer(HttpFake::streamHead() + "data: a\n\n");
    open({.body = "{}"_ba});
    QTRY_COMPARE(m_ended->size(), 1);
    QCOMPARE(m_log.size(), 1);
    QCOMPARE(m_server->requests().size(), 1);
}

void TestClientPost::postWithoutATaskThatBreaksFails()
{
    m_server->answer(HttpFake::streamHead("Transfer-Encoding: chunked\r\n"_ba)
                     + HttpFake::chunk("data: a\n\n"_ba));
    open({.body = "{}"_ba});
    QTRY_COMPARE(m_failed->size(), 1);
    QCOMPARE(failureSeen().kind, Kind::Unresumable);
    QCOMPARE(m_log.size(), 1);
    QCOMPARE(m_server->requests().size(), 1);
}

void TestClientPost::postWithAHostileTaskIdIsNotFollowed()
{
    m_server->answer(HttpFake::streamHead("X-Task-Id: ../../tasks/x?y\r\n"_ba) + "data: a\n\n");
    open({.body = "{}"_ba});
    QTRY_COMPARE(m_ended->size(), 1);
    QCOMPARE(m_server->requests().size(), 1);
}

void TestClientPost::postIsNotRedirected()
{
    m_server->answer(HttpFake::head("307 Temporary Redirect"_ba, {}, "Location: /other\r\n"_ba));
    open({.body = "{}"_ba});
    QTRY_COMPARE(m_failed->size(), 1);
    QCOMPARE(failureSeen().kind, Kind::NoEventStream);
    QCOMPARE(failureSeen().status, 307);
    QCOMPARE(m_server->requests().size(), 1);
}

QTEST_GUILESS_MAIN(TestClientPost)
#include "tst_clientpost.moc"
