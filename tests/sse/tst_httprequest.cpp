// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/sse/httprequest.h"

#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

class TestHttpRequest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void firstLines_data();
    void firstLines();
    void ownHeadersWin();
    void post();
    void lastEventId();
    void passwordOfTheAddress();
};

namespace {

QList<QByteArray> lines(const SseRequest &request)
{
    const QByteArray bytes = encodeRequest(request);
    return bytes.first(bytes.indexOf("\r\n\r\n")).replace("\r\n", "\n").split('\n');
}

} // namespace

void TestHttpRequest::firstLines_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("host");
    const auto row = [](const char *name, const QString &url, const QByteArray &line,
                        const QByteArray &host) { QTest::newRow(name) << url << line << host; };
    row("plain", u"http://127.0.0.1:7420/a/b"_s, "GET /a/b HTTP/1.1"_ba, "Host: 127.0.0.1:7420"_ba);
    row("no port", u"http://localhost/a"_s, "GET /a HTTP/1.1"_ba, "Host: localhost"_ba);
    row("no path", u"http://localhost"_s, "GET / HTTP/1.1"_ba, "Host: localhost"_ba);
    row("query", u"http://localhost?a=b&c=%26#f"_s, "GET /?a=b&c=%26 HTTP/1.1"_ba,
        "Host: localhost"_ba);
    row("IPv6", u"http://[::1]:80/"_s, "GET / HTTP/1.1"_ba, "Host: [::1]:80"_ba);
    row("blanks and breaks stay encoded", u"http://localhost/a b%0d%0aX: y?q= %0a"_s,
        "GET /a%20b%0D%0AX:%20y?q=%20%0A HTTP/1.1"_ba, "Host: localhost"_ba);
    row("other letters", u"http://b\u00fccher.example/\u20ac"_s, "GET /%E2%82%AC HTTP/1.1"_ba,
        "Host: xn--bcher-kva.example"_ba);
}

void TestHttpRequest::firstLines()
{
    QFETCH(const QString, url);
    const SseRequest request{.url = QUrl(url)};
    QVERIFY(checkRequest(request));
    QTEST(lines(request).at(0), "line");
    QTEST(lines(request).at(1), "host");
    QVERIFY(encodeRequest(request).endsWith("\r\n\r\n"));
}

void TestHttpRequest::ownHeadersWin()
{
    const SseRequest request{.url = QUrl(u"http://localhost/"_s),
                             .headers = {{"HOST"_ba, "evil"_ba},
                                         {"accept"_ba, "text/html"_ba},
                                         {"Connection"_ba, "keep-alive"_ba},
                                         {"X-Mine"_ba, "1"_ba}}};
    QVERIFY(checkRequest(request));
    const QList<QByteArray> all = lines(request);
    QVERIFY(!encodeRequest(request).contains("evil") && !all.contains("accept: text/html"_ba));
    QVERIFY(all.contains("Connection: close"_ba) && all.contains("X-Mine: 1"_ba));
}

void TestHttpRequest::post()
{
    const SseRequest request{.url = QUrl(u"http://localhost/run"_s), .body = R"({"n":1})"_ba};
    QCOMPARE(lines(request).first(), "POST /run HTTP/1.1"_ba);
    QVERIFY(lines(request).contains("Content-Type: application/json"_ba));
    QVERIFY(lines(request).contains("Content-Length: 7"_ba));
    QVERIFY(encodeRequest(request).endsWith("\r\n\r\n{\"n\":1}"));
    const SseRequest empty{.url = request.url, .body = ""_ba};
    QVERIFY(lines(empty).contains("Content-Length: 0"_ba));
}

void TestHttpRequest::lastEventId()
{
    SseRequest request{.url = QUrl(u"http://localhost/"_s), .lastEventId = "7 \u20ac"_ba};
    QVERIFY(lines(request).contains("Last-Event-ID: 7 \u20ac"_ba));
    request.lastEventId = ""_ba;
    QVERIFY(!encodeRequest(request).contains("Last-Event-ID"));
}

void TestHttpRequest::passwordOfTheAddress()
{
    const SseRequest request{.url = QUrl(u"http://ada:s%3Acret@localhost/"_s)};
    const QByteArray line = "Authorization: Basic " + "ada:s:cret"_ba.toBase64();
    QVERIFY(lines(request).contains(line));
    QVERIFY(lines(request).contains("Host: localhost"_ba));
}

QTEST_GUILESS_MAIN(TestHttpRequest)
#include "tst_httprequest.moc"
