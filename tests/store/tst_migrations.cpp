// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/storefixture.h"

#include <sqlite3.h>

#include <QDir>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! What may be opened as a store, and what is left as it is. */
class TestMigrations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void newStoreIsMade();
    void storeIsOpenedAgain();
    void newerStoreIsRefusedUntouched_data();
    void newerStoreIsRefusedUntouched();
    void foreignDatabaseIsRefusedUntouched_data();
    void foreignDatabaseIsRefusedUntouched();
    void foreignDatabaseInUseIsRefusedUntouched();
    void damagedStoreIsRefusedUntouched_data();
    void damagedStoreIsRefusedUntouched();
    void storeWithoutItsLogIsSwitchedBack();
    void otherFileIsRefusedUntouched_data();
    void otherFileIsRefusedUntouched();
    void placesThatCannotBe_data();
    void placesThatCannotBe();
    void halfAMigrationIsNone();

private:
    static Error refusal(const QString &path);
};

namespace {

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/*! Every file beside the store, with its bytes; of an index of a log only that it is there. */
QMap<QString, QByteArray> folderOf(const StoreFixture &fixture)
{
    QMap<QString, QByteArray> files;
    for (const QString &name : QDir(fixture.folder()).entryList(QDir::Files))
        files[name] =
            name.endsWith("-shm"_L1) ? QByteArray() : contents(fixture.folder() + u'/' + name);
    return files;
}

void executeRaw(const QString &path, const char *sql)
{
    sqlite3 *db = nullptr;
    if (sqlite3_open(QFile::encodeName(path).constData(), &db) != SQLITE_OK
        || sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        qFatal("cannot prepare %s", qPrintable(path));
    sqlite3_close(db);
}

} // namespace

Error TestMigrations::refusal(const QString &path)
{
    const FakeClock clock;
    const auto opened =
        Store::open({.path = path, .drivable = {}}, clock, [](const CommittedBatch &) {});
    return opened ? Error{ErrorCode::Internal, u"it was opened"_s} : opened.error();
}

void TestMigrations::newStoreIsMade()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    QCOMPARE(fixture.number("PRAGMA user_version"), 3);
    QCOMPARE(fixture.number("PRAGMA application_id"), 0x4b696e74);
    Connection db = fixture.connection();
    Query mode(db, "PRAGMA journal_mode");
    QVERIFY(mode.next());
    QCOMPARE(mode.text(0), u"wal"_s);
    QCOMPARE(fixture.number("PRAGMA synchronous"), 2); // FULL
    QCOMPARE(fixture.number("PRAGMA foreign_keys"), 1);
    QCOMPARE(fixture.number("PRAGMA wal_autocheckpoint"), 0);
    QCOMPARE(
        fixture.number("SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = "
                       "'table' AND NOT strict AND name NOT LIKE 'sqlite_%'"),
        0);
}

void TestMigrations::storeIsOpenedAgain()
{
    StoreFixture fixture;
    const TaskId id = fixture.open()->start("a").fence.id;
    const auto store = fixture.open();
    QCOMPARE(store->task(id).key.bytes(), "a"_ba);
    QCOMPARE(store->log(id).size(), 2);
}

void TestMigrations::newerStoreIsRefusedUntouched_data()
{
    QTest::addColumn<bool>("isInTheLog");
    QTest::addColumn<bool>("hasIndex");
    QTest::newRow("the file says so") << false << true;
    QTest::newRow("the file alone") << false << false;
    QTest::newRow("only the log says so") << true << true;
    QTest::newRow("only the log, whose index is gone") << true << false;
}

void TestMigrations::newerStoreIsRefusedUntouched()
{
    QFETCH(const bool, isInTheLog);
    QFETCH(const bool, hasIndex);
    StoreFixture fixture;
    (void)fixture.open()->start("a");
    executeRaw(fixture.path(), "PRAGMA wal_checkpoint(TRUNCATE)");
    {
        Connection db = fixture.connection(); // Leaves its log behind.
        db.execute("PRAGMA user_version = 99");
        if (!isInTheLog)
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        QVERIFY(!db.hasFailed());
    }
    QVERIFY(QFile::remove(fixture.path() + u"-lock"_s));
    if (!hasIndex)
        QVERIFY(QFile::remove(fixture.path() + u"-shm"_s));
    if (!hasIndex && !isInTheLog)
        QVERIFY(QFile::remove(fixture.path() + u"-wal"_s));
    const auto before = folderOf(fixture);
    const Error error = refusal(fixture.path());
    QCOMPARE(error.code, ErrorCode::StoreNewer);
    QVERIFY2(error.message.contains(u"99"_s) && error.message.contains(fixture.path()),
             qPrintable(error.message));
    QVERIFY2(error.message.contains(u"use a newer Kintsugi"_s), qPrintable(error.message));
    QCOMPARE(folderOf(fixture), before);
}

void TestMigrations::foreignDatabaseIsRefusedUntouched_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::newRow("tables and no id") << "CREATE TABLE recipes (name TEXT)"_ba;
    QTest::newRow("the same with a log")
        << "PRAGMA journal_mode = WAL; CREATE TABLE recipes (name TEXT)"_ba;
    QTest::newRow("a foreign id")
        << "PRAGMA application_id = 7; CREATE TABLE tasks (num INTEGER)"_ba;
    QTest::newRow("a foreign id and nothing else") << "PRAGMA application_id = 7"_ba;
}

void TestMigrations::foreignDatabaseIsRefusedUntouched()
{
    QFETCH(const QByteArray, sql);
    StoreFixture fixture;
    executeRaw(fixture.path(), sql.constData());
    const auto before = folderOf(fixture);
    const Error error = refusal(fixture.path());
    QCOMPARE(error.code, ErrorCode::StoreForeign);
    QVERIFY2(error.message.contains(fixture.path()), qPrintable(error.message));
    QVERIFY2(error.message.contains(u"choose another --db"_s), qPrintable(error.message));
    QCOMPARE(folderOf(fixture), before);
}

void TestMigrations::foreignDatabaseInUseIsRefusedUntouched()
{
    StoreFixture fixture;
    executeRaw(fixture.path(), "PRAGMA journal_mode = WAL; CREATE TABLE recipes (name TEXT)");
    sqlite3 *theirs = nullptr;
    QCOMPARE(sqlite3_open(QFile::encodeName(fixture.path()).constData(), &theirs), SQLITE_OK);
    sqlite3_exec(theirs, "BEGIN IMMEDIATE; INSERT INTO recipes VALUES ('soup')", nullptr, nullptr,
                 nullptr);
    const QByteArray file = contents(fixture.path());
    const QByteArray log = contents(fixture.path() + u"-wal"_s);
    QCOMPARE(refusal(fixture.path()).code, ErrorCode::StoreForeign);
    QCOMPARE(contents(fixture.path()), file);
    QCOMPARE(contents(fixture.path() + u"-wal"_s), log);
    QVERIFY(!QFile::exists(fixture.path() + u"-lock"_s));
    QCOMPARE(sqlite3_exec(theirs, "COMMIT", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(theirs);
}

void TestMigrations::damagedStoreIsRefusedUntouched_data()
{
    QTest::addColumn<qint64>("bytes");
    QTest::addColumn<bool>("keepsLog");
    QTest::newRow("cut off in the middle") << 4096 * 5LL << false;
    QTest::newRow("cut off in a page") << 4096 * 5LL + 77 << false;
    QTest::newRow("emptied, with its log") << 0LL << true;
}

void TestMigrations::damagedStoreIsRefusedUntouched()
{
    QFETCH(const qint64, bytes);
    QFETCH(const bool, keepsLog);
    StoreFixture fixture;
    (void)fixture.open()->start("a");
    if (!keepsLog)
        executeRaw(fixture.path(), "PRAGMA wal_checkpoint(TRUNCATE)");
    QVERIFY(QFile::remove(fixture.path() + u"-lock"_s));
    QVERIFY(QFile::remove(fixture.path() + u"-shm"_s) || !keepsLog);
    QVERIFY(QFileInfo(fixture.path()).size() > bytes);
    QVERIFY(QFile::resize(fixture.path(), bytes));
    const auto before = folderOf(fixture);
    const Error error = refusal(fixture.path());
    QCOMPARE(error.code, ErrorCode::StoreUnavailable);
    QVERIFY(!error.retryable);
    QVERIFY2(error.message.contains(u"kintsugi-cli doctor --db "_s + fixture.path()),
             qPrintable(error.message));
    QCOMPARE(folderOf(fixture), before);
}

void TestMigrations::storeWithoutItsLogIsSwitchedBack()
{
    StoreFixture fixture;
    (void)fixture.open()->start("a");
    executeRaw(fixture.path(), "PRAGMA journal_mode = DELETE");
    const auto store = fixture.open();
    (void)store->start("b");
    Connection db = fixture.connection();
    Query mode(db, "PRAGMA journal_mode");
    QVERIFY(mode.next());
    QCOMPARE(mode.text(0), u"wal"_s);
}

void TestMigrations::otherFileIsRefusedUntouched_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("text") << "Dear diary, today I mended a bowl with gold.\n"_ba.repeated(200);
    QTest::newRow("a short text") << "hello"_ba;
    QTest::newRow("zeros") << QByteArray(8192, '\0');
    QTest::newRow("half a head of SQLite") << "SQLite format 3"_ba;
    QTest::newRow("a head of SQLite alone") << QByteArray("SQLite format 3\0", 16);
    QTest::newRow("a head of SQLite and a text")
        << QByteArray("SQLite format 3\0", 16) + "and what follows is no database"_ba.repeated(300);
}

void TestMigrations::otherFileIsRefusedUntouched()
{
    QFETCH(const QByteArray, bytes);
    StoreFixture fixture;
    QFile file(fixture.path());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
    file.close();
    const Error error = refusal(fixture.path());
    QCOMPARE(error.code, ErrorCode::StoreForeign);
    QVERIFY(error.message.contains(fixture.path()));
    QCOMPARE(contents(fixture.path()), bytes);
    QCOMPARE(QDir(fixture.folder()).entryList(QDir::Files), QStringList{u"tasks.db"_s});
}

void TestMigrations::placesThatCannotBe_data()
{
    QTest::addColumn<QString>("path");
    QTest::newRow("memory") << u":memory:"_s;
    QTest::newRow("nothing") << QString();
    static const QTemporaryDir folder;
    QTest::newRow("an empty folder") << folder.path();
    QTest::newRow("below a file") << u"/proc/version/tasks.db"_s;
}

void TestMigrations::placesThatCannotBe()
{
    QFETCH(const QString, path);
    const Error error = refusal(path);
    QCOMPARE(error.code, ErrorCode::StoreUnavailable);
    QVERIFY(!error.message.isEmpty());
    QVERIFY(path.isEmpty() || !QFile::exists(path + u"-lock"_s));
}

void TestMigrations::halfAMigrationIsNone()
{
    // Killed after the journal mode was set and before the first migration was committed.
    StoreFixture fixture;
    executeRaw(fixture.path(),
               "PRAGMA journal_mode = WAL; BEGIN; CREATE TABLE tasks (num INTEGER)");
    const auto store = fixture.open();
    QCOMPARE(store->start("a").task.attempt, 1);
}

QTEST_GUILESS_MAIN(TestMigrations)
#include "tst_migrations.moc"
