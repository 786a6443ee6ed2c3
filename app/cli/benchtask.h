// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/runtime/registry.h"

#include <QObject>

namespace Kintsugi {

struct BenchInput
{
    Q_GADGET
    Q_PROPERTY(int run MEMBER run)
    Q_PROPERTY(int steps MEMBER steps)
    Q_CLASSINFO("steps.minimum", "0")

public:
    int run = 0; //!< Makes each workflow a task of its own.
    int steps = 10;
};

struct BenchStep
{
    Q_GADGET
    Q_PROPERTY(int i MEMBER i)

public:
    int i = 0;
};

struct BenchResult
{
    Q_GADGET
    Q_PROPERTY(int steps MEMBER steps)

public:
    int steps = 0;
};

/*! Steps one after the other that do nothing but be remembered. */
inline constexpr TaskDefinition<BenchInput, BenchResult> kBenchTask{
    .name = "bench", .version = 1, .title = "Bench", .autoRecover = true};

[[nodiscard]] Coro<BenchResult> benchTask(Context &ctx, BenchInput input);

} // namespace Kintsugi
