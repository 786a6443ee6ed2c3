// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// `kintsugi-cli bench`: contract §7. The store is a fresh file on the disk that people's own stores
// lie on, unless --db says otherwise.

#include "app/cli/benchrun.h"
#include "app/cli/benchtask.h"
#include "app/cli/commands.h"
#include "app/cli/options.h"
#include "app/cli/output.h"
#include "app/host/environment.h"
#include "app/host/exitcode.h"
#include "engine/model/jsonwriter.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>

namespace Kintsugi::Commands {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr qint64 kMostInFlight = 10'000;

struct BenchReport
{
    QString scenario;
    BenchPlan plan;
    BenchFigures figures;
    qint64 commits = 0;
    qint64 bytes = 0;
};

double milliseconds(Monotonic time)
{
    return std::chrono::duration<double, std::milli>(time).count();
}

double rounded(double value)
{
    return double(qRound64(value * 1000)) / 1000;
}

QByteArray toJson(const BenchReport &report)
{
    const double seconds = milliseconds(report.figures.took) / 1000;
    const qint64 steps = report.figures.workflows * report.plan.steps;
    return JsonWriter()
        .member("peer", "kintsugi-sqlite"_ba)
        .member("scenario", report.scenario)
        .member("concurrency", report.plan.inFlight)
        .member("workflows", report.figures.workflows)
        .member("steps", steps)
        .member("seconds", QJsonValue(rounded(seconds)))
        .member("steps_per_s", QJsonValue(rounded(double(steps) / seconds)))
        .member("wf_per_s", QJsonValue(rounded(double(report.figures.workflows) / seconds)))
        .member("p50_ms", QJsonValue(rounded(milliseconds(report.figures.median))))
        .member("p99_ms", QJsonValue(rounded(milliseconds(report.figures.p99))))
        .member("commits", report.commits)
        .member("db_bytes", report.bytes)
        .finish();
}

void printForPeople(const BenchReport &report)
{
    const double seconds = milliseconds(report.figures.took) / 1000;
    const qint64 workflows = report.figures.workflows;
    Output::line(u"%1, %2 in flight: %3 workflows of %4 steps in %5 s"_s.arg(report.scenario)
                     .arg(report.plan.inFlight)
                     .arg(workflows)
                     .arg(report.plan.steps)
                     .arg(seconds, 0, 'f', 2));
    Output::line(u"%1 steps/s, %2 workflows/s, p50 %3 ms, p99 %4 ms, %5 commits, %6 KiB"_s
                     .arg(double(workflows * report.plan.steps) / seconds, 0, 'f', 0)
                     .arg(double(workflows) / seconds, 0, 'f', 0)
                     .arg(milliseconds(report.figures.median), 0, 'f', 2)
                     .arg(milliseconds(report.figures.p99), 0, 'f', 2)
                     .arg(report.commits)
                     .arg(report.bytes / 1024));
}

qint64 bytesOnDisk(const QString &store)
{
    return QFileInfo(store).size() + QFileInfo(store + "-wal"_L1).size();
}

Expected<BenchReport> bench(const QString &store, const QString &scenario, const BenchPlan &plan)
{
    if (QFileInfo(store).size() > 0)
        return failure(ErrorCode::InvalidArgument,
                       u"%1 exists already: the bench wants a fresh file"_s.arg(store));
    const auto clock = std::make_shared<SystemClock>();
    Registry registry;
    registry.add(kBenchTask, benchTask);
    EngineConfig config;
    config.storePath = store;
    config.clock = clock;
    BenchReport report{.scenario = scenario, .plan = plan, .figures = {}};
    {
        const auto engine = Engine::open(std::move(config), registry);
        if (!engine)
            return std::unexpected(engine.error());
        const auto figures = BenchRun(**engine, *clock, plan).run();
        if (!figures)
            return std::unexpected(figures.error());
        report.figures = *figures;
        report.commits = (*engine)->status().result().commits;
    }
    report.bytes = bytesOnDisk(store);
    return report;
}

Expected<BenchReport> benchAsAsked(const Options &options)
{
    const QString scenario = options.text(u"scenario"_s).value_or(u"par"_s);
    if (scenario == u"recovery"_s || scenario == u"sse"_s)
        return failure(
            ErrorCode::InvalidArgument,
            u"this version has no scenario \"%1\" yet: seq, par or submit"_s.arg(scenario));
    if (scenario != u"seq"_s && scenario != u"par"_s && scenario != u"submit"_s)
        return failure(ErrorCode::InvalidArgument,
                       u"there is no scenario \"%1\": seq, par or submit"_s.arg(scenario));
    const auto seconds = options.number(u"seconds"_s, 10, 1, 3600);
    const auto inFlight = options.number(u"concurrency"_s, 64, 1, kMostInFlight);
    const auto steps = options.number(u"steps"_s, 10, 1, 1'000'000);
    for (const auto &number : {seconds, inFlight, steps}) {
        if (!number)
            return std::unexpected(number.error());
    }
    const BenchPlan plan{.inFlight = scenario == u"seq"_s ? 1 : int(*inFlight),
                         .steps = scenario == u"submit"_s ? 0 : int(*steps),
                         .lasts = std::chrono::seconds(*seconds)};
    if (const auto store = options.text(u"db"_s))
        return bench(*store, scenario, plan);
    QDir().mkpath(Environment::dataFolder());
    const QTemporaryDir folder(Environment::dataFolder() + u"/bench-XXXXXX"_s);
    if (!folder.isValid())
        return failure(ErrorCode::StoreUnavailable,
                       u"cannot make a folder for the bench: %1"_s.arg(folder.errorString()));
    return bench(folder.filePath(u"bench.db"_s), scenario, plan);
}

} // namespace

int bench(const QStringList &arguments)
{
    Options options(u"bench"_s, u"Measures the engine on this machine's disk."_s);
    options.json();
    options.value(u"scenario"_s, u"NAME"_s, u"seq, par or submit (par)."_s)
        .value(u"seconds"_s, u"S"_s, u"How long new workflows start (10)."_s)
        .value(u"concurrency"_s, u"N"_s, u"Workflows in flight (64); seq has one."_s)
        .value(u"steps"_s, u"N"_s, u"Steps of a workflow (10); submit has none."_s)
        .value(u"db"_s, u"FILE"_s,
               u"A fresh file for the store; by default one in the application-data folder that "
               "goes again."_s);
    if (const auto parsed = options.parse(arguments); !parsed)
        return parsed.error().message.isEmpty() ? ExitCode::kDone : Output::error(parsed.error());
    const auto report = benchAsAsked(options);
    if (!report)
        return Output::error(report.error());
    if (options.wantsJson())
        Output::json(toJson(*report));
    else
        printForPeople(*report);
    return ExitCode::kDone;
}

} // namespace Kintsugi::Commands
