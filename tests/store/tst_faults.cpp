// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/faultvfs.h"
#include "tests/support/storefixture.h"

#include <algorithm>
#include <ctime>
#include <fcntl.h>
#include <unistd.h>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

using Call = FaultVfs::Call;
using Effect = FaultVfs::Effect;
using Place = FaultVfs::File;

/*! A store whose disk fails, is locked by others, or lies: what is said about it is true. */
class TestFaults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { FaultVfs::instance(); }
    void cleanup()
    {
        FaultVfs::instance().heal();
        FaultVfs::instance().watch({});
    }
    void oneFailureChangesNothing_data();
    void oneFailureChangesNothing();
    void whatMayHaveBeenWrittenIsNotRefused();
    void whatCameTrueIsNotWrittenAgain_data();
    void whatCameTrueIsNotWrittenAgain();
    void whatIsUnsureAtTheEndIsSaidToBe();
    void indexThatCannotGrowIsTriedAgain();
    void failedCheckpointLosesNothing_data();
    void failedCheckpointLosesNothing();
    void lockedFileIsWaitedForAndSaidSo();
    void turnThatIsKeptIsWaitedForAndSaidSo();
    void endDoesNotWaitForALock();
    void damagedFileIsWrittenNoMore();
    void nothingIsWrittenWithoutTheTurn();
    void noConnectionCheckpointsByItself();
};

namespace {

Submit submitOf(const QByteArray &key)
{
    return {.user = localUser(),
            .key = IdempotencyKey(key),
            .name = "t",
            .input = "{\"k\":\"" + key + "\"}"};
}

bool isReady(const auto &future)
{
    return future.wait_for(0s) == std::future_status::ready;
}

QString problemOf(OpenStore &store)
{
    return store->figures().problem;
}

/*! The log of one task in a line, and whether its seqs are 1, 2, 3… */
QString shortLog(const QList<Event> &events)
{
    QStringList words;
    Seq seq = 0;
    for (const Event &event : events)
        words << QString::fromLatin1(event.type) + (event.seq == ++seq ? u""_s : u"!"_s);
    return words.join(u' ');
}

/*! What was told of one task, by this store's own commits. */
QList<Event> told(const OpenStore &store, const TaskId &id)
{
    QList<Event> events;
    for (const OpenStore::Batch &batch : store.batches()) {
        for (const Event &event : batch.events) {
            if (event.task == id && !batch.fromOthers)
                events << event;
        }
    }
    return events;
}

void checkWhole(const StoreFixture &fixture)
{
    Connection db = fixture.connection();
    Query check(db, "PRAGMA integrity_check");
    QVERIFY(check.next());
    QCOMPARE(check.text(0), u"ok"_s);
}

/*! Makes the index of the log unreadable, as a process does that dies while it writes it. */
void tearIndex(const StoreFixture &fixture)
{
    const int file =
        ::open(QFile::encodeName(fixture.path() + u"-shm"_s).constData(), O_RDWR | O_CLOEXEC);
    const QByteArray nothing(96, '\0');
    if (::pwrite(file, nothing.constData(), size_t(nothing.size()), 0) != nothing.size())
        qFatal("cannot tear the index");
    ::close(file);
}

std::chrono::milliseconds cpuTime()
{
    return std::chrono::milliseconds(std::clock() * 1000 / CLOCKS_PER_SEC);
}

} // namespace

void TestFaults::oneFailureChangesNothing_data()
{
    QTest::addColumn<FaultVfs::Fault>("fault");
    const auto row = [](const char *name, const FaultVfs::Fault &fault) {
        QTest::newRow(name) << fault;
    };
    row("log write: full", {.file = Place::Log, .code = SQLITE_FULL, .effect = Effect::Half});
    row("log write: error", {.file = Place::Log, .code = SQLITE_IOERR_WRITE});
    row("log write: error after it",
        {.file = Place::Log, .code = SQLITE_IOERR_WRITE, .effect = Effect::All});
    row("log write: read-only", {.file = Place::Log, .code = SQLITE_READONLY});
    row("log sync", {.call = Call::Sync, .file = Place::Log, .code = SQLITE_IOERR_FSYNC});
    row("log sync: error after it",
        {.call = Call::Sync,
         .file = Place::Log,
         .code = SQLITE_IOERR_FSYNC,
         .effect = Effect::All});
    row("index lock", {.call = Call::ShmLock, .code = SQLITE_IOERR_SHMLOCK});
    row("file read", {.call = Call::Read, .file = Place::Main, .code = SQLITE_IOERR_READ});
    row("log read", {.call = Call::Read, .file = Place::Log, .code = SQLITE_IOERR_READ});
}

void TestFaults::oneFailureChangesNothing()
{
    QFETCH(FaultVfs::Fault, fault);
    bool struckOnce = false;
    for (const int after : {0, 1, 2, 3, 5, 8, 13, 21, 34, 55}) {
        StoreFixture fixture;
        TaskId id;
        (void)fixture.open();
        fixture.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)"); // So the file is read.
        {
            const SystemClock clock;
            const auto store = StoreFixture::open(fixture.config(), clock);
            const auto other = StoreFixture::open(fixture.config(), clock);
            fault.after = after;
            fault.times = 1;
            const FaultScope scope(fault);
            Expected<SubmitResult> begun = store->write(submitOf("a"));
            while (!begun) {
                QCOMPARE(begun.error().code, ErrorCode::StoreUnavailable);
                QVERIFY(begun.error().retryable);
                QTRY_VERIFY(problemOf(*store).isEmpty());
                begun = store->write(submitOf("a"));
            }
            QVERIFY(begun->claim);
            const Fence fence = begun->claim->fence;
            id = fence.id;
            QVERIFY(store->write(attemptWrite(fence, {tickEvent(1)}, {}, {})));
            // Another's commit makes this one read the file again.
            QVERIFY(other->write(Beat{}));
            QVERIFY(store->write(attemptWrite(fence, {}, stepNamed(u"s"_s), {})));
            QVERIFY(store->write(attemptWrite(fence, {tickEvent(2)}, {}, {})));
            QVERIFY(
                store->write(FinishAttempt{fence, TaskState::Completed, {"completed", "{}"}, "1"}));
            QVERIFY(problemOf(*store).isEmpty());
            struckOnce = struckOnce || FaultVfs::instance().hits() > 0;
            QCOMPARE(shortLog(told(*store, id)), u"created attempt_started tick tick completed"_s);
        }
        const auto again = fixture.open();
        QCOMPARE(shortLog(again->log(id)), u"created attempt_started tick tick completed"_s);
        QCOMPARE(again->steps(id).size(), 1);
        QCOMPARE(fixture.number("SELECT count(*) FROM tasks"), 1);
        checkWhole(fixture);
    }
    QVERIFY(struckOnce);
}

void TestFaults::whatMayHaveBeenWrittenIsNotRefused()
{
    StoreFixture fixture;
    const SystemClock clock;
    const auto store = StoreFixture::open(fixture.config(), clock);
    StoreFixture crashed;
    std::future<Expected<SubmitResult>> unsure;
    {
        const FaultScope fault({.call = Call::Sync,
                                .file = Place::Log,
                                .code = SQLITE_IOERR_FSYNC,
                                .effect = Effect::All});
        unsure = store->send(submitOf("a"));
        QTRY_VERIFY(!problemOf(*store).isEmpty());
        // It is known that these are not written: nobody tries.
        for (const char *key : {"b", "c"}) {
            const auto refused = store->write(submitOf(key));
            QVERIFY(!refused);
            QCOMPARE(refused.error().code, ErrorCode::StoreUnavailable);
        }
        QTRY_VERIFY(FaultVfs::instance().hits() >= 3);
        QVERIFY(!isReady(unsure));
        QVERIFY(store->batches().isEmpty() || store->batches().last().events.isEmpty());
        // As the files lie, a crash here must not make true what was refused.
        QVERIFY(QFile::copy(fixture.path(), crashed.path()));
        QVERIFY(QFile::copy(fixture.path() + u"-wal"_s, crashed.path() + u"-wal"_s));
    }
    QCOMPARE(crashed.number("SELECT count(*) FROM tasks WHERE idem_key IN ('b', 'c')"), 0);
    const auto answer = OpenStore::wait(std::move(unsure));
    QVERIFY(answer);
    QCOMPARE(answer->outcome, Outcome::Created);
    QCOMPARE(shortLog(told(*store, answer->task.id)), u"created attempt_started"_s);
    QCOMPARE(fixture.number("SELECT count(*) FROM tasks"), 1);
    QTRY_VERIFY(problemOf(*store).isEmpty());
}

void TestFaults::whatCameTrueIsNotWrittenAgain_data()
{
    QTest::addColumn<bool>("hasEvent");
    QTest::newRow("an event") << true;
    QTest::newRow("a memo alone") << false;
}

void TestFaults::whatCameTrueIsNotWrittenAgain()
{
    QFETCH(const bool, hasEvent);
    StoreFixture fixture;
    const SystemClock clock;
    // The commit fails at its fsync; then somebody reads the log anew and finds all of it there.
    std::atomic<bool> isTorn = false;
    FaultVfs::instance().watch([&](Call call, Place) {
        if (call == Call::ShmLock && FaultVfs::instance().hits() > 0 && !isTorn.exchange(true))
            tearIndex(fixture);
    });
    {
        const auto store = StoreFixture::open(fixture.config(), clock);
        const Claim claim = store->start("a");
        QTest::ignoreMessage(QtWarningMsg,
                             QRegularExpression(u"the store cannot be written: .*"_s));
        QTest::ignoreMessage(
            QtInfoMsg,
            QRegularExpression(u"a commit of unknown outcome was found to have come true"_s));
        const FaultScope fault({.call = Call::Sync,
                                .file = Place::Log,
                                .code = SQLITE_IOERR_FSYNC,
                                .effect = Effect::All,
                                .times = 1});
        WriteAttempt write{.fence = claim.fence};
        if (hasEvent)
            write.events << tickEvent(1);
        else
            write.riders.memos << stepNamed(u"s"_s);
        const auto answer = store->write(write);
        QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
        QCOMPARE(answer->size(), hasEvent ? 1 : 0);
        const QString expected =
            hasEvent ? u"created attempt_started tick"_s : u"created attempt_started"_s;
        QCOMPARE(shortLog(store->log(claim.fence.id)), expected);
        QCOMPARE(shortLog(told(*store, claim.fence.id)), expected);
        QCOMPARE(store->steps(claim.fence.id).size(), hasEvent ? 0 : 1);
        QVERIFY(store->write(attemptWrite(claim.fence, {tickEvent(2)}, {}, {})));
    }
    FaultVfs::instance().watch({});
    checkWhole(fixture);
}

void TestFaults::whatIsUnsureAtTheEndIsSaidToBe()
{
    StoreFixture fixture;
    const SystemClock clock;
    auto store = StoreFixture::open(fixture.config(), clock);
    const FaultScope fault({.call = Call::Sync,
                            .file = Place::Log,
                            .code = SQLITE_IOERR_FSYNC,
                            .effect = Effect::All});
    auto unsure = store->send(submitOf("a"));
    QTRY_VERIFY(FaultVfs::instance().hits() > 0);
    store.reset();
    const auto done = OpenStore::wait(std::move(unsure));
    QVERIFY(!done);
    QCOMPARE(done.error().code, ErrorCode::StoreUnavailable);
    QVERIFY2(done.error().message.contains(u"not known"_s), qPrintable(done.error().message));
}

void TestFaults::indexThatCannotGrowIsTriedAgain()
{
    StoreFixture fixture;
    const SystemClock clock;
    const auto store = StoreFixture::open(fixture.config(), clock);
    const Claim claim = store->start("a");
    WriteAttempt write{.fence = claim.fence};
    for (int i = 0; i < 20; ++i)
        write.events << NewEvent{"tick", '"' + QByteArray(1'000'000, 'x') + '"'};
    const FaultScope fault({.call = Call::ShmMap, .code = SQLITE_IOERR_SHMMAP, .times = 2});
    QVERIFY(store->write(write));
    QVERIFY(FaultVfs::instance().hits() > 0);
    QCOMPARE(store->log(claim.fence.id).size(), 22);
    QCOMPARE(told(*store, claim.fence.id).size(), 22);
}

void TestFaults::failedCheckpointLosesNothing_data()
{
    QTest::addColumn<FaultVfs::Fault>("fault");
    QTest::newRow("write") << FaultVfs::Fault{.file = Place::Main, .code = SQLITE_IOERR_WRITE};
    QTest::newRow("half a write") << FaultVfs::Fault{
        .file = Place::Main, .code = SQLITE_FULL, .effect = Effect::Half, .after = 3};
    QTest::newRow("sync") << FaultVfs::Fault{
        .call = Call::Sync, .file = Place::Main, .code = SQLITE_IOERR_FSYNC};
    QTest::newRow("log read") << FaultVfs::Fault{
        .call = Call::Read, .file = Place::Log, .code = SQLITE_IOERR_READ, .after = 40};
}

void TestFaults::failedCheckpointLosesNothing()
{
    QFETCH(const FaultVfs::Fault, fault);
    StoreFixture fixture;
    const SystemClock clock;
    TaskId id;
    constexpr int kWrites = 40;
    const NewEvent big{"tick", '"' + QByteArray(50'000, 'x') + '"'};
    {
        const auto store = StoreFixture::open(fixture.config(), clock);
        const Claim claim = store->start("a");
        id = claim.fence.id;
        {
            const FaultScope scope(fault);
            // More than a writer that has nothing to do leaves in the log.
            for (int i = 0; i < kWrites; ++i)
                QVERIFY(store->write(attemptWrite(claim.fence, {big}, {}, {})));
            QTRY_VERIFY(FaultVfs::instance().hits() > 0);
        }
        QCOMPARE(store->log(id).size(), kWrites + 2);
        for (int i = 0; i < kWrites; ++i)
            QVERIFY(store->write(attemptWrite(claim.fence, {big}, {}, {})));
        // Tried again when the log has grown, and then the log begins anew.
        QTRY_VERIFY(QFileInfo(fixture.path()).size() > kWrites * 50'000);
    }
    QCOMPARE(fixture.open()->log(id).size(), 2 * kWrites + 2);
    checkWhole(fixture);
}

void TestFaults::lockedFileIsWaitedForAndSaidSo()
{
    StoreFixture fixture;
    const SystemClock clock;
    const auto store = StoreFixture::open(fixture.config(), clock);
    const Claim claim = store->start("a");
    Connection other = fixture.connection();
    other.execute("BEGIN IMMEDIATE");
    auto patient = store->send(attemptWrite(claim.fence, {tickEvent(1)}, {}, {}));
    auto impatient = store->send(submitOf("b"));
    const auto began = cpuTime();
    QTRY_VERIFY_WITH_TIMEOUT(problemOf(*store).contains(u"write lock"_s), 2000);
    QVERIFY(problemOf(*store).contains(fixture.path()));
    QTRY_VERIFY_WITH_TIMEOUT(isReady(impatient), 15'000);
    const auto refused = OpenStore::wait(std::move(impatient));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::StoreUnavailable);
    QVERIFY(refused.error().retryable);
    QVERIFY2(cpuTime() - began < 2s, "waiting must not keep the processor busy");
    QVERIFY(!isReady(patient));
    QVERIFY(!store->write(submitOf("c"))); // At once: it is known to be locked.
    other.execute("COMMIT");
    QVERIFY(OpenStore::wait(std::move(patient)));
    QVERIFY(problemOf(*store).isEmpty());
    QVERIFY(store->write(submitOf("b")));
    QCOMPARE(fixture.number("SELECT count(*) FROM tasks"), 2);
}

void TestFaults::turnThatIsKeptIsWaitedForAndSaidSo()
{
    StoreFixture fixture;
    const SystemClock clock;
    const auto store = StoreFixture::open(fixture.config(), clock);
    const Claim claim = store->start("a");
    std::future<Expected<QList<Event>>> patient;
    {
        const LockFile turn = fixture.turn();
        patient = store->send(attemptWrite(claim.fence, {tickEvent(1)}, {}, {}));
        QTRY_VERIFY_WITH_TIMEOUT(problemOf(*store).contains(u"another process"_s), 2000);
        QVERIFY(!isReady(patient));
    }
    QVERIFY(OpenStore::wait(std::move(patient)));
    QVERIFY(problemOf(*store).isEmpty());
}

void TestFaults::endDoesNotWaitForALock()
{
    StoreFixture fixture;
    const SystemClock clock;
    auto store = StoreFixture::open(fixture.config(), clock);
    const Claim claim = store->start("a");
    const LockFile turn = fixture.turn(); // And keeps it.
    auto patient = store->send(attemptWrite(claim.fence, {tickEvent(1)}, {}, {}));
    store.reset();
    const auto answer = OpenStore::wait(std::move(patient));
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::StoreUnavailable);
    QCOMPARE(fixture.number("SELECT count(*) FROM events"), 2);
}

void TestFaults::damagedFileIsWrittenNoMore()
{
    StoreFixture fixture;
    const SystemClock clock;
    auto store = StoreFixture::open(fixture.config(), clock);
    const Claim claim = store->start("a");
    {
        LockFile turn = fixture.turn();
        Connection other = fixture.connection();
        other.execute("UPDATE workers SET beat_at = 1; PRAGMA wal_checkpoint(TRUNCATE)");
        QVERIFY(!other.hasFailed());
        QFile file(fixture.path());
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.seek(4096));
        file.write(QByteArray(file.size() - 4096, '\xff'));
    }
    QFile damaged(fixture.path());
    QVERIFY(damaged.open(QIODevice::ReadOnly));
    const QByteArray before = damaged.readAll();
    auto patient = store->send(attemptWrite(claim.fence, {tickEvent(1)}, {}, {}));
    QTRY_VERIFY(problemOf(*store).contains(u"kintsugi-cli doctor --db "_s + fixture.path()));
    QVERIFY2(problemOf(*store).contains(u"damaged"_s), qPrintable(problemOf(*store)));
    const auto refused = store->write(submitOf("b"));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::StoreUnavailable);
    // Longer than the writer's tries after other failures are apart, at first.
    const auto began = cpuTime();
    QVERIFY(!QTest::qWaitFor([&] { return isReady(patient); }, 600));
    QVERIFY2(cpuTime() - began < 300ms, "nothing is left to be tried");
    store.reset();
    QVERIFY(!OpenStore::wait(std::move(patient)));
    damaged.seek(0);
    QVERIFY(damaged.readAll() == before);
    QCOMPARE(QFileInfo(fixture.path() + u"-wal"_s).size(), 0);
}

void TestFaults::nothingIsWrittenWithoutTheTurn()
{
    StoreFixture fixture;
    const SystemClock clock;
    (void)fixture.open(); // Makes the lock file.
    const int locks =
        ::open(QFile::encodeName(fixture.path() + u"-lock"_s).constData(), O_RDWR | O_CLOEXEC);
    std::atomic<int> outOfTurn = 0;
    std::atomic<int> toTheFile = 0;
    std::atomic<int> toTheLog = 0;
    FaultVfs::instance().watch([&](Call call, Place place) {
        if ((call != Call::Write && call != Call::Sync && call != Call::Truncate)
            || place == Place::Any)
            return;
        ++(place == Place::Main ? toTheFile : toTheLog);
        struct flock lock = {};
        lock.l_type = F_WRLCK;
        lock.l_whence = SEEK_SET;
        lock.l_len = 1;
        if (fcntl(locks, F_OFD_GETLK, &lock) != 0 || lock.l_type == F_UNLCK)
            ++outOfTurn;
    });
    {
        const auto first = StoreFixture::open(fixture.config(), clock);
        const auto second = StoreFixture::open(fixture.config(), clock);
        const NewEvent big{"tick", '"' + QByteArray(200'000, 'x') + '"'};
        const Claim claim = first->start("a");
        for (int i = 0; i < 100; ++i) { // More than the log may hold.
            QVERIFY(first->write(attemptWrite(claim.fence, {big}, {}, {})));
            QCOMPARE(second->task(claim.fence.id).lastSeq, 3 + i);
        }
        QTRY_VERIFY(toTheFile > 0);
        QFile maps(u"/proc/self/maps"_s);
        QVERIFY(maps.open(QIODevice::ReadOnly));
        const QByteArray all = maps.readAll();
        QVERIFY(
            all.contains(QByteArray(fixture.path().toUtf8() + "-shm\n"))); // So one would be seen.
        QVERIFY(!all.contains(QByteArray(fixture.path().toUtf8() + "\n")));
    }
    FaultVfs::instance().watch({});
    ::close(locks);
    QVERIFY(toTheFile > 4000);
    QVERIFY(toTheLog > 4000);
    QCOMPARE(outOfTurn.load(), 0);
    QCOMPARE(FaultVfs::instance().mappings(), 0);
}

void TestFaults::noConnectionCheckpointsByItself()
{
    StoreFixture fixture;
    (void)fixture.open();
    std::atomic<int> toTheFile = 0;
    FaultVfs::instance().watch([&](Call call, Place place) {
        if (place == Place::Main && (call == Call::Write || call == Call::Sync))
            ++toTheFile;
    });
    {
        Connection db = fixture.connection();
        // Twice as much as SQLite leaves in a log by default.
        db.execute("CREATE TABLE filler (x BLOB); INSERT INTO filler VALUES (zeroblob(8000000))");
        QVERIFY(!db.hasFailed());
    } // The last one to close.
    QCOMPARE(toTheFile.load(), 0);
    QVERIFY(QFileInfo(fixture.path() + u"-wal"_s).size() > 8'000'000);
    QCOMPARE(fixture.number("SELECT length(x) FROM filler"), 8'000'000);
    for (const auto mode : {Connection::Mode::ReadWrite, Connection::Mode::ReadOnly}) {
        Connection db = fixture.connection(mode);
        Query pages(db, "PRAGMA wal_autocheckpoint");
        QVERIFY(pages.next());
        QCOMPARE(pages.integer(0), 0);
        Query mapped(db, "PRAGMA mmap_size");
        QVERIFY(mapped.next());
        QCOMPARE(mapped.integer(0), 0);
    }
}

QTEST_GUILESS_MAIN(TestFaults)
#include "tst_faults.moc"
