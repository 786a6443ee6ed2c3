// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/context.h"
#include "tests/support/enginefixture.h"

#include <QDir>
#include <QJsonDocument>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

struct StubbornInput
{
    Q_GADGET
    Q_PROPERTY(bool fails MEMBER fails)

public:
    bool fails = true;
};

struct StubbornResult
{
    Q_GADGET
    Q_PROPERTY(int attempts MEMBER attempts)

public:
    int attempts = 0;
};

constexpr TaskDefinition<StubbornInput, StubbornResult> kFirstTimeFails{
    .name = "first-time-fails", .version = 1, .title = "", .autoRecover = true};

int bodyRuns = 0; // Of the step "once", in this process.

/*! Finishes a step, then fails on its first attempt. */
Coro<StubbornResult> firstTimeFails(Context &ctx, StubbornInput input)
{
    (void)co_await ctx.step(u"once"_s, [] { return ++bodyRuns; });
    if (input.fails && ctx.attempt() == 1)
        throw TaskError("unlucky"_ba, u"the first attempt always fails"_s);
    co_return StubbornResult{ctx.attempt()};
}

Registry registry()
{
    Registry tasks = builtinTasks();
    tasks.add(kFirstTimeFails, firstTimeFails);
    return tasks;
}

} // namespace

/*! What people may do to a task in each state, and what comes of it: contract §5. */
class TestLifecycle : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void actionsAreAllowedByState_data();
    void actionsAreAllowedByState();
    void suspendedTaskRestsUntilItIsResumed();
    void suspendWishReachesAnotherProcess();
    void retryKeepsTheMemo();
    void forkHasWhatCameBeforeTheStep();
    void forkFromAnUnknownStepIsRefused();
    void deletedTaskIsGoneWithItsFiles();
    void delayedTaskStartsByItself();

private:
    [[nodiscard]] TaskId inState(const QByteArray &state);
    [[nodiscard]] Expected<Outcome> act(const QByteArray &action, const TaskId &id);
    [[nodiscard]] TaskRef ref(const TaskId &id) const { return {localUser(), id.bytes()}; }

    std::unique_ptr<EngineFixture> m_fixture;
    std::unique_ptr<Engine> m_engine;
};

void TestLifecycle::init()
{
    m_fixture = std::make_unique<EngineFixture>();
    m_engine = m_fixture->open(m_fixture->config(), registry());
    bodyRuns = 0;
}

void TestLifecycle::cleanup()
{
    m_engine.reset();
    m_fixture.reset();
}

TaskId TestLifecycle::inState(const QByteArray &state)
{
    if (state == "completed" || state == "failed") {
        const TaskId id =
            m_fixture->start(*m_engine, "first-time-fails", {{u"fails"_s, state == "failed"}});
        return m_fixture->reaches(*m_engine, id, *taskStateFromWire(state)) ? id : TaskId();
    }
    SubmitRequest request{.name = "count-to-n"_ba, .input = {{u"sleepMs"_s, 3600000}}};
    if (state == "pending")
        request.delay = 1h;
    const auto started = await(m_engine->submit(request));
    if (!started)
        return {};
    const TaskId id = started->task.id;
    bool there = true;
    if (state == "stale")
        there =
            await(m_engine->crash(ref(id))).has_value() && m_fixture->becomesStale(*m_engine, id);
    else if (state == "suspended")
        there = await(m_engine->suspend(ref(id), u"tea"_s)).has_value()
            && m_fixture->reaches(*m_engine, id, TaskState::Suspended);
    else if (state == "cancelled")
        there = await(m_engine->stop(ref(id), {})).has_value()
            && m_fixture->reaches(*m_engine, id, TaskState::Cancelled);
    return there ? id : TaskId();
}

Expected<Outcome> TestLifecycle::act(const QByteArray &action, const TaskId &id)
{
    if (action == "delete") {
        const auto removed = await(m_engine->remove(ref(id)));
        if (!removed)
            return std::unexpected(removed.error());
        return Outcome::Finished;
    }
    const auto done = await(action == "stop"          ? m_engine->stop(ref(id), {})
                                : action == "crash"   ? m_engine->crash(ref(id))
                                : action == "suspend" ? m_engine->suspend(ref(id), {})
                                : action == "resume"  ? m_engine->resume(ref(id))
                                : action == "retry"   ? m_engine->retry(ref(id))
                                                      : m_engine->nudge(ref(id)));
    if (!done)
        return std::unexpected(done.error());
    return done->outcome;
}

void TestLifecycle::actionsAreAllowedByState_data()
{
    QTest::addColumn<QByteArray>("action");
    QTest::addColumn<QByteArray>("state");
    QTest::addColumn<QByteArray>("outcome"); // Empty: refused with 409.
    const QByteArrayList states{"pending",   "running", "stale",    "suspended",
                                "completed", "failed",  "cancelled"};
    const QMap<QByteArray, QByteArrayList> table{
        {"stop", {"cancelled", "stopping", "cancelled", "cancelled", "", "", ""}},
        {"crash", {"", "crashed", "", "", "", "", ""}},
        {"suspend", {"suspended", "suspending", "suspended", "", "", "", ""}},
        {"resume", {"", "", "", "resumed", "", "", ""}},
        {"retry", {"", "", "", "", "", "retried", "retried"}},
        {"nudge",
         {"attached", "attached", "recovered", "resumed", "finished", "finished", "finished"}},
        {"delete", {"", "", "", "", "finished", "finished", "finished"}}};
    for (auto row = table.begin(); row != table.end(); ++row) {
        for (qsizetype i = 0; i < states.size(); ++i)
            QTest::addRow("%s a %s task", row.key().constData(), states[i].constData())
                << row.key() << states[i] << row.value()[i];
    }
}

void TestLifecycle::actionsAreAllowedByState()
{
    QFETCH(QByteArray, action);
    QFETCH(QByteArray, state);
    QFETCH(QByteArray, outcome);
    const TaskId id = inState(state);
    QVERIFY(!id.isNull());
    const QString before = m_fixture->shortLog(*m_engine, id);
    const auto done = act(action, id);
    if (outcome.isEmpty()) {
        QVERIFY(!done);
        QCOMPARE(done.error().code, ErrorCode::Conflict);
        QCOMPARE(m_fixture->shortLog(*m_engine, id), before);
    } else {
        QVERIFY2(done, done ? "" : qPrintable(done.error().message));
        QCOMPARE(toWire(*done), outcome);
    }
}

void TestLifecycle::suspendedTaskRestsUntilItIsResumed()
{
    const TaskId id = m_fixture->start(*m_engine, "count-to-n", {{u"n"_s, 3}, {u"sleepMs"_s, 100}});
    QVERIFY(m_fixture->reachesSeq(*m_engine, id, 3));
    QVERIFY(await(m_engine->suspend(ref(id), u"lunch"_s)));
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Suspended));
    const auto resumed = await(m_engine->resume(ref(id)));
    QVERIFY(resumed);
    QCOMPARE(resumed->outcome, Outcome::Resumed);
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Completed));
    QCOMPARE(m_fixture->shortLog(*m_engine, id),
             u"created attempt_started=submit tick=1 suspended=lunch resumed "
             "attempt_started=resume recovered=2 tick=2 tick=3 completed"_s);
}

void TestLifecycle::suspendWishReachesAnotherProcess()
{
    const auto other = m_fixture->open(m_fixture->config(), registry());
    const TaskId id = inState("running");
    const auto wished = await(other->suspend(ref(id), u"from afar"_s));
    QVERIFY(wished);
    QCOMPARE(wished->outcome, Outcome::Suspending);
    QVERIFY(m_fixture->reaches(*other, id, TaskState::Suspended));
    QVERIFY(m_fixture->shortLog(*other, id).endsWith(u"suspended=from afar"_s));
}

void TestLifecycle::retryKeepsTheMemo()
{
    const TaskId id = inState("failed");
    QCOMPARE(bodyRuns, 1);
    const auto retried = await(m_engine->retry(ref(id)));
    QVERIFY(retried);
    QCOMPARE(retried->outcome, Outcome::Retried);
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Completed));
    QCOMPARE(m_fixture->taskNow(*m_engine, id).result, "{\"attempts\":2}"_ba);
    QVERIFY(m_fixture->taskNow(*m_engine, id).error.isEmpty());
    QCOMPARE(bodyRuns, 1);
    QCOMPARE(m_fixture->shortLog(*m_engine, id),
             u"created attempt_started=submit failed attempt_started=retry completed"_s);
}

void TestLifecycle::forkHasWhatCameBeforeTheStep()
{
    const TaskId id =
        m_fixture->start(*m_engine, "pipeline-with-steps", {{u"rows"_s, 20}, {u"stageMs"_s, 0}});
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Completed));
    const auto forked = await(m_engine->fork(ref(id), u"transform"_s));
    QVERIFY(forked);
    QCOMPARE(forked->outcome, Outcome::Created);
    QCOMPARE(forked->task.forkedFrom, id);
    QCOMPARE(forked->task.key.bytes(), "fork-" + forked->task.id.bytes());
    QVERIFY(m_fixture->reaches(*m_engine, forked->task.id, TaskState::Completed));
    QCOMPARE(m_fixture->shortLog(*m_engine, forked->task.id),
             u"created attempt_started=submit stage_done=extract(cached) stage_started=transform "
             "stage_done=transform stage_started=load stage_done=load completed"_s);
    QCOMPARE(m_fixture->taskNow(*m_engine, forked->task.id).result,
             m_fixture->taskNow(*m_engine, id).result);
}

void TestLifecycle::forkFromAnUnknownStepIsRefused()
{
    const auto refused = await(m_engine->fork(ref(inState("completed")), u"no-such-step"_s));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
    QCOMPARE(refused.error().fields.first().field, u"fromStep"_s);
}

void TestLifecycle::deletedTaskIsGoneWithItsFiles()
{
    const TaskId id =
        m_fixture->start(*m_engine, "pipeline-with-steps", {{u"rows"_s, 20}, {u"stageMs"_s, 0}});
    QVERIFY(m_fixture->reaches(*m_engine, id, TaskState::Completed));
    const QString folder = m_fixture->storePath() + u"-files/"_s + id.toString();
    QVERIFY(QDir(folder).exists(u"regions.csv"_s));
    QVERIFY(await(m_engine->remove(ref(id))));
    const auto gone = await(m_engine->task(ref(id)));
    QVERIFY(!gone);
    QCOMPARE(gone.error().code, ErrorCode::NotFound);
    QTRY_VERIFY(!QDir(folder).exists());
}

void TestLifecycle::delayedTaskStartsByItself()
{
    const auto delayed = await(m_engine->submit(
        {.name = "count-to-n"_ba, .input = {{u"n"_s, 1}, {u"sleepMs"_s, 0}}, .delay = 200ms}));
    QVERIFY(delayed);
    QCOMPARE(delayed->task.state, TaskState::Pending);
    QVERIFY(delayed->task.wakeAt.has_value());
    QVERIFY(m_fixture->reaches(*m_engine, delayed->task.id, TaskState::Completed));
    const QList<Event> log = m_fixture->log(*m_engine, delayed->task.id);
    QVERIFY(log[1].at >= *delayed->task.wakeAt);
}

QTEST_GUILESS_MAIN(TestLifecycle)
#include "tst_lifecycle.moc"
