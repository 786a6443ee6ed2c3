// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The commands that start and watch one task, and the list of all.

#include "app/cli/commands.h"
#include "app/cli/follower.h"
#include "app/cli/options.h"
#include "app/cli/output.h"
#include "app/cli/taskwords.h"
#include "app/cli/withbackend.h"
#include "app/host/exitcode.h"
#include "engine/model/canonicaljson.h"
#include "engine/model/event.h"
#include "engine/model/limits.h"

#include <QJsonArray>

namespace Kintsugi::Commands {

using namespace Qt::StringLiterals;

namespace {

QString member(const QByteArray &json, QLatin1StringView name)
{
    return parseJson(json).value_or(QJsonValue())[name].toString();
}

QJsonObject parsed(const QByteArray &json)
{
    return parseJson(json).value_or(QJsonValue()).toObject();
}

/*! The payload of the last event of a type behind \a after; a server may cut that into pages. */
Expected<QJsonObject> lastPayload(Backend &backend, const QByteArray &id, Seq after,
                                  QByteArrayView type)
{
    QJsonObject payload;
    for (QJsonValue next = after; !next.isNull();) {
        const auto events = waitFor(backend.events(id, next.toInteger()));
        if (!events)
            return std::unexpected(events.error());
        const QJsonObject page = parsed(*events);
        for (const QJsonValue event : page.value("events"_L1).toArray()) {
            if (event["type"_L1].toString() == QLatin1String(type))
                payload = event["payload"_L1].toObject();
        }
        next = page.value("nextAfter"_L1).isDouble() ? page.value("nextAfter"_L1) : QJsonValue();
    }
    return payload;
}

/*! For people: the task, its steps, and what it waits for. */
int showInWords(Backend &backend, const QByteArray &document)
{
    const QJsonObject task = parsed(document);
    const QByteArray id = task.value("id"_L1).toString().toUtf8();
    const auto steps = waitFor(backend.steps(id));
    const Seq lastSeq = task.value("lastSeq"_L1).toInteger();
    const auto suspended = lastPayload(backend, id, std::max<Seq>(0, lastSeq - Limits::kEventsPage),
                                       EventTypes::kSuspended);
    if (!steps || !suspended)
        return Output::error(steps ? suspended.error() : steps.error());
    Output::task(document, false);
    const QStringList lines = stepLines(parsed(*steps));
    if (!lines.isEmpty())
        Output::text(u"steps"_s);
    for (const QString &line : lines)
        Output::text(u"  "_s + line);
    const QString wait = waitOf(task, *suspended, SystemClock().now());
    if (!wait.isEmpty())
        Output::text(wait);
    return ExitCode::kDone;
}

} // namespace

int run(const QStringList &arguments)
{
    Options options(u"run"_s,
                    u"Runs a task to its end; the same input again goes on where it was."_s,
                    {u"NAME"_s});
    options.remote().drives().plugins().json();
    options.value(u"input"_s, u"JSON"_s, u"The task's input, an object."_s)
        .flag(u"fresh"_s, u"A new task, even when one with this input exists."_s);
    return withBackend(options, arguments, [&](Backend &backend) {
        const auto input = options.object(u"input"_s);
        if (!input)
            return Output::error(input.error());
        SubmitRequest request;
        request.name = options.positional(0).toUtf8();
        request.input = *input;
        request.fresh = options.isSet(u"fresh"_s);
        const ExitSignals signals;
        const auto started = waitFor(backend.submit(request), backend, signals);
        if (!started)
            return endInterrupted(backend);
        if (!*started)
            return Output::error(started->error());
        return followAction(backend, signals, **started, options.wantsJson());
    });
}

int list(const QStringList &arguments)
{
    Options options(u"list"_s, u"Lists the tasks, newest first."_s);
    options.remote().json();
    options.value(u"state"_s, u"STATE"_s, u"Only those in this state."_s)
        .value(u"name"_s, u"NAME"_s, u"Only those of this definition."_s)
        .value(u"q"_s, u"TEXT"_s, u"Only those with this text in key, name or input."_s)
        .flag(u"stale"_s, u"Only those that nobody drives."_s)
        .value(u"limit"_s, u"N"_s, u"At most so many; all by default."_s);
    return withBackend(options, arguments, [&](Backend &backend) {
        TaskQuery query;
        const auto most = options.number(u"limit"_s, std::numeric_limits<qint64>::max(), 1,
                                         std::numeric_limits<qint64>::max());
        if (!most)
            return Output::error(most.error());
        if (const auto state = options.text(u"state"_s)) {
            query.state = taskStateFromWire(state->toUtf8());
            if (!query.state)
                return Output::error(
                    {ErrorCode::InvalidArgument, u"\"%1\" is no state"_s.arg(*state)});
        }
        if (options.isSet(u"stale"_s))
            query.stale = true;
        query.name = options.text(u"name"_s).value_or(QString()).toUtf8();
        query.text = options.text(u"q"_s).value_or(QString());
        for (qint64 left = *most; left > 0;) {
            query.limit = int(std::min<qint64>(left, Limits::kTasksPage));
            const auto page = waitFor(backend.tasks(query));
            if (!page)
                return Output::error(page.error());
            const QJsonObject json = parseJson(*page).value_or(QJsonValue()).toObject();
            const QJsonArray tasks = json.value("tasks"_L1).toArray();
            for (const QJsonValue task : tasks) {
                if (options.wantsJson())
                    Output::json(QJsonDocument(task.toObject()).toJson(QJsonDocument::Compact));
                else
                    Output::taskRow(task.toObject());
            }
            left -= tasks.size();
            query.cursor = json.value("nextCursor"_L1).toString().toLatin1();
            if (query.cursor.isEmpty())
                break;
        }
        return ExitCode::kDone;
    });
}

int show(const QStringList &arguments)
{
    Options options(u"show"_s, u"Shows one task."_s, {u"ID"_s});
    options.remote().json();
    return withBackend(options, arguments, [&](Backend &backend) {
        const auto task = waitFor(backend.task(options.positional(0).toUtf8()));
        if (!task)
            return Output::error(task.error());
        if (!options.wantsJson())
            return showInWords(backend, *task);
        Output::task(*task, true);
        return ExitCode::kDone;
    });
}

int tail(const QStringList &arguments)
{
    Options options(u"tail"_s, u"Prints a task's events from the first on, until it has ended."_s,
                    {u"ID"_s});
    options.remote().json();
    return withBackend(options, arguments, [&](Backend &backend) {
        const ExitSignals signals;
        const auto task = waitFor(backend.task(options.positional(0).toUtf8()), backend, signals);
        if (!task)
            return endInterrupted(backend);
        if (!*task)
            return Output::error(task->error());
        return followToEnd(backend, signals, member(**task, "id"_L1).toUtf8(), options.wantsJson());
    });
}

} // namespace Kintsugi::Commands
