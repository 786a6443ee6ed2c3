// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/event.h"
#include "engine/model/steprecord.h"
#include "engine/model/task.h"
#include "engine/model/taskdefinition.h"
#include "engine/model/workerinfo.h"
#include "engine/runtime/engineconfig.h"
#include "engine/runtime/requests.h"
#include "engine/runtime/subscription.h"

#include <QFuture>
#include <QObject>

#include <limits>
#include <memory>

namespace Kintsugi {

class EngineCore;
class Registry;

/*! The public face of the durable engine: everything that a window, a server or a command line may
 * ask of it.
 *
 *  Thread: any, after open(). Nothing waits: futures are answered after the commit that makes them
 * true. A future that is still open when the engine closes is answered with Closing.
 */
class Engine final
{
    Q_DISABLE_COPY_MOVE(Engine)

public:
    /*! Opens (or makes) the store and starts the engine's threads. StoreUnavailable, StoreNewer or
     * StoreForeign say why not. The registry is copied. */
    [[nodiscard]] static Expected<std::unique_ptr<Engine>> open(EngineConfig config,
                                                                const Registry &registry);
    /*! Closes as shutdown() does, then ends the threads. */
    ~Engine();

    [[nodiscard]] QFuture<Expected<ActionResult>> submit(SubmitRequest request);
    [[nodiscard]] QFuture<Expected<StartPreview>>
    preview(SubmitRequest request); //!< Writes nothing.
    [[nodiscard]] QFuture<Expected<ActionResult>> nudge(TaskRef ref);
    [[nodiscard]] QFuture<Expected<ActionResult>> stop(TaskRef ref, QString reason);
    /*! A running task suspends itself at its next await; one that nobody drives, at once. */
    [[nodiscard]] QFuture<Expected<ActionResult>> suspend(TaskRef ref, QString reason);
    [[nodiscard]] QFuture<Expected<ActionResult>> resume(TaskRef ref);
    /*! A new attempt of a failed or cancelled task, with the memo that it has. */
    [[nodiscard]] QFuture<Expected<ActionResult>> retry(TaskRef ref);
    /*! A new task of the same input whose memo holds what was asked before a step (a name or a
     *  key). InvalidInput when the task has no such step. */
    [[nodiscard]] QFuture<Expected<ActionResult>> fork(TaskRef ref, QString fromStep);
    /*! Puts a signal into the task's inbox, for a handler that waits for it now or later. */
    [[nodiscard]] QFuture<Expected<ActionResult>> signal(TaskRef ref, QString name,
                                                         QJsonValue payload);
    /*! Removes a task that has ended, with its log, its memo and its files. */
    [[nodiscard]] QFuture<Expected<TaskId>> remove(TaskRef ref);
    /*! Drops the attempt as a crash would. Forbidden unless test mode is on; Conflict when it is
     * not driven here. */
    [[nodiscard]] QFuture<Expected<ActionResult>> crash(TaskRef ref);

    [[nodiscard]] QFuture<Expected<Task>> task(TaskRef ref);
    [[nodiscard]] QFuture<Expected<TaskPage>> tasks(TaskQuery query);
    [[nodiscard]] QFuture<Expected<TaskCounts>> counts(UserId user); //!< Null: of all users.
    /*! A page ends early behind the event with which its payloads have \a maxBytes. */
    [[nodiscard]] QFuture<Expected<EventPage>>
    events(TaskRef ref, Seq after, int limit,
           qsizetype maxBytes = std::numeric_limits<qsizetype>::max());
    /*! Events of every task behind \a after, of one user or (a null one) of all; at most \a limit
     *  positions are looked at. Whoever subscribes with subscribeAll() and then reads until there
     *  is no more, at each call again, misses none and gets none twice. */
    [[nodiscard]] QFuture<Expected<EventStretch>> eventsAfter(UserId user, Position after,
                                                              int limit);
    [[nodiscard]] QFuture<Expected<Position>> lastPosition(); //!< Where the store's log ends now.
    [[nodiscard]] QFuture<Expected<QList<StepRecord>>> steps(TaskRef ref);
    /*! The ledger: what is known of the runs of its steps' bodies. */
    [[nodiscard]] QFuture<Expected<QList<StepRuns>>> stepRuns(TaskRef ref);
    [[nodiscard]] QFuture<EngineStatus> status();
    /*! Who works on the store, with what it drives of \a user's. */
    [[nodiscard]] QFuture<Expected<QList<WorkerInfo>>> workers(UserId user);
    [[nodiscard]] const QList<DefinitionInfo> &definitions() const;
    [[nodiscard]] const EngineConfig &config() const;
    [[nodiscard]] const QString &workerName() const; //!< As Task::worker has it.

    /*! Calls \a wake in \a context's thread when task \a id has more than before; several commits
     * give one call, and none is made while \a gate is closed. The subscriber then takes what is
     * new with recentEvents() or events(). See subscription.h. */
    [[nodiscard]] Subscription subscribe(const TaskId &id, QObject *context,
                                         std::function<void()> wake,
                                         std::shared_ptr<WakeGate> gate = nullptr);
    /*! The same for every task: \a wake gets the ids that changed (in log or state) since its last
     * call. */
    [[nodiscard]] Subscription subscribeAll(QObject *context,
                                            std::function<void(QList<TaskId>)> wake);
    /*! The same without the ids; \a gate as in subscribe(). */
    [[nodiscard]] Subscription subscribeAll(QObject *context, std::function<void()> wake,
                                            std::shared_ptr<WakeGate> gate);
    /*! Hands over the terminal events of every task as they are committed, several in one call. For
     *  those who wait for the end of tasks and not for their news. */
    [[nodiscard]] Subscription subscribeEnds(QObject *context,
                                             std::function<void(QList<Event>)> hand);
    /*! What memory still has of a task's log after \a after, without touching the store; none when
     * that is not enough (then ask events()). An empty list: nothing newer. Never waits. */
    [[nodiscard]] std::optional<QList<Event>> recentEvents(const TaskId &id, Seq after,
                                                           int limit) const;

    /*! Refuses new work, suspends what runs at its next await ("shutdown") and commits. What has
     * not reached an await after \a grace is left as after a crash. */
    [[nodiscard]] QFuture<void> shutdown(std::chrono::milliseconds grace);

private:
    Engine(EngineConfig config, const Registry &registry);
    template<typename Write>
    [[nodiscard]] QFuture<Expected<ActionResult>> takeUp(Write write);

    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace Kintsugi
