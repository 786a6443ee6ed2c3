// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/cli/backend.h"
#include "app/cli/options.h"
#include "app/cli/output.h"
#include "app/host/exitcode.h"

namespace Kintsugi::Commands {

/*! Parses, opens the store or the server, and runs \a work; says what went wrong. */
template<typename Work>
int withBackend(Options &options, const QStringList &arguments, Work work)
{
    if (const auto parsed = options.parse(arguments); !parsed)
        return parsed.error().message.isEmpty() ? ExitCode::kDone : Output::error(parsed.error());
    auto backend = Backend::open(options);
    if (!backend)
        return Output::error(backend.error());
    return work(**backend);
}

} // namespace Kintsugi::Commands
