// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/benchrun.h"

#include "app/cli/benchtask.h"
#include "engine/runtime/whendone.h"

#include <algorithm>

namespace Kintsugi {

using namespace Qt::StringLiterals;

BenchRun::BenchRun(Engine &engine, const Clock &clock, BenchPlan plan)
    : m_engine(engine)
    , m_clock(clock)
    , m_plan(plan)
{}

Expected<BenchFigures> BenchRun::run()
{
    const Subscription subscription =
        m_engine.subscribeEnds(this, [this](const QList<Event> &ends) { ended(ends); });
    m_began = m_clock.monotonic();
    for (int i = 0; i < m_plan.inFlight && mayStart(); ++i)
        startOne();
    m_loop.exec();
    if (m_error)
        return std::unexpected(*m_error);
    BenchFigures figures{.workflows = qint64(m_latencies.size()),
                         .took = m_clock.monotonic() - m_began};
    std::ranges::sort(m_latencies);
    figures.median = m_latencies[m_latencies.size() / 2];
    figures.p99 = m_latencies[m_latencies.size() * 99 / 100];
    return figures;
}

void BenchRun::startOne()
{
    ++m_open;
    SubmitRequest request;
    request.name = kBenchTask.name;
    request.input = {{u"run"_s, ++m_runs}, {u"steps"_s, m_plan.steps}};
    const Monotonic at = m_clock.monotonic();
    whenDone(this, m_engine.submit(std::move(request)),
             [this, at](const Expected<ActionResult> &answer) { started(answer, at); });
}

bool BenchRun::mayStart() const
{
    return m_plan.workflows > 0 ? m_runs < m_plan.workflows
                                : m_clock.monotonic() - m_began < m_plan.lasts;
}

void BenchRun::started(const Expected<ActionResult> &answer, Monotonic at)
{
    if (!answer) {
        giveUp(answer.error());
        return;
    }
    const TaskId &id = answer->task.id;
    if (const auto end = m_endedEarly.constFind(id); end != m_endedEarly.constEnd())
        finishOne(m_endedEarly.take(id), at);
    else
        m_startedAt.insert(id, at);
}

void BenchRun::ended(const QList<Event> &ends)
{
    for (const Event &end : ends) {
        if (const auto at = m_startedAt.constFind(end.task); at != m_startedAt.constEnd())
            finishOne(end, m_startedAt.take(end.task));
        else
            m_endedEarly.insert(end.task, end);
    }
}

void BenchRun::finishOne(const Event &end, Monotonic startedAt)
{
    if (end.type != EventTypes::kCompleted) {
        giveUp({ErrorCode::Internal,
                u"a workflow of the bench ended as %1: %2"_s.arg(QString::fromUtf8(end.type),
                                                                 QString::fromUtf8(end.payload))});
        return;
    }
    m_latencies.push_back(m_clock.monotonic() - startedAt);
    --m_open;
    if (mayStart() && !m_error)
        startOne();
    else if (m_open == 0)
        m_loop.quit();
}

void BenchRun::giveUp(const Error &error)
{
    if (!m_error)
        m_error = error;
    m_loop.quit();
}

} // namespace Kintsugi
