// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/taskdefinition.h"
#include "engine/runtime/context.h"
#include "engine/tasks/builtin.h"

#include <QObject>

namespace Kintsugi {

struct WalkerInput
{
    Q_GADGET
    Q_PROPERTY(QString way MEMBER way)

public:
    QString way; //!< sleep, listen, lose or anything else.
};

struct WalkerResult
{
    Q_GADGET
    Q_PROPERTY(QString text MEMBER text)

public:
    QString text;
};

struct Heard
{
    Q_GADGET
    Q_CLASSINFO("event", "heard")
    Q_PROPERTY(QString word MEMBER word)

public:
    QString word;
};

/*! Takes the step "first"; then it sleeps an hour, waits for the signal "word", fails, or ends. */
inline constexpr TaskDefinition<WalkerInput, WalkerResult, Heard> kWalker{
    .name = "walker", .version = 3, .autoRecover = false, .compatibleVersions = {1, 2}};
inline constexpr TaskDefinition<WalkerInput, WalkerResult> kLocal{.name = "local-only",
                                                                  .localOnly = true};
inline constexpr TaskDefinition<WalkerInput, WalkerResult> kByRequest{
    .name = "by-request", .autoRecover = false, .recoversByRequest = true};

inline Coro<WalkerResult> walk(Context &ctx, WalkerInput input)
{
    using namespace Qt::StringLiterals;
    ctx.summary(u"walks"_s);
    co_await ctx.step(u"first"_s, [] { return 1; });
    if (input.way == u"sleep"_s)
        co_await ctx.sleep(std::chrono::hours(1));
    if (input.way == u"lose"_s)
        throw TaskError("lost"_ba, u"as always"_s);
    QString text;
    if (input.way == u"listen"_s) {
        const auto word = co_await ctx.waitForSignal<QJsonValue>(u"word"_s);
        text = word ? QString::fromUtf8(toCompactJson(*word)) : QString();
        co_await ctx.emit(Heard{text});
    }
    co_return WalkerResult{text};
}

/*! The built-in ones, and these. */
[[nodiscard]] inline Registry apiTasks()
{
    Registry registry = builtinTasks();
    registry.add(kWalker, walk);
    registry.add(kLocal, walk);
    registry.add(kByRequest, walk);
    return registry;
}

} // namespace Kintsugi
