// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/runtime/probe.h"
#include "tests/support/enginefixture.h"

#include <QElapsedTimer>
#include <QFileInfo>

#include <csignal>
#include <sys/resource.h>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! A disk that is full for a while: files of this process may not grow beyond a size. */
class FullDisk
{
public:
    explicit FullDisk(qint64 bytes)
    {
        getrlimit(RLIMIT_FSIZE, &m_before);
        rlimit limit = m_before;
        limit.rlim_cur = rlim_t(bytes);
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDisk() { setrlimit(RLIMIT_FSIZE, &m_before); }
    Q_DISABLE_COPY_MOVE(FullDisk)

private:
    rlimit m_before{};
};

/*! The engine on a disk that fills and is emptied again. */
class TestFullDisk : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { (void)std::signal(SIGXFSZ, SIG_IGN); }
    void nothingIsLostAndAllGoesOn();
    void engineEndsInTime();

private:
    static qint64 walBytes(const EngineFixture &fixture)
    {
        return QFileInfo(fixture.storePath() + u"-wal"_s).size();
    }
};

void TestFullDisk::nothingIsLostAndAllGoesOn()
{
    EngineFixture fixture;
    const auto engine = fixture.open();
    QList<TaskId> running;
    for (int i = 0; i < 5; ++i)
        running << fixture.start(*engine, "count-to-n", {{u"n"_s, 40 + i}, {u"sleepMs"_s, 5}});
    for (const TaskId &id : std::as_const(running))
        QVERIFY(fixture.reachesSeq(*engine, id, 5));
    {
        const FullDisk full(walBytes(fixture));
        QVERIFY(QTest::qWaitFor([&] { return !await(engine->status()).writable; }, kPatienceMs));
        QVERIFY(!await(engine->status()).storageProblem.isEmpty());
        const auto refused = await(engine->submit({.name = "count-to-n", .input = {{u"n"_s, 7}}}));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::StoreUnavailable);
        QVERIFY(refused.error().retryable);
        // What was committed can be read all the while, and those who run wait.
        for (const TaskId &id : std::as_const(running)) {
            const Task task = fixture.taskNow(*engine, id);
            QCOMPARE(task.state, TaskState::Running);
            QCOMPARE(fixture.log(*engine, id).size(), task.lastSeq);
        }
    }
    for (int i = 0; i < running.size(); ++i) {
        QVERIFY(fixture.reaches(*engine, running[i], TaskState::Completed));
        QString expected = u"created attempt_started=submit"_s;
        for (int tick = 1; tick <= 40 + i; ++tick)
            expected += u" tick=%1"_s.arg(tick);
        QCOMPARE(fixture.shortLog(*engine, running[i]), expected + u" completed"_s);
    }
    QVERIFY(await(engine->status()).writable);
    QCOMPARE(await(engine->tasks({}))->tasks.size(), 5); // The refused one left nothing behind.
    QVERIFY(await(engine->submit({.name = "count-to-n", .input = {{u"n"_s, 7}}})));
}

void TestFullDisk::engineEndsInTime()
{
    EngineFixture fixture;
    auto engine = EngineFixture::open(fixture.config(), probeTasks());
    const TaskId id = fixture.start(*engine, "probe", {{u"mode"_s, u"emit"_s}});
    QVERIFY(fixture.reachesSeq(*engine, id, 5));
    {
        const FullDisk full(walBytes(fixture));
        QVERIFY(QTest::qWaitFor([&] { return !await(engine->status()).writable; }, kPatienceMs));
        QElapsedTimer took;
        took.start();
        const auto closed = engine->shutdown(500ms);
        QVERIFY(QTest::qWaitFor([&] { return closed.isFinished(); }, 8000));
        engine.reset();
        QVERIFY2(took.elapsed() < 8000, qPrintable(QString::number(took.elapsed())));
    }
    // Left as after a crash, and whole.
    engine = EngineFixture::open(fixture.config(), probeTasks());
    const Task task = fixture.taskNow(*engine, id);
    QCOMPARE(task.state, TaskState::Running);
    QVERIFY(task.stale);
    QCOMPARE(fixture.log(*engine, id).size(), task.lastSeq);
    QCOMPARE(await(engine->stop({localUser(), id.bytes()}, {}))->outcome, Outcome::Cancelled);
}

QTEST_GUILESS_MAIN(TestFullDisk)
#include "tst_fulldisk.moc"
