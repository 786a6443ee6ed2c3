// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// `kintsugi-cli bench`: contract §7. The store is a fresh file on the disk that people's own stores
// lie on, unless --db says otherwise.

#include "app/cli/benchrecovery.h"
#include "app/cli/benchrun.h"
#include "app/cli/benchsse.h"
#include "app/cli/benchtask.h"
#include "app/cli/commands.h"
#include "app/cli/options.h"
#include "app/cli/output.h"
#include "app/host/environment.h"
#include "app/host/exitcode.h"
#include "engine/model/jsonwriter.h"
#include "engine/tasks/builtin.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QUrl>

namespace Kintsugi::Commands {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr qint64 kMostInFlight = 10'000;
constexpr qint64 kMostClients = 10'000; // As many connections as the server takes.
constexpr qint64 kMostTasks = 1'000'000;

struct BenchReport
{
    QString scenario;
    BenchPlan plan;
    std::optional<BenchFigures> figures{}; //!< Of workflows.
    std::optional<RecoveryFigures> recovery{};
    std::optional<SseFigures> sse{};
    SsePlan ssePlan{};
    qint64 tasks = 0; //!< Of recovery.
    qint64 commits = 0;
    qint64 bytes = 0;
};

double milliseconds(Monotonic time)
{
    return std::chrono::duration<double, std::milli>(time).count();
}

QJsonValue rounded(double value)
{
    return double(qRound64(value * 1000)) / 1000;
}

/*! One number, or null where it does not apply. */
template<typename T, typename Number>
QJsonValue numberOf(const std::optional<T> &figures, const Number &number)
{
    return figures ? QJsonValue(number(*figures)) : QJsonValue();
}

QByteArray toJson(const BenchReport &report)
{
    const auto &work = report.figures;
    const auto &recovery = report.recovery;
    const auto &sse = report.sse;
    const Monotonic took = work ? work->took : recovery ? recovery->all : sse->took;
    const auto perSecond = [took](qint64 count) {
        return rounded(double(count) / (milliseconds(took) / 1000));
    };
    return JsonWriter()
        .member("peer", "kintsugi-sqlite"_ba)
        .member("scenario", report.scenario)
        .member("concurrency", numberOf(work, [&](auto &) { return report.plan.inFlight; }))
        .member("workflows",
                work      ? work->workflows
                    : sse ? 1
                          : report.tasks)
        .member("steps", work ? work->workflows * report.plan.steps : report.tasks)
        .member("seconds", rounded(milliseconds(took) / 1000))
        .member(
            "steps_per_s",
            numberOf(work, [&](auto &of) { return perSecond(of.workflows * report.plan.steps); }))
        .member("wf_per_s", numberOf(work, [&](auto &of) { return perSecond(of.workflows); }))
        .member("p50_ms", numberOf(work, [](auto &of) { return rounded(milliseconds(of.median)); }))
        .member("p99_ms", numberOf(work, [](auto &of) { return rounded(milliseconds(of.p99)); }))
        .member("commits", report.commits)
        .member("db_bytes", report.bytes)
        .member("tasks", numberOf(recovery, [&](auto &) { return report.tasks; }))
        .member("first_ms",
                numberOf(recovery, [](auto &of) { return rounded(milliseconds(of.first)); }))
        .member("all_ms",
                numberOf(recovery, [](auto &of) { return rounded(milliseconds(of.all)); }))
        .member("clients", numberOf(sse, [&](auto &) { return report.ssePlan.clients; }))
        .member("events", numberOf(sse, [&](auto &) { return report.ssePlan.events; }))
        .member("deliveries_per_s",
                numberOf(sse, [&](auto &of) { return perSecond(of.deliveries); }))
        .finish();
}

void printForPeople(const BenchReport &report)
{
    if (const auto &recovery = report.recovery) {
        Output::line(
            u"recovery of %1 tasks, from the start of the process: first new step after "
            "%2 ms, all after %3 ms (a process that does nothing: %4 ms)"_s.arg(report.tasks)
                .arg(milliseconds(recovery->first), 0, 'f', 0)
                .arg(milliseconds(recovery->all), 0, 'f', 0)
                .arg(milliseconds(recovery->began), 0, 'f', 0));
        return;
    }
    if (const auto &sse = report.sse) {
        const double seconds = milliseconds(sse->took) / 1000;
        Output::line(u"sse: %1 events to each of %2 readers in %3 s, %4 deliveries/s, %5 commits"_s
                         .arg(report.ssePlan.events)
                         .arg(report.ssePlan.clients)
                         .arg(seconds, 0, 'f', 2)
                         .arg(double(sse->deliveries) / seconds, 0, 'f', 0)
                         .arg(report.commits));
        return;
    }
    const BenchFigures &figures = *report.figures;
    const double seconds = milliseconds(figures.took) / 1000;
    const qint64 workflows = figures.workflows;
    Output::line(u"%1, %2 in flight: %3 workflows of %4 steps in %5 s"_s.arg(report.scenario)
                     .arg(report.plan.inFlight)
                     .arg(workflows)
                     .arg(report.plan.steps)
                     .arg(seconds, 0, 'f', 2));
    Output::line(u"%1 steps/s, %2 workflows/s, p50 %3 ms, p99 %4 ms, %5 commits, %6 KiB"_s
                     .arg(double(workflows * report.plan.steps) / seconds, 0, 'f', 0)
                     .arg(double(workflows) / seconds, 0, 'f', 0)
                     .arg(milliseconds(figures.median), 0, 'f', 2)
                     .arg(milliseconds(figures.p99), 0, 'f', 2)
                     .arg(report.commits)
                     .arg(report.bytes / 1024));
}

qint64 bytesOnDisk(const QString &store)
{
    return QFileInfo(store).size() + QFileInfo(store + "-wal"_L1).size();
}

Expected<BenchReport> benchWorkflows(const QString &store, const QString &scenario,
                                     const BenchPlan &plan, int streams)
{
    const auto clock = std::make_shared<SystemClock>();
    Registry registry = builtinTasks();
    registry.add(kBenchTask, benchTask);
    EngineConfig config;
    config.storePath = store;
    config.clock = clock;
    config.limits.maxRunning = std::max(config.limits.maxRunning, plan.inFlight + 1);
    BenchReport report{.scenario = scenario, .plan = plan};
    {
        const auto engine = Engine::open(std::move(config), registry);
        if (!engine)
            return std::unexpected(engine.error());
        std::unique_ptr<LiveStreams> live;
        if (streams > 0) {
            auto opened = LiveStreams::open(**engine, *clock, streams);
            if (!opened)
                return std::unexpected(opened.error());
            live = std::move(*opened);
        }
        const auto figures = BenchRun(**engine, *clock, plan).run();
        if (!figures)
            return std::unexpected(figures.error());
        report.figures = *figures;
        report.commits = (*engine)->status().result().commits;
    }
    report.bytes = bytesOnDisk(store);
    return report;
}

Expected<BenchReport> benchRecovery(const RecoveryPlan &plan)
{
    const auto figures = measureRecovery(plan);
    if (!figures)
        return std::unexpected(figures.error());
    return BenchReport{.scenario = u"recovery"_s,
                       .plan = {},
                       .recovery = *figures,
                       .tasks = plan.tasks,
                       .commits = figures->commits,
                       .bytes = bytesOnDisk(plan.store)};
}

Expected<BenchReport> benchSse(const SsePlan &plan)
{
    const auto figures = measureSse(plan);
    if (!figures)
        return std::unexpected(figures.error());
    return BenchReport{.scenario = u"sse"_s,
                       .plan = {},
                       .sse = *figures,
                       .ssePlan = plan,
                       .commits = figures->commits,
                       .bytes = bytesOnDisk(plan.store)};
}

Expected<BenchReport> benchAsAsked(const Options &options, const QString &store)
{
    const QString scenario = options.text(u"scenario"_s).value_or(u"par"_s);
    static const QStringList scenarios{u"seq"_s, u"par"_s, u"submit"_s, u"recovery"_s, u"sse"_s};
    if (!scenarios.contains(scenario))
        return failure(ErrorCode::InvalidArgument,
                       u"there is no scenario \"%1\": %2"_s.arg(scenario, scenarios.join(u", "_s)));
    const auto seconds = options.number(u"seconds"_s, 10, 1, 3600);
    const auto inFlight = options.number(u"concurrency"_s, 64, 1, kMostInFlight);
    const auto steps = options.number(u"steps"_s, 10, 1, 1'000'000);
    const auto tasks = options.number(u"tasks"_s, 1000, 1, kMostTasks);
    const auto finished = options.number(u"finished"_s, 0, 0, 100'000'000);
    const auto clients = options.number(u"clients"_s, 200, 1, kMostClients);
    const auto events = options.number(u"events"_s, 5000, 1, 1'000'000);
    const auto streams = options.number(u"streams"_s, 0, 0, kMostClients);
    for (const auto &number :
         {seconds, inFlight, steps, tasks, finished, clients, events, streams}) {
        if (!number)
            return std::unexpected(number.error());
    }
    if (QFileInfo(store).size() > 0)
        return failure(ErrorCode::InvalidArgument,
                       u"%1 exists already: the bench wants a fresh file"_s.arg(store));
    if (scenario == u"recovery"_s)
        return benchRecovery({.store = store, .tasks = int(*tasks), .finished = *finished});
    if (scenario == u"sse"_s)
        return benchSse({.store = store, .clients = int(*clients), .events = *events});
    return benchWorkflows(store, scenario,
                          {.inFlight = scenario == u"seq"_s ? 1 : int(*inFlight),
                           .steps = scenario == u"submit"_s ? 0 : int(*steps),
                           .lasts = std::chrono::seconds(*seconds)},
                          int(*streams));
}

/*! In a folder that goes again, unless --db says where. */
Expected<BenchReport> benchSomewhere(const Options &options)
{
    if (const auto store = options.text(u"db"_s))
        return benchAsAsked(options, *store);
    QDir().mkpath(Environment::dataFolder());
    const QTemporaryDir folder(Environment::dataFolder() + u"/bench-XXXXXX"_s);
    if (!folder.isValid())
        return failure(ErrorCode::StoreUnavailable,
                       u"cannot make a folder for the bench: %1"_s.arg(folder.errorString()));
    return benchAsAsked(options, folder.filePath(u"bench.db"_s));
}

/*! One of the bench's own processes. */
int playPart(const Options &options, const QString &part)
{
    const auto tasks = options.number(u"tasks"_s, 1000, 1, kMostTasks);
    if (!tasks)
        return Output::error(tasks.error());
    if (part == u"readers"_s) {
        const QUrl url(options.text(u"url"_s).value_or(QString()));
        const auto clients = options.number(u"clients"_s, 200, 1, kMostClients);
        const auto events = options.number(u"events"_s, 0, 0, 1'000'000);
        const auto stalled = options.number(u"stalled"_s, 0, 0, kMostClients);
        const auto delays = options.number(u"delays"_s, 0, 0, 1);
        for (const auto &number : {clients, events, stalled, delays}) {
            if (!number)
                return Output::error(number.error());
        }
        const auto read =
            playReaders({.port = quint16(url.port(80)),
                         .target = url.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority),
                         .clients = int(*clients),
                         .stalled = int(*stalled),
                         .timesDelays = *delays > 0,
                         .frames = *events});
        return read ? ExitCode::kDone : Output::error(read.error());
    }
    const auto done = playRecoveryPart(
        part,
        {.store = options.text(u"db"_s).value_or(QString()), .tasks = int(*tasks), .finished = 0});
    return done ? ExitCode::kDone : Output::error(done.error());
}

} // namespace

int bench(const QStringList &arguments)
{
    Options options(u"bench"_s, u"Measures the engine on this machine's disk."_s);
    options.json();
    options.value(u"scenario"_s, u"NAME"_s, u"seq, par, submit, recovery or sse (par)."_s)
        .value(u"seconds"_s, u"S"_s, u"How long new workflows start (10)."_s)
        .value(u"concurrency"_s, u"N"_s, u"Workflows in flight (64); seq has one."_s)
        .value(u"steps"_s, u"N"_s, u"Steps of a workflow (10); submit has none."_s)
        .value(u"tasks"_s, u"N"_s,
               u"recovery: tasks that run when the process that drives them is killed (1000)."_s)
        .value(u"finished"_s, u"N"_s,
               u"recovery: finished tasks that are put into the store before (0)."_s)
        .value(u"clients"_s, u"N"_s, u"sse: readers of the one task (200)."_s)
        .value(u"streams"_s, u"N"_s,
               u"seq, par, submit: readers beside them of a task that ticks (0)."_s)
        .value(u"events"_s, u"N"_s, u"sse: events that each of them gets (5000)."_s)
        .hiddenValue(u"part"_s)
        .hiddenValue(u"url"_s)
        .hiddenValue(u"stalled"_s)
        .hiddenValue(u"delays"_s)
        .value(u"db"_s, u"FILE"_s,
               u"A fresh file for the store; by default one in the application-data folder that "
               "goes again."_s);
    if (const auto parsed = options.parse(arguments); !parsed)
        return parsed.error().message.isEmpty() ? ExitCode::kDone : Output::error(parsed.error());
    if (const auto part = options.text(u"part"_s))
        return playPart(options, *part);
    const auto report = benchSomewhere(options);
    if (!report)
        return Output::error(report.error());
    if (options.wantsJson())
        Output::json(toJson(*report));
    else
        printForPeople(*report);
    return ExitCode::kDone;
}

} // namespace Kintsugi::Commands
