// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/story/runstory.h"

#include "engine/model/jsonwriter.h"
#include "ui/story/payload.h"

#include <QJsonArray>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMostStages = 256; //!< More are not drawn.

std::chrono::milliseconds pauseOf(const QJsonObject &input, QLatin1StringView member)
{
    return std::chrono::milliseconds(qMax<qint64>(0, input[member].toInteger()));
}

} // namespace

RunStory::RunStory(const Task &task)
    : m_task(task)
{
    const QJsonObject input = objectOf(task.input);
    if (task.name == "count-to-n"_ba) {
        m_kind = RunKind::Ticks;
        m_tickCount = qBound(qint64(0), input["n"_L1].toInteger(), qint64(1'000'000));
        m_tickPause = pauseOf(input, "sleepMs"_L1);
    } else if (task.name == "pipeline-with-steps"_ba) {
        m_kind = RunKind::Stages;
        m_stagePause = pauseOf(input, "stageMs"_L1);
        int index = 0;
        for (const QString &name : {u"extract"_s, u"transform"_s, u"load"_s})
            std::ignore = stage(name, index++);
    }
}

void RunStory::update(const Task &task)
{
    if (task.id == m_task.id)
        m_task = task;
}

void RunStory::apply(const QList<Event> &events)
{
    for (const Event &event : events)
        apply(event);
}

void RunStory::apply(const Event &event)
{
    if (event.task != m_task.id || event.seq <= lastSeq())
        return;

    if (event.type == EventTypes::kAttemptStarted) {
        startAttempt(event);
    } else if (isTerminalEvent(event.type)) {
        finish(event);
    } else if (event.type == EventTypes::kSuspended) {
        m_suspended = SuspendedStory{objectOf(event.payload)["reason"_L1].toString(), event.at};
        if (!m_attempts.isEmpty())
            m_attempts.last().end = AttemptEnd::Suspended;
        closeStages(StageState::Waiting, {});
    } else if (event.type == EventTypes::kResumed) {
        m_suspended.reset(); // the same attempt goes on, unless another one starts
        if (!m_attempts.isEmpty() && m_attempts.last().end == AttemptEnd::Suspended)
            m_attempts.last().end = AttemptEnd::Open;
    } else if (!isEngineEvent(event.type)) {
        if (!m_breaks.isEmpty() && !m_breaks.last().wentOnAt)
            m_breaks.last().wentOnAt = event.at;
        if (event.type == "tick"_ba) {
            tick(event);
        } else if (event.type == "stage_started"_ba) {
            stageStarted(event);
        } else if (event.type == "stage_done"_ba) {
            stageDone(event);
        } else if (event.type == "recovered"_ba) {
            const QJsonObject payload = objectOf(event.payload);
            m_recovered = RecoveredStory{event.attempt,
                                         event.seq,
                                         event.at,
                                         payload["fromTick"_L1].toInteger(),
                                         payload["ticksSoFar"_L1].toInteger(),
                                         {}};
            for (const QJsonValue &name : payload["cachedStages"_L1].toArray())
                m_recovered->cachedStages << name.toString();
        }
    }
    if (AttemptStory *attempt = current(event))
        attempt->lastEventAt = event.at;
    m_lastEvent = event;
}

AttemptStory *RunStory::current(const Event &event)
{
    const bool known = !m_attempts.isEmpty() && m_attempts.last().number == event.attempt;
    return known ? &m_attempts.last() : nullptr;
}

bool RunStory::isBroken() const
{
    if (m_task.state != TaskState::Running || m_end)
        return false;
    return m_task.stale || m_task.owner == OwnerState::Dead || m_task.owner == OwnerState::Dropped
        || m_task.owner == OwnerState::Silent;
}

int RunStory::stagesFromCache() const
{
    return int(std::ranges::count(m_stages, StageState::Cached, &StageStory::state));
}

void RunStory::startAttempt(const Event &event)
{
    const QByteArray reason = objectOf(event.payload)["reason"_L1].toString().toUtf8();
    if (!m_attempts.isEmpty()) {
        AttemptStory &last = m_attempts.last();
        Break gap;
        gap.attempt = last.number;
        gap.reason = reason;
        gap.afterTick = m_ticksDone;
        gap.brokenAt = last.lastEventAt;
        gap.mendedAt = event.at;
        gap.mendedSeq = event.seq;
        const auto atWork = std::ranges::find(m_stages, StageState::Running, &StageStory::state);
        if (atWork != m_stages.cend())
            gap.stage = atWork->name;
        if (last.end == AttemptEnd::Open)
            last.end = reason == "resume"_ba ? AttemptEnd::Suspended : AttemptEnd::Broken;
        m_breaks << gap;
    }
    m_end.reset();
    m_suspended.reset();
    m_recovered.reset();
    // A new attempt asks for every stage again: what is memoised will say so by itself.
    for (StageStory &stage : m_stages)
        stage.state = StageState::Waiting;
    AttemptStory fresh;
    fresh.number = event.attempt;
    fresh.reason = reason;
    fresh.startedAt = event.at;
    fresh.startedSeq = event.seq;
    fresh.lastEventAt = event.at;
    m_attempts << fresh;
}

void RunStory::tick(const Event &event)
{
    if (m_kind == RunKind::Plain)
        m_kind = RunKind::Ticks;
    if (m_kind != RunKind::Ticks)
        return;
    const qint64 i = numberOf(event.payload, "\"i\"");
    m_tickCount = qMax(m_tickCount, numberOf(event.payload, "\"n\""));
    if (i <= 0)
        return;
    if (i <= m_ticksDone) {
        ++m_ticksRepeated;
        return;
    }
    const TickSpan *last = m_spans.isEmpty() ? nullptr : &m_spans.last();
    if (last && last->attempt == event.attempt && last->to == i - 1 && last->seqOf(i) == event.seq)
        m_spans.last().to = i;
    else
        m_spans << TickSpan{event.attempt, i, i, event.seq};
    if (AttemptStory *attempt = current(event)) {
        attempt->firstTick = attempt->firstTick ? attempt->firstTick : i;
        attempt->lastTick = i;
    }
    m_ticksDone = i;
    m_tickCount = qMax(m_tickCount, i);
}

StageStory *RunStory::stage(const QString &name, int index)
{
    const auto known = std::ranges::find(m_stages, name, &StageStory::name);
    if (known != m_stages.end())
        return &*known;
    if (m_stages.size() >= kMostStages)
        return nullptr;
    const auto place = std::ranges::upper_bound(m_stages, index, {}, &StageStory::index);
    StageStory fresh;
    fresh.name = name;
    fresh.index = index;
    return &*m_stages.insert(place, fresh);
}

void RunStory::stageStarted(const Event &event)
{
    const QJsonObject payload = objectOf(event.payload);
    if (m_kind == RunKind::Plain)
        m_kind = RunKind::Stages;
    StageStory *about = stage(payload["stage"_L1].toString(), payload["index"_L1].toInt());
    if (!about)
        return;
    about->state = StageState::Running;
    ++about->bodyRuns;
    about->startedAt = event.at;
    about->startedBy = event.attempt;
    about->lastSeq = event.seq;
    if (AttemptStory *attempt = current(event))
        attempt->atWork = about->name;
}

void RunStory::stageDone(const Event &event)
{
    const QJsonObject payload = objectOf(event.payload);
    if (m_kind == RunKind::Plain)
        m_kind = RunKind::Stages;
    StageStory *about = stage(payload["stage"_L1].toString(), payload["index"_L1].toInt());
    if (!about)
        return;
    about->duration =
        std::chrono::milliseconds(qMax<qint64>(0, payload["durationMs"_L1].toInteger()));
    about->lastSeq = event.seq;
    about->result = toCompactJson(payload["result"_L1]);
    const bool cached = payload["fromCache"_L1].toBool();
    if (AttemptStory *attempt = current(event)) {
        (cached ? attempt->fromCache : attempt->computed) << about->name;
        if (attempt->atWork == about->name)
            attempt->atWork.clear();
    }
    if (cached) {
        about->state = StageState::Cached;
        ++about->fromCache;
        if (about->commits == 0) { // The crash came between the memo's commit and its event.
            about->commits = 1;
            about->computedBy = about->startedBy;
        }
        return;
    }
    about->state = StageState::Done;
    ++about->commits;
    about->computedBy = event.attempt;
    about->computedSeq = event.seq;
}

void RunStory::closeStages(StageState state, const QString &name)
{
    for (StageStory &stage : m_stages) {
        if (stage.state == StageState::Running || (!name.isEmpty() && stage.name == name))
            stage.state = state;
    }
}

void RunStory::finish(const Event &event)
{
    const QJsonObject payload = objectOf(event.payload);
    EndStory end;
    end.at = event.at;
    if (event.type == EventTypes::kCompleted) {
        end.how = AttemptEnd::Completed;
        end.result = toCompactJson(payload["result"_L1]);
    } else if (event.type == EventTypes::kFailed) {
        const QJsonObject error = payload["error"_L1].toObject();
        end.how = AttemptEnd::Failed;
        end.errorType = error["type"_L1].toString();
        end.errorMessage = error["message"_L1].toString();
        end.errorStep = error["step"_L1].toString();
        closeStages(StageState::Failed, end.errorStep);
    } else {
        end.how = AttemptEnd::Cancelled;
        end.reason = payload["reason"_L1].toString();
        closeStages(StageState::Cancelled, {});
    }
    if (!m_attempts.isEmpty())
        m_attempts.last().end = end.how;
    m_end = end;
}

} // namespace Kintsugi
