// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

namespace Kintsugi {

class Connection;
class LockFile;

/*! Moves a store's log into its file, always in its turn: nobody else does, see LockFile.
 *
 *  A checkpoint that fails loses nothing, the log has it all; it is tried again when the log has
 * grown.
 *
 *  Thread: the writer's.
 */
class Checkpointer
{
public:
    /*! Both outlive this. */
    Checkpointer(Connection &db, LockFile &locks);
    Checkpointer(const Checkpointer &) = delete;
    Checkpointer &operator=(const Checkpointer &) = delete;

    void underLoad(); //!< When the log is too long.
    void whenIdle(); //!< When it is worth it.
    void atTheEnd(); //!< When there is anything in it.
    bool run(); //!< True when the whole log is in the file now.

private:
    void from(int pages);

    Connection &m_db;
    LockFile &m_locks;
    int m_pages = 0; // Of the log, as the last commit left it.
    int m_pagesAtFailure = 0; // When the last one failed.
};

} // namespace Kintsugi
