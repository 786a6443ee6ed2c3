// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/commands.h"
#include "app/cli/follower.h"
#include "app/cli/options.h"
#include "app/cli/output.h"
#include "app/host/environment.h"
#include "app/host/exitcode.h"
#include "app/host/exitsignals.h"
#include "app/http/serverflags.h"
#include "engine/runtime/whendone.h"

namespace Kintsugi::Commands {

using namespace Qt::StringLiterals;
using namespace std::chrono;

namespace {

constexpr auto kGrace =
    5s; // For handlers to reach an await; all in all serve ends within ten seconds.

Expected<EngineConfig> engineConfig(const Options &options)
{
    auto config = options.engine();
    if (!config)
        return std::unexpected(config.error());
    config->testMode = options.isSet(u"test-mode"_s) && !Environment::isProduction();
    const auto faults = Environment::armedFault(config->testMode);
    if (!faults)
        return std::unexpected(faults.error());
    config->faults = *faults;
    return config;
}

Expected<HttpServerSettings> serverSettings(const Options &options)
{
    const auto port = Environment::choosePort(options.text(u"port"_s));
    if (!port)
        return std::unexpected(port.error());
    HttpServerSettings settings;
    settings.port = *port;
    if (const auto set = setServer(settings, options.parser()); !set)
        return std::unexpected(set.error());
    settings.api.production = Environment::isProduction();
    return settings;
}

} // namespace

int serve(const QStringList &arguments)
{
    Options options(u"serve"_s, u"Serves the engine on a local port until it is told to end."_s);
    options.store().serves().plugins().json();
    options.value(u"port"_s, u"N"_s, u"The port (7420); 0 picks a free one."_s)
        .flag(u"test-mode"_s, u"Allows to crash tasks on request."_s);
    for (const ServerFlag &flag : serverFlags())
        options.value(flag.name, flag.value, flag.help);
    if (const auto parsed = options.parse(arguments); !parsed)
        return parsed.error().message.isEmpty() ? ExitCode::kDone : Output::error(parsed.error());
    const auto config = engineConfig(options);
    const auto settings = serverSettings(options);
    if (!config || !settings)
        return Output::error(config ? settings.error() : config.error());
    const auto registry = options.registry();
    if (!registry)
        return Output::error(registry.error());

    ExitSignals signals;
    auto engine = Engine::open(*config, *registry);
    if (!engine)
        return Output::error(engine.error());
    auto server = HttpServer::start(**engine, *settings);
    if (!server)
        return Output::error(server.error());
    Output::line(u"listening on "_s + (*server)->url().toString());

    QEventLoop loop;
    QObject::connect(&signals, &ExitSignals::requested, &loop, [&] {
        whenDone(&loop, (*engine)->shutdown(kGrace), [&loop] { loop.exit(ExitCode::kDone); });
    });
    const int code = loop.exec();
    server->reset();
    engine->reset();
    return code;
}

} // namespace Kintsugi::Commands
