// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/http/apifixture.h"

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! Statuses and headers of every route, as the contract's section 5 says them. */
class TestRoutes final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void status_data();
    void status();
    void fieldsAreNamed_data();
    void fieldsAreNamed();
    void wrongMethod_data();
    void wrongMethod();
    void headIsGetWithoutItsBody_data();
    void headIsGetWithoutItsBody();
    void refusedBodiesStartNothing();
    void hostAndOrigin_data();
    void hostAndOrigin();
    void listensOnBothLoopbacks();
    void healthIsAsTheContractSays();
    void pageAndItsFiles();
    void crashIsOnlyThereInTestMode_data();
    void crashIsOnlyThereInTestMode();
    void portTakenIsAConflict();

private:
    std::unique_ptr<ApiFixture> m_api;
    TaskId m_done; //!< Completed.
    TaskId m_live; //!< Running for as long as the tests do.
};

namespace {

const QByteArray kJsonType = "Content-Type: application/json\r\n"_ba;
const QByteArray kWantsJson = "Accept: application/json\r\n"_ba;
const QByteArray kAbsent = "/0199aaaa-0000-7000-8000-000000000000"_ba;

bool isProblem(const RawAnswer &answer)
{
    const QJsonObject problem = objectOf(answer);
    return answer.headers.value("content-type") == "application/problem+json"
        && problem.value("type"_L1).isString() && problem.value("title"_L1).isString()
        && problem.value("status"_L1).toInt() == answer.status
        && !problem.value("detail"_L1).toString().isEmpty();
}

} // namespace

void TestRoutes::initTestCase()
{
    m_api = std::make_unique<ApiFixture>();
    m_done = m_api->start("count-to-n", {{u"n"_s, 2}, {u"sleepMs"_s, 0}});
    m_live = m_api->start("count-to-n", {{u"n"_s, 1000}, {u"sleepMs"_s, 3'600'000}});
    QVERIFY(m_api->reaches(m_done, TaskState::Completed));
    QVERIFY(m_api->reaches(m_live, TaskState::Running));
}

void TestRoutes::cleanupTestCase()
{
    m_api.reset();
}

void TestRoutes::status_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("expected");
    const auto row = [](const QByteArray &rule, const QByteArray &method, const QByteArray &target,
                        const QByteArray &headers, const QByteArray &body, int expected) {
        QTest::newRow(rule.constData()) << method << target << headers << body << expected;
    };
    const QByteArray done = "/" + m_done.bytes();
    const QByteArray live = "/" + m_live.bytes();
    const QByteArray json = kJsonType + kWantsJson;
    const QByteArray example = "/api/durable-example"_ba;

    row("unknown path 404", "GET", "/api/nothing", {}, {}, 404);
    row("unknown path 404, with a method nobody has", "DELETE", "/nothing", {}, {}, 404);
    row("unknown path 404, before 415", "POST", "/nothing", "Content-Type: text/plain\r\n", "x",
        404);
    row("unknown path 404, a slash too many", "GET", "/api/tasks/", {}, {}, 404);
    row("unknown path 404, two slashes", "GET", "//api/tasks", {}, {}, 404);
    row("unknown path 404, dots", "GET", "/api/x/../tasks", {}, {}, 404);
    row("a path may be percent-encoded", "GET", "/api/%74asks", kWantsJson, {}, 200);
    row("unknown method 501", "BREW", "/health", {}, {}, 501);
    row("unknown method 501, lower case", "get", "/health", {}, {}, 501);
    row("target over 8 KiB 414", "GET", "/" + QByteArray(8192, 'a'), {}, {}, 414);
    row("headers over 16 KiB 431", "GET", "/health", "X: " + QByteArray(16384, 'a') + "\r\n", {},
        431);
    row("body over 1 MiB 413", "POST", example + "/run", kJsonType + "Content-Length: 1048577\r\n",
        {}, 413);

    const QList<std::pair<const char *, QByteArray>> actions{
        {"run", example + "/run"},
        {"run-pipeline", example + "/run-pipeline"},
        {"start", "/api/tasks"},
        {"nudge", example + "/nudge-recovery"},
        {"stop", example + "/stop" + live},
        {"task stop", "/api/tasks" + live + "/stop"},
        {"crash", example + "/crash" + live},
        {"task crash", "/api/tasks" + live + "/crash"}};
    for (const auto &[action, path] : actions) {
        const auto each = [&](const char *rule, const QByteArray &headers, const QByteArray &body,
                              int expected) {
            row(QByteArray(action + (": "_ba + rule)), "POST", path, headers, body, expected);
        };
        each("body not JSON 400", json, "{", 400);
        each("body not JSON 400, not UTF-8", json, "{\"\xff\":1}", 400);
        each("body not JSON 400, two documents", json, "{}{}", 400);
        each("body no object 422", json, "[]", 422);
        each("unknown field 422", json, R"({"bogus":1})", 422);
        each("wrong media type 415", kWantsJson + "Content-Type: text/plain\r\n", "{}", 415);
        each("wrong media type 415, of a form",
             kWantsJson + "Content-Type: application/x-www-form-urlencoded\r\n", "{}", 415);
        each("wrong media type 415, none with a body", kWantsJson, "{}", 415);
        each("wrong media type 415, none with an empty body", kWantsJson, {}, 415);
        each("wrong media type 415, another charset",
             kWantsJson + "Content-Type: application/json; charset=latin1\r\n", "{}", 415);
        each("Accept that cannot be met 406", kJsonType + "Accept: text/html\r\n", "{}", 406);
    }
    row("Content-Type with parameters", "POST", "/api/tasks",
        kWantsJson + "Content-Type: Application/JSON; charset=\"UTF-8\"\r\n",
        R"({"name":"count-to-n","input":{"n":1,"sleepMs":0}})", 202);

    row("404 before 409 and 422: stop", "POST", "/api/tasks" + kAbsent + "/stop", json,
        R"({"reason":7})", 404);
    row("404 before 409 and 422: crash", "POST", "/api/tasks" + kAbsent + "/crash", json,
        R"({"reason":7})", 404);
    row("404 of a nudge", "POST", example + "/nudge-recovery", json, R"({"id":"nobody"})", 404);
    row("stop of a terminal task 409", "POST", example + "/stop" + done, json, "{}", 409);
    row("crash of a terminal task 409", "POST", example + "/crash" + done, json, {}, 409);

    for (const QByteArray &path :
         QByteArrayList{"/api/tasks" + kAbsent, "/api/tasks" + kAbsent + "/events",
                        "/api/tasks" + kAbsent + "/steps", "/api/tasks/no%20key"_ba})
        row("no such task 404: " + path, "GET", path, kWantsJson, {}, 404);
    row("no such task 404: stream", "GET", example + "/reattach" + kAbsent,
        "Accept: text/event-stream\r\n", {}, 404);

    for (const QByteArray &path :
         QByteArrayList{"/api/tasks"_ba, "/api/tasks" + done, "/api/definitions"_ba,
                        "/api/tasks" + done + "/events", "/health"_ba, "/"_ba, "/metrics"_ba,
                        "/openapi.json"_ba})
        row("Accept that cannot be met 406: " + path, "GET", path, "Accept: image/png\r\n", {},
            406);
    row("Accept that cannot be met 406: reattach", "GET", example + "/reattach" + done, kWantsJson,
        {}, 406);
    row("Accept with a weight of 0", "GET", "/health", "Accept: application/json;q=0\r\n", {}, 406);
    row("Accept of anything", "GET", "/health", "Accept: text/html, */*;q=0.1\r\n", {}, 200);

    for (const char *query : {"limit=0", "limit=501", "limit=-1", "limit=x", "limit=", "limit=1e2",
                              "state=stale", "state=", "stale=yes", "cursor=x", "cursor=-1"})
        row("bad query 400: "_ba + query, "GET", "/api/tasks?"_ba + query, kWantsJson, {}, 400);
    for (const char *query :
         {"limit=0", "limit=1001", "after=-1", "after=x", "after=99999999999999999999"})
        row("bad query 400: events "_ba + query, "GET", "/api/tasks" + done + "/events?" + query,
            kWantsJson, {}, 400);
    row("after beyond the log", "GET", "/api/tasks" + done + "/events?after=9999", kWantsJson, {},
        200);
    row("OPTIONS", "OPTIONS", "/api/tasks", {}, {}, 204);
    row("OPTIONS of an unknown path", "OPTIONS", "/nothing", {}, {}, 404);
    row("OPTIONS *", "OPTIONS", "*", {}, {}, 204);
}

void TestRoutes::status()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, headers);
    QFETCH(QByteArray, body);
    QFETCH(int, expected);
    const RawAnswer answer = m_api->ask(method, target, headers, body);
    QCOMPARE(answer.status, expected);
    if (expected >= 400)
        QVERIFY2(isProblem(answer), answer.body.constData());
    QVERIFY(answer.headers.value("connection") == "close");
}

void TestRoutes::fieldsAreNamed_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("field");
    const QByteArray run = "/api/durable-example/run"_ba;
    const QByteArray tasks = "/api/tasks"_ba;
    const QByteArray nudge = "/api/durable-example/nudge-recovery"_ba;
    const QByteArray stop = "/api/tasks/" + m_live.bytes() + "/stop";
    QTest::newRow("n too small") << run << R"({"n":0})"_ba << "n"_ba;
    QTest::newRow("n too large") << run << R"({"n":1000001})"_ba << "n"_ba;
    QTest::newRow("n no whole number") << run << R"({"n":7.5})"_ba << "n"_ba;
    QTest::newRow("n a string") << run << R"({"n":"7"})"_ba << "n"_ba;
    QTest::newRow("n null") << run << R"({"n":null})"_ba << "n"_ba;
    QTest::newRow("n enormous") << run << R"({"n":1e300})"_ba << "n"_ba;
    QTest::newRow("sleepMs negative") << run << R"({"sleepMs":-1})"_ba << "sleepMs"_ba;
    QTest::newRow("sleepMs too large") << run << R"({"sleepMs":3600001})"_ba << "sleepMs"_ba;
    QTest::newRow("unknown input field") << run << R"({"m":7})"_ba << "m"_ba;
    QTest::newRow("delayMs") << run << R"({"delayMs":"7"})"_ba << "delayMs"_ba;
    QTest::newRow("delayMs of none") << run << R"({"delayMs":-1})"_ba << "delayMs"_ba;
    QTest::newRow("fresh") << run << R"({"fresh":1})"_ba << "fresh"_ba;
    QTest::newRow("autoRecover") << run << R"({"autoRecover":"yes"})"_ba << "autoRecover"_ba;
    QTest::newRow("idempotencyKey") << run << R"({"idempotencyKey":7})"_ba << "idempotencyKey"_ba;
    QTest::newRow("idempotencyKey empty")
        << run << R"({"idempotencyKey":""})"_ba << "idempotencyKey"_ba;
    QTest::newRow("idempotencyKey with a blank")
        << run << R"({"idempotencyKey":"a b"})"_ba << "idempotencyKey"_ba;
    QTest::newRow("idempotencyKey too long")
        << run << R"({"idempotencyKey":")" + QByteArray(256, 'a') + "\"}" << "idempotencyKey"_ba;
    QTest::newRow("runId too long")
        << run << R"({"runId":")" + QByteArray(65, 'a') + "\"}" << "runId"_ba;
    QTest::newRow("runId a number") << run << R"({"runId":7})"_ba << "runId"_ba;
    QTest::newRow("rows") << "/api/durable-example/run-pipeline"_ba << R"({"rows":0})"_ba
                          << "rows"_ba;
    QTest::newRow("stageMs") << "/api/durable-example/run-pipeline"_ba << R"({"stageMs":-1})"_ba
                             << "stageMs"_ba;
    QTest::newRow("name missing") << tasks << R"({"input":{}})"_ba << "name"_ba;
    QTest::newRow("name null") << tasks << R"({"name":null})"_ba << "name"_ba;
    QTest::newRow("name unknown") << tasks << R"({"name":"nobody"})"_ba << "name"_ba;
    QTest::newRow("input no object") << tasks << R"({"name":"count-to-n","input":[]})"_ba
                                     << "input"_ba;
    QTest::newRow("unknown field beside the input")
        << tasks << R"({"name":"count-to-n","n":7})"_ba << "n"_ba;
    QTest::newRow("delayMs of a task") << tasks << R"({"name":"count-to-n","delayMs":1.5})"_ba
                                       << "delayMs"_ba;
    QTest::newRow("fresh is no field of a task's input")
        << tasks << R"({"name":"count-to-n","input":{"fresh":true}})"_ba << "fresh"_ba;
    QTest::newRow("nudge of nothing") << nudge << R"({})"_ba << "id"_ba;
    QTest::newRow("nudge by id and name")
        << nudge << R"({"id":"a","name":"count-to-n"})"_ba << "name"_ba;
    QTest::newRow("reason") << stop << R"({"reason":7})"_ba << "reason"_ba;
    QTest::newRow("reason too long")
        << stop << R"({"reason":")" + QByteArray(1025, 'a') + "\"}" << "reason"_ba;
}

void TestRoutes::fieldsAreNamed()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, field);
    const RawAnswer answer = m_api->post(target, body);
    QCOMPARE(answer.status, 422);
    QVERIFY(isProblem(answer));
    QStringList named;
    for (const QJsonValue error : objectOf(answer).value("errors"_L1).toArray()) {
        named << error["field"_L1].toString();
        QVERIFY(!error["message"_L1].toString().isEmpty());
    }
    QCOMPARE(named, QStringList{QString::fromLatin1(field)});
}

void TestRoutes::wrongMethod_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArrayList>("allowed");
    const QByteArrayList reads{"GET"_ba, "HEAD"_ba, "OPTIONS"_ba};
    const QByteArrayList acts{"OPTIONS"_ba, "POST"_ba};
    QTest::newRow("/") << "/"_ba << reads;
    QTest::newRow("/health") << "/health"_ba << reads;
    QTest::newRow("/metrics") << "/metrics"_ba << reads;
    QTest::newRow("/openapi.json") << "/openapi.json"_ba << reads;
    QTest::newRow("/api/definitions") << "/api/definitions"_ba << reads;
    QTest::newRow("/api/tasks") << "/api/tasks"_ba
                                << QByteArrayList{"GET"_ba, "HEAD"_ba, "OPTIONS"_ba, "POST"_ba};
    QTest::newRow("/api/tasks/:id")
        << "/api/tasks/x"_ba << QByteArrayList{"DELETE"_ba, "GET"_ba, "HEAD"_ba, "OPTIONS"_ba};
    QTest::newRow("/api/tasks/:id/events") << "/api/tasks/x/events"_ba << reads;
    QTest::newRow("/api/tasks/:id/steps") << "/api/tasks/x/steps"_ba << reads;
    QTest::newRow("/api/tasks/:id/stop") << "/api/tasks/x/stop"_ba << acts;
    QTest::newRow("/api/tasks/:id/signal") << "/api/tasks/x/signal"_ba << acts;
    QTest::newRow("/api/tasks/:id/crash") << "/api/tasks/x/crash"_ba << acts;
    for (const char *name : {"run", "run-pipeline", "nudge-recovery", "stop/x", "crash/x"})
        QTest::newRow(name) << QByteArray("/api/durable-example/"_ba + name) << acts;
    QTest::newRow("reattach") << "/api/durable-example/reattach/x"_ba << reads;
}

void TestRoutes::wrongMethod()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArrayList, allowed);
    for (const char *method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
        if (allowed.contains(method))
            continue;
        const RawAnswer answer = m_api->ask(method, target, kJsonType);
        QCOMPARE(answer.status, 405);
        QVERIFY(isProblem(answer));
        QByteArrayList said = answer.headers.value("allow").split(',');
        for (QByteArray &name : said)
            name = name.trimmed();
        std::ranges::sort(said);
        QCOMPARE(said, allowed);
    }
    if (!allowed.contains("HEAD")) {
        const RawAnswer head = m_api->ask("HEAD", target);
        QCOMPARE(head.status, 405);
        QVERIFY(head.body.isEmpty());
    }
    const RawAnswer options = m_api->ask("OPTIONS", target);
    QCOMPARE(options.status, 204);
    QCOMPARE(options.headers.value("allow").split(',').size(), allowed.size());
}

void TestRoutes::headIsGetWithoutItsBody_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("accept");
    const QByteArray done = m_done.bytes();
    QTest::newRow("/") << "/"_ba << "*/*"_ba;
    QTest::newRow("/health") << "/health"_ba << "*/*"_ba;
    QTest::newRow("/openapi.json") << "/openapi.json"_ba << "*/*"_ba;
    QTest::newRow("tasks") << "/api/tasks?name=pipeline-with-steps"_ba << "*/*"_ba;
    QTest::newRow("task") << "/api/tasks/" + done << "*/*"_ba;
    QTest::newRow("events") << "/api/tasks/" + done + "/events" << "*/*"_ba;
    QTest::newRow("steps") << "/api/tasks/" + done + "/steps" << "*/*"_ba;
    QTest::newRow("definitions") << "/api/definitions"_ba << "*/*"_ba;
    QTest::newRow("events as a stream")
        << "/api/tasks/" + done + "/events" << "text/event-stream"_ba;
    QTest::newRow("reattach") << "/api/durable-example/reattach/" + done << "*/*"_ba;
    QTest::newRow("unknown path") << "/nothing"_ba << "*/*"_ba;
    QTest::newRow("unknown task") << "/api/tasks/nobody"_ba << "*/*"_ba;
}

void TestRoutes::headIsGetWithoutItsBody()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, accept);
    const RawAnswer get = m_api->get(target, accept);
    RawAnswer head = m_api->ask("HEAD", target, "Accept: " + accept + "\r\n");
    QVERIFY(get.status != 0);
    QCOMPARE(head.status, get.status);
    QVERIFY(head.body.isEmpty());
    QVERIFY(!get.body.isEmpty());
    QCOMPARE(head.headers, get.headers);
}

void TestRoutes::refusedBodiesStartNothing()
{
    const auto count = [&] {
        return objectOf(m_api->get("/api/tasks?limit=500")).value("tasks"_L1).toArray().size();
    };
    const auto before = count();
    QVERIFY(before > 0);
    for (const QByteArray &body :
         {R"({"n":3,"delayMs":null})"_ba, R"({"n":3,"bogus":1})"_ba, R"({"n":3,"fresh":"x"})"_ba})
        QCOMPARE(m_api->post("/api/durable-example/run", body).status, 422);
    QCOMPARE(m_api->post("/api/durable-example/run", R"({"n":3})", "image/png").status, 406);
    QCOMPARE(m_api
                 ->ask("POST", "/api/durable-example/run",
                       kJsonType + "Accept: text/event-stream\r\nLast-Event-ID: x\r\n",
                       R"({"n":3})")
                 .status,
             400);
    QCOMPARE(m_api
                 ->ask("POST", "/api/durable-example/run",
                       kJsonType + "Accept: text/event-stream\r\nLast-Event-ID: 7\r\n",
                       R"({"n":3})")
                 .status,
             400);
    QCOMPARE(count(), before);
}

void TestRoutes::hostAndOrigin_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<int>("expected");
    const QByteArray port = ":" + QByteArray::number(m_api->port());
    const auto row = [](const char *rule, const QByteArray &headers, int expected) {
        for (const char *method : {"GET", "HEAD", "OPTIONS", "POST"})
            QTest::newRow(QByteArray(rule + (", "_ba + method)).constData())
                << QByteArray(method) << headers
                << (expected == 200 && method == "OPTIONS"_ba    ? 204
                        : expected == 200 && method == "POST"_ba ? 202
                                                                 : expected);
    };
    row("Host localhost", "Host: localhost" + port + "\r\n", 200);
    row("Host 127.0.0.1", "Host: 127.0.0.1" + port + "\r\n", 200);
    row("Host [::1]", "Host: [::1]" + port + "\r\n", 200);
    row("Host on any port", "Host: localhost:1\r\n", 200);
    row("Host without a port", "Host: localhost\r\n", 200);
    row("another Host", "Host: example.org" + port + "\r\n", 403);
    row("a Host that begins like ours", "Host: localhost.example.org\r\n", 403);
    row("a Host that ends like ours", "Host: evil-localhost\r\n", 403);
    row("another loopback address", "Host: 127.0.0.2\r\n", 403);
    row("two Hosts", "Host: localhost\r\nHost: example.org\r\n", 400);
    row("no Host", {}, 400);
    row("own Origin", "Host: localhost" + port + "\r\nOrigin: http://localhost" + port + "\r\n",
        200);
    row("Origin of another name for us",
        "Host: localhost" + port + "\r\nOrigin: http://127.0.0.1" + port + "\r\n", 403);
    row("Origin on another port", "Host: localhost" + port + "\r\nOrigin: http://localhost:1\r\n",
        403);
    row("Origin with https",
        "Host: localhost" + port + "\r\nOrigin: https://localhost" + port + "\r\n", 403);
    row("Origin with a path",
        "Host: localhost" + port + "\r\nOrigin: http://localhost" + port + "/\r\n", 403);
    row("foreign Origin", "Host: localhost" + port + "\r\nOrigin: http://example.org\r\n", 403);
    row("Origin null", "Host: localhost" + port + "\r\nOrigin: null\r\n", 403);
    row("Origin empty", "Host: localhost" + port + "\r\nOrigin:\r\n", 403);
}

void TestRoutes::hostAndOrigin()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, headers);
    QFETCH(int, expected);
    const QByteArray body = R"({"name":"count-to-n","input":{"n":1,"sleepMs":0}})";
    QByteArray bytes = method + " /api/tasks HTTP/1.1\r\n" + headers + kWantsJson;
    if (method == "POST")
        bytes +=
            kJsonType + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    else
        bytes += "\r\n";
    const RawAnswer answer = RawHttp::ask(m_api->port(), bytes);
    QCOMPARE(answer.status, expected);
    if (expected >= 400 && method != "HEAD")
        QVERIFY(isProblem(answer));
}

void TestRoutes::listensOnBothLoopbacks()
{
    RawHttp client(m_api->port(), QHostAddress(QHostAddress::LocalHostIPv6));
    if (!client.waitConnected())
        QSKIP("this machine has no ::1");
    client.send("GET /health HTTP/1.1\r\nHost: [::1]\r\n\r\n");
    QVERIFY(client.waitClosed());
    QCOMPARE(client.answer().status, 200);
    QCOMPARE(m_api->server().url(), QUrl(u"http://127.0.0.1:"_s + QString::number(m_api->port())));
}

void TestRoutes::healthIsAsTheContractSays()
{
    const RawAnswer answer = m_api->get("/health");
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.headers.value("content-type"), "application/json"_ba);
    const QJsonObject health = objectOf(answer);
    QCOMPARE(health.value("status"_L1), QJsonValue(u"ok"_s));
    QCOMPARE(health.value("storage"_L1), QJsonValue(u"sqlite"_s));
    QCOMPARE(health.value("version"_L1), QJsonValue(QStringLiteral(KINTSUGI_VERSION)));
    QCOMPARE(health.value("workers"_L1), QJsonValue(1));
}

void TestRoutes::pageAndItsFiles()
{
    const RawAnswer page = m_api->get("/", "text/html,application/xhtml+xml,*/*;q=0.8");
    QCOMPARE(page.status, 200);
    QCOMPARE(page.headers.value("content-type"), "text/html; charset=utf-8"_ba);
    QCOMPARE(page.headers.value("x-content-type-options"), "nosniff"_ba);
    QVERIFY(page.headers.value("content-security-policy").contains("default-src 'none'"));
    const RawAnswer withQuery = m_api->get("/?task=x", "*/*");
    QCOMPARE(withQuery.body, page.body);

    static const QRegularExpression link(u"(?:src|href)=\"/?([^\"#:]+)\""_s);
    int files = 0;
    for (auto it = link.globalMatch(QString::fromUtf8(page.body)); it.hasNext(); ++files) {
        const QByteArray name = it.next().captured(1).toUtf8();
        const RawAnswer file = m_api->get('/' + name, "*/*");
        QVERIFY2(file.status == 200, name.constData());
        QVERIFY(!file.body.isEmpty());
        const QByteArray type = file.headers.value("content-type");
        QVERIFY2(!name.endsWith(".mjs") || type.startsWith("text/javascript"), type.constData());
        QVERIFY2(!name.endsWith(".css") || type.startsWith("text/css"), type.constData());
    }
    QVERIFY(files >= 2);
}

void TestRoutes::crashIsOnlyThereInTestMode_data()
{
    QTest::addColumn<bool>("testMode");
    QTest::addColumn<bool>("production");
    QTest::addColumn<int>("expected");
    QTest::newRow("test mode") << true << false << 202;
    QTest::newRow("no test mode") << false << false << 404;
    QTest::newRow("production") << true << true << 404;
    QTest::newRow("production without test mode") << false << true << 404;
}

void TestRoutes::crashIsOnlyThereInTestMode()
{
    QFETCH(bool, testMode);
    QFETCH(bool, production);
    QFETCH(int, expected);
    EngineConfig config = EngineFixture().config();
    config.testMode = testMode;
    HttpServerSettings settings;
    settings.api.production = production;
    ApiFixture api(settings, config);
    const TaskId id = api.start("count-to-n", {{u"sleepMs"_s, 3'600'000}});
    QVERIFY(api.reaches(id, TaskState::Running));
    const RawAnswer answer = api.post("/api/durable-example/crash/" + id.bytes(), {});
    QCOMPARE(answer.status, expected);
    QCOMPARE(api.post("/api/tasks/" + id.bytes() + "/crash", {}).status,
             expected == 404 ? 404 : 409); // Not driven any more.
    if (expected == 202) {
        QCOMPARE(objectOf(answer).value("outcome"_L1), QJsonValue(u"crashed"_s));
        return;
    }
    QCOMPARE(api.get("/api/durable-example/crash/" + id.bytes()).status, 404);
    QVERIFY(!api.taskNow(id).stale);
}

void TestRoutes::portTakenIsAConflict()
{
    HttpServerSettings settings;
    settings.port = m_api->port();
    const auto second = HttpServer::start(m_api->engine(), settings);
    QVERIFY(!second);
    QCOMPARE(second.error().code, ErrorCode::Conflict);
    QVERIFY(second.error().message.contains(QString::number(m_api->port())));
    settings.anotherPortWillDo = true;
    const auto third = HttpServer::start(m_api->engine(), settings);
    QVERIFY(third);
    QVERIFY((*third)->port() != m_api->port());
}

QTEST_GUILESS_MAIN(TestRoutes)
#include "tst_routes.moc"
