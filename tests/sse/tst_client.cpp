// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/sse/clientfixture.h"

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! The client and connections that end, break and come back. */
class TestClient : public ClientFixture
{
    Q_OBJECT

private Q_SLOTS:
    void asksForAStream();
    void givesTheHeadOfTheAnswer();
    void eventsComeWhileTheStreamIsOpen();
    void goesOnBehindTheLastEvent_data();
    void goesOnBehindTheLastEvent();
    void unfinishedEventIsDroppedAndAskedForAgain_data();
    void unfinishedEventIsDroppedAndAskedForAgain();
    void retryIsHonoured();
    void retryOutlivesItsConnection();
    void emptyIdAsksForEverything();
    void chunksMayCutAnywhere();
    void nothingIsLostBeforeTheEnd_data();
    void nothingIsLostBeforeTheEnd();
    void bodyShorterThanItsLengthReconnects();
    void brokenChunkReconnects();
    void waitsForAServerThatIsAway();
    void failsWhenUnreachableIfAskedTo();
    void survivesARestartThoughAskedToFailAtFirst();
    void closedBeforeAnAnswerReconnects();
    void abortInsideASignalIsTheEnd();
    void abortWhileWaiting();
    void openAgainForgetsTheFirst();
};

void TestClient::asksForAStream()
{
    m_server->answer(HttpFake::streamHead(), After::KeepOpen);
    open({.url = m_server->url(u"/a/b%20c?x=1&y=%26"_s),
          .headers = {{"Authorization"_ba, "Bearer t"_ba}, {"Accept"_ba, "text/html"_ba}},
          .lastEventId = "41 \u00e9"_ba});
    QTRY_COMPARE(m_opened->size(), 1);
    const HttpFake::Request &request = m_server->requests().at(0);
    QCOMPARE(request.method, "GET"_ba);
    QCOMPARE(request.target, "/a/b%20c?x=1&y=%26"_ba);
    QCOMPARE(request.headers.value("accept"), "text/event-stream"_ba);
    QCOMPARE(request.headers.value("cache-control"), "no-cache"_ba);
    QCOMPARE(request.headers.value("accept-encoding"), "identity"_ba);
    QCOMPARE(request.headers.value("authorization"), "Bearer t"_ba);
    QCOMPARE(request.headers.value("last-event-id"), "41 \u00e9"_ba);
    QVERIFY(!request.headers.contains("cookie"));
    QCOMPARE(m_client->state(), SseClient::State::Open);
}

void TestClient::givesTheHeadOfTheAnswer()
{
    m_server->answer(HttpFake::streamHead("X-Task-Id: abc\r\n"_ba), After::KeepOpen);
    open();
    QTRY_COMPARE(m_opened->size(), 1);
    const auto response = m_opened->at(0).at(0).value<SseResponse>();
    QCOMPARE(response.status, 200);
    QCOMPARE(response.header("x-TASK-id"), "abc"_ba);
    QCOMPARE(response.header("x-other"), QByteArray());
    QCOMPARE(response.url, m_server->url(u"/stream"_s));
}

void TestClient::eventsComeWhileTheStreamIsOpen()
{
    m_server->answer(HttpFake::streamHead(), After::KeepOpen);
    open();
    QTRY_COMPARE(m_opened->size(), 1);
    m_server->send("id: 1\nda"_ba);
    m_server->send("ta: a\n\nid: 2\nevent: tick\ndata: \xE2\x82"_ba);
    QTRY_COMPARE(m_log, (QList{"1|message|a"_ba}));
    QCOMPARE(m_client->lastEventId(), "1"_ba);
    m_server->send("\xAC\r\n\r"_ba);
    QTRY_COMPARE(m_log, (QList{"1|message|a"_ba, "2|tick|\u20ac"_ba}));
    QCOMPARE(m_client->lastEventId(), "2"_ba);
}

void TestClient::goesOnBehindTheLastEvent_data()
{
    QTest::addColumn<HttpFake::After>("after");
    QTest::newRow("closed") << After::Close;
    QTest::newRow("reset") << After::Reset;
}

void TestClient::goesOnBehindTheLastEvent()
{
    QFETCH(const HttpFake::After, after);
    m_server->answer(HttpFake::streamHead() + kSoon + "id: 1\ndata: a\n\nid: 2\ndata: b\n\n",
                     After::KeepOpen);
    m_server->answer(HttpFake::streamHead() + ": no id yet\n\n", After::KeepOpen);
    m_server->answer(HttpFake::streamHead() + "data: c\n\nid: 3\ndata: d\n\n", After::KeepOpen);
    open();
    QTRY_COMPARE(m_log.size(), 2);
    for (int turn = 2; turn <= 3; ++turn) {
        if (after == After::Close)
            m_server->close();
        else
            m_server->reset();
        QTRY_COMPARE(m_opened->size(), turn);
    }
    QTRY_COMPARE(m_log,
                 (QList{"1|message|a"_ba, "2|message|b"_ba, "2|message|c"_ba, "3|message|d"_ba}));
    QCOMPARE(lastIdSent(0), "none"_ba);
    QCOMPARE(lastIdSent(1), "2"_ba);
    QCOMPARE(lastIdSent(2), "2"_ba);
}

void TestClient::unfinishedEventIsDroppedAndAskedForAgain_data()
{
    QTest::addColumn<HttpFake::After>("after");
    QTest::addColumn<QByteArray>("rest");
    for (const auto &[name, after] :
         {std::pair("closed", After::Close), std::pair("killed", After::Reset)}) {
        QTest::addRow("%s within the id", name) << after << "id: 2"_ba;
        QTest::addRow("%s within the data", name) << after << "id: 2\nevent: tick\ndata: {\"i"_ba;
        QTest::addRow("%s before the blank line", name) << after << "id: 2\ndata: b\n"_ba;
    }
}

void TestClient::unfinishedEventIsDroppedAndAskedForAgain()
{
    QFETCH(const HttpFake::After, after);
    QFETCH(const QByteArray, rest);
    m_server->answer(HttpFake::streamHead() + kSoon + "id: 1\ndata: a\n\n" + rest, After::KeepOpen);
    m_server->answer(HttpFake::streamHead() + "id: 2\ndata: b\n\n", After::KeepOpen);
    open();
    QTRY_COMPARE(m_log.size(), 1);
    if (after == After::Close)
        m_server->close();
    else
        m_server->reset();
    QTRY_COMPARE(m_log, (QList{"1|message|a"_ba, "2|message|b"_ba}));
    QCOMPARE(lastIdSent(1), "1"_ba);
}

void TestClient::retryIsHonoured()
{
    m_server->answer(HttpFake::streamHead() + "retry: 321\n\n");
    m_server->answer(HttpFake::streamHead(), After::KeepOpen);
    open();
    QTRY_COMPARE(m_reconnecting->size(), 1);
    QCOMPARE(m_reconnecting->at(0).at(0).value<std::chrono::milliseconds>(), 321ms);
    QCOMPARE(m_client->state(), SseClient::State::Waiting);
    QTRY_COMPARE(m_opened->size(), 2);
}

void TestClient::retryOutlivesItsConnection()
{
    m_server->answer(HttpFake::streamHead() + "retry: 33\n");
    m_server->answer(HttpFake::streamHead() + "data: a\n\n");
    m_server->answer(kNoContent);
    open();
    QTRY_COMPARE(m_ended->size(), 1);
    QCOMPARE(m_reconnecting->size(), 2);
    QCOMPARE(m_reconnecting->at(1).at(0).value<std::chrono::milliseconds>(), 33ms);
}

void TestClient::emptyIdAsksForEverything()
{
    m_server->answer(HttpFake::streamHead() + kSoon + "id: 1\ndata: a\n\nid\ndata: b\n\n");
    m_server->answer(kNoContent);
    open({.lastEventId = "0"_ba});
    QTRY_COMPARE(m_ended->size(), 1);
    QCOMPARE(lastIdSent(0), "0"_ba);
    QCOMPARE(lastIdSent(1), "none"_ba);
}

void TestClient::chunksMayCutAnywhere()
{
    QByteArray answer = HttpFake::streamHead("Transfer-Encoding: chunked\r\n"_ba);
    const QByteArray stream = kSoon + "id: 1\r\ndata: \u20ac\r\n\r\nid: 2\r\ndata: b\r\n\r\n";
    for (const char byte : stream)
        answer += HttpFake::chunk(QByteArray(1, byte));
    m_server->answer(answer + "0\r\n\r\n", After::KeepOpen);
    m_server->answer(kNoContent);
    open();
    QTRY_COMPARE(m_ended->size(), 1);
    QCOMPARE(m_log, (QList{"1|message|\u20ac"_ba, "2|message|b"_ba}));
    QCOMPARE(lastIdSent(1), "2"_ba);
}

void TestClient::nothingIsLostBeforeTheEnd_data()
{
    QTest::addColumn<int>("events");
    QTest::newRow("a few, closed at once") << 3;
    QTest::newRow("more than every buffer") << 100'000;
}

void TestClient::nothingIsLostBeforeTheEnd()
{
    QFETCH(const int, events);
    QByteArray stream = HttpFake::streamHead() + kSoon;
    for (int i = 1; i <= events; ++i)
        stream += "id: " + QByteArray::number(i) + "\ndata: " + QByteArray(60, 'x') + "\n\n";
    for (int turn = 1; turn <= 5; ++turn) {
        m_server->answer(stream);
        m_server->answer(kNoContent);
        open();
        QTRY_COMPARE(m_ended->size(), turn);
        QCOMPARE(m_log.size(), turn * events);
        QCOMPARE(m_server->requests().size(), turn * 2);
        QCOMPARE(lastIdSent(turn * 2 - 1), QByteArray::number(events));
    }
}

void TestClient::bodyShorterThanItsLengthReconnects()
{
    m_server->answer(HttpFake::streamHead("Content-Length: 1000\r\n"_ba) + kSoon
                     + "id: 1\ndata: a\n\nid: 2\n");
    m_server->answer(kNoContent);
    open();
    QTRY_COMPARE(m_ended->size(), 1);
    QCOMPARE(m_log.size(), 1);
    QCOMPARE(lastIdSent(1), "1"_ba);
}

void TestClient::brokenChunkReconnects()
{
    m_server->answer(HttpFake::streamHead("Transfer-Encoding: chunked\r\n"_ba)
                     + HttpFake::chunk(kSoon + "id: 1\ndata: a\n\n") + "100\r\nid: 2\n");
    m_server->answer(kNoContent);
    open();
    QTRY_COMPARE(m_ended->size(), 1);
    QCOMPARE(m_log.size(), 1);
    QCOMPARE(lastIdSent(1), "1"_ba);
}

void TestClient::waitsForAServerThatIsAway()
{
    m_server->answer(HttpFake::streamHead() + kSoon + "id: 1\ndata: a\n\n", After::KeepOpen);
    m_server->answer(HttpFake::streamHead() + "id: 2\ndata: b\n\n", After::KeepOpen);
    open();
    QTRY_COMPARE(m_log.size(), 1);
    m_server->stopListening();
    m_server->reset();
    QTRY_VERIFY(m_reconnecting->size() >= 4);
    QVERIFY(m_server->listenAgain());
    QTRY_COMPARE(m_log.size(), 2);
    QCOMPARE(lastIdSent(1), "1"_ba);
    for (qsizetype i = 0; i < m_reconnecting->size(); ++i) {
        const auto delay = m_reconnecting->at(i).at(0).value<std::chrono::milliseconds>();
        QVERIFY2(delay >= 20ms && delay <= 20ms * (1 << i), qPrintable(QString::number(i)));
    }
    QCOMPARE(m_failed->size(), 0);
}

void TestClient::failsWhenUnreachableIfAskedTo()
{
    m_server->stopListening();
    open({.failWhenUnreachable = true});
    QTRY_COMPARE(m_failed->size(), 1);
    QCOMPARE(failureSeen().kind, Kind::Unreachable);
    QCOMPARE(failureSeen().status, 0);
    open();
    QTRY_COMPARE(m_reconnecting->size(), 1);
    QCOMPARE(m_failed->size(), 1);
}

void TestClient::survivesARestartThoughAskedToFailAtFirst()
{
    m_server->answer(HttpFake::streamHead() + kSoon + "id: 1\ndata: a\n\n", After::KeepOpen);
    m_server->answer(kNoContent);
    open({.failWhenUnreachable = true});
    QTRY_COMPARE(m_log.size(), 1);
    m_server->stopListening();
    m_server->reset();
    QTRY_VERIFY(m_reconnecting->size() >= 2);
    QVERIFY(m_server->listenAgain());
    QTRY_COMPARE(m_ended->size(), 1);
    QCOMPARE(m_failed->size(), 0);
}

void TestClient::closedBeforeAnAnswerReconnects()
{
    for (int i = 0; i < 20; ++i)
        m_server->answer({}, After::Close);
    open({.failWhenUnreachable = true});
    QTRY_COMPARE(m_reconnecting->size(), 1);
    QCOMPARE(m_failed->size(), 0);
    QVERIFY(m_reconnecting->at(0).at(0).value<std::chrono::milliseconds>()
            >= SseRules::kFirstReconnectionTime);
}

void TestClient::abortInsideASignalIsTheEnd()
{
    connect(m_client.get(), &SseClient::received, this, [this](const SseMessage &message) {
        if (message.data == "b")
            m_client->abort();
    });
    m_server->answer(HttpFake::streamHead()
                         + "id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n",
                     After::KeepOpen);
    open();
    QTRY_COMPARE(m_client->lastEventId(), "2"_ba);
    QCOMPARE(m_client->state(), SseClient::State::Closed);
    QTRY_VERIFY(!m_server->isConnected());
    QCOMPARE(m_log.size(), 2);
    QCOMPARE(m_ended->size() + m_failed->size() + m_reconnecting->size(), 0);
}

void TestClient::abortWhileWaiting()
{
    m_server->answer(HttpFake::streamHead() + "retry: 1\n\n");
    connect(m_client.get(), &SseClient::reconnecting, m_client.get(), &SseClient::abort);
    open();
    QTRY_COMPARE(m_reconnecting->size(), 1);
    QCOMPARE(m_client->state(), SseClient::State::Closed);
    SseClient other; // Lives longer than the delay that was aborted.
    QSignalSpy otherEnded(&other, &SseClient::ended);
    m_server->answer(HttpFake::streamHead() + "retry: 40\n\n");
    m_server->answer(kNoContent);
    other.open({.url = m_server->url(u"/other"_s)});
    QTRY_COMPARE(otherEnded.size(), 1);
    QCOMPARE(m_server->requests().size(), 3);
}

void TestClient::openAgainForgetsTheFirst()
{
    m_server->answer(HttpFake::streamHead() + "id: 1\ndata: a\n\n", After::KeepOpen);
    m_server->answer(HttpFake::streamHead() + "data: b\n\n", After::KeepOpen);
    open();
    QTRY_COMPARE(m_log.size(), 1);
    open();
    QTRY_COMPARE(m_log, (QList{"1|message|a"_ba, "|message|b"_ba}));
    QCOMPARE(lastIdSent(1), "none"_ba);
    QCOMPARE(m_ended->size() + m_failed->size(), 0);
}

QTEST_GUILESS_MAIN(TestClient)
#include "tst_client.moc"
