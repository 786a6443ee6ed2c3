// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/cli/cliprogram.h"

#include <sqlite3.h>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kPage = 4096;
const QString kUnending = u"{\"n\":100000,\"sleepMs\":5000}"_s; // Too short a sleep to be parked.

/*! What one run of doctor found. */
struct Found
{
    int code = -1;
    QJsonObject document;

    /*! The worst finding of a check; an empty one when nothing was looked at. */
    [[nodiscard]] QJsonObject of(const QString &check) const
    {
        static const QStringList levels{u"ok"_s, u"warning"_s, u"problem"_s};
        QJsonObject worst;
        const QJsonArray all = document.value("findings"_L1).toArray();
        for (const QJsonValue value : all) {
            const QJsonObject finding = value.toObject();
            if (finding.value("check"_L1) == check
                && (worst.isEmpty()
                    || levels.indexOf(finding.value("level"_L1).toString())
                        > levels.indexOf(worst.value("level"_L1).toString())))
                worst = finding;
        }
        return worst;
    }
    [[nodiscard]] QString level(const QString &check) const
    {
        return of(check).value("level"_L1).toString();
    }
    [[nodiscard]] QString message(const QString &check) const
    {
        return of(check).value("message"_L1).toString();
    }
    [[nodiscard]] QString remedy(const QString &check) const
    {
        return of(check).value("remedy"_L1).toString();
    }
    [[nodiscard]] QByteArray text() const { return QJsonDocument(document).toJson(); }
};

bool execute(const QString &file, const QByteArray &sql)
{
    sqlite3 *database = nullptr;
    const bool done = sqlite3_open(QFile::encodeName(file).constData(), &database) == SQLITE_OK
        && sqlite3_exec(database, sql.constData(), nullptr, nullptr, nullptr) == SQLITE_OK;
    return sqlite3_close(database) == SQLITE_OK && done;
}

bool overwrite(const QString &name, qint64 at, const QByteArray &bytes)
{
    QFile file(name);
    return file.open(QIODevice::ReadWrite) && file.seek(at) && file.write(bytes) == bytes.size();
}

} // namespace

/*! The doctor's findings on stores in every condition, and that it leaves no trace on any. */
class TestDoctor final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void healthyStore_data();
    void healthyStore();
    void linesForPeople();
    void noStoreThere_data();
    void noStoreThere();
    void saysWhoChose();
    void filesThatAreNoStore_data();
    void filesThatAreNoStore();
    void newerStore();
    void damagedStore_data();
    void damagedStore();
    void lockedStore();
    void besideALiveEngine();
    void afterAKill();
    void whatTheRowsTell_data();
    void whatTheRowsTell();

private:
    [[nodiscard]] QString path() const { return m_folder->filePath(u"tasks.db"_s); }
    [[nodiscard]] QStringList db() const { return {u"--db"_s, path(), u"--json"_s}; }

    static Found run(const QStringList &words, const QMap<QString, QString> &environment = {})
    {
        CliProgram program(QStringList{u"doctor"_s, u"--json"_s} + words, environment);
        Found found;
        found.code = program.code();
        if (program.lines().size() == 1 && program.err().isEmpty())
            found.document = program.last();
        return found;
    }
    [[nodiscard]] QMap<QString, QByteArray> everything() const
    {
        QMap<QString, QByteArray> files;
        for (const QString &name :
             QDir(m_folder->path()).entryList(QDir::NoDotAndDotDot | QDir::AllEntries)) {
            QFile file(m_folder->filePath(name));
            files.insert(name, file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray());
        }
        return files;
    }
    /*! Looks at a store that rests; -2 as code when a byte of the folder has changed. */
    [[nodiscard]] Found look(const QStringList &words = {}) const
    {
        const auto before = everything();
        Found found = run(words + QStringList{u"--db"_s, path()});
        if (everything() != before)
            found.code = -2;
        return found;
    }
    [[nodiscard]] bool makeStore() const
    {
        CliProgram made(
            QStringList{u"run"_s, u"count-to-n"_s, u"--input"_s, u"{\"n\":3,\"sleepMs\":0}"_s}
            + db());
        return made.code() == 0;
    }
    /*! SQLite moves the log into the file and removes it, as the last one that closes does. */
    [[nodiscard]] bool foldLog() const { return execute(path(), "SELECT count(*) FROM tasks"); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestDoctor::healthyStore_data()
{
    QTest::addColumn<QStringList>("removed");
    QTest::newRow("as it was left") << QStringList();
    QTest::newRow("without the log's index") << QStringList{u"-shm"_s};
    QTest::newRow("without a lock file") << QStringList{u"-lock"_s};
    QTest::newRow("the file alone") << QStringList{u"-shm"_s, u"-wal"_s, u"-lock"_s};
}

void TestDoctor::healthyStore()
{
    QFETCH(QStringList, removed);
    QVERIFY(makeStore());
    if (removed.contains(u"-wal"_s))
        QVERIFY(foldLog());
    for (const QString &suffix : removed)
        QVERIFY(!QFile::exists(path() + suffix) || QFile::remove(path() + suffix));
    for (const QStringList &words : {QStringList(), QStringList{u"--full"_s}}) {
        const Found found = look(words);
        QCOMPARE(found.code, 0);
        QCOMPARE(found.document.value("worst"_L1), QJsonValue(u"ok"_s));
        QCOMPARE(found.document.value("store"_L1), QJsonValue(path()));
        QCOMPARE(found.document.value("chosenBy"_L1), QJsonValue(u"--db"_s));
        QCOMPARE(found.document.value("tasks"_L1)["completed"_L1], QJsonValue(1));
        QVERIFY(found.document.value("workers"_L1).isArray());
        for (const char *check :
             {"choice", "folder", "disk", "file", "sqlite", "format", "log", "pages", "lock",
              "workers", "tasks", "stale", "crash_loop", "definitions", "sequence", "orphans"})
            QVERIFY2(found.level(QString::fromLatin1(check)) == u"ok"_s, check);
        QCOMPARE(found.level(u"references"_s).isEmpty(), words.isEmpty());
    }
}

void TestDoctor::linesForPeople()
{
    QVERIFY(makeStore());
    QVERIFY(execute(path(), "UPDATE tasks SET state = 'suspended', name = 'x' || char(27)"));
    CliProgram program({u"doctor"_s, u"--db"_s, path()});
    QCOMPARE(program.code(), 0);
    QVERIFY(program.err().isEmpty());
    QVERIFY(!program.out().contains('\x1b'));
    bool hasRemedy = false;
    for (const QByteArray &line : program.out().trimmed().split('\n')) {
        QVERIFY2(line.startsWith("ok ") || line.startsWith("warning "), line.constData());
        hasRemedy |= line.startsWith("warning") && line.contains(" → load the library");
    }
    QVERIFY2(hasRemedy, program.out().constData());
}

void TestDoctor::noStoreThere_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("check");
    QTest::newRow("no file") << u"none.db"_s << 0 << u"file"_s;
    QTest::newRow("no folder") << u"none/none.db"_s << 4 << u"folder"_s;
    QTest::newRow("a folder") << u""_s << 4 << u"file"_s;
    QTest::newRow("a log without its file") << u"lone.db"_s << 4 << u"file"_s;
}

void TestDoctor::noStoreThere()
{
    QFETCH(QString, name);
    QFETCH(int, code);
    QFETCH(QString, check);
    QVERIFY(overwrite(m_folder->filePath(u"lone.db-wal"_s), 0, QByteArray(100, 'x')));
    const auto before = everything();
    const Found found = run({u"--db"_s, m_folder->filePath(name)});
    QCOMPARE(found.code, code);
    QCOMPARE(found.level(check), code == 0 ? u"warning"_s : u"problem"_s);
    QVERIFY(!found.remedy(check).isEmpty());
    QCOMPARE(everything(), before);
}

void TestDoctor::saysWhoChose()
{
    QVERIFY(makeStore());
    const QMap<QString, QString> postgres{{u"PGHOST"_s, u"127.0.0.1"_s}};
    const Found none = run({}, postgres);
    QCOMPARE(none.code, 4);
    QCOMPARE(none.document.value("chosenBy"_L1), QJsonValue(u"PGHOST"_s));
    QCOMPARE(none.document.value("store"_L1), QJsonValue());
    QCOMPARE(none.level(u"choice"_s), u"problem"_s);

    auto both = postgres;
    both.insert(u"KINTSUGI_DB"_s, path());
    const Found named = run({}, both);
    QCOMPARE(named.code, 0);
    QCOMPARE(named.document.value("chosenBy"_L1), QJsonValue(u"KINTSUGI_DB"_s));
    QCOMPARE(named.document.value("store"_L1), QJsonValue(path()));

    const Found usual = run({}, {{u"XDG_DATA_HOME"_s, m_folder->path()}});
    QCOMPARE(usual.document.value("chosenBy"_L1), QJsonValue(u"the default"_s));
    QCOMPARE(usual.document.value("store"_L1),
             QJsonValue(m_folder->filePath(u"kintsugi/tasks.db"_s)));
    QCOMPARE(run({u"--db"_s, u":memory:"_s}).code, 4);
    QCOMPARE(run({u"--db"_s, u"postgresql://127.0.0.1/x"_s}).code, 4);
    QCOMPARE(run({u"--db"_s, path(), u"--plugin"_s, u"nowhere.so"_s}).code, 2);
}

void TestDoctor::filesThatAreNoStore_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("sql");
    QTest::newRow("a text") << "hello\n"_ba << QByteArray();
    QTest::newRow("a long text") << QByteArray(100'000, 'x') << QByteArray();
    QTest::newRow("another database") << QByteArray() << "CREATE TABLE mine (a)"_ba;
    QTest::newRow("another one with a log")
        << QByteArray() << "PRAGMA journal_mode = WAL; CREATE TABLE mine (a)"_ba;
}

void TestDoctor::filesThatAreNoStore()
{
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, sql);
    if (sql.isEmpty())
        QVERIFY(overwrite(path(), 0, content));
    else
        QVERIFY(execute(path(), sql));
    const Found found = look();
    QCOMPARE(found.code, 4);
    QCOMPARE(found.level(u"format"_s), u"problem"_s);
    QVERIFY(found.message(u"format"_s).contains("no Kintsugi store"_L1));
    QVERIFY(found.of(u"tasks"_s).isEmpty());
}

void TestDoctor::newerStore()
{
    QVERIFY(makeStore());
    QVERIFY(execute(path(), "PRAGMA user_version = 99"));
    const Found found = look();
    QCOMPARE(found.code, 4);
    QCOMPARE(found.level(u"format"_s), u"problem"_s);
    QVERIFY(found.message(u"format"_s).contains("99"_L1));
    QCOMPARE(found.level(u"pages"_s), u"ok"_s);
    QVERIFY(found.of(u"tasks"_s).isEmpty());
}

void TestDoctor::damagedStore_data()
{
    QTest::addColumn<int>("firstPage");
    QTest::addColumn<int>("pages");
    QTest::newRow("pages in the middle") << 20 << 20;
    QTest::newRow("the first page") << 0 << 1;
    QTest::newRow("all but the first page") << 1 << 40;
}

void TestDoctor::damagedStore()
{
    QFETCH(int, firstPage);
    QFETCH(int, pages);
    QVERIFY(makeStore());
    QVERIFY(
        execute(path(),
                "WITH RECURSIVE n (i) AS (SELECT 7 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
                "INSERT INTO events (task, seq, attempt, at, type, payload) "
                "SELECT num, i, 1, 0, 'tick', zeroblob(100) FROM tasks, n"));
    QVERIFY(QFile(path()).size() > 60 * kPage);
    const qint64 from = std::max(firstPage * kPage, qint64(100)); // The head stays SQLite's.
    QVERIFY(overwrite(path(), from, QByteArray((firstPage + pages) * kPage - from, '\xa5')));
    const Found found = look();
    QCOMPARE(found.code, 4);
    QVERIFY2(found.level(u"pages"_s) == u"problem"_s, found.text().constData());
    QVERIFY(found.remedy(u"pages"_s).contains(".recover"_L1));
    QVERIFY(found.remedy(u"pages"_s).contains(path() + u"-wal"_s));
    const QJsonArray details = found.of(u"pages"_s).value("details"_L1).toArray();
    QVERIFY2(!details.isEmpty() && details.size() <= 10, found.text().constData());
    QVERIFY2(!found.text().contains("doctor --db"), found.text().constData());
    CliProgram people({u"doctor"_s, u"--db"_s, path()});
    QCOMPARE(people.code(), 4);
    QVERIFY(people.out().contains(details.first().toString().toUtf8()));
}

void TestDoctor::lockedStore()
{
    QVERIFY(makeStore());
    sqlite3 *database = nullptr;
    QCOMPARE(sqlite3_open(QFile::encodeName(path()).constData(), &database), SQLITE_OK);
    QCOMPARE(sqlite3_exec(
                 database,
                 "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE tasks SET summary = 'x'",
                 nullptr, nullptr, nullptr),
             SQLITE_OK);
    // Reading the file here would give SQLite's lock away.
    const Found found = run({u"--db"_s, path()});
    QCOMPARE(found.code, 4);
    QVERIFY2(found.message(u"format"_s).contains("locked"_L1), found.text().constData());
    QVERIFY(found.remedy(u"format"_s).contains("fuser"_L1));
    QCOMPARE(sqlite3_close(database), SQLITE_OK);
}

void TestDoctor::besideALiveEngine()
{
    CliProgram serve(QStringList{u"serve"_s, u"--port"_s, u"0"_s} + db());
    const QString address = addressOf(serve);
    QVERIFY(!address.isEmpty());
    CliProgram task(
        {u"run"_s, u"count-to-n"_s, u"--input"_s, kUnending, u"--url"_s, address, u"--json"_s});
    QVERIFY(task.prints("\"i\":1"));
    const QStringList before = everything().keys();
    const Found found = run({u"--db"_s, path(), u"--full"_s});
    QCOMPARE(everything().keys(), before);
    QVERIFY2(found.code == 0, found.text().constData());
    QCOMPARE(found.document.value("worst"_L1), QJsonValue(u"ok"_s));
    const QJsonArray workers = found.document.value("workers"_L1).toArray();
    QCOMPARE(workers.size(), 1);
    QCOMPARE(workers[0]["state"_L1], QJsonValue(u"alive"_s));
    QCOMPARE(workers[0]["pid"_L1], QJsonValue(serve.pid()));
    QCOMPARE(workers[0]["tasks"_L1], QJsonValue(1));
    QCOMPARE(workers[0]["drivesAll"_L1], QJsonValue(true));
    QVERIFY(found.message(u"workers"_s).contains("drives 1 task"_L1));
    QCOMPARE(found.document.value("tasks"_L1)["running"_L1], QJsonValue(1));
    CliProgram show({u"list"_s, u"--url"_s, address, u"--json"_s}); // It goes on as before.
    QCOMPARE(show.code(), 0);
    QCOMPARE(show.last().value("state"_L1), QJsonValue(u"running"_s));
}

void TestDoctor::afterAKill()
{
    CliProgram task(QStringList{u"run"_s, u"count-to-n"_s, u"--input"_s, kUnending} + db());
    QVERIFY(task.prints("\"i\":1"));
    const QString id = task.lines().first().value("taskId"_L1).toString();
    task.signal(SIGKILL);
    QCOMPARE(task.code(), -1);
    const Found found = look();
    QCOMPARE(found.code, 0);
    QCOMPARE(found.level(u"workers"_s), u"warning"_s);
    QVERIFY(found.message(u"workers"_s).contains("dead"_L1));
    QCOMPARE(found.document.value("workers"_L1)[0]["state"_L1], QJsonValue(u"dead"_s));
    QCOMPARE(found.level(u"stale"_s), u"warning"_s);
    QVERIFY(found.message(u"stale"_s).contains(id));
    QCOMPARE(found.remedy(u"stale"_s), u"kintsugi-cli nudge %1 --db %2"_s.arg(id, path()));
    QVERIFY(execute(path(), "UPDATE tasks SET auto_recover = 1"));
    const Found alone = look();
    QCOMPARE(alone.code, 0);
    QCOMPARE(alone.remedy(u"stale"_s), u"kintsugi-cli serve --db "_s + path());
}

void TestDoctor::whatTheRowsTell_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QString>("check");
    QTest::addColumn<QString>("level");
    QTest::addColumn<QString>("says");
    QTest::addColumn<QString>("remedy");
    const auto row = [](const char *name, const char *sql, const char *check, const char *level,
                        const char *says, const char *remedy) {
        QTest::newRow(name) << QByteArray(sql) << QString::fromLatin1(check)
                            << QString::fromLatin1(level) << QString::fromLatin1(says)
                            << QString::fromLatin1(remedy);
    };
    row("an unknown definition", "UPDATE tasks SET state = 'suspended', name = 'mine'",
        "definitions", "warning", "1 task of \"mine\" version 1", "--plugin FILE");
    row("another version", "UPDATE tasks SET state = 'pending', definition_version = 7",
        "definitions", "warning", "1 task of \"count-to-n\" version 7", "version 7");
    row("an unknown one that has ended", "UPDATE tasks SET name = 'mine'", "definitions", "ok", "",
        "");
    row("a crash loop",
        "UPDATE tasks SET state = 'failed', error = CAST('{\"type\":\"crash_loop\"}' AS BLOB)",
        "crash_loop", "warning", "given up", "retry ");
    row("another failure",
        "UPDATE tasks SET state = 'failed', error = CAST('{\"type\":\"x\"' AS BLOB)", "crash_loop",
        "ok", "", "");
    row("a lost event", "DELETE FROM events WHERE seq = 2", "sequence", "problem",
        "counts 6 events, but there are 5", "keep a copy");
    row("a count too low", "UPDATE tasks SET last_seq = 3", "sequence", "problem",
        "counts 3 events, but there are 6, the last with number 6", "keep a copy");
    row("a memo of no task",
        "INSERT INTO steps (task, key, name, occurrence, ordinal, attempt, started_at, "
        "duration_ms) VALUES (99, 'k', 'k', 1, 1, 1, 0, 0)",
        "orphans", "warning", "1 row of steps", "keep a copy");
    row("a signal that nobody awaits",
        "INSERT INTO signals (task, name, payload, at) SELECT num, 's', x'31', 0 FROM tasks",
        "orphans", "ok", "", "");
    row("the log switched off", "PRAGMA journal_mode = DELETE", "log", "warning", "switched off",
        "kintsugi-cli list");
}

void TestDoctor::whatTheRowsTell()
{
    QFETCH(QByteArray, sql);
    QFETCH(QString, check);
    QFETCH(QString, level);
    QFETCH(QString, says);
    QFETCH(QString, remedy);
    QVERIFY(makeStore());
    QVERIFY(execute(path(), sql));
    const Found found = look();
    QCOMPARE(found.code, level == u"problem"_s ? 4 : 0);
    QCOMPARE(found.level(check), level);
    QVERIFY2(found.message(check).contains(says), found.text().constData());
    QVERIFY2(found.remedy(check).contains(remedy), found.text().constData());
    QCOMPARE(found.document.value("worst"_L1), QJsonValue(level)); // And no other complaint.
}

QTEST_GUILESS_MAIN(TestDoctor)
#include "tst_doctor.moc"
