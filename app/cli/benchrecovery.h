// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"
#include "engine/model/error.h"

#include <QString>

namespace Kintsugi {

struct RecoveryPlan
{
    QString store; //!< A fresh file.
    int tasks = 1000; //!< Running when the process is killed.
    qint64 finished = 0; //!< Put into the store before that.
};

/*! All from the start of the process that recovers. */
struct RecoveryFigures
{
    Monotonic began{}; //!< Its own first word: what a process costs that does nothing.
    Monotonic first{}; //!< A new step of the first task is committed.
    Monotonic all{}; //!< … of every task.
    qint64 commits = 0;
};

/*! What `bench --scenario recovery` does. A first process of this program starts the tasks and is
 * killed by SIGKILL when each rests behind its first step; a second takes them up, and each makes
 * one step more.
 *
 *  Thread: main; waits.
 */
[[nodiscard]] Expected<RecoveryFigures> measureRecovery(const RecoveryPlan &plan);

/*! The part of one of those processes, "leave" or "recover". */
[[nodiscard]] Expected<void> playRecoveryPart(const QString &part, const RecoveryPlan &plan);

} // namespace Kintsugi
