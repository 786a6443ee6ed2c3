// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/http/apifixture.h"

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! Who is let in and as whom: the token, pages of other origins, users, addresses. */
class TestAccess final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tokenIsWantedOnEveryRoute_data();
    void tokenIsWantedOnEveryRoute();
    void tokens_data();
    void tokens();
    void strangersAreForbiddenBeforeTheToken();
    void preflightIsAnswered();
    void preflightsOfStrangersAreNot_data();
    void preflightsOfStrangersAreNot();
    void listedOriginsReadEveryAnswer_data();
    void listedOriginsReadEveryAnswer();
    void ownOriginNeedsNoLeave();
    void originsAreAsBrowsersWriteThem_data();
    void originsAreAsBrowsersWriteThem();
    void usersHaveTheirOwn();
    void anotherUsersTaskIsNotThere_data();
    void anotherUsersTaskIsNotThere();
    void theHeaderIsNothingUnlessTrusted();
    void namesOfUsers_data();
    void namesOfUsers();
    void oneAddressAlone();
    void cleanupTestCase() { m_api.reset(); }

private:
    std::unique_ptr<ApiFixture> m_api; // Of the rows of tokenIsWantedOnEveryRoute().
};

namespace {

const QByteArray kRun = "/api/durable-example/run"_ba;
const QByteArray kJson = "Content-Type: application/json\r\n"_ba;
const QByteArray kPage = "Origin: https://app.example\r\n"_ba;
constexpr qint64 kHour = 3'600'000;

HttpServerSettings withToken(const QByteArray &token)
{
    HttpServerSettings settings;
    settings.access.token = token;
    return settings;
}

HttpServerSettings withOrigin(const QString &origin = u"https://app.example"_s)
{
    HttpServerSettings settings;
    settings.access.hosts = HostPolicy::make({}, {origin}).value();
    return settings;
}

HttpServerSettings withUsers()
{
    HttpServerSettings settings;
    settings.access.userHeader = "X-User"_ba;
    return settings;
}

QByteArray asUser(const QByteArray &name)
{
    return "X-User: " + name + "\r\n";
}

} // namespace

void TestAccess::tokenIsWantedOnEveryRoute_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    const auto rows = [](const QByteArray &method, const QByteArrayList &targets) {
        for (const QByteArray &target : targets)
            QTest::newRow(QByteArray(method + ' ' + target).constData()) << method << target;
    };
    rows("GET",
         {"/", "/health", "/nowhere", "/api/tasks", "/api/tasks/x", "/api/tasks/x/events",
          "/api/tasks/x/steps", "/api/definitions", "/api/events",
          "/api/durable-example/reattach/x"});
    rows("POST",
         {kRun, "/api/durable-example/run-pipeline", "/api/durable-example/crash/x",
          "/api/durable-example/stop/x", "/api/durable-example/nudge-recovery", "/api/tasks",
          "/api/tasks/x/stop", "/api/tasks/x/suspend", "/api/tasks/x/resume", "/api/tasks/x/retry",
          "/api/tasks/x/signal", "/api/tasks/x/fork", "/api/tasks/x/crash"});
    rows("DELETE", {"/api/tasks/x"});
    rows("HEAD", {"/health"});
    rows("OPTIONS", {"/api/tasks", "*"});
    rows("PUT", {"/api/tasks"});
}

void TestAccess::tokenIsWantedOnEveryRoute()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    if (!m_api)
        m_api = std::make_unique<ApiFixture>(withToken("s3cret"));
    const ApiFixture &api = *m_api;
    const RawAnswer answer = api.ask(method, target, kJson);
    QCOMPARE(answer.status, 401);
    QCOMPARE(answer.headers.value("www-authenticate"), "Bearer"_ba);
    QCOMPARE(answer.headers.value("content-type"), "application/problem+json"_ba);
    QVERIFY(!answer.body.contains("s3cret"));
    if (target != "/api/events") // Which does not end.
        QVERIFY(api.ask(method, target, kJson + "Authorization: Bearer s3cret\r\n").status != 401);
}

void TestAccess::tokens_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<int>("expected");
    const auto row = [](const char *name, const QByteArray &query, const QByteArray &headers,
                        int expected) { QTest::newRow(name) << query << headers << expected; };
    row("none", {}, {}, 401);
    row("header", {}, "Authorization: Bearer a+b/c==\r\n", 200);
    row("scheme in lower case", {}, "authorization: bearer a+b/c==\r\n", 200);
    row("several blanks", {}, "Authorization: Bearer   a+b/c==\r\n", 200);
    row("another", {}, "Authorization: Bearer a+b/c=\r\n", 401);
    row("longer", {}, "Authorization: Bearer a+b/c==x\r\n", 401);
    row("in capitals", {}, "Authorization: Bearer A+B/C==\r\n", 401);
    row("no scheme", {}, "Authorization: a+b/c==\r\n", 401);
    row("no token", {}, "Authorization: Bearer\r\n", 401);
    row("another scheme", {}, "Authorization: Basic a+b/c==\r\n", 401);
    row("twice", {}, "Authorization: Bearer a+b/c==\r\nAuthorization: Bearer x\r\n", 401);
    row("query", "?token=a%2Bb%2Fc%3D%3D", {}, 200);
    row("query as it is typed", "?token=a+b/c==", {}, 200);
    row("query among others", "?limit=1&token=a+b/c==&q=x", {}, 200);
    row("query, another", "?token=a+b/c", {}, 401);
    row("query, empty", "?token=", {}, 401);
    row("query, no value", "?token", {}, 401);
    row("query in capitals", "?TOKEN=a+b/c==", {}, 401);
    row("query, part of a name", "?xtoken=a+b/c==", {}, 401);
    row("query beside a proxy's own", "?token=a+b/c==", "Authorization: Basic eDp5\r\n", 200);
}

void TestAccess::tokens()
{
    QFETCH(QByteArray, query);
    QFETCH(QByteArray, headers);
    QFETCH(int, expected);
    ApiFixture api(withToken("a+b/c=="));
    QCOMPARE(api.ask("GET", "/api/tasks" + query, headers).status, expected);
}

void TestAccess::strangersAreForbiddenBeforeTheToken()
{
    ApiFixture api(withToken("s3cret"));
    QCOMPARE(RawHttp::ask(api.port(), "GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n").status,
             403);
    QCOMPARE(api.ask("GET", "/health", "Origin: http://evil.example\r\n").status, 403);
    // A token lets nobody in from a page that is not allowed.
    QCOMPARE(api.ask("GET", "/health?token=s3cret", "Origin: http://evil.example\r\n").status, 403);
}

void TestAccess::preflightIsAnswered()
{
    HttpServerSettings settings = withOrigin();
    settings.access.token = "s3cret";
    ApiFixture api(settings);
    for (const QByteArray &path : QByteArrayList{kRun, "/api/tasks/x", "/nowhere"}) {
        const RawAnswer answer =
            api.ask("OPTIONS", path, // Bears no token: browsers send none with it.
                    kPage
                        + "Access-Control-Request-Method: POST\r\n"
                          "Access-Control-Request-Headers: content-type,last-event-id\r\n");
        QCOMPARE(answer.status, 204);
        QCOMPARE(answer.headers.value("access-control-allow-origin"), "https://app.example"_ba);
        QCOMPARE(answer.headers.value("access-control-allow-methods"),
                 "GET, HEAD, POST, DELETE"_ba);
        QCOMPARE(answer.headers.value("access-control-allow-headers"),
                 "Accept, Authorization, Cache-Control, Content-Type, Last-Event-ID"_ba);
        QVERIFY(answer.headers.value("access-control-max-age").toInt() > 0);
        QCOMPARE(answer.headers.value("vary"), "Origin"_ba);
        QVERIFY(answer.body.isEmpty());
    }
}

void TestAccess::preflightsOfStrangersAreNot_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<int>("expected");
    const QByteArray asks = "Access-Control-Request-Method: POST\r\n";
    QTest::newRow("another origin") << "Origin: https://evil.example\r\n" + asks << 403;
    QTest::newRow("another scheme") << "Origin: http://app.example\r\n" + asks << 403;
    QTest::newRow("another port") << "Origin: https://app.example:444\r\n" + asks << 403;
    QTest::newRow("no page at all") << asks << 401;
    QTest::newRow("two origins") << kPage + kPage + asks << 400;
    QTest::newRow("no question") << kPage << 401;
}

void TestAccess::preflightsOfStrangersAreNot()
{
    QFETCH(QByteArray, headers);
    QFETCH(int, expected);
    HttpServerSettings settings = withOrigin();
    settings.access.token = "s3cret";
    ApiFixture api(settings);
    const RawAnswer answer = api.ask("OPTIONS", kRun, headers);
    QCOMPARE(answer.status, expected);
    QVERIFY(!answer.headers.contains("access-control-allow-methods"));
    QCOMPARE(answer.headers.value("vary"), "Origin"_ba);
    if (expected != 401 || !headers.startsWith(kPage))
        QVERIFY(!answer.headers.contains("access-control-allow-origin"));
}

void TestAccess::listedOriginsReadEveryAnswer_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("expected");
    const auto row = [](const char *name, const QByteArray &method, const QByteArray &target,
                        const QByteArray &headers, const QByteArray &body, int expected) {
        QTest::newRow(name) << method << target << headers << body << expected;
    };
    const QByteArray token = "Authorization: Bearer s3cret\r\n";
    const QByteArray good = token + kJson;
    row("JSON", "GET", "/api/tasks", good, {}, 200);
    row("a stream", "POST", kRun, good, R"({"n":1,"sleepMs":0})", 200);
    row("an accepted start", "POST", kRun, good + "Accept: application/json\r\n",
        R"({"n":1,"sleepMs":0})", 202);
    row("nothing there", "GET", "/api/tasks/x", good, {}, 404);
    row("another type", "POST", kRun, token, "{}", 415);
    row("a bad field", "POST", kRun, good, R"({"n":0})", 422);
    row("no token", "GET", "/api/tasks", {}, {}, 401);
    row("a method that is none here", "PUT", "/api/tasks", good, {}, 405);
    row("a body too long", "POST", kRun, good, QByteArray((1 << 20) + 1, ' '), 413);
    row("HEAD", "HEAD", "/api/tasks", good, {}, 200);
}

void TestAccess::listedOriginsReadEveryAnswer()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, headers);
    QFETCH(QByteArray, body);
    QFETCH(int, expected);
    HttpServerSettings settings = withOrigin();
    settings.access.token = "s3cret";
    ApiFixture api(settings);
    const RawAnswer answer = api.ask(method, target, headers + kPage, body);
    QCOMPARE(answer.status, expected);
    QCOMPARE(answer.headers.value("access-control-allow-origin"), "https://app.example"_ba);
    QCOMPARE(answer.headers.value("access-control-expose-headers"),
             "X-Task-Id, X-Idempotency-Key, Location, Retry-After"_ba);
    QCOMPARE(answer.headers.value("vary"), "Origin"_ba);
    // The same without a page: a cache must know that it is another answer.
    const RawAnswer plain = api.ask(method, target, headers, body);
    QCOMPARE(plain.status, expected);
    QCOMPARE(plain.headers.value("vary"), "Origin"_ba);
    QVERIFY(!plain.headers.contains("access-control-allow-origin"));
}

void TestAccess::ownOriginNeedsNoLeave()
{
    ApiFixture api;
    const RawAnswer answer = api.ask(
        "GET", "/api/tasks", "Origin: http://127.0.0.1:" + QByteArray::number(api.port()) + "\r\n");
    QCOMPARE(answer.status, 200);
    QVERIFY(!answer.headers.contains("access-control-allow-origin"));
    QVERIFY(!answer.headers.contains("vary"));
}

void TestAccess::originsAreAsBrowsersWriteThem_data()
{
    QTest::addColumn<QString>("listed");
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<int>("expected");
    QTest::newRow("as listed") << u"http://a.example:81"_s << "http://a.example:81"_ba << 200;
    QTest::newRow("in capitals") << u"https://A.example"_s << "https://a.example"_ba << 200;
    QTest::newRow("with https's port")
        << u"https://a.example:443"_s << "https://a.example"_ba << 200;
    QTest::newRow("with http's port") << u"http://a.example:80"_s << "http://a.example"_ba << 200;
    QTest::newRow("with the other's port")
        << u"http://a.example:443"_s << "http://a.example"_ba << 403;
    QTest::newRow("a name that begins so")
        << u"https://a.example"_s << "https://a.example.evil.example"_ba << 403;
    QTest::newRow("a page without an origin") << u"null"_s << "null"_ba << 200;
}

void TestAccess::originsAreAsBrowsersWriteThem()
{
    QFETCH(QString, listed);
    QFETCH(QByteArray, sent);
    QFETCH(int, expected);
    ApiFixture api(withOrigin(listed));
    QCOMPARE(api.ask("GET", "/api/tasks", "Origin: " + sent + "\r\n").status, expected);
}

void TestAccess::usersHaveTheirOwn()
{
    ApiFixture api(withUsers());
    const auto run = [&](const QByteArray &headers) {
        return objectOf(api.ask("POST", kRun, kJson + "Accept: application/json\r\n" + headers,
                                R"({"n":1,"sleepMs":0})"));
    };
    const QJsonObject ann = run(asUser("ann@example.org"));
    const QJsonObject local = run({});
    QCOMPARE(ann["task"_L1]["userId"_L1].toString(), u"ann@example.org"_s);
    QCOMPARE(local["task"_L1]["userId"_L1].toString(), u"local"_s);
    QCOMPARE(ann["outcome"_L1].toString(),
             u"created"_s); // The same input, and yet no task of hers.
    QCOMPARE(local["outcome"_L1].toString(), u"created"_s);
    QVERIFY(ann["task"_L1]["idempotencyKey"_L1] != local["task"_L1]["idempotencyKey"_L1]);
    QCOMPARE(run(asUser("local"))["task"_L1]["id"_L1], local["task"_L1]["id"_L1]);
    const auto idsOf = [&](const QByteArray &headers) {
        QStringList ids;
        for (const QJsonValue task :
             objectOf(api.ask("GET", "/api/tasks", headers)).value("tasks"_L1).toArray())
            ids << task["id"_L1].toString();
        return ids;
    };
    QCOMPARE(idsOf(asUser("ann@example.org")), QStringList{ann["task"_L1]["id"_L1].toString()});
    QCOMPARE(idsOf({}), QStringList{local["task"_L1]["id"_L1].toString()});
    QCOMPARE(idsOf(asUser("bob")), QStringList());
    const QByteArray named = R"({"name":"count-to-n","input":{"n":9,"sleepMs":0}})";
    for (const QByteArray &target : {"/api/tasks"_ba, "/api/durable-example/nudge-recovery"_ba}) {
        const QJsonObject started = objectOf(
            api.ask("POST", target, kJson + "Accept: application/json\r\n" + asUser("bob"), named));
        QCOMPARE(started["task"_L1]["userId"_L1].toString(), u"bob"_s);
    }
}

void TestAccess::anotherUsersTaskIsNotThere_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const QByteArray &method, const QByteArray &target,
                        const QByteArray &body = {}) {
        QTest::newRow(QByteArray(method + ' ' + target).constData()) << method << target << body;
    };
    row("GET", "/api/tasks/ID");
    row("GET", "/api/tasks/ID/events");
    row("GET", "/api/tasks/ID/steps");
    row("GET", "/api/tasks/ID/steps?runs=true");
    row("GET", "/api/durable-example/reattach/ID");
    for (const char *action : {"stop", "suspend", "resume", "retry", "crash"})
        row("POST", QByteArray("/api/tasks/ID/") + action);
    row("POST", "/api/tasks/ID/signal", R"({"name":"x"})");
    row("POST", "/api/tasks/ID/fork", R"({"fromStep":"x"})");
    row("POST", "/api/durable-example/stop/ID");
    row("POST", "/api/durable-example/crash/ID");
    row("POST", "/api/durable-example/nudge-recovery", R"({"id":"ID"})");
    row("DELETE", "/api/tasks/ID");
}

void TestAccess::anotherUsersTaskIsNotThere()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, body);
    ApiFixture api(withUsers());
    const QJsonObject task =
        objectOf(api.ask("POST", kRun, kJson + "Accept: application/json\r\n" + asUser("ann"),
                         "{\"sleepMs\":" + QByteArray::number(kHour) + '}'))["task"_L1]
            .toObject();
    const QByteArray id = task["id"_L1].toString().toLatin1();
    const auto now = [&] {
        return objectOf(api.ask("GET", "/api/tasks/" + id, asUser("ann")))["lastSeq"_L1].toInt();
    };
    QVERIFY(QTest::qWaitFor([&] { return now() == 2; }));
    for (const QByteArray &name : {id, task["idempotencyKey"_L1].toString().toLatin1()}) {
        for (const QByteArray &other : {asUser("bob"), QByteArray()}) {
            const RawAnswer answer = api.ask(method, QByteArray(target).replace("ID", name),
                                             kJson + other, QByteArray(body).replace("ID", name));
            QCOMPARE(answer.status, 404);
        }
    }
    QCOMPARE(now(), 2);
}

void TestAccess::theHeaderIsNothingUnlessTrusted()
{
    ApiFixture api;
    const QJsonObject started =
        objectOf(api.ask("POST", kRun, kJson + "Accept: application/json\r\n" + asUser("ann"),
                         R"({"n":1,"sleepMs":0})"));
    QCOMPARE(started["task"_L1]["userId"_L1].toString(), u"local"_s);
}

void TestAccess::namesOfUsers_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<int>("expected");
    QTest::newRow("none") << QByteArray() << 200;
    QTest::newRow("an address") << asUser("ann@example.org") << 200;
    QTest::newRow("a domain's") << asUser("DOMAIN\\ann") << 200;
    QTest::newRow("two words") << asUser("Ann Lee") << 200;
    QTest::newRow("in another script") << asUser("\xe9\x87\x91\xe7\xb6\x99\xe3\x81\x8e") << 200;
    QTest::newRow("beyond the first plane") << asUser("\xf0\x9d\x94\x9e") << 200;
    QTest::newRow("as long as may be") << asUser(QByteArray(255, 'a')) << 200;
    QTest::newRow("too long") << asUser(QByteArray(256, 'a')) << 400;
    QTest::newRow("empty") << asUser({}) << 400;
    QTest::newRow("two users") << asUser("ann") + asUser("bob") << 400;
    QTest::newRow("no text") << asUser("\xff\xfe") << 400;
    QTest::newRow("a control character") << asUser("a\xc2\x85z") << 400;
    QTest::newRow("a tab") << asUser("a\tz") << 400;
    QTest::newRow("the header's name in capitals") << "X-USER: ann\r\n"_ba << 200;
}

void TestAccess::namesOfUsers()
{
    QFETCH(QByteArray, headers);
    QFETCH(int, expected);
    ApiFixture api(withUsers());
    const RawAnswer answer = api.ask("GET", "/api/tasks", headers);
    QCOMPARE(answer.status, expected);
    if (expected == 400)
        QVERIFY(objectOf(answer)["detail"_L1].toString().contains("X-User"_L1));
}

void TestAccess::oneAddressAlone()
{
    HttpServerSettings settings;
    settings.address = QHostAddress(u"127.0.0.2"_s);
    settings.access.hosts = HostPolicy::make({u"127.0.0.2"_s}, {}).value();
    ApiFixture api(settings);
    QCOMPARE(api.server().url().host(), u"127.0.0.2"_s);
    QCOMPARE(api.server().url().port(), int(api.port()));
    RawHttp there(api.port(), settings.address);
    QVERIFY(there.waitConnected());
    there.send("GET /health HTTP/1.1\r\nHost: 127.0.0.2:" + QByteArray::number(api.port())
               + "\r\n\r\n");
    QVERIFY(there.waitClosed());
    QCOMPARE(there.answer().status, 200);
    RawHttp here(api.port());
    QVERIFY(here.waitClosed()); // Nobody listens.
}

QTEST_GUILESS_MAIN(TestAccess)
#include "tst_access.moc"
