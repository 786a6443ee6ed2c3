// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/runtime/showcase.h"

#include "engine/runtime/context.h"
#include "engine/tasks/builtin.h"

#include <QFile>

#include <fcntl.h>
#include <unistd.h>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

void noteEffect(const QString &file, const QString &line)
{
    const int descriptor = ::open(QFile::encodeName(file).constData(),
                                  O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    const QByteArray bytes = line.toUtf8() + '\n';
    if (descriptor < 0 || ::write(descriptor, bytes.constData(), size_t(bytes.size())) < 0)
        qFatal("cannot note an effect in %s", qPrintable(file));
    ::close(descriptor);
}

namespace {

/*! A step whose body notes that it ran. */
auto counted(Context &ctx, const QString &effects, const QString &name, int value)
{
    return ctx.step(name, [effects, name, value] {
        noteEffect(effects, name);
        return value;
    });
}

Coro<int> leftBranch(Context &ctx, QString effects)
{
    const auto one = co_await counted(ctx, effects, u"left"_s, 1);
    const auto two = co_await counted(ctx, effects, u"left again"_s, 2);
    co_return one.value + two.value;
}

Coro<int> rightBranch(Context &ctx, QString effects, Gate &gate)
{
    const auto done = co_await counted(ctx, effects, u"right"_s, 10);
    gate.open();
    const auto [a, b] =
        co_await ctx.all([effects](Context &inner) { return leftBranch(inner, effects); },
                         [effects](Context &inner) -> Coro<int> {
                             co_return (co_await counted(inner, effects, u"leaf"_s, 100)).value;
                         });
    co_return done.value + a + b;
}

Coro<int> waitingBranch(Context &ctx, QString effects, Gate &gate)
{
    co_await ctx.opened(gate);
    co_return (co_await counted(ctx, effects, u"after the gate"_s, 1000)).value;
}

Coro<int> nested(Context &ctx, QString effects)
{
    noteEffect(effects, u"nested"_s);
    const auto inner = co_await counted(ctx, effects, u"inner"_s, 5);
    co_return inner.value * 2;
}

Coro<ShowcaseResult> showcase(Context &ctx, ShowcaseInput input)
{
    const QString effects = input.effects;
    if (ctx.isRecovery())
        co_await ctx.emit(ShowcaseRecovered{ctx.memoisedSteps()});
    ctx.summary(u"on its way"_s);
    const QString uuid = ctx.uuid();
    const double random = ctx.random();
    const Timestamp now = ctx.now();
    const QString said = u"%1 %2 %3"_s.arg(uuid).arg(random, 0, 'g', 17).arg(toUnixMs(now));
    const auto first = co_await ctx.step(u"first"_s, [effects, said] {
        noteEffect(effects, u"first"_s);
        return said;
    });
    co_await ctx.emit(ShowcaseNote{u"one"_s}, ShowcaseNote{u"two"_s});

    // Fails once a task, whatever breaks in between: the folder is the task's own.
    const StepOptions again{.retry = {.maxAttempts = 5, .initialDelay = 2ms}, .recordStart = true};
    const QString marker = effects + u".tried"_s;
    const auto stubborn = co_await ctx.step(u"stubborn"_s, again, [effects, marker] {
        noteEffect(effects, u"stubborn"_s);
        if (!QFile::exists(marker)) {
            noteEffect(marker, u"x"_s);
            throw TaskError("not_yet"_ba, u"it wants to be asked twice"_s, true);
        }
        return 7;
    });

    Gate gate;
    const auto [left, right, waited] =
        co_await ctx.all([&](Context &branch) { return leftBranch(branch, effects); },
                         [&](Context &branch) { return rightBranch(branch, effects, gate); },
                         [&](Context &branch) { return waitingBranch(branch, effects, gate); });

    const auto outer =
        co_await ctx.step(u"outer"_s, [effects](Context &inner) { return nested(inner, effects); });

    const auto row = co_await ctx.stepInTransaction(u"row"_s, [id = ctx.taskId()](Transaction &db) {
        const auto run = [&db](const QByteArray &sql, const QVariantList &values = {}) {
            const auto rows = db.exec(sql, values);
            if (!rows)
                throw TaskError("sql"_ba, rows.error().message);
            return *rows;
        };
        run("CREATE TABLE IF NOT EXISTS showcase (task TEXT NOT NULL, n INTEGER NOT NULL)");
        run("INSERT INTO showcase VALUES (?, ?)", {id.toString(), 1});
        return int(run("SELECT sum(n) AS total FROM showcase WHERE task = ?", {id.toString()})
                       .first()
                       .value(u"total"_s)
                       .toLongLong());
    });

    co_await ctx.sleep(30ms); // Longer than the tests' park-after: without a frame.
    co_await ctx.emit(ShowcaseNote{u"rested"_s});
    const auto go = co_await ctx.waitForSignal<QString>(u"go"_s);
    const auto late = co_await ctx.waitForSignal<QString>(u"never"_s, 20ms);
    ctx.summary(u"done"_s);
    const bool agrees = first.value == said;
    co_return ShowcaseResult{stubborn.value + left + right + waited + outer.value, row.value,
                             agrees, go.value_or(QString()) + u'/' + late.value_or(u"late"_s)};
}

} // namespace

Registry showcaseTasks()
{
    Registry registry = builtinTasks();
    registry.add(kShowcase, showcase);
    return registry;
}

} // namespace Kintsugi
