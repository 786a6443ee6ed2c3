// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/tasks/pipelinefile.h"

#include "engine/model/canonicaljson.h"
#include "engine/model/jsonwriter.h"
#include "engine/runtime/context.h"
#include "engine/tasks/builtin.h"
#include "engine/tasks/command.h"

#include <QDir>
#include <QSet>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono;

namespace {

/*! What the stages of one run share: who is done, and what came of it. */
struct Board
{
    Board(PipelineFileInput theInput, QByteArray json)
        : input(std::move(theInput))
        , inputJson(std::move(json))
        , gates(size_t(input.stages.size()))
    {
        for (int i = 0; i < input.stages.size(); ++i)
            indices.insert(input.stages[i].name, i);
    }
    Board(const Board &) = delete;
    Board &operator=(const Board &) = delete;

    const PipelineFileInput input;
    const QByteArray inputJson;
    QHash<QString, int> indices;
    std::vector<Gate> gates; // By index: open once that stage has ended, however it did.
    QJsonObject results;
    bool hasFailed = false; // Nothing new begins; what runs comes to its end.
};

/*! The names of all stages that a stage waits for, near and far. */
QSet<QString> allNeedsOf(const Board &board, int index)
{
    QSet<QString> found;
    QStringList open = board.input.stages[index].needs;
    while (!open.isEmpty()) {
        const QString name = open.takeLast();
        if (found.contains(name))
            continue;
        found << name;
        open << board.input.stages[board.indices.value(name)].needs;
    }
    return found;
}

QByteArray stdinOf(const Board &board, int index)
{
    QJsonObject results;
    for (const QString &need : allNeedsOf(board, index))
        results.insert(need, board.results.value(need));
    return JsonWriter()
        .raw("input", board.inputJson)
        .member("results", QJsonValue(results))
        .finish();
}

TaskError failureOf(const CommandOutcome &outcome, const QString &stage)
{
    using End = CommandOutcome::End;
    const auto failed = [&](const char *type, bool retryable) {
        return TaskError(type, outcome.message, retryable, stage);
    };
    switch (outcome.end) {
    case End::Exited:
        return failed("exit_code", true);
    case End::Signalled:
        return failed("signal", true);
    case End::TimedOut:
        return failed("timeout", true);
    case End::Locked:
        return failed("locked", true);
    case End::Lost:
        return failed("lost", true);
    case End::TooMuchOutput:
        return failed("result_too_large", false);
    case End::NotStarted:
        return failed("not_started", false);
    case End::Stopped:
        break;
    }
    return failed("stopped", false);
}

/*! The step's body: the command from its beginning to its end. */
QJsonValue runStage(const CommandSpec &spec, const QByteArray &input, std::stop_token stop)
{
    if (!QDir().mkpath(QFileInfo(spec.lockFile).path()))
        throw TaskError("no_folder"_ba,
                        u"cannot make the folder %1"_s.arg(QFileInfo(spec.lockFile).path()), true,
                        spec.stage);
    const CommandOutcome outcome = runCommand(spec, input, std::move(stop));
    if (!outcome.worked())
        throw failureOf(outcome, spec.stage);
    if (const auto json = parseJson(outcome.output))
        return *json;
    return QString::fromUtf8(outcome.output);
}

CommandSpec specOf(const Board &board, int index, const Context &ctx)
{
    const StageSpec &stage = board.input.stages[index];
    return {.stage = stage.name,
            .command = stage.command,
            .folder = QDir(board.input.baseDir).filePath(stage.cwd),
            .env = stage.env,
            .timeout = milliseconds(stage.timeoutMs),
            .lockFile = u"%1/%2.lock"_s.arg(ctx.folder()).arg(index),
            .taskId = ctx.taskId().toString(),
            .attempt = ctx.attempt()};
}

/*! One stage in a branch of its own: waits for what it needs, runs, tells. */
Coro<bool> stageBranch(Context &ctx, Board &board, int index)
{
    const StageSpec &stage = board.input.stages[index];
    for (const QString &need : stage.needs)
        co_await ctx.opened(board.gates[size_t(board.indices.value(need))]);
    if (board.hasFailed)
        co_return false;
    std::exception_ptr failure;
    try {
        if (!ctx.isMemoised(stage.name))
            co_await ctx.emit(StageStarted{stage.name, index});
        const StepOptions options{
            .retry = {stage.retry.maxAttempts, milliseconds(stage.retry.initialDelayMs),
                      stage.retry.factor, milliseconds(stage.retry.maxDelayMs)},
            .recordStart = true};
        const auto done = co_await ctx.step(stage.name, options,
                                            [spec = specOf(board, index, ctx),
                                             input = stdinOf(board, index)](std::stop_token stop) {
                                                return runStage(spec, input, std::move(stop));
                                            });
        board.results.insert(stage.name, done.value);
        co_await ctx.emit(
            FileStageDone{stage.name, index, done.fromCache, done.duration.count(), done.value});
    } catch (const Stopped &) {
        throw;
    } catch (...) {
        failure = std::current_exception();
    }
    board.hasFailed = board.hasFailed || failure;
    board.gates[size_t(index)].open();
    if (failure)
        std::rethrow_exception(failure);
    co_return true;
}

} // namespace

Coro<PipelineFileResult> pipelineFile(Context &ctx, PipelineFileInput input)
{
    if (ctx.isRecovery())
        co_await ctx.emit(PipelineRecovered{ctx.memoisedSteps()});
    Board board(std::move(input), ctx.inputJson());
    std::vector<std::function<Coro<bool>(Context &)>> branches;
    for (int i = 0; i < board.input.stages.size(); ++i)
        branches.emplace_back(
            [&board, i](Context &branch) { return stageBranch(branch, board, i); });
    co_await ctx.all<bool>(std::move(branches));
    co_return PipelineFileResult{board.results};
}

} // namespace Kintsugi
