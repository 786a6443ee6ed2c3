// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/cli/cliprogram.h"
#include "tests/support/rawhttp.h"

#include <QTemporaryDir>
#include <QUrl>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! The table "action, allowed in, otherwise" of the contract, section 5, by the commands: on a
 * server, and on the store beside it. Waiting and failed tasks are tried over HTTP. */
class TestActions final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_serve.reset(); }
    void actionInState_data();
    void actionInState();
    void signalOnTheStore();
    void forkFromAStep();
    void limitsAreRefusals();
    void faultStrikesAServerInTestModeAlone_data();
    void faultStrikesAServerInTestModeAlone();

private:
    [[nodiscard]] QByteArray start(const QByteArray &members) const;
    [[nodiscard]] QByteArray make(const QByteArray &state) const;
    void act(const QByteArray &id, const QByteArray &action) const;
    [[nodiscard]] bool shows(const QByteArray &id, const QByteArray &part) const;
    [[nodiscard]] QStringList url() const { return {u"--url"_s, m_address, u"--json"_s}; }
    [[nodiscard]] QStringList db() const
    {
        return {u"--db"_s, m_folder.filePath(u"tasks.db"_s), u"--json"_s};
    }

    QTemporaryDir m_folder;
    std::unique_ptr<CliProgram> m_serve;
    QString m_address;
};

namespace {

RawAnswer ask(const QString &address, const QByteArray &method, const QByteArray &path,
              const QByteArray &body = {})
{
    return RawHttp::ask(quint16(QUrl(address).port()),
                        method + ' ' + path
                            + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                              "Accept: application/json\r\nContent-Length: "
                            + QByteArray::number(body.size()) + "\r\n\r\n" + body);
}

} // namespace

void TestActions::initTestCase()
{
    // A pause of one second is a running task's, one of an hour a parked sleeper's.
    m_serve = std::make_unique<CliProgram>(QStringList{u"serve"_s, u"--port"_s, u"0"_s,
                                                       u"--test-mode"_s, u"--stale-ms"_s, u"200"_s,
                                                       u"--park-after-ms"_s, u"2000"_s}
                                           + db());
    m_address = addressOf(*m_serve);
    QVERIFY(!m_address.isEmpty());
}

/*! Starts a task of its own, and gives its id. */
QByteArray TestActions::start(const QByteArray &members) const
{
    const RawAnswer answer =
        ask(m_address, "POST", "/api/tasks", "{\"fresh\":true," + members + '}');
    return parseJson(answer.body).value_or(QJsonValue())["task"_L1]["id"_L1].toString().toLatin1();
}

void TestActions::act(const QByteArray &id, const QByteArray &action) const
{
    if (ask(m_address, "POST", "/api/tasks/" + id + '/' + action).status != 202)
        qFatal("the action was refused");
}

bool TestActions::shows(const QByteArray &id, const QByteArray &part) const
{
    return QTest::qWaitFor(
        [&] { return ask(m_address, "GET", "/api/tasks/" + id).body.contains(part); },
        kCliPatienceMs);
}

/*! A new task in the state of that name. */
QByteArray TestActions::make(const QByteArray &state) const
{
    const QByteArray sleep = state == "completed" ? "0"_ba
        : state == "sleeping"                     ? "3600000"_ba
                                                  : "1000"_ba;
    const QByteArray id =
        start(R"("name":"count-to-n","input":{"n":)" + QByteArray(sleep == "0" ? "1" : "1000")
              + ",\"sleepMs\":" + sleep + '}'
              + (state == "pending" ? R"(,"delayMs":3600000)"_ba : QByteArray()));
    const bool isPlain = state == "pending" || state == "completed" || state == "running";
    if (state == "stale")
        act(id, "crash");
    else if (state == "suspended")
        act(id, "suspend");
    else if (state == "cancelled")
        act(id, "stop");
    const QByteArray shown = isPlain ? "\"state\":\"" + state + '"'
        : state == "stale"           ? "\"stale\":true"_ba
        : state == "cancelled"       ? "\"state\":\"cancelled\""_ba
                                     : "\"state\":\"suspended\""_ba;
    if (id.isEmpty() || !shows(id, shown))
        qFatal("it does not reach its state");
    return id;
}

void TestActions::actionInState_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QByteArray>("state");
    QTest::addColumn<QString>("outcome");
    const QByteArrayList states{"pending"_ba,  "running"_ba,   "stale"_ba,    "suspended"_ba,
                                "sleeping"_ba, "completed"_ba, "cancelled"_ba};
    /*! Outcomes in the order of the states; "-" is a refusal. */
    const auto rows = [&states](const QString &action, const QString &outcomes,
                                const QStringList &more = {}) {
        const QStringList wanted = outcomes.split(u' ');
        for (qsizetype i = 0; i < states.size(); ++i)
            QTest::addRow("%s a %s task", qPrintable(action), states[i].constData())
                << (QStringList{action} + more) << states[i] << wanted[i];
    };
    rows(u"stop"_s, u"cancelled stopping cancelled cancelled cancelled - -"_s,
         {u"--reason"_s, u"why"_s});
    rows(u"crash"_s, u"- crashed - - - - -"_s);
    rows(u"suspend"_s, u"suspended suspending suspended - - - -"_s, {u"--reason"_s, u"why"_s});
    rows(u"resume"_s, u"- - - resumed - - -"_s);
    rows(u"retry"_s, u"- - - - - - retried"_s);
    rows(u"signal"_s, u"delivered delivered delivered delivered delivered - -"_s,
         {u"word"_s, u"{\"a\":1}"_s});
    rows(u"nudge"_s, u"attached attached recovered resumed attached finished finished"_s);
    rows(u"delete"_s, u"- - - - - deleted deleted"_s);
}

void TestActions::actionInState()
{
    QFETCH(QStringList, words);
    QFETCH(QByteArray, state);
    QFETCH(QString, outcome);
    const QByteArray id = make(state);
    QStringList arguments = words;
    arguments.insert(1, QString::fromLatin1(id));
    CliProgram program(arguments + url());
    QCOMPARE(program.code(), outcome == u"-"_s ? 2 : 0);
    if (outcome == u"-"_s) {
        QVERIFY(program.out().isEmpty());
        QVERIFY2(program.err().startsWith("kintsugi-cli: task "), program.err().constData());
    } else if (outcome == u"deleted"_s) {
        QCOMPARE(ask(m_address, "GET", "/api/tasks/" + id).status, 404);
    } else {
        QCOMPARE(program.lines().size(), 1);
        QCOMPARE(program.last().keys(), (QStringList{u"outcome"_s, u"task"_s}));
        QCOMPARE(program.last().value("outcome"_L1), QJsonValue(outcome));
        QCOMPARE(program.last().value("task"_L1)["id"_L1].toString().toLatin1(), id);
    }
}

void TestActions::signalOnTheStore()
{
    const QString id = QString::fromLatin1(make("running"));
    const QList<std::pair<QStringList, QJsonValue>> payloads{
        {{}, QJsonValue::Null}, {{u"[1,\"a\"]"_s}, QJsonArray{1, u"a"_s}}, {{u"7"_s}, 7}};
    for (const auto &[words, payload] : payloads) {
        CliProgram signal(QStringList{u"signal"_s, id, u"word"_s} + words + db());
        QCOMPARE(signal.code(), 0);
        QCOMPARE(signal.last().value("outcome"_L1), QJsonValue(u"delivered"_s));
        const QJsonValue events =
            parseJson(ask(m_address, "GET", "/api/tasks/" + id.toLatin1() + "/events").body)
                .value_or(QJsonValue())["events"_L1];
        QJsonObject last;
        for (const QJsonValue event : events.toArray()) {
            if (event["type"_L1] == u"signal_received"_s)
                last = event["payload"_L1].toObject();
        }
        QCOMPARE(last, (QJsonObject{{u"name"_s, u"word"_s}, {u"payload"_s, payload}}));
    }
    CliProgram people({u"signal"_s, id, u"word"_s, u"--url"_s, m_address});
    QCOMPARE(people.code(), 0);
    QCOMPARE(people.out(), "delivered " + id.toLatin1() + '\n');
}

void TestActions::forkFromAStep()
{
    const QByteArray id = start(R"("name":"pipeline-with-steps","input":{"rows":3,"stageMs":0})");
    QVERIFY(shows(id, "\"state\":\"completed\""));
    const QString word = QString::fromLatin1(id);
    CliProgram fork(QStringList{u"fork"_s, word, u"--from-step"_s, u"load"_s} + url());
    QCOMPARE(fork.code(), 0);
    QCOMPARE(fork.last().value("outcome"_L1), QJsonValue(u"created"_s));
    const QString forked = fork.last().value("task"_L1)["id"_L1].toString();
    QVERIFY(shows(forked.toLatin1(), "\"state\":\"completed\""));
    CliProgram show({u"show"_s, forked, u"--url"_s, m_address});
    QCOMPARE(show.code(), 0);
    QVERIFY2(show.out().contains("  extract    came with the fork, once from cache\n"),
             show.out().constData());
    CliProgram none(QStringList{u"fork"_s, word, u"--from-step"_s, u"none"_s} + url());
    QCOMPARE(none.code(), 2);
}

void TestActions::limitsAreRefusals()
{
    QTemporaryDir folder;
    CliProgram serve({u"serve"_s, u"--port"_s, u"0"_s, u"--rate"_s, u"1"_s, u"--rate-user"_s,
                      u"5"_s, u"--max-queued"_s, u"5"_s, u"--max-running"_s, u"5"_s,
                      u"--max-running-user"_s, u"5"_s, u"--db"_s, folder.filePath(u"tasks.db"_s)});
    const QStringList there{u"--url"_s, addressOf(serve)};
    CliProgram first(
        QStringList{u"run"_s, u"count-to-n"_s, u"--input"_s, u"{\"n\":1,\"sleepMs\":0}"_s} + there);
    QCOMPARE(first.code(), 0);
    CliProgram second(
        QStringList{u"run"_s, u"count-to-n"_s, u"--input"_s, u"{\"n\":2,\"sleepMs\":0}"_s} + there);
    QCOMPARE(second.code(), 2);
    QVERIFY2(second.err().contains("try again in "), second.err().constData());
    CliProgram attached(
        QStringList{u"run"_s, u"count-to-n"_s, u"--input"_s, u"{\"n\":1,\"sleepMs\":0}"_s} + there);
    QCOMPARE(attached.code(), 0);
}

void TestActions::faultStrikesAServerInTestModeAlone_data()
{
    QTest::addColumn<bool>("isTest");
    QTest::addColumn<bool>("isProduction");
    QTest::addColumn<bool>("strikes");
    QTest::newRow("in test mode") << true << false << true;
    QTest::newRow("without it") << false << false << false;
    QTest::newRow("in production") << true << true << false;
}

void TestActions::faultStrikesAServerInTestModeAlone()
{
    QFETCH(bool, isTest);
    QFETCH(bool, isProduction);
    QFETCH(bool, strikes);
    QTemporaryDir folder;
    QMap<QString, QString> environment{{u"KINTSUGI_FAULT"_s, u"finish_before:1:kill"_s}};
    if (isProduction)
        environment.insert(u"KINTSUGI_ENV"_s, u"production"_s);
    QStringList words{u"serve"_s, u"--port"_s, u"0"_s, u"--db"_s, folder.filePath(u"tasks.db"_s)};
    if (isTest)
        words << u"--test-mode"_s;
    CliProgram serve(words, environment);
    const QString address = addressOf(serve);
    QCOMPARE(ask(address, "POST", "/api/durable-example/run", R"({"n":1,"sleepMs":200})").status,
             202);
    if (strikes) {
        QCOMPARE(serve.code(), -1);
        return;
    }
    QVERIFY(QTest::qWaitFor(
        [&] { return ask(address, "GET", "/api/tasks").body.contains("\"completed\""); },
        kCliPatienceMs));
    serve.signal(SIGTERM);
    QCOMPARE(serve.code(), 0);
}

QTEST_GUILESS_MAIN(TestActions)
#include "tst_actions.moc"
