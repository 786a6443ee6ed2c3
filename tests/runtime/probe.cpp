// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/runtime/probe.h"

#include "engine/model/limits.h"
#include "engine/runtime/context.h"
#include "engine/runtime/registry.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds kForever = 1h;

struct Frame
{
    Frame() { ++probe.frames; }
    ~Frame() { --probe.frames; }
    Q_DISABLE_COPY_MOVE(Frame)
};

/*! A body that ends when the test opens the gate or, if it listens, when it is asked to stop. */
int holdOn(const std::stop_token &stop, bool listens)
{
    ++probe.bodies;
    const std::stop_callback note(stop, [] { ++probe.told; });
    while (!probe.open && !(listens && stop.stop_requested()))
        std::this_thread::yield();
    return 1;
}

Coro<void> nap(Context &ctx)
{
    const Frame frame;
    co_await ctx.sleep(kForever);
}

Coro<ProbeResult> handle(Context &ctx, ProbeInput input)
{
    const Frame frame;
    const QString mode = input.mode;
    if (ctx.isRecovery())
        co_await ctx.emit(ProbeRecovered{ctx.attempt()});

    if (mode == "sleep"_L1) {
        co_await ctx.emit(Note{u"asleep"_s, 1});
        co_await nap(ctx);
    } else if (mode == "emit"_L1) {
        for (int i = 1;; ++i)
            co_await ctx.emit(Note{u"busy"_s, i});
    } else if (mode == "step"_L1 || mode == "deaf"_L1) {
        co_await ctx.step(u"hold"_s, [listens = mode == "step"_L1](const std::stop_token &stop) {
            return holdOn(stop, listens);
        });
    } else if (mode == "tidy"_L1 || mode == "stuck"_L1) {
        bool stopped = false;
        try {
            co_await nap(ctx);
        } catch (const Stopped &) {
            stopped = true;
        }
        if (stopped) {
            co_await ctx.emit(Note{u"tidying"_s, 1});
            co_await ctx.sleep(mode == "stuck"_L1 ? kForever : 100ms);
            co_await ctx.emit(Note{u"tidied"_s, 2});
        }
    } else if (mode == "throw"_L1) {
        throw TaskError("teapot"_ba, u"short and stout"_s);
    } else if (mode == "throw-step"_L1) {
        co_await ctx.step(u"pour"_s,
                          []() -> int { throw TaskError("empty"_ba, u"no tea"_s, true); });
    } else if (mode == "throw-std"_L1) {
        co_await ctx.step(u"pour"_s, []() -> int { throw std::logic_error("out of range"); });
    } else if (mode == "throw-int"_L1) {
        co_await ctx.step(u"pour"_s, []() -> int { throw 7; });
    } else if (mode == "catch-step"_L1) {
        QString caught;
        try {
            co_await ctx.step(u"pour"_s, []() -> int { throw TaskError("empty"_ba, u"no tea"_s); });
        } catch (const TaskError &error) {
            caught = error.message() + u" in "_s + error.step();
        }
        co_return ProbeResult{caught, 0};
    } else if (mode == "big-step"_L1) {
        co_await ctx.step(u"fill"_s, [] { return QString(Limits::kResultBytes, u'x'); });
    } else if (mode == "big-result"_L1) {
        co_return ProbeResult{QString(Limits::kResultBytes, u'x'), 0};
    } else if (mode == "big-event"_L1) {
        co_await ctx.emit(Note{QString(Limits::kPayloadBytes, u'x'), 0});
    } else if (mode == "nameless-step"_L1) {
        co_await ctx.step(QString(), [] { return 1; });
    } else if (mode == "renamed"_L1) {
        co_await ctx.step(ctx.attempt() == 1 ? u"old name"_s : u"new name"_s, [] { return 1; });
        co_await ctx.emit(Note{u"asleep"_s, 1});
        co_await nap(ctx);
    } else if (mode == "same-name"_L1) {
        int total = 0;
        for (int i = 1; i <= input.n; ++i) {
            const auto done = co_await ctx.step(u"add"_s, [i] {
                ++probe.bodies;
                return i;
            });
            total += done.value;
        }
        if (ctx.attempt() == 1) {
            co_await ctx.emit(Note{u"asleep"_s, total});
            co_await nap(ctx);
        }
        co_return ProbeResult{QString(), total};
    } else if (mode == "pages"_L1) {
        QStringList sizes;
        int seen = 0;
        Seq last = 0;
        PreviousEvents past = ctx.previousEvents();
        for (QList<Event> page = co_await past.nextPage(); !page.isEmpty();
             page = co_await past.nextPage()) {
            sizes << QString::number(page.size());
            for (const Event &event : std::as_const(page)) {
                if (event.seq != ++last)
                    throw TaskError("gap"_ba, u"a gap before %1"_s.arg(event.seq));
                seen += event.type == "note" ? 1 : 0;
            }
        }
        for (int i = seen + 1; i <= input.n; ++i)
            co_await ctx.emit(Note{QString(), i});
        if (ctx.attempt() == 1)
            co_await nap(ctx);
        co_return ProbeResult{sizes.join(u' '), seen};
    } else if (mode == "quiet"_L1) {
        co_await nap(ctx);
    }
    co_return ProbeResult{mode, input.n};
}

} // namespace

Registry probeTasks()
{
    Registry registry;
    registry.add(kProbe, handle);
    return registry;
}

} // namespace Kintsugi
