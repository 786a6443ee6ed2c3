// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/host/environment.h"

#include "engine/runtime/faultpoints.h"

#include <QStandardPaths>

namespace Kintsugi::Environment {

using namespace Qt::StringLiterals;

namespace {
constexpr quint16 kDefaultPort = 7420;
constexpr QLatin1StringView kPostgresChooser = "PGHOST"_L1;

std::unexpected<Error> noPostgres(const QString &why)
{
    return failure(
        ErrorCode::StoreUnavailable,
        u"%1 asks for a PostgreSQL store, which this version does not have; name a file with --db FILE"_s
            .arg(why));
}
} // namespace

QString storeChooser(const std::optional<QString> &dbFlag)
{
    if (dbFlag)
        return u"--db"_s;
    if (!qEnvironmentVariable("KINTSUGI_DB").isEmpty())
        return u"KINTSUGI_DB"_s;
    return qEnvironmentVariable("PGHOST").isEmpty() ? u"the default"_s : QString(kPostgresChooser);
}

Expected<StoreChoice> chooseStore(const std::optional<QString> &dbFlag)
{
    const QString chooser = storeChooser(dbFlag);
    if (chooser == kPostgresChooser)
        return noPostgres(chooser);
    const QString fromEnvironment = qEnvironmentVariable("KINTSUGI_DB");
    const StoreChoice choice{dbFlag                           ? *dbFlag
                                 : !fromEnvironment.isEmpty() ? fromEnvironment
                                                              : dataFolder() + u"/tasks.db"_s,
                             chooser};
    if (choice.path.startsWith(u"postgresql://"_s) || choice.path.startsWith(u"postgres://"_s))
        return noPostgres(choice.reason);
    if (choice.path.isEmpty())
        return failure(ErrorCode::StoreUnavailable, u"%1 names no file"_s.arg(choice.reason));
    return choice;
}

Expected<quint16> choosePort(const std::optional<QString> &portFlag)
{
    const QString text = portFlag.value_or(qEnvironmentVariable("KINTSUGI_PORT"));
    if (text.isEmpty() && !portFlag)
        return kDefaultPort;
    bool isPort = false;
    const uint port = text.toUInt(&isPort);
    if (!isPort || port > 65535)
        return failure(ErrorCode::InvalidArgument, u"\"%1\" is no port: 0 to 65535"_s.arg(text));
    return quint16(port);
}

bool isProduction()
{
    return qEnvironmentVariable("KINTSUGI_ENV") == u"production"_s;
}

bool isTestMode()
{
    return qEnvironmentVariable("KINTSUGI_TEST_MODE") == u"1"_s;
}

Expected<std::shared_ptr<FaultPoints>> armedFault(bool isTest)
{
    const QByteArray text = qgetenv("KINTSUGI_FAULT");
    if (text.isEmpty() || !isTest || isProduction())
        return nullptr;
    const auto fault = faultFromText(text);
    if (!fault)
        return failure(
            ErrorCode::InvalidArgument,
            u"KINTSUGI_FAULT is like step_before:1:kill (point, occurrence, drop or kill), not \"%1\""_s
                .arg(QString::fromLocal8Bit(text)));
    auto faults = std::make_shared<FaultPoints>(); // Shared with the engine that it strikes.
    faults->arm(*fault);
    return faults;
}

QString dataFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + u"/kintsugi"_s;
}

} // namespace Kintsugi::Environment
