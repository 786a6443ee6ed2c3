// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/ui/runlogs.h"
#include "ui/theme/icons.h"
#include "ui/views/runviewtexts.h"

#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

RunStory storyOf(const RunLog &log)
{
    RunStory story(log.task);
    story.apply(log.events);
    return story;
}

} // namespace

class TestRunViewTexts final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whyIsSaid_data();
    void whyIsSaid();
    void strangersTextIsNoMarkup();
    void stripsTell_data();
    void stripsTell();
    void cardsTell();
    void durationsRead_data();
    void durationsRead();
};

void TestRunViewTexts::whyIsSaid_data()
{
    QTest::addColumn<RunLog>("log");
    QTest::addColumn<QStringList>("says");
    const RunLog five = counting(10, {5});
    const auto with = [](RunLog log, auto change) {
        change(log.task);
        return log;
    };
    QTest::newRow("alive here") << five
                                << QStringList{u"(this process) is alive"_s, u"epoch 1"_s,
                                               u"Last heartbeat <b>0.9 s</b> ago"_s};
    QTest::newRow("alive elsewhere")
        << with(five, [](Task &task) { task.owner = OwnerState::OtherProcess; })
        << QStringList{u"(another process)"_s};
    QTest::newRow("silent") << with(five, [](Task &task) { task.owner = OwnerState::Silent; })
                            << QStringList{u"holds its lock"_s, u"autoRecover is off"_s};
    QTest::newRow("dropped") << dropped(five, 3200ms)
                             << QStringList{u"dropped attempt 1 at"_s, u"(simulated crash)"_s,
                                            u"does not recover alone: autoRecover is off"_s};
    QTest::newRow("dead") << dead(five) << QStringList{u"is dead, its lock is free"_s};
    QTest::newRow("dead, recovers") << with(dead(five), [](Task &task) { task.autoRecover = true; })
                                    << QStringList{u"recovers by itself"_s};
    QTest::newRow("stopping") << with(five, [](Task &task) { task.stopRequested = true; })
                              << QStringList{u"ends at its next await"_s};
    QTest::newRow("queued") << with({five.task, five.events.first(1)}, [](Task &task) {
        task.state = TaskState::Pending;
        task.attempt = 0;
    }) << QStringList{u"Queued"_s};
    QTest::newRow("shut down") << ended(five, "suspended"_ba, R"({"reason":"shutdown"})"_ba)
                               << QStringList{u"shut down"_s, u"press Nudge"_s};
    const auto parked = [](Task &task) {
        task.isParked = true;
        task.wakeAt = *task.lastHeartbeatAt + 1h;
    };
    QTest::newRow("sleeps") << with(ended(five, "suspended"_ba, R"({"reason":"sleep"})"_ba), parked)
                            << QStringList{u"Sleeps until"_s, u"goes on by itself"_s};
    QTest::newRow("waits for a signal")
        << with(ended(five, "suspended"_ba, R"({"reason":"signal"})"_ba),
                [](Task &task) { task.isParked = true; })
        << QStringList{u"Waits for a signal"_s, u"when one comes"_s};
    QTest::newRow("completed") << ended(mendedCounting(), "completed"_ba,
                                        R"({"result":{"total":10}})"_ba)
                               << QStringList{u"Completed at"_s,
                                              u"attempt 2 brought it to the end"_s};
    QTest::newRow("cancelled") << ended(five, "cancelled"_ba, R"({"reason":"changed my mind"})"_ba)
                               << QStringList{u"Stopped at"_s, u"changed my mind"_s};
    QTest::newRow("failed") << ended(
        pipelineAtTransform(), "failed"_ba,
        R"({"error":{"type":"oops","message":"no table","retryable":false,"step":"transform"}})"_ba)
                            << QStringList{u"Failed at"_s, u"in <b>transform</b>"_s, u"no table"_s};
}

void TestRunViewTexts::whyIsSaid()
{
    QFETCH(RunLog, log);
    QFETCH(QStringList, says);
    const Moment moment{*log.task.lastHeartbeatAt + 900ms, 0ms};
    const QString text = whyText(storyOf(log), moment);
    for (const QString &part : says)
        QVERIFY2(text.contains(part), qPrintable(text));
    QVERIFY(text.endsWith(u'.') || isTerminal(log.task.state));
    QVERIFY(!Icons::pixmap(whyIcon(storyOf(log)), 16, Qt::black).isNull());
}

void TestRunViewTexts::strangersTextIsNoMarkup()
{
    RunLog log = ended(counting(10, {5}), "cancelled"_ba,
                       R"({"reason":"<img src='http://127.0.0.1/x'>\n<b>loud</b>"})"_ba);
    const QString text = whyText(storyOf(log), {lastMoment(log), 0ms});
    QVERIFY(!text.contains(u"<img"_s));
    QVERIFY(!text.contains(u"<b>loud"_s));
    log = counting(10, {5});
    log.task.worker = u"<a href=x>"_s + QString(5000, u'w');
    const QString owner = whyText(storyOf(log), {lastMoment(log), 0ms});
    QVERIFY(!owner.contains(u"<a "_s));
    QVERIFY(owner.size() < 600);
}

void TestRunViewTexts::stripsTell_data()
{
    QTest::addColumn<RunLog>("log");
    QTest::addColumn<int>("staleMs");
    QTest::addColumn<QString>("outcome");
    QTest::addColumn<QString>("mended");
    const RunLog five = counting(10, {5});
    const QString none;
    QTest::newRow("all is well") << five << 0 << none << none;
    QTest::newRow("fresh crash") << dropped(five, 3200ms) << 3200
                                 << u"Stale in 3.2 s, then Nudge|Next: tick 6; 0 ticks run again"_s
                                 << none;
    QTest::newRow("stale") << dropped(five, 0ms) << 0
                           << u"Stale: Nudge it and it goes on|Next: tick 6; 0 ticks run again"_s
                           << none;
    QTest::newRow("mended")
        << mendedCounting() << 0 << none
        << u"Broken after tick 5, mended 5.933 s later.|5 ticks were in the log, it went on at tick 6."_s;
    QTest::newRow("mended after one") << counting(10, {1, 1}) << 0 << none
                                      << u"Broken after tick 1, mended 5.933 s later.|"
                                         "Tick 1 was in the log, it went on at tick 2."_s;
    QTest::newRow("mended twice")
        << counting(10, {5, 1, 1}) << 0 << none
        << u"Broken 2 times, last after tick 6, mended 5.933 s later.|6 ticks were in the log, it went on at tick 7."_s;
    QTest::newRow("broken in transform")
        << dead(pipelineAtTransform()) << 0
        << u"Stale: Nudge it and it goes on|Next: transform runs again; extract comes from the cache"_s
        << none;
    QTest::newRow("mended in transform")
        << mendedPipeline() << 0 << none
        << u"Broken in transform, mended 3.515 s later.|extract was not paid twice: 1.503 s saved. transform had not committed, it ran again."_s;
    QTest::newRow("completed") << ended(five, "completed"_ba, R"({"result":{"total":10}})"_ba) << 0
                               << u"Completed in 5.021 s|Result: total = 10"_s << none;
    QTest::newRow("cancelled") << ended(five, "cancelled"_ba, R"({"reason":"changed my mind"})"_ba)
                               << 0
                               << u"Cancelled: changed my mind|"
                                  "5 of 10 ticks are committed and stay in the log."_s
                               << none;
    QTest::newRow("suspended")
        << ended(five, "suspended"_ba, R"({"reason":"shutdown"})"_ba) << 0
        << u"Suspended: Nudge and it goes on|Next: tick 6; 0 ticks run again"_s << none;
}

void TestRunViewTexts::stripsTell()
{
    QFETCH(RunLog, log);
    QFETCH(int, staleMs);
    const Palette palette = Palette::load(Theme::Light);
    const RunStory story = storyOf(log);
    const auto said = [](const std::optional<StripText> &strip) {
        return strip ? QString(strip->title + u'|' + plainText(strip->detail)) : QString();
    };
    const Moment moment{lastMoment(log), std::chrono::milliseconds(staleMs)};
    QTEST(said(outcomeStrip(story, moment, palette)), "outcome");
    QTEST(said(mendedStrip(story, palette)), "mended");
}

void TestRunViewTexts::cardsTell()
{
    const Palette palette = Palette::load(Theme::Dark);
    const RunLog log = mendedPipeline();
    const RunStory story = storyOf(log);
    const Moment moment{lastMoment(log) + 870ms, 0ms};
    QStringList cards;
    for (const StageStory &stage : story.stages())
        cards << stageDescription(stageCard(story, stage, moment, palette));
    QCOMPARE(cards[0],
             u"from cache, computed by attempt 1, event 4, 1.503 s then, saved 1.503 s now, "
             "1 body run, 1 commit, 1 from cache"_s);
    QCOMPARE(cards[1],
             u"running again, started twice, finished 0, 0.87 of about 1.5 s, "
             "2 body runs, 0 commits, 0 from cache"_s);
    QCOMPARE(cards[2],
             u"waiting, starts when transform has, committed its result, "
             "0 body runs, 0 commits, 0 from cache"_s);
    QCOMPARE(stageCard(story, story.stages()[1], moment, palette).progress, 0.58);
}

void TestRunViewTexts::durationsRead_data()
{
    QTest::addColumn<qint64>("ms");
    QTest::addColumn<QString>("text");
    QTest::newRow("none") << qint64(0) << u"0.000 s"_s;
    QTest::newRow("never negative") << qint64(-5) << u"0.000 s"_s;
    QTest::newRow("seconds") << qint64(5541) << u"5.541 s"_s;
    QTest::newRow("minutes") << qint64(125'000) << u"2 min 5 s"_s;
    QTest::newRow("hours") << qint64(7'260'000) << u"2 h 1 min"_s;
    QTest::newRow("days") << qint64(90'000'000) << u"1 d 1 h"_s;
}

void TestRunViewTexts::durationsRead()
{
    QFETCH(qint64, ms);
    QTEST(durationText(std::chrono::milliseconds(ms)), "text");
}

QTEST_MAIN(TestRunViewTexts)
#include "tst_runviewtexts.moc"
