// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/store/connection.h"

#include <sqlite3.h>

#include <QFile>
#include <QUrl>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

QString pathOf(sqlite3 *db)
{
    const char *path = db ? sqlite3_db_filename(db, "main") : nullptr;
    return path ? QFile::decodeName(path) : QString();
}

Error toError(sqlite3 *db, int code, const QString &what)
{
    const QString reason = QString::fromUtf8(db ? sqlite3_errmsg(db) : sqlite3_errstr(code));
    const QString message = u"%1: %2"_s.arg(what, reason);
    switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
    case SQLITE_RANGE:
        return {ErrorCode::Internal, message};
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return {ErrorCode::StoreUnavailable,
                u"%1 is damaged (%2): look into it with \"kintsugi-cli doctor --db %1\""_s.arg(
                    pathOf(db), reason)};
    case SQLITE_IOERR: // Which of them: SQLite has one sentence for all.
        return {.code = ErrorCode::StoreUnavailable,
                .message = u"%1 (SQLite's code %2)"_s.arg(message).arg(code),
                .retryable = true};
    default:
        return {.code = ErrorCode::StoreUnavailable, .message = message, .retryable = true};
    }
}

/*! Before SQLite is first used: no statistics of its memory, which nobody reads, and no lock
 * around each allocation for them. Too late in a process that has used it already, which does no
 * harm. */
void leaveOutStatistics()
{
    static const int once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    (void)once;
}

} // namespace

Connection::Connection(Connection &&other) noexcept
    : m_db(std::exchange(other.m_db, nullptr))
    , m_statements(std::move(other.m_statements))
    , m_error(std::move(other.m_error))
    , m_lastCode(other.m_lastCode)
{}

Connection &Connection::operator=(Connection &&other) noexcept
{
    std::swap(m_db, other.m_db);
    std::swap(m_statements, other.m_statements);
    std::swap(m_error, other.m_error);
    std::swap(m_lastCode, other.m_lastCode);
    return *this;
}

Connection::~Connection()
{
    for (const auto &[sql, statement] : m_statements)
        sqlite3_finalize(statement);
    sqlite3_close(m_db);
}

Expected<Connection> Connection::open(const QString &path, Mode mode)
{
    leaveOutStatistics();
    Connection connection;
    QByteArray name = QFile::encodeName(path);
    int flags = SQLITE_OPEN_NOMUTEX;
    switch (mode) {
    case Mode::ReadWrite:
        flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
        break;
    case Mode::ReadOnly:
        flags |= SQLITE_OPEN_READONLY;
        break;
    case Mode::Immutable:
        flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
        name = QUrl::fromLocalFile(path).toEncoded() + "?immutable=1";
        break;
    case Mode::Beside: // Without anybody alive SQLite makes an index of its own, in memory.
        flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
        name = QUrl::fromLocalFile(path).toEncoded() + "?readonly_shm=1";
        break;
    case Mode::Alone: // Its index of the log is kept in memory, for which it must lock all.
        flags |= SQLITE_OPEN_READWRITE;
        break;
    }
    const int code = sqlite3_open_v2(name.constData(), &connection.m_db, flags, nullptr);
    if (code != SQLITE_OK)
        return std::unexpected(toError(connection.m_db, code, u"cannot open %1"_s.arg(path)));
    sqlite3_extended_result_codes(connection.m_db, 1);
    sqlite3_busy_timeout(connection.m_db, mode == Mode::Alone ? 0 : 5000);
    sqlite3_db_config(connection.m_db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    sqlite3_db_config(connection.m_db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(connection.m_db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_wal_autocheckpoint(connection.m_db, 0);
    if (mode == Mode::Alone)
        connection.execute("PRAGMA locking_mode = EXCLUSIVE");
    if (mode == Mode::ReadWrite || mode == Mode::ReadOnly)
        connection.execute(
            "PRAGMA mmap_size = 0; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;");
    if (mode == Mode::ReadWrite) // Keys stand all over their indices.
        connection.execute("PRAGMA cache_size = -4096;");
    if (auto error = connection.takeError())
        return std::unexpected(*error);
    return connection;
}

std::optional<Error> Connection::takeError()
{
    return std::exchange(m_error, std::nullopt);
}

bool Connection::isInTransaction() const
{
    return sqlite3_get_autocommit(m_db) == 0;
}

QString Connection::path() const
{
    return pathOf(m_db);
}

int Connection::changes() const
{
    return sqlite3_changes(m_db);
}

qint64 Connection::lastInsertId() const
{
    return sqlite3_last_insert_rowid(m_db);
}

void Connection::execute(const char *sql)
{
    if (hasFailed())
        return;
    if (sqlite3_exec(m_db, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        fail(sql);
}

sqlite3_stmt *Connection::prepare(const char *sql, bool keep)
{
    if (hasFailed())
        return nullptr;
    if (keep) {
        if (const auto known = m_statements.find(sql); known != m_statements.end())
            return known->second;
    }
    sqlite3_stmt *statement = nullptr;
    if (sqlite3_prepare_v3(m_db, sql, -1, keep ? SQLITE_PREPARE_PERSISTENT : 0, &statement, nullptr)
        != SQLITE_OK) {
        fail(sql);
        return nullptr;
    }
    if (keep)
        m_statements.emplace(sql, statement);
    return statement;
}

void Connection::fail(const char *what)
{
    if (m_error)
        return;
    m_lastCode = sqlite3_extended_errcode(m_db);
    m_error = toError(m_db, m_lastCode, QString::fromUtf8(what).simplified().left(80));
}

Query::Query(Connection &db, const char *sql, Keep keep)
    : m_db(db)
    , m_statement(db.prepare(sql, keep == Keep::Yes))
    , m_kept(keep == Keep::Yes)
{}

Query::~Query()
{
    if (!m_statement)
        return;
    if (m_kept) {
        sqlite3_reset(m_statement);
        sqlite3_clear_bindings(m_statement);
    } else {
        sqlite3_finalize(m_statement);
    }
}

void Query::bind(qint64 value)
{
    if (m_statement)
        sqlite3_bind_int64(m_statement, m_next++, value);
}

void Query::bind(const QString &text)
{
    if (text.isNull())
        bindNull();
    else
        bindText(text.toUtf8());
}

void Query::bindText(const QByteArray &utf8)
{
    if (m_statement)
        sqlite3_bind_text64(m_statement, m_next++, utf8.constData(), sqlite3_uint64(utf8.size()),
                            SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Query::bindBlob(const QByteArray &bytes)
{
    if (bytes.isEmpty())
        bindNull();
    else if (m_statement)
        sqlite3_bind_blob64(m_statement, m_next++, bytes.constData(), sqlite3_uint64(bytes.size()),
                            SQLITE_TRANSIENT);
}

void Query::bindNull()
{
    if (m_statement)
        sqlite3_bind_null(m_statement, m_next++);
}

bool Query::next()
{
    if (!m_statement || m_db.hasFailed())
        return false;
    const int code = sqlite3_step(m_statement);
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        m_db.fail(sqlite3_sql(m_statement));
    return false;
}

void Query::run()
{
    while (next()) {}
}

qint64 Query::integer(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

bool Query::isNull(int column) const
{
    return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
}

QByteArray Query::bytes(int column) const
{
    const void *data = sqlite3_column_blob(m_statement, column);
    return {static_cast<const char *>(data), sqlite3_column_bytes(m_statement, column)};
}

QString Query::text(int column) const
{
    return isNull(column) ? QString() : QString::fromUtf8(bytes(column));
}

std::optional<qint64> Query::optionalInteger(int column) const
{
    return isNull(column) ? std::nullopt : std::optional(integer(column));
}

} // namespace Kintsugi
