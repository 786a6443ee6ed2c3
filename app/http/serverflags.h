// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/httpserver.h"

#include <span>

class QCommandLineParser;

namespace Kintsugi {

/*! A flag that says where the server listens and whom it answers: the same for both programs. */
struct ServerFlag
{
    QLatin1StringView name;
    QLatin1StringView value; //!< What stands for its value in a usage line.
    QLatin1StringView help;
};

[[nodiscard]] std::span<const ServerFlag> serverFlags();

/*! Sets what \a parser, which knows all of those flags, was given. InvalidArgument names the flag
 *  and what it takes, or says what a server that others can reach must have. */
[[nodiscard]] Expected<void> setServer(HttpServerSettings &settings,
                                       const QCommandLineParser &parser);

} // namespace Kintsugi
