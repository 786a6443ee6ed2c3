// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/store/storefile.h"

#include "engine/store/connection.h"
#include "engine/store/migrator.h"

#include <sqlite3.h>

#include <QDir>
#include <QFileInfo>

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

struct Found
{
    QByteArray head; //!< The first bytes, as many as SQLite's magic has.
    qint64 bytes = 0;
};

Expected<Found> lookAt(const QString &path)
{
    const int descriptor =
        ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return failure(ErrorCode::StoreUnavailable,
                       u"cannot open %1: %2"_s.arg(path, qt_error_string(errno)));
    Found found{QByteArray(16, '\0')};
    found.head.truncate(qMax(0, ::read(descriptor, found.head.data(), size_t(found.head.size()))));
    found.bytes = ::lseek(descriptor, 0, SEEK_END);
    ::close(descriptor);
    return found;
}

/*! Asks SQLite what is in the file, in a way that leaves no trace. */
Expected<void> identify(const QString &path)
{
    // Without a log the file is all there is. With one it must be read too, for which SQLite wants
    // an index of it beside the file, unless it has the file for itself.
    const bool hasLog = QFileInfo(path + "-wal"_L1).size() > 0;
    const bool hasIndex = QFileInfo::exists(path + "-shm"_L1);
    const auto mode = !hasLog ? Connection::Mode::Immutable
        : hasIndex            ? Connection::Mode::ReadOnly
                              : Connection::Mode::Alone;
    auto db = Connection::open(path, mode);
    if (!db)
        return std::unexpected(db.error());
    const auto version = storeVersion(*db);
    if (version)
        return {};
    const int code = db->lastCode() & 0xff;
    if (code == SQLITE_BUSY)
        return {}; // Somebody has it open: then it is looked at again, in its turn.
    if (code == SQLITE_NOTADB)
        return failure(
            ErrorCode::StoreForeign,
            u"the file is no Kintsugi store; it was left as it is: choose another --db"_s);
    return std::unexpected(version.error());
}

} // namespace

Expected<QString> prepareStoreFile(const QString &path)
{
    const QString folder = QFileInfo(path).absolutePath();
    if (!QDir().mkpath(folder))
        return failure(ErrorCode::StoreUnavailable, u"cannot make the folder %1"_s.arg(folder));
    if (const QFileInfo there(path); there.exists() && !there.isFile())
        return failure(ErrorCode::StoreUnavailable,
                       u"%1 is no file: choose another --db"_s.arg(path));
    const auto found = lookAt(path);
    if (!found)
        return std::unexpected(found.error());
    const QString truePath = QFileInfo(path).canonicalFilePath();
    if (found->bytes == 0) {
        // SQLite would throw the log away, and it may be all that is left of a store.
        if (QFileInfo(truePath + "-wal"_L1).size() > 0)
            return failure(
                ErrorCode::StoreUnavailable,
                u"%1 is empty, but there is a write-ahead log beside it; both were left as they are: look into them with \"kintsugi-cli doctor --db %1\""_s
                    .arg(path));
        return truePath;
    }
    if (found->head != QByteArrayView("SQLite format 3\0", 16))
        return failure(
            ErrorCode::StoreForeign,
            u"%1 is no Kintsugi store; it was left as it is: choose another --db"_s.arg(path));
    if (const auto ours = identify(truePath); !ours) {
        Error error = ours.error();
        if (!error.message.contains(truePath))
            error.message = u"%1: %2"_s.arg(path, error.message);
        return std::unexpected(error);
    }
    return truePath;
}

} // namespace Kintsugi
