// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// `kintsugi-cli run-file`: a task file as one durable task.

#include "app/cli/commands.h"
#include "app/cli/follower.h"
#include "app/cli/options.h"
#include "app/cli/output.h"
#include "app/cli/stageprinter.h"
#include "app/cli/withbackend.h"
#include "engine/model/canonicaljson.h"
#include "engine/tasks/pipelinefile.h"
#include "engine/tasks/taskfile.h"

#include <QJsonArray>

namespace Kintsugi::Commands {

using namespace Qt::StringLiterals;

namespace {

/*! The start that the options ask for. */
Expected<SubmitRequest> requestOf(const Options &options)
{
    const auto runId = options.text(u"run-id"_s);
    if (runId && options.isSet(u"fresh"_s))
        return failure(ErrorCode::InvalidArgument, u"--fresh and --run-id exclude each other"_s);
    if (runId && (runId->isEmpty() || runId->size() > 64))
        return failure(ErrorCode::InvalidArgument, u"--run-id takes 1 to 64 characters"_s);
    auto input = readTaskFile(options.positional(0));
    if (!input)
        return std::unexpected(input.error());
    if (runId)
        input->insert("runId"_L1, *runId);
    SubmitRequest request;
    request.name = kPipelineFile.name;
    request.input = *input;
    request.fresh = options.isSet(u"fresh"_s);
    return request;
}

int follow(Backend &backend, const ExitSignals &signals, const QByteArray &started, bool asJson)
{
    if (asJson)
        return followAction(backend, signals, started, true);
    const QJsonValue answer = parseJson(started).value_or(QJsonValue());
    const QJsonValue task = answer["task"_L1];
    const bool hasFinished = answer["outcome"_L1].toString() == "finished"_L1;
    if (hasFinished)
        Output::line(u"This file has finished already; its stored result, nothing runs. "
                     "For a new run: --fresh"_s);
    StagePrinter printer(int(task["input"_L1]["stages"_L1].toArray().size()),
                         task["attempt"_L1].toInt());
    return followToEnd(backend, signals, task["id"_L1].toString().toUtf8(),
                       [&printer](const QByteArray &json) { return printer.print(json); });
}

} // namespace

int runFile(const QStringList &arguments)
{
    Options options(
        u"run-file"_s,
        u"Runs a task file's commands as a durable pipeline; the same file again goes on "
        "where it was."_s,
        {u"FILE"_s});
    options.store().drives().json();
    options.flag(u"fresh"_s, u"A new task, even when one of this file exists."_s)
        .value(u"run-id"_s, u"ID"_s, u"One task for each ID: a date, a build number."_s);
    return withBackend(options, arguments, [&](Backend &backend) {
        const auto request = requestOf(options);
        if (!request)
            return Output::error(request.error());
        const ExitSignals signals;
        const auto started = waitFor(backend.submit(*request), backend, signals);
        if (!started)
            return endInterrupted(backend);
        if (!*started)
            return Output::error(started->error());
        return follow(backend, signals, **started, options.wantsJson());
    });
}

} // namespace Kintsugi::Commands
