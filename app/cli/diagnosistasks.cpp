// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What a store tells of its workers and tasks, and whether that fits together.

#include "app/cli/diagnosis.h"
#include "engine/model/jsonwriter.h"
#include "engine/store/workers.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int kShown = 10; // Of tasks that have the same to be said of them.

QString count(qint64 number, const QString &one)
{
    return u"%1 %2%3"_s.arg(number).arg(one, number == 1 ? QString() : u"s"_s);
}

QString nameOf(const TaskName &task)
{
    return u"%1 (%2)"_s.arg(task.id.toString(), QString::fromUtf8(task.name));
}

/*! Whether nobody gives the turn away for longer than any commit takes. */
bool isStuck(const LockFile &locks)
{
    const Rest rest = patience(1s);
    for (std::chrono::microseconds soFar{}; locks.isTurnHeld(); soFar += 10ms) {
        if (!rest(10ms, soFar))
            return true;
    }
    return false;
}

QByteArray stateName(OwnerState state)
{
    return state == OwnerState::OtherProcess ? "alive"_ba
        : state == OwnerState::Silent        ? "silent"_ba
                                             : "dead"_ba;
}

bool canDrive(const RegisteredTask &task, int version)
{
    return task.info.version == version || task.info.compatibleVersions.contains(version);
}

} // namespace

void Diagnosis::lookAtTurn(const LockFile &locks)
{
    if (!m_files.hasLocks)
        ok("lock", u"no lock file beside it: nobody has it open"_s);
    else if (!locks.isOpen())
        warn("lock", u"the lock file cannot be read: who is alive cannot be told"_s,
             u"run this as the user to whom the store belongs"_s);
    else if (isStuck(locks))
        warn("lock", u"somebody has held the turn to write for more than a second"_s,
             u"look at the live workers: one of them is stopped, or its disk hangs"_s);
    else
        ok("lock", u"the turn to write goes round"_s);
}

void Diagnosis::lookAtWorkers(Checkup &checkup, const Judge &judge)
{
    const auto workers = checkup.workers(judge);
    if (!workers) {
        unreadable("workers", workers.error());
        return;
    }
    m_workers = *workers;
    m_hasDriver = false;
    int alive = 0;
    int gone = 0;
    for (const WorkerCheck &worker : *workers) {
        const QString who =
            u"%1 (process %2 on %3)"_s.arg(worker.name).arg(worker.pid).arg(worker.host);
        const QString tasks = count(worker.tasks, u"task"_s);
        if (worker.state == OwnerState::OtherProcess) {
            ++alive;
            m_hasDriver |= worker.drivesAll;
            ok("workers",
               u"%1 is alive, drives %2%3"_s.arg(
                   who, tasks, worker.drivesAll ? u", takes up what others leave"_s : QString()));
        } else if (worker.state == OwnerState::Silent) {
            warn("workers",
                 u"%1 holds its lock, but was last heard of at %2; it had %3"_s.arg(
                     who, QString::fromLatin1(toIso8601(worker.beatAt)), tasks),
                 u"look at that process: it is stopped, or its disk hangs"_s);
        } else if (worker.tasks > 0) {
            warn("workers",
                 u"%1 is dead: its lock is free, and it left %2 behind"_s.arg(who, tasks),
                 u"see the stale tasks"_s);
        } else {
            ++gone;
        }
    }
    if (alive == 0)
        ok("workers", u"no worker is alive: nothing is driven now"_s);
    if (gone > 0)
        ok("workers",
           u"%1 that left nothing behind %2 gone"_s.arg(count(gone, u"worker"_s),
                                                        gone == 1 ? u"is"_s : u"are"_s));
}

void Diagnosis::lookAtTasks(Checkup &checkup, const Judge &judge)
{
    const auto states = checkup.tasksByState();
    if (!states) {
        unreadable("tasks", states.error());
        return;
    }
    m_states = *states;
    qint64 all = 0;
    QStringList parts;
    for (const TaskStateCount &state : *states) {
        all += state.count;
        parts << u"%1 %2"_s.arg(state.count).arg(QString::fromUtf8(state.state));
    }
    ok("tasks",
       count(all, u"task"_s) + (parts.isEmpty() ? QString() : u": "_s + parts.join(u", "_s)));

    const auto stale = checkup.staleTasks(judge, kShown);
    if (!stale) {
        unreadable("stale", stale.error());
        return;
    }
    for (const TaskName &task : stale->waiting.first)
        warn("stale", u"%1 lost its worker and does not go on alone"_s.arg(nameOf(task)),
             command(u"nudge %1"_s.arg(task.id.toString())));
    if (const qint64 more = stale->waiting.count - stale->waiting.first.size(); more > 0)
        warn("stale", u"%1 more like that"_s.arg(count(more, u"task"_s)),
             command(u"list --stale"_s));
    if (stale->recovering > 0 && m_hasDriver)
        ok("stale",
           u"%1 lost their worker; a live one takes them up"_s.arg(
               count(stale->recovering, u"task"_s)));
    else if (stale->recovering > 0)
        warn("stale",
             u"%1 lost their worker and go on as soon as an engine drives all"_s.arg(
                 count(stale->recovering, u"task"_s)),
             command(u"serve"_s));
    if (stale->recovering == 0 && stale->waiting.count == 0)
        ok("stale", u"every running task has a live worker"_s);

    const auto loops = checkup.crashLoops(kShown);
    if (!loops) {
        unreadable("crash_loop", loops.error());
        return;
    }
    for (const TaskName &task : loops->first)
        warn("crash_loop",
             u"%1 was given up: it crashed its worker again and again"_s.arg(nameOf(task)),
             u"mend its cause, then "_s + command(u"retry %1"_s.arg(task.id.toString())));
    if (const qint64 more = loops->count - loops->first.size(); more > 0)
        warn("crash_loop", u"%1 more like that"_s.arg(count(more, u"task"_s)),
             command(u"list --state failed"_s));
    if (loops->count == 0)
        ok("crash_loop", u"no task was given up for crashing its worker"_s);
}

void Diagnosis::lookAtDefinitions(Checkup &checkup)
{
    const auto uses = checkup.definitionsInUse();
    if (!uses) {
        unreadable("definitions", uses.error());
        return;
    }
    bool areAllKnown = true;
    for (const DefinitionUse &use : *uses) {
        const RegisteredTask *known = m_request.registry.find(use.name);
        if (known && canDrive(*known, use.version))
            continue;
        areAllKnown = false;
        const QString what = u"%1 of \"%2\" version %3 %4 not ended"_s.arg(
            count(use.tasks, u"task"_s), QString::fromUtf8(use.name), QString::number(use.version),
            use.tasks == 1 ? u"has"_s : u"have"_s);
        if (known)
            warn("definitions",
                 u"%1, and this program has version %2, which cannot go on with them"_s.arg(what)
                     .arg(known->info.version),
                 u"drive them with the program or the --plugin FILE that has version %1"_s.arg(
                     use.version));
        else
            warn("definitions", u"%1, and this program does not have that definition"_s.arg(what),
                 u"load the library that has it: --plugin FILE"_s);
    }
    if (areAllKnown)
        ok("definitions", u"this program can drive every task that has not ended"_s);
}

void Diagnosis::lookAtInvariants(Checkup &checkup)
{
    const auto gaps = checkup.seqGaps(kShown);
    if (!gaps) {
        unreadable("sequence", gaps.error());
        return;
    }
    for (const SeqGap &gap : *gaps)
        refuse("sequence",
               u"%1 counts %2 events, but there are %3, the last with number %4"_s
                   .arg(gap.id.toString())
                   .arg(gap.lastSeq)
                   .arg(gap.events)
                   .arg(gap.highest),
               u"other hands have changed the store: keep a copy of it, and report it"_s);
    if (gaps->isEmpty())
        ok("sequence", u"the events of every task are numbered without a gap"_s);

    const auto orphans = checkup.orphans();
    if (!orphans) {
        unreadable("orphans", orphans.error());
        return;
    }
    for (const Orphans &some : *orphans)
        warn(
            "orphans",
            u"%1 of %2 belong to tasks that are not there"_s.arg(count(some.rows, u"row"_s),
                                                                 QString::fromUtf8(some.table)),
            u"they harm nobody; other hands have changed the store: keep a copy of it, and report it"_s);
    if (orphans->isEmpty())
        ok("orphans", u"every memo, event and signal belongs to a task"_s);
}

QByteArray Diagnosis::toJson() const
{
    QList<QByteArray> findings;
    for (const Finding &finding : m_findings) {
        JsonWriter json;
        json.member("check", finding.check)
            .member("level", toWire(finding.level))
            .member("message", finding.message)
            .textOrNull("remedy", finding.remedy);
        QList<QByteArray> details;
        for (const QString &line : finding.details)
            details << jsonString(line);
        findings << json.raw("details", jsonArray(details)).finish();
    }
    QList<QByteArray> workers;
    for (const WorkerCheck &worker : m_workers)
        workers << JsonWriter()
                       .member("name", worker.name)
                       .member("host", worker.host)
                       .member("pid", worker.pid)
                       .member("state", stateName(worker.state))
                       .member("drivesAll", worker.drivesAll)
                       .member("tasks", worker.tasks)
                       .member("startedAt", std::optional(worker.startedAt))
                       .member("lastHeartbeatAt", std::optional(worker.beatAt))
                       .finish();
    JsonWriter tasks;
    for (const TaskStateCount &state : m_states)
        tasks.member(state.state, state.count);
    return JsonWriter()
        .textOrNull("store", m_path)
        .member("chosenBy", m_chosenBy)
        .raw("findings", jsonArray(findings))
        .member("worst", toWire(worst()))
        .member("sqlite", sqliteVersion().name)
        .member("bytes", m_files.bytes)
        .member("logBytes", m_files.logBytes)
        .raw("workers", jsonArray(workers))
        .raw("tasks", tasks.finish())
        .finish();
}

} // namespace Kintsugi
