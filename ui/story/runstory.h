// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/event.h"
#include "engine/model/task.h"

#include <QStringList>

#include <optional>

namespace Kintsugi {

/*! What a run's picture is made of. */
enum class RunKind { Plain, Ticks, Stages };

enum class AttemptEnd {
    Open, //!< The last attempt, not over as far as the log tells.
    Broken, //!< Its worker died or dropped it; the next one is a recovery.
    Suspended,
    Completed,
    Failed,
    Cancelled
};

struct AttemptStory
{
    int number = 0;
    QByteArray reason; //!< submit, recovery, retry or resume.
    Timestamp startedAt;
    Seq startedSeq = 0;
    Timestamp lastEventAt; //!< Of this attempt.
    AttemptEnd end = AttemptEnd::Open;
    qint64 firstTick = 0, lastTick = 0; //!< That it committed; 0 for none.
    QStringList computed; //!< Stages whose result it committed.
    QStringList fromCache; //!< Stages that were served to it.
    QString atWork; //!< The stage that runs, or was cut off as the attempt ended.

    friend bool operator==(const AttemptStory &, const AttemptStory &) = default;
};

/*! Ticks \a from to \a to, both included, that one attempt committed. */
struct TickSpan
{
    int attempt = 0;
    qint64 from = 0;
    qint64 to = 0;
    Seq fromSeq = 0; //!< Event of the first one; the others follow without a gap.

    [[nodiscard]] Seq seqOf(qint64 tick) const { return fromSeq + (tick - from); }
    friend bool operator==(const TickSpan &, const TickSpan &) = default;
};

/*! The place where one attempt ended and the next went on. */
struct Break
{
    int attempt = 0; //!< The one that ended here.
    QByteArray reason; //!< Why there is a next one: recovery, retry or resume.
    qint64 afterTick = 0; //!< Ticks that were committed before it.
    QString stage; //!< The stage that was at work, empty between two.
    Timestamp brokenAt; //!< The last event before it; the moment of the crash itself is not logged.
    Timestamp mendedAt; //!< When the next attempt started.
    Seq mendedSeq = 0; //!< The attempt_started of the next attempt.
    std::optional<Timestamp>
        wentOnAt; //!< The first event that the next attempt's handler committed.

    [[nodiscard]] std::chrono::milliseconds dead() const { return mendedAt - brokenAt; }
    friend bool operator==(const Break &, const Break &) = default;
};

enum class StageState { Waiting, Running, Done, Cached, Failed, Cancelled };

struct StageStory
{
    QString name;
    int index = 0;
    StageState state = StageState::Waiting; //!< As the log tells; see RunStory::isBroken().
    int bodyRuns = 0; //!< Times the log saw it start.
    int commits = 0; //!< Times its result was committed.
    int fromCache = 0; //!< Times it was served without running.
    std::chrono::milliseconds duration{}; //!< Of the run that computed it.
    int computedBy = 0; //!< Attempt, 0 while there is no result.
    Seq computedSeq = 0; //!< 0 when the crash came between the commit and its event.
    std::optional<Timestamp> startedAt; //!< Of the latest run of its body.
    int startedBy = 0; //!< Attempt of that run.
    Seq lastSeq = 0; //!< The latest event about it.
    QByteArray result; //!< JSON.

    /*! Time that the cache saved: the duration, once for each time it was served. */
    [[nodiscard]] std::chrono::milliseconds saved() const { return duration * fromCache; }
    friend bool operator==(const StageStory &, const StageStory &) = default;
};

/*! An orderly pause: nobody drives the task, and that is all right. */
struct SuspendedStory
{
    QString reason;
    Timestamp at;

    friend bool operator==(const SuspendedStory &, const SuspendedStory &) = default;
};

/*! What the handler said as it took up the run again. */
struct RecoveredStory
{
    int attempt = 0;
    Seq seq = 0;
    Timestamp at;
    qint64 fromTick = 0;
    qint64 ticksSoFar = 0;
    QStringList cachedStages;

    friend bool operator==(const RecoveredStory &, const RecoveredStory &) = default;
};

/*! How it ended, until a retry takes it up again. */
struct EndStory
{
    AttemptEnd how = AttemptEnd::Completed; //!< Completed, Failed or Cancelled.
    Timestamp at;
    QByteArray result; //!< JSON, of a completed one.
    QString reason; //!< Of a cancelled one.
    QString errorType, errorMessage, errorStep; //!< Of a failed one.

    friend bool operator==(const EndStory &, const EndStory &) = default;
};

/*! What happened in one run, told from its log: a value that grows event by event.
 *
 *  Keeps spans and counts, no cells: a million ticks cost as much as ten. What the log cannot know
 *  (does anybody drive it?) comes from the task.
 */
class RunStory
{
public:
    RunStory() = default;
    explicit RunStory(const Task &task);

    /*! Takes the next event of the log; one that was seen already, or is another task's, changes
     * nothing. */
    void apply(const Event &event);
    void apply(const QList<Event> &events);
    /*! Takes the task's newer state; the log stays. */
    void update(const Task &task);

    [[nodiscard]] const Task &task() const { return m_task; }
    [[nodiscard]] RunKind kind() const { return m_kind; }
    [[nodiscard]] const QList<AttemptStory> &attempts() const { return m_attempts; }
    [[nodiscard]] const QList<Break> &breaks() const { return m_breaks; }
    [[nodiscard]] const std::optional<RecoveredStory> &recovered() const { return m_recovered; }
    [[nodiscard]] const std::optional<SuspendedStory> &suspended() const { return m_suspended; }
    [[nodiscard]] const std::optional<EndStory> &end() const { return m_end; }
    [[nodiscard]] const std::optional<Event> &lastEvent() const { return m_lastEvent; }
    [[nodiscard]] Seq lastSeq() const { return m_lastEvent ? m_lastEvent->seq : 0; }

    /*! Running by its row, but nobody drives it: its worker is dead, silent, or dropped it. */
    [[nodiscard]] bool isBroken() const;

    [[nodiscard]] qint64 tickCount() const { return m_tickCount; } //!< n, 0 when not known.
    [[nodiscard]] qint64 ticksDone() const { return m_ticksDone; }
    [[nodiscard]] qint64 ticksRepeated() const { return m_ticksRepeated; } //!< Emitted twice: none.
    [[nodiscard]] const QList<TickSpan> &spans() const { return m_spans; }
    [[nodiscard]] std::chrono::milliseconds tickPause() const { return m_tickPause; }

    [[nodiscard]] const QList<StageStory> &stages() const { return m_stages; }
    [[nodiscard]] std::chrono::milliseconds stagePause() const
    {
        return m_stagePause;
    } //!< As asked for in the input, 0 when it is not.
    [[nodiscard]] int stagesFromCache() const; //!< In the last attempt.

private:
    [[nodiscard]] AttemptStory *current(const Event &event); //!< The attempt that wrote it.
    void startAttempt(const Event &event);
    void tick(const Event &event);
    void stageStarted(const Event &event);
    void stageDone(const Event &event);
    void finish(const Event &event);
    [[nodiscard]] StageStory *stage(const QString &name, int index); //!< Null beyond a bound.
    void closeStages(StageState state, const QString &name);

    Task m_task;
    RunKind m_kind = RunKind::Plain;
    QList<AttemptStory> m_attempts;
    QList<Break> m_breaks;
    QList<TickSpan> m_spans;
    QList<StageStory> m_stages;
    std::optional<RecoveredStory> m_recovered;
    std::optional<SuspendedStory> m_suspended;
    std::optional<EndStory> m_end;
    std::optional<Event> m_lastEvent;
    qint64 m_tickCount = 0;
    qint64 m_ticksDone = 0;
    qint64 m_ticksRepeated = 0;
    std::chrono::milliseconds m_tickPause{};
    std::chrono::milliseconds m_stagePause{};
};

} // namespace Kintsugi
