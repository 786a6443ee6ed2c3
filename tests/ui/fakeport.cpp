// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/ui/fakeport.h"

#include "engine/model/limits.h"
#include "ui/models/taskmodel.h"

#include <QJsonDocument>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const Timestamp kEpoch = *fromIso8601("2026-11-23T09:00:00.000Z");

} // namespace

Task taskOf(int number, TaskState state, const QByteArray &name)
{
    Task task;
    task.id =
        TaskId("01a207a2-0000-7000-8000-" + QByteArray::number(number).rightJustified(12, '0'));
    task.key = IdempotencyKey(QByteArray::number(number).rightJustified(64, 'f'));
    task.name = name;
    task.user = localUser();
    task.state = state;
    task.attempt = state == TaskState::Pending ? 0 : 1;
    task.input = R"({"n":10,"sleepMs":500})";
    task.createdAt = kEpoch + std::chrono::seconds(number);
    if (state == TaskState::Running)
        task.owner = OwnerState::ThisProcess;
    return task;
}

DefinitionInfo countDefinition()
{
    DefinitionInfo info;
    info.name = "count-to-n";
    info.title = u"Count to n"_s;
    info.inputSchema = QJsonDocument::fromJson(R"({"type":"object","properties":{
        "n":{"type":"integer","minimum":1,"maximum":1000000,"default":10,"title":"Ticks",
             "description":"How far to count."},
        "sleepMs":{"type":"integer","minimum":0,"maximum":3600000,"default":500,"x-unit":"ms"},
        "runId":{"type":"string","maxLength":64}},
        "additionalProperties":false})")
                           .object();
    return info;
}

template<typename T>
QFuture<T> FakePort::answer(T value)
{
    QPromise<T> promise;
    QFuture<T> future = promise.future();
    promise.start();
    if (!hold) {
        promise.addResult(std::move(value));
        promise.finish();
        return future;
    }
    auto later = std::make_shared<QPromise<T>>(std::move(promise)); // Shared with the queue alone.
    m_held.append([later, value] {
        later->addResult(value);
        later->finish();
    });
    return future;
}

void FakePort::release()
{
    hold = false;
    for (const auto &answer : std::exchange(m_held, {}))
        answer();
}

void FakePort::tell(const TaskId &id)
{
    for (const Listener &listener : std::as_const(m_listeners)) {
        if (!listener.id.isNull() && listener.id != id)
            continue;
        QMetaObject::invokeMethod(
            listener.context, [wake = listener.wake, id] { wake({id}); }, Qt::QueuedConnection);
    }
}

void FakePort::put(const Task &task)
{
    m_tasks.insert(task.id, task);
    tell(task.id);
}

void FakePort::put(const RunLog &log)
{
    m_tasks.insert(log.task.id, log.task);
    m_events[log.task.id] = log.events;
    m_tasks[log.task.id].lastSeq = log.events.isEmpty() ? 0 : log.events.last().seq;
    tell(log.task.id);
}

void FakePort::append(const TaskId &id, QByteArray type, QByteArray payload, int attempt)
{
    QList<Event> &log = m_events[id];
    const Timestamp at = log.isEmpty() ? m_tasks[id].createdAt : log.last().at + 500ms;
    log.append({.task = id,
                .seq = log.size() + 1,
                .position = log.size() + 1,
                .attempt = attempt,
                .type = std::move(type),
                .payload = std::move(payload),
                .at = at});
    m_tasks[id].lastSeq = log.size();
    tell(id);
}

void FakePort::putSteps(const TaskId &id, const QList<StepRecord> &steps)
{
    m_steps[id] = steps;
    tell(id);
}

void FakePort::fill(int count)
{
    for (int i = 0; i < count; ++i) {
        const Task task = taskOf(++m_filled, TaskState::Completed);
        m_tasks.insert(task.id, task);
    }
}

int FakePort::subscribers() const
{
    return int(m_listeners.size());
}

QFuture<Expected<ActionResult>> FakePort::act(const TaskRef &ref, Outcome outcome)
{
    if (refusal)
        return answer(Expected<ActionResult>(std::unexpected(*std::exchange(refusal, {}))));
    const auto task = m_tasks.constFind(TaskId(ref.idOrKey));
    if (task == m_tasks.cend())
        return answer(Expected<ActionResult>(failure(ErrorCode::NotFound, u"no such task"_s)));
    return answer(Expected<ActionResult>(ActionResult{*task, outcome}));
}

QFuture<Expected<ActionResult>> FakePort::submit(SubmitRequest request)
{
    calls << u"submit %1 %2%3"_s.arg(
        QString::fromUtf8(request.name),
        QString::fromUtf8(QJsonDocument(request.input).toJson(QJsonDocument::Compact)),
        request.fresh ? u" fresh"_s : QString());
    if (refusal)
        return answer(Expected<ActionResult>(std::unexpected(*std::exchange(refusal, {}))));
    Task task = taskOf(++m_filled, TaskState::Running, request.name);
    task.input = QJsonDocument(request.input).toJson(QJsonDocument::Compact);
    put(task);
    return answer(Expected<ActionResult>(ActionResult{task, Outcome::Created}));
}

QFuture<Expected<StartPreview>> FakePort::preview(SubmitRequest request)
{
    calls << u"preview"_s;
    if (refusal)
        return answer(Expected<StartPreview>(std::unexpected(*std::exchange(refusal, {}))));
    StartPreview preview;
    preview.input = request.input;
    preview.key = IdempotencyKey(previewKey.toUtf8());
    preview.existing = existing;
    return answer(Expected<StartPreview>(preview));
}

QFuture<Expected<ActionResult>> FakePort::nudge(TaskRef ref)
{
    calls << u"nudge %1"_s.arg(QString::fromUtf8(ref.idOrKey));
    return act(ref, Outcome::Recovered);
}

QFuture<Expected<ActionResult>> FakePort::stop(TaskRef ref, QString reason)
{
    calls << u"stop %1 %2"_s.arg(QString::fromUtf8(ref.idOrKey), reason);
    return act(ref, Outcome::Stopping);
}

QFuture<Expected<ActionResult>> FakePort::suspend(TaskRef ref)
{
    calls << u"suspend %1"_s.arg(QString::fromUtf8(ref.idOrKey));
    return act(ref, Outcome::Suspending);
}

QFuture<Expected<ActionResult>> FakePort::resume(TaskRef ref)
{
    calls << u"resume %1"_s.arg(QString::fromUtf8(ref.idOrKey));
    return act(ref, Outcome::Resumed);
}

QFuture<Expected<ActionResult>> FakePort::retry(TaskRef ref)
{
    calls << u"retry %1"_s.arg(QString::fromUtf8(ref.idOrKey));
    return act(ref, Outcome::Retried);
}

QFuture<Expected<ActionResult>> FakePort::fork(TaskRef ref, QString fromStep)
{
    calls << u"fork %1 %2"_s.arg(QString::fromUtf8(ref.idOrKey), fromStep);
    if (refusal)
        return answer(Expected<ActionResult>(std::unexpected(*std::exchange(refusal, {}))));
    Task task = at(TaskId(ref.idOrKey));
    const TaskId parent = task.id;
    task = taskOf(int(m_tasks.size()) + 1, TaskState::Running, task.name);
    task.forkedFrom = parent;
    put(task);
    return answer(Expected<ActionResult>(ActionResult{task, Outcome::Created}));
}

QFuture<Expected<TaskId>> FakePort::remove(TaskRef ref)
{
    calls << u"remove %1"_s.arg(QString::fromUtf8(ref.idOrKey));
    if (refusal)
        return answer(Expected<TaskId>(std::unexpected(*std::exchange(refusal, {}))));
    const TaskId id(ref.idOrKey);
    m_tasks.remove(id);
    m_events.remove(id);
    return answer(Expected<TaskId>(id));
}

QFuture<Expected<ActionResult>> FakePort::crash(TaskRef ref)
{
    calls << u"crash %1"_s.arg(QString::fromUtf8(ref.idOrKey));
    return act(ref, Outcome::Crashed);
}

QFuture<Expected<Task>> FakePort::task(TaskRef ref)
{
    const auto task = m_tasks.constFind(TaskId(ref.idOrKey));
    if (task == m_tasks.cend())
        return answer(Expected<Task>(failure(ErrorCode::NotFound, u"no such task"_s)));
    return answer(Expected<Task>(*task));
}

QFuture<Expected<TaskPage>> FakePort::tasks(TaskQuery query)
{
    calls << u"tasks"_s;
    if (refusal)
        return answer(Expected<TaskPage>(std::unexpected(*std::exchange(refusal, {}))));
    const TaskListFilter filter{query.text, query.state, query.stale};
    TaskPage page;
    for (auto it = m_tasks.cend(); it != m_tasks.cbegin();) {
        --it;
        if (!query.cursor.isEmpty() && it.key().bytes() >= query.cursor)
            continue;
        if (!filter.accepts(*it))
            continue;
        if (page.tasks.size() == query.limit) {
            page.nextCursor = page.tasks.last().id.bytes();
            break;
        }
        page.tasks.append(*it);
    }
    return answer(Expected<TaskPage>(page));
}

QFuture<Expected<TaskCounts>> FakePort::counts()
{
    TaskCounts counts;
    for (const Task &task : std::as_const(m_tasks)) {
        switch (task.state) {
        case TaskState::Pending:
            ++counts.pending;
            break;
        case TaskState::Running:
            ++(task.stale ? counts.stale : counts.running);
            break;
        case TaskState::Suspended:
            ++counts.suspended;
            break;
        case TaskState::Completed:
            ++counts.completed;
            break;
        case TaskState::Failed:
            ++counts.failed;
            break;
        case TaskState::Cancelled:
            ++counts.cancelled;
            break;
        }
    }
    return answer(Expected<TaskCounts>(counts));
}

QList<Event> FakePort::slice(const TaskId &id, Seq after, int limit) const
{
    return m_events.value(id).mid(qsizetype(after), limit);
}

QFuture<Expected<EventPage>> FakePort::events(TaskRef ref, Seq after, int limit)
{
    ++eventReads;
    const TaskId id(ref.idOrKey);
    calls << u"events %1"_s.arg(after);
    EventPage page;
    page.events = slice(id, after, qMin(limit, Limits::kEventsPage));
    if (!page.events.isEmpty() && page.events.last().seq < m_events.value(id).size())
        page.nextAfter = page.events.last().seq;
    return answer(Expected<EventPage>(page));
}

QFuture<Expected<QList<StepRecord>>> FakePort::steps(TaskRef ref)
{
    return answer(Expected<QList<StepRecord>>(m_steps.value(TaskId(ref.idOrKey))));
}

QFuture<EngineStatus> FakePort::status()
{
    return answer(EngineStatus(engineStatus));
}

Subscription FakePort::subscribe(const TaskId &id, QObject *context, std::function<void()> wake)
{
    const int number = m_nextListener++;
    m_listeners.insert(number, {id, context, [wake](const QList<TaskId> &) { wake(); }});
    return Subscription([this, number] { m_listeners.remove(number); });
}

Subscription FakePort::subscribeAll(QObject *context, std::function<void(QList<TaskId>)> wake)
{
    const int number = m_nextListener++;
    m_listeners.insert(number, {{}, context, std::move(wake)});
    return Subscription([this, number] { m_listeners.remove(number); });
}

std::optional<QList<Event>> FakePort::recentEvents(const TaskId &id, Seq after, int limit) const
{
    if (!remembersTail)
        return {};
    return slice(id, after, limit);
}

} // namespace Kintsugi
