// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <sqlite3.h>

#include <atomic>
#include <functional>
#include <optional>

namespace Kintsugi {

/*! SQLite's way to the disk, with faults: a VFS over the one for Unix that makes chosen calls fail.
 *
 *  It is the default of the whole process from its first use on, so it stands between the store and
 * its files like a disk would. (Modes of files cannot do that: root may write anything.)
 *
 *  Thread: any; a fault is seen by all connections.
 */
class FaultVfs
{
public:
    enum class Call { Open, Read, Write, Sync, Truncate, ShmMap, ShmLock };
    enum class File { Any, Main, Log };
    /*! What of a call that fails happens all the same. */
    enum class Effect { None, Half, All };

    struct Fault
    {
        Call call = Call::Write;
        File file = File::Any;
        int code = SQLITE_IOERR;
        Effect effect = Effect::None;
        int after = 0; //!< Calls of that kind that go well before.
        int times = 1'000'000'000; //!< Calls that fail.
    };

    static FaultVfs &instance();

    void set(const Fault &fault); //!< In place of the one before.
    void heal(); //!< All goes well from now on.
    [[nodiscard]] int hits() const { return m_hits; } //!< Calls that failed since set().

    /*! Called before each call that may be made to fail, in its thread; null for none. Set while no
     * store is open. */
    void watch(std::function<void(Call, File)> watcher)
    {
        m_watcher = std::move(watcher);
        m_hits = 0;
    }
    [[nodiscard]] int mappings() const { return m_mappings; } //!< Pages read through a memory map.

    /*! For the shim: the fault of this call, if it is to fail. */
    [[nodiscard]] std::optional<Fault> strike(Call call, File file);
    void noteMapping() { ++m_mappings; }

private:
    FaultVfs();

    std::atomic<bool> m_isSet = false;
    Fault m_fault; // Under a mutex.
    std::atomic<int> m_seen = 0;
    std::atomic<int> m_hits = 0;
    std::atomic<int> m_mappings = 0;
    std::function<void(Call, File)> m_watcher;
};

/*! A fault that ends with its scope. */
class FaultScope
{
public:
    explicit FaultScope(const FaultVfs::Fault &fault) { FaultVfs::instance().set(fault); }
    ~FaultScope() { FaultVfs::instance().heal(); }
    FaultScope(const FaultScope &) = delete;
    FaultScope &operator=(const FaultScope &) = delete;
};

} // namespace Kintsugi
