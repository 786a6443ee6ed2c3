// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/engine.h"

#include "engine/model/handover.h"
#include "engine/model/limits.h"
#include "engine/runtime/enginecore.h"
#include "engine/runtime/startcheck.h"

#include <QPromise>
#include <QThread>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

struct Engine::Private
{
    QThread thread;
    std::unique_ptr<EngineCore> core;
};

namespace {

/*! A promise that can be kept from any thread, and that many functors may carry. */
template<typename T>
class Answer
{
public:
    Answer() { m_promise->start(); }
    [[nodiscard]] QFuture<T> future() const { return m_promise->future(); }
    void operator()(T value) const
    {
        m_promise->addResult(std::move(value));
        m_promise->finish();
    }

private:
    std::shared_ptr<QPromise<T>> m_promise = std::make_shared<QPromise<T>>();
};

template<typename T>
QFuture<Expected<T>> refused(Error error)
{
    const Answer<Expected<T>> answer;
    answer(std::unexpected(std::move(error)));
    return answer.future();
}

Error closing()
{
    return {ErrorCode::Closing, u"the engine is shutting down"_s, {}, true};
}

/*! Keeps the promise of a submit or a nudge; runs in the engine's thread. */
void answerSubmit(EngineCore &core, const Answer<Expected<ActionResult>> &answer,
                  const Expected<SubmitResult> &done)
{
    if (!done) {
        answer(std::unexpected(done.error()));
        return;
    }
    core.accepted(*done);
    answer(ActionResult{done->task, done->outcome});
}

/*! Keeps the promise of a wish: stop or suspend. */
void answerAction(const Answer<Expected<ActionResult>> &answer, const Expected<StopResult> &done)
{
    if (!done)
        answer(std::unexpected(done.error()));
    else
        answer(ActionResult{done->task, done->outcome});
}

} // namespace

Engine::Engine(EngineConfig config, const Registry &registry)
    : d(std::make_unique<Private>())
{
    if (!config.clock)
        config.clock = std::make_shared<SystemClock>();
    // A worker that beats more seldom than others look would seem dead to them.
    config.heartbeatInterval =
        std::min(config.heartbeatInterval, std::max(config.staleAfter / 4, 25ms));
    d->core = std::make_unique<EngineCore>(std::move(config), registry);
}

Expected<std::unique_ptr<Engine>> Engine::open(EngineConfig config, const Registry &registry)
{
    std::unique_ptr<Engine> engine(new Engine(std::move(config), registry));
    EngineCore *core = engine->d->core.get();
    if (auto opened = core->open(); !opened)
        return std::unexpected(opened.error());
    engine->d->thread.setObjectName(u"engine"_s);
    core->moveToThread(&engine->d->thread);
    engine->d->thread.start();
    QMetaObject::invokeMethod(core, handedOver([core] { core->begin(); }), Qt::QueuedConnection);
    return engine;
}

Engine::~Engine()
{
    EngineCore *core = d->core.get();
    if (d->thread.isRunning()) {
        shutdown(2s).waitForFinished();
        QMetaObject::invokeMethod(core, handedOver([core] { core->dropAll(); }),
                                  Qt::BlockingQueuedConnection);
        // What waits for the writer is committed and answered by the time this returns.
        QMetaObject::invokeMethod(core, handedOver([core] { core->closeStore(); }),
                                  Qt::BlockingQueuedConnection);
        QMetaObject::invokeMethod(core, [] {}, Qt::BlockingQueuedConnection);
        d->core.release()->deleteLater(); // In its own thread, which does that before it ends.
        d->thread.quit();
        d->thread.wait();
    }
}

QFuture<Expected<ActionResult>> Engine::submit(SubmitRequest request)
{
    EngineCore &core = *d->core;
    if (core.isClosing())
        return refused<ActionResult>(closing());
    const auto prepared = checkStart(core.registry(), request);
    if (!prepared)
        return refused<ActionResult>(prepared.error());
    const DefinitionInfo &info = prepared->definition->info;
    Submit write{.user = request.user,
                 .key = prepared->key,
                 .name = request.name,
                 .definitionVersion = info.version,
                 .input = prepared->material.canonicalInput,
                 .autoRecover =
                     request.autoRecover.value_or(info.recoversAlone(core.config().autoRecover)),
                 .delay = request.delay};
    const Answer<Expected<ActionResult>> answer;
    core.store().write(std::move(write), [&core, answer](const Expected<SubmitResult> &done) {
        answerSubmit(core, answer, done);
    });
    return answer.future();
}

QFuture<Expected<StartPreview>> Engine::preview(SubmitRequest request)
{
    EngineCore &core = *d->core;
    const auto prepared = checkStart(core.registry(), request);
    if (!prepared)
        return refused<StartPreview>(prepared.error());
    const Answer<Expected<StartPreview>> answer;
    core.store().read(
        [user = request.user, key = prepared->key](Reader &reader) {
            return reader.taskByKey(user, key);
        },
        [answer, prepared = *prepared](const Expected<std::optional<Task>> &existing) {
            if (!existing)
                answer(std::unexpected(existing.error()));
            else
                answer(StartPreview{prepared.input, prepared.material.canonical, prepared.key,
                                    *existing});
        });
    return answer.future();
}

QFuture<Expected<ActionResult>> Engine::nudge(TaskRef ref)
{
    return takeUp(Nudge{ref.user, ref.idOrKey});
}

QFuture<Expected<ActionResult>> Engine::stop(TaskRef ref, QString reason)
{
    EngineCore &core = *d->core;
    if (core.isClosing())
        return refused<ActionResult>(closing());
    if (const auto error = reasonTooLong(reason))
        return refused<ActionResult>(*error);
    const Answer<Expected<ActionResult>> answer;
    core.store().write(RequestStop{ref.user, ref.idOrKey, reason},
                       [answer](const Expected<StopResult> &done) { answerAction(answer, done); });
    return answer.future();
}

QFuture<Expected<ActionResult>> Engine::suspend(TaskRef ref, QString reason)
{
    EngineCore &core = *d->core;
    if (core.isClosing())
        return refused<ActionResult>(closing());
    if (const auto error = reasonTooLong(reason))
        return refused<ActionResult>(*error);
    const Answer<Expected<ActionResult>> answer;
    core.store().write(RequestSuspend{ref.user, ref.idOrKey, reason},
                       [&core, answer, reason](const Expected<StopResult> &done) {
                           if (done && done->outcome == Outcome::Suspending)
                               core.suspend(done->task.id, reason);
                           answerAction(answer, done);
                       });
    return answer.future();
}

QFuture<Expected<ActionResult>> Engine::resume(TaskRef ref)
{
    return takeUp(TakeUp{ref.user, ref.idOrKey, false});
}

QFuture<Expected<ActionResult>> Engine::retry(TaskRef ref)
{
    return takeUp(TakeUp{ref.user, ref.idOrKey, true});
}

QFuture<Expected<ActionResult>> Engine::fork(TaskRef ref, QString fromStep)
{
    return takeUp(Fork{ref.user, ref.idOrKey, fromStep});
}

/*! Sends a write that may give this process a task to drive. */
template<typename Write>
QFuture<Expected<ActionResult>> Engine::takeUp(Write write)
{
    EngineCore &core = *d->core;
    if (core.isClosing())
        return refused<ActionResult>(closing());
    const Answer<Expected<ActionResult>> answer;
    core.store().write(std::move(write), [&core, answer](const Expected<SubmitResult> &done) {
        answerSubmit(core, answer, done);
    });
    return answer.future();
}

QFuture<Expected<ActionResult>> Engine::signal(TaskRef ref, QString name, QJsonValue payload)
{
    EngineCore &core = *d->core;
    if (core.isClosing())
        return refused<ActionResult>(closing());
    const auto deliver = checkSignal(ref, name, payload);
    if (!deliver)
        return refused<ActionResult>(deliver.error());
    const Answer<Expected<ActionResult>> answer;
    core.store().write(*deliver,
                       [answer](const Expected<StopResult> &done) { answerAction(answer, done); });
    return answer.future();
}

QFuture<Expected<TaskId>> Engine::remove(TaskRef ref)
{
    EngineCore &core = *d->core;
    if (core.isClosing())
        return refused<TaskId>(closing());
    const Answer<Expected<TaskId>> answer;
    core.store().write(Remove{ref.user, ref.idOrKey},
                       [&core, answer](const Expected<TaskId> &done) {
                           if (done)
                               core.removeFolder(*done);
                           answer(done);
                       });
    return answer.future();
}

QFuture<Expected<ActionResult>> Engine::crash(TaskRef ref)
{
    EngineCore &core = *d->core;
    if (!core.config().testMode)
        return refused<ActionResult>({ErrorCode::Forbidden, u"crashes are for test mode"_s});
    const Answer<Expected<ActionResult>> answer;
    const auto reread = [&core, answer, ref] {
        core.store().read([ref](Reader &reader) { return reader.task(ref.user, ref.idOrKey); },
                          [answer](const Expected<Task> &task) {
                              if (!task)
                                  answer(std::unexpected(task.error()));
                              else
                                  answer(ActionResult{*task, Outcome::Crashed});
                          });
    };
    core.store().read([ref](Reader &reader) { return reader.task(ref.user, ref.idOrKey); },
                      [&core, answer, reread](const Expected<Task> &task) {
                          if (!task) {
                              answer(std::unexpected(task.error()));
                              return;
                          }
                          QMetaObject::invokeMethod(
                              &core, handedOver([&core, answer, reread, id = task->id] {
                                  core.crash(id, [answer, reread](const Expected<void> &done) {
                                      if (!done)
                                          answer(std::unexpected(done.error()));
                                      else
                                          reread();
                                  });
                              }),
                              Qt::QueuedConnection);
                      });
    return answer.future();
}

QFuture<Expected<Task>> Engine::task(TaskRef ref)
{
    const Answer<Expected<Task>> answer;
    d->core->store().read([ref](Reader &reader) { return reader.task(ref.user, ref.idOrKey); },
                          answer);
    return answer.future();
}

QFuture<Expected<TaskPage>> Engine::tasks(TaskQuery query)
{
    TaskFilter filter{.user = query.user,
                      .state = query.state,
                      .stale = query.stale,
                      .name = query.name,
                      .text = query.text,
                      .limit = query.limit};
    if (query.limit < 1 || query.limit > Limits::kTasksPage)
        return refused<TaskPage>(
            {ErrorCode::InvalidArgument, u"limit must be from 1 to %1"_s.arg(Limits::kTasksPage)});
    if (!query.cursor.isEmpty()) {
        bool isNumber = false;
        filter.before = query.cursor.toLongLong(&isNumber);
        if (!isNumber || filter.before < 1)
            return refused<TaskPage>(
                {ErrorCode::InvalidArgument, u"the cursor is not one that a list gave"_s});
    }
    const Answer<Expected<TaskPage>> answer;
    d->core->store().read(
        [filter](Reader &reader) { return reader.tasks(filter); },
        [answer](const Expected<TaskList> &list) {
            if (!list)
                answer(std::unexpected(list.error()));
            else
                answer(TaskPage{list->tasks,
                                list->next > 0 ? QByteArray::number(list->next) : QByteArray()});
        });
    return answer.future();
}

QFuture<Expected<TaskCounts>> Engine::counts(UserId user)
{
    const Answer<Expected<TaskCounts>> answer;
    d->core->store().read(
        [user](Reader &reader) -> Expected<TaskCounts> {
            const auto byState = reader.countByState(user);
            const auto stale = reader.countStale(user);
            if (!byState || !stale)
                return std::unexpected(byState ? stale.error() : byState.error());
            TaskCounts counts;
            for (const StateCount &entry : *byState) {
                switch (entry.state) {
                case TaskState::Pending:
                    counts.pending = entry.count;
                    break;
                case TaskState::Running:
                    counts.running = std::max(0, entry.count - *stale);
                    break;
                case TaskState::Suspended:
                    counts.suspended = entry.count;
                    break;
                case TaskState::Completed:
                    counts.completed = entry.count;
                    break;
                case TaskState::Failed:
                    counts.failed = entry.count;
                    break;
                case TaskState::Cancelled:
                    counts.cancelled = entry.count;
                    break;
                }
            }
            counts.stale = *stale;
            return counts;
        },
        answer);
    return answer.future();
}

QFuture<Expected<EventPage>> Engine::events(TaskRef ref, Seq after, int limit, qsizetype maxBytes)
{
    if (limit < 1 || limit > Limits::kEventsPage)
        return refused<EventPage>(
            {ErrorCode::InvalidArgument, u"limit must be from 1 to %1"_s.arg(Limits::kEventsPage)});
    const Answer<Expected<EventPage>> answer;
    d->core->store().read(
        [ref, after, limit, maxBytes](Reader &reader) {
            return reader.events(ref.user, ref.idOrKey, after, limit, maxBytes);
        },
        [answer](const Expected<EventList> &list) {
            if (!list) {
                answer(std::unexpected(list.error()));
                return;
            }
            EventPage page{list->events, std::nullopt};
            if (list->more)
                page.nextAfter = list->events.last().seq;
            answer(page);
        });
    return answer.future();
}

QFuture<Expected<EventStretch>> Engine::eventsAfter(UserId user, Position after, int limit)
{
    if (limit < 1 || limit > Limits::kEventsPage)
        return refused<EventStretch>(
            {ErrorCode::InvalidArgument, u"limit must be from 1 to %1"_s.arg(Limits::kEventsPage)});
    const Answer<Expected<EventStretch>> answer;
    d->core->store().read(
        [user, after, limit](Reader &reader) {
            return reader.eventsAfterPosition(user, after, limit);
        },
        answer);
    return answer.future();
}

QFuture<Expected<Position>> Engine::lastPosition()
{
    const Answer<Expected<Position>> answer;
    d->core->store().read([](Reader &reader) { return reader.lastPosition(); }, answer);
    return answer.future();
}

QFuture<Expected<QList<StepRecord>>> Engine::steps(TaskRef ref)
{
    const Answer<Expected<QList<StepRecord>>> answer;
    d->core->store().read([ref](Reader &reader) { return reader.steps(ref.user, ref.idOrKey); },
                          answer);
    return answer.future();
}

QFuture<Expected<QList<StepRuns>>> Engine::stepRuns(TaskRef ref)
{
    const Answer<Expected<QList<StepRuns>>> answer;
    d->core->store().read([ref](Reader &reader) { return reader.stepRuns(ref.user, ref.idOrKey); },
                          answer);
    return answer.future();
}

QFuture<Expected<QList<WorkerInfo>>> Engine::workers(UserId user)
{
    const Answer<Expected<QList<WorkerInfo>>> answer;
    d->core->store().read([user](Reader &reader) { return reader.workers(user); }, answer);
    return answer.future();
}

QFuture<EngineStatus> Engine::status()
{
    const Answer<EngineStatus> answer;
    EngineCore &core = *d->core;
    struct Counted
    {
        int workers = 0, queued = 0;
    };
    core.store().read(
        [](Reader &reader) -> Expected<Counted> {
            const auto workers = reader.liveWorkers();
            const auto queued = reader.countQueued();
            if (!workers || !queued)
                return std::unexpected(workers ? queued.error() : workers.error());
            return Counted{*workers, *queued};
        },
        [&core, answer](const Expected<Counted> &counted) {
            Store &store = core.store();
            const CommitFigures figures = store.figures();
            EngineStatus status;
            status.storageProblem = counted ? figures.problem : counted.error().message;
            status.writable = status.storageProblem.isEmpty();
            status.storePath = store.path();
            status.storeBytes = store.bytes();
            status.commits = figures.commits;
            status.commitP99 = figures.p99;
            status.driving = core.drivenCount();
            status.workers = counted ? counted->workers : 0;
            status.queued = counted ? counted->queued : 0;
            status.worker = store.worker().name;
            answer(status);
        });
    return answer.future();
}

const QList<DefinitionInfo> &Engine::definitions() const
{
    return d->core->registry().definitions();
}

const EngineConfig &Engine::config() const
{
    return d->core->config();
}

const QString &Engine::workerName() const
{
    return d->core->store().worker().name;
}

Subscription Engine::subscribe(const TaskId &id, QObject *context, std::function<void()> wake,
                               std::shared_ptr<WakeGate> gate)
{
    return d->core->hub().subscribe(id, context, std::move(wake), std::move(gate));
}

Subscription Engine::subscribeEnds(QObject *context, std::function<void(QList<Event>)> hand)
{
    return d->core->hub().subscribeEnds(context, std::move(hand));
}

Subscription Engine::subscribeAll(QObject *context, std::function<void(QList<TaskId>)> wake)
{
    return d->core->hub().subscribeAll(context, std::move(wake));
}

Subscription Engine::subscribeAll(QObject *context, std::function<void()> wake,
                                  std::shared_ptr<WakeGate> gate)
{
    return d->core->hub().subscribeAll(context, std::move(wake), std::move(gate));
}

std::optional<QList<Event>> Engine::recentEvents(const TaskId &id, Seq after, int limit) const
{
    return d->core->hub().recent(id, after, limit);
}

QFuture<void> Engine::shutdown(std::chrono::milliseconds grace)
{
    EngineCore *core = d->core.get();
    core->close();
    auto promise = std::make_shared<QPromise<void>>();
    promise->start();
    QMetaObject::invokeMethod(core, handedOver([core, grace, promise] {
                                  core->shutdown(grace, [promise] { promise->finish(); });
                              }),
                              Qt::QueuedConnection);
    return promise->future();
}

} // namespace Kintsugi
