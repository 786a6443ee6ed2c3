// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/store/taskrows.h"
#include "engine/store/writes.h"

/*! The few ways in which a task's row moves from one state to another, each with its events and
 *  its epoch.
 *
 *  Inside a transaction of the writer; the caller has checked that the move is allowed.
 */
namespace Kintsugi::Transitions {

/*! Who is alive, judged once in a batch. */
[[nodiscard]] const Liveness &judgeNow(WriteContext &context);
[[nodiscard]] Task reread(WriteContext &context, qint64 num);

/*! Why this process cannot drive a task, if so: it has not got its definition, or another version.
 */
[[nodiscard]] std::optional<Error> cannotDrive(const WriteContext &context, const Task &task);

/*! A new pending row with its `created`; the key of a fork is made from its id. */
[[nodiscard]] TaskRow insertTask(WriteContext &context, const Submit &start,
                                 const TaskId &forkedFrom = {});
/*! The same, running from the beginning: what insertTask() and claim() would leave, in one row
 *  that is written once. The caller has taken a slot for it. */
[[nodiscard]] Claim insertRunning(WriteContext &context, const Submit &start);

/*! A new attempt that this process drives: epoch + 1, attempt + 1, attempt_started; resumed before
 *  it when it was suspended. \a automatic ones are counted until something comes of them. The
 *  caller has taken a slot for it. */
[[nodiscard]] Claim claim(WriteContext &context, const TaskRow &row, QByteArrayView reason,
                          bool automatic);

/*! A parked task goes on: epoch + 1, resumed, in the same attempt. */
[[nodiscard]] Claim wake(WriteContext &context, const TaskRow &row);

/*! Steps that have failed for good are asked again, and have all their tries. */
void forgetFailedSteps(WriteContext &context, qint64 num);

/*! How many tasks wait for a slot; counted once in a batch. */
[[nodiscard]] int queued(WriteContext &context);

/*! Ends a task that nobody drives. The epoch moves, so that a driver that only seemed dead is
 *  fenced. */
void endFromOutside(WriteContext &context, const TaskRow &row, TaskState state,
                    const QList<NewEvent> &events, const QString &stopReason,
                    const QByteArray &error = {});

/*! True when this process drives its own tasks alone and a live worker drives all. */
[[nodiscard]] bool shouldLeaveToOthers(WriteContext &context);
/*! The task waits as pending: for such a worker, or for a slot. The epoch moves: its last driver is
 *  out. */
void queue(WriteContext &context, const TaskRow &row, const QByteArray &reason);
/*! Why the next attempt of a pending task starts. */
[[nodiscard]] QByteArray pendingReason(const TaskRow &row);

/*! Suspends a task that nobody drives; a person's wish, so only a person resumes it. */
void suspendFromOutside(WriteContext &context, const TaskRow &row, const QString &reason);

[[nodiscard]] NewEvent cancelled(const QString &reason);
[[nodiscard]] NewEvent suspended(const QString &reason);

} // namespace Kintsugi::Transitions
