// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/views/runviewtexts.h"

#include <QCoreApplication>
#include <QLocale>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(Kintsugi::RunView)
};

/*! Runs of text in the palette's colours, so that a sentence reads as one. */
class Line
{
public:
    explicit Line(const Palette &palette)
        : m_palette(palette)
    {}
    Line &muted(const QString &text) { return add(text, FontRole::Secondary, m_palette.muted); }
    Line &strong(const QString &text)
    {
        return add(text, FontRole::SecondaryStrong, m_palette.text);
    }
    Line &gold(const QString &text)
    {
        return add(text, FontRole::SecondaryStrong, m_palette.goldText);
    }
    Line &stressed(const QString &text)
    {
        return add(text, FontRole::SecondaryStrong, m_palette.stale);
    }
    Line &mono(const QString &text) { return add(text, FontRole::MonoStrong, m_palette.text); }
    operator QList<TextRun>() const { return m_runs; }

private:
    Line &add(const QString &text, FontRole role, const QColor &color)
    {
        m_runs << TextRun{text, role, color};
        return *this;
    }
    const Palette &m_palette;
    QList<TextRun> m_runs;
};

QString number(qint64 value)
{
    return QLocale().toString(value);
}

/*! The stages that a next attempt would get from the cache, and the first that it would run. */
struct Prediction
{
    QStringList cached;
    QString runs;
    bool again = false; //!< Its body began before.
};

Prediction predict(const RunStory &story)
{
    Prediction next;
    for (const StageStory &stage : story.stages()) {
        if (stage.commits > 0) {
            next.cached << stage.name;
        } else if (next.runs.isEmpty()) {
            next.runs = stage.name;
            next.again = stage.bodyRuns > 0;
        }
    }
    return next;
}

QList<TextRun> nextLine(const RunStory &story, const Palette &palette)
{
    Line line(palette);
    if (story.kind() == RunKind::Ticks) {
        if (story.ticksDone() >= story.tickCount())
            return line.muted(Texts::tr("Next: "))
                .strong(Texts::tr("the end"))
                .muted(u"; "_s)
                .gold(Texts::tr("0 ticks run again"));
        return line.muted(Texts::tr("Next: "))
            .strong(Texts::tr("tick %1").arg(number(story.ticksDone() + 1)))
            .muted(u"; "_s)
            .gold(Texts::tr("0 ticks run again"));
    }
    if (story.kind() != RunKind::Stages)
        return line.muted(Texts::tr("It goes on from its log."));
    const Prediction next = predict(story);
    line.muted(Texts::tr("Next: "));
    line.strong(next.runs.isEmpty() ? Texts::tr("the end")
                    : next.again    ? Texts::tr("%1 runs again").arg(next.runs)
                                    : Texts::tr("%1 runs").arg(next.runs));
    if (!next.cached.isEmpty())
        line.muted(u"; "_s).gold(
            next.cached.size() == 1
                ? Texts::tr("%1 comes from the cache").arg(next.cached.first())
                : Texts::tr("%1 come from the cache").arg(next.cached.join(u", "_s)));
    return line;
}

StripText endStrip(const RunStory &story, const Palette &palette)
{
    const EndStory &end = *story.end();
    Line line(palette);
    if (end.how == AttemptEnd::Completed) {
        line.muted(Texts::tr("Result: ")).mono(membersText(end.result));
        return {StripKind::Completed,
                Texts::tr("Completed in %1").arg(durationText(end.at - story.task().createdAt)),
                line};
    }
    if (story.kind() == RunKind::Ticks)
        line.muted(Texts::tr("%1 of %2 ticks are committed and stay in the log.")
                       .arg(number(story.ticksDone()), number(story.tickCount())));
    else if (const QStringList kept = predict(story).cached; !kept.isEmpty())
        line.muted(Texts::tr("Committed and kept: %1").arg(kept.join(u", "_s)));
    else
        line.muted(Texts::tr("Nothing had been committed."));
    if (end.how == AttemptEnd::Failed)
        return {
            StripKind::Failed,
            end.errorStep.isEmpty()
                ? Texts::tr("Failed: %1").arg(end.errorMessage.simplified())
                : Texts::tr("Failed in %1: %2").arg(end.errorStep, end.errorMessage.simplified()),
            line};
    return {StripKind::Cancelled,
            end.reason.isEmpty() ? Texts::tr("Cancelled")
                                 : Texts::tr("Cancelled: %1").arg(end.reason.simplified()),
            line};
}

StripText mendedPipeline(const RunStory &story, const Break &gap, const QString &title,
                         const Palette &palette)
{
    Line line(palette);
    QStringList kept;
    std::chrono::milliseconds saved{};
    for (const StageStory &stage : story.stages()) {
        if (stage.fromCache > 0) {
            kept << stage.name;
            saved += stage.saved();
        }
    }
    if (kept.isEmpty())
        return {StripKind::Mended, title,
                line.muted(Texts::tr("No stage had been committed: all of them run."))};
    line.muted((kept.size() == 1 ? Texts::tr("%1 was not paid twice:")
                                 : Texts::tr("%1 were not paid twice:"))
                   .arg(kept.join(u", "_s)));
    line.gold(u" "_s + Texts::tr("%1 saved").arg(durationText(saved)));
    if (!gap.stage.isEmpty() && !kept.contains(gap.stage))
        line.muted(u". "_s + Texts::tr("%1 had not committed, it ran again.").arg(gap.stage));
    return {StripKind::Mended, title, line};
}

} // namespace

std::optional<StripText> outcomeStrip(const RunStory &story, const Moment &moment,
                                      const Palette &palette)
{
    if (story.end())
        return endStrip(story, palette);
    if (story.task().state == TaskState::Suspended)
        return StripText{StripKind::Suspended,
                         story.task().isParked ? Texts::tr("It rests, and goes on by itself")
                                               : Texts::tr("Suspended: Nudge and it goes on"),
                         nextLine(story, palette)};
    if (!story.isBroken())
        return {};
    const bool alone = story.task().autoRecover;
    if (!story.task().stale && moment.staleIn > 0ms)
        return StripText{StripKind::Countdown,
                         (alone ? Texts::tr("Stale in %1, then it recovers by itself")
                                : Texts::tr("Stale in %1, then Nudge"))
                             .arg(shortSeconds(moment.staleIn)),
                         nextLine(story, palette)};
    return StripText{StripKind::Stale,
                     alone ? Texts::tr("Stale: it is about to recover by itself")
                           : Texts::tr("Stale: Nudge it and it goes on"),
                     nextLine(story, palette)};
}

std::optional<StripText> mendedStrip(const RunStory &story, const Palette &palette)
{
    const auto mended = std::ranges::find_if(story.breaks().crbegin(), story.breaks().crend(),
                                             [](const Break &gap) { return bool(gap.wentOnAt); });
    if (mended == story.breaks().crend() || story.isBroken())
        return {};
    const Break &gap = *mended;
    const auto times = std::ranges::count(story.breaks(), "recovery"_ba, &Break::reason);
    const QString dead = durationText(gap.dead());
    const QString place = !gap.stage.isEmpty() ? Texts::tr("in %1").arg(gap.stage)
        : story.kind() != RunKind::Ticks       ? Texts::tr("between two stages")
        : gap.afterTick > 0 ? Texts::tr("after tick %1").arg(number(gap.afterTick))
                            : Texts::tr("before tick 1");

    QString title;
    if (gap.reason == "resume"_ba)
        title = Texts::tr("Suspended %1, resumed %2 later.").arg(place, dead);
    else if (gap.reason == "retry"_ba)
        title = Texts::tr("Ended %1, taken up again %2 later.").arg(place, dead);
    else if (times > 1)
        title = Texts::tr("Broken %n times, last %1, mended %2 later.", nullptr, int(times))
                    .arg(place, dead);
    else
        title = Texts::tr("Broken %1, mended %2 later.").arg(place, dead);

    StripText strip;
    if (story.kind() == RunKind::Stages)
        strip = mendedPipeline(story, gap, title, palette);
    else if (story.kind() == RunKind::Ticks)
        strip = {StripKind::Mended, title,
                 Line(palette).muted(
                     gap.afterTick >= story.tickCount()
                         ? Texts::tr("All ticks were in the log; only the end was missing.")
                         : gap.afterTick == 1
                         ? Texts::tr("Tick 1 was in the log, it went on at tick 2.")
                         : Texts::tr("%1 ticks were in the log, it went on at tick %2.")
                               .arg(number(gap.afterTick), number(gap.afterTick + 1)))};
    else
        strip = {StripKind::Mended, title,
                 Line(palette).muted(Texts::tr("It went on from its log."))};
    if (gap.reason != "recovery"_ba)
        strip.kind = StripKind::TakenUp;
    return strip;
}

QList<TextRun> attemptText(const RunStory &story, const AttemptStory &attempt,
                           const Palette &palette)
{
    Line line(palette);
    const bool last = attempt.number == story.attempts().last().number;
    const bool broken = attempt.end == AttemptEnd::Broken || (last && story.isBroken());
    const auto separate = [&line] {
        if (!QList<TextRun>(line).isEmpty())
            line.muted(u"  ·  "_s);
    };
    if (!attempt.fromCache.isEmpty())
        line.gold(Texts::tr("%1 from cache").arg(attempt.fromCache.join(u", "_s)));
    if (!attempt.computed.isEmpty()) {
        separate();
        line.strong(attempt.computed.join(u", "_s)).muted(Texts::tr(" committed"));
    }
    if (attempt.lastTick > 0)
        line.strong(attempt.firstTick == attempt.lastTick
                        ? Texts::tr("tick %1").arg(number(attempt.firstTick))
                        : Texts::tr("ticks %1–%2")
                              .arg(number(attempt.firstTick), number(attempt.lastTick)));
    if (!attempt.atWork.isEmpty()) {
        separate();
        if (broken || attempt.end == AttemptEnd::Broken)
            line.stressed(Texts::tr("%1 cut off").arg(attempt.atWork));
        else
            line.strong(attempt.atWork)
                .muted(attempt.end == AttemptEnd::Open            ? Texts::tr(" at work")
                           : attempt.end == AttemptEnd::Failed    ? Texts::tr(" failed")
                           : attempt.end == AttemptEnd::Cancelled ? Texts::tr(" stopped")
                                                                  : Texts::tr(" interrupted"));
    }
    if (story.kind() == RunKind::Ticks && attempt.lastTick == 0)
        line.muted(Texts::tr("no tick"));
    else if (story.kind() == RunKind::Stages && QList<TextRun>(line).isEmpty())
        line.muted(Texts::tr("no stage"));
    if (story.kind() == RunKind::Stages)
        return line;
    if (broken)
        return line.muted(Texts::tr(", then it broke"));
    switch (attempt.end) {
    case AttemptEnd::Open:
        return line.muted(Texts::tr(", going on"));
    case AttemptEnd::Suspended:
        return line.muted(Texts::tr(", then it was suspended"));
    case AttemptEnd::Completed:
        return line.muted(Texts::tr(", to the end"));
    case AttemptEnd::Failed:
        return line.muted(Texts::tr(", then it failed"));
    case AttemptEnd::Cancelled:
        return line.muted(Texts::tr(", then it was stopped"));
    case AttemptEnd::Broken:
        break;
    }
    return line;
}

QString attemptReason(const AttemptStory &attempt)
{
    if (attempt.reason == "recovery"_ba)
        return Texts::tr("recovery");
    if (attempt.reason == "retry"_ba)
        return Texts::tr("retry");
    if (attempt.reason == "resume"_ba)
        return Texts::tr("resume");
    return Texts::tr("first start");
}

} // namespace Kintsugi
