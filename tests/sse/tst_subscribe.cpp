// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/sse/frame.h"
#include "engine/sse/subscribe.h"
#include "engine/tasks/counttonumber.h"
#include "tests/support/httpfake.h"

#include <QTest>

#include <thread>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

namespace {

using CountDefinition = std::remove_const_t<decltype(kCountToN)>;
using Kind = TaskRejection::Kind;
using After = HttpFake::After;

const QByteArray kTaskId = "0199a0b1-0000-7000-8000-000000000001";
const QByteArray kNoContent = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";

QByteArray frame(Seq seq, const QByteArray &type, const QByteArray &payload)
{
    return encodeFrame({.task = TaskId(kTaskId),
                        .seq = seq,
                        .attempt = 1,
                        .type = type,
                        .payload = payload,
                        .at = *fromIso8601("2026-11-23T09:00:00.000Z")});
}

QByteArray stream(const QByteArray &frames)
{
    return HttpFake::streamHead("X-Task-Id: " + kTaskId + "\r\n") + "retry: 20\n\n" + frames;
}

} // namespace

/*! A task that is followed in the types of its definition. */
class TestSubscribe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void eventsAndResultAreTheDefinitionsOwn();
    void payloadIsAsItCame_data();
    void payloadIsAsItCame();
    void goesOnBehindABreak();
    void eventThatComesTwiceIsToldOnce();
    void terminalEventInTheMiddleIsNotTheEnd();
    void breakBehindTheTerminalEventAsksAgain();
    void rejections_data();
    void rejections();
    void stopTokenAborts();
    void startedByPost();

private:
    QFuture<TaskOutcome<CountDefinition>> follow(SseRequest request = {});

    std::unique_ptr<HttpFake> m_server;
    std::stop_source m_stop;
    QStringList m_told; //!< One word a callback.
};

void TestSubscribe::init()
{
    m_server = std::make_unique<HttpFake>();
    m_stop = {};
    m_told.clear();
}

QFuture<TaskOutcome<CountDefinition>> TestSubscribe::follow(SseRequest request)
{
    if (request.url.isEmpty())
        request.url = m_server->url(u"/api/durable-example/reattach/x"_s);
    struct Tell
    {
        QStringList &told;
        void operator()(const Tick &tick) const
        {
            told << u"tick %1 of %2"_s.arg(tick.i).arg(tick.n);
        }
        void operator()(const CountRecovered &recovered) const
        {
            told << u"recovered at %1"_s.arg(recovered.fromTick);
        }
    };
    return subscribeToTask(
        kCountToN, std::move(request),
        {.onEvent = [this](const CountDefinition::Event &event,
                           const Event &) { std::visit(Tell{m_told}, event); },
         .onOther = [this](const Event &event) { m_told << QString::fromUtf8(event.type); },
         .onComplete =
             [this](const CountResult &result) { m_told << u"total %1"_s.arg(result.total); },
         .onError = [this](const TaskRejection &why) { m_told << why.error.message; },
         .stopToken = m_stop.get_token()},
        this);
}

void TestSubscribe::eventsAndResultAreTheDefinitionsOwn()
{
    m_server->answer(stream(frame(1, "created", R"({"input":{"n":2,"sleepMs":0}})")
                            + frame(2, "tick", R"({"i":1,"n":2})")
                            + frame(3, "recovered", R"({"fromTick":2,"ticksSoFar":1})")
                            + frame(4, "unheard_of", "{}") + frame(5, "tick", R"({"i":2,"n":2})")
                            + frame(6, "completed", R"({"result":{"total":2}})")));
    const auto outcome = follow();
    QTRY_VERIFY(outcome.isFinished());
    QVERIFY(outcome.result());
    QCOMPARE(outcome.result()->total, 2);
    QCOMPARE(m_told,
             (QStringList{u"created"_s, u"tick 1 of 2"_s, u"recovered at 2"_s, u"unheard_of"_s,
                          u"tick 2 of 2"_s, u"completed"_s, u"total 2"_s}));
    QCOMPARE(m_server->requests().size(), 1); // The end of the stream is the end of the task.
    QTRY_COMPARE(children().size(), 0);
}

void TestSubscribe::payloadIsAsItCame_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<QByteArray>("payload");
    const auto row = [](const char *name, const QByteArray &members, const QByteArray &payload) {
        QTest::newRow(name) << members << payload;
    };
    row("in its own order", R"("payload":{"z":1,"a":12345678901234567890})",
        R"({"z":1,"a":12345678901234567890})");
    row("with spaces around", R"("payload": {"z": 1} )", R"({"z": 1})");
    row("with the key inside", R"("payload":{"payload":{"payload":2}})",
        R"({"payload":{"payload":2}})");
    row("the key in a text before", R"("x":"\"payload\":{}","payload":{"z":1,"a":2})",
        R"({"z":1,"a":2})");
    row("the key in an object before", R"("x":{"payload":{}},"payload":{"z":1,"a":2})",
        R"({"a":2,"z":1})");
    row("not the last member", R"("payload":{"z":1,"a":2},"x":3)", R"({"a":2,"z":1})");
    row("spelled otherwise", R"("pay\u006coad":{"z":1,"a":2})", R"({"a":2,"z":1})");
}

void TestSubscribe::payloadIsAsItCame()
{
    QFETCH(const QByteArray, members);
    QFETCH(const QByteArray, payload);
    const auto wire = eventFromWire(
        R"({"seq":1,"type":"x","taskId":"t","attempt":1,"at":"2026-11-23T09:00:00.000Z",)" + members
        + '}');
    QVERIFY(wire);
    QCOMPARE(wire->event.payload, payload);
}

void TestSubscribe::goesOnBehindABreak()
{
    m_server->answer(stream(frame(1, "tick", R"({"i":1,"n":2})")), After::KeepOpen);
    m_server->answer(stream(frame(2, "tick", R"({"i":2,"n":2})")
                            + frame(3, "completed", R"({"result":{"total":2}})")));
    const auto outcome = follow();
    QTRY_COMPARE(m_told.size(), 1);
    m_server->reset();
    QTRY_VERIFY(outcome.isFinished());
    QCOMPARE(outcome.result()->total, 2);
    QCOMPARE(m_server->requests().at(1).headers.value("last-event-id"), "1"_ba);
}

void TestSubscribe::eventThatComesTwiceIsToldOnce()
{
    const QByteArray first = frame(1, "tick", R"({"i":1,"n":1})");
    m_server->answer(stream(first + first));
    m_server->answer(stream(first + frame(2, "completed", R"({"result":{"total":1}})")));
    const auto outcome = follow();
    QTRY_VERIFY(outcome.isFinished());
    QCOMPARE(m_told, (QStringList{u"tick 1 of 1"_s, u"completed"_s, u"total 1"_s}));
}

void TestSubscribe::terminalEventInTheMiddleIsNotTheEnd()
{
    m_server->answer(stream(frame(1, "failed", R"({"error":{"message":"no"}})")
                            + frame(2, "attempt_started", R"({"reason":"retry"})")
                            + frame(3, "completed", R"({"result":{"total":1}})")));
    const auto outcome = follow();
    QTRY_VERIFY(outcome.isFinished());
    QVERIFY(outcome.result());
}

void TestSubscribe::breakBehindTheTerminalEventAsksAgain()
{
    // It may have been tried again; 204 says that it was not. Only chunks tell a break from an end.
    m_server->answer(
        HttpFake::streamHead("Transfer-Encoding: chunked\r\n")
            + HttpFake::chunk("retry: 20\n\n" + frame(1, "completed", R"({"result":{"total":1}})")),
        After::KeepOpen);
    m_server->answer(kNoContent);
    const auto outcome = follow();
    QTRY_COMPARE(m_told.size(), 1);
    QVERIFY(!outcome.isFinished());
    m_server->reset();
    QTRY_VERIFY(outcome.isFinished());
    QVERIFY(outcome.result());
    QCOMPARE(m_server->requests().size(), 2);
}

void TestSubscribe::rejections_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("message");
    QTest::newRow("failed") << stream(
        frame(1, "failed",
              R"({"error":{"type":"oops","message":"no disk","retryable":false,"step":"load"}})"))
                            << int(Kind::Failed) << 0 << u"no disk"_s;
    QTest::newRow("cancelled") << stream(frame(1, "cancelled", R"({"reason":"enough"})"))
                               << int(Kind::Cancelled) << 0 << u"enough"_s;
    QTest::newRow("204") << kNoContent << int(Kind::NothingLeft) << 204 << u"had ended"_s;
    QTest::newRow("404") << HttpFake::head("404 Not Found", "application/problem+json",
                                           "Content-Length: 25\r\n")
            + R"({"detail":"no such task"})"
                         << int(Kind::Refused) << 404 << u"no such task"_s;
    QTest::newRow("no JSON") << stream("data: hello\n\n") << int(Kind::Malformed) << 0
                             << u"not JSON"_s;
    QTest::newRow("no event") << stream("data: {\"seq\":1}\n\n") << int(Kind::Malformed) << 0
                              << u"not an event"_s;
    QTest::newRow("seq 0") << stream(frame(0, "tick", "{}")) << int(Kind::Malformed) << 0
                           << u"not an event"_s;
}

void TestSubscribe::rejections()
{
    QFETCH(const QByteArray, answer);
    QFETCH(const int, kind);
    QFETCH(const int, status);
    QFETCH(const QString, message);
    m_server->answer(answer);
    const auto outcome = follow();
    QTRY_VERIFY(outcome.isFinished());
    QVERIFY(!outcome.result());
    const TaskRejection why = outcome.result().error();
    QCOMPARE(int(why.kind), kind);
    QCOMPARE(why.status, status);
    QVERIFY2(why.error.message.contains(message), qPrintable(why.error.message));
    QCOMPARE(m_told.last(), why.error.message);
    QCOMPARE(why.data.isEmpty(), kind != int(Kind::Failed) && kind != int(Kind::Cancelled));
    if (kind == int(Kind::Failed))
        QCOMPARE(why.data.value("step"_L1).toString(), u"load"_s);
    QCOMPARE(m_server->requests().size(), 1);
}

void TestSubscribe::stopTokenAborts()
{
    m_server->answer(stream(frame(1, "tick", R"({"i":1,"n":2})")), After::KeepOpen);
    const auto outcome = follow();
    QTRY_COMPARE(m_told.size(), 1);
    std::jthread([this] { m_stop.request_stop(); }).join(); // From any thread.
    QTRY_VERIFY(outcome.isFinished());
    QCOMPARE(int(outcome.result().error().kind), int(Kind::Aborted));
    QTRY_VERIFY(!m_server->isConnected());
}

void TestSubscribe::startedByPost()
{
    m_server->answer(stream(frame(1, "tick", R"({"i":1,"n":2})")), After::KeepOpen);
    m_server->answer(stream(frame(2, "completed", R"({"result":{"total":2}})")));
    const auto outcome =
        follow({.url = m_server->url(u"/api/durable-example/run"_s), .body = R"({"n":2})"_ba});
    QTRY_COMPARE(m_told.size(), 1);
    m_server->reset();
    QTRY_VERIFY(outcome.isFinished());
    QCOMPARE(outcome.result()->total, 2);
    QCOMPARE(m_server->requests().at(1).target, "/api/durable-example/reattach/" + kTaskId);
}

QTEST_GUILESS_MAIN(TestSubscribe)
#include "tst_subscribe.moc"
