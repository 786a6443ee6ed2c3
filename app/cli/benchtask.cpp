// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/benchtask.h"

#include "engine/runtime/context.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

Coro<BenchResult> benchTask(Context &ctx, BenchInput input)
{
    for (int i = 0; i < input.steps; ++i)
        (void)co_await ctx.step(u"step"_s, [i]() -> Coro<BenchStep> { co_return BenchStep{i}; });
    co_return BenchResult{input.steps};
}

} // namespace Kintsugi
