// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"

#include <QString>

namespace Kintsugi {

/*! The file of locks beside a store ("tasks.db-lock"): the kernel frees them when a process dies,
 * however it dies.
 *
 *  One byte is the turn to commit or to checkpoint: SQLite 3.40 can corrupt a file when a commit
 * races a second checkpoint (its WAL-reset bug), so all processes take turns. Each worker holds one
 * byte of its own for as long as it lives: a free byte means that it is dead, known at once.
 *
 *  Open-file-description locks (fcntl, Linux): they belong to this object, not to the process, so
 * two engines in one process exclude each other too, and a child process cannot hold one
 * (O_CLOEXEC).
 *
 *  Thread: any; the caller keeps one object's commit turn to one thread.
 */
class LockFile
{
public:
    LockFile() = default;
    LockFile(LockFile &&other) noexcept;
    LockFile &operator=(LockFile &&other) noexcept;
    LockFile(const LockFile &) = delete;
    LockFile &operator=(const LockFile &) = delete;
    ~LockFile();

    [[nodiscard]] static Expected<LockFile> open(const QString &path);

    [[nodiscard]] bool lockCommits(); //!< Waits for the turn.
    void unlockCommits();

    [[nodiscard]] bool holdWorker(qint64 worker); //!< False when another object holds that byte.
    /*! Whether somebody else holds the byte; one's own is not seen. */
    [[nodiscard]] bool isWorkerHeld(qint64 worker) const;

private:
    int m_fd = -1;
};

/*! The commit turn, given back at the end of the scope. */
class CommitTurn
{
public:
    explicit CommitTurn(LockFile &locks)
        : m_locks(locks)
        , m_held(locks.lockCommits())
    {}
    ~CommitTurn()
    {
        if (m_held)
            m_locks.unlockCommits();
    }
    CommitTurn(const CommitTurn &) = delete;
    CommitTurn &operator=(const CommitTurn &) = delete;

    [[nodiscard]] bool isHeld() const { return m_held; }

private:
    LockFile &m_locks;
    bool m_held;
};

} // namespace Kintsugi
