// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/sse/clientfixture.h"

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! What the client makes of answers that are no stream, or lead elsewhere. */
class TestClientAnswers : public ClientFixture
{
    Q_OBJECT

private Q_SLOTS:
    void noContentEnds();
    void noContentEndsAfterAStream();
    void otherAnswersFail_data();
    void otherAnswersFail();
    void contentTypes_data();
    void contentTypes();
    void problemIsTold();
    void endlessRefusalIsCutShort();
    void answerThatIsNoHttpFails();
    void compressedAnswerFails();
    void sameOriginIsFollowed();
    void otherOriginIsNotFollowed();
    void redirectsForEverFail();
    void tooLargeFails();
    void badRequests_data();
    void badRequests();
};

void TestClientAnswers::noContentEnds()
{
    m_server->answer(kNoContent);
    open();
    QTRY_COMPARE(m_ended->size(), 1);
    QCOMPARE(m_client->state(), SseClient::State::Closed);
    QCOMPARE(m_opened->size() + m_failed->size() + m_reconnecting->size(), 0);
}

void TestClientAnswers::noContentEndsAfterAStream()
{
    m_server->answer(HttpFake::streamHead() + kSoon + "id: 1\ndata: a\n\n");
    m_server->answer(kNoContent);
    open();
    QTRY_COMPARE(m_ended->size(), 1);
    QCOMPARE(m_server->requests().size(), 2);
    QCOMPARE(m_log.size(), 1);
}

void TestClientAnswers::otherAnswersFail_data()
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

void TestClientAnswers::otherAnswersFail()
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

void TestClientAnswers::contentTypes_data()
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

void TestClientAnswers::contentTypes()
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

void TestClientAnswers::problemIsTold()
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

void TestClientAnswers::endlessRefusalIsCutShort()
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

void TestClientAnswers::answerThatIsNoHttpFails()
{
    m_server->answer("220 mail.example ESMTP\r\n"_ba, After::KeepOpen);
    open();
    QTRY_COMPARE(m_failed->size(), 1);
    QCOMPARE(failureSeen().kind, Kind::NoEventStream);
    QCOMPARE(failureSeen().status, 0);
    QTRY_VERIFY(!m_server->isConnected());
}

void TestClientAnswers::compressedAnswerFails()
{
    m_server->answer(HttpFake::streamHead("Content-Encoding: gzip\r\n"_ba) + "data: a\n\n");
    open();
    QTRY_COMPARE(m_failed->size(), 1);
    QCOMPARE(failureSeen().kind, Kind::NoEventStream);
    QVERIFY(failureSeen().error.message.contains(u"gzip"_s));
}

void TestClientAnswers::sameOriginIsFollowed()
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

void TestClientAnswers::otherOriginIsNotFollowed()
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

void TestClientAnswers::redirectsForEverFail()
{
    for (int i = 0; i < 20; ++i)
        m_server->answer(HttpFake::head("302 Found"_ba, {}, "Location: /again\r\n"_ba));
    open();
    QTRY_COMPARE(m_failed->size(), 1);
    QCOMPARE(failureSeen().kind, Kind::NoEventStream);
    QCOMPARE(m_server->requests().size(), 6);
}

void TestClientAnswers::tooLargeFails()
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

void TestClientAnswers::badRequests_data()
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

void TestClientAnswers::badRequests()
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

QTEST_GUILESS_MAIN(TestClientAnswers)
#include "tst_clientanswers.moc"
