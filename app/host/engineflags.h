// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"
#include "engine/runtime/engineconfig.h"

#include <span>

class QCommandLineParser;

namespace Kintsugi {

/*! A flag that sets a number of an engine, with its range: the same for both programs. */
struct EngineFlag
{
    /*! Who takes it. */
    enum class Scope {
        Reading, //!< Every command that opens the store.
        Driving, //!< Those that drive a task of their own, too.
        Serving, //!< Those that drive all.
    };
    QLatin1StringView name;
    QLatin1StringView value; //!< What stands for the number in a usage line.
    QLatin1StringView help;
    Scope scope;
    qint64 min;
    qint64 max;
    void (*set)(EngineConfig &config, qint64 number);
};

/*! --auto-recover, of Driving; the one flag that takes no number. */
inline constexpr QLatin1StringView kAutoRecoverFlag("auto-recover");

[[nodiscard]] std::span<const EngineFlag> engineFlags();

/*! Sets what \a parser was given of those flags that it knows. InvalidArgument names the flag and
 *  its range. */
[[nodiscard]] Expected<void> setEngine(EngineConfig &config, const QCommandLineParser &parser);

/*! A whole number; \a otherwise when it was not given. InvalidArgument names the flag and its
 *  range. */
[[nodiscard]] Expected<qint64> numberOf(const QCommandLineParser &parser, const QString &name,
                                        qint64 otherwise, qint64 min, qint64 max);

} // namespace Kintsugi
