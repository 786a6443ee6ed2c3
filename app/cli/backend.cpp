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
    if (*url)
        return std::make_unique<RemoteBackend>(**url);

    const auto store = Environment::chooseStore(options.text(u"db"_s));
    const auto staleMs = options.number(u"stale-ms"_s, 5000, 100, 3'600'000);
    if (!store || !staleMs)
        return std::unexpected(store ? staleMs.error() : store.error());
    EngineConfig config;
    config.storePath = store->path;
    config.staleAfter = std::chrono::milliseconds(*staleMs);
    config.drivesAll = false;
    const auto registry = options.registry();
    if (!registry)
        return std::unexpected(registry.error());
    auto engine = Engine::open(config, *registry);
    if (!engine)
        return std::unexpected(engine.error());
    return std::make_unique<LocalBackend>(std::move(*engine));
}

} // namespace Kintsugi
