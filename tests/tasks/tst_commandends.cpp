// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/tasks/commandfixture.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QProcess>

#include <future>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using End = CommandOutcome::End;

namespace {

// Three processes that would run for long: the command, a child, and one in a session of its own.
const auto kFamily = u"echo $$ >>pids; sleep 1000 & echo $! >>pids; setsid sh -c 'echo $$ >>pids; "
                     "exec sleep 1000' & wait; wait"_s;
const auto kStubborn = QString(u"trap '' TERM; "_s + kFamily);

} // namespace

/*! Commands that are ended by others: a stop, a timeout, the death of the program that ran them. */
class TestCommandEnds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QFile::remove(m_fixture.path(u"pids"_s)); }
    void stopEndsTheFamily_data();
    void stopEndsTheFamily();
    void stopBeforeTheStartStartsNothing();
    void commandMayEndInPeace();
    void timeoutEndsTheFamily();
    void flowsDoNotHideATimeout();
    void failureLeavesNobody();
    void deathOfTheProgramEndsTheFamily_data();
    void deathOfTheProgramEndsTheFamily();
    void rerunWaitsUntilTheEarlierRunIsGone();
    void waitForTheLockIsBounded();
    void waitForTheLockHearsAStop();
    void deathOfTheKeeperIsSeen();
    void keeperIsNotFoundByTheProgramsName();

private:
    std::future<CommandOutcome> inThread(const CommandSpec &spec)
    {
        m_stop = std::stop_source();
        return std::async(std::launch::async, [spec, token = m_stop.get_token()] {
            return runCommand(spec, {}, token);
        });
    }
    /*! Starts the host program on a script, which writes three process ids. */
    void startHost(QProcess &host, const QString &script)
    {
        host.start(
            QCoreApplication::applicationDirPath() + u"/tasks_commandhost"_s,
            {u"work"_s, m_fixture.lockFile(), m_fixture.path(u"."_s), u"sh"_s, u"-c"_s, script});
        QVERIFY(host.waitForStarted());
    }

    CommandFixture m_fixture;
    std::stop_source m_stop;
};

void TestCommandEnds::stopEndsTheFamily_data()
{
    QTest::addColumn<QString>("script");
    QTest::newRow("that obeys") << kFamily;
    QTest::newRow("that ignores SIGTERM") << kStubborn;
    QTest::newRow("that is halted") << QString(
        u"(until [ $(cat pids | wc -l) -ge 3 ]; do :; done; kill -STOP $$) & "_s + kFamily);
}

void TestCommandEnds::stopEndsTheFamily()
{
    QFETCH(const QString, script);
    CommandSpec spec = m_fixture.shell(script);
    spec.grace = 200ms;
    spec.lockFile = m_fixture.lockFile();
    auto run = inThread(spec);
    const QList<pid_t> family = m_fixture.pids(u"pids"_s, 3);
    QVERIFY(!m_fixture.isLockFree());
    m_stop.request_stop();
    const CommandOutcome outcome = run.get();
    QCOMPARE(outcome.end, End::Stopped);
    QCOMPARE(outcome.message, u"stage \"work\" was stopped"_s);
    QVERIFY(CommandFixture::areGone(family)); // By now, not soon.
    QVERIFY(m_fixture.isLockFree());
}

void TestCommandEnds::stopBeforeTheStartStartsNothing()
{
    std::stop_source stop;
    stop.request_stop();
    const CommandOutcome outcome =
        runCommand(m_fixture.shell(u"echo >ran"_s), {}, stop.get_token());
    QCOMPARE(outcome.end, End::Stopped);
    QVERIFY(!QFile::exists(m_fixture.path(u"ran"_s)));
}

void TestCommandEnds::commandMayEndInPeace()
{
    // Its child, too, although the command itself has gone before.
    CommandSpec spec = m_fixture.shell(
        u"sh -c \"trap 'head -c 100000 /dev/zero >/dev/null; echo child >>bye; exit' TERM; echo "
        "\\$\\$ >>pids; while :; do sleep 0.05; done\" & trap 'echo self >>bye; exit 5' TERM; wait"_s);
    spec.grace = 20s;
    auto run = inThread(spec);
    (void)m_fixture.pids(u"pids"_s, 1);
    m_stop.request_stop();
    QCOMPARE(run.get().end, End::Stopped);
    QList<QByteArray> byes = m_fixture.text(u"bye"_s).trimmed().split('\n');
    std::ranges::sort(byes);
    QCOMPARE(byes, QList({"child"_ba, "self"_ba}));
}

void TestCommandEnds::timeoutEndsTheFamily()
{
    CommandSpec spec = m_fixture.shell(kStubborn);
    spec.timeout = 500ms;
    spec.grace = 50ms;
    const CommandOutcome outcome = runCommand(spec, {}, {});
    QCOMPARE(outcome.end, End::TimedOut);
    QCOMPARE(outcome.message,
             u"stage \"work\" took longer than its timeoutMs, 500 ms, and was ended"_s);
    QVERIFY(CommandFixture::areGone(m_fixture.pids(u"pids"_s, 3)));
}

void TestCommandEnds::flowsDoNotHideATimeout()
{
    CommandSpec spec = m_fixture.shell(u"yes >&2"_s);
    spec.timeout = 100ms;
    QCOMPARE(runCommand(spec, {}, {}).end, End::TimedOut);
}

void TestCommandEnds::failureLeavesNobody()
{
    const QString orphans =
        u"setsid sh -c 'echo $$ >>pids; exec sleep 1000' & (sleep 1000 & echo $! "
        ">>pids); until [ $(cat pids | wc -l) -ge 2 ]; do :; done; exit 1"_s;
    QCOMPARE(runCommand(m_fixture.shell(orphans), {}, {}).exitCode, 1);
    QVERIFY(CommandFixture::areGone(m_fixture.pids(u"pids"_s, 2)));
}

void TestCommandEnds::deathOfTheProgramEndsTheFamily_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<int>("signal");
    QTest::newRow("SIGKILL") << kFamily << SIGKILL;
    QTest::newRow("SIGKILL, a stubborn family") << kStubborn << SIGKILL;
    QTest::newRow("SIGTERM") << kFamily << SIGTERM;
}

void TestCommandEnds::deathOfTheProgramEndsTheFamily()
{
    QFETCH(const QString, script);
    QFETCH(const int, signal);
    QProcess host;
    startHost(host, script);
    const QList<pid_t> family = m_fixture.pids(u"pids"_s, 3);
    const pid_t keeper = CommandFixture::parentOf(family.first());
    QVERIFY(!m_fixture.isLockFree());
    QElapsedTimer since;
    since.start();
    kill(pid_t(host.processId()), signal);
    const QList<pid_t> all = QList<pid_t>(family) << keeper;
    QVERIFY(QTest::qWaitFor([&] { return CommandFixture::areGone(all); }, 20'000));
    const qint64 ms = since.elapsed();
    QVERIFY2(ms < 1000, qPrintable(QString::number(ms)));
    QVERIFY(m_fixture.isLockFree());
    QTRY_COMPARE(host.state(), QProcess::NotRunning);
}

void TestCommandEnds::rerunWaitsUntilTheEarlierRunIsGone()
{
    QProcess host;
    startHost(host, kFamily);
    const QList<pid_t> family = m_fixture.pids(u"pids"_s, 3);
    const pid_t keeper = CommandFixture::parentOf(family.first());
    kill(keeper, SIGSTOP); // As on a machine that is busy just now.
    host.kill();
    QVERIFY(host.waitForFinished());
    QVERIFY(!CommandFixture::areGone(family)); // A run that has lost its program, but lives on.

    CommandSpec rerun = m_fixture.shell(u"echo >ran; for p in $(cat pids); do kill -0 $p && echo "
                                        "$p lives; done; echo alone"_s);
    rerun.lockFile = m_fixture.lockFile();
    auto run = inThread(rerun);
    QCOMPARE(run.wait_for(300ms), std::future_status::timeout);
    QVERIFY(!QFile::exists(m_fixture.path(u"ran"_s)));
    kill(keeper, SIGCONT);
    QCOMPARE(run.get().output, "alone\n"_ba);
}

void TestCommandEnds::waitForTheLockIsBounded()
{
    CommandSpec first = m_fixture.shell(kFamily);
    first.lockFile = m_fixture.lockFile();
    auto run = inThread(first);
    (void)m_fixture.pids(u"pids"_s, 3);
    CommandSpec second = m_fixture.shell(u"echo"_s);
    second.lockFile = m_fixture.lockFile();
    second.lockWait = 50ms;
    const CommandOutcome outcome = runCommand(second, {}, {});
    QCOMPARE(outcome.end, End::Locked);
    QCOMPARE(outcome.message,
             "stage \"work\" waited 50 ms for an earlier run of it to end, which holds "_L1
                 + m_fixture.lockFile());
    m_stop.request_stop();
    QCOMPARE(run.get().end, End::Stopped);
    QVERIFY(runCommand(second, {}, {}).worked());
}

void TestCommandEnds::waitForTheLockHearsAStop()
{
    CommandSpec first = m_fixture.shell(kFamily);
    first.lockFile = m_fixture.lockFile();
    auto run = inThread(first);
    (void)m_fixture.pids(u"pids"_s, 3);
    const std::stop_source firstStop = m_stop;
    CommandSpec second = m_fixture.shell(u"echo"_s);
    second.lockFile = m_fixture.lockFile();
    auto waiting = inThread(second);
    QCOMPARE(waiting.wait_for(50ms), std::future_status::timeout);
    m_stop.request_stop();
    QCOMPARE(waiting.get().end, End::Stopped);
    std::stop_source(firstStop).request_stop();
    QCOMPARE(run.get().end, End::Stopped);
}

void TestCommandEnds::deathOfTheKeeperIsSeen()
{
    auto run = inThread(m_fixture.shell(u"echo $$ >>pids; sleep 1000 & echo $! >>pids; wait"_s));
    const QList<pid_t> family = m_fixture.pids(u"pids"_s, 2);
    kill(CommandFixture::parentOf(family.first()), SIGKILL);
    const CommandOutcome outcome = run.get();
    QCOMPARE(outcome.end, End::Lost);
    QCOMPARE(outcome.message, u"stage \"work\" was killed together with its keeper"_s);
    QVERIFY(QTest::qWaitFor([&] { return CommandFixture::areGone(family); }, 20'000));
}

void TestCommandEnds::keeperIsNotFoundByTheProgramsName()
{
    auto run = inThread(m_fixture.shell(kFamily));
    const QList<pid_t> family = m_fixture.pids(u"pids"_s, 3);
    const pid_t keeper = CommandFixture::parentOf(family.first());
    QByteArray line = CommandFixture::proc(keeper, "cmdline");
    line.truncate(std::max(qsizetype(0), line.indexOf('\0')));
    const QByteArray name = CommandFixture::proc(keeper, "comm");
    const bool isOwnGroup = CommandFixture::stat(keeper, 5) == keeper;
    m_stop.request_stop();
    (void)run.get();
    QCOMPARE(line, "keeper of stage work"_ba);
    QCOMPARE(name, "stage-keeper\n"_ba);
    QVERIFY(isOwnGroup);
}

QTEST_GUILESS_MAIN(TestCommandEnds)
#include "tst_commandends.moc"
