// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/store/commitjob.h"

namespace Kintsugi {

/*! A batch whose COMMIT failed after all of it may have reached the disk (an fsync that failed, an
 * index of the log that could not be enlarged).
 *
 *  Nobody sees it: the shared index of the log ends before it, and the next commit overwrites it.
 * But until then whoever rebuilds that index from the log, the next process after a crash or one
 * that finds it torn, finds a whole transaction there and makes it true. So its jobs can neither be
 * refused nor go again: they stay here with the answers they have, until a commit of the writer's
 * own has come to the same place in the log. In that transaction one look tells whether the batch
 * is there.
 */
class UnsureBatch
{
public:
    UnsureBatch(CommitJobs jobs, const WriteContext &context);

    /*! Looks for what the batch wrote. One of neither events nor memos leaves no mark: it only says
     * what may be said twice. */
    [[nodiscard]] bool isIn(Connection &db) const;

    CommitJobs jobs;
    QList<Event> events;
    QList<TaskId> changed;
    QList<UserId> slots; //!< As in the WriteContext: given back when the batch has left nothing.
    QList<UserId> admitted;

private:
    QList<StepMark> m_steps;
};

} // namespace Kintsugi
