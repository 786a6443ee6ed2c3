// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/event.h"
#include "engine/model/steprecord.h"
#include "engine/model/task.h"
#include "engine/model/workerinfo.h"
#include "engine/store/connection.h"
#include "engine/store/writes.h"

#include <limits>

namespace Kintsugi {

struct TaskFilter
{
    UserId user;
    std::optional<TaskState> state{};
    std::optional<bool> stale{};
    QByteArray name{};
    QString text{}; //!< Found in key, name or input.
    int limit = 50;
    qint64 before = 0; //!< Rows older than this one; 0 for the newest.
};

struct TaskList
{
    QList<Task> tasks; //!< Newest first.
    qint64 next = 0; //!< For TaskFilter::before; 0 at the end.
};

struct EventList
{
    QList<Event> events;
    bool more = false;
};

struct StateCount
{
    TaskState state;
    int count = 0;
};

/*! Reads of committed data, on a connection of its own. Every call sees one snapshot per statement.
 *
 *  Thread: one at a time.
 */
class Reader
{
public:
    Reader(Connection db, const Judge &judge);

    static constexpr qsizetype kAnySize = std::numeric_limits<qsizetype>::max();

    [[nodiscard]] Expected<Task> task(const UserId &user, const QByteArray &idOrKey);
    [[nodiscard]] Expected<std::optional<Task>> taskByKey(const UserId &user,
                                                          const IdempotencyKey &key);
    [[nodiscard]] Expected<TaskList> tasks(const TaskFilter &filter);
    /*! A null \a user: of all users, which looks at an entry of an index for every task. */
    [[nodiscard]] Expected<QList<StateCount>> countByState(const UserId &user);
    [[nodiscard]] Expected<int> countStale(const UserId &user); //!< Null: of all users.
    [[nodiscard]] Expected<int> countQueued(); //!< Tasks that wait for a slot and nothing else.
    /*! Ends early behind the event with which the payloads have \a maxBytes. */
    [[nodiscard]] Expected<EventList> events(const UserId &user, const QByteArray &idOrKey,
                                             Seq after, int limit, qsizetype maxBytes = kAnySize);
    [[nodiscard]] Expected<EventList> events(const TaskId &id, Seq after, int limit,
                                             qsizetype maxBytes = kAnySize);
    /*! What is committed behind \a after, of one user or (a null one) of all; \a limit positions
     * are looked at, whosesoever they are. */
    [[nodiscard]] Expected<EventStretch> eventsAfterPosition(const UserId &user, Position after,
                                                             int limit);
    [[nodiscard]] Expected<QList<StepRecord>> steps(const UserId &user, const QByteArray &idOrKey);
    /*! With the engine's own memos. */
    [[nodiscard]] Expected<QList<StepRecord>> steps(qint64 taskNum);
    [[nodiscard]] Expected<QList<StepRuns>> stepRuns(qint64 taskNum);
    [[nodiscard]] Expected<QList<StepRuns>> stepRuns(const UserId &user, const QByteArray &idOrKey);
    /*! Whether a ClaimReady would find something, seen without taking the writer's turn. */
    [[nodiscard]] Expected<bool> hasReady(const Drivable &drivable, bool hasFreeSlot);
    [[nodiscard]] Expected<std::optional<Timestamp>> nextWake(); //!< The soonest delay that ends.
    [[nodiscard]] Expected<int> liveWorkers();
    /*! Who has not ended cleanly, with what it drives of \a user's. */
    [[nodiscard]] Expected<QList<WorkerInfo>> workers(const UserId &user);
    /*! The last that was ever given to a committed event; it stays when that event is deleted. */
    [[nodiscard]] Expected<Position> lastPosition();

private:
    [[nodiscard]] Liveness liveness() { return Liveness::judge(m_db, m_judge); }
    [[nodiscard]] Expected<qint64> numberOf(const UserId &user, const QByteArray &idOrKey);
    template<typename T>
    [[nodiscard]] Expected<T> checked(T value);

    Connection m_db;
    Judge m_judge;
};

} // namespace Kintsugi
