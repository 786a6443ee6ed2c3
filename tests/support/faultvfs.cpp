// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/faultvfs.h"

#include <mutex>

namespace Kintsugi {

namespace {

std::mutex &faultMutex()
{
    static std::mutex mutex;
    return mutex;
}

sqlite3_vfs *unixVfs()
{
    static sqlite3_vfs *vfs = sqlite3_vfs_find("unix");
    return vfs;
}

/*! A file as SQLite sees it; the one for Unix lies behind it in the same memory. */
struct Shim
{
    sqlite3_file base;
    FaultVfs::File kind;

    static Shim &of(sqlite3_file *file) { return *reinterpret_cast<Shim *>(file); }
    static sqlite3_file *real(sqlite3_file *file)
    {
        return reinterpret_cast<sqlite3_file *>(reinterpret_cast<char *>(file) + sizeof(Shim));
    }
};

std::optional<FaultVfs::Fault> strike(sqlite3_file *file, FaultVfs::Call call)
{
    return FaultVfs::instance().strike(call, Shim::of(file).kind);
}

int closeFile(sqlite3_file *file)
{
    sqlite3_file *real = Shim::real(file);
    return real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;
}

int readFile(sqlite3_file *file, void *data, int amount, sqlite3_int64 offset)
{
    if (const auto fault = strike(file, FaultVfs::Call::Read))
        return fault->code;
    sqlite3_file *real = Shim::real(file);
    return real->pMethods->xRead(real, data, amount, offset);
}

int writeFile(sqlite3_file *file, const void *data, int amount, sqlite3_int64 offset)
{
    sqlite3_file *real = Shim::real(file);
    if (const auto fault = strike(file, FaultVfs::Call::Write)) {
        if (fault->effect != FaultVfs::Effect::None)
            real->pMethods->xWrite(
                real, data, fault->effect == FaultVfs::Effect::Half ? amount / 2 : amount, offset);
        return fault->code;
    }
    return real->pMethods->xWrite(real, data, amount, offset);
}

int truncateFile(sqlite3_file *file, sqlite3_int64 size)
{
    if (const auto fault = strike(file, FaultVfs::Call::Truncate))
        return fault->code;
    sqlite3_file *real = Shim::real(file);
    return real->pMethods->xTruncate(real, size);
}

int syncFile(sqlite3_file *file, int flags)
{
    sqlite3_file *real = Shim::real(file);
    if (const auto fault = strike(file, FaultVfs::Call::Sync)) {
        if (fault->effect != FaultVfs::Effect::None)
            real->pMethods->xSync(real, flags);
        return fault->code;
    }
    return real->pMethods->xSync(real, flags);
}

int fileSize(sqlite3_file *file, sqlite3_int64 *size)
{
    sqlite3_file *real = Shim::real(file);
    return real->pMethods->xFileSize(real, size);
}

int lockFile(sqlite3_file *file, int level)
{
    sqlite3_file *real = Shim::real(file);
    return real->pMethods->xLock(real, level);
}

int unlockFile(sqlite3_file *file, int level)
{
    sqlite3_file *real = Shim::real(file);
    return real->pMethods->xUnlock(real, level);
}

int checkReservedLock(sqlite3_file *file, int *held)
{
    sqlite3_file *real = Shim::real(file);
    return real->pMethods->xCheckReservedLock(real, held);
}

int controlFile(sqlite3_file *file, int what, void *argument)
{
    sqlite3_file *real = Shim::real(file);
    return real->pMethods->xFileControl(real, what, argument);
}

int sectorSize(sqlite3_file *file)
{
    sqlite3_file *real = Shim::real(file);
    return real->pMethods->xSectorSize(real);
}

int deviceCharacteristics(sqlite3_file *file)
{
    sqlite3_file *real = Shim::real(file);
    return real->pMethods->xDeviceCharacteristics(real);
}

int mapShared(sqlite3_file *file, int region, int size, int extend, void volatile **memory)
{
    if (const auto fault = strike(file, FaultVfs::Call::ShmMap)) {
        *memory = nullptr;
        return fault->code;
    }
    sqlite3_file *real = Shim::real(file);
    return real->pMethods->xShmMap(real, region, size, extend, memory);
}

int lockShared(sqlite3_file *file, int offset, int count, int flags)
{
    if ((flags & SQLITE_SHM_LOCK) != 0) {
        if (const auto fault = strike(file, FaultVfs::Call::ShmLock))
            return fault->code;
    }
    sqlite3_file *real = Shim::real(file);
    return real->pMethods->xShmLock(real, offset, count, flags);
}

void barrierShared(sqlite3_file *file)
{
    sqlite3_file *real = Shim::real(file);
    real->pMethods->xShmBarrier(real);
}

int unmapShared(sqlite3_file *file, int deletes)
{
    sqlite3_file *real = Shim::real(file);
    return real->pMethods->xShmUnmap(real, deletes);
}

int fetchFile(sqlite3_file *file, sqlite3_int64 offset, int amount, void **page)
{
    sqlite3_file *real = Shim::real(file);
    const int code = real->pMethods->xFetch(real, offset, amount, page);
    if (*page)
        FaultVfs::instance().noteMapping();
    return code;
}

int unfetchFile(sqlite3_file *file, sqlite3_int64 offset, void *page)
{
    sqlite3_file *real = Shim::real(file);
    return real->pMethods->xUnfetch(real, offset, page);
}

constexpr sqlite3_io_methods kMethods{.iVersion = 3,
                                      .xClose = closeFile,
                                      .xRead = readFile,
                                      .xWrite = writeFile,
                                      .xTruncate = truncateFile,
                                      .xSync = syncFile,
                                      .xFileSize = fileSize,
                                      .xLock = lockFile,
                                      .xUnlock = unlockFile,
                                      .xCheckReservedLock = checkReservedLock,
                                      .xFileControl = controlFile,
                                      .xSectorSize = sectorSize,
                                      .xDeviceCharacteristics = deviceCharacteristics,
                                      .xShmMap = mapShared,
                                      .xShmLock = lockShared,
                                      .xShmBarrier = barrierShared,
                                      .xShmUnmap = unmapShared,
                                      .xFetch = fetchFile,
                                      .xUnfetch = unfetchFile};

int openFile(sqlite3_vfs *, const char *name, sqlite3_file *file, int flags, int *outFlags)
{
    Shim &shim = Shim::of(file);
    shim.base.pMethods = nullptr;
    shim.kind = (flags & SQLITE_OPEN_MAIN_DB) != 0 ? FaultVfs::File::Main
        : (flags & SQLITE_OPEN_WAL) != 0           ? FaultVfs::File::Log
                                                   : FaultVfs::File::Any;
    if (const auto fault = strike(file, FaultVfs::Call::Open))
        return fault->code;
    sqlite3_file *real = Shim::real(file);
    const int code = unixVfs()->xOpen(unixVfs(), name, real, flags, outFlags);
    if (real->pMethods)
        shim.base.pMethods = &kMethods;
    return code;
}

} // namespace

FaultVfs::FaultVfs()
{
    static sqlite3_vfs vfs = *unixVfs();
    vfs.szOsFile += int(sizeof(Shim));
    vfs.pNext = nullptr;
    vfs.zName = "kintsugi-faults";
    vfs.xOpen = openFile;
    sqlite3_vfs_register(&vfs, 1);
}

FaultVfs &FaultVfs::instance()
{
    static FaultVfs faults;
    return faults;
}

void FaultVfs::set(const Fault &fault)
{
    const std::scoped_lock lock(faultMutex());
    m_fault = fault;
    m_seen = 0;
    m_hits = 0;
    m_isSet = true;
}

void FaultVfs::heal()
{
    m_isSet = false;
}

std::optional<FaultVfs::Fault> FaultVfs::strike(Call call, File file)
{
    if (m_watcher)
        m_watcher(call, file);
    if (!m_isSet)
        return std::nullopt;
    const std::scoped_lock lock(faultMutex());
    if (!m_isSet || m_fault.call != call || (m_fault.file != File::Any && m_fault.file != file))
        return std::nullopt;
    const int nth = m_seen++;
    if (nth < m_fault.after || nth >= m_fault.after + m_fault.times)
        return std::nullopt;
    ++m_hits;
    return m_fault;
}

} // namespace Kintsugi
