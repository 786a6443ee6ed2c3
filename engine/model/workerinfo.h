// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"
#include "engine/model/ids.h"
#include "engine/model/task.h"

#include <QList>

namespace Kintsugi {

/*! A process that works on the store, and what it drives. */
struct WorkerInfo
{
    QString name; //!< As Task::worker has it.
    QString host;
    qint64 pid = 0;
    QString version; //!< Of its program; empty when that does not tell.
    int slotCount = 0; //!< Attempts that it drives at a time; 0 when it does not tell.
    OwnerState state = OwnerState::Dead; //!< ThisProcess, OtherProcess, Silent or Dead.
    bool drivesAll = false; //!< It takes up what others leave.
    Timestamp startedAt;
    Timestamp beatAt; //!< Of its last sign of life.
    qint64 running = 0; //!< Attempts that it drives, of all users.
    QList<TaskId>
        tasks; //!< Those of the user who asks; at most Limits::kWorkerTasks of all workers.
};

} // namespace Kintsugi
