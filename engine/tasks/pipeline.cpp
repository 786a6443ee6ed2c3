// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/tasks/pipeline.h"

#include "engine/runtime/context.h"
#include "engine/tasks/builtin.h"
#include "engine/tasks/salesdata.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono;

namespace {

/*! One stage: a step with the events around it. A memo that is there is told as such, and the body
 * does not run. */
template<typename Body>
Coro<QJsonObject> stage(Context &ctx, QString name, int index, Body body)
{
    if (!ctx.isMemoised(name))
        co_await ctx.emit(StageStarted{name, index});
    const StepOutcome<QJsonObject> done = co_await ctx.step(name, std::move(body));
    co_await ctx.emit(StageDone{name, index, done.fromCache, done.duration.count(), done.value});
    co_return done.value;
}

} // namespace

Coro<PipelineResult> pipelineWithSteps(Context &ctx, PipelineInput input)
{
    if (ctx.isRecovery())
        co_await ctx.emit(PipelineRecovered{ctx.memoisedSteps()});

    const QString folder = ctx.folder();
    const milliseconds atLeast(input.stageMs);
    const QJsonObject extracted =
        co_await stage(ctx, u"extract"_s, 0, [=, rows = input.rows](std::stop_token stop) {
            return SalesData::extract(rows, atLeast, stop);
        });
    const QJsonObject totals = co_await stage(ctx, u"transform"_s, 1, [=](std::stop_token stop) {
        return SalesData::transform(extracted, atLeast, stop);
    });
    const QJsonObject loaded = co_await stage(ctx, u"load"_s, 2, [=](std::stop_token stop) {
        return SalesData::load(totals, folder, atLeast, stop);
    });
    co_return PipelineResult{loaded.value("rows"_L1).toInt(),
                             loaded.value("checksum"_L1).toString()};
}

} // namespace Kintsugi
