// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/store/commitjob.h"

namespace Kintsugi {

/*! Finds what other processes have committed to the same file.
 *
 *  Their commits show in PRAGMA data_version, which changes for them and not for our own. Then the
 * log is read from the last position that was handed over. Our own batches move that position along
 * as long as nothing foreign stands before them; where it does, what we wrote behind it is read
 * back too, and whoever listens drops it by its seq.
 *
 *  Thread: the writer's.
 */
class OthersCommits
{
public:
    explicit OthersCommits(Connection &db);

    void noteOwn(const QList<Event> &events);
    /*! What is new since the last look. An error of \a db is left in it. */
    [[nodiscard]] CommittedBatch look(Connection &db, qint64 self);
    [[nodiscard]] bool hasMore() const { return m_hasMore; } //!< One look was not enough.

private:
    qint64 m_dataVersion = 0;
    Position m_seenPosition = 0; // Everything up to here was handed over.
    bool m_hasMore = false;
};

} // namespace Kintsugi
