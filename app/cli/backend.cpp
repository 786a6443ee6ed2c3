// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/backend.h"

#include "app/cli/localbackend.h"
#include "app/cli/options.h"
#include "app/cli/remotebackend.h"
#include "app/host/environment.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

Expected<std::unique_ptr<Backend>> Backend::open(const Options &options)
{
    const auto url = options.url();
    if (!url)
        return std::unexpected(url.error());
    const auto token = options.token();
    if (!token)
        return std::unexpected(token.error());
    if (*url)
        return std::make_unique<RemoteBackend>(**url, *token);

    auto config = options.engine();
    if (!config)
        return std::unexpected(config.error());
    config->drivesAll = false;
    const auto faults = Environment::armedFault(options.canDrive() && Environment::isTestMode());
    if (!faults)
        return std::unexpected(faults.error());
    config->faults = *faults;
    const auto registry = options.registry();
    if (!registry)
        return std::unexpected(registry.error());
    auto engine = Engine::open(*config, *registry);
    if (!engine)
        return std::unexpected(engine.error());
    return std::make_unique<LocalBackend>(std::move(*engine));
}

} // namespace Kintsugi
