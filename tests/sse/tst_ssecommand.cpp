// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/commands_sse.h"
#include "tests/support/httpfake.h"

#include <QCoreApplication>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <csignal>
#include <unistd.h>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using After = HttpFake::After;

class TestSseCommand : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void printsOneLineAnEvent();
    void anyTextIsOneLine();
    void goesOnAfterABreak();
    void goesOnBehindTheGivenId();
    void endsAfterMax();
    void maxOfNoneAsksNobody();
    void postGoesOnByReattaching();
    void otherAnswersAreOne_data();
    void otherAnswersAreOne();
    void nobodyThereIsFour();
    void wrongAddressIsTwo();
    void linesComeAtOnce();
    void aReaderThatLeftIsNoError();
    void aFullDiskIsAnError();
    void exitOfTheApplicationEndsIt();

private:
    [[nodiscard]] int run(SseOptions options = {});

    std::unique_ptr<HttpFake> m_server;
    QByteArray m_out;
    QByteArray m_err;
};

namespace {

const QByteArray kNoContent = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"_ba;
const QByteArray kSoon = "retry: 20\n\n"_ba;

QByteArray contentOf(std::FILE *file)
{
    std::rewind(file);
    QByteArray bytes(1 << 20, Qt::Uninitialized);
    bytes.resize(qsizetype(std::fread(bytes.data(), 1, size_t(bytes.size()), file)));
    std::fclose(file);
    return bytes;
}

} // namespace

void TestSseCommand::init()
{
    m_server = std::make_unique<HttpFake>();
}

int TestSseCommand::run(SseOptions options)
{
    if (options.url.isEmpty())
        options.url = m_server->url(u"/stream"_s);
    std::FILE *const out = std::tmpfile();
    std::FILE *const err = std::tmpfile();
    const int code = runSse(options, out, err);
    m_out = contentOf(out);
    m_err = contentOf(err);
    return code;
}

void TestSseCommand::printsOneLineAnEvent()
{
    m_server->answer(HttpFake::streamHead() + kSoon
                     + "id: 1\nevent: tick\ndata: {\"i\":1}\n\ndata: a\ndata: b\n\nid: x\n\n"
                       "id\ndata:\n\n");
    m_server->answer(kNoContent);
    QCOMPARE(run(), 0);
    QCOMPARE(m_out,
             "{\"id\":\"1\",\"event\":\"tick\",\"data\":\"{\\\"i\\\":1}\"}\n"
             "{\"id\":\"1\",\"event\":\"message\",\"data\":\"a\\nb\"}\n"
             "{\"id\":\"\",\"event\":\"message\",\"data\":\"\"}\n"_ba);
    QCOMPARE(m_err, QByteArray());
}

void TestSseCommand::anyTextIsOneLine()
{
    m_server->answer(HttpFake::streamHead() + kSoon
                     + QByteArray("id: \"\\\ndata: \uFEFF\u20ac\0\x1b[31m\u2028\xff\n\n", 31));
    m_server->answer(kNoContent);
    QCOMPARE(run(), 0);
    QCOMPARE(m_out,
             "{\"id\":\"\\\"\\\\\",\"event\":\"message\","
             "\"data\":\"\uFEFF\u20ac\\u0000\\u001b[31m\u2028\uFFFD\"}\n"_ba);
}

void TestSseCommand::goesOnAfterABreak()
{
    m_server->answer(HttpFake::streamHead() + kSoon + "id: 1\ndata: a\n\nid: 2\ndata: b");
    m_server->answer(HttpFake::streamHead() + "id: 2\ndata: b\n\n");
    m_server->answer(kNoContent);
    QCOMPARE(run(), 0);
    QCOMPARE(m_out.count('\n'), 2);
    QCOMPARE(m_server->requests().at(1).headers.value("last-event-id"), "1"_ba);
    QCOMPARE(m_server->requests().at(2).headers.value("last-event-id"), "2"_ba);
}

void TestSseCommand::goesOnBehindTheGivenId()
{
    m_server->answer(kNoContent);
    QCOMPARE(run({.lastEventId = "41"_ba}), 0);
    QCOMPARE(m_server->requests().at(0).headers.value("last-event-id"), "41"_ba);
    QCOMPARE(m_out, QByteArray());
}

void TestSseCommand::endsAfterMax()
{
    m_server->answer(HttpFake::streamHead() + "data: a\n\ndata: b\n\ndata: c\n\n", After::KeepOpen);
    QCOMPARE(run({.max = 2}), 0);
    QCOMPARE(m_out.count('\n'), 2);
    QVERIFY(m_out.endsWith("\"data\":\"b\"}\n"));
}

void TestSseCommand::maxOfNoneAsksNobody()
{
    QCOMPARE(run({.max = 0}), 0);
    QVERIFY(m_server->requests().isEmpty());
}

void TestSseCommand::postGoesOnByReattaching()
{
    m_server->answer(HttpFake::streamHead("X-Task-Id: t1\r\n"_ba) + kSoon + "id: 1\ndata: a\n\n");
    m_server->answer(kNoContent);
    QCOMPARE(run({.url = m_server->url(u"/api/durable-example/run"_s), .post = R"({"n":3})"_ba}),
             0);
    QCOMPARE(m_server->requests().at(0).method, "POST"_ba);
    QCOMPARE(m_server->requests().at(0).body, R"({"n":3})"_ba);
    QCOMPARE(m_server->requests().at(1).method, "GET"_ba);
    QCOMPARE(m_server->requests().at(1).target, "/api/durable-example/reattach/t1"_ba);
    QCOMPARE(m_server->requests().size(), 2);
}

void TestSseCommand::otherAnswersAreOne_data()
{
    QTest::addColumn<QByteArray>("status");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("words");
    QTest::newRow("404") << "404 Not Found"_ba << "application/problem+json"_ba
                         << "the server answered 404: No such task"_ba;
    QTest::newRow("500") << "500 Oops"_ba << "text/event-stream"_ba
                         << "the server answered 500"_ba;
    QTest::newRow("another type") << "200 OK"_ba << "text/html"_ba
                                  << "no event stream but \"text/html\""_ba;
}

void TestSseCommand::otherAnswersAreOne()
{
    QFETCH(const QByteArray, status);
    QFETCH(const QByteArray, type);
    QFETCH(const QByteArray, words);
    m_server->answer(HttpFake::head(status, type) + R"({"title":"No such task"})");
    QCOMPARE(run(), 1);
    QCOMPARE(m_out, QByteArray());
    QVERIFY2(m_err.contains(words), m_err.constData());
    QVERIFY(m_err.startsWith("kintsugi-cli: ") && m_err.count('\n') == 1);
}

void TestSseCommand::nobodyThereIsFour()
{
    m_server->stopListening();
    QCOMPARE(run(), 4);
    QCOMPARE(m_err, "kintsugi-cli: Connection refused\n"_ba);
}

void TestSseCommand::wrongAddressIsTwo()
{
    QCOMPARE(run({.url = QUrl(u"ftp://127.0.0.1/"_s)}), 2);
    QVERIFY(m_err.contains("ftp://127.0.0.1/"));
}

void TestSseCommand::linesComeAtOnce()
{
    std::array<int, 2> ends{};
    QCOMPARE(pipe(ends.data()), 0);
    std::FILE *const out = fdopen(ends[1], "w");
    m_server->answer(HttpFake::streamHead() + kSoon + "data: a\n\n", After::KeepOpen);
    m_server->answer(kNoContent);
    QTimer look; // The line can be read while the stream is still open.
    QByteArray seen(1000, Qt::Uninitialized);
    connect(&look, &QTimer::timeout, this, [&] {
        int available = 0;
        if (m_server->requests().isEmpty() || !m_server->isConnected())
            return;
        fd_set set;
        FD_ZERO(&set);
        FD_SET(ends[0], &set);
        timeval now{};
        available = select(ends[0] + 1, &set, nullptr, nullptr, &now);
        if (available != 1)
            return;
        seen.resize(read(ends[0], seen.data(), size_t(seen.size())));
        look.stop();
        m_server->close();
    });
    look.start(5ms);
    QCOMPARE(runSse({.url = m_server->url(u"/"_s)}, out, stderr), 0);
    QCOMPARE(seen, "{\"id\":\"\",\"event\":\"message\",\"data\":\"a\"}\n"_ba);
    std::fclose(out);
    ::close(ends[0]);
}

void TestSseCommand::aReaderThatLeftIsNoError()
{
    std::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> ends{};
    QCOMPARE(pipe(ends.data()), 0);
    ::close(ends[0]);
    std::FILE *const out = fdopen(ends[1], "w");
    m_server->answer(HttpFake::streamHead() + "data: a\n\n", After::KeepOpen);
    QCOMPARE(runSse({.url = m_server->url(u"/"_s)}, out, stderr), 0);
    std::fclose(out);
}

void TestSseCommand::aFullDiskIsAnError()
{
    std::FILE *const full = std::fopen("/dev/full", "w");
    QVERIFY(full);
    std::FILE *const err = std::tmpfile();
    m_server->answer(HttpFake::streamHead() + "data: a\n\n", After::KeepOpen);
    QCOMPARE(runSse({.url = m_server->url(u"/"_s)}, full, err), 1);
    QVERIFY(contentOf(err).contains("No space left"));
    std::fclose(full);
}

void TestSseCommand::exitOfTheApplicationEndsIt()
{
    m_server->answer(HttpFake::streamHead(), After::KeepOpen);
    QTimer interrupt;
    connect(&interrupt, &QTimer::timeout, this, [this] {
        if (!m_server->requests().isEmpty())
            QCoreApplication::exit(130);
    });
    interrupt.start(5ms);
    QCOMPARE(run(), 130);
}

QTEST_GUILESS_MAIN(TestSseCommand)
#include "tst_ssecommand.moc"
