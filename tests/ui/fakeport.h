// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "tests/ui/runlogs.h"
#include "ui/engineport.h"

#include <QHash>
#include <QMap>
#include <QPointer>

namespace Kintsugi {

/*! An engine that does only what a test tells it: tasks and logs in memory, every call written
 *  down, answers held back when asked for. */
class FakePort final : public EnginePort
{
public:
    // What the test says.
    void put(const Task &task); //!< A new or newer row; tells the subscribers.
    void append(const TaskId &id, QByteArray type, QByteArray payload, int attempt = 1);
    void put(const RunLog &log);
    void putSteps(const TaskId &id, const QList<StepRecord> &steps);
    /*! \a count completed tasks, one a second, the last the newest. */
    void fill(int count);

    QStringList calls; //!< "nudge ID", "stop ID reason", "events ID after 3"…
    QList<DefinitionInfo> infos;
    bool test = true;
    bool remembersTail = true; //!< False: recentEvents() has nothing, as for an old task.
    bool hold = false; //!< Answers wait for release().
    std::optional<Error> refusal; //!< The next action is refused with it.
    std::optional<Task> existing; //!< What preview() finds.
    QString previewKey = QString(64, u'a');
    EngineStatus engineStatus;
    int eventReads = 0;

    void release();
    [[nodiscard]] int subscribers() const;
    [[nodiscard]] const Task &at(const TaskId &id) const { return *m_tasks.find(id); }
    [[nodiscard]] const QList<Event> &log(const TaskId &id) { return m_events[id]; }

    // What the window asks.
    QFuture<Expected<ActionResult>> submit(SubmitRequest request) override;
    QFuture<Expected<StartPreview>> preview(SubmitRequest request) override;
    QFuture<Expected<ActionResult>> nudge(TaskRef ref) override;
    QFuture<Expected<ActionResult>> stop(TaskRef ref, QString reason) override;
    QFuture<Expected<ActionResult>> suspend(TaskRef ref) override;
    QFuture<Expected<ActionResult>> resume(TaskRef ref) override;
    QFuture<Expected<ActionResult>> retry(TaskRef ref) override;
    QFuture<Expected<ActionResult>> fork(TaskRef ref, QString fromStep) override;
    QFuture<Expected<TaskId>> remove(TaskRef ref) override;
    QFuture<Expected<ActionResult>> crash(TaskRef ref) override;
    QFuture<Expected<Task>> task(TaskRef ref) override;
    QFuture<Expected<TaskPage>> tasks(TaskQuery query) override;
    QFuture<Expected<TaskCounts>> counts() override;
    QFuture<Expected<EventPage>> events(TaskRef ref, Seq after, int limit) override;
    QFuture<Expected<QList<StepRecord>>> steps(TaskRef ref) override;
    QFuture<EngineStatus> status() override;
    QList<DefinitionInfo> definitions() const override { return infos; }
    bool testMode() const override { return test; }
    Subscription subscribe(const TaskId &id, QObject *context, std::function<void()> wake) override;
    Subscription subscribeAll(QObject *context, std::function<void(QList<TaskId>)> wake) override;
    std::optional<QList<Event>> recentEvents(const TaskId &id, Seq after, int limit) const override;

private:
    struct Listener
    {
        TaskId id; //!< Null: every task.
        QPointer<QObject> context;
        std::function<void(QList<TaskId>)> wake;
    };
    template<typename T>
    QFuture<T> answer(T value);
    QFuture<Expected<ActionResult>> act(const TaskRef &ref, Outcome outcome);
    void tell(const TaskId &id);
    [[nodiscard]] QList<Event> slice(const TaskId &id, Seq after, int limit) const;

    QMap<TaskId, Task> m_tasks; //!< Ids grow with time.
    QHash<TaskId, QList<Event>> m_events;
    QHash<TaskId, QList<StepRecord>> m_steps;
    QMap<int, Listener> m_listeners;
    int m_nextListener = 0;
    QList<std::function<void()>> m_held;
    int m_filled = 0;
};

/*! A task with what most tests need. */
[[nodiscard]] Task taskOf(int number, TaskState state, const QByteArray &name = "count-to-n");
[[nodiscard]] DefinitionInfo countDefinition();

} // namespace Kintsugi
