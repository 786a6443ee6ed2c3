// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/localbackend.h"

#include "engine/model/canonicaljson.h"
#include "engine/model/jsonwriter.h"
#include "engine/model/limits.h"
#include "engine/runtime/whendone.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int kPage = 500;

/*! Turns a future's value into the wire's JSON. */
template<typename T>
Backend::Answer asJson(QObject *context, const QFuture<Expected<T>> &future,
                       QByteArray (*write)(const T &))
{
    return mapped(context, future, [write](const Expected<T> &value) -> Expected<QByteArray> {
        if (!value)
            return std::unexpected(value.error());
        return write(*value);
    });
}

QByteArray actionJson(const ActionResult &result)
{
    return JsonWriter()
        .raw("task", toJson(result.task))
        .member("outcome", toWire(result.outcome))
        .finish();
}

QByteArray taskJson(const Task &task)
{
    return toJson(task);
}

} // namespace

QByteArray toJson(const TaskPage &page)
{
    QList<QByteArray> tasks;
    for (const Task &task : page.tasks)
        tasks << toJson(task);
    return JsonWriter()
        .raw("tasks", jsonArray(tasks))
        .textOrNull("nextCursor", QString::fromLatin1(page.nextCursor))
        .finish();
}

QByteArray toJson(const EventPage &page)
{
    QList<QByteArray> events;
    for (const Event &event : page.events)
        events << toJson(event);
    JsonWriter json;
    json.raw("events", jsonArray(events));
    if (page.nextAfter)
        json.member("nextAfter", *page.nextAfter);
    else
        json.null("nextAfter");
    return json.finish();
}

LocalBackend::LocalBackend(std::unique_ptr<Engine> engine)
    : m_engine(std::move(engine))
{}

Backend::Answer LocalBackend::submit(const SubmitRequest &request)
{
    return asJson(this, m_engine->submit(request), actionJson);
}

Backend::Answer LocalBackend::act(const Action &action)
{
    const TaskRef ref{localUser(), action.idOrKey};
    switch (action.verb) {
    case Action::Verb::Nudge:
        return asJson(this, m_engine->nudge(ref), actionJson);
    case Action::Verb::Stop:
        return asJson(this, m_engine->stop(ref, action.reason), actionJson);
    case Action::Verb::Suspend:
        return asJson(this, m_engine->suspend(ref, action.reason), actionJson);
    case Action::Verb::Resume:
        return asJson(this, m_engine->resume(ref), actionJson);
    case Action::Verb::Retry:
        return asJson(this, m_engine->retry(ref), actionJson);
    case Action::Verb::Signal:
        return asJson(this, m_engine->signal(ref, action.signal, action.payload), actionJson);
    case Action::Verb::Fork:
        return asJson(this, m_engine->fork(ref, action.fromStep), actionJson);
    case Action::Verb::Crash:
        return asJson(this, m_engine->crash(ref), actionJson);
    }
    Q_UNREACHABLE();
    return {};
}

QFuture<Expected<void>> LocalBackend::remove(const QByteArray &idOrKey)
{
    return mapped(this, m_engine->remove({localUser(), idOrKey}),
                  [](const Expected<TaskId> &done) -> Expected<void> {
                      if (!done)
                          return std::unexpected(done.error());
                      return {};
                  });
}

Backend::Answer LocalBackend::task(const QByteArray &idOrKey)
{
    return asJson(this, m_engine->task({localUser(), idOrKey}), taskJson);
}

Backend::Answer LocalBackend::steps(const QByteArray &idOrKey)
{
    const TaskRef ref{localUser(), idOrKey};
    auto promise = std::make_shared<QPromise<Expected<QByteArray>>>();
    promise->start();
    Answer answer = promise->future();
    whenDone(this, m_engine->steps(ref),
             [this, ref, promise](const Expected<QList<StepRecord>> &steps) {
                 whenDone(this, m_engine->stepRuns(ref),
                          [steps, promise](const Expected<QList<StepRuns>> &runs) {
                              if (steps && runs)
                                  promise->addResult(toJson(*steps, *runs));
                              else
                                  promise->addResult(
                                      std::unexpected(steps ? runs.error() : steps.error()));
                              promise->finish();
                          });
             });
    return answer;
}

Backend::Answer LocalBackend::events(const QByteArray &idOrKey, Seq after)
{
    return asJson<EventPage>(
        this, m_engine->events({localUser(), idOrKey}, after, Limits::kEventsPage), toJson);
}

Backend::Answer LocalBackend::tasks(const TaskQuery &query)
{
    return asJson<TaskPage>(this, m_engine->tasks(query), toJson);
}

void LocalBackend::follow(const QByteArray &taskId)
{
    m_followed = {localUser(), taskId};
    m_lastSeq = 0;
    m_subscription = m_engine->subscribe(TaskId(taskId), this, [this] {
        m_hasGrown = true;
        pull();
    });
    pull();
}

void LocalBackend::pull()
{
    if (m_isReading)
        return;
    if (const auto recent = m_engine->recentEvents(TaskId(m_followed.idOrKey), m_lastSeq, kPage)) {
        take(*recent);
        if (recent->size() == kPage)
            QMetaObject::invokeMethod(this, [this] { pull(); }, Qt::QueuedConnection);
        else
            confirmEnd();
        return;
    }
    m_isReading = true;
    m_hasGrown = false;
    whenDone(this, m_engine->events(m_followed, m_lastSeq, kPage),
             [this](const Expected<EventPage> &page) {
                 m_isReading = false;
                 if (!page) {
                     Q_EMIT failed(page.error());
                     return;
                 }
                 take(page->events);
                 if (!page->events.isEmpty() || m_hasGrown)
                     pull(); // What came during the reading may be newer than what was read.
                 else
                     confirmEnd();
             });
}

void LocalBackend::take(const QList<Event> &events)
{
    for (const Event &event : events) {
        m_lastSeq = event.seq;
        m_lastIsTerminal = isTerminalEvent(event.type);
        Q_EMIT arrived(toJson(event));
    }
}

void LocalBackend::confirmEnd()
{
    if (!m_lastIsTerminal || m_isReading)
        return;
    m_isReading = true;
    m_hasGrown = false;
    whenDone(this, m_engine->task(m_followed), [this](const Expected<Task> &task) {
        m_isReading = false;
        if (!task)
            Q_EMIT failed(task.error());
        else if (isTerminal(task->state) && task->lastSeq == m_lastSeq)
            Q_EMIT ended();
        else if (m_hasGrown || task->lastSeq > m_lastSeq)
            pull();
    });
}

bool LocalBackend::drives(const QByteArray &action) const
{
    const QJsonValue answer = parseJson(action).value_or(QJsonValue());
    const QJsonValue task = answer["task"_L1];
    const QString state = task["state"_L1].toString();
    if (state == u"running"_s)
        return task["worker"_L1].toString() == m_engine->workerName();
    // One that was taken up and rests goes on by itself: here, when there is nobody else.
    static const QStringList kTakenUp{u"created"_s, u"attached"_s, u"resumed"_s, u"retried"_s};
    const bool rests =
        state == u"suspended"_s || (state == u"pending"_s && !task["wakeAt"_L1].isNull());
    return rests && kTakenUp.contains(answer["outcome"_L1].toString())
        && m_engine->status().result().workers <= 1;
}

QFuture<void> LocalBackend::close()
{
    return m_engine->shutdown(5s);
}

void LocalBackend::takeRest()
{
    // Memory has it: it was published before the engine was closed.
    if (const auto recent = m_engine->recentEvents(TaskId(m_followed.idOrKey), m_lastSeq, kPage))
        take(*recent);
}

} // namespace Kintsugi
