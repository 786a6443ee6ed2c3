// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"

#include <QByteArray>
#include <QString>

#include <optional>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace Kintsugi {

/*! One connection to a SQLite file, with its prepared statements kept.
 *
 *  The first failure sticks: from then on every statement does nothing, until takeError() clears
 * it. So a transaction is written as a plain list of statements and checked once, before its
 * commit.
 *
 *  SQLite's C API and not QtSql: the statements run on the driver's handle anyway when speed
 * counts, and the same handle has the authorizer, the data version and the checkpoint calls that
 * the store needs.
 *
 *  Thread: one at a time.
 */
class Connection
{
public:
    enum class Mode {
        ReadWrite,
        ReadOnly,
        Immutable, //!< Reads a file as it lies there: no locks, no log, no trace beside it.
        Beside, //!< Reads a file with its log and the log's index: no byte of the three changes.
        Alone, //!< Reads a file with a log that nobody has open: no trace either.
    };

    Connection() = default;
    Connection(Connection &&other) noexcept;
    Connection &operator=(Connection &&other) noexcept;
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;
    ~Connection();

    /*! Opens \a path with the settings that every connection to a store must have: no automatic
     * checkpoints (see committer.h), no memory map, FULL synchronisation. */
    [[nodiscard]] static Expected<Connection> open(const QString &path, Mode mode);

    [[nodiscard]] sqlite3 *handle() const { return m_db; }
    [[nodiscard]] bool hasFailed() const { return m_error.has_value(); }
    [[nodiscard]] std::optional<Error> takeError();
    [[nodiscard]] int lastCode() const
    {
        return m_lastCode;
    } //!< SQLite's own, of the last failure.
    [[nodiscard]] bool isInTransaction() const;
    [[nodiscard]] QString path() const;
    [[nodiscard]] int changes() const;
    [[nodiscard]] qint64 lastInsertId() const;

    /*! The statement \a what failed on the handle itself: sticks like one of ours. */
    void noteFailure(const char *what) { fail(what); }

    void execute(const char *sql); //!< One or several statements without parameters, not kept.

private:
    friend class Query;
    sqlite3_stmt *prepare(const char *sql, bool keep);
    void fail(const char *what);

    sqlite3 *m_db = nullptr;
    std::unordered_map<const char *, sqlite3_stmt *>
        m_statements; //!< By the address of the literal.
    std::optional<Error> m_error;
    int m_lastCode = 0;
};

/*! One run of a statement: bind by order, then next() for each row. Reset when it goes out of
 * scope. */
class Query
{
public:
    enum class Keep { Yes, No };

    /*! \a sql is a string literal (its address names the kept statement), unless \a keep is No. */
    template<typename... Values>
    explicit Query(Connection &db, const char *sql, const Values &...values)
        : Query(db, sql, Keep::Yes)
    {
        (bind(values), ...);
    }
    Query(Connection &db, const char *sql, Keep keep);
    Query(const Query &) = delete;
    Query &operator=(const Query &) = delete;
    ~Query();

    void bind(qint64 value);
    void bind(int value) { bind(qint64(value)); }
    void bind(bool value) { bind(qint64(value)); }
    void bind(const QString &text); //!< A null text binds NULL.
    void bindText(const QByteArray &utf8);
    void bindBlob(const QByteArray &bytes); //!< An empty one binds NULL.
    void bindNull();
    void bind(const QByteArray &utf8) { bindText(utf8); }
    struct Blob
    {
        const QByteArray &bytes;
    };
    void bind(const Blob &blob) { bindBlob(blob.bytes); }
    template<typename T>
    void bind(const std::optional<T> &value)
    {
        if (value)
            bind(*value);
        else
            bindNull();
    }

    bool next(); //!< False at the end and after a failure.
    void run(); //!< For statements without rows.

    [[nodiscard]] qint64 integer(int column) const;
    [[nodiscard]] bool isNull(int column) const;
    [[nodiscard]] QByteArray bytes(int column) const;
    [[nodiscard]] QString text(int column) const;
    [[nodiscard]] std::optional<qint64> optionalInteger(int column) const;

private:
    Connection &m_db;
    sqlite3_stmt *m_statement = nullptr;
    int m_next = 1;
    bool m_kept = true;
};

} // namespace Kintsugi
