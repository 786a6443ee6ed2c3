// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/taskdefinition.h"

#include <QObject>

#include <atomic>

namespace Kintsugi {

class Registry;

struct ProbeInput
{
    Q_GADGET
    Q_PROPERTY(QString mode MEMBER mode)
    Q_PROPERTY(int n MEMBER n)

public:
    QString mode;
    int n = 1;
};

struct Note
{
    Q_GADGET
    Q_CLASSINFO("event", "note")
    Q_PROPERTY(QString stage MEMBER stage)
    Q_PROPERTY(int i MEMBER i)

public:
    QString stage;
    int i = 0;
};

struct ProbeRecovered
{
    Q_GADGET
    Q_CLASSINFO("event", "recovered")
    Q_PROPERTY(int fromTick MEMBER fromTick)

public:
    int fromTick = 0;
};

struct ProbeResult
{
    Q_GADGET
    Q_PROPERTY(QString text MEMBER text)
    Q_PROPERTY(int total MEMBER total)

public:
    QString text;
    int total = 0;
};

/*! A task that does what its mode says, for looking into an engine from inside a handler. */
inline constexpr TaskDefinition<ProbeInput, ProbeResult, Note, ProbeRecovered> kProbe{
    .name = "probe", .version = 1, .title = "Probe", .autoRecover = false};

/*! What a probe has done, and what holds it: for all probes of the test at once. */
struct ProbeState
{
    std::atomic<int> frames = 0; //!< Handlers whose frame lives.
    std::atomic<int> bodies = 0; //!< Step bodies that have begun.
    std::atomic<int> told = 0; //!< Bodies that were asked to stop.
    std::atomic<bool> open = false; //!< Lets the bodies go that wait for it.

    void reset()
    {
        bodies = 0;
        told = 0;
        open = false;
    }
};
inline ProbeState probe;

[[nodiscard]] Registry probeTasks();

} // namespace Kintsugi
