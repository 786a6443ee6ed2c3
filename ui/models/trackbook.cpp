// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/models/trackbook.h"

#include "engine/model/limits.h"
#include "ui/answers.h"

namespace Kintsugi {

namespace {

void addPart(Track &track, int attempt, double from, double to)
{
    if (to <= from)
        return;
    if (!track.parts.isEmpty() && track.parts.last().attempt == attempt
        && track.parts.last().to >= from)
        track.parts.last().to = to;
    else
        track.parts.append({attempt, from, to});
}

/*! Where among the stages a run broke: in the middle of the one at work, or after the last that was
 * committed. */
double placeOf(const Break &gap, const RunStory &story)
{
    double committed = 0;
    double at = 0;
    for (const StageStory &stage : story.stages()) {
        if (!gap.stage.isEmpty() && stage.name == gap.stage)
            return at + 0.5;
        at += 1;
        if (stage.computedBy > 0 && stage.computedBy <= gap.attempt)
            committed = at;
    }
    return committed;
}

} // namespace

Track trackOf(const RunStory &story)
{
    Track track;
    if (story.kind() == RunKind::Ticks && story.tickCount() > 0) {
        const double all = double(story.tickCount());
        for (const TickSpan &span : story.spans())
            addPart(track, span.attempt, double(span.from - 1) / all, double(span.to) / all);
        for (const Break &gap : story.breaks()) {
            if (gap.reason == "recovery")
                track.notches.append(double(gap.afterTick) / all);
        }
    } else if (story.kind() == RunKind::Stages) {
        const double all = double(qMax<qsizetype>(story.stages().size(), 1));
        double at = 0;
        for (const StageStory &stage : story.stages()) {
            if (stage.computedBy > 0)
                addPart(track, stage.computedBy, at / all, (at + 1) / all);
            else if (stage.startedBy > 0)
                addPart(track, stage.startedBy, at / all, (at + 0.5) / all);
            at += 1;
        }
        for (const Break &gap : story.breaks()) {
            if (gap.reason == "recovery")
                track.notches.append(placeOf(gap, story) / all);
        }
    }
    if (track.parts.isEmpty() && story.task().state == TaskState::Completed)
        addPart(track, qMax(1, story.task().attempt), 0, 1);
    return track;
}

TrackBook::TrackBook(QObject *parent)
    : QObject(parent)
{}

TrackBook::~TrackBook() = default;

void TrackBook::setPort(EnginePort *port)
{
    m_port = port;
    m_stories.clear();
    m_reading.clear();
}

Track TrackBook::track(const Task &task)
{
    if (!m_port)
        return {};
    if (m_stories.size() > kKept)
        m_stories.clear();
    auto story = m_stories.find(task.id);
    if (story == m_stories.end())
        story = m_stories.insert(task.id, RunStory(task));
    story->update(task);
    if (task.lastSeq > story->lastSeq() && task.lastSeq <= kLongestLog)
        read(task, story->lastSeq());
    Track track = trackOf(*story);
    if (task.lastSeq > kLongestLog && story->kind() == RunKind::Ticks && story->tickCount() > 0) {
        // Not read: all events are ticks but the start, one an attempt and one a recovery.
        const double ticks = double(task.lastSeq - 2 * task.attempt);
        addPart(track, task.attempt, track.parts.isEmpty() ? 0 : track.parts.last().to,
                qBound(0.0, ticks / double(story->tickCount()), 1.0));
    }
    return track;
}

void TrackBook::read(const Task &task, Seq after)
{
    const TaskId id = task.id;
    if (m_reading.contains(id))
        return;
    if (const auto recent = m_port->recentEvents(id, after, Limits::kEventsPage)) {
        m_stories[id].apply(*recent);
        return;
    }
    m_reading.insert(id);
    whenAnswered(m_port->events(refOf(id), after, Limits::kEventsPage), this,
                 [this, id](const Expected<EventPage> &page) {
                     m_reading.remove(id);
                     const auto story = m_stories.find(id);
                     if (!page || page->events.isEmpty() || story == m_stories.end())
                         return;
                     story->apply(page->events);
                     Q_EMIT changed();
                 });
}

} // namespace Kintsugi
