// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/engineport.h"

namespace Kintsugi {

/*! The real engine behind the window's port. Forwards, decides nothing; the engine outlives it. */
class EngineAdapter final : public EnginePort
{
    Q_DISABLE_COPY_MOVE(EngineAdapter)

public:
    explicit EngineAdapter(Engine &engine);
    ~EngineAdapter() override;

    [[nodiscard]] QFuture<Expected<ActionResult>> submit(SubmitRequest request) override;
    [[nodiscard]] QFuture<Expected<StartPreview>> preview(SubmitRequest request) override;
    [[nodiscard]] QFuture<Expected<ActionResult>> nudge(TaskRef ref) override;
    [[nodiscard]] QFuture<Expected<ActionResult>> stop(TaskRef ref, QString reason) override;
    [[nodiscard]] QFuture<Expected<ActionResult>> suspend(TaskRef ref) override;
    [[nodiscard]] QFuture<Expected<ActionResult>> resume(TaskRef ref) override;
    [[nodiscard]] QFuture<Expected<ActionResult>> retry(TaskRef ref) override;
    [[nodiscard]] QFuture<Expected<ActionResult>> fork(TaskRef ref, QString fromStep) override;
    [[nodiscard]] QFuture<Expected<TaskId>> remove(TaskRef ref) override;
    [[nodiscard]] QFuture<Expected<ActionResult>> crash(TaskRef ref) override;

    [[nodiscard]] QFuture<Expected<Task>> task(TaskRef ref) override;
    [[nodiscard]] QFuture<Expected<TaskPage>> tasks(TaskQuery query) override;
    [[nodiscard]] QFuture<Expected<TaskCounts>> counts() override;
    [[nodiscard]] QFuture<Expected<EventPage>> events(TaskRef ref, Seq after, int limit) override;
    [[nodiscard]] QFuture<Expected<QList<StepRecord>>> steps(TaskRef ref) override;
    [[nodiscard]] QFuture<EngineStatus> status() override;

    [[nodiscard]] QList<DefinitionInfo> definitions() const override;
    [[nodiscard]] bool testMode() const override;

    [[nodiscard]] Subscription subscribe(const TaskId &id, QObject *context,
                                         std::function<void()> wake) override;
    [[nodiscard]] Subscription subscribeAll(QObject *context,
                                            std::function<void(QList<TaskId>)> wake) override;
    [[nodiscard]] std::optional<QList<Event>> recentEvents(const TaskId &id, Seq after,
                                                           int limit) const override;

private:
    Engine &m_engine;
};

} // namespace Kintsugi
