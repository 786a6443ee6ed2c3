// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/engineadapter.h"

namespace Kintsugi {

EngineAdapter::EngineAdapter(Engine &engine)
    : m_engine(engine)
{}

EngineAdapter::~EngineAdapter() = default;

QFuture<Expected<ActionResult>> EngineAdapter::submit(SubmitRequest request)
{
    return m_engine.submit(std::move(request));
}

QFuture<Expected<StartPreview>> EngineAdapter::preview(SubmitRequest request)
{
    return m_engine.preview(std::move(request));
}

QFuture<Expected<ActionResult>> EngineAdapter::nudge(TaskRef ref)
{
    return m_engine.nudge(std::move(ref));
}

QFuture<Expected<ActionResult>> EngineAdapter::stop(TaskRef ref, QString reason)
{
    return m_engine.stop(std::move(ref), std::move(reason));
}

QFuture<Expected<ActionResult>> EngineAdapter::suspend(TaskRef ref)
{
    return m_engine.suspend(std::move(ref), {});
}

QFuture<Expected<ActionResult>> EngineAdapter::resume(TaskRef ref)
{
    return m_engine.resume(std::move(ref));
}

QFuture<Expected<ActionResult>> EngineAdapter::retry(TaskRef ref)
{
    return m_engine.retry(std::move(ref));
}

QFuture<Expected<ActionResult>> EngineAdapter::fork(TaskRef ref, QString fromStep)
{
    return m_engine.fork(std::move(ref), std::move(fromStep));
}

QFuture<Expected<TaskId>> EngineAdapter::remove(TaskRef ref)
{
    return m_engine.remove(std::move(ref));
}

QFuture<Expected<ActionResult>> EngineAdapter::crash(TaskRef ref)
{
    return m_engine.crash(std::move(ref));
}

QFuture<Expected<Task>> EngineAdapter::task(TaskRef ref)
{
    return m_engine.task(std::move(ref));
}

QFuture<Expected<TaskPage>> EngineAdapter::tasks(TaskQuery query)
{
    return m_engine.tasks(std::move(query));
}

QFuture<Expected<TaskCounts>> EngineAdapter::counts()
{
    return m_engine.counts(localUser());
}

QFuture<Expected<EventPage>> EngineAdapter::events(TaskRef ref, Seq after, int limit)
{
    return m_engine.events(std::move(ref), after, limit);
}

QFuture<Expected<QList<StepRecord>>> EngineAdapter::steps(TaskRef ref)
{
    return m_engine.steps(std::move(ref));
}

QFuture<EngineStatus> EngineAdapter::status()
{
    return m_engine.status();
}

QList<DefinitionInfo> EngineAdapter::definitions() const
{
    return m_engine.definitions();
}

bool EngineAdapter::testMode() const
{
    return m_engine.config().testMode;
}

Subscription EngineAdapter::subscribe(const TaskId &id, QObject *context,
                                      std::function<void()> wake)
{
    return m_engine.subscribe(id, context, std::move(wake));
}

Subscription EngineAdapter::subscribeAll(QObject *context, std::function<void(QList<TaskId>)> wake)
{
    return m_engine.subscribeAll(context, std::move(wake));
}

std::optional<QList<Event>> EngineAdapter::recentEvents(const TaskId &id, Seq after,
                                                        int limit) const
{
    return m_engine.recentEvents(id, after, limit);
}

} // namespace Kintsugi
