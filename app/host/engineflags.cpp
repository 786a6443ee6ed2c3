// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/host/engineflags.h"

#include <QCommandLineParser>

#include <array>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

using Scope = EngineFlag::Scope;

constexpr qint64 kHour = 3'600'000;
constexpr qint64 kYear = 365 * 24 * kHour;
constexpr qint64 kMany = 1'000'000;

constexpr std::array kFlags{
    EngineFlag{"stale-ms"_L1, "MS"_L1, "A silent worker's tasks are stale after that (5000)."_L1,
               Scope::Reading, 100, kHour,
               [](EngineConfig &config, qint64 ms) { config.staleAfter = milliseconds(ms); }},
    EngineFlag{"park-after-ms"_L1, "MS"_L1,
               "A longer sleep gives up its memory and is a row until it ends (10000)."_L1,
               Scope::Driving, 0, kYear,
               [](EngineConfig &config, qint64 ms) { config.parkAfter = milliseconds(ms); }},
    EngineFlag{"recovery-interval-ms"_L1, "MS"_L1,
               "How often stale tasks are looked for (1000)."_L1, Scope::Serving, 10, kHour,
               [](EngineConfig &config, qint64 ms) { config.recoveryInterval = milliseconds(ms); }},
    EngineFlag{"rate"_L1, "N"_L1, "At most so many new tasks a minute (0: no limit)."_L1,
               Scope::Serving, 0, kMany,
               [](EngineConfig &config, qint64 n) { config.limits.ratePerMinute = int(n); }},
    EngineFlag{"rate-user"_L1, "N"_L1, "The same for each user (0: no limit)."_L1, Scope::Serving,
               0, kMany,
               [](EngineConfig &config, qint64 n) { config.limits.ratePerMinuteUser = int(n); }},
    EngineFlag{"max-queued"_L1, "N"_L1, "At most so many tasks wait for a slot (10000)."_L1,
               Scope::Serving, 0, kMany,
               [](EngineConfig &config, qint64 n) { config.limits.maxQueued = int(n); }},
    EngineFlag{"max-running"_L1, "N"_L1, "At most so many tasks run here at a time (2000)."_L1,
               Scope::Serving, 1, kMany,
               [](EngineConfig &config, qint64 n) { config.limits.maxRunning = int(n); }},
    EngineFlag{"max-running-user"_L1, "N"_L1, "The same for each user (0: no limit)."_L1,
               Scope::Serving, 0, kMany,
               [](EngineConfig &config, qint64 n) { config.limits.maxRunningUser = int(n); }},
};

} // namespace

std::span<const EngineFlag> engineFlags()
{
    return kFlags;
}

Expected<void> setEngine(EngineConfig &config, const QCommandLineParser &parser)
{
    const QStringList given = parser.optionNames(); // isSet() warns of what the command has not.
    for (const EngineFlag &flag : kFlags) {
        if (!given.contains(flag.name))
            continue;
        const auto number = numberOf(parser, flag.name, 0, flag.min, flag.max);
        if (!number)
            return std::unexpected(number.error());
        flag.set(config, *number);
    }
    config.autoRecover = given.contains(kAutoRecoverFlag);
    return {};
}

Expected<qint64> numberOf(const QCommandLineParser &parser, const QString &name, qint64 otherwise,
                          qint64 min, qint64 max)
{
    if (!parser.isSet(name))
        return otherwise;
    const QString text = parser.value(name);
    bool isNumber = false;
    const qint64 number = text.toLongLong(&isNumber);
    if (!isNumber || number < min || number > max)
        return failure(ErrorCode::InvalidArgument,
                       u"--%1 takes a whole number from %2 to %3, not \"%4\""_s.arg(name)
                           .arg(min)
                           .arg(max)
                           .arg(text));
    return number;
}

} // namespace Kintsugi
