// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/taskdefinition.h"

#include <QObject>

namespace Kintsugi {

struct CountInput
{
    Q_GADGET
    Q_PROPERTY(int n MEMBER n)
    Q_CLASSINFO("n.title", "Ticks")
    Q_CLASSINFO("n.help", "How far to count.")
    Q_CLASSINFO("n.minimum", "1")
    Q_CLASSINFO("n.maximum", "1000000")
    Q_PROPERTY(int sleepMs MEMBER sleepMs)
    Q_CLASSINFO("sleepMs.title", "Pause before each tick")
    Q_CLASSINFO("sleepMs.unit", "ms")
    Q_CLASSINFO("sleepMs.minimum", "0")
    Q_CLASSINFO("sleepMs.maximum", "3600000")

public:
    int n = 10;
    int sleepMs = 500;
};

struct Tick
{
    Q_GADGET
    Q_CLASSINFO("event", "tick")
    Q_PROPERTY(int i MEMBER i)
    Q_PROPERTY(int n MEMBER n)

public:
    int i = 0; //!< From 1.
    int n = 0;
};

struct CountRecovered
{
    Q_GADGET
    Q_CLASSINFO("event", "recovered")
    Q_PROPERTY(int fromTick MEMBER fromTick)
    Q_PROPERTY(int ticksSoFar MEMBER ticksSoFar)

public:
    int fromTick = 1; //!< The first tick still to come.
    int ticksSoFar = 0;
};

struct CountResult
{
    Q_GADGET
    Q_PROPERTY(int total MEMBER total)

public:
    int total = 0;
};

/*! Counts to n, one event a tick: a handler that looks after its own recovery by reading what it
 * said before. */
inline constexpr TaskDefinition<CountInput, CountResult, Tick, CountRecovered> kCountToN{
    .name = "count-to-n", .version = 1, .title = "Count to n", .autoRecover = false};

} // namespace Kintsugi
