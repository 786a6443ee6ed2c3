// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/store/checkpointer.h"

#include "engine/model/limits.h"
#include "engine/store/connection.h"
#include "engine/store/lockfile.h"

#include <sqlite3.h>

#include <QLoggingCategory>

Q_LOGGING_CATEGORY(lcCheckpoint, "kintsugi.store.checkpoint")

namespace Kintsugi {

using namespace std::chrono_literals;

namespace {

constexpr int kPageBytes = 4096;
constexpr int kIdlePages = 256;

} // namespace

Checkpointer::Checkpointer(Connection &db, LockFile &locks)
    : m_db(db)
    , m_locks(locks)
{
    sqlite3_wal_hook(
        m_db.handle(),
        [](void *self, sqlite3 *, const char *, int pages) {
            static_cast<Checkpointer *>(self)->m_pages = pages;
            return SQLITE_OK;
        },
        this);
}

void Checkpointer::underLoad()
{
    from(int(Limits::kWalBytes / kPageBytes));
}

void Checkpointer::whenIdle()
{
    from(kIdlePages + 1);
}

void Checkpointer::atTheEnd()
{
    from(1);
}

void Checkpointer::from(int pages)
{
    if (m_pages < pages || (m_pagesAtFailure > 0 && m_pages < m_pagesAtFailure + kIdlePages))
        return;
    run();
}

bool Checkpointer::run()
{
    const CommitTurn turn(m_locks, [](auto next, auto soFar) {
        if (soFar >= 100ms)
            return false; // Nobody waits for it.
        takeRest(next);
        return true;
    });
    if (!turn.isHeld())
        return false;
    int frames = 0;
    int moved = 0;
    const int code = sqlite3_wal_checkpoint_v2(m_db.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                               &frames, &moved);
    if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) {
        qCWarning(lcCheckpoint).noquote()
            << "the log of" << m_db.path()
            << "could not be moved into it:" << sqlite3_errmsg(m_db.handle()) << "- SQLite's code"
            << code;
        m_pagesAtFailure = m_pages;
        return false;
    }
    // Counted anew from the next commit; what a reader kept back is in that count again.
    m_pages = 0;
    m_pagesAtFailure = 0;
    return code == SQLITE_OK && frames == moved;
}

} // namespace Kintsugi
