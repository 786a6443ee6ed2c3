// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/http/apifixture.h"
#include "tests/http/apitasks.h"

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! The table "action, allowed in, otherwise" of the contract, section 5: each action in each state,
 * over HTTP. */
class TestActionTable final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void actionInState_data();
    void actionInState();
};

namespace {

constexpr auto kShort = std::chrono::milliseconds(20);

/*! Brings a new task into the state of that name. */
TaskId make(ApiFixture &api, const QByteArray &state)
{
    const QString way = state == "completed" ? u"end"_s
        : state == "failed"                  ? u"lose"_s
        : state == "waiting"                 ? u"listen"_s
                                             : u"sleep"_s;
    SubmitRequest request{.name = "walker"_ba, .input = {{u"way"_s, way}}};
    if (state == "pending")
        request.delay = std::chrono::hours(1);
    const auto started = await(api.engine().submit(request));
    if (!started)
        qFatal("it does not start");
    const TaskId id = started->task.id;
    const TaskRef ref{localUser(), id.bytes()};
    const auto reach = [&](TaskState wanted) {
        if (!api.reaches(id, wanted))
            qFatal("it does not reach its state");
    };
    const auto sleeps = [&] { // Its step is done: it has said nothing more and will not.
        const auto steps = await(api.engine().steps(ref));
        return steps && !steps->isEmpty();
    };
    if (state == "pending") {
        reach(TaskState::Pending);
        return id;
    }
    if (!QTest::qWaitFor(sleeps, kPatienceMs))
        qFatal("it does not take its step");
    if (state == "completed")
        reach(TaskState::Completed);
    else if (state == "failed")
        reach(TaskState::Failed);
    else if (state == "waiting" || state == "sleeping")
        reach(TaskState::Suspended);
    else if (state == "stale") {
        if (!await(api.engine().crash(ref)) || !EngineFixture::becomesStale(api.engine(), id))
            qFatal("it is not stale");
    } else if (state == "suspended") {
        if (!await(api.engine().suspend(ref, {})))
            qFatal("it cannot be suspended");
        reach(TaskState::Suspended);
    } else if (state == "cancelled") {
        if (!await(api.engine().stop(ref, {})))
            qFatal("it cannot be stopped");
        reach(TaskState::Cancelled);
    }
    return id;
}

} // namespace

void TestActionTable::actionInState_data()
{
    QTest::addColumn<QByteArray>("action");
    QTest::addColumn<QByteArray>("state");
    QTest::addColumn<int>("expected");
    QTest::addColumn<QString>("outcome");
    const QByteArrayList states{"pending"_ba,   "running"_ba,  "stale"_ba,
                                "suspended"_ba, "sleeping"_ba, "waiting"_ba,
                                "completed"_ba, "failed"_ba,   "cancelled"_ba};
    /*! Outcomes in the order of the states; "-" is 409. */
    const auto rows = [&states](const QByteArray &action, const QString &outcomes) {
        const QStringList words = outcomes.split(u' ');
        for (qsizetype i = 0; i < states.size(); ++i) {
            if (words[i] == u"?"_s)
                continue;
            const int allowed = action == "delete" ? 204 : 202;
            const bool isRefused = words[i] == u"-"_s;
            QTest::addRow("%s a %s task", action.constData(), states[i].constData())
                << action << states[i] << (isRefused ? 409 : allowed)
                << (isRefused || allowed == 204 ? QString() : words[i]);
        }
    };
    rows("stop", u"cancelled stopping cancelled cancelled cancelled cancelled - - -"_s);
    rows("crash", u"- crashed - - - - - - -"_s);
    rows("suspend", u"suspended suspending suspended - - - - - -"_s);
    rows("resume", u"- - - resumed - - - - -"_s);
    rows("retry", u"- - - - - - - retried retried"_s);
    rows("signal", u"delivered delivered delivered delivered delivered delivered - - -"_s);
    // A pending one has no step yet to fork from.
    rows("fork", u"? created created created created created created created created"_s);
    rows("nudge",
         u"attached attached recovered resumed attached attached finished finished finished"_s);
    rows("delete", u"- - - - - - deleted deleted deleted"_s);
}

void TestActionTable::actionInState()
{
    QFETCH(QByteArray, action);
    QFETCH(QByteArray, state);
    QFETCH(int, expected);
    QFETCH(QString, outcome);
    EngineConfig config = EngineFixture().config();
    if (state == "sleeping")
        config.parkAfter = kShort;
    ApiFixture api({}, config, apiTasks());
    const TaskId id = make(api, state);
    const Seq before = api.taskNow(id).lastSeq;
    const QByteArray at = "/api/tasks/" + id.bytes();
    const QByteArray body = action == "fork" ? R"({"fromStep":"first"})"_ba
        : action == "signal"                 ? R"({"name":"word"})"_ba
                                             : QByteArray();
    const RawAnswer answer = action == "delete"
        ? api.ask("DELETE", at, "Content-Type: application/json\r\n")
        : action == "nudge"
        ? api.post("/api/durable-example/nudge-recovery", "{\"id\":\"" + id.bytes() + "\"}")
        : api.post(at + '/' + action, body);
    QCOMPARE(answer.status, expected);
    QCOMPARE(objectOf(answer).value("outcome"_L1).toString(), outcome);
    if (expected == 409)
        QCOMPARE(api.taskNow(id).lastSeq, before);
    if (outcome == u"cancelled"_s)
        QCOMPARE(objectOf(answer).value("task"_L1)["state"_L1], QJsonValue(u"cancelled"_s));
}

QTEST_GUILESS_MAIN(TestActionTable)
#include "tst_actiontable.moc"
