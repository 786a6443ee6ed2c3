// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"
#include "engine/runtime/engine.h"

#include <QEventLoop>
#include <QHash>
#include <QObject>

#include <vector>

namespace Kintsugi {

struct BenchPlan
{
    int inFlight = 1;
    int steps = 10;
    std::chrono::seconds lasts{10};
    qint64 workflows = 0; //!< So many in all, whatever the time; 0: as many as the time allows.
};

struct BenchFigures
{
    qint64 workflows = 0;
    Monotonic took{};
    Monotonic median{}; //!< Of whole workflows, from the submit to the word of their end.
    Monotonic p99{};
};

/*! Keeps a number of workflows in flight: a new one starts when one ends, until the time is over;
 *  then those that are left end too.
 *
 *  Thread: the caller's, with an event loop of its own.
 */
class BenchRun final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(BenchRun)

public:
    BenchRun(Engine &engine, const Clock &clock, BenchPlan plan);
    ~BenchRun() override = default;

    [[nodiscard]] Expected<BenchFigures> run();

private:
    void startOne();
    [[nodiscard]] bool mayStart() const;
    void started(const Expected<ActionResult> &answer, Monotonic at);
    void ended(const QList<Event> &ends);
    void finishOne(const Event &end, Monotonic startedAt);
    void giveUp(const Error &error);

    Engine &m_engine;
    const Clock &m_clock;
    BenchPlan m_plan;
    QEventLoop m_loop;
    Monotonic m_began{};
    qint64 m_runs = 0;
    int m_open = 0;
    QHash<TaskId, Monotonic> m_startedAt;
    QHash<TaskId, Event> m_endedEarly; // Told before the answer to their submit was.
    std::vector<Monotonic> m_latencies;
    std::optional<Error> m_error;
};

} // namespace Kintsugi
