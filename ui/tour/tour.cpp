// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/tour/tour.h"

#include <QCoreApplication>

#include <algorithm>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(Kintsugi::Tour)
};

Tour counting()
{
    return {.name = "ticks"_ba,
            .title = Text::tr("Crash at tick 5 and go on at 6"),
            .definition = "count-to-n"_ba,
            .input = {{u"n"_s, 10}, {u"sleepMs"_s, 900}},
            .undisturbed = {{u"n"_s, 10}, {u"sleepMs"_s, 0}},
            .steps = {
                {.title = Text::tr("A task counts to ten."),
                 .text = Text::tr("Each tick is committed to disk before you see it."),
                 .deed = TourDeed::Start,
                 .until = TourMark::Works},
                {.title = Text::tr("At tick 5 it crashes."),
                 .text = Text::tr("The attempt is dropped where it stands: nothing is saved, "
                                  "nothing is cleaned up."),
                 .deed = TourDeed::Crash,
                 .at = TourMark::Halfway,
                 .until = TourMark::Broken},
                {.title = Text::tr("Nobody drives it now."),
                 .text = Text::tr("After a while without a sign of life it counts as stale. Then "
                                  "anybody may take it up."),
                 .until = TourMark::Stale},
                {.title = Text::tr("One nudge, and"),
                 .gold = Text::tr("it goes on at the next tick."),
                 .text = Text::tr("A new attempt reads the log and knows what is done. Where it "
                                  "broke, it is mended with gold."),
                 .deed = TourDeed::Nudge,
                 .until = TourMark::Mended},
                {.title = Text::tr("It comes to its end."),
                 .text = Text::tr("The ticks after the seam are the second attempt's."),
                 .until = TourMark::Over},
                {.title = Text::tr("It broke, it went on, and"),
                 .gold = Text::tr("no tick came twice."),
                 .text = Text::tr("The result is that of a run that nobody disturbed."),
                 .until = TourMark::Over},
            }};
}

Tour pipeline()
{
    return {
        .name = "pipeline"_ba,
        .title = Text::tr("A pipeline whose expensive stage is never paid twice"),
        .definition = "pipeline-with-steps"_ba,
        .input = {{u"rows"_s, 1000}, {u"stageMs"_s, 2500}},
        .undisturbed = {{u"rows"_s, 1000}, {u"stageMs"_s, 0}},
        .steps = {
            {.title = Text::tr("Three stages, one after the other."),
             .text = Text::tr("The first one makes the rows. Think of it as the expensive one."),
             .deed = TourDeed::Start,
             .until = TourMark::Works},
            {.title = Text::tr("In the middle of the second, it crashes."),
             .text = Text::tr("Extract has committed its result. Transform has not."),
             .deed = TourDeed::Crash,
             .at = TourMark::Halfway,
             .until = TourMark::Broken},
            {.title = Text::tr("It lies there broken."),
             .text = Text::tr("The result of extract is in the store, whatever becomes of the "
                              "process."),
             .until = TourMark::Stale},
            {.title = Text::tr("It goes on, and"),
             .gold = Text::tr("extract comes from the cache."),
             .text = Text::tr("What has committed does not run again. What was cut off does."),
             .deed = TourDeed::Nudge,
             .until = TourMark::Mended},
            {.title = Text::tr("Transform and load come to their end."),
             .text = Text::tr("The counters tell how often each body ran."),
             .until = TourMark::Over},
            {.title = Text::tr("It broke, it went on, and"),
             .gold = Text::tr("extract was not paid twice."),
             .text = Text::tr("The checksum is that of a run that nobody disturbed."),
             .until = TourMark::Over},
        }};
}

bool isMended(const RunStory &story)
{
    return std::ranges::any_of(story.breaks(), [](const Break &gap) {
        return gap.reason == "recovery"_ba && gap.wentOnAt;
    });
}

} // namespace

QList<Tour> tours()
{
    return {counting(), pipeline()};
}

QByteArrayList tourNames()
{
    QByteArrayList names;
    for (const Tour &tour : tours())
        names << tour.name;
    return names;
}

bool isReached(TourMark mark, const RunStory &story)
{
    const bool counts = story.kind() == RunKind::Ticks;
    switch (mark) {
    case TourMark::Now:
        return true;
    case TourMark::Works:
        return counts ? story.ticksDone() > 0
                      : std::ranges::any_of(story.stages(),
                                            [](const StageStory &one) { return one.bodyRuns > 0; });
    case TourMark::Halfway:
        return counts ? story.ticksDone() >= 5
                      : story.stages().size() > 1 && story.stages()[1].bodyRuns > 0;
    case TourMark::Broken:
        return story.isBroken() || isMended(story);
    case TourMark::Stale:
        return (story.isBroken() && story.task().stale) || isMended(story);
    case TourMark::Mended:
        return isMended(story);
    case TourMark::Over:
        return story.end().has_value();
    }
    Q_UNREACHABLE();
}

TourSummary summaryOf(const RunStory &story)
{
    TourSummary sum;
    for (const Break &gap : story.breaks()) {
        if (gap.reason != "recovery"_ba)
            continue;
        ++sum.crashes;
        sum.dead += gap.dead();
    }
    sum.ran = story.ticksDone() + story.ticksRepeated();
    sum.ranTwice = story.ticksRepeated();
    for (const StageStory &stage : story.stages()) {
        sum.ran += stage.bodyRuns;
        sum.ranTwice += std::max(0, stage.bodyRuns - 1);
        sum.fromCache += stage.fromCache;
        sum.saved += stage.saved();
    }
    return sum;
}

} // namespace Kintsugi
