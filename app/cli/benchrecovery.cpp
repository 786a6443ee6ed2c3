// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/benchrecovery.h"

#include "app/cli/benchpart.h"
#include "app/cli/benchrun.h"
#include "app/cli/benchtask.h"
#include "app/cli/output.h"
#include "engine/model/canonicaljson.h"
#include "engine/model/jsonwriter.h"
#include "engine/runtime/context.h"

#include <QCoreApplication>

#include <unistd.h>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int kFillInFlight = 512;
constexpr auto kForEver = 24h; // Rather than be parked, the tasks wait to be killed.

/*! Counts the tasks that have reached the place which is timed. */
class Finish
{
public:
    Finish(const Clock &clock, int tasks)
        : m_clock(clock)
        , m_missing(tasks)
    {}
    void reached() //!< Thread: engine.
    {
        const Monotonic now = m_clock.monotonic();
        if (m_first == Monotonic())
            m_first = now;
        m_all = now;
        if (--m_missing == 0)
            QMetaObject::invokeMethod(&m_loop, &QEventLoop::quit, Qt::QueuedConnection);
    }
    void wait() { m_loop.exec(); }
    [[nodiscard]] Monotonic first() const { return m_first; } //!< After wait().
    [[nodiscard]] Monotonic all() const { return m_all; }

private:
    const Clock &m_clock;
    int m_missing;
    Monotonic m_first{};
    Monotonic m_all{};
    QEventLoop m_loop;
};

/*! \a finish outlives the engine. */
Coro<QByteArray> interruptedTask(Context &ctx, Finish &finish)
{
    const auto body = []() -> Coro<BenchStep> { co_return BenchStep{1}; };
    (void)co_await ctx.step(u"before"_s, body);
    if (!ctx.isRecovery()) {
        finish.reached();
        co_await ctx.sleep(kForEver);
    }
    (void)co_await ctx.step(u"after"_s, body);
    finish.reached();
    co_return toJsonBytes(BenchResult{2});
}

EngineConfig configOf(const RecoveryPlan &plan, const std::shared_ptr<Clock> &clock)
{
    EngineConfig config;
    config.storePath = plan.store;
    config.clock = clock;
    config.parkAfter = 2 * kForEver;
    config.limits.maxRunning = std::max(config.limits.maxRunning, plan.tasks);
    return config;
}

Registry registryOf(Finish &finish)
{
    Registry registry;
    registry.add(
        RegisteredTask{kBenchTask.info(), [&finish](Context &context, const QJsonObject &) {
                           return interruptedTask(context, finish);
                       }});
    return registry;
}

Expected<void> fill(const RecoveryPlan &plan, const std::shared_ptr<Clock> &clock)
{
    if (plan.finished == 0)
        return {};
    Registry registry;
    registry.add(kBenchTask, benchTask);
    const auto engine = Engine::open(configOf(plan, clock), registry);
    if (!engine)
        return std::unexpected(engine.error());
    const auto figures =
        BenchRun(**engine, *clock,
                 {.inFlight = kFillInFlight, .steps = 0, .workflows = plan.finished})
            .run();
    if (!figures)
        return std::unexpected(figures.error());
    ::sync(); // What the kernel still has to write of all that is not what is measured.
    return {};
}

} // namespace

Expected<RecoveryFigures> measureRecovery(const RecoveryPlan &plan)
{
    const auto clock = std::make_shared<SystemClock>();
    if (const auto filled = fill(plan, clock); !filled)
        return std::unexpected(filled.error());
    const QStringList options{u"--db"_s, plan.store, u"--tasks"_s, QString::number(plan.tasks)};
    {
        BenchPart victim(u"leave"_s, options, *clock);
        if (const auto ready = victim.line(); !ready)
            return std::unexpected(ready.error());
        victim.kill();
    }
    BenchPart heir(u"recover"_s, options, *clock);
    const auto told = heir.line();
    if (!told)
        return std::unexpected(told.error());
    heir.waitForEnd();
    const QJsonObject figures = parseJson(*told).value_or(QJsonValue()).toObject();
    const auto since = [&](QLatin1StringView name) {
        return Monotonic(figures.value(name).toInteger()) - heir.startedAt();
    };
    return RecoveryFigures{.began = since("began"_L1),
                           .first = since("first"_L1),
                           .all = since("all"_L1),
                           .commits = figures.value("commits"_L1).toInteger()};
}

Expected<void> playRecoveryPart(const QString &part, const RecoveryPlan &plan)
{
    const auto clock = std::make_shared<SystemClock>();
    const Monotonic began = clock->monotonic();
    Finish finish(*clock, plan.tasks);
    const auto engine = Engine::open(configOf(plan, clock), registryOf(finish));
    if (!engine)
        return std::unexpected(engine.error());
    if (part == u"leave"_s) {
        for (int i = 1; i <= plan.tasks; ++i) {
            SubmitRequest request;
            request.name = kBenchTask.name;
            request.input = {{u"run"_s, -i}, {u"steps"_s, 2}}; // Those that fill count upwards.
            (void)(*engine)->submit(std::move(request));
        }
        finish.wait();
        Output::line(u"ready"_s);
        return QCoreApplication::exec() == 0 // Until it is killed.
            ? Expected<void>()
            : failure(ErrorCode::Internal, u"was not killed"_s);
    }
    finish.wait();
    Output::json(JsonWriter()
                     .member("began", qint64(began.count()))
                     .member("first", qint64(finish.first().count()))
                     .member("all", qint64(finish.all().count()))
                     .member("commits", (*engine)->status().result().commits)
                     .finish());
    return {};
}

} // namespace Kintsugi
