// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/context.h"
#include "tests/runtime/contextcases.h"
#include "tests/support/enginefixture.h"

#include <QJsonDocument>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! What a handler may ask for, and what comes of it. */
class TestContext : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void everythingWorksTogether();
    void endsAsExpected_data();
    void endsAsExpected();
    void failedBranchesLetTheOthersEnd();
    void stoppedBranchesCleanUp();
    void parkedTaskWakesInTheSameAttempt();
    void restingBranchesAreParkedTogether();
    void parkedTaskIsNobodysToResume();
    void stopOfAParkedTaskCancelsAtOnce();
    void parkedTaskWakesAfterARestart();
    void loneDriverWakesItsOwn();
    void signalsComeInTheirOrder();
    void signalWakesAParkedTask();
    void signalBeforeTheWaitIsKept();
    void signalThatDoesNotComeIsLate();
    void endedTaskTakesNoSignals();
    void taskIsTriedAgain();
    void retryGivesAllTriesBack();
    void transactionStepsMayNotDoEverything();
    void changedBranchIsNondeterminism();
    void caughtFailureIsCaughtAgain();

private:
    [[nodiscard]] EngineConfig config() const;
    [[nodiscard]] TaskId start(const QString &mode, const QByteArray &name = "case");
    [[nodiscard]] QString log(const TaskId &id) { return EngineFixture::shortLog(*m_engine, id); }
    [[nodiscard]] QString textOf(const TaskId &id);
    [[nodiscard]] bool signal(const TaskId &id, const QString &name, const QJsonValue &payload);
    [[nodiscard]] bool breakAndMend(const TaskId &id, Seq seq);
    [[nodiscard]] static TaskRef ref(const TaskId &id) { return {localUser(), id.bytes()}; }

    std::unique_ptr<EngineFixture> m_fixture;
    std::unique_ptr<Engine> m_engine;
};

EngineConfig TestContext::config() const
{
    EngineConfig config = m_fixture->config();
    config.parkAfter = 10ms;
    config.transactionLimit = 200ms;
    return config;
}

void TestContext::init()
{
    bodiesRun = 0;
    handlersBegun = 0;
    m_fixture = std::make_unique<EngineFixture>();
    m_engine = EngineFixture::open(config(), contextCases());
}

void TestContext::cleanup()
{
    m_engine.reset();
    m_fixture.reset();
}

TaskId TestContext::start(const QString &mode, const QByteArray &name)
{
    return EngineFixture::start(*m_engine, name, {{u"mode"_s, mode}});
}

QString TestContext::textOf(const TaskId &id)
{
    return QJsonDocument::fromJson(m_fixture->taskNow(*m_engine, id).result)
        .object()
        .value("text"_L1)
        .toString();
}

bool TestContext::signal(const TaskId &id, const QString &name, const QJsonValue &payload)
{
    const auto done = await(m_engine->signal(ref(id), name, payload));
    return done && done->outcome == Outcome::Delivered;
}

bool TestContext::breakAndMend(const TaskId &id, Seq seq)
{
    return EngineFixture::reachesSeq(*m_engine, id, seq) && await(m_engine->crash(ref(id)))
        && EngineFixture::becomesStale(*m_engine, id) && await(m_engine->nudge(ref(id)));
}

void TestContext::everythingWorksTogether()
{
    QTemporaryDir folder;
    const TaskId id =
        m_fixture->start(*m_engine, "showcase", {{u"effects"_s, folder.filePath(u"effects"_s)}});
    QVERIFY(signal(id, u"go"_s, u"now"_s));
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Completed));
    const Task task = m_fixture->taskNow(*m_engine, id);
    QCOMPARE(task.result, R"({"sum":1133,"rows":1,"agrees":true,"signal":"now/late"})"_ba);
    QCOMPARE(task.summary, u"done"_s);
    QCOMPARE(task.attempt, 1);
    const auto steps = *await(m_engine->steps(ref(id)));
    QSet<QByteArray> keys;
    for (const StepRecord &step : steps)
        keys << step.key;
    for (const char *key :
         {"first#1", "stubborn#1", "6.0/left#1", "6.1/right#1", "6.1/2.0/left again#1",
          "6.1/2.1/leaf#1", "6.2/after the gate#1", "7.0/inner#1", "outer#1", "row#1", "uuid()#1",
          "now()#1", "random()#1", "sleep()#1", "signal go()#1", "signal never()#1"})
        QVERIFY2(keys.contains(key), key);
    const auto ledger = *await(m_engine->stepRuns(ref(id)));
    QCOMPARE(ledger.size(), 1);
    QCOMPARE(ledger.first().key, "stubborn#1"_ba);
    QCOMPARE(ledger.first().starts, 2);
    QCOMPARE(ledger.first().failures, 1);
    QCOMPARE(log(id).count(u"step_retry"_s), 1);
}

void TestContext::endsAsExpected_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("type"); // Of the error, or empty.
    QTest::addColumn<QString>("text"); // Of the result, or a part of the message.
    QTest::addColumn<int>("bodies");
    const auto row = [](const char *mode, const char *name, const char *type, const char *text,
                        int bodies) {
        QTest::newRow(mode) << QByteArray(name) << QByteArray(type) << QString::fromUtf8(text)
                            << bodies;
    };
    row("slow step", "case", "timeout", "step \"slow\" took longer than 20 ms", 2);
    row("slow coroutine step", "case", "timeout", "step \"slow\" took longer than 20 ms", 1);
    row("nested ask", "case", "bad_step", "inside a step", 0);
    row("no branches", "case", "", "0", 0);
    row("many branches", "case", "", "44850", 0);
    row("too slow", "timed", "timeout", "the task took longer than 80 ms", 0);
    row("fails for good", "tried", "hopeless", "no use", 0);
    row("signal in time", "case", "", "late", 0);
}

void TestContext::endsAsExpected()
{
    QFETCH(const QByteArray, name);
    QFETCH(const QByteArray, type);
    QFETCH(const QString, text);
    QFETCH(const int, bodies);
    const TaskId id = start(QString::fromUtf8(QTest::currentDataTag()), name);
    QVERIFY(QTest::qWaitFor([&] { return isTerminal(m_fixture->taskNow(*m_engine, id).state); },
                            kPatienceMs));
    const Task task = m_fixture->taskNow(*m_engine, id);
    const QJsonObject error = QJsonDocument::fromJson(task.error).object();
    QCOMPARE(error.value("type"_L1).toString().toUtf8(), type);
    const QString said = type.isEmpty() ? textOf(id) : error.value("message"_L1).toString();
    QVERIFY2(said.contains(text), qPrintable(said));
    QCOMPARE(bodiesRun.load(), bodies);
}

void TestContext::failedBranchesLetTheOthersEnd()
{
    const TaskId id = start(u"failing branches"_s);
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Failed));
    QVERIFY(m_fixture->taskNow(*m_engine, id).error.contains("branch 1 failed"));
    QCOMPARE(bodiesRun.load(), 3);
    QCOMPARE(await(m_engine->steps(ref(id)))->size(), 3);
}

void TestContext::stoppedBranchesCleanUp()
{
    const TaskId id = start(u"stopped branches"_s, "tried");
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Suspended)); // Parked: both sleep.
    QVERIFY(await(m_engine->stop(ref(id), u"tea"_s)));
    QCOMPARE(m_fixture->taskNow(*m_engine, id).state, TaskState::Cancelled);

    m_engine.reset();
    EngineConfig awake = config();
    awake.parkAfter = 24h;
    m_engine = EngineFixture::open(awake, contextCases());
    const TaskId live = start(u"stopped branches"_s);
    QVERIFY(m_fixture->reachesSeq(*m_engine, live, 2));
    QVERIFY(await(m_engine->stop(ref(live), u"tea"_s)));
    QVERIFY(m_fixture->reaches(*m_engine, live, TaskState::Cancelled));
    QCOMPARE(log(live), u"created attempt_started=submit stop_requested=tea note cancelled=tea"_s);
}

void TestContext::parkedTaskWakesInTheSameAttempt()
{
    const TaskId id = start(u"emits around a sleep"_s);
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Completed));
    // Woken twice, run from its top each time, and not a word was said twice.
    QCOMPARE(log(id),
             u"created attempt_started=submit note suspended=sleep resumed note suspended=sleep "
             "resumed note completed"_s);
    QCOMPARE(handlersBegun.load(), 3);
    const Task task = m_fixture->taskNow(*m_engine, id);
    QCOMPARE(task.attempt, 1);
    QCOMPARE(task.epoch, 3);
}

void TestContext::restingBranchesAreParkedTogether()
{
    const TaskId id = start(u"resting branches"_s);
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Completed));
    const QString words = log(id);
    QVERIFY2(words.startsWith(u"created attempt_started=submit suspended=sleep resumed"_s),
             qPrintable(words));
    QCOMPARE(words.count(u"note"_s), 1);
    QCOMPARE(bodiesRun.load(), 1);
}

void TestContext::parkedTaskIsNobodysToResume()
{
    const TaskId id = start(u"too slow"_s, "case");
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Suspended));
    const Task task = m_fixture->taskNow(*m_engine, id);
    QVERIFY(task.wakeAt);
    QVERIFY(!task.stale);
    QCOMPARE(await(m_engine->resume(ref(id))).error().code, ErrorCode::Conflict);
    QCOMPARE(await(m_engine->suspend(ref(id), {})).error().code, ErrorCode::Conflict);
    QCOMPARE(await(m_engine->retry(ref(id))).error().code, ErrorCode::Conflict);
    QCOMPARE(await(m_engine->crash(ref(id))).error().code, ErrorCode::Conflict);
    QCOMPARE(await(m_engine->nudge(ref(id)))->outcome, Outcome::Attached);
    QCOMPARE(
        await(m_engine->submit({.name = "case", .input = {{u"mode"_s, u"too slow"_s}}}))->outcome,
        Outcome::Attached);
    QCOMPARE(log(id), u"created attempt_started=submit suspended=sleep"_s);
    QCOMPARE(await(m_engine->status()).driving, 0);
}

void TestContext::stopOfAParkedTaskCancelsAtOnce()
{
    const TaskId id = start(u"too slow"_s);
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Suspended));
    QCOMPARE(await(m_engine->stop(ref(id), u"late"_s))->outcome, Outcome::Cancelled);
    QCOMPARE(
        log(id),
        u"created attempt_started=submit suspended=sleep stop_requested=late cancelled=late"_s);
    QVERIFY(!m_fixture->taskNow(*m_engine, id).wakeAt);
}

void TestContext::parkedTaskWakesAfterARestart()
{
    const TaskId id = start(u"signal in time"_s);
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Suspended));
    m_engine.reset();
    m_engine = EngineFixture::open(config(), contextCases());
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Completed));
    QCOMPARE(textOf(id), u"late"_s);
    QCOMPARE(m_fixture->taskNow(*m_engine, id).attempt, 1);
}

void TestContext::loneDriverWakesItsOwn()
{
    m_engine.reset();
    EngineConfig alone = config();
    alone.drivesAll = false;
    m_engine = EngineFixture::open(alone, contextCases());
    const TaskId id = start(u"emits around a sleep"_s);
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Completed));
    QCOMPARE(log(id).count(u"suspended=sleep"_s), 2);
}

void TestContext::signalsComeInTheirOrder()
{
    const TaskId id = start(u"signals"_s);
    QVERIFY(signal(id, u"other"_s, u"noise"_s));
    QVERIFY(signal(id, u"word"_s, u"a"_s));
    QVERIFY(signal(id, u"word"_s, u"b"_s));
    QVERIFY(signal(id, u"word"_s, u"c"_s));
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Completed));
    QCOMPARE(textOf(id), u"a b c"_s);
}

void TestContext::signalWakesAParkedTask()
{
    const TaskId id = start(u"signals"_s);
    for (const QString &word : {u"x"_s, u"y"_s, u"z"_s}) {
        QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Suspended));
        QVERIFY(signal(id, u"word"_s, word));
        QVERIFY(QTest::qWaitFor(
            [&] {
                return log(id).endsWith(word == u"z"_s ? u"completed"_s : u"suspended=signal"_s)
                    && log(id).count(u"signal_received"_s) == int(word.at(0).unicode() - u'w');
            },
            kPatienceMs));
    }
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Completed));
    QCOMPARE(textOf(id), u"x y z"_s);
    QCOMPARE(m_fixture->taskNow(*m_engine, id).attempt, 1);
}

void TestContext::signalBeforeTheWaitIsKept()
{
    SubmitRequest request{.name = "case", .input = {{u"mode"_s, u"signal in time"_s}}};
    request.delay = 100ms;
    const TaskId id = await(m_engine->submit(request))->task.id;
    QVERIFY(signal(id, u"word"_s, QJsonValue()));
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Completed));
    QCOMPARE(textOf(id), u"came"_s); // Null is a payload too.
}

void TestContext::signalThatDoesNotComeIsLate()
{
    const TaskId id = start(u"signal in time"_s);
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Completed));
    QCOMPARE(textOf(id), u"late"_s);
    const QList<Event> events = m_fixture->log(*m_engine, id);
    const auto parked = std::ranges::find(events, "suspended"_ba, &Event::type);
    QVERIFY(parked != events.end());
    const QJsonObject payload = QJsonDocument::fromJson(parked->payload).object();
    QCOMPARE(payload.value("reason"_L1), QJsonValue(u"signal"_s));
    QVERIFY(payload.contains("wakeAt"_L1));
}

void TestContext::endedTaskTakesNoSignals()
{
    const TaskId id = start(u"no branches"_s);
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Completed));
    QCOMPARE(await(m_engine->signal(ref(id), u"word"_s, 1)).error().code, ErrorCode::Conflict);
    QCOMPARE(await(m_engine->signal(ref(id), QString(), 1)).error().code, ErrorCode::InvalidInput);
    QCOMPARE(await(m_engine->signal(ref(id), QString(200, u'x'), 1)).error().code,
             ErrorCode::InvalidInput);
}

void TestContext::taskIsTriedAgain()
{
    const TaskId id = start(u"tries again"_s, "tried");
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Completed));
    QCOMPARE(log(id),
             u"created attempt_started=submit retry_scheduled attempt_started=retry "
             "retry_scheduled attempt_started=retry completed"_s);
    QCOMPARE(textOf(id), u"3"_s);
}

void TestContext::retryGivesAllTriesBack()
{
    const TaskId id = start(u"slow step"_s);
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Failed));
    QCOMPARE(bodiesRun.load(), 2);
    QVERIFY(await(m_engine->retry(ref(id))));
    QVERIFY(QTest::qWaitFor([&] { return bodiesRun == 4; }, kPatienceMs));
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Failed));
}

void TestContext::transactionStepsMayNotDoEverything()
{
    const TaskId id = start(u"bad sql"_s);
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Completed));
    const QStringList refusals = textOf(id).split(u'\n');
    QCOMPARE(refusals.size(), 9);
    for (const QString &refusal : refusals.first(6))
        QVERIFY2(refusal.contains(u"neither control the transaction"_s), qPrintable(refusal));
    QVERIFY2(refusals[6].contains(u"one statement"_s), qPrintable(refusals[6]));
    QVERIFY2(refusals[7].contains(u"syntax error"_s), qPrintable(refusals[7]));
    QVERIFY2(refusals[8].contains(u"took longer"_s), qPrintable(refusals[8]));
    // Nothing of a refused step is kept, and the store is what it was.
    auto db = Connection::open(m_fixture->storePath(), Connection::Mode::ReadOnly);
    QVERIFY(db);
    Query leftover(*db, "SELECT count(*) FROM sqlite_schema WHERE name IN ('leftover', 'mine')");
    QVERIFY(leftover.next());
    QCOMPARE(leftover.integer(0), 0);
}

void TestContext::changedBranchIsNondeterminism()
{
    m_engine.reset();
    EngineConfig awake = config();
    awake.parkAfter = 24h;
    m_engine = EngineFixture::open(awake, contextCases());
    const TaskId id = start(u"renamed in a branch"_s);
    // The definition recovers alone.
    QVERIFY(EngineFixture::reachesSeq(*m_engine, id, 3));
    QVERIFY(await(m_engine->crash(ref(id))));
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Failed));
    const QByteArray error = m_fixture->taskNow(*m_engine, id).error;
    QVERIFY2(error.contains("nondeterminism") && error.contains("\\\"old\\\"")
                 && error.contains("\\\"new\\\""),
             error.constData());
}

void TestContext::caughtFailureIsCaughtAgain()
{
    m_engine.reset();
    EngineConfig awake = config();
    awake.parkAfter = 24h;
    m_engine = EngineFixture::open(awake, contextCases());
    const TaskId id = start(u"caught failure"_s);
    QVERIFY(EngineFixture::reachesSeq(*m_engine, id, 3));
    QVERIFY(await(m_engine->crash(ref(id))));
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Completed));
    QCOMPARE(bodiesRun.load(), 1); // The failure is a memo as well.
    QCOMPARE(log(id).count(u"note"_s), 2);
}

QTEST_GUILESS_MAIN(TestContext)
#include "tst_context.moc"
