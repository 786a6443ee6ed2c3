// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The same program is the child: "--child WHAT FILE" plays one of the parts below.

#include "tests/support/storefixture.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QProcess>
#include <QRandomGenerator>

#include <csignal>
#include <cstdio>
#include <unistd.h>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int kWritesOfTheChild = 800;
constexpr int kWritesToACheckpoint = 60; // More pages than a writer with nothing to do leaves.

/*! Dies in the middle of its batch. */
struct DieInside
{
    using Result = bool;
    static constexpr bool failsFast = false;
    Expected<bool> apply(WriteContext &) const
    {
        (void)kill(getpid(), SIGKILL);
        return true;
    }
};

NewEvent paddedEvent(int i)
{
    return {"tick",
            "{\"i\":" + QByteArray::number(i) + ",\"pad\":\"" + QByteArray(20'000, 'p') + "\"}"};
}

void say(const char *word)
{
    std::puts(word);
    std::fflush(stdout);
}

/*! Writes nothing until the writer, who then has nothing to do, has moved its log into the file. */
void letCheckpoint(const QString &path)
{
    const qint64 before = QFileInfo(path).size();
    for (int look = 0; look < 100 && QFileInfo(path).size() == before; ++look)
        takeRest(1ms);
}

int child(const QString &what, const QString &path)
{
    SystemClock clock;
    StoreConfig config{.path = path, .foreignPollInterval = 5ms, .drivable = {{"t", {1}}}};
    if (what == "die-after-commit"_L1) {
        bool armed = false;
        auto store = Store::open(config, clock, [&armed](const CommittedBatch &batch) {
            if (armed && batch.events.size() > 10)
                (void)kill(getpid(), SIGKILL); // Committed, and nobody was told.
            for (const auto &job : batch.jobs)
                job->answer();
        });
        std::promise<Claim> started;
        (*store)->write(
            Submit{
                .user = localUser(), .key = IdempotencyKey("child"_ba), .name = "t", .input = "{}"},
            [&](const Expected<SubmitResult> &done) { started.set_value(*done->claim); });
        const Claim claim = started.get_future().get();
        armed = true;
        QList<NewEvent> events;
        for (int i = 0; i < 40; ++i)
            events << tickEvent(i);
        (*store)->write(attemptWrite(claim.fence, events, {}, {}), {});
        return pause();
    }
    OpenStore store(config, clock);
    const bool isOneOfMany = what == "stress-until-killed"_L1;
    const Claim claim = store.start(isOneOfMany ? QByteArray::number(getpid()) : "child"_ba);
    if (what == "hold"_L1) {
        say("ready");
        return pause();
    }
    if (what == "die-inside"_L1) {
        LockFile turn = *LockFile::open(path + "-lock"_L1);
        (void)turn.lockCommits();
        for (int i = 0; i < 40; ++i)
            store->write(attemptWrite(claim.fence, {tickEvent(i)}, {}, {}), {});
        store->write(DieInside{}, {});
        for (int i = 0; i < 40; ++i)
            store->write(attemptWrite(claim.fence, {tickEvent(i)}, {}, {}), {});
        say("ready"); // The first may already be on its way alone: it waits for the turn.
        turn.unlockCommits();
        return pause();
    }
    if (what == "stress"_L1) {
        say("ready");
        for (int i = 0; i < kWritesOfTheChild; ++i) {
            if (!store.write(attemptWrite(claim.fence, {paddedEvent(i)}, {}, {})))
                return 2;
        }
        return 0;
    }
    if (what == "stress-until-killed"_L1) {
        for (int i = 1;; ++i) {
            if (!store.write(attemptWrite(claim.fence, {paddedEvent(i)}, {}, {})))
                return 2;
            say(QByteArray::number(i).constData());
            if (i % kWritesToACheckpoint == 0)
                letCheckpoint(path);
        }
    }
    return 3;
}

} // namespace

/*! Two processes on one file, and what is left when one of them is killed. */
class TestTwoProcesses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void killedWorkerIsDeadAtOnce();
    void writerThatDiesInsideLeavesNothing();
    void writerThatDiesAfterTheCommitLeavesAll();
    void bothCommitAndCheckpoint();
    void bothCommitWhileOneIsKilled();

private:
    static void startChild(QProcess &process, const QString &what, const StoreFixture &fixture);
    static void checkIntegrity(const StoreFixture &fixture);
    static Task taskOfTheChild(OpenStore &store);
};

void TestTwoProcesses::startChild(QProcess &process, const QString &what,
                                  const StoreFixture &fixture)
{
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(QCoreApplication::applicationFilePath(), {u"--child"_s, what, fixture.path()});
    QVERIFY(process.waitForStarted());
}

void TestTwoProcesses::checkIntegrity(const StoreFixture &fixture)
{
    Connection db = fixture.connection();
    Query check(db, "PRAGMA integrity_check");
    QVERIFY(check.next());
    QCOMPARE(check.text(0), u"ok"_s);
    QVERIFY(!check.next());
    // No log has a gap, and no log is longer than its task says.
    QCOMPARE(fixture.number("SELECT count(*) FROM tasks t WHERE last_seq <> (SELECT count(*) FROM "
                            "events e WHERE e.task = t.num) "
                            "OR last_seq <> (SELECT max(seq) FROM events e WHERE e.task = t.num)"),
             0);
}

Task TestTwoProcesses::taskOfTheChild(OpenStore &store)
{
    const auto task =
        store->readNow([](Reader &reader) { return reader.task(localUser(), "child"); });
    return task ? *task : Task();
}

void TestTwoProcesses::killedWorkerIsDeadAtOnce()
{
    StoreFixture fixture;
    SystemClock clock;
    const auto store = StoreFixture::open(
        {.path = fixture.path(), .staleAfter = 1h, .drivable = {{"t", {1}}}}, clock);
    QProcess process;
    startChild(process, u"hold"_s, fixture);
    QVERIFY(process.waitForReadyRead(20'000));
    QCOMPARE(taskOfTheChild(*store).owner, OwnerState::OtherProcess);
    QCOMPARE(store->write(Nudge{localUser(), "child"})->outcome, Outcome::Attached);
    process.kill();
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitStatus(), QProcess::CrashExit);
    QCOMPARE(taskOfTheChild(*store).owner,
             OwnerState::Dead); // An hour before its heartbeat would tell.
    QVERIFY(taskOfTheChild(*store).stale);
    QCOMPARE(store->write(Nudge{localUser(), "child"})->outcome, Outcome::Recovered);
}

void TestTwoProcesses::writerThatDiesInsideLeavesNothing()
{
    StoreFixture fixture;
    QProcess process;
    startChild(process, u"die-inside"_s, fixture);
    QVERIFY(process.waitForFinished(20'000));
    QCOMPARE(process.exitStatus(), QProcess::CrashExit);
    const auto store = fixture.open();
    const Task task = taskOfTheChild(*store);
    // What the writer had taken before the killer stood in the queue is there, what was with it is
    // not.
    QVERIFY2(task.lastSeq >= 2 && task.lastSeq < 42, qPrintable(QString::number(task.lastSeq)));
    checkIntegrity(fixture);
}

void TestTwoProcesses::writerThatDiesAfterTheCommitLeavesAll()
{
    StoreFixture fixture;
    QProcess process;
    startChild(process, u"die-after-commit"_s, fixture);
    QVERIFY(process.waitForFinished(20'000));
    QCOMPARE(process.exitStatus(), QProcess::CrashExit);
    const auto store = fixture.open();
    QCOMPARE(taskOfTheChild(*store).lastSeq, 42);
    checkIntegrity(fixture);
}

void TestTwoProcesses::bothCommitAndCheckpoint()
{
    StoreFixture fixture;
    SystemClock clock;
    const StoreConfig config{
        .path = fixture.path(), .foreignPollInterval = 5ms, .drivable = {{"t", {1}}}};
    const auto first = StoreFixture::open(config, clock);
    const auto second = StoreFixture::open(config, clock);
    QProcess process;
    startChild(process, u"stress"_s, fixture);
    QVERIFY(process.waitForReadyRead(20'000));
    std::atomic<int> failures = 0;
    {
        std::vector<std::jthread> threads;
        for (OpenStore *store : {first.get(), second.get()})
            threads.emplace_back(
                [store, &failures, key = store == first.get() ? "one"_ba : "two"_ba] {
                    const Claim claim = store->start(key);
                    for (int i = 0; i < kWritesOfTheChild; ++i) {
                        if (!store->write(attemptWrite(claim.fence, {paddedEvent(i)}, {}, {})))
                            ++failures;
                    }
                });
    }
    QVERIFY(process.waitForFinished(60'000));
    QCOMPARE(process.exitCode(), 0);
    QCOMPARE(failures.load(), 0);
    QCOMPARE(fixture.number("SELECT count(*) FROM events"), 3 * (kWritesOfTheChild + 2));
    checkIntegrity(fixture);
    // Nearly 50 MB went through the log: it was checkpointed more than once while both committed.
    QVERIFY(fixture.number("PRAGMA page_count") * 4096 > 40'000'000);
    QVERIFY(QFileInfo(fixture.path() + u"-wal"_s).size() < 40'000'000);
}

void TestTwoProcesses::bothCommitWhileOneIsKilled()
{
    bool isGiven = false;
    const int given = qEnvironmentVariableIntValue("KINTSUGI_STRESS_SECONDS", &isGiven);
    const std::chrono::seconds wanted(isGiven ? given : 4);
    constexpr quint32 kSeed = 20261125;
    QRandomGenerator random(kSeed);

    StoreFixture fixture;
    SystemClock clock;
    const StoreConfig config{
        .path = fixture.path(), .foreignPollInterval = 5ms, .drivable = {{"t", {1}}}};
    const auto first = StoreFixture::open(config, clock);
    const auto second = StoreFixture::open(config, clock);
    std::atomic<int> failures = 0;
    std::atomic<int> written = 0;
    QHash<QByteArray, int> confirmed; // Of each child: what it said it had written.
    int kills = 0;
    {
        std::vector<std::jthread> threads;
        for (OpenStore *store : {first.get(), second.get()})
            threads.emplace_back([&, store](const std::stop_token &stop) {
                const Claim claim = store->start(store == first.get() ? "one" : "two");
                for (int i = 1; !stop.stop_requested(); ++i) {
                    if (store->write(attemptWrite(claim.fence, {paddedEvent(i)}, {}, {})))
                        ++written;
                    else
                        ++failures;
                    if (i % kWritesToACheckpoint == 0)
                        letCheckpoint(fixture.path());
                }
            });
        QElapsedTimer since;
        since.start();
        while (since.elapsed() < wanted.count() * 1000 || kills < 3) {
            QProcess process;
            startChild(process, u"stress-until-killed"_s, fixture);
            const QByteArray key = QByteArray::number(process.processId());
            const int enough = random.bounded(1, 2 * kWritesToACheckpoint);
            QByteArray said;
            while (said.count('\n') < enough) {
                QVERIFY2(process.waitForReadyRead(20'000), "the child has stopped writing");
                said += process.readAllStandardOutput();
            }
            process.kill();
            QVERIFY(process.waitForFinished());
            QCOMPARE(process.exitStatus(), QProcess::CrashExit);
            said += process.readAllStandardOutput();
            confirmed[key] = int(said.count('\n'));
            ++kills;
        }
    }
    QCOMPARE(failures.load(), 0);
    checkIntegrity(fixture);
    QCOMPARE(fixture.number("SELECT sum(last_seq - 2) FROM tasks WHERE idem_key IN ('one', 'two')"),
             written.load());
    for (auto child = confirmed.cbegin(); child != confirmed.cend(); ++child) {
        const auto task = (*first)->readNow(
            [&](Reader &reader) { return reader.task(localUser(), child.key()); });
        QVERIFY(task);
        // What it said is there, and at most the one that it had no time to say.
        const Seq there = task->lastSeq - 2;
        QVERIFY2(there == child.value() || there == child.value() + 1,
                 qPrintable(u"%1 confirmed, %2 there"_s.arg(child.value()).arg(there)));
    }
    qInfo("%d kills, %d writes of the others, %lld pages", kills, written.load(),
          fixture.number("PRAGMA page_count"));
    // The log was used again and again, so there were checkpoints among all that.
    QVERIFY(QFileInfo(fixture.path() + u"-wal"_s).size()
            < fixture.number("PRAGMA page_count") * 4096);
}

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    if (argc == 4 && qstrcmp(argv[1], "--child") == 0)
        return child(QString::fromLocal8Bit(argv[2]), QString::fromLocal8Bit(argv[3]));
    TestTwoProcesses test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_twoprocesses.moc"
