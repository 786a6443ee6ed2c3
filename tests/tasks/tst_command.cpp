// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/tasks/commandfixture.h"

#include <thread>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using End = CommandOutcome::End;

/*! Commands that are left alone: what they get, what they give, why they do not start. */
class TestCommand : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void outcomeTellsTheEnd_data();
    void outcomeTellsTheEnd();
    void refusalNamesStageAndRemedy_data();
    void refusalNamesStageAndRemedy();
    void programMayLieInItsFolder();
    void ownPathIsSearched();
    void environmentIsOursAndMore();
    void signalsAreAsAfterALogin();
    void noDescriptorIsInherited();
    void commandLeadsItsGroup();
    void muchGoesBothWays();
    void unreadInputDoesNoHarm();
    void inputEnds();
    void tooMuchOutputEndsIt();
    void exactlyAsMuchAsAllowedIsFine();
    void tailOfErrorsIsKept();
    void leftGroupIsEndedButADaemonMayStay();
    void crowdLeavesNothingBehind();

private:
    CommandFixture m_fixture;
};

void TestCommand::outcomeTellsTheEnd_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<End>("end");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<int>("signal");
    QTest::addColumn<QString>("message");
    QTest::newRow("works") << u"echo fine; echo note >&2"_s << End::Exited << 0 << 0 << QString();
    QTest::newRow("fails") << u"exit 3"_s << End::Exited << 3 << 0
                           << u"stage \"work\" ended with exit code 3"_s;
    QTest::newRow("fails and says why")
        << u"echo no disk >&2; exit 255"_s << End::Exited << 255 << 0
        << u"stage \"work\" ended with exit code 255; its stderr ends with:\nno disk"_s;
    QTest::newRow("is killed") << u"kill -9 $$"_s << End::Signalled << -1 << SIGKILL
                               << u"stage \"work\" was killed by SIGKILL"_s;
    QTest::newRow("ends itself") << u"kill $$"_s << End::Signalled << -1 << SIGTERM
                                 << u"stage \"work\" was killed by SIGTERM"_s;
}

void TestCommand::outcomeTellsTheEnd()
{
    QFETCH(const QString, script);
    const CommandOutcome outcome = runCommand(m_fixture.shell(script), {}, {});
    QTEST(outcome.end, "end");
    QTEST(outcome.exitCode, "exitCode");
    QTEST(outcome.signal, "signal");
    QTEST(outcome.message, "message");
    QCOMPARE(outcome.worked(), outcome.message.isEmpty());
    if (outcome.worked()) {
        QCOMPARE(outcome.output, "fine\n"_ba);
        QCOMPARE(outcome.errorTail, "note\n"_ba);
    }
}

void TestCommand::refusalNamesStageAndRemedy_data()
{
    m_fixture.write(u"plain.sh"_s, "#!/bin/sh\n");
    m_fixture.write(u"lost.sh"_s, "#!/no/such/interpreter\n", true);
    m_fixture.write(u"empty"_s, "just text\n", true);
    QTest::addColumn<QStringList>("command");
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("message");
    const QString here = m_fixture.path(u"."_s).chopped(2);
    QTest::newRow("not in PATH")
        << QStringList{u"no-such-program"_s} << here
        << u"stage \"work\" cannot run \"no-such-program\": no such program in PATH"_s;
    QTest::newRow("no such file")
        << QStringList{u"./no.sh"_s} << here
        << "stage \"work\" cannot run \"./no.sh\": there is no such file in "_L1 + here;
    QTest::newRow("not executable")
        << QStringList{u"./plain.sh"_s} << here
        << u"stage \"work\" cannot run \"./plain.sh\": it is not executable (chmod +x, or name its "
           "interpreter in the command)"_s;
    QTest::newRow("no interpreter") << QStringList{u"./lost.sh"_s} << here
                                    << u"stage \"work\" cannot run \"./lost.sh\": the interpreter "
                                       "that its first line names is missing"_s;
    QTest::newRow("no program") << QStringList{u"./empty"_s} << here
                                << u"stage \"work\" cannot run \"./empty\": it is no program; a "
                                   "script wants a first line such as #!/bin/sh"_s;
    QTest::newRow("a folder") << QStringList{u"/tmp"_s} << here
                              << u"stage \"work\" cannot run \"/tmp\": it is not executable (chmod "
                                 "+x, or name its interpreter in the command)"_s;
    QTest::newRow("no cwd") << QStringList{u"true"_s} << here + u"/nowhere"_s
                            << QString("stage \"work\" cannot enter its cwd "_L1 + here
                                       + "/nowhere: No such file or directory"_L1);
    QTest::newRow("nothing") << QStringList() << here << u"stage \"work\" has no command"_s;
    QTest::newRow("an empty name")
        << QStringList{QString()} << here << u"stage \"work\" has no command"_s;
    QTest::newRow("too long")
        << QStringList{u"true"_s, QString(4 << 20, u'x')} << here
        << u"stage \"work\" cannot run \"true\": its arguments and environment are too long"_s;
}

void TestCommand::refusalNamesStageAndRemedy()
{
    QFETCH(const QStringList, command);
    QFETCH(const QString, folder);
    QFETCH(const QString, message);
    CommandSpec spec = m_fixture.shell(QString());
    spec.command = command;
    spec.folder = folder;
    const CommandOutcome outcome = runCommand(spec, "unread", {});
    QCOMPARE(outcome.end, End::NotStarted);
    QCOMPARE(outcome.message, message);
    QVERIFY(!outcome.worked());
}

void TestCommand::programMayLieInItsFolder()
{
    QVERIFY(QDir(m_fixture.path(u"."_s)).mkpath(u"in"_s));
    m_fixture.write(u"in/tool"_s, "#!/bin/sh\npwd\n", true);
    CommandSpec spec = m_fixture.shell(QString());
    spec.command = QStringList{u"./tool"_s};
    spec.folder = m_fixture.path(u"in"_s);
    QCOMPARE(runCommand(spec, {}, {}).output.trimmed(), m_fixture.path(u"in"_s).toUtf8());
}

void TestCommand::ownPathIsSearched()
{
    QVERIFY(QDir(m_fixture.path(u"."_s)).mkpath(u"bin"_s));
    m_fixture.write(u"bin/mine"_s, "#!/bin/sh\n/bin/echo mine\n", true);
    CommandSpec spec = m_fixture.shell(QString());
    spec.command = QStringList{u"mine"_s};
    spec.env = {{u"PATH"_s, u"/nowhere:bin"_s}}; // A relative folder counts from the command's own.
    QCOMPARE(runCommand(spec, {}, {}).output, "mine\n"_ba);
}

void TestCommand::environmentIsOursAndMore()
{
    qputenv("COMMAND_OURS", "\xff raw");
    qputenv("COMMAND_BOTH", "ours");
    CommandSpec spec = m_fixture.shell(
        u"printf '%s|' \"$COMMAND_OURS\" \"$COMMAND_BOTH\" \"$ONE\" \"$KINTSUGI_TASK_ID\" "
        "\"$KINTSUGI_STAGE\" \"$KINTSUGI_ATTEMPT\""_s);
    spec.env = {{u"COMMAND_BOTH"_s, u"theirs"_s}, {u"ONE"_s, u"a=b é"_s}};
    spec.taskId = u"t1"_s;
    spec.attempt = 2;
    QCOMPARE(runCommand(spec, {}, {}).output, "\xff raw|theirs|a=b é|t1|work|2|"_ba);
}

void TestCommand::signalsAreAsAfterALogin()
{
    sigset_t mask;
    sigset_t before;
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    sigaddset(&mask, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &mask, &before);
    const auto handler = std::signal(SIGHUP, SIG_IGN);
    CommandSpec spec = m_fixture.shell(QString());
    spec.command = {u"grep"_s, u"-E"_s, u"Sig(Blk|Ign)"_s, u"/proc/self/status"_s};
    const CommandOutcome outcome = runCommand(spec, {}, {});
    std::signal(SIGHUP, handler);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    for (const char *line : {"SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000"})
        QVERIFY2(outcome.output.contains(line), outcome.output.constData());
}

void TestCommand::noDescriptorIsInherited()
{
    // One that would survive exec, as a library of the app may leave it.
    const int leaky = open("/dev/null", O_RDONLY);
    CommandSpec spec = m_fixture.shell(u"ls /proc/$$/fd"_s);
    spec.lockFile = m_fixture.lockFile();
    const CommandOutcome outcome = runCommand(spec, {}, {});
    close(leaky);
    QCOMPARE(outcome.output, "0\n1\n2\n"_ba);
}

void TestCommand::commandLeadsItsGroup()
{
    const CommandOutcome outcome =
        runCommand(m_fixture.shell(u"echo $$; cut -d' ' -f5,6 /proc/$$/stat"_s), {}, {});
    const QList<QByteArray> ids = outcome.output.simplified().split(' ');
    QCOMPARE(ids.size(), 3);
    QCOMPARE(ids.at(1), ids.at(0)); // Its group is its own …
    QVERIFY(ids.at(2).toInt() != getsid(0)); // … and its session is not that of the app.
}

void TestCommand::muchGoesBothWays()
{
    QByteArray bytes(6 << 20, '\0');
    for (qsizetype i = 0; i < bytes.size(); ++i)
        bytes[i] = char(i * 31 + (i >> 8));
    CommandSpec spec = m_fixture.shell(u"cat; head -c 500000 /dev/zero >&2"_s);
    spec.outputLimit = bytes.size();
    const CommandOutcome outcome = runCommand(spec, bytes, {});
    QVERIFY2(outcome.worked(), qPrintable(outcome.message));
    QVERIFY(outcome.output == bytes);
    QCOMPARE(outcome.errorTail, QByteArray(8192, '\0'));
}

void TestCommand::unreadInputDoesNoHarm()
{
    static volatile std::sig_atomic_t pipeSignals = 0;
    const auto handler = std::signal(SIGPIPE, [](int) { pipeSignals = pipeSignals + 1; });
    const QByteArray much(4 << 20, 'x');
    const CommandOutcome unread = runCommand(m_fixture.shell(u"echo done"_s), much, {});
    const CommandOutcome closed =
        runCommand(m_fixture.shell(u"exec <&-; head -c 300000 /dev/zero; echo done"_s), much, {});
    std::signal(SIGPIPE, handler);
    QVERIFY(unread.worked());
    QVERIFY(closed.worked());
    QVERIFY(closed.output.endsWith("done\n"));
    QCOMPARE(int(pipeSignals), 0);
}

void TestCommand::inputEnds()
{
    QCOMPARE(runCommand(m_fixture.shell(u"cat; echo end"_s), "{}", {}).output, "{}end\n"_ba);
    QCOMPARE(runCommand(m_fixture.shell(u"cat; echo end"_s), {}, {}).output, "end\n"_ba);
}

void TestCommand::tooMuchOutputEndsIt()
{
    const CommandOutcome outcome = runCommand(m_fixture.shell(u"trap '' TERM PIPE; yes"_s), {}, {});
    QCOMPARE(outcome.end, End::TooMuchOutput);
    QCOMPARE(outcome.output.size(), 1 << 20);
    QVERIFY2(outcome.message.contains(u"wrote more than 1048576 bytes"_s),
             qPrintable(outcome.message));
}

void TestCommand::exactlyAsMuchAsAllowedIsFine()
{
    const CommandOutcome outcome =
        runCommand(m_fixture.shell(u"head -c 1048576 /dev/zero"_s), {}, {});
    QVERIFY2(outcome.worked(), qPrintable(outcome.message));
    QCOMPARE(outcome.output.size(), 1 << 20);
}

void TestCommand::tailOfErrorsIsKept()
{
    const CommandOutcome outcome =
        runCommand(m_fixture.shell(u"seq 1 100000 >&2; exit 1"_s), {}, {});
    QCOMPARE(outcome.errorTail.size(), 8192);
    QVERIFY(outcome.errorTail.endsWith("99999\n100000\n"));
    const QStringList lines = outcome.message.split(u'\n');
    QCOMPARE(lines.at(1).size(), 5); // A whole line.
    QCOMPARE(lines.last(), u"100000"_s);
}

void TestCommand::leftGroupIsEndedButADaemonMayStay()
{
    const CommandOutcome outcome = runCommand(
        m_fixture.shell(u"sleep 1000 & echo $!; setsid sh -c 'echo $$ >daemon; exec sleep "
                        "1000' & while [ ! -s daemon ]; do :; done"_s),
        {}, {});
    const pid_t daemon = m_fixture.pids(u"daemon"_s, 1).first();
    const bool hasDaemonStayed = CommandFixture::isAlive(daemon);
    kill(daemon, SIGKILL);
    QVERIFY(outcome.worked()); // Although both held its stdout open.
    QVERIFY(!CommandFixture::isAlive(outcome.output.toInt()));
    QVERIFY(hasDaemonStayed);
}

void TestCommand::crowdLeavesNothingBehind()
{
    (void)runCommand(m_fixture.shell(u"true"_s), {}, {}); // Whatever is opened once, is open now.
    const qsizetype descriptors = CommandFixture::descriptors();
    const qsizetype children = CommandFixture::children();
    std::atomic<int> next = 0;
    std::atomic<int> right = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&] {
                for (int job = next++; job < 100; job = next++) {
                    CommandSpec spec = m_fixture.shell(u"cat; echo $N"_s);
                    spec.env = {{u"N"_s, QString::number(job)}};
                    spec.lockFile = m_fixture.path(QString::number(job) + u".lock"_s);
                    const QByteArray input(20'000, char('a' + job % 26));
                    const CommandOutcome outcome = runCommand(spec, input, {});
                    if (outcome.output == input + QByteArray::number(job) + '\n')
                        ++right;
                }
            });
    }
    QCOMPARE(right.load(), 100);
    QCOMPARE(CommandFixture::descriptors(), descriptors);
    QCOMPARE(CommandFixture::children(), children);
}

QTEST_GUILESS_MAIN(TestCommand)
#include "tst_command.moc"
