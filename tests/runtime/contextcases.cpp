// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/runtime/contextcases.h"

#include "engine/runtime/context.h"
#include "tests/runtime/showcase.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

struct CaseInput
{
    Q_GADGET
    Q_PROPERTY(QString mode MEMBER mode)

public:
    QString mode;
};

struct CaseNote
{
    Q_GADGET
    Q_CLASSINFO("event", "note")
    Q_PROPERTY(QString what MEMBER what)

public:
    QString what;
};

struct CaseResult
{
    Q_GADGET
    Q_PROPERTY(QString text MEMBER text)

public:
    QString text;
};

Coro<int> failing(Context &ctx, int after)
{
    (void)co_await ctx.step(u"before"_s, [] { return ++bodiesRun; });
    if (after >= 0)
        throw TaskError("branch"_ba, u"branch %1 failed"_s.arg(after));
    co_return after;
}

Coro<int> tidying(Context &ctx)
{
    bool stopped = false;
    try {
        co_await ctx.sleep(1h);
    } catch (const Stopped &) {
        stopped = true;
    }
    if (stopped)
        co_await ctx.emit(CaseNote{u"tidied"_s});
    co_return 1;
}

Coro<CaseResult> handle(Context &ctx, CaseInput input)
{
    ++handlersBegun;
    const QString mode = input.mode;
    if (mode == "slow step"_L1) {
        const StepOptions options{.retry = {.maxAttempts = 2, .initialDelay = 1ms},
                                  .timeout = 20ms};
        co_await ctx.step(u"slow"_s, options, [](const std::stop_token &stop) {
            ++bodiesRun;
            while (!stop.stop_requested())
                std::this_thread::yield();
            return 1;
        });
    } else if (mode == "slow coroutine step"_L1) {
        const StepOptions options{.timeout = 20ms};
        co_await ctx.step(u"slow"_s, options, [&ctx]() -> Coro<int> {
            ++bodiesRun;
            co_await ctx.sleep(1h);
            co_return 1;
        });
    } else if (mode == "failing branches"_L1) {
        co_await ctx.all([](Context &branch) { return failing(branch, -1); },
                         [](Context &branch) { return failing(branch, 1); },
                         [](Context &branch) { return failing(branch, 2); });
    } else if (mode == "stopped branches"_L1) {
        co_await ctx.all([](Context &branch) { return tidying(branch); },
                         [](Context &branch) -> Coro<void> { co_await branch.sleep(1h); });
    } else if (mode == "nested ask"_L1) {
        co_await ctx.step(u"outer"_s, [&ctx]() -> Coro<int> {
            co_return (co_await ctx.step(u"inner"_s, [] { return 1; })).value;
        });
    } else if (mode == "no branches"_L1) {
        const auto none = co_await ctx.all(std::vector<std::function<Coro<int>(Context &)>>());
        co_return CaseResult{QString::number(none.size())};
    } else if (mode == "many branches"_L1) {
        std::vector<std::function<Coro<int>(Context &)>> branches;
        for (int i = 0; i < 300; ++i)
            branches.emplace_back([i](Context &branch) -> Coro<int> {
                co_return (co_await branch.step(u"n"_s, [i]() -> Coro<int> { co_return i; })).value;
            });
        int sum = 0;
        for (const int value : co_await ctx.all(std::move(branches)))
            sum += value;
        co_return CaseResult{QString::number(sum)};
    } else if (mode == "resting branches"_L1) {
        // Neither alone lets the task be parked; together they do.
        co_await ctx.all([](Context &branch) -> Coro<void> { co_await branch.sleep(60ms); },
                         [](Context &branch) -> Coro<void> {
                             (void)co_await branch.step(u"work"_s, [] { return ++bodiesRun; });
                             co_await branch.sleep(60ms);
                         });
        co_await ctx.emit(CaseNote{u"rested"_s});
    } else if (mode == "emits around a sleep"_L1) {
        co_await ctx.emit(CaseNote{u"before"_s});
        co_await ctx.sleep(60ms);
        co_await ctx.emit(CaseNote{u"between"_s});
        co_await ctx.sleep(60ms);
        co_await ctx.emit(CaseNote{u"after"_s});
    } else if (mode == "signals"_L1) {
        QStringList got;
        for (int i = 0; i < 3; ++i)
            got << (co_await ctx.waitForSignal<QString>(u"word"_s)).value_or(u"-"_s);
        co_return CaseResult{got.join(u' ')};
    } else if (mode == "signal in time"_L1) {
        const auto word = co_await ctx.waitForSignal(u"word"_s, 50ms);
        co_return CaseResult{word ? u"came"_s : u"late"_s};
    } else if (mode == "tries again"_L1) {
        if (ctx.attempt() < 3)
            throw TaskError("unlucky"_ba, u"attempt %1"_s.arg(ctx.attempt()), true);
        co_return CaseResult{QString::number(ctx.attempt())};
    } else if (mode == "fails for good"_L1) {
        throw TaskError("hopeless"_ba, u"no use"_s, false);
    } else if (mode == "too slow"_L1) {
        co_await ctx.sleep(1h);
    } else if (mode == "bad sql"_L1) {
        QStringList refusals;
        for (
            const QByteArray &sql :
            {"DELETE FROM tasks"_ba, "COMMIT"_ba, "SELECT * FROM events"_ba,
             "PRAGMA user_version = 9"_ba, "ATTACH ':memory:' AS other"_ba,
             "CREATE TRIGGER t AFTER INSERT ON steps BEGIN SELECT 1; END"_ba,
             "CREATE TABLE mine (a); DROP TABLE mine"_ba, "nonsense"_ba,
             "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"_ba}) {
            const QString name = QString::fromUtf8(sql.left(20));
            try {
                co_await ctx.stepInTransaction(name, [sql](Transaction &db) {
                    (void)db.exec("CREATE TABLE IF NOT EXISTS leftover (a)");
                    if (const auto done = db.exec(sql); !done)
                        throw TaskError("sql"_ba, done.error().message);
                    return true;
                });
            } catch (const TaskError &error) {
                refusals << error.message();
            }
        }
        co_return CaseResult{refusals.join(u'\n')};
    } else if (mode == "renamed in a branch"_L1) {
        co_await ctx.all([](Context &branch) -> Coro<void> {
            (void)co_await branch.step(branch.attempt() == 1 ? u"old"_s : u"new"_s,
                                       [] { return ++bodiesRun; });
            co_await branch.emit(CaseNote{u"there"_s});
            co_await branch.sleep(1h);
        });
    } else if (mode == "caught failure"_L1) {
        bool failed = false;
        try {
            co_await ctx.step(u"pour"_s, []() -> int {
                ++bodiesRun;
                throw TaskError("empty"_ba, u"no tea"_s);
            });
        } catch (const TaskError &) {
            failed = true;
        }
        if (failed)
            co_await ctx.emit(CaseNote{u"coffee then"_s});
        if (ctx.attempt() == 1)
            co_await ctx.sleep(1h);
    }
    co_return CaseResult{mode};
}

constexpr TaskDefinition<CaseInput, CaseResult, CaseNote> kCase{.name = "case", .version = 1};
constexpr TaskDefinition<CaseInput, CaseResult, CaseNote> kTried{
    .name = "tried",
    .version = 1,
    .retry = {.maxAttempts = 3, .initialDelay = 5ms},
    .timeout = 10s};
constexpr TaskDefinition<CaseInput, CaseResult, CaseNote> kTimed{
    .name = "timed", .version = 1, .timeout = 80ms};

} // namespace

Registry contextCases()
{
    Registry registry = showcaseTasks();
    registry.add(kCase, handle);
    registry.add(kTried, handle);
    registry.add(kTimed, handle);
    return registry;
}

} // namespace Kintsugi

#include "contextcases.moc"
