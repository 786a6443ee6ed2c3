// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"
#include "engine/model/error.h"
#include "engine/model/task.h"

#include <QHash>
#include <QString>

namespace Kintsugi {

class Connection;
class LockFile;

/*! Who a process is to the others on its store. */
struct WorkerIdentity
{
    QString name; //!< "host-pid-xxxx"
    QString host;
    qint64 pid = 0;
    QString
        pidStarted; //!< The kernel's start time of the process: tells two users of one pid apart.
    QString bootId; //!< Monotonic clocks and locks compare within one boot only.
    QString version; //!< Of the program.
};
[[nodiscard]] WorkerIdentity thisProcess();

/*! What one worker looks like at one moment. */
struct WorkerView
{
    OwnerState state = OwnerState::Dead;
    std::chrono::milliseconds staleIn{}; //!< Zero when it is stale.
    Timestamp beatAt;
};

/*! Everything that is needed to judge workers, the same for the writer and the readers. */
struct Judge
{
    const LockFile &locks;
    const Clock &clock;
    qint64 self = 0; //!< This process's own worker, 0 before it is registered.
    QString bootId;
    std::chrono::milliseconds staleAfter{};
    bool drivesAll = true; //!< This process takes up what others leave.
    Timestamp openedAt{}; //!< By the wall clock and
    Monotonic openedMono{}; //!< by the monotonic one, at the same moment.
    QString name{}; //!< This process's own in the store.

    /*! The instant by which rests are over: the wall clock, unless that was put back. */
    [[nodiscard]] Timestamp dueNow() const
    {
        return std::max(
            clock.now(),
            openedAt
                + std::chrono::floor<std::chrono::milliseconds>(clock.monotonic() - openedMono));
    }
};

/*! Views of all workers that have not ended cleanly; one that is missing is dead. */
class Liveness
{
public:
    static Liveness judge(Connection &db, const Judge &judge);

    [[nodiscard]] WorkerView of(qint64 worker) const { return m_views.value(worker); }
    [[nodiscard]] bool isStale(qint64 worker) const;
    [[nodiscard]] QByteArray liveList() const; //!< "3,7" for an SQL list; "0" when there is none.
    [[nodiscard]] int liveCount() const;
    /*! Whether a live worker other than us drives all. */
    [[nodiscard]] bool hasOtherDriver() const { return m_hasOtherDriver; }

private:
    QHash<qint64, WorkerView> m_views;
    bool m_hasOtherDriver = false;
};

/*! A sign of life of one's own that always changes the row, and nothing but that. */
void showLife(Connection &db, const Judge &judge);

/*! Adds this process's row, holds its lock, and marks dead workers that drive nothing as ended.
 * Inside a transaction. */
[[nodiscard]] qint64 registerWorker(Connection &db, LockFile &locks, const Clock &clock,
                                    const WorkerIdentity &worker, bool drivesAll, int slotCount);

} // namespace Kintsugi
