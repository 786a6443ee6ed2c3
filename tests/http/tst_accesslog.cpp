// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/accesslog.h"
#include "tests/http/apifixture.h"

#include <QLoggingCategory>
#include <QMutex>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestAccessLog final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lineIsOneOfPlainWords_data();
    void lineIsOneOfPlainWords();
    void isSilentUnlessAsked();
    void everyRequestIsALine();
    void streamIsTheLineOfItsEnd();
};

namespace {

QBasicMutex mutex;
QStringList lines; // Guarded by the mutex: the server logs in its own thread.

void take(QtMsgType, const QMessageLogContext &context, const QString &message)
{
    if (QByteArrayView(context.category) != "kintsugi.http.access")
        return;
    const QMutexLocker lock(&mutex);
    lines << message;
}

/*! Collects what is logged while it lives. */
class Collected
{
    Q_DISABLE_COPY_MOVE(Collected)

public:
    Collected()
        : m_before(qInstallMessageHandler(take))
    {
        const QMutexLocker lock(&mutex);
        lines.clear();
    }
    ~Collected() { qInstallMessageHandler(m_before); }

    [[nodiscard]] static QStringList now()
    {
        const QMutexLocker lock(&mutex);
        return lines;
    }
    /*! Its lines without what changes from run to run: the size, the time and the port. */
    [[nodiscard]] static QStringList kinds()
    {
        QStringList kinds;
        for (const QString &line : now()) {
            const QStringList words = line.split(u' ');
            kinds << QStringList(words.first(3)).join(u' ');
        }
        kinds.sort();
        return kinds;
    }

private:
    QtMessageHandler m_before;
};

} // namespace

void TestAccessLog::lineIsOneOfPlainWords_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("told");
    const auto row = [](const char *name, const QByteArray &target, const QByteArray &told) {
        QTest::newRow(name) << target << told;
    };
    row("path", "/health", "/health");
    row("query", "/api/tasks?limit=5&q=a+b", "/api/tasks?limit=5&q=a+b");
    row("token", "/api/tasks?token=secret", "/api/tasks?token=***");
    row("token among others", "/a?x=1&token=secret&y=2", "/a?x=1&token=***&y=2");
    row("token twice", "/a?token=secret&token=secret2", "/a?token=***&token=***");
    row("token with an equals sign", "/a?token=sec=ret", "/a?token=***");
    row("token spelt in another way", "/a?%74oken=secret&Token=secret", "/a?%74oken=***&Token=***");
    row("token without a value", "/a?token", "/a?token");
    row("another parameter that ends so", "/a?mytoken=x", "/a?mytoken=x");
    row("token in the path is none", "/token=x", "/token=x");
    row("line ends", "/a\r\nGET /b", "/a\\x0d\\x0aGET\\x20/b");
    row("escape sequences", "/a\x1b[2J", "/a\\x1b[2J");
    row("bytes beyond ASCII", "/\xc3\xa4\x7f", "/\\xc3\\xa4\\x7f");
    row("a backslash", "/a\\x0a", "/a\\x5cx0a");
    row("none", {}, "-");
}

void TestAccessLog::lineIsOneOfPlainWords()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, told);
    AccessEntry entry{"GET", target, 200, 1234, 1302us, QHostAddress::LocalHost, 53412};
    QCOMPARE(accessLine(entry), "GET "_ba + told + " 200 1234 1.302 127.0.0.1:53412"_ba);
    entry = {{}, target, 0, 0, 0s, QHostAddress::LocalHostIPv6, 1};
    QCOMPARE(accessLine(entry), "- "_ba + told + " - 0 0.000 [::1]:1"_ba);
}

void TestAccessLog::isSilentUnlessAsked()
{
    QVERIFY(!logsAccess());
    const Collected collected;
    ApiFixture api;
    QCOMPARE(api.get("/health").status, 200);
    api.endServer();
    QCOMPARE(Collected::now(), QStringList());
}

void TestAccessLog::everyRequestIsALine()
{
    QLoggingCategory::setFilterRules(u"kintsugi.http.access=true"_s);
    const Collected collected;
    ApiFixture api;
    const RawAnswer health = api.get("/health?token=secret");
    QCOMPARE(health.status, 200);
    QCOMPARE(api.ask("HEAD", "/health").status, 200);
    QCOMPARE(api.ask("PUT", "/health", "Content-Type: application/json\r\n").status, 405);
    QCOMPARE(api.get("/nothing%0Ahere").status, 404);
    QCOMPARE(api.post("/api/tasks", "{").status, 400);
    QCOMPARE(RawHttp::ask(api.port(), "GET /foreign?token=x HTTP/1.1\r\nHost: example.org\r\n\r\n")
                 .status,
             403);
    QCOMPARE(RawHttp::ask(api.port(), "rubbish\r\n\r\n").status, 400);
    api.endServer();
    const QStringList told = Collected::kinds();
    QCOMPARE(told,
             (QStringList{u"- - 400"_s, u"GET /foreign?token=*** 403"_s,
                          u"GET /health?token=*** 200"_s, u"GET /nothing%0Ahere 404"_s,
                          u"HEAD /health 200"_s, u"POST /api/tasks 400"_s, u"PUT /health 405"_s}));
    for (const QString &line : Collected::now()) {
        static const QRegularExpression form(
            u"^[A-Z-]+ \\S+ \\d{3} [1-9]\\d* \\d+\\.\\d{3} 127\\.0\\.0\\.1:\\d+$"_s);
        QVERIFY2(form.match(line).hasMatch(), qPrintable(line));
    }
    QLoggingCategory::setFilterRules({});
}

void TestAccessLog::streamIsTheLineOfItsEnd()
{
    QLoggingCategory::setFilterRules(u"kintsugi.http.access=true"_s);
    const Collected collected;
    ApiFixture api;
    RawHttp reader(api.port());
    QVERIFY(reader.waitConnected());
    const QByteArray body = R"({"n":1000,"sleepMs":3600000})";
    reader.send(api.request("POST", "/api/durable-example/run",
                            "Content-Type: application/json\r\n", body));
    QVERIFY(reader.waitForBytes("event: attempt_started"));
    QCOMPARE(Collected::now(), QStringList());
    reader.socket().abort();
    QTRY_COMPARE(Collected::now().size(), 1);
    const QStringList words = Collected::now().first().split(u' ');
    QCOMPARE(words.first(3), (QStringList{u"POST"_s, u"/api/durable-example/run"_s, u"200"_s}));
    QVERIFY(words[3].toLongLong() >= reader.received().size());
    QLoggingCategory::setFilterRules({});
}

QTEST_GUILESS_MAIN(TestAccessLog)
#include "tst_accesslog.moc"
