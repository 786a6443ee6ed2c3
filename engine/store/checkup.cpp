// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/store/checkup.h"

#include "engine/store/migrator.h"
#include "engine/store/workers.h"

#include <sqlite3.h>

#include <QFile>
#include <QFileInfo>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr int kWalResetBugFrom = 3'007'000;
constexpr int kWalResetBugTo = 3'051'002;
constexpr qsizetype kHeadBytes = 20;
constexpr char kWrittenThroughLog = 2; // In both of the head's last bytes.

/*! How the file can be read so that no byte of it changes and none comes up beside it. */
Connection::Mode traceless(const StoreFiles &files)
{
    // A journal would be rolled back into the file. Where there is no log, SQLite would make one.
    if (files.hasJournal || !files.hasLog)
        return Connection::Mode::Immutable;
    if (files.hasLogIndex)
        return Connection::Mode::Beside;
    return files.logBytes > 0 ? Connection::Mode::Alone : Connection::Mode::Immutable;
}

} // namespace

StoreFiles StoreFiles::lookAt(const QString &path)
{
    const QFileInfo there(path);
    StoreFiles files;
    files.exists = there.exists();
    files.path = files.exists ? there.canonicalFilePath() : there.absoluteFilePath();
    const QFileInfo folder(QFileInfo(files.path).absolutePath());
    files.folder = folder.filePath();
    files.hasFolder = folder.isDir();
    files.isFolderWritable = folder.isWritable();
    const QFileInfo log(files.path + "-wal"_L1);
    files.hasLog = log.exists();
    files.logBytes = files.hasLog ? log.size() : 0;
    files.hasLogIndex = QFileInfo::exists(files.path + "-shm"_L1);
    files.hasJournal = QFileInfo(files.path + "-journal"_L1).size() > 0;
    files.hasLocks = QFileInfo::exists(files.path + "-lock"_L1);
    files.isFile = there.isFile();
    if (!files.isFile)
        return files;
    files.isWritable = there.isWritable();
    files.bytes = there.size();
    files.changedAt = there.lastModified();
    QFile file(files.path);
    files.isReadable = file.open(QIODevice::ReadOnly);
    const QByteArray head = files.isReadable ? file.read(kHeadBytes) : QByteArray();
    files.isSqlite = head.startsWith(QByteArrayView("SQLite format 3\0", 16));
    files.isLogged = head.size() == kHeadBytes && head[18] == kWrittenThroughLog
        && head[19] == kWrittenThroughLog;
    return files;
}

SqliteVersion sqliteVersion()
{
    const int number = sqlite3_libversion_number();
    return {QString::fromLatin1(sqlite3_libversion()),
            number >= kWalResetBugFrom && number <= kWalResetBugTo};
}

Checkup::Checkup(Connection db, StoreFiles files, Connection::Mode mode)
    : m_db(std::move(db))
    , m_files(std::move(files))
    , m_mode(mode)
{}

Expected<Checkup> Checkup::open(const StoreFiles &files)
{
    const auto mode = traceless(files);
    auto db = Connection::open(files.path, mode);
    if (!db)
        return std::unexpected(db.error());
    return Checkup(std::move(*db), files, mode);
}

bool Checkup::isOvertaken() const
{
    if (m_mode == Connection::Mode::Beside)
        return false;
    const StoreFiles now = StoreFiles::lookAt(m_files.path);
    return now.bytes != m_files.bytes || now.changedAt != m_files.changedAt
        || now.logBytes != m_files.logBytes || now.hasLogIndex != m_files.hasLogIndex;
}

bool Checkup::isLockedOut() const
{
    return (m_db.lastCode() & 0xff) == SQLITE_BUSY;
}

bool Checkup::isDamage() const
{
    const int code = m_db.lastCode() & 0xff;
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

template<typename T>
Expected<T> Checkup::checked(T value)
{
    auto error = m_db.takeError();
    if (!error)
        return value;
    if (isDamage()) // The usual sentence sends people to whoever asks here.
        error->message = QString::fromUtf8(sqlite3_errstr(m_db.lastCode()));
    return std::unexpected(*error);
}

Expected<qint64> Checkup::version()
{
    auto version = storeVersion(m_db);
    if (!version && isDamage())
        version.error().message = QString::fromUtf8(sqlite3_errstr(m_db.lastCode()));
    return version;
}

Expected<QStringList> Checkup::damage(bool full, int most)
{
    const QByteArray sql = QByteArray(full ? "PRAGMA integrity_check(" : "PRAGMA quick_check(")
        + QByteArray::number(most) + ')';
    QStringList complaints;
    Query query(m_db, sql.constData(), Query::Keep::No);
    while (query.next() && complaints.size() < most) {
        for (const QString &line : query.text(0).split(u'\n')) {
            if (line != "ok"_L1 && complaints.size() < most)
                complaints << line;
        }
    }
    return checked(complaints);
}

Expected<QStringList> Checkup::brokenReferences(int most)
{
    QStringList broken;
    Query query(m_db, "PRAGMA foreign_key_check");
    while (broken.size() < most && query.next())
        broken << u"row %1 of %2 refers to a row of %3 that is not there"_s.arg(
            query.text(1), query.text(0), query.text(2));
    return checked(broken);
}

Expected<QList<WorkerCheck>> Checkup::workers(const Judge &judge)
{
    QList<WorkerCheck> workers;
    const Liveness liveness = Liveness::judge(m_db, judge);
    Query query(m_db,
                "SELECT w.num, w.name, w.host, w.pid, w.started_at, w.beat_at, w.drives_all, "
                "(SELECT count(*) FROM tasks t WHERE t.state = 'running' AND t.worker = w.num "
                "AND t.state IN ('pending', 'running', 'suspended')) "
                "FROM workers w WHERE w.ended = 0 ORDER BY w.num");
    while (query.next())
        workers << WorkerCheck{.name = query.text(1),
                               .host = query.text(2),
                               .pid = query.integer(3),
                               .state = liveness.of(query.integer(0)).state,
                               .startedAt = fromUnixMs(query.integer(4)),
                               .beatAt = fromUnixMs(query.integer(5)),
                               .drivesAll = query.integer(6) != 0,
                               .tasks = query.integer(7)};
    return checked(workers);
}

Expected<QList<TaskStateCount>> Checkup::tasksByState()
{
    QList<TaskStateCount> counts;
    Query query(m_db, "SELECT state, count(*) FROM tasks GROUP BY state ORDER BY state");
    while (query.next())
        counts << TaskStateCount{query.bytes(0), query.integer(1)};
    return checked(counts);
}

Expected<StaleTasks> Checkup::staleTasks(const Judge &judge, int most)
{
    StaleTasks stale;
    const QByteArray sql =
        "SELECT t.id, t.name, t.auto_recover OR t.stop_requested OR t.suspend_requested "
        "FROM tasks t LEFT JOIN dropped_attempts d ON d.task = t.num AND d.epoch = t.epoch "
        "WHERE t.state = 'running' AND t.state IN ('pending', 'running', 'suspended') AND "
        "(coalesce(t.worker, -1) NOT IN ("
        + Liveness::judge(m_db, judge).liveList() + ") OR d.dropped_mono <= ?) ORDER BY t.num";
    Query query(m_db, sql.constData(), Query::Keep::No);
    query.bind(qint64((judge.clock.monotonic() - Monotonic(judge.staleAfter)).count()));
    while (query.next()) {
        if (query.integer(2) != 0) {
            ++stale.recovering;
            continue;
        }
        if (++stale.waiting.count <= most)
            stale.waiting.first << TaskName{TaskId(query.bytes(0)), query.bytes(1)};
    }
    return checked(stale);
}

Expected<QList<DefinitionUse>> Checkup::definitionsInUse()
{
    QList<DefinitionUse> uses;
    Query query(m_db,
                "SELECT name, definition_version, count(*) FROM tasks "
                "WHERE state IN ('pending', 'running', 'suspended') GROUP BY 1, 2 ORDER BY 1, 2");
    while (query.next())
        uses << DefinitionUse{query.bytes(0), int(query.integer(1)), query.integer(2)};
    return checked(uses);
}

Expected<SomeTasks> Checkup::crashLoops(int most)
{
    SomeTasks tasks;
    Query query(m_db,
                "SELECT id, name FROM tasks WHERE state = 'failed' AND "
                "CASE WHEN json_valid(CAST(error AS TEXT)) "
                "THEN json_extract(CAST(error AS TEXT), '$.type') END = 'crash_loop' ORDER BY num");
    while (query.next()) {
        if (++tasks.count <= most)
            tasks.first << TaskName{TaskId(query.bytes(0)), query.bytes(1)};
    }
    return checked(tasks);
}

Expected<QList<SeqGap>> Checkup::seqGaps(int most)
{
    QList<SeqGap> gaps;
    Query query(m_db,
                "SELECT t.id, t.last_seq, coalesce(max(e.seq), 0), count(e.seq) FROM tasks t "
                "LEFT JOIN events e ON e.task = t.num GROUP BY t.num "
                "HAVING t.last_seq <> coalesce(max(e.seq), 0) OR t.last_seq <> count(e.seq) "
                "ORDER BY t.num LIMIT ?",
                most);
    while (query.next())
        gaps << SeqGap{TaskId(query.bytes(0)), query.integer(1), query.integer(2),
                       query.integer(3)};
    return checked(gaps);
}

Expected<QList<Orphans>> Checkup::orphans()
{
    QList<Orphans> found;
    QList<QByteArray> tables;
    {
        Query query(m_db,
                    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ("
                    "'events', 'steps', 'step_runs', 'signals', 'dropped_attempts') ORDER BY name");
        while (query.next()) // An older store has not all of them.
            tables << query.bytes(0);
    }
    for (const QByteArray &table : std::as_const(tables)) {
        const QByteArray sql = "SELECT count(*) FROM " + table
            + " r WHERE NOT EXISTS (SELECT 1 FROM tasks t WHERE t.num = r.task)";
        Query query(m_db, sql.constData(), Query::Keep::No);
        if (query.next() && query.integer(0) > 0)
            found << Orphans{table, query.integer(0)};
    }
    return checked(found);
}

} // namespace Kintsugi
