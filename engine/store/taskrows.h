// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/event.h"
#include "engine/model/steprecord.h"
#include "engine/model/task.h"

namespace Kintsugi {

class Connection;
class Liveness;
class Query;
struct Judge;

/*! A task as a row has it: the public value and what only the store needs. */
struct TaskRow
{
    Task task;
    qint64 num = 0;
    qint64 worker = 0;
    QString suspendReason;
    bool suspendRequested = false;
    QByteArray pendingReason; //!< Why a pending task's next attempt starts; empty for its submit.
    int quietRecoveries = 0;
    int failures = 0; //!< Failed attempts in a row.
};

/*! "SELECT … FROM tasks …" with the columns that readTaskRow() takes, up to where a WHERE may
 * follow. */
[[nodiscard]] const char *taskSelect();
[[nodiscard]] TaskRow readTaskRow(const Query &query, const Liveness &liveness, const Judge &judge);

/*! The task that \a idOrKey names for this user: tried as an id first, then as a key. */
[[nodiscard]] std::optional<TaskRow> findTask(Connection &db, const Judge &judge,
                                              const Liveness &liveness, const UserId &user,
                                              const QByteArray &idOrKey);
[[nodiscard]] std::optional<TaskRow> findTask(Connection &db, const Judge &judge,
                                              const Liveness &liveness, qint64 num);

/*! The error for a task that is not there, or not this user's. */
[[nodiscard]] std::unexpected<Error> noSuchTask(const QByteArray &idOrKey);

} // namespace Kintsugi
