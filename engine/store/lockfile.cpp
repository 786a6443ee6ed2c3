// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/store/lockfile.h"

#include <QFile>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace Kintsugi {

namespace {

constexpr off_t kCommitByte = 0;
constexpr off_t kFirstWorkerByte = 1024;

struct flock range(short type, off_t start)
{
    struct flock lock = {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = start;
    lock.l_len = 1;
    return lock;
}

} // namespace

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

bool LockFile::lockCommits()
{
    struct flock lock = range(F_WRLCK, kCommitByte);
    int done = 0;
    do {
        done = fcntl(m_fd, F_OFD_SETLKW, &lock);
    } while (done == -1 && errno == EINTR);
    return done == 0;
}

void LockFile::unlockCommits()
{
    struct flock lock = range(F_UNLCK, kCommitByte);
    fcntl(m_fd, F_OFD_SETLK, &lock);
}

bool LockFile::holdWorker(qint64 worker)
{
    struct flock lock = range(F_WRLCK, kFirstWorkerByte + worker);
    return fcntl(m_fd, F_OFD_SETLK, &lock) == 0;
}

bool LockFile::isWorkerHeld(qint64 worker) const
{
    struct flock lock = range(F_WRLCK, kFirstWorkerByte + worker);
    return fcntl(m_fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

} // namespace Kintsugi
