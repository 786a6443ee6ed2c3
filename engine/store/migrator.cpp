// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/store/migrator.h"

#include "engine/store/connection.h"

#include <QFile>

#include <array>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kApplicationId = 0x4b696e74; // "Kint"
// By version, from 1 on. Never edited once a store has it.
constexpr std::array kMigrations{"V001__initial.sql", "V002__context.sql", "V003__workers.sql"};
constexpr int kVersion = int(kMigrations.size());

qint64 pragma(Connection &db, const char *sql)
{
    Query query(db, sql);
    return query.next() ? query.integer(0) : 0;
}

Expected<void> checked(Connection &db)
{
    if (auto error = db.takeError())
        return std::unexpected(*error);
    return {};
}

Expected<void> refuseForeign(Connection &db)
{
    const qint64 application = pragma(db, "PRAGMA application_id");
    const qint64 tables = pragma(db, "SELECT count(*) FROM sqlite_schema");
    if (auto done = checked(db); !done)
        return done;
    if (application == kApplicationId || (application == 0 && tables == 0))
        return {};
    return failure(
        ErrorCode::StoreForeign,
        u"the file is a SQLite database, but no Kintsugi store; it was left as it is: choose another --db"_s);
}

} // namespace

Expected<qint64> storeVersion(Connection &db)
{
    if (auto ours = refuseForeign(db); !ours)
        return std::unexpected(ours.error());
    const qint64 version = pragma(db, "PRAGMA user_version");
    if (auto done = checked(db); !done)
        return std::unexpected(done.error());
    if (version > kVersion)
        return failure(
            ErrorCode::StoreNewer,
            QStringLiteral(
                "the store has version %1, this program knows up to %2; it was left as it is: "
                "use a newer Kintsugi")
                .arg(version)
                .arg(kVersion));
    return version;
}

int knownStoreVersion()
{
    return kVersion;
}

Expected<void> migrate(Connection &db)
{
    const auto version = storeVersion(db);
    if (!version)
        return std::unexpected(version.error());
    if (*version == kVersion)
        return {};

    db.execute("PRAGMA journal_mode = WAL");
    for (qint64 next = *version + 1; next <= kVersion; ++next) {
        QFile file(":/kintsugi/migrations/"_L1 + QLatin1StringView(kMigrations[size_t(next) - 1]));
        if (!file.open(QIODevice::ReadOnly))
            return failure(ErrorCode::Internal,
                           u"the migration %1 is missing from the program"_s.arg(next));
        db.execute("BEGIN IMMEDIATE");
        db.execute(file.readAll().constData());
        db.execute(u"PRAGMA application_id = %1; PRAGMA user_version = %2"_s.arg(kApplicationId)
                       .arg(next)
                       .toUtf8()
                       .constData());
        db.execute("COMMIT");
        if (auto done = checked(db); !done) {
            db.execute("ROLLBACK");
            (void)db.takeError();
            return done;
        }
    }
    return {};
}

} // namespace Kintsugi
