// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/actionrules.h"

#include <QCoreApplication>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Kintsugi::Actions)
};

Verdict can(const QString &what)
{
    return {.enabled = true, .why = what};
}

Verdict cannot(const QString &why)
{
    return {.enabled = false, .why = why};
}

Verdict onStop(const Task &task)
{
    switch (task.state) {
    case TaskState::Pending:
        return can(Text::tr("Cancel it before it starts"));
    case TaskState::Running:
        if (task.stopRequested)
            return can(Text::tr("It was asked to stop already; it ends at its next await"));
        return task.stale ? can(Text::tr("Nobody drives it: it is cancelled at once"))
                          : can(Text::tr("Ask it to stop at its next await"));
    case TaskState::Suspended:
        return can(Text::tr("Cancel it for good"));
    case TaskState::Completed:
        return cannot(Text::tr("It is done already"));
    case TaskState::Failed:
        return cannot(Text::tr("It has failed already"));
    case TaskState::Cancelled:
        return cannot(Text::tr("It was stopped already"));
    }
    Q_UNREACHABLE();
}

Verdict onCrash(const Task &task)
{
    if (task.state != TaskState::Running)
        return cannot(Text::tr("Only a running task can crash"));
    switch (task.owner) {
    case OwnerState::ThisProcess:
        return can(Text::tr("Drop the attempt where it stands, as if its process had died"));
    case OwnerState::OtherProcess:
        return cannot(Text::tr("Another process drives it: %1").arg(task.worker));
    case OwnerState::None:
    case OwnerState::Silent:
    case OwnerState::Dead:
    case OwnerState::Dropped:
        return cannot(Text::tr("It is broken already: nobody drives it"));
    }
    Q_UNREACHABLE();
}

Verdict onNudge(const ActionFacts &facts)
{
    const Task &task = *facts.task;
    switch (task.state) {
    case TaskState::Pending:
        return can(Text::tr("It waits for its start; a nudge attaches to it"));
    case TaskState::Running:
        if (task.stale)
            return can(Text::tr("Start attempt %1 where attempt %2 broke")
                           .arg(task.attempt + 1)
                           .arg(task.attempt));
        if (isTurningStale(task))
            return can(Text::tr("Not stale yet: it will be in %1 s; until then a nudge only "
                                "attaches to it")
                           .arg(double(facts.staleIn.count()) / 1000, 0, 'f', 1));
        return can(Text::tr("It is alive; a nudge attaches to it and changes nothing"));
    case TaskState::Suspended:
        return task.isParked ? can(Text::tr("It goes on by itself; a nudge attaches to it"))
                             : can(Text::tr("Resume it"));
    case TaskState::Completed:
    case TaskState::Failed:
    case TaskState::Cancelled:
        return can(Text::tr("It is over; a nudge replays what is stored and runs nothing"));
    }
    Q_UNREACHABLE();
}

Verdict onSuspend(const Task &task)
{
    switch (task.state) {
    case TaskState::Pending:
        return can(Text::tr("It rests before it starts, until it is resumed"));
    case TaskState::Running:
        return can(Text::tr("Ask it to rest at its next await, until it is resumed"));
    case TaskState::Suspended:
        return cannot(Text::tr("It rests already"));
    case TaskState::Completed:
    case TaskState::Failed:
    case TaskState::Cancelled:
        return cannot(Text::tr("It is over"));
    }
    Q_UNREACHABLE();
}

Verdict onResume(const Task &task)
{
    if (task.state != TaskState::Suspended)
        return cannot(Text::tr("Only a suspended task can be resumed"));
    return task.isParked ? cannot(Text::tr("It sleeps, and goes on by itself"))
                         : can(Text::tr("Let it go on where it rests"));
}

Verdict onRetry(const Task &task)
{
    if (task.state == TaskState::Failed || task.state == TaskState::Cancelled)
        return can(
            Text::tr("Start attempt %1; finished steps stay finished").arg(task.attempt + 1));
    return cannot(Text::tr("Only a task that failed or was stopped can be retried"));
}

Verdict onFork(const ActionFacts &facts)
{
    return facts.hasSteps
        ? can(Text::tr("Start a new task that has the steps before one done already"))
        : cannot(Text::tr("It has finished no step yet, so there is nothing to fork from"));
}

Verdict onDelete(const Task &task)
{
    return isTerminal(task.state) ? can(Text::tr("Delete it for good, with its log"))
                                  : cannot(Text::tr("Only a task that is over can be deleted"));
}

} // namespace

bool isTurningStale(const Task &task)
{
    return task.state == TaskState::Running && !task.stale
        && (task.owner == OwnerState::Dropped || task.owner == OwnerState::Silent
            || task.owner == OwnerState::Dead);
}

Verdict verdictOn(ActionId action, const ActionFacts &facts)
{
    Verdict verdict;
    if (!facts.engineOpen)
        verdict = cannot(Text::tr("The store is not open yet"));
    else if (!facts.task)
        verdict = cannot(Text::tr("Choose a task first"));
    else {
        switch (action) {
        case ActionId::RunAgain:
            verdict = can(Text::tr("Submit the same input again: it has the same key, so it "
                                   "attaches to the task that is there"));
            break;
        case ActionId::RunFresh:
            verdict = can(Text::tr("The same input as a task of its own"));
            break;
        case ActionId::Stop:
            verdict = onStop(*facts.task);
            break;
        case ActionId::Crash:
            verdict = onCrash(*facts.task);
            break;
        case ActionId::Nudge:
            verdict = onNudge(facts);
            break;
        case ActionId::Reattach:
            verdict = can(Text::tr("Open the stream again after the last event that was seen"));
            break;
        case ActionId::Suspend:
            verdict = onSuspend(*facts.task);
            break;
        case ActionId::Resume:
            verdict = onResume(*facts.task);
            break;
        case ActionId::Retry:
            verdict = onRetry(*facts.task);
            break;
        case ActionId::Fork:
            verdict = onFork(facts);
            break;
        case ActionId::Delete:
            verdict = onDelete(*facts.task);
            break;
        case ActionId::CopyKey:
            verdict = can(Text::tr("Copy the idempotency key"));
            break;
        case ActionId::CopyId:
            verdict = can(Text::tr("Copy the task's id"));
            break;
        case ActionId::CopyCurl:
            verdict = facts.serving
                ? can(Text::tr("Copy a curl command that follows this task's events"))
                : cannot(Text::tr("The server is off, so there is no address to copy"));
            break;
        }
    }
    verdict.visible = action != ActionId::Crash || facts.testMode;
    return verdict;
}

} // namespace Kintsugi
