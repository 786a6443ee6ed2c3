// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/cli/cliprogram.h"
#include "tests/support/rawhttp.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QUrl>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

namespace {
const QStringList kAwake{u"--park-after-ms"_s, u"86400000"_s}; // What sleeps long stays running.
}

/*! Several processes on one store: serve, those who talk to it, and signals. */
class TestProcesses final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void serveSaysWhereFirst_data();
    void serveSaysWhereFirst();
    void signalsEndServe_data();
    void signalsEndServe();
    void signalsEndRun_data();
    void signalsEndRun();
    void secondSignalEndsAtOnce();
    void readerThatLeavesEndsARun();
    void takenPortHarmsNobody();
    void productionHasNoCrash();
    void urlIsAsGoodAsTheStore();
    void goneServerIsUnreachable();
    void nudgeDrivesAloneToTheEnd();
    void streamCommandReadsARun();

private:
    [[nodiscard]] QStringList db() const
    {
        return {u"--db"_s, m_folder->filePath(u"tasks.db"_s), u"--json"_s};
    }
    [[nodiscard]] QStringList serve() const
    {
        return QStringList{u"serve"_s, u"--port"_s, u"0"_s, u"--stale-ms"_s, u"300"_s} + kAwake
            + db();
    }
    [[nodiscard]] QString stateOf(const QString &id) const
    {
        CliProgram show(QStringList{u"show"_s, id} + db());
        return show.code() == 0 ? show.last().value("state"_L1).toString() : QString();
    }
    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

const QString kLong = u"{\"n\":5,\"sleepMs\":3600000}"_s;

QByteArray post(const QByteArray &path, const QByteArray &body = {})
{
    return "POST " + path
        + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: "
          "application/json\r\nContent-Length: "
        + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

quint16 portOf(const QString &address)
{
    return quint16(QUrl(address).port());
}

} // namespace

void TestProcesses::serveSaysWhereFirst_data()
{
    QTest::addColumn<bool>("json");
    QTest::newRow("for people") << false;
    QTest::newRow("with --json") << true;
}

void TestProcesses::serveSaysWhereFirst()
{
    QFETCH(bool, json);
    QStringList words = serve();
    if (!json)
        words.removeAll(u"--json"_s);
    CliProgram program(words);
    const QString address = addressOf(program);
    static const QRegularExpression form(u"^http://127\\.0\\.0\\.1:[1-9]\\d*$"_s);
    QVERIFY2(form.match(address).hasMatch(), program.out().constData());
    // It accepts connections by now.
    const RawAnswer health =
        RawHttp::ask(portOf(address), "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QCOMPARE(health.status, 200);
    program.signal(SIGTERM);
    QCOMPARE(program.code(), 0);
    QCOMPARE(program.out().count('\n'), 1);
    QVERIFY2(program.err().isEmpty(), program.err().constData());
}

void TestProcesses::signalsEndServe_data()
{
    QTest::addColumn<int>("number");
    QTest::newRow("SIGINT") << SIGINT;
    QTest::newRow("SIGTERM") << SIGTERM;
}

void TestProcesses::signalsEndServe()
{
    QFETCH(int, number);
    CliProgram program(serve());
    const QString address = addressOf(program);
    CliProgram run(
        {u"run"_s, u"count-to-n"_s, u"--input"_s, kLong, u"--url"_s, address, u"--json"_s});
    QVERIFY(run.prints("attempt_started"));
    const QString id = run.lines().first().value("taskId"_L1).toString();
    RawHttp half(portOf(address)); // A request that never ends holds nothing up.
    QVERIFY(half.waitConnected());
    half.send("POST /api/tasks HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{");
    QElapsedTimer time;
    time.start();
    program.signal(number);
    QCOMPARE(program.code(), 0);
    QVERIFY(time.elapsed() < 10'000);
    QCOMPARE(program.out().count('\n'), 1);
    QCOMPARE(stateOf(id), u"suspended"_s);
    QVERIFY(run.prints("\"suspended\""));
}

void TestProcesses::signalsEndRun_data()
{
    signalsEndServe_data();
}

void TestProcesses::signalsEndRun()
{
    QFETCH(int, number);
    QString id;
    {
        CliProgram run(QStringList{u"run"_s, u"count-to-n"_s, u"--input"_s, kLong} + kAwake + db());
        QVERIFY(run.prints("attempt_started"));
        run.signal(number);
        QCOMPARE(run.code(), 130);
        QCOMPARE(run.last().value("type"_L1), QJsonValue(u"suspended"_s));
        id = run.last().value("taskId"_L1).toString();
    }
    QCOMPARE(stateOf(id), u"suspended"_s);
    CliProgram again(QStringList{u"run"_s, u"count-to-n"_s, u"--input"_s, kLong} + kAwake + db());
    QVERIFY(again.prints("\"fromTick\":1"));
    QCOMPARE(again.lines().first().value("taskId"_L1).toString(), id);
    again.signal(number);
    QCOMPARE(again.code(), 130);

    CliProgram tail(QStringList{u"tail"_s, id} + db());
    QVERIFY(tail.prints("\"fromTick\":1"));
    tail.signal(number);
    QCOMPARE(tail.code(), 130);

    // At any moment of its start: 130 or, before it has heard of signals, the signal itself.
    for (int delay = 0; delay < 60; delay += 6) {
        CliProgram early(QStringList{u"run"_s, u"count-to-n"_s, u"--input"_s, kLong} + kAwake
                         + db());
        QTimer::singleShot(delay, qApp, [&early, number] { early.signal(number); });
        const int code = early.code();
        QVERIFY2(code == 130 || code == -1, QByteArray::number(code).constData());
        if (code == 130)
            QVERIFY(stateOf(id) == u"suspended"_s);
    }
}

void TestProcesses::secondSignalEndsAtOnce()
{
    // A process that is stopped gets both signals at once.
    CliProgram run(QStringList{u"run"_s, u"count-to-n"_s, u"--input"_s, kLong} + kAwake + db());
    QVERIFY(run.prints("attempt_started"));
    run.signal(SIGSTOP);
    run.signal(SIGINT);
    run.signal(SIGTERM);
    run.signal(SIGCONT);
    QCOMPARE(run.code(), 130);
}

void TestProcesses::readerThatLeavesEndsARun()
{
    QProcess shell;
    shell.start(u"/bin/sh"_s,
                QStringList{u"-c"_s, u"\"$@\" | head -n 2"_s, u"sh"_s,
                            QStringLiteral(KINTSUGI_BIN_DIR "/kintsugi-cli"), u"run"_s,
                            u"count-to-n"_s, u"--input"_s, u"{\"n\":100000,\"sleepMs\":20}"_s}
                    + db());
    QVERIFY(QTest::qWaitFor([&] { return shell.state() == QProcess::NotRunning; }, kCliPatienceMs));
    const QByteArray printed = shell.readAllStandardOutput();
    QCOMPARE(printed.count('\n'), 2);
    const auto first = parseJson(printed.split('\n').first());
    QVERIFY(first);
    QCOMPARE(stateOf((*first)["taskId"_L1].toString()), u"suspended"_s);
}

void TestProcesses::takenPortHarmsNobody()
{
    CliProgram first(serve());
    const QString address = addressOf(first);
    const QString port = QString::number(portOf(address));
    CliProgram run(
        {u"run"_s, u"count-to-n"_s, u"--input"_s, kLong, u"--url"_s, address, u"--json"_s});
    QVERIFY(run.prints("attempt_started"));
    CliProgram second(QStringList{u"serve"_s, u"--port"_s, port} + db());
    QCOMPARE(second.code(), 2);
    QVERIFY(second.out().isEmpty());
    QVERIFY(second.err().contains(port.toLatin1()));
    CliProgram list({u"list"_s, u"--url"_s, address, u"--json"_s});
    QCOMPARE(list.code(), 0);
    QCOMPARE(list.last().value("state"_L1), QJsonValue(u"running"_s));
    QCOMPARE(list.last().value("stale"_L1), QJsonValue(false));
    QCOMPARE(list.last().value("attempt"_L1), QJsonValue(1));
    CliProgram third(serve()); // Another port: two may serve one store.
    CliProgram other({u"list"_s, u"--url"_s, addressOf(third), u"--json"_s});
    QCOMPARE(other.code(), 0);
    QCOMPARE(other.last().value("id"_L1), list.last().value("id"_L1));
}

void TestProcesses::productionHasNoCrash()
{
    for (const bool production : {false, true}) {
        CliProgram program(serve() + QStringList{u"--test-mode"_s},
                           production ? QMap<QString, QString>{{u"KINTSUGI_ENV"_s, u"production"_s}}
                                      : QMap<QString, QString>{});
        const QString address = addressOf(program);
        QVERIFY(!address.isEmpty());
        const RawAnswer started =
            RawHttp::ask(portOf(address), post("/api/durable-example/run", kLong.toLatin1()));
        QCOMPARE(started.status, 202);
        const QByteArray id = parseJson(started.body)
                                  .value_or(QJsonValue())["task"_L1]["id"_L1]
                                  .toString()
                                  .toLatin1();
        const int expected = production ? 404 : 202;
        QCOMPARE(RawHttp::ask(portOf(address), post("/api/durable-example/crash/" + id)).status,
                 expected);
        QCOMPARE(RawHttp::ask(portOf(address), post("/api/tasks/" + id + "/crash")).status,
                 production ? 404 : 409);
        program.signal(SIGTERM);
        QCOMPARE(program.code(), 0);
    }
}

void TestProcesses::urlIsAsGoodAsTheStore()
{
    CliProgram program(serve());
    const QString address = addressOf(program);
    for (const QString &url : {address, QString(address + u'/')}) {
        CliProgram run({u"run"_s, u"count-to-n"_s, u"--input"_s, u"{\"n\":2,\"sleepMs\":1}"_s,
                        u"--url"_s, url, u"--json"_s});
        QCOMPARE(run.code(), 0);
        const QString id = run.last().value("taskId"_L1).toString();
        CliProgram far({u"tail"_s, id, u"--url"_s, url, u"--json"_s});
        QCOMPARE(far.code(), 0);
        CliProgram near(QStringList{u"tail"_s, id} + db());
        QCOMPARE(near.code(), 0);
        QCOMPARE(far.out(), run.out());
        QCOMPARE(near.out(), run.out());
        CliProgram farShow({u"show"_s, id, u"--url"_s, url, u"--json"_s});
        CliProgram nearShow(QStringList{u"show"_s, id} + db());
        QCOMPARE(farShow.code(), 0);
        QCOMPARE(nearShow.code(), 0);
        QCOMPARE(farShow.out(), nearShow.out());
    }
    const auto code = [&](const QStringList &words) {
        CliProgram one(words + QStringList{u"--url"_s, address, u"--json"_s});
        const int ended = one.code();
        return one.out().isEmpty() || ended == 0 ? ended : -2;
    };
    QCOMPARE(code({u"show"_s, u"nobody"_s}), 3);
    QCOMPARE(code({u"nudge"_s, u"nobody"_s}), 3);
    QCOMPARE(code({u"run"_s, u"count-to-n"_s, u"--input"_s, u"{\"n\":0}"_s}), 2);
    QCOMPARE(code({u"run"_s, u"nobody"_s}), 2);
    QCOMPARE(code({u"show"_s, u"a/b?c#d%"_s}), 3);
    QCOMPARE(code({u"list"_s, u"--q"_s, u"a&b=c+d"_s}), 0);
}

void TestProcesses::goneServerIsUnreachable()
{
    CliProgram program(serve());
    const QString address = addressOf(program);
    CliProgram tail(
        {u"run"_s, u"count-to-n"_s, u"--input"_s, kLong, u"--url"_s, address, u"--json"_s});
    QVERIFY(tail.prints("attempt_started"));
    program.signal(SIGKILL);
    QCOMPARE(program.code(), -1);
    CliProgram list({u"list"_s, u"--url"_s, address});
    QCOMPARE(list.code(), 4);
}

void TestProcesses::nudgeDrivesAloneToTheEnd()
{
    const QStringList quick = db() + QStringList{u"--stale-ms"_s, u"200"_s};
    QString id;
    {
        CliProgram run(
            QStringList{u"run"_s, u"count-to-n"_s, u"--input"_s, u"{\"n\":5,\"sleepMs\":100}"_s}
            + quick);
        QVERIFY(run.prints("\"i\":2"));
        id = run.lines().first().value("taskId"_L1).toString();
        run.signal(SIGKILL);
        QCOMPARE(run.code(), -1);
    }
    CliProgram list(QStringList{u"list"_s, u"--stale"_s} + quick);
    QCOMPARE(list.code(), 0);
    QCOMPARE(list.last().value("id"_L1).toString(), id);
    CliProgram nudge(QStringList{u"nudge"_s, id} + quick);
    QCOMPARE(nudge.code(), 0);
    QCOMPARE(nudge.lines().first().value("seq"_L1), QJsonValue(1));
    QCOMPARE(nudge.last().value("type"_L1), QJsonValue(u"completed"_s));
    for (int i = 1; i <= 5; ++i) {
        const QByteArray tick = "\"payload\":{\"i\":" + QByteArray::number(i) + ",";
        QCOMPARE(nudge.out().count(tick), 1);
    }
}

void TestProcesses::streamCommandReadsARun()
{
    CliProgram program(serve());
    const QString address = addressOf(program);
    CliProgram sse({u"sse"_s, address + u"/api/durable-example/run"_s, u"--post"_s,
                    u"{\"n\":3,\"sleepMs\":1}"_s, u"--json"_s});
    QCOMPARE(sse.code(), 0);
    const QList<QJsonObject> lines = sse.lines();
    QCOMPARE(lines.size(), 6);
    for (int i = 0; i < 6; ++i) {
        QCOMPARE(lines[i].keys(), (QStringList{u"data"_s, u"event"_s, u"id"_s}));
        QCOMPARE(lines[i].value("id"_L1), QJsonValue(QString::number(i + 1)));
        const auto data = parseJson(lines[i].value("data"_L1).toString().toUtf8());
        QVERIFY(data);
        QCOMPARE((*data)["seq"_L1].toInt(), i + 1);
        QCOMPARE((*data)["type"_L1], lines[i].value("event"_L1));
    }
    const auto data = parseJson(lines[0].value("data"_L1).toString().toUtf8());
    const QString reattach =
        address + u"/api/durable-example/reattach/"_s + (*data)["taskId"_L1].toString();
    CliProgram rest({u"sse"_s, reattach, u"--last-event-id"_s, u"4"_s});
    QCOMPARE(rest.code(), 0);
    QCOMPARE(rest.lines().size(), 2);
    CliProgram none({u"sse"_s, reattach, u"--last-event-id"_s, u"6"_s});
    QCOMPARE(none.code(), 0);
    QVERIFY(none.out().isEmpty());
    CliProgram wrong({u"sse"_s, reattach, u"--last-event-id"_s, u"7"_s});
    QCOMPARE(wrong.code(), 1);
    CliProgram some({u"sse"_s, reattach, u"--max"_s, u"2"_s});
    QCOMPARE(some.code(), 0);
    QCOMPARE(some.lines().size(), 2);
    CliProgram page({u"sse"_s, address + u"/health"_s});
    QCOMPARE(page.code(), 1);
}

QTEST_GUILESS_MAIN(TestProcesses)
#include "tst_processes.moc"
