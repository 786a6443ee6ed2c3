// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/follower.h"

#include "app/cli/output.h"
#include "app/host/exitcode.h"
#include "engine/model/canonicaljson.h"
#include "engine/runtime/whendone.h"

#include <QCoreApplication>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

int codeOf(const QString &lastType)
{
    if (lastType == u"failed"_s)
        return ExitCode::kTaskFailed;
    return lastType == u"cancelled"_s ? ExitCode::kCancelled : ExitCode::kDone;
}

} // namespace

int followToEnd(Backend &backend, const ExitSignals &signals, const QByteArray &taskId, bool asJson)
{
    return followToEnd(backend, signals, taskId,
                       [asJson](const QByteArray &json) { return Output::event(json, asJson); });
}

int followToEnd(Backend &backend, const ExitSignals &signals, const QByteArray &taskId,
                const std::function<bool(const QByteArray &)> &print)
{
    if (ExitSignals::wasRequested())
        return endInterrupted(backend);
    QEventLoop loop;
    QString lastType;
    bool isEnding = false;
    const auto interrupt = [&] {
        if (!std::exchange(isEnding, true))
            whenDone(&loop, backend.close(), [&loop, &backend] {
                backend.takeRest();
                loop.exit(ExitCode::kInterrupted);
            });
    };
    QObject::connect(&backend, &Backend::arrived, &loop, [&](const QByteArray &json) {
        lastType = parseJson(json).value_or(QJsonValue())["type"_L1].toString();
        if (!print(json))
            interrupt(); // Nobody reads what is printed any more.
    });
    QObject::connect(&backend, &Backend::ended, &loop, [&] { loop.exit(codeOf(lastType)); });
    QObject::connect(&backend, &Backend::failed, &loop, [&](const Error &error) {
        if (!isEnding)
            loop.exit(Output::error(error));
    });
    QObject::connect(&signals, &ExitSignals::requested, &loop, interrupt);
    backend.follow(taskId);
    return loop.exec();
}

int followAction(Backend &backend, const ExitSignals &signals, const QByteArray &action,
                 bool asJson)
{
    const QByteArray id =
        parseJson(action).value_or(QJsonValue())["task"_L1]["id"_L1].toString().toUtf8();
    return followToEnd(backend, signals, id, asJson);
}

int endInterrupted(Backend &backend)
{
    waitFor(backend.close());
    return ExitCode::kInterrupted;
}

} // namespace Kintsugi
