// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/cli/cliprogram.h"
#include "tests/support/rawhttp.h"

#include <QFile>
#include <QTemporaryDir>
#include <QUrl>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! The flags of serve that say where it listens and whom it answers. */
class TestServerFlags final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void badOnesAreRefused_data();
    void badOnesAreRefused();
    void helpNamesThem();
    void listedHostsAndOriginsAreAnswered();
    void tokenIsWanted();
    void commandsBearTheToken();
    void trustedHeaderIsTheUser();
    void bindsWhereItIsTold_data();
    void bindsWhereItIsTold();

private:
    [[nodiscard]] QStringList serve(const QStringList &flags) const
    {
        return QStringList{u"serve"_s, u"--port"_s, u"0"_s, u"--db"_s,
                           m_folder.filePath(u"tasks.db"_s)}
        + flags;
    }
    static RawAnswer get(const QUrl &server, const QByteArray &target,
                         const QByteArray &headers = "Host: localhost\r\n");
    QTemporaryDir m_folder;
};

RawAnswer TestServerFlags::get(const QUrl &server, const QByteArray &target,
                               const QByteArray &headers)
{
    RawHttp client(quint16(server.port()), QHostAddress(server.host()));
    if (!client.waitConnected())
        return {};
    client.send("GET " + target + " HTTP/1.1\r\n" + headers + "\r\n");
    return client.waitClosed() ? client.answer() : RawAnswer{};
}

void TestServerFlags::badOnesAreRefused_data()
{
    QTest::addColumn<QStringList>("flags");
    QTest::addColumn<QByteArray>("said");
    const auto row = [](const char *name, const QStringList &flags, const QByteArray &said) {
        QTest::newRow(name) << flags << said;
    };
    row("a host with a path", {u"--allow-host"_s, u"a/b"_s}, "a/b");
    row("the second host", {u"--allow-host"_s, u"a"_s, u"--allow-host"_s, u"http://b"_s},
        "http://b");
    row("an origin without a scheme", {u"--allow-origin"_s, u"a.example"_s}, "a.example");
    row("every origin", {u"--allow-origin"_s, u"*"_s}, "*");
    row("an empty token", {u"--token"_s, QString()}, "--token takes");
    row("a token with a blank", {u"--token"_s, u"a b"_s}, "--token takes");
    row("a header that is none", {u"--trust-user-header"_s, u"X User"_s}, "X User");
    row("an empty header", {u"--trust-user-header"_s, QString()}, "--trust-user-header takes");
    row("no address", {u"--bind"_s, u"nowhere"_s}, "not \"nowhere\"");
    row("an address with a port", {u"--bind"_s, u"127.0.0.1:80"_s}, "not \"127.0.0.1:80\"");
    row("all addresses without a token", {u"--bind"_s, u"0.0.0.0"_s}, "--token");
    row("all IPv6 addresses without a token", {u"--bind"_s, u"::"_s}, "--token");
    row("all of IPv4 as IPv6 says it, without a token", {u"--bind"_s, u"::ffff:0.0.0.0"_s},
        "--token");
    row("no connections", {u"--max-connections"_s, u"0"_s}, "from 1 to 1000000, not \"0\"");
    row("connections that are no number", {u"--max-connections"_s, u"9x"_s}, "not \"9x\"");
    row("an address beyond loopback without a token", {u"--bind"_s, u"192.0.2.1"_s}, "--token");
    row("an address of another machine", {u"--bind"_s, u"192.0.2.1"_s, u"--token"_s, u"s3cret"_s},
        "192.0.2.1");
}

void TestServerFlags::badOnesAreRefused()
{
    QFETCH(QStringList, flags);
    QFETCH(QByteArray, said);
    CliProgram program(serve(flags));
    QCOMPARE(program.code(), 2);
    QVERIFY(program.out().isEmpty());
    QVERIFY2(program.err().contains(said), program.err().constData());
    QVERIFY(!program.err().contains("s3cret"));
}

void TestServerFlags::helpNamesThem()
{
    CliProgram help({u"serve"_s, u"--help"_s});
    QCOMPARE(help.code(), 0);
    for (const char *flag :
         {"--bind <ADDR>", "--token <TOKEN>", "--allow-host <HOST>", "--allow-origin <ORIGIN>",
          "--trust-user-header <NAME>", "--max-connections <N>"})
        QVERIFY2(help.out().contains(flag), flag);
}

void TestServerFlags::listedHostsAndOriginsAreAnswered()
{
    CliProgram program(serve({u"--allow-host"_s, u"box.example"_s, u"--allow-host"_s,
                              u"other.example:81"_s, u"--allow-origin"_s, u"https://a.example"_s,
                              u"--allow-origin"_s, u"http://b.example:8080"_s}));
    const QUrl server(addressOf(program));
    QCOMPARE(get(server, "/health", "Host: box.example:7\r\n").status, 200);
    QCOMPARE(get(server, "/health", "Host: other.example:81\r\n").status, 200);
    QCOMPARE(get(server, "/health", "Host: other.example\r\n").status, 403);
    for (const QByteArray &origin : {"https://a.example"_ba, "http://b.example:8080"_ba}) {
        const RawAnswer answer =
            get(server, "/health", "Host: localhost\r\nOrigin: " + origin + "\r\n");
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.headers.value("access-control-allow-origin"), origin);
    }
    QCOMPARE(get(server, "/health", "Host: localhost\r\nOrigin: http://b.example\r\n").status, 403);
}

void TestServerFlags::tokenIsWanted()
{
    CliProgram program(serve({u"--token"_s, u"s3cret"_s}));
    const QUrl server(addressOf(program));
    const RawAnswer refused = get(server, "/health");
    QCOMPARE(refused.status, 401);
    QCOMPARE(refused.headers.value("www-authenticate"), "Bearer"_ba);
    QCOMPARE(get(server, "/health?token=s3cret").status, 200);
    QCOMPARE(get(server, "/health", "Host: localhost\r\nAuthorization: Bearer s3cret\r\n").status,
             200);
}

void TestServerFlags::commandsBearTheToken()
{
    CliProgram program(serve({u"--token"_s, u"s3cret"_s}));
    const QString url = addressOf(program);
    const auto code = [](const QStringList &words) { return CliProgram(words).code(); };
    CliProgram refused({u"list"_s, u"--url"_s, url});
    QCOMPARE(refused.code(), 2);
    QVERIFY(refused.err().contains("wants its token"));
    QCOMPARE(code({u"list"_s, u"--url"_s, url, u"--token"_s, u"other"_s}), 2);
    QCOMPARE(code({u"list"_s, u"--url"_s, url, u"--token"_s, u"s3 cret"_s}), 2);
    QCOMPARE(code({u"list"_s, u"--token"_s, u"s3cret"_s}), 2); // Whose?
    CliProgram run({u"run"_s, u"count-to-n"_s, u"--input"_s, u"{\"n\":2,\"sleepMs\":0}"_s,
                    u"--url"_s, url, u"--token"_s, u"s3cret"_s, u"--json"_s});
    QCOMPARE(run.code(), 0);
    const QString id = run.last().value("taskId"_L1).toString();
    for (const QString &command : {u"show"_s, u"tail"_s, u"delete"_s})
        QCOMPARE(code({command, id, u"--url"_s, url, u"--token"_s, u"s3cret"_s}), 0);
    QCOMPARE(code({u"list"_s, u"--url"_s, url, u"--token"_s, u"s3cret"_s}), 0);
}

void TestServerFlags::trustedHeaderIsTheUser()
{
    CliProgram program(serve({u"--trust-user-header"_s, u"X-Forwarded-User"_s}));
    const QUrl server(addressOf(program));
    const QByteArray input = R"({"n":1,"sleepMs":0})";
    const RawAnswer started = RawHttp::ask(
        quint16(server.port()),
        "POST /api/durable-example/run HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-User: ann\r\n"
        "Content-Type: application/json\r\nContent-Length: "
            + QByteArray::number(input.size()) + "\r\n\r\n" + input);
    QCOMPARE(started.status, 200);
    const QByteArray path = "/api/tasks/" + started.headers.value("x-task-id");
    QCOMPARE(get(server, path, "Host: localhost\r\nX-Forwarded-User: ann\r\n").status, 200);
    QCOMPARE(get(server, path).status, 404);
}

void TestServerFlags::bindsWhereItIsTold_data()
{
    QTest::addColumn<QStringList>("flags");
    QTest::addColumn<QString>("host");
    QTest::newRow("one loopback address")
        << QStringList{u"--bind"_s, u"127.0.0.1"_s} << u"127.0.0.1"_s;
    QTest::newRow("another loopback address")
        << QStringList{u"--bind"_s, u"127.0.0.2"_s} << u"127.0.0.2"_s;
    QTest::newRow("all, and how they are reached from here")
        << QStringList{u"--bind"_s, u"0.0.0.0"_s, u"--token"_s, u"s3cret"_s} << u"127.0.0.1"_s;
    QTest::newRow("all of both kinds")
        << QStringList{u"--bind"_s, u"::"_s, u"--token"_s, u"s3cret"_s} << u"127.0.0.1"_s;
}

void TestServerFlags::bindsWhereItIsTold()
{
    QFETCH(QStringList, flags);
    QFETCH(QString, host);
    CliProgram program(serve(flags));
    const QUrl server(addressOf(program));
    QCOMPARE(server.host(), host);
    QCOMPARE(get(server, "/health?token=s3cret").status, 200);
    const auto isOpen = [&server](const QString &address) {
        RawHttp client(quint16(server.port()), QHostAddress(address));
        const auto isConnected = [&client] {
            return client.socket().state() == QAbstractSocket::ConnectedState;
        };
        return client.waitFor([&] { return isConnected() || client.isClosed(); }) && isConnected();
    };
    QCOMPARE(isOpen(u"127.0.0.3"_s), flags.contains(u"0.0.0.0"_s) || flags.contains(u"::"_s));
    if (QFile::exists(u"/proc/net/if_inet6"_s))
        QCOMPARE(isOpen(u"::1"_s), flags.contains(u"::"_s));
}

QTEST_GUILESS_MAIN(TestServerFlags)
#include "tst_serverflags.moc"
