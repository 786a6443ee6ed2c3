// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"

#include <QString>

#include <chrono>
#include <functional>

namespace Kintsugi {

/*! Rests before the next look at a lock that somebody else holds: gets for how long, and how long
 * all rests were so far. False gives the lock up. */
using Rest = std::function<bool(std::chrono::microseconds next, std::chrono::microseconds soFar)>;
void takeRest(std::chrono::microseconds time); //!< Blocks the thread, and does nothing in it.
[[nodiscard]] Rest patience(std::chrono::seconds limit); //!< Rests until the limit is reached.

/*! The file of locks beside a store ("tasks.db-lock"): the kernel frees them when a process dies,
 * however it dies.
 *
 *  One byte is the turn to commit or to checkpoint: SQLite 3.40 can corrupt a file when a commit
 * races a second checkpoint (its WAL-reset bug), so all processes take turns. Each worker holds one
 * byte of its own for as long as it lives: a free byte means that it is dead, known at once.
 *
 *  Whoever wants the turn first stands at the door, a byte of its own, and leaves it with the turn
 * in hand. So one that commits without a pause cannot pass by one that waits. Waiting is looking
 * again and again, seldom after a while: a lock of the kernel's could not be given up.
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
    /*! Only for isWorkerHeld() and isTurnHeld(), and never makes the file: what is not there holds
     * nothing. */
    [[nodiscard]] static LockFile lookAt(const QString &path);

    /*! Waits for the turn. False when \a rest gave up, or when there is no file. */
    [[nodiscard]] bool lockCommits(const Rest &rest = patience(std::chrono::seconds(60)));
    void unlockCommits();

    [[nodiscard]] bool holdWorker(qint64 worker); //!< False when another object holds that byte.
    [[nodiscard]] bool isOpen() const { return m_fd >= 0; }
    [[nodiscard]] bool isTurnHeld() const; //!< To commit, by somebody else, at this moment.
    /*! Whether somebody else holds the byte; one's own is not seen. */
    [[nodiscard]] bool isWorkerHeld(qint64 worker) const;

private:
    [[nodiscard]] bool lock(qint64 byte) const;
    [[nodiscard]] bool isHeld(qint64 byte) const;
    void unlock(qint64 byte) const;

    int m_fd = -1;
};

/*! The commit turn, given back at the end of the scope. */
class CommitTurn
{
public:
    explicit CommitTurn(LockFile &locks, const Rest &rest = patience(std::chrono::seconds(60)))
        : m_locks(locks)
        , m_held(locks.lockCommits(rest))
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
