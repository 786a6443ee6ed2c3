// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/models/taskfollower.h"

#include "engine/model/limits.h"
#include "ui/answers.h"

namespace Kintsugi {

using namespace std::chrono_literals;

TaskFollower::TaskFollower(EnginePort &port, QObject *parent)
    : QObject(parent)
    , m_port(port)
{
    m_frame.setSingleShot(true);
    m_frame.setInterval(16ms);
    connect(&m_frame, &QTimer::timeout, this, &TaskFollower::pump);
    m_pulse.setInterval(500ms);
    connect(&m_pulse, &QTimer::timeout, this, &TaskFollower::pulse);
}

TaskFollower::~TaskFollower() = default;

void TaskFollower::follow(const TaskId &id)
{
    leave();
    if (id.isNull())
        return;
    m_id = id;
    m_pulse.start();
    readTask();
}

void TaskFollower::leave()
{
    ++m_generation;
    m_subscription.reset();
    m_frame.stop();
    m_pulse.stop();
    m_id = {};
    m_task.reset();
    m_delivered = m_position = 0;
    m_replayFrom.reset();
    m_caughtUp = m_reading = m_readingTask = m_taskDirty = m_readingSteps = m_stepsDirty = false;
}

void TaskFollower::reattach(Seq seen)
{
    if (m_id.isNull() || !m_task)
        return;
    ++m_generation;
    m_reading = m_readingTask = m_readingSteps = false;
    m_replayFrom = m_position = qMin(seen, m_delivered);
    m_replayed = 0;
    m_caughtUp = false;
    join();
}

void TaskFollower::join()
{
    m_subscription = m_port.subscribe(m_id, this, [this] {
        m_taskDirty = m_stepsDirty = true;
        if (!m_frame.isActive())
            m_frame.start();
    });
    m_stepsDirty = true;
    pump();
}

void TaskFollower::pump()
{
    if (m_id.isNull() || !m_task)
        return;
    if (m_taskDirty)
        readTask();
    if (m_stepsDirty)
        readSteps();
    if (m_reading)
        return;
    if (const auto recent = m_port.recentEvents(m_id, m_position, Limits::kEventsPage)) {
        take(*recent, recent->size() == Limits::kEventsPage);
        return;
    }
    m_reading = true;
    whenAnswered(m_port.events(refOf(m_id), m_position, Limits::kEventsPage), this,
                 [this, generation = m_generation](const Expected<EventPage> &page) {
                     if (generation != m_generation)
                         return;
                     m_reading = false;
                     if (page)
                         take(page->events, page->nextAfter.has_value());
                     else
                         Q_EMIT failed(page.error());
                 });
}

void TaskFollower::take(const QList<Event> &events, bool more)
{
    QList<Event> news;
    news.reserve(events.size());
    for (const Event &event : events) {
        if (event.seq <= m_position)
            continue;
        m_position = event.seq;
        if (m_replayFrom)
            ++m_replayed;
        if (event.seq > m_delivered) {
            m_delivered = event.seq;
            news.append(event);
        }
    }
    if (!news.isEmpty())
        Q_EMIT appended(news);
    if (more) {
        m_frame.start();
        return;
    }
    if (!m_caughtUp) {
        m_caughtUp = true;
        Q_EMIT caughtUp();
    }
    if (const auto seen = std::exchange(m_replayFrom, std::nullopt))
        Q_EMIT reattached(*seen, m_replayed);
}

void TaskFollower::readTaskAgain()
{
    if (!m_id.isNull())
        readTask();
}

void TaskFollower::readTask()
{
    m_taskDirty = m_readingTask;
    if (m_readingTask)
        return;
    m_readingTask = true;
    whenAnswered(m_port.task(refOf(m_id)), this,
                 [this, generation = m_generation](const Expected<Task> &task) {
                     if (generation != m_generation)
                         return;
                     m_readingTask = false;
                     if (!task) {
                         Q_EMIT failed(task.error());
                         return;
                     }
                     const bool first = !m_task;
                     const bool differs = first || *m_task != *task;
                     m_task = *task;
                     if (first) {
                         Q_EMIT started(*task);
                         if (generation == m_generation)
                             join();
                     } else if (differs) {
                         Q_EMIT taskChanged(*task);
                     }
                     if (m_taskDirty && !m_frame.isActive())
                         m_frame.start();
                 });
}

void TaskFollower::readSteps()
{
    m_stepsDirty = m_readingSteps;
    if (m_readingSteps)
        return;
    m_readingSteps = true;
    whenAnswered(m_port.steps(refOf(m_id)), this,
                 [this, generation = m_generation](const Expected<QList<StepRecord>> &steps) {
                     if (generation != m_generation)
                         return;
                     m_readingSteps = false;
                     if (steps)
                         Q_EMIT stepsChanged(*steps);
                     if (m_stepsDirty && !m_frame.isActive())
                         m_frame.start();
                 });
}

/*! Heartbeats, owners and staleness change without a commit of the task's own. */
void TaskFollower::pulse()
{
    if (m_task && !isTerminal(m_task->state))
        readTask();
}

} // namespace Kintsugi
