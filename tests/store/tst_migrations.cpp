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
    void newerStoreIsRefusedUntouched();
    void foreignDatabaseIsRefusedUntouched();
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
    QCOMPARE(fixture.number("PRAGMA user_version"), 2);
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

void TestMigrations::newerStoreIsRefusedUntouched()
{
    StoreFixture fixture;
    fixture.open()->start("a");
    executeRaw(fixture.path(), "PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)");
    const QByteArray before = contents(fixture.path());
    const Error error = refusal(fixture.path());
    QCOMPARE(error.code, ErrorCode::StoreNewer);
    QVERIFY2(error.message.contains(u"99"_s) && error.message.contains(fixture.path()),
             qPrintable(error.message));
    QCOMPARE(contents(fixture.path()), before);
}

void TestMigrations::foreignDatabaseIsRefusedUntouched()
{
    StoreFixture fixture;
    executeRaw(fixture.path(),
               "CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('soup')");
    const QByteArray before = contents(fixture.path());
    const Error error = refusal(fixture.path());
    QCOMPARE(error.code, ErrorCode::StoreForeign);
    QVERIFY2(error.message.contains(fixture.path()), qPrintable(error.message));
    QCOMPARE(contents(fixture.path()), before);

    const QString other = fixture.folder() + u"/other.db"_s;
    executeRaw(other, "PRAGMA application_id = 7; CREATE TABLE tasks (num INTEGER)");
    QCOMPARE(refusal(other).code, ErrorCode::StoreForeign);
}

void TestMigrations::otherFileIsRefusedUntouched_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("text") << "Dear diary, today I mended a bowl with gold.\n"_ba.repeated(200);
    QTest::newRow("a short text") << "hello"_ba;
    QTest::newRow("zeros") << QByteArray(8192, '\0');
    QTest::newRow("half a head of SQLite") << "SQLite format 3"_ba;
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
    QTest::newRow("a folder") << QDir::tempPath();
    QTest::newRow("below a file") << u"/proc/version/tasks.db"_s;
}

void TestMigrations::placesThatCannotBe()
{
    QFETCH(const QString, path);
    const Error error = refusal(path);
    QCOMPARE(error.code, ErrorCode::StoreUnavailable);
    QVERIFY(!error.message.isEmpty());
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
