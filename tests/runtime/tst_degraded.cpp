// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/whendone.h"
#include "tests/support/enginefixture.h"
#include "tests/support/faultvfs.h"

#include <QElapsedTimer>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using Call = FaultVfs::Call;
using Effect = FaultVfs::Effect;
using Place = FaultVfs::File;

namespace {

/*! Follows one task as a stream does, and keeps what it was told. */
class Listener : public QObject
{
    Q_OBJECT

public:
    Listener(Engine &engine, TaskId id)
        : m_engine(engine)
        , m_id(std::move(id))
        , m_subscription(engine.subscribe(m_id, this, [this] { pull(); }))
    {
        pull();
    }
    [[nodiscard]] const QList<Event> &heard() const { return m_heard; }

private:
    void pull()
    {
        const Seq after = m_heard.isEmpty() ? 0 : m_heard.last().seq;
        if (const auto recent = m_engine.recentEvents(m_id, after, 1000)) {
            m_heard += *recent;
            return;
        }
        if (m_isAsking)
            return;
        m_isAsking = true;
        whenDone(this, m_engine.events({localUser(), m_id.bytes()}, after, 1000),
                 [this, after](const Expected<EventPage> &page) {
                     m_isAsking = false;
                     if (page && (m_heard.isEmpty() || m_heard.last().seq == after))
                         m_heard += page->events;
                     if (!page || !page->events.isEmpty())
                         QMetaObject::invokeMethod(this, [this] { pull(); }, Qt::QueuedConnection);
                 });
    }

    Engine &m_engine;
    TaskId m_id;
    QList<Event> m_heard;
    bool m_isAsking = false;
    Subscription m_subscription;
};

QString ticks(int last)
{
    QString log = u"created attempt_started=submit"_s;
    for (int i = 1; i <= last; ++i)
        log += u" tick=%1"_s.arg(i);
    return log + u" completed"_s;
}

const QString kPipelineLog =
    u"created attempt_started=submit stage_started=extract stage_done=extract "
    "stage_started=transform stage_done=transform stage_started=load stage_done=load completed"_s;

void checkWhole(const QString &path)
{
    sqlite3 *db = nullptr;
    QCOMPARE(
        sqlite3_open_v2(QFile::encodeName(path).constData(), &db, SQLITE_OPEN_READONLY, nullptr),
        SQLITE_OK);
    sqlite3_stmt *check = nullptr;
    sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &check, nullptr);
    QCOMPARE(sqlite3_step(check), SQLITE_ROW);
    QCOMPARE(QByteArray(reinterpret_cast<const char *>(sqlite3_column_text(check, 0))), "ok"_ba);
    sqlite3_finalize(check);
    sqlite3_close(db);
}

} // namespace

/*! The engine on a disk that fails for a while: all waits, and goes on by itself. */
class TestDegraded : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { FaultVfs::instance(); }
    void cleanup() { FaultVfs::instance().heal(); }
    void allWaitsAndGoesOn_data();
    void allWaitsAndGoesOn();
    void oneFailureIsNotFelt_data();
    void oneFailureIsNotFelt();
    void recoveryWaitsUntilItCanRead_data();
    void recoveryWaitsUntilItCanRead();
    void lockedStoreIsSaidToBe();
    void damagedStoreIsSaidToBe();
};

void TestDegraded::allWaitsAndGoesOn_data()
{
    QTest::addColumn<FaultVfs::Fault>("fault");
    QTest::newRow("log write: full")
        << FaultVfs::Fault{.file = Place::Log, .code = SQLITE_FULL, .effect = Effect::Half};
    QTest::newRow("log write: full after some") << FaultVfs::Fault{
        .file = Place::Log, .code = SQLITE_FULL, .effect = Effect::Half, .after = 3};
    QTest::newRow("log write: error")
        << FaultVfs::Fault{.file = Place::Log, .code = SQLITE_IOERR_WRITE};
    QTest::newRow("log write: read-only")
        << FaultVfs::Fault{.file = Place::Log, .code = SQLITE_READONLY};
    QTest::newRow("log sync") << FaultVfs::Fault{
        .call = Call::Sync, .file = Place::Log, .code = SQLITE_IOERR_FSYNC};
    QTest::newRow("log sync: error after it") << FaultVfs::Fault{
        .call = Call::Sync, .file = Place::Log, .code = SQLITE_IOERR_FSYNC, .effect = Effect::All};
    QTest::newRow("index lock") << FaultVfs::Fault{.call = Call::ShmLock,
                                                   .code = SQLITE_IOERR_SHMLOCK};
}

void TestDegraded::allWaitsAndGoesOn()
{
    QFETCH(const FaultVfs::Fault, fault);
    EngineFixture fixture;
    auto engine = fixture.open();
    constexpr int kTasks = 4;
    QList<TaskId> counting;
    std::vector<std::unique_ptr<Listener>> listeners;
    for (int i = 0; i < kTasks; ++i) {
        counting << fixture.start(*engine, "count-to-n", {{u"n"_s, 30 + i}, {u"sleepMs"_s, 5}});
        listeners.push_back(std::make_unique<Listener>(*engine, counting.last()));
    }
    const TaskId piped =
        fixture.start(*engine, "pipeline-with-steps", {{u"rows"_s, 100}, {u"stageMs"_s, 60}});
    listeners.push_back(std::make_unique<Listener>(*engine, piped));
    for (const TaskId &id : std::as_const(counting))
        QVERIFY(fixture.reachesSeq(*engine, id, 5));
    int refusals = 0;
    {
        const FaultScope scope(fault);
        QVERIFY(QTest::qWaitFor([&] { return !await(engine->status()).writable; }, kPatienceMs));
        QVERIFY(!await(engine->status()).storageProblem.isEmpty());
        for (int i = 0; i < 3; ++i) {
            const auto refused =
                await(engine->submit({.name = "count-to-n", .input = {{u"n"_s, 7}}}));
            QVERIFY(!refused);
            QCOMPARE(refused.error().code, ErrorCode::StoreUnavailable);
            QVERIFY(refused.error().retryable);
            ++refusals;
        }
        // It goes on failing, and goes on being tried.
        const int hits = FaultVfs::instance().hits();
        QVERIFY(
            QTest::qWaitFor([&] { return FaultVfs::instance().hits() > hits + 1; }, kPatienceMs));
        QVERIFY(!await(engine->status()).writable);
    }
    QCOMPARE(refusals, 3);
    for (const TaskId &id : std::as_const(counting))
        QVERIFY(fixture.reaches(*engine, id, TaskState::Completed));
    QVERIFY(fixture.reaches(*engine, piped, TaskState::Completed));
    QVERIFY(await(engine->status()).writable);
    QVERIFY(await(engine->status()).storageProblem.isEmpty());
    // Each listener heard the whole log, as it is in the store after a new start.
    for (const auto &listener : listeners)
        QVERIFY(QTest::qWaitFor(
            [&] {
                return !listener->heard().isEmpty() && listener->heard().last().type == "completed";
            },
            kPatienceMs));
    QList<QList<Event>> heard;
    for (const auto &listener : listeners)
        heard << listener->heard();
    listeners.clear();
    engine.reset();
    engine = fixture.open();
    QCOMPARE(await(engine->tasks({}))->tasks.size(), kTasks + 1); // No refused one came true.
    for (int i = 0; i < kTasks; ++i) {
        QCOMPARE(fixture.shortLog(*engine, counting[i]), ticks(30 + i));
        QCOMPARE(fixture.log(*engine, counting[i]), heard[i]);
    }
    QCOMPARE(fixture.shortLog(*engine, piped), kPipelineLog);
    QCOMPARE(fixture.log(*engine, piped), heard.last());
    for (const auto &step : *await(engine->steps({localUser(), piped.bytes()})))
        QCOMPARE(step.attempt, 1);
    engine.reset();
    checkWhole(fixture.storePath());
}

void TestDegraded::oneFailureIsNotFelt_data()
{
    allWaitsAndGoesOn_data();
    QTest::newRow("log read") << FaultVfs::Fault{
        .call = Call::Read, .file = Place::Log, .code = SQLITE_IOERR_READ};
}

void TestDegraded::oneFailureIsNotFelt()
{
    QFETCH(FaultVfs::Fault, fault);
    fault.times = 1;
    EngineFixture fixture;
    (void)fixture.open(); // Leaves a file, which the next start reads.
    int hits = 0;
    {
        const auto engine = fixture.open();
        for (const int after : {0, 2, 5, 11, 23}) {
            // What failed last may have been a beat behind the end of the task before.
            QVERIFY(QTest::qWaitFor([&] { return await(engine->status()).writable; }, kPatienceMs));
            const TaskId id = fixture.start(
                *engine, "count-to-n",
                {{u"n"_s, 12}, {u"sleepMs"_s, 1}, {u"runId"_s, QString::number(after)}});
            fault.after = after;
            FaultVfs::instance().set(fault);
            // Read as a person does, who asks again when it could not be read.
            QVERIFY(QTest::qWaitFor(
                [&] {
                    const auto task = await(engine->task({localUser(), id.bytes()}));
                    return task && task->state == TaskState::Completed;
                },
                kPatienceMs));
            hits += FaultVfs::instance().hits();
            FaultVfs::instance().heal();
            QCOMPARE(fixture.shortLog(*engine, id), ticks(12));
        }
    }
    QVERIFY(hits > 0);
    checkWhole(fixture.storePath());
}

void TestDegraded::recoveryWaitsUntilItCanRead_data()
{
    QTest::addColumn<int>("after");
    QTest::addColumn<int>("times");
    QTest::newRow("for a while") << 0 << 1'000'000;
    for (const int after : {0, 1, 2, 3, 5, 8})
        QTest::addRow("not the reads from number %d on", after) << after << 3;
}

void TestDegraded::recoveryWaitsUntilItCanRead()
{
    QFETCH(const int, after);
    QFETCH(const int, times);
    EngineFixture fixture;
    EngineConfig config = fixture.config();
    config.recoveryInterval = 1h; // So that the nudge is what takes it up.
    const auto engine = EngineFixture::open(config, builtinTasks());
    const TaskId id = fixture.start(*engine, "count-to-n", {{u"n"_s, 8}, {u"sleepMs"_s, 10}});
    QVERIFY(fixture.reachesSeq(*engine, id, 4));
    QVERIFY(await(engine->crash({localUser(), id.bytes()})));
    QVERIFY(fixture.becomesStale(*engine, id));
    const FaultScope scope({.call = Call::Read,
                            .file = Place::Log,
                            .code = SQLITE_IOERR_READ,
                            .after = after,
                            .times = times});
    const auto nudged = await(engine->nudge({localUser(), id.bytes()}));
    QVERIFY(nudged);
    QCOMPARE(nudged->outcome, Outcome::Recovered);
    QVERIFY(QTest::qWaitFor(
        [&] { return FaultVfs::instance().hits() >= qMin(times, 3) || times < 1000; },
        kPatienceMs));
    if (times > 1000)
        FaultVfs::instance().heal();
    QVERIFY(QTest::qWaitFor(
        [&] {
            const auto task = await(engine->task({localUser(), id.bytes()}));
            return task && isTerminal(task->state);
        },
        kPatienceMs));
    FaultVfs::instance().heal();
    QCOMPARE(fixture.taskNow(*engine, id).state, TaskState::Completed);
    const QString log = fixture.shortLog(*engine, id);
    QVERIFY2(log.contains(u"attempt_started=recovery recovered="_s), qPrintable(log));
    for (int i = 1; i <= 8; ++i)
        QCOMPARE(log.count(u" tick=%1 "_s.arg(i)), 1);
}

void TestDegraded::lockedStoreIsSaidToBe()
{
    EngineFixture fixture;
    const auto engine = fixture.open();
    const TaskId id = fixture.start(*engine, "count-to-n", {{u"n"_s, 30}, {u"sleepMs"_s, 5}});
    QVERIFY(fixture.reachesSeq(*engine, id, 5));
    sqlite3 *theirs = nullptr;
    QCOMPARE(sqlite3_open(QFile::encodeName(fixture.storePath()).constData(), &theirs), SQLITE_OK);
    sqlite3_busy_timeout(theirs, 5000);
    QCOMPARE(sqlite3_exec(theirs, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
    QElapsedTimer since;
    since.start();
    QVERIFY(QTest::qWaitFor(
        [&] { return await(engine->status()).storageProblem.contains(u"write lock"_s); },
        kPatienceMs));
    QVERIFY2(since.elapsed() < 3000, qPrintable(QString::number(since.elapsed())));
    const Task waiting = fixture.taskNow(*engine, id);
    QCOMPARE(waiting.state, TaskState::Running);
    QCOMPARE(sqlite3_exec(theirs, "COMMIT", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(theirs);
    QVERIFY(fixture.reaches(*engine, id, TaskState::Completed));
    QCOMPARE(fixture.shortLog(*engine, id), ticks(30));
    QVERIFY(await(engine->status()).writable);
}

void TestDegraded::damagedStoreIsSaidToBe()
{
    EngineFixture fixture;
    auto engine = fixture.open();
    const TaskId id = fixture.start(*engine, "count-to-n", {{u"n"_s, 500}, {u"sleepMs"_s, 5}});
    QVERIFY(fixture.reachesSeq(*engine, id, 5));
    {
        const FaultScope scope(
            {.file = Place::Log, .code = SQLITE_CORRUPT}); // From the first commit on.
        QVERIFY(QTest::qWaitFor([&] { return !await(engine->status()).writable; }, kPatienceMs));
    }
    // Not by itself: a file that was damaged once is not to be trusted again.
    const QString problem = await(engine->status()).storageProblem;
    QVERIFY2(problem.contains(u"kintsugi-cli doctor --db "_s + fixture.storePath()),
             qPrintable(problem));
    const Seq seq = fixture.taskNow(*engine, id).lastSeq;
    const auto refused = await(engine->submit({.name = "count-to-n", .input = {{u"n"_s, 7}}}));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::StoreUnavailable);
    QCOMPARE(refused.error().message, problem);
    QCOMPARE(fixture.taskNow(*engine, id).state, TaskState::Running);
    QCOMPARE(fixture.taskNow(*engine, id).lastSeq, seq);
    QElapsedTimer took;
    took.start();
    engine.reset();
    QVERIFY2(took.elapsed() < 8000, qPrintable(QString::number(took.elapsed())));
}

QTEST_GUILESS_MAIN(TestDegraded)
#include "tst_degraded.moc"
