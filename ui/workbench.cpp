// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/workbench.h"

#include "ui/answers.h"
#include "ui/models/words.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace Kintsugi {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

Workbench::Workbench(EnginePort &port, const Clock &clock, QSettings &settings, QObject *parent)
    : QObject(parent)
    , m_port(port)
    , m_clock(clock)
    , m_seen(settings)
    , m_tasks(port)
    , m_events(port)
    , m_wire(port)
    , m_follower(port)
{
    m_remember.setSingleShot(true);
    m_remember.setInterval(300ms);
    connect(&m_remember, &QTimer::timeout, this, &Workbench::writeSeen);
    connect(&m_follower, &TaskFollower::started, this, [this](const Task &task) {
        m_taskReadAt = m_clock.now();
        m_tasks.adopt(task);
        Q_EMIT taskStarted(task);
    });
    connect(&m_follower, &TaskFollower::taskChanged, this, [this](const Task &task) {
        m_taskReadAt = m_clock.now();
        m_tasks.adopt(task);
        Q_EMIT taskChanged(task);
    });
    connect(&m_follower, &TaskFollower::appended, this, [this](const QList<Event> &events) {
        // The stream stands where it was when the log has grown behind its back: only a
        // reattach takes it over what was missed.
        if (m_follower.isCaughtUp() && m_seenSeq == m_events.lastSeq())
            m_seenSeq = events.last().seq;
        m_events.append(events);
        m_wire.append(events);
        Q_EMIT eventsAppended(events);
        if (m_follower.isCaughtUp())
            rememberSeen();
    });
    connect(&m_follower, &TaskFollower::caughtUp, this, [this] {
        if (const auto seen = m_seen.seen(m_follower.id()))
            m_seenSeq = qMin(*seen, m_follower.lastSeq());
        else
            m_seenSeq = m_follower.lastSeq();
        rememberSeen();
        Q_EMIT caughtUp();
    });
    connect(&m_follower, &TaskFollower::reattached, this, [this](Seq seen, int replayed) {
        m_seenSeq = m_follower.lastSeq();
        rememberSeen();
        Q_EMIT reattached(seen, replayed);
    });
    connect(&m_follower, &TaskFollower::stepsChanged, &m_steps, &StepModel::setSteps);
    const auto complain = [this](const Error &error) {
        Q_EMIT message(MessageKind::Error, Words::error(error));
    };
    connect(&m_follower, &TaskFollower::failed, this, complain);
    connect(&m_tasks, &TaskModel::failed, this, complain);
}

Workbench::~Workbench()
{
    writeSeen();
}

void Workbench::rememberSeen()
{
    if (!m_remember.isActive())
        m_remember.start();
}

void Workbench::writeSeen()
{
    m_remember.stop();
    if (m_follower.isCaughtUp())
        m_seen.setSeen(m_follower.id(), m_seenSeq);
}

void Workbench::select(const TaskId &id)
{
    if (id == m_follower.id())
        return;
    writeSeen();
    m_seenSeq = 0;
    m_tasks.setPinned(id);
    m_events.setTask(id);
    m_wire.setTask(id);
    m_steps.clear();
    m_follower.follow(id);
    Q_EMIT selectionChanged(id);
}

ActionFacts Workbench::facts() const
{
    ActionFacts facts;
    facts.engineOpen = true;
    facts.testMode = m_port.testMode();
    facts.task = m_follower.task();
    facts.hasSteps = m_steps.rowCount() > 0;
    if (facts.task && facts.task->staleIn)
        facts.staleIn = qMax(std::chrono::milliseconds(),
                             *facts.task->staleIn - (m_clock.now() - m_taskReadAt));
    return facts;
}

void Workbench::submit(SubmitRequest request)
{
    whenAnswered(
        m_port.submit(std::move(request)), this,
        [this](const Expected<ActionResult> &result) { acted(ActionId::RunFresh, result); });
}

void Workbench::runAgain(bool fresh)
{
    if (!task())
        return;
    SubmitRequest request;
    request.name = task()->name;
    request.input = QJsonDocument::fromJson(task()->input).object();
    request.autoRecover = task()->autoRecover;
    request.fresh = fresh;
    if (fresh)
        request.input.remove("runId"_L1);
    whenAnswered(
        m_port.submit(std::move(request)), this,
        [this](const Expected<ActionResult> &result) { acted(ActionId::RunAgain, result); });
}

void Workbench::stop(const QString &reason)
{
    whenAnswered(m_port.stop(refOf(selected()), reason), this,
                 [this](const Expected<ActionResult> &result) { acted(ActionId::Stop, result); });
}

void Workbench::crash()
{
    whenAnswered(m_port.crash(refOf(selected())), this,
                 [this](const Expected<ActionResult> &result) { acted(ActionId::Crash, result); });
}

void Workbench::nudge()
{
    whenAnswered(m_port.nudge(refOf(selected())), this,
                 [this](const Expected<ActionResult> &result) { acted(ActionId::Nudge, result); });
}

void Workbench::reattach()
{
    m_follower.reattach(m_seenSeq);
}

void Workbench::suspend()
{
    whenAnswered(
        m_port.suspend(refOf(selected())), this,
        [this](const Expected<ActionResult> &result) { acted(ActionId::Suspend, result); });
}

void Workbench::resume()
{
    whenAnswered(m_port.resume(refOf(selected())), this,
                 [this](const Expected<ActionResult> &result) { acted(ActionId::Resume, result); });
}

void Workbench::retry()
{
    whenAnswered(m_port.retry(refOf(selected())), this,
                 [this](const Expected<ActionResult> &result) { acted(ActionId::Retry, result); });
}

void Workbench::fork(const QString &fromStep)
{
    whenAnswered(m_port.fork(refOf(selected()), fromStep), this,
                 [this](const Expected<ActionResult> &result) { acted(ActionId::Fork, result); });
}

void Workbench::remove()
{
    whenAnswered(m_port.remove(refOf(selected())), this, [this](const Expected<TaskId> &removed) {
        if (!removed) {
            Q_EMIT message(MessageKind::Warning, Words::error(removed.error()));
            m_follower.readTaskAgain();
            return;
        }
        const int row = m_tasks.forget(*removed);
        if (selected() != *removed)
            return;
        const Task *next = m_tasks.taskAt(qMin(row, m_tasks.rowCount() - 1));
        select(next ? next->id : TaskId());
    });
}

void Workbench::acted(ActionId action, const Expected<ActionResult> &result)
{
    if (!result) {
        Q_EMIT message(MessageKind::Warning, Words::error(result.error()));
        m_follower.readTaskAgain();
        return;
    }
    const Task &task = result->task;
    m_tasks.adopt(task);
    select(task.id);
    m_follower.readTaskAgain();
    const QString name = QString::fromUtf8(task.name);
    switch (result->outcome) {
    case Outcome::Attached:
        Q_EMIT message(MessageKind::Info,
                       action == ActionId::Nudge
                           ? tr("%1 is not stale, so the nudge only attached to it.").arg(name)
                           : tr("The same input has the same key: attached to the %1 that is "
                                "there, nothing was started.")
                                 .arg(name));
        break;
    case Outcome::Finished:
        Q_EMIT message(
            MessageKind::Info,
            tr("%1 has finished already: its stored events are shown, nothing ran.").arg(name));
        break;
    case Outcome::Stopping:
        Q_EMIT message(MessageKind::Info, tr("%1 stops at its next await.").arg(name));
        break;
    case Outcome::Suspending:
        Q_EMIT message(MessageKind::Info, tr("%1 rests at its next await.").arg(name));
        break;
    case Outcome::Created:
    case Outcome::Recovered:
    case Outcome::Resumed:
    case Outcome::Cancelled:
    case Outcome::Crashed:
    case Outcome::Suspended:
    case Outcome::Retried:
    case Outcome::Delivered:
        break; // The picture shows it.
    }
}

} // namespace Kintsugi
