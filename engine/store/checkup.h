// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/task.h"
#include "engine/store/connection.h"
#include "engine/store/lockfile.h"

#include <QDateTime>
#include <QStringList>

namespace Kintsugi {

class Liveness;
struct Judge;

/*! What can be said of a store's files before SQLite is asked. */
struct StoreFiles
{
    QString path; //!< The one true one, where there is a file.
    QString folder;
    bool hasFolder = false;
    bool isFolderWritable = false;
    bool exists = false;
    bool isFile = false; //!< And no folder, pipe or device.
    bool isReadable = false;
    bool isWritable = false;
    bool isSqlite = false; //!< By its first bytes.
    bool isLogged = false; //!< Its head says that it is written through a write-ahead log.
    bool hasJournal = false; //!< Of a transaction in the old way that somebody did not end.
    bool hasLog = false;
    bool hasLogIndex = false;
    bool hasLocks = false;
    qint64 bytes = 0;
    qint64 logBytes = 0;
    QDateTime changedAt;

    [[nodiscard]] static StoreFiles lookAt(const QString &path);
};

/*! The SQLite that this program runs on. */
struct SqliteVersion
{
    QString name; //!< "3.40.1"
    /*! 3.7.0 to 3.51.2: a commit beside a second checkpoint can damage the file. */
    bool hasWalResetBug = false;
};
[[nodiscard]] SqliteVersion sqliteVersion();

/*! A worker that has not been marked as ended. */
struct WorkerCheck
{
    QString name;
    QString host;
    qint64 pid = 0;
    OwnerState state = OwnerState::Dead;
    Timestamp startedAt;
    Timestamp beatAt; //!< Of its last sign of life.
    bool drivesAll = false;
    qint64 tasks = 0; //!< That run, by their rows.
};

struct TaskStateCount
{
    QByteArray state; //!< As it stands in the row.
    qint64 count = 0;
};

struct TaskName
{
    TaskId id;
    QByteArray name; //!< Of its definition.
};

/*! How many there are of a kind, and the first of them. */
struct SomeTasks
{
    qint64 count = 0;
    QList<TaskName> first;
};

struct StaleTasks
{
    SomeTasks waiting; //!< For a person: they do not go on by themselves.
    qint64 recovering = 0; //!< Go on as soon as a live worker drives all.
};

struct DefinitionUse
{
    QByteArray name;
    int version = 0;
    qint64 tasks = 0; //!< That have not ended.
};

/*! A task whose row tells another number of events than there are. */
struct SeqGap
{
    TaskId id;
    Seq lastSeq = 0;
    Seq highest = 0; //!< Of its events.
    qint64 events = 0;
};

struct Orphans
{
    QByteArray table;
    qint64 rows = 0; //!< Whose task is not there.
};

/*! Looks at a store without a trace: nothing in it, beside it or of its locks is changed, whoever
 *  else has it open.
 *
 *  Its statements walk whole tables, so they are for a person who asks, and for nobody else. Errors
 *  say what SQLite says: StoreForeign, StoreNewer, or StoreUnavailable. Thread: one at a time.
 */
class Checkup
{
public:
    /*! \a files is a file of SQLite's and not empty. */
    [[nodiscard]] static Expected<Checkup> open(const StoreFiles &files);

    /*! True when others have begun to change the file where it was read as if nobody did: what was
     * found means nothing, look again. */
    [[nodiscard]] bool isOvertaken() const;
    [[nodiscard]] bool isLockedOut() const; //!< The last failure: somebody has it for himself.
    [[nodiscard]] bool isDamage() const; //!< The last failure: what was read makes no sense.

    [[nodiscard]] Expected<qint64> version(); //!< Refuses as storeVersion() does.
    /*! What SQLite's own check complains of, at most \a most; \a full compares indices too. */
    [[nodiscard]] Expected<QStringList> damage(bool full, int most);
    [[nodiscard]] Expected<QStringList> brokenReferences(int most);

    [[nodiscard]] Expected<QList<WorkerCheck>> workers(const Judge &judge);
    [[nodiscard]] Expected<QList<TaskStateCount>> tasksByState();
    [[nodiscard]] Expected<StaleTasks> staleTasks(const Judge &judge, int most);
    [[nodiscard]] Expected<QList<DefinitionUse>> definitionsInUse();
    [[nodiscard]] Expected<SomeTasks> crashLoops(int most);
    [[nodiscard]] Expected<QList<SeqGap>> seqGaps(int most);
    [[nodiscard]] Expected<QList<Orphans>> orphans();

private:
    Checkup(Connection db, StoreFiles files, Connection::Mode mode);
    template<typename T>
    [[nodiscard]] Expected<T> checked(T value);

    Connection m_db;
    StoreFiles m_files;
    Connection::Mode m_mode;
};

} // namespace Kintsugi
