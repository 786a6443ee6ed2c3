// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/runtime/engine.h"

namespace Kintsugi {

/*! What the window asks of the durable engine, and no more, so that a test can answer instead.
 *
 *  Thread: main. Nothing waits; every future may be answered in any thread and is taken up by
 *  then(context, …).
 */
class EnginePort
{
    Q_DISABLE_COPY_MOVE(EnginePort)

public:
    EnginePort() = default;
    virtual ~EnginePort() = default;

    [[nodiscard]] virtual QFuture<Expected<ActionResult>> submit(SubmitRequest request) = 0;
    [[nodiscard]] virtual QFuture<Expected<StartPreview>> preview(SubmitRequest request) = 0;
    [[nodiscard]] virtual QFuture<Expected<ActionResult>> nudge(TaskRef ref) = 0;
    [[nodiscard]] virtual QFuture<Expected<ActionResult>> stop(TaskRef ref, QString reason) = 0;
    [[nodiscard]] virtual QFuture<Expected<ActionResult>> suspend(TaskRef ref) = 0;
    [[nodiscard]] virtual QFuture<Expected<ActionResult>> resume(TaskRef ref) = 0;
    [[nodiscard]] virtual QFuture<Expected<ActionResult>> retry(TaskRef ref) = 0;
    [[nodiscard]] virtual QFuture<Expected<ActionResult>> fork(TaskRef ref, QString fromStep) = 0;
    [[nodiscard]] virtual QFuture<Expected<TaskId>> remove(TaskRef ref) = 0;
    [[nodiscard]] virtual QFuture<Expected<ActionResult>> crash(TaskRef ref) = 0;

    [[nodiscard]] virtual QFuture<Expected<Task>> task(TaskRef ref) = 0;
    [[nodiscard]] virtual QFuture<Expected<TaskPage>> tasks(TaskQuery query) = 0;
    [[nodiscard]] virtual QFuture<Expected<TaskCounts>> counts() = 0;
    [[nodiscard]] virtual QFuture<Expected<EventPage>> events(TaskRef ref, Seq after,
                                                              int limit) = 0;
    [[nodiscard]] virtual QFuture<Expected<QList<StepRecord>>> steps(TaskRef ref) = 0;
    [[nodiscard]] virtual QFuture<EngineStatus> status() = 0;

    [[nodiscard]] virtual QList<DefinitionInfo> definitions() const = 0;
    [[nodiscard]] virtual bool testMode() const = 0;

    [[nodiscard]] virtual Subscription subscribe(const TaskId &id, QObject *context,
                                                 std::function<void()> wake) = 0;
    [[nodiscard]] virtual Subscription subscribeAll(QObject *context,
                                                    std::function<void(QList<TaskId>)> wake) = 0;
    [[nodiscard]] virtual std::optional<QList<Event>> recentEvents(const TaskId &id, Seq after,
                                                                   int limit) const = 0;
};

/*! The task \a id of the window's user. */
[[nodiscard]] inline TaskRef refOf(const TaskId &id)
{
    return {localUser(), id.bytes()};
}

} // namespace Kintsugi
