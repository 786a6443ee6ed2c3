// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The commands that act on a task that is there.

#include "app/cli/commands.h"
#include "app/cli/follower.h"
#include "app/cli/withbackend.h"
#include "engine/model/canonicaljson.h"

namespace Kintsugi::Commands {

using namespace Qt::StringLiterals;

namespace {

/*! An action's answer: its JSON, or one line for people. */
void printAction(const QByteArray &json, bool asJson)
{
    if (asJson)
        Output::json(json);
    else
        Output::line(
            u"%1 %2"_s.arg(parseJson(json).value_or(QJsonValue())["outcome"_L1].toString(),
                           parseJson(json).value_or(QJsonValue())["task"_L1]["id"_L1].toString()));
}

/*! Does it, says what came of it, and goes along to the end when the task is driven here. */
int perform(Backend &backend, const Options &options, Action action)
{
    action.idOrKey = options.positional(0).toUtf8();
    const ExitSignals signals;
    const auto done = waitFor(backend.act(action), backend, signals);
    if (!done)
        return endInterrupted(backend);
    if (!*done)
        return Output::error(done->error());
    if (backend.drives(**done))
        return followAction(backend, signals, **done, options.wantsJson());
    printAction(**done, options.wantsJson());
    return ExitCode::kDone;
}

int plain(const QStringList &arguments, const QString &name, const QString &purpose,
          Action::Verb verb)
{
    Options options(name, purpose, {u"ID"_s});
    options.remote().json();
    if (verb != Action::Verb::Crash) // That is the server's business alone.
        options.drives().plugins();
    return withBackend(options, arguments,
                       [&](Backend &backend) { return perform(backend, options, {verb, {}}); });
}

int withReason(const QStringList &arguments, const QString &name, const QString &purpose,
               Action::Verb verb)
{
    Options options(name, purpose, {u"ID"_s});
    options.remote().json();
    options.value(u"reason"_s, u"TEXT"_s, u"Why; it ends up in the log."_s);
    return withBackend(options, arguments, [&](Backend &backend) {
        return perform(backend, options, {verb, {}, options.text(u"reason"_s).value_or(QString())});
    });
}

} // namespace

int stop(const QStringList &arguments)
{
    return withReason(arguments, u"stop"_s, u"Asks a task to stop."_s, Action::Verb::Stop);
}

int suspend(const QStringList &arguments)
{
    return withReason(arguments, u"suspend"_s, u"Asks a task to rest until it is resumed."_s,
                      Action::Verb::Suspend);
}

int nudge(const QStringList &arguments)
{
    return plain(arguments, u"nudge"_s,
                 u"Takes a stale or suspended task up again: by a live worker that drives all, "
                 "else here."_s,
                 Action::Verb::Nudge);
}

int resume(const QStringList &arguments)
{
    return plain(arguments, u"resume"_s, u"Takes a suspended task up again."_s,
                 Action::Verb::Resume);
}

int retry(const QStringList &arguments)
{
    return plain(arguments, u"retry"_s,
                 u"Gives a failed or cancelled task a new attempt; finished steps stay finished."_s,
                 Action::Verb::Retry);
}

int crash(const QStringList &arguments)
{
    return plain(arguments, u"crash"_s,
                 u"Drops a running attempt of a server in test mode as a crash would."_s,
                 Action::Verb::Crash);
}

int signal(const QStringList &arguments)
{
    Options options(u"signal"_s,
                    u"Hands a signal to a task that waits for it, now or later; JSON is what it "
                    "bears (null)."_s,
                    {u"ID"_s, u"NAME"_s, u"[JSON]"_s});
    options.remote().json();
    return withBackend(options, arguments, [&](Backend &backend) {
        Action action{Action::Verb::Signal, {}};
        action.signal = options.positional(1);
        if (const QString text = options.positional(2); !text.isNull()) {
            const auto payload = parseJson(text.toUtf8());
            if (!payload)
                return Output::error(
                    {ErrorCode::InvalidArgument, u"the payload is "_s + payload.error().message});
            action.payload = *payload;
        }
        return perform(backend, options, action);
    });
}

int fork(const QStringList &arguments)
{
    Options options(u"fork"_s, u"Makes a new task that has the steps before one already done."_s,
                    {u"ID"_s});
    options.remote().drives().plugins().json();
    options.value(u"from-step"_s, u"STEP"_s, u"The first step that is to run again."_s);
    return withBackend(options, arguments, [&](Backend &backend) {
        const auto step = options.text(u"from-step"_s);
        if (!step)
            return Output::error({ErrorCode::InvalidArgument, u"--from-step is missing"_s});
        return perform(backend, options, {Action::Verb::Fork, {}, {}, *step});
    });
}

int remove(const QStringList &arguments)
{
    Options options(u"delete"_s, u"Deletes a task that has ended, with its log."_s, {u"ID"_s});
    options.remote().json();
    return withBackend(options, arguments, [&](Backend &backend) {
        const auto done = waitFor(backend.remove(options.positional(0).toUtf8()));
        return done ? ExitCode::kDone : Output::error(done.error());
    });
}

} // namespace Kintsugi::Commands
