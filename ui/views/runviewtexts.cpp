// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/views/runviewtexts.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(Kintsugi::RunView)
};

constexpr qsizetype kLongestWord = 160; //!< Characters of a stranger's text in a sentence.

QString bounded(const QString &text)
{
    const QString line = text.simplified();
    return line.size() <= kLongestWord ? line : line.left(kLongestWord - 1) + u'…';
}

QString bold(const QString &text)
{
    return u"<b>"_s + bounded(text).toHtmlEscaped() + u"</b>"_s;
}

QString heartbeatAge(const RunStory &story, const Moment &moment)
{
    const auto beat = story.task().lastHeartbeatAt;
    return shortSeconds(beat ? std::max(0ms, moment.now - *beat) : 0ms);
}

QString recoverSentence(const Task &task)
{
    if (task.stopRequested)
        return Texts::tr("A stop was asked for: whoever sees it ends it.");
    return task.autoRecover ? Texts::tr("It recovers by itself: autoRecover is on.")
                            : Texts::tr("It does not recover alone: autoRecover is off.");
}

QString runningSentence(const RunStory &story, const Moment &moment)
{
    const Task &task = story.task();
    const QString worker = bold(task.worker);
    const QString epoch = QString::number(task.epoch);
    switch (task.owner) {
    case OwnerState::ThisProcess:
    case OwnerState::OtherProcess: {
        QString sentence = task.owner == OwnerState::ThisProcess
            ? Texts::tr("Owner %1 (this process) is alive and holds the lock, epoch %2.")
                  .arg(worker, epoch)
            : Texts::tr("Owner %1 (another process) is alive and holds the lock, epoch %2.")
                  .arg(worker, epoch);
        if (task.stopRequested)
            return sentence + u' ' + Texts::tr("A stop was asked for: it ends at its next await.");
        if (task.lastHeartbeatAt)
            sentence +=
                u' ' + Texts::tr("Last heartbeat %1 ago.").arg(bold(heartbeatAge(story, moment)));
        return sentence;
    }
    case OwnerState::Silent:
        return Texts::tr("Owner %1 holds its lock, but its last heartbeat is %2 old.")
                   .arg(worker, bold(heartbeatAge(story, moment)))
            + u' ' + recoverSentence(task);
    case OwnerState::Dropped:
        if (task.lastHeartbeatAt)
            return Texts::tr("Worker %1 dropped attempt %2 at %3 (simulated crash).")
                       .arg(worker, QString::number(task.attempt), timeOfDay(*task.lastHeartbeatAt))
                + u' ' + recoverSentence(task);
        return Texts::tr("Worker %1 dropped attempt %2 (simulated crash).")
                   .arg(worker, QString::number(task.attempt))
            + u' ' + recoverSentence(task);
    case OwnerState::Dead:
        return Texts::tr("Owner %1 is dead, its lock is free.").arg(worker) + u' '
            + recoverSentence(task);
    case OwnerState::None:
        break;
    }
    return task.stale ? Texts::tr("Nobody drives it.") + u' ' + recoverSentence(task)
                      : Texts::tr("A worker is about to take it.");
}

/*! One that sleeps or waits for a signal, and wakes by itself. */
QString restSentence(const RunStory &story)
{
    const auto &until = story.task().wakeAt;
    if (story.suspended()->reason == "sleep"_L1)
        return until ? Texts::tr("Sleeps until %1; it goes on by itself.").arg(timeOfDay(*until))
                     : Texts::tr("Sleeps; it goes on by itself.");
    return until ? Texts::tr("Waits for a signal until %1; then it goes on by itself.")
                       .arg(timeOfDay(*until))
                 : Texts::tr("Waits for a signal; it goes on by itself when one comes.");
}

QString suspendedSentence(const RunStory &story)
{
    const auto &pause = story.suspended();
    if (!pause)
        return Texts::tr("Suspended: press Nudge and it goes on.");
    const QString at = timeOfDay(pause->at);
    if (story.task().isParked)
        return restSentence(story);
    if (pause->reason == "shutdown"_L1)
        return story.task().autoRecover
            ? Texts::tr("Suspended at %1 because its process shut down; it goes on by itself.")
                  .arg(at)
            : Texts::tr(
                  "Suspended at %1 because its process shut down: press Nudge and it goes on.")
                  .arg(at);
    return Texts::tr("Suspended at %1 (%2): press Nudge and it goes on.")
        .arg(at, bounded(pause->reason).toHtmlEscaped());
}

QString endedSentence(const RunStory &story)
{
    const auto &end = story.end();
    const Task &task = story.task();
    if (!end)
        return task.finishedAt ? Texts::tr("Ended at %1.").arg(timeOfDay(*task.finishedAt))
                               : Texts::tr("Ended.");
    const QString at = timeOfDay(end->at);
    const QString took = bold(durationText(end->at - task.createdAt));
    switch (end->how) {
    case AttemptEnd::Failed:
        return end->errorStep.isEmpty()
            ? Texts::tr("Failed at %1, %2 after its start: %3")
                  .arg(at, took, bounded(end->errorMessage).toHtmlEscaped())
            : Texts::tr("Failed at %1 in %2, %3 after its start: %4")
                  .arg(at, bold(end->errorStep), took, bounded(end->errorMessage).toHtmlEscaped());
    case AttemptEnd::Cancelled:
        return end->reason.isEmpty() ? Texts::tr("Stopped at %1, %2 after its start.").arg(at, took)
                                     : Texts::tr("Stopped at %1, %2 after its start: %3")
                                           .arg(at, took, bounded(end->reason).toHtmlEscaped());
    default:
        break;
    }
    return story.attempts().size() > 1
        ? Texts::tr("Completed at %1, %2 after its start; attempt %3 brought it to the end.")
              .arg(at, took, QString::number(story.attempts().last().number))
        : Texts::tr("Completed at %1, %2 after its start, in one attempt.").arg(at, took);
}

} // namespace

QString durationText(std::chrono::milliseconds duration)
{
    const qint64 ms = std::max<qint64>(0, duration.count());
    if (ms < 60'000)
        return Texts::tr("%1 s").arg(QLocale().toString(double(ms) / 1000, 'f', 3));
    const qint64 seconds = ms / 1000;
    if (seconds < 3600)
        return Texts::tr("%1 min %2 s").arg(seconds / 60).arg(seconds % 60);
    if (seconds < 86'400)
        return Texts::tr("%1 h %2 min").arg(seconds / 3600).arg(seconds / 60 % 60);
    return Texts::tr("%1 d %2 h").arg(seconds / 86'400).arg(seconds / 3600 % 24);
}

QString shortSeconds(std::chrono::milliseconds duration)
{
    const qint64 ms = std::max<qint64>(0, duration.count());
    return ms < 60'000 ? Texts::tr("%1 s").arg(QLocale().toString(double(ms) / 1000, 'f', 1))
                       : durationText(duration);
}

QString timeOfDay(Timestamp at)
{
    return QDateTime::fromMSecsSinceEpoch(toUnixMs(at)).toString(u"HH:mm:ss.zzz"_s);
}

QString shortKey(const IdempotencyKey &key)
{
    const QString text = key.toString();
    return text.size() <= 12 ? text : text.left(4) + u'…' + text.right(4);
}

QString membersText(const QByteArray &json)
{
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    QStringList members;
    for (auto member = object.begin(); member != object.end(); ++member) {
        const QJsonValue value = member.value();
        QString text;
        if (value.isString()) {
            text = value.toString();
        } else if (value.isDouble() && double(value.toInteger()) == value.toDouble()) {
            text = QString::number(value.toInteger()); // as it was given
        } else {
            text =
                QString::fromUtf8(QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact));
            text = text.mid(1, text.size() - 2);
        }
        members << u"%1 = %2"_s.arg(bounded(member.key()), bounded(text));
    }
    return members.join(u", "_s);
}

StateGlyph runGlyph(const RunStory &story, const Moment &)
{
    return story.isBroken() ? StateGlyph::Stale : stateGlyph(story.task());
}

QString stateText(const RunStory &story)
{
    const Task &task = story.task();
    switch (task.state) {
    case TaskState::Pending:
        return Texts::tr("Pending");
    case TaskState::Running:
        return story.isBroken()  ? Texts::tr("Running · nobody drives it")
            : task.stopRequested ? Texts::tr("Stopping · attempt %1").arg(task.attempt)
                                 : Texts::tr("Running · attempt %1").arg(task.attempt);
    case TaskState::Suspended:
        return Texts::tr("Suspended");
    case TaskState::Completed:
        return task.attempt > 1 ? Texts::tr("Completed · %n attempts", nullptr, task.attempt)
                                : Texts::tr("Completed");
    case TaskState::Failed:
        return Texts::tr("Failed");
    case TaskState::Cancelled:
        return Texts::tr("Cancelled");
    }
    Q_UNREACHABLE();
}

QString whyText(const RunStory &story, const Moment &moment)
{
    switch (story.task().state) {
    case TaskState::Pending:
        return story.task().attempt > 0
            ? Texts::tr("Waits for a worker to take it up again.")
            : Texts::tr("Queued: it starts as soon as a worker takes it.");
    case TaskState::Running:
        return runningSentence(story, moment);
    case TaskState::Suspended:
        return suspendedSentence(story);
    case TaskState::Completed:
    case TaskState::Failed:
    case TaskState::Cancelled:
        return endedSentence(story);
    }
    Q_UNREACHABLE();
}

QString whyIcon(const RunStory &story)
{
    switch (story.task().state) {
    case TaskState::Running:
        return story.isBroken() ? u"crash"_s : u"beat"_s;
    case TaskState::Completed:
        return u"check"_s;
    case TaskState::Failed:
    case TaskState::Cancelled:
        return u"cross"_s;
    case TaskState::Pending:
    case TaskState::Suspended:
        break;
    }
    return u"clock"_s;
}

QList<TextRun> pictureSummary(const RunStory &story, const Palette &palette)
{
    using enum FontRole;
    const auto muted = [&](const QString &text) { return TextRun{text, Secondary, palette.muted}; };
    QList<TextRun> runs;
    const bool mended = !story.breaks().isEmpty() && story.breaks().last().wentOnAt;
    if (story.kind() == RunKind::Ticks) {
        runs << TextRun{
            Texts::tr("%1 of %2")
                .arg(QLocale().toString(story.ticksDone()), QLocale().toString(story.tickCount())),
            SecondaryStrong, palette.text};
        if (story.isBroken())
            runs << muted(u" · "_s
                          + (story.ticksDone() > 0 ? Texts::tr("broken after tick %1")
                                                         .arg(QLocale().toString(story.ticksDone()))
                                                   : Texts::tr("broken before tick 1")));
        else if (mended)
            runs << muted(u" · "_s)
                 << TextRun{
                        Texts::tr("%1 ran twice").arg(QLocale().toString(story.ticksRepeated())),
                        SecondaryStrong, palette.goldText};
        return runs;
    }
    if (story.kind() != RunKind::Stages)
        return runs;
    QStringList cached;
    QString again;
    for (const StageStory &stage : story.stages()) {
        if (stage.state == StageState::Cached)
            cached << stage.name;
        if (stage.bodyRuns > 1 && stage.state == StageState::Running)
            again = stage.name;
    }
    if (cached.size() == 1)
        runs << TextRun{Texts::tr("%1 was not paid twice").arg(cached.first()), SecondaryStrong,
                        palette.goldText};
    else if (!cached.isEmpty())
        runs << TextRun{Texts::tr("%1 were not paid twice").arg(cached.join(u", "_s)),
                        SecondaryStrong, palette.goldText};
    if (!again.isEmpty())
        runs << muted((runs.isEmpty() ? QString() : u" · "_s)
                      + Texts::tr("%1 runs again: it had not committed").arg(again));
    if (runs.isEmpty()) {
        const auto done = std::ranges::count_if(
            story.stages(), [](const StageStory &stage) { return stage.commits > 0; });
        runs << TextRun{Texts::tr("%1 of %2").arg(done).arg(story.stages().size()), SecondaryStrong,
                        palette.text}
             << muted(Texts::tr(" committed"));
    }
    return runs;
}

} // namespace Kintsugi
