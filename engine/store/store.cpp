// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/store/store.h"

#include "engine/store/migrator.h"
#include "engine/store/storefile.h"

#include <QFileInfo>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::seconds kPatience{10}; // For another process that opens, or writes much.

/*! A store works with a write-ahead log only; whoever has switched it off had no other reader. */
Expected<void> switchToLog(Connection &db)
{
    Query mode(db, "PRAGMA journal_mode = WAL");
    const bool isLogged = mode.next() && mode.text(0) == "wal"_L1;
    if (auto error = db.takeError())
        return std::unexpected(*error);
    if (!isLogged)
        return failure(ErrorCode::StoreUnavailable,
                       u"the write-ahead log cannot be switched on: is it open elsewhere?"_s);
    return {};
}

} // namespace

Store::Store(StoreConfig config)
    : m_config(std::move(config))
    , m_identity(thisProcess())
{
    m_pool.setMaxThreadCount(2);
}

Expected<std::unique_ptr<Store>> Store::open(const StoreConfig &config, const Clock &clock,
                                             Committer::Sink sink)
{
    if (config.path == ":memory:"_L1 || config.path.isEmpty())
        return failure(ErrorCode::StoreUnavailable,
                       u"a store needs a file: nothing in memory survives a crash"_s);
    const auto path = prepareStoreFile(config.path);
    if (!path)
        return std::unexpected(path.error());
    std::unique_ptr<Store> store(new Store(config));
    store->m_config.path = *path;
    auto locks = LockFile::open(*path + "-lock"_L1);
    if (!locks)
        return std::unexpected(locks.error());
    store->m_locks = std::move(*locks);

    auto db = Connection::open(*path, Connection::Mode::ReadWrite);
    if (!db)
        return std::unexpected(db.error());
    {
        const CommitTurn turn(store->m_locks, patience(kPatience));
        if (!turn.isHeld())
            return failure(
                ErrorCode::StoreUnavailable,
                u"another process is in the middle of a write to %1 and does not end it"_s.arg(
                    config.path));
        auto ready = migrate(*db);
        if (ready)
            ready = switchToLog(*db);
        if (!ready) {
            Error error = ready.error();
            error.message = u"%1: %2"_s.arg(config.path, error.message);
            return std::unexpected(error);
        }
        db->execute("BEGIN IMMEDIATE");
        const qint64 self = registerWorker(*db, store->m_locks, clock, store->m_identity,
                                           config.drivesAll, config.limits.maxRunning);
        db->execute("COMMIT");
        if (auto error = db->takeError())
            return std::unexpected(*error);
        if (self == 0)
            return failure(ErrorCode::StoreUnavailable,
                           u"the worker's lock of %1 could not be taken"_s.arg(config.path));
        store->m_judge.emplace(Judge{store->m_locks, clock, self, store->m_identity.bootId,
                                     config.staleAfter, config.drivesAll, clock.now(),
                                     clock.monotonic(), store->m_identity.name});
    }
    store->m_admission.emplace(config.limits, clock);
    store->m_committer = std::make_unique<Committer>(
        std::move(*db), store->m_locks, *store->m_judge, *store->m_admission, config.drivable,
        std::move(sink), config.foreignPollInterval);
    return store;
}

Store::~Store()
{
    m_pool.waitForDone();
    takeBack(&m_pool);
    m_committer.reset();
}

QString Store::filesOf(const TaskId &id) const
{
    return u"%1-files/%2"_s.arg(m_config.path, id.toString());
}

qint64 Store::bytes() const
{
    return QFileInfo(m_config.path).size() + QFileInfo(m_config.path + "-wal"_L1).size();
}

Expected<std::unique_ptr<Reader>> Store::takeReader()
{
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_idle.empty()) {
            auto reader = std::move(m_idle.back());
            m_idle.pop_back();
            return reader;
        }
    }
    auto db = Connection::open(m_config.path, Connection::Mode::ReadOnly);
    if (!db)
        return std::unexpected(db.error());
    return std::make_unique<Reader>(std::move(*db), *m_judge);
}

void Store::giveBack(std::unique_ptr<Reader> reader)
{
    const std::scoped_lock lock(m_mutex);
    m_idle.push_back(std::move(reader));
}

} // namespace Kintsugi
