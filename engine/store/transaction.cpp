// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/store/transaction.h"

#include "engine/store/connection.h"

#include <sqlite3.h>

#include <array>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMostRows = 10'000;
constexpr int kInstructionsPerLook = 10'000; // Of SQLite's machine, between two looks at the clock.

constexpr std::array<QByteArrayView, 7> kOurTables{
    "workers", "tasks", "events", "steps", "dropped_attempts", "step_runs", "signals"};

bool isOurs(const char *table)
{
    const QByteArray name = QByteArray(table).toLower();
    return std::ranges::find(kOurTables, QByteArrayView(name)) != kOurTables.end();
}

/*! SQLite asks before it does anything: what a step may not do is refused when its SQL is prepared.
 */
int authorise(void *, int action, const char *first, const char *second, const char *, const char *)
{
    switch (action) {
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_PRAGMA:
    case SQLITE_CREATE_VTABLE:
    case SQLITE_DROP_VTABLE:
        return SQLITE_DENY;
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
    case SQLITE_READ:
    case SQLITE_DROP_TABLE:
        return isOurs(first) ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_CREATE_INDEX:
    case SQLITE_CREATE_TRIGGER:
    case SQLITE_CREATE_TEMP_TRIGGER:
    case SQLITE_DROP_INDEX:
    case SQLITE_DROP_TRIGGER:
    case SQLITE_ALTER_TABLE:
        return isOurs(second) ? SQLITE_DENY : SQLITE_OK;
    default:
        return SQLITE_OK;
    }
}

struct Deadline
{
    const Clock &clock;
    Monotonic at;
};

int lookAtTheClock(void *deadline)
{
    const auto *limit = static_cast<const Deadline *>(deadline);
    return limit->clock.monotonic() > limit->at;
}

/*! The store itself is in trouble, not the step. */
bool isStoreTrouble(int code)
{
    switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_BUSY:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
        return true;
    default:
        return false;
    }
}

int bindValue(sqlite3_stmt *statement, int index, const QVariant &value)
{
    switch (value.isNull() ? QMetaType::UnknownType : value.typeId()) {
    case QMetaType::UnknownType:
        return sqlite3_bind_null(statement, index);
    case QMetaType::Bool:
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::LongLong:
        return sqlite3_bind_int64(statement, index, value.toLongLong());
    case QMetaType::Float:
    case QMetaType::Double:
        return sqlite3_bind_double(statement, index, value.toDouble());
    case QMetaType::QByteArray: {
        const QByteArray bytes = value.toByteArray();
        return sqlite3_bind_blob64(statement, index, bytes.constData(),
                                   sqlite3_uint64(bytes.size()), SQLITE_TRANSIENT);
    }
    default: {
        const QByteArray text = value.toString().toUtf8();
        return sqlite3_bind_text64(statement, index, text.constData(), sqlite3_uint64(text.size()),
                                   SQLITE_TRANSIENT, SQLITE_UTF8);
    }
    }
}

QVariant columnValue(sqlite3_stmt *statement, int column)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        return qint64(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
        return sqlite3_column_double(statement, column);
    case SQLITE_BLOB:
        return QByteArray(static_cast<const char *>(sqlite3_column_blob(statement, column)),
                          sqlite3_column_bytes(statement, column));
    case SQLITE_TEXT: {
        const void *text = sqlite3_column_text(statement, column);
        return QString::fromUtf8(static_cast<const char *>(text),
                                 sqlite3_column_bytes(statement, column));
    }
    default:
        return {};
    }
}

} // namespace

std::unexpected<Error> Transaction::fail(int code, const QByteArray &sql)
{
    const QString what = QString::fromUtf8(sql.simplified().left(80));
    const QString why = (code & 0xff) == SQLITE_INTERRUPT
        ? u"it took longer than a step in a transaction may"_s
        : (code & 0xff) == SQLITE_AUTH
        ? u"a step in a transaction may neither control the transaction nor touch Kintsugi's tables"_s
        : QString::fromUtf8(sqlite3_errmsg(m_db.handle()));
    if (isStoreTrouble(code))
        m_db.noteFailure(sql.constData());
    if (!m_error)
        m_error = Error{ErrorCode::Conflict, u"%1: %2"_s.arg(what, why)};
    return std::unexpected(*m_error);
}

Expected<QList<Transaction::Row>> Transaction::exec(const QByteArray &sql,
                                                    const QVariantList &values)
{
    if (m_error)
        return std::unexpected(*m_error);
    sqlite3_stmt *statement = nullptr;
    const char *rest = nullptr;
    int code =
        sqlite3_prepare_v2(m_db.handle(), sql.constData(), int(sql.size()) + 1, &statement, &rest);
    if (code != SQLITE_OK)
        return fail(code, sql);
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt *)> owner(statement, sqlite3_finalize);
    if (!QByteArrayView(rest).trimmed().isEmpty() || !statement) {
        m_error = Error{ErrorCode::Conflict, u"exec() takes one statement at a time"_s};
        return std::unexpected(*m_error);
    }
    if (sqlite3_bind_parameter_count(statement) != values.size()) {
        m_error = Error{ErrorCode::Conflict,
                        u"%1: %2 parameters, %3 values"_s.arg(QString::fromUtf8(sql.left(80)))
                            .arg(sqlite3_bind_parameter_count(statement))
                            .arg(values.size())};
        return std::unexpected(*m_error);
    }
    for (int i = 0; i < values.size() && code == SQLITE_OK; ++i)
        code = bindValue(statement, i + 1, values[i]);
    if (code != SQLITE_OK)
        return fail(code, sql);
    QList<Row> rows;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        if (rows.size() == kMostRows) {
            m_error =
                Error{ErrorCode::TooLarge, u"a statement gave more than %1 rows"_s.arg(kMostRows)};
            return std::unexpected(*m_error);
        }
        Row row;
        for (int i = 0; i < sqlite3_column_count(statement); ++i)
            row.insert(QString::fromUtf8(sqlite3_column_name(statement, i)),
                       columnValue(statement, i));
        rows << row;
    }
    if (code != SQLITE_DONE)
        return fail(code, sql);
    return rows;
}

Expected<QByteArray>
Transaction::run(Connection &db, const Clock &clock, std::chrono::milliseconds timeLimit,
                 const std::function<Expected<QByteArray>(Transaction &)> &body)
{
    if (db.hasFailed())
        return failure(ErrorCode::StoreUnavailable, u"the store has failed"_s);
    db.execute("SAVEPOINT step");
    Transaction transaction(db);
    Deadline deadline{clock, clock.monotonic() + timeLimit};
    sqlite3_set_authorizer(db.handle(), authorise, nullptr);
    sqlite3_progress_handler(db.handle(), kInstructionsPerLook, lookAtTheClock, &deadline);
    auto value = body(transaction);
    sqlite3_progress_handler(db.handle(), 0, nullptr, nullptr);
    sqlite3_set_authorizer(db.handle(), nullptr, nullptr);
    if (value && transaction.m_error)
        value = std::unexpected(*transaction.m_error);
    if (!value)
        db.execute("ROLLBACK TO step");
    db.execute("RELEASE step");
    return value;
}

} // namespace Kintsugi
