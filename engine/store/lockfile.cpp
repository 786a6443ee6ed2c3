// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/store/lockfile.h"

#include <QFile>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <unistd.h>
#include <utility>

namespace Kintsugi {

using namespace std::chrono_literals;

namespace {

constexpr qint64 kCommitByte = 0;
constexpr qint64 kDoorByte = 1;
constexpr qint64 kFirstWorkerByte = 1024;
constexpr std::chrono::microseconds kFirstRest = 50us;
constexpr std::chrono::microseconds kShortRest = 1ms; // While it may be an ordinary commit.
constexpr std::chrono::microseconds kLongRest = 25ms;
constexpr std::chrono::microseconds kLongerThanACommit = 250ms;

struct flock range(short type, qint64 start)
{
    struct flock lock = {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = start;
    lock.l_len = 1;
    return lock;
}

} // namespace

void takeRest(std::chrono::microseconds time)
{
    std::mutex mutex;
    std::condition_variable never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, time, [] { return false; });
}

Rest patience(std::chrono::seconds limit)
{
    return [limit](std::chrono::microseconds next, std::chrono::microseconds soFar) {
        if (soFar >= limit)
            return false;
        takeRest(next);
        return true;
    };
}

LockFile::LockFile(LockFile &&other) noexcept
    : m_fd(std::exchange(other.m_fd, -1))
{}

LockFile &LockFile::operator=(LockFile &&other) noexcept
{
    std::swap(m_fd, other.m_fd);
    return *this;
}

LockFile::~LockFile()
{
    if (m_fd >= 0)
        close(m_fd);
}

Expected<LockFile> LockFile::open(const QString &path)
{
    LockFile file;
    file.m_fd = ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file.m_fd < 0)
        return failure(ErrorCode::StoreUnavailable,
                       QStringLiteral("cannot open the lock file %1: %2")
                           .arg(path, QString::fromLocal8Bit(std::strerror(errno))));
    return file;
}

LockFile LockFile::lookAt(const QString &path)
{
    LockFile file;
    file.m_fd = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    return file;
}

bool LockFile::lock(qint64 byte) const
{
    struct flock lock = range(F_WRLCK, byte);
    return fcntl(m_fd, F_OFD_SETLK, &lock) == 0;
}

void LockFile::unlock(qint64 byte) const
{
    struct flock lock = range(F_UNLCK, byte);
    fcntl(m_fd, F_OFD_SETLK, &lock);
}

bool LockFile::lockCommits(const Rest &rest)
{
    std::chrono::microseconds soFar{};
    const auto take = [&](qint64 byte) {
        std::chrono::microseconds next = kFirstRest;
        while (!lock(byte)) {
            if (errno != EAGAIN && errno != EACCES && errno != EINTR)
                return false;
            if (!rest(next, soFar))
                return false;
            soFar += next;
            next = soFar > kLongerThanACommit ? kLongRest : std::min(next * 3 / 2, kShortRest);
        }
        return true;
    };
    if (!take(kDoorByte))
        return false;
    const bool held = take(kCommitByte);
    unlock(kDoorByte);
    return held;
}

void LockFile::unlockCommits()
{
    unlock(kCommitByte);
}

bool LockFile::holdWorker(qint64 worker)
{
    return lock(kFirstWorkerByte + worker);
}

bool LockFile::isWorkerHeld(qint64 worker) const
{
    return isHeld(kFirstWorkerByte + worker);
}

bool LockFile::isTurnHeld() const
{
    return isHeld(kCommitByte);
}

bool LockFile::isHeld(qint64 byte) const
{
    struct flock lock = range(F_WRLCK, byte);
    return fcntl(m_fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

} // namespace Kintsugi
