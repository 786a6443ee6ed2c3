// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/benchsse.h"

#include "app/cli/output.h"
#include "engine/model/jsonwriter.h"
#include "engine/tasks/builtin.h"

#include <QUrl>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kUntilAllRead = 1s; // Whoever comes later gets the beginning from the store.
constexpr auto kBetweenTicks = 20ms;
constexpr int kForEver = 100'000;
constexpr qint64 kEngineEvents = 3; // created, attempt_started, completed
} // namespace

Expected<SseFigures> measureSse(const SsePlan &plan)
{
    const auto clock = std::make_shared<SystemClock>(); // Shared with the engine.
    EngineConfig config;
    config.storePath = plan.store;
    config.clock = clock;
    const auto engine = Engine::open(std::move(config), builtinTasks());
    if (!engine)
        return std::unexpected(engine.error());
    const auto server = HttpServer::start(**engine, {.port = 0});
    if (!server)
        return std::unexpected(server.error());
    QFuture<Expected<ActionResult>> started =
        (*engine)->submit({.name = "count-to-n",
                           .input = {{u"n"_s, plan.events}, {u"sleepMs"_s, 0}},
                           .delay = kUntilAllRead});
    started.waitForFinished();
    if (!started.result())
        return std::unexpected(started.result().error());
    BenchReaders readers(
        *clock,
        {.port = quint16((*server)->url().port()),
         .target = "/api/durable-example/reattach/" + started.result()->task.id.bytes(),
         .clients = plan.clients});
    if (const auto connected = readers.connectAll(); !connected)
        return std::unexpected(connected.error());
    const auto figures = readers.readAll();
    if (!figures)
        return std::unexpected(figures.error());
    if (figures->fewest < plan.events + kEngineEvents)
        return failure(ErrorCode::Internal,
                       u"a reader got %1 of %2 events"_s.arg(figures->fewest)
                           .arg(plan.events + kEngineEvents));
    return SseFigures{figures->frames, figures->took, (*engine)->status().result().commits};
}

LiveStreams::~LiveStreams() = default;

Expected<std::unique_ptr<LiveStreams>> LiveStreams::open(Engine &engine, const Clock &clock,
                                                         int count)
{
    std::unique_ptr<LiveStreams> streams(new LiveStreams);
    auto server = HttpServer::start(engine, {.port = 0});
    if (!server)
        return std::unexpected(server.error());
    streams->m_server = std::move(*server);
    auto started =
        engine.submit({.name = "count-to-n",
                       .input = {{u"n"_s, kForEver}, {u"sleepMs"_s, int(kBetweenTicks.count())}}});
    started.waitForFinished();
    if (!started.result())
        return std::unexpected(started.result().error());
    const QString path = u"api/durable-example/reattach/"_s + started.result()->task.id.toString();
    streams->m_readers = std::make_unique<BenchPart>(
        u"readers"_s,
        QStringList{u"--url"_s, streams->m_server->url().resolved(QUrl(path)).toString(),
                    u"--clients"_s, QString::number(count)},
        clock);
    if (const auto ready = streams->m_readers->line(); !ready)
        return std::unexpected(ready.error());
    return streams;
}

Expected<void> playReaders(const BenchReaders::Plan &plan)
{
    const SystemClock clock;
    BenchReaders readers(clock, plan);
    if (const auto connected = readers.connectAll(); !connected)
        return connected;
    Output::line(u"{\"readers\":%1}"_s.arg(plan.clients));
    const auto figures = readers.readAll();
    if (!figures)
        return std::unexpected(figures.error());
    const double took = std::chrono::duration<double, std::milli>(figures->took).count();
    JsonWriter told;
    told.member("frames", figures->frames)
        .member("fewest", figures->fewest)
        .member("bytes", figures->bytes)
        .member("ms", QJsonValue(took));
    if (plan.timesDelays) {
        told.member("delays", figures->delays.count())
            .member("p50_ms", figures->delays.quantile(500))
            .member("p99_ms", figures->delays.quantile(990))
            .member("max_ms", figures->delays.quantile(1000));
    }
    Output::json(told.finish());
    return {};
}

} // namespace Kintsugi
