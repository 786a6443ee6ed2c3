// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/sse/client.h"
#include "tests/support/httpfake.h"

#include <QSignalSpy>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using After = HttpFake::After;
using Kind = SseFailure::Kind;

Q_DECLARE_METATYPE(Kintsugi::HttpFake::After)

/*! The client against a server that says exactly what it was told. */
class TestClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
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
    void noContentEnds();
    void noContentEndsAfterAStream();
    void otherAnswersFail_data();
    void otherAnswersFail();
    void contentTypes_data();
    void contentTypes();
    void problemIsTold();
    void endlessRefusalIsCutShort();
    void chunksMayCutAnywhere();
    void nothingIsLostBeforeTheEnd_data();
    void nothingIsLostBeforeTheEnd();
    void answerThatIsNoHttpFails();
    void compressedAnswerFails();
    void bodyShorterThanItsLengthReconnects();
    void brokenChunkReconnects();
    void postThenReattach();
    void postIsNeverRepeatedWithoutAnAnswer_data();
    void postIsNeverRepeatedWithoutAnAnswer();
    void postToNobodyFails();
    void postWithoutATaskEnds();
    void postWithoutATaskThatBreaksFails();
    void postWithAHostileTaskIdIsNotFollowed();
    void postIsNotRedirected();
    void sameOriginIsFollowed();
    void otherOriginIsNotFollowed();
    void redirectsForEverFail();
    void waitsForAServerThatIsAway();
    void failsWhenUnreachableIfAskedTo();
    void survivesARestartThoughAskedToFailAtFirst();
    void closedBeforeAnAnswerReconnects();
    void abortInsideASignalIsTheEnd();
    void abortWhileWaiting();
    void openAgainForgetsTheFirst();
    void tooLargeFails();
    void badRequests_data();
    void badRequests();

private:
    void open(SseRequest request = {});
    [[nodiscard]] QByteArray lastIdSent(qsizetype request) const;
    [[nodiscard]] SseFailure failureSeen() const;

    std::unique_ptr<HttpFake> m_server;
    std::unique_ptr<SseClient> m_client;
    std::unique_ptr<QSignalSpy> m_opened;
    std::unique_ptr<QSignalSpy> m_reconnecting;
    std::unique_ptr<QSignalSpy> m_failed;
    std::unique_ptr<QSignalSpy> m_ended;
    QList<QByteArray> m_log; //!< "id|type|data" of each event.
};

namespace {

const QByteArray kNoContent = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"_ba;
const QByteArray kSoon = "retry: 20\n\n"_ba;

} // namespace

void TestClient::init()
{
    m_server = std::make_unique<HttpFake>();
    m_client = std::make_unique<SseClient>();
    m_opened = std::make_unique<QSignalSpy>(m_client.get(), &SseClient::opened);
    m_reconnecting = std::make_unique<QSignalSpy>(m_client.get(), &SseClient::reconnecting);
    m_failed = std::make_unique<QSignalSpy>(m_client.get(), &SseClient::failed);
    m_ended = std::make_unique<QSignalSpy>(m_client.get(), &SseClient::ended);
    m_log.clear();
    connect(m_client.get(), &SseClient::received, this, [this](const SseMessage &message) {
        m_log += message.id + '|' + message.type + '|' + message.data;
    });
}

void TestClient::cleanup()
{
    m_client.reset();
    m_server.reset();
}

void TestClient::open(SseRequest request)
{
    if (request.url.isEmpty())
        request.url = m_server->url(u"/stream"_s);
    m_client->open(std::move(request));
}

QByteArray TestClient::lastIdSent(qsizetype request) const
{
    return m_server->requests().at(request).headers.value("last-event-id"_ba, "none"_ba);
}

SseFailure TestClient::failureSeen() const
{
    return m_failed->at(0).at(0).value<SseFailure>();
}

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

void TestClient::noContentEnds()
{
    m_server->answer(kNoContent);
    open();
    QTRY_COMPARE(m_ended->size(), 1);
    QCOMPARE(m_client->state(), SseClient::State::Closed);
    QCOMPARE(m_opened->size() + m_failed->size() + m_reconnecting->size(), 0);
}

void TestClient::noContentEndsAfterAStream()
{
    m_server->answer(HttpFake::streamHead() + kSoon + "id: 1\ndata: a\n\n");
    m_server->answer(kNoContent);
    open();
    QTRY_COMPARE(m_ended->size(), 1);
    QCOMPARE(m_server->requests().size(), 2);
    QCOMPARE(m_log.size(), 1);
}

void TestClient::otherAnswersFail_data()
{
    QTest::addColumn<QByteArray>("status");
    QTest::addColumn<int>("code");
    for (const auto &status :
         {"201 Created"_ba, "205 Reset Content"_ba, "206 Partial Content"_ba,
          "300 Multiple Choices"_ba, "304 Not Modified"_ba, "400 Bad Request"_ba,
          "401 Unauthorized"_ba, "403 Forbidden"_ba, "404 Not Found"_ba, "409 Conflict"_ba,
          "410 Gone"_ba, "429 Too Many Requests"_ba, "500 Internal Server Error"_ba,
          "502 Bad Gateway"_ba, "503 Service Unavailable"_ba})
        QTest::newRow(status.constData()) << status << status.first(3).toInt();
}

void TestClient::otherAnswersFail()
{
    QFETCH(const QByteArray, status);
    QFETCH(const int, code);
    m_server->answer(HttpFake::head(status, "text/event-stream"_ba) + "data: a\n\n");
    open();
    QTRY_COMPARE(m_failed->size(), 1);
    QCOMPARE(failureSeen().kind, Kind::NoEventStream);
    QCOMPARE(failureSeen().status, code);
    QVERIFY(failureSeen().error.message.contains(QString::number(code)));
    QCOMPARE(m_client->state(), SseClient::State::Closed);
    QCOMPARE(m_server->requests().size(), 1);
    QVERIFY(m_log.isEmpty());
    QCOMPARE(m_opened->size() + m_reconnecting->size(), 0);
}

void TestClient::contentTypes_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<bool>("isStream");
    QTest::newRow("plain") << "text/event-stream"_ba << true;
    QTest::newRow("charset") << "text/event-stream; charset=utf-8"_ba << true;
    QTest::newRow("another charset") << "text/event-stream;charset=windows-1252"_ba << true;
    QTest::newRow("case") << "Text/Event-Stream"_ba << true;
    QTest::newRow("none") << ""_ba << false;
    QTest::newRow("HTML") << "text/html"_ba << false;
    QTest::newRow("JSON") << "application/json"_ba << false;
    QTest::newRow("longer") << "text/event-streams"_ba << false;
    QTest::newRow("two words") << "text/event-stream bogus"_ba << false;
}

void TestClient::contentTypes()
{
    QFETCH(const QByteArray, type);
    QFETCH(const bool, isStream);
    m_server->answer(HttpFake::head("200 OK"_ba, type) + "data: a\n\n", After::KeepOpen);
    open();
    if (isStream) {
        QTRY_COMPARE(m_log.size(), 1);
        return;
    }
    QTRY_COMPARE(m_failed->size(), 1);
    QCOMPARE(failureSeen().kind, Kind::NoEventStream);
    QCOMPARE(failureSeen().status, 200);
    QVERIFY(m_log.isEmpty());
    QCOMPARE(m_server->requests().size(), 1);
}

void TestClient::problemIsTold()
{
    m_server->answer(HttpFake::head("422 Unprocessable Entity"_ba, "application/problem+json"_ba)
                     + R"({"title":"Bad input","detail":"See the fields","errors":)"
                     + R"([{"field":"n","message":"at most 1000000"}]})");
    open();
    QTRY_COMPARE(m_failed->size(), 1);
    QCOMPARE(failureSeen().error.code, ErrorCode::InvalidInput);
    QCOMPARE(failureSeen().error.message,
             u"the server answered 422: Bad input; See the fields; n: at most 1000000"_s);
}

void TestClient::endlessRefusalIsCutShort()
{
    const QByteArray head = HttpFake::head("500 Broken"_ba, "application/problem+json"_ba);
    m_server->answer(head + '{' + QByteArray(100'000, ' '), After::KeepOpen);
    m_server->answer(head + '{', After::KeepOpen);
    for (int turn = 1; turn <= 2; ++turn) {
        open();
        QTRY_COMPARE(m_failed->size(), turn);
        QTRY_VERIFY(!m_server->isConnected());
    }
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

void TestClient::answerThatIsNoHttpFails()
{
    m_server->answer("220 mail.example ESMTP\r\n"_ba, After::KeepOpen);
    open();
    QTRY_COMPARE(m_failed->size(), 1);
    QCOMPARE(failureSeen().kind, Kind::NoEventStream);
    QCOMPARE(failureSeen().status, 0);
    QTRY_VERIFY(!m_server->isConnected());
}

void TestClient::compressedAnswerFails()
{
    m_server->answer(HttpFake::streamHead("Content-Encoding: gzip\r\n"_ba) + "data: a\n\n");
    open();
    QTRY_COMPARE(m_failed->size(), 1);
    QCOMPARE(failureSeen().kind, Kind::NoEventStream);
    QVERIFY(failureSeen().error.message.contains(u"gzip"_s));
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

void TestClient::postThenReattach()
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

void TestClient::postIsNeverRepeatedWithoutAnAnswer_data()
{
    QTest::addColumn<HttpFake::After>("after");
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("closed") << After::Close << ""_ba;
    QTest::newRow("reset") << After::Reset << ""_ba;
    QTest::newRow("closed within the head") << After::Close << "HTTP/1.1 200 OK\r\nX-Ta"_ba;
    QTest::newRow("closed within the status") << After::Close << "HTTP/1."_ba;
}

void TestClient::postIsNeverRepeatedWithoutAnAnswer()
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

void TestClient::postToNobodyFails()
{
    m_server->stopListening();
    open({.body = "{}"_ba});
    QTRY_COMPARE(m_failed->size(), 1);
    QCOMPARE(failureSeen().kind, Kind::Unreachable);
}

void TestClient::postWithoutATaskEnds()
{
    m_server->answer(HttpFake::streamHead() + "data: a\n\n");
    open({.body = "{}"_ba});
    QTRY_COMPARE(m_ended->size(), 1);
    QCOMPARE(m_log.size(), 1);
    QCOMPARE(m_server->requests().size(), 1);
}

void TestClient::postWithoutATaskThatBreaksFails()
{
    m_server->answer(HttpFake::streamHead("Transfer-Encoding: chunked\r\n"_ba)
                     + HttpFake::chunk("data: a\n\n"_ba));
    open({.body = "{}"_ba});
    QTRY_COMPARE(m_failed->size(), 1);
    QCOMPARE(failureSeen().kind, Kind::Unresumable);
    QCOMPARE(m_log.size(), 1);
    QCOMPARE(m_server->requests().size(), 1);
}

void TestClient::postWithAHostileTaskIdIsNotFollowed()
{
    m_server->answer(HttpFake::streamHead("X-Task-Id: ../../tasks/x?y\r\n"_ba) + "data: a\n\n");
    open({.body = "{}"_ba});
    QTRY_COMPARE(m_ended->size(), 1);
    QCOMPARE(m_server->requests().size(), 1);
}

void TestClient::postIsNotRedirected()
{
    m_server->answer(HttpFake::head("307 Temporary Redirect"_ba, {}, "Location: /other\r\n"_ba));
    open({.body = "{}"_ba});
    QTRY_COMPARE(m_failed->size(), 1);
    QCOMPARE(failureSeen().kind, Kind::NoEventStream);
    QCOMPARE(failureSeen().status, 307);
    QCOMPARE(m_server->requests().size(), 1);
}

void TestClient::sameOriginIsFollowed()
{
    m_server->answer(HttpFake::head("302 Found"_ba, {}, "Location: /moved?x=1\r\n"_ba));
    m_server->answer(HttpFake::streamHead() + kSoon + "id: 5\ndata: a\n\n");
    m_server->answer(kNoContent);
    open({.headers = {{"X-User"_ba, "ada"_ba}}, .lastEventId = "4"_ba});
    QTRY_COMPARE(m_ended->size(), 1);
    QCOMPARE(m_log.size(), 1);
    QCOMPARE(m_opened->at(0).at(0).value<SseResponse>().url, m_server->url(u"/moved?x=1"_s));
    QCOMPARE(m_server->requests().at(1).target, "/moved?x=1"_ba);
    QCOMPARE(m_server->requests().at(1).headers.value("x-user"), "ada"_ba);
    QCOMPARE(lastIdSent(1), "4"_ba);
    QCOMPARE(m_server->requests().at(2).target, "/stream"_ba);
    QCOMPARE(lastIdSent(2), "5"_ba);
}

void TestClient::otherOriginIsNotFollowed()
{
    HttpFake other;
    other.answer(HttpFake::streamHead() + "data: stolen\n\n");
    m_server->answer(
        HttpFake::head("302 Found"_ba, {}, "Location: " + other.url(u"/"_s).toEncoded() + "\r\n"));
    open({.headers = {{"Authorization"_ba, "Bearer secret"_ba}}});
    QTRY_COMPARE(m_failed->size(), 1);
    QCOMPARE(failureSeen().kind, Kind::NoEventStream);
    QCOMPARE(failureSeen().status, 302);
    QVERIFY(other.requests().isEmpty());
    QVERIFY(m_log.isEmpty());
}

void TestClient::redirectsForEverFail()
{
    for (int i = 0; i < 20; ++i)
        m_server->answer(HttpFake::head("302 Found"_ba, {}, "Location: /again\r\n"_ba));
    open();
    QTRY_COMPARE(m_failed->size(), 1);
    QCOMPARE(failureSeen().kind, Kind::NoEventStream);
    QCOMPARE(m_server->requests().size(), 6);
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

void TestClient::tooLargeFails()
{
    m_client->setLimits({.lineBytes = 1000, .eventBytes = 1000});
    m_server->answer(HttpFake::streamHead() + "data: a\n\ndata: " + QByteArray(2000, 'x') + "\n\n",
                     After::KeepOpen);
    open();
    QTRY_COMPARE(m_failed->size(), 1);
    QCOMPARE(failureSeen().kind, Kind::TooLarge);
    QCOMPARE(failureSeen().error.code, ErrorCode::TooLarge);
    QCOMPARE(m_log, (QList{"|message|a"_ba}));
    QTRY_VERIFY(!m_server->isConnected());
}

void TestClient::badRequests_data()
{
    QTest::addColumn<QUrl>("url");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("id");
    const QUrl good(u"http://127.0.0.1:1/"_s);
    QTest::newRow("no URL") << QUrl(u"nothing"_s) << "A"_ba << "b"_ba << ""_ba;
    QTest::newRow("file") << QUrl(u"file:///etc/hostname"_s) << "A"_ba << "b"_ba << ""_ba;
    QTest::newRow("no host") << QUrl(u"http:///x"_s) << "A"_ba << "b"_ba << ""_ba;
    QTest::newRow("header name") << good << "A: b\r\nC"_ba << "d"_ba << ""_ba;
    QTest::newRow("empty header name") << good << ""_ba << "d"_ba << ""_ba;
    QTest::newRow("header value") << good << "A"_ba << "b\r\nC: d"_ba << ""_ba;
    QTest::newRow("event id") << good << "A"_ba << "b"_ba << "1\nX: y"_ba;
}

void TestClient::badRequests()
{
    QFETCH(const QUrl, url);
    QFETCH(const QByteArray, name);
    QFETCH(const QByteArray, value);
    QFETCH(const QByteArray, id);
    open({.url = url, .headers = {{name, value}}, .lastEventId = id});
    QCOMPARE(m_failed->size(), 0); // Never inside open().
    QTRY_COMPARE(m_failed->size(), 1);
    QCOMPARE(failureSeen().kind, Kind::BadRequest);
    QCOMPARE(failureSeen().error.code, ErrorCode::InvalidArgument);
}

QTEST_GUILESS_MAIN(TestClient)
#include "tst_client.moc"
