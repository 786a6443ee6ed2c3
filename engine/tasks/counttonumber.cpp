// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/tasks/counttonumber.h"

#include "engine/model/canonicaljson.h"
#include "engine/runtime/context.h"
#include "engine/tasks/builtin.h"

namespace Kintsugi {

using namespace std::chrono;

namespace {

Tick tickOf(const Event &event)
{
    return fromJsonObject<Tick>(parseJson(event.payload).value_or(QJsonValue()).toObject());
}

} // namespace

Coro<CountResult> countToN(Context &ctx, CountInput input)
{
    // The log is the truth: the last tick in it is the last that anybody has seen, so the next one
    // is the one to emit.
    int last = 0;
    Timestamp lastAt = ctx.startedAt();
    PreviousEvents past = ctx.previousEvents();
    for (QList<Event> page = co_await past.nextPage(); !page.isEmpty();
         page = co_await past.nextPage()) {
        for (const Event &event : std::as_const(page)) {
            if (event.type == "tick") {
                last = tickOf(event).i;
                lastAt = event.at;
            }
        }
    }
    if (ctx.isRecovery())
        co_await ctx.emit(CountRecovered{last + 1, last});

    for (int i = last + 1; i <= input.n; ++i) {
        co_await ctx.sleepSince(lastAt, milliseconds(input.sleepMs));
        lastAt = co_await ctx.emit(Tick{i, input.n});
    }
    co_return CountResult{input.n};
}

} // namespace Kintsugi
