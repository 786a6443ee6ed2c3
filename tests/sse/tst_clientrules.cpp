// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/sse/clientrules.h"

#include <QTest>

using namespace Kintsugi;
using namespace Kintsugi::SseRules;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestClientRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void delay_data();
    void delay();
    void delayIsNeverShorterThanAskedFor();
    void reattach_data();
    void reattach();
    void redirects_data();
    void redirects();
    void contentType_data();
    void contentType();
    void problem_data();
    void problem();
};

void TestClientRules::delay_data()
{
    QTest::addColumn<std::chrono::milliseconds>("base");
    QTest::addColumn<int>("failures");
    QTest::addColumn<double>("random");
    QTest::addColumn<std::chrono::milliseconds>("delay");
    const auto row = [](const char *name, std::chrono::milliseconds base, int failures,
                        double random, std::chrono::milliseconds delay) {
        QTest::newRow(name) << base << failures << random << delay;
    };
    row("a stream that ended waits what it was told", 1s, 0, 0.99, 1s);
    row("never at once", 0ms, 0, 0.5, kShortestDelay);
    row("first failure, least", 1s, 1, 0, 1s);
    row("first failure, half", 1s, 1, 0.5, 1500ms);
    row("first failure, most", 1s, 1, 1, 2s);
    row("doubles", 1s, 2, 1, 4s);
    row("doubles again", 1s, 3, 1, 8s);
    row("up to a bound", 1s, 4, 1, kLongestBackOff);
    row("which holds", 1s, 1'000'000'000, 1, kLongestBackOff);
    row("half of the way to the bound", 2s, 50, 0.5, 6s);
    row("a longer time than the bound is kept", 60s, 5, 1, 60s);
    row("the longest retry", 2147483647ms, 9, 1, 2147483647ms);
    row("nonsense of a random", 1s, 1, 7.0, 2s);
}

void TestClientRules::delay()
{
    QFETCH(const std::chrono::milliseconds, base);
    QFETCH(const int, failures);
    QFETCH(const double, random);
    QTEST(reconnectDelay(base, failures, random), "delay");
}

void TestClientRules::delayIsNeverShorterThanAskedFor()
{
    for (int failures = 0; failures < 40; ++failures)
        for (const double random : {0.0, 0.3, 0.999})
            for (const auto base : {10ms, 1000ms, 9999ms, 10'001ms})
                QVERIFY(reconnectDelay(base, failures, random) >= base);
}

void TestClientRules::reattach_data()
{
    QTest::addColumn<QString>("start");
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<QString>("url"); // Empty for none.
    const QByteArray id = "0199a0b1-0000-7000-8000-000000000001"_ba;
    const auto row = [](const char *name, const QString &start, const QByteArray &task,
                        const QString &url) { QTest::newRow(name) << start << task << url; };
    const QString path = u"/api/durable-example/reattach/"_s + QString::fromLatin1(id);
    const QString host = u"http://127.0.0.1:7420"_s;
    row("run", host + u"/api/durable-example/run"_s, id, host + path);
    row("tasks", host + u"/api/tasks"_s, id, host + path);
    row("analytics", host + u"/api/analytics/query/top"_s, id, host + path);
    row("behind a prefix", host + u"/apps/k%20i/api/tasks"_s, id, host + u"/apps/k%20i"_s + path);
    row("a prefix named api", host + u"/api/v1/api/tasks"_s, id, host + u"/api/v1"_s + path);
    row("no api in it", host + u"/start"_s, id, host + path);
    row("no path", host, id, host + path);
    row("the query stays", host + u"/api/tasks?token=a%26b"_s, id, host + path + u"?token=a%26b"_s);
    row("but not lastEventId", host + u"/api/tasks?lastEventId=3&token=x&lastEventId=4#f"_s, id,
        host + path + u"?token=x"_s);
    row("nothing of the query", host + u"/api/tasks?lastEventId=3"_s, id, host + path);
    row("IPv6", u"http://[::1]:7420/api/tasks"_s, id, u"http://[::1]:7420"_s + path);
    row("no id", host, ""_ba, {});
    row("dots", host, ".."_ba, {});
    row("slash", host, "a/b"_ba, {});
    row("query", host, "a?b"_ba, {});
    row("percent", host, "a%2Fb"_ba, {});
    row("not ASCII", host, "\u00e9"_ba, {});
    row("two headers", host, "a, b"_ba, {});
    row("too long", host, QByteArray(256, 'a'), {});
}

void TestClientRules::reattach()
{
    QFETCH(const QString, start);
    QFETCH(const QByteArray, id);
    QFETCH(const QString, url);
    const std::optional<QUrl> given = reattachUrl(QUrl(start), id);
    QCOMPARE(given.has_value(), !url.isEmpty());
    if (given)
        QCOMPARE(given->toString(QUrl::FullyEncoded), url);
}

void TestClientRules::redirects_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QByteArray>("location");
    QTest::addColumn<QString>("to"); // Empty for none.
    const QString from = u"http://127.0.0.1:7420/a/b?c"_s;
    const auto row = [&from](const char *name, const QByteArray &location, const QString &to) {
        QTest::newRow(name) << from << location << to;
    };
    row("path", "/x?y"_ba, u"http://127.0.0.1:7420/x?y"_s);
    row("relative", "x"_ba, u"http://127.0.0.1:7420/a/x"_s);
    row("whole", "http://127.0.0.1:7420/x"_ba, u"http://127.0.0.1:7420/x"_s);
    row("none", ""_ba, {});
    row("another port", "http://127.0.0.1:7421/x"_ba, {});
    row("no port", "http://127.0.0.1/x"_ba, {});
    row("another host", "http://127.0.0.2:7420/x"_ba, {});
    row("another name", "//localhost:7420/x"_ba, {});
    row("another scheme", "https://127.0.0.1:7420/x"_ba, {});
    row("file", "file:///etc/hostname"_ba, {});
    row("malformed", "http://[::1"_ba, {});
    QTest::newRow("standard port")
        << u"http://example.org/"_s << "http://EXAMPLE.org:80/x"_ba << u"http://example.org:80/x"_s;
    QTest::newRow("the user stays") << u"http://ada:x@localhost/"_s << "http://bob@localhost/x"_ba
                                    << u"http://ada:x@localhost/x"_s;
}

void TestClientRules::redirects()
{
    QFETCH(const QString, from);
    QFETCH(const QByteArray, location);
    const std::optional<QUrl> to = redirectTarget(QUrl(from), location);
    QTEST(to ? to->toString(QUrl::FullyEncoded) : QString(), "to");
}

void TestClientRules::contentType_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<bool>("isStream");
    QTest::addColumn<bool>("isAProblem");
    QTest::newRow("plain") << "text/event-stream"_ba << true << false;
    QTest::newRow("spaces") << " text/event-stream ; charset=utf-8"_ba << true << false;
    QTest::newRow("case") << "TEXT/EVENT-STREAM;"_ba << true << false;
    QTest::newRow("empty") << ""_ba << false << false;
    QTest::newRow("longer") << "text/event-streams"_ba << false << false;
    QTest::newRow("shorter") << "text/event-strea"_ba << false << false;
    QTest::newRow("two") << "text/html, text/event-stream"_ba << false << false;
    QTest::newRow("as a parameter") << "text/html; text/event-stream"_ba << false << false;
    QTest::newRow("problem") << "application/problem+json; charset=utf-8"_ba << false << true;
    QTest::newRow("JSON") << "application/json"_ba << false << false;
}

void TestClientRules::contentType()
{
    QFETCH(const QByteArray, type);
    QTEST(isEventStream(type), "isStream");
    QTEST(isProblem(type), "isAProblem");
}

void TestClientRules::problem_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("text");
    QTest::newRow("title") << R"({"title":"Not found"})"_ba << u"Not found"_s;
    QTest::newRow("all")
        << R"({"title":"A","detail":"B","errors":[{"field":"n","message":"C"}]})"_ba
        << u"A; B; n: C"_s;
    QTest::newRow("line breaks do not reach a terminal") << R"({"title":"A\n\tB"})"_ba << u"A B"_s;
    QTest::newRow("no JSON") << "<html>"_ba << QString();
    QTest::newRow("wrong types") << R"({"title":7,"errors":{"a":1}})"_ba << QString();
}

void TestClientRules::problem()
{
    QFETCH(const QByteArray, body);
    QTEST(problemText(body), "text");
}

QTEST_GUILESS_MAIN(TestClientRules)
#include "tst_clientrules.moc"
