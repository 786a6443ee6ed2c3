// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/memo.h"

#include "engine/model/limits.h"
#include "engine/runtime/attempt.h"
#include "engine/runtime/taskerror.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

QByteArray placeOf(const QByteArray &path, int ordinal)
{
    return path + QByteArray::number(ordinal);
}

} // namespace

Branch::Branch(Attempt &owner, QByteArray itsPath)
    : attempt(owner)
    , path(std::move(itsPath))
{
    if (!path.isEmpty())
        alreadyEmitted =
            attempt.claim().isWake ? attempt.memo().emitted(path, attempt.task().attempt) : 0;
}

void Memo::load(const QList<StepRecord> &steps, const QList<StepRuns> &runs)
{
    for (const StepRecord &step : steps) {
        m_steps.insert(step.key, step);
        if (step.ordinal > 0)
            m_places.insert(placeOf(step.branch, step.ordinal), step.name);
        if (!isEngineStep(step.name))
            m_names << step.name;
    }
    for (const StepRuns &run : runs)
        m_runs.insert(run.key, run);
}

int Memo::takePlace(Branch &branch, const QString &name)
{
    if (branch.isInStep)
        throw TaskError(
            "bad_step"_ba,
            u"\"%1\" was asked for inside a step; let its body take a Context"_s.arg(name), false,
            name);
    const int ordinal = ++branch.lastOrdinal;
    if (m_places.isEmpty())
        return ordinal;
    if (const auto before = m_places.constFind(placeOf(branch.path, ordinal));
        before != m_places.constEnd() && *before != name)
        throw TaskError(
            "nondeterminism"_ba,
            u"the handler asked for step \"%1\" as its number %2, an earlier attempt asked for \"%3\" there"_s
                .arg(name)
                .arg(ordinal)
                .arg(*before),
            false, name);
    return ordinal;
}

Memo::Ask Memo::askOwn(Branch &branch, const QString &name)
{
    Ask ask;
    StepRecord &blank = ask.blank;
    blank.ordinal = takePlace(branch, name);
    blank.occurrence = ++branch.occurrences[name];
    blank.key = stepKey(branch.path, name, blank.occurrence);
    blank.branch = branch.path;
    blank.name = name;
    blank.attempt = branch.attempt.task().attempt;
    if (const auto memo = m_steps.constFind(blank.key); memo != m_steps.constEnd())
        ask.memo = &*memo;
    return ask;
}

Memo::Ask Memo::ask(Branch &branch, const QString &name)
{
    if (name.isEmpty() || name.size() > Limits::kStepNameLength)
        throw TaskError("bad_step"_ba,
                        u"a step's name has 1 to %1 characters"_s.arg(Limits::kStepNameLength));
    if (isEngineStep(name))
        throw TaskError("bad_step"_ba, u"a step's name must not end in \"()\""_s);
    return askOwn(branch, name);
}

bool Memo::has(const Branch &branch, const QString &name) const
{
    const auto memo =
        m_steps.constFind(stepKey(branch.path, name, branch.occurrences.value(name) + 1));
    return memo != m_steps.constEnd() && memo->error.isEmpty();
}

QStringList Memo::names() const
{
    return m_names;
}

StepRuns Memo::runsOf(const QByteArray &key) const
{
    StepRuns runs = m_runs.value(key);
    runs.key = key;
    return runs;
}

int Memo::emitted(const QByteArray &path, int attempt) const
{
    const StepRecord memo = m_steps.value(stepKey(path, QString(kEmittedMemo), 1));
    return memo.attempt == attempt ? memo.result.toInt() : 0;
}

} // namespace Kintsugi
