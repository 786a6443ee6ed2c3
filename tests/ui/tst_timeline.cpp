// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/ui/runlogs.h"
#include "ui/story/timelog.h"
#include "ui/theme/theme.h"
#include "ui/views/runtimeline.h"
#include "ui/views/runview.h"

#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestTimeline final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void logTellsWhenEachTickCame();
    void logTellsHowEachStageEnded();
    void eventsThatWereSeenChangeNothing();
    void scaleGoesBothWays();
    void axisIsRoundAndNeverCrowded_data();
    void axisIsRoundAndNeverCrowded();
    void zoomKeepsItsPivot();
    void growsWithItsLanes();
    void clickSelectsTheTick();
    void clickSelectsTheStage();
    void wholeRunIsSeenUntilItIsZoomed();
    void zoomFollowsNowUntilItIsMoved();
    void movedNoFurtherThanTheRun();
    void stripMovesTheWindow();
    void keysZoomAndMove();
    void anotherTaskIsSeenWhole();
    void endedRunHasNothingToFollow();
    void predictedTicksStandAfterNow();
    void millionTicksCostNoMoreThanThePixels();
};

namespace {

TimeLog logOf(const RunLog &run)
{
    TimeLog log;
    for (const Event &event : run.events)
        log.apply(event);
    return log;
}

/*! A shown view of one run with its timeline, at a moment. */
struct Stage
{
    explicit Stage(const RunLog &run, std::chrono::milliseconds later = 400ms)
        : clock(lastMoment(run) + later)
        , view(theming, clock)
    {
        theming.setReducedMotion(true);
        view.resize(832, 800);
        view.showTask(run.task, run.events);
        view.show();
        shown = QTest::qWaitForWindowExposed(&view);
        canvas = view.findChild<TimelineCanvas *>();
    }

    [[nodiscard]] TimeWindow window() const { return canvas->picture().window; }
    [[nodiscard]] QPoint plot() const { return {canvas->width() / 2, canvas->height() / 3}; }
    void drag(QPoint from, QPoint to) const
    {
        QTest::mousePress(canvas, Qt::LeftButton, {}, from);
        QTest::mouseMove(canvas, (from + to) / 2);
        QTest::mouseMove(canvas, to);
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, to);
    }
    void wheel(int turned, QPoint at) const
    {
        QWheelEvent event(at, canvas->mapToGlobal(at), {}, {0, turned}, Qt::NoButton,
                          Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(canvas, &event);
    }

    Theming theming{*qApp};
    StillClock clock;
    RunView view;
    TimelineCanvas *canvas = nullptr;
    bool shown = false;
};

} // namespace

void TestTimeline::logTellsWhenEachTickCame()
{
    const RunLog run = mendedCounting();
    const TimeLog log = logOf(run);
    QCOMPARE(log.lanes().size(), size_t(2));
    QCOMPARE(log.firstAt(), run.events.first().at);
    QCOMPARE(log.lastAt(), run.events.last().at);
    for (const Lane &lane : log.lanes()) {
        for (size_t i = 0; i < lane.ticks.size(); ++i) {
            const auto event = std::ranges::find(run.events, lane.ticks[i].seq, &Event::seq);
            QVERIFY(event != run.events.cend());
            QCOMPARE(event->type, "tick"_ba);
            QCOMPARE(event->attempt, lane.attempt);
            QCOMPARE(event->at, lane.ticks[i].at);
            const qint64 number = lane.firstTick + qint64(i);
            QVERIFY(event->payload.contains(QByteArray("\"i\":" + QByteArray::number(number))));
        }
    }
    QCOMPARE(log.lanes()[0].ticks.size(), size_t(5));
    QCOMPARE(log.lanes()[1].firstTick, 6);
    QCOMPARE(log.lanes()[1].notes.size(), size_t(1)); // recovered
}

void TestTimeline::logTellsHowEachStageEnded()
{
    using End = StageBar::End;
    const TimeLog log = logOf(completedPipeline());
    QCOMPARE(log.lanes().size(), size_t(2));
    const auto ends = [](const Lane &lane) {
        QList<std::pair<QString, End>> found;
        for (const StageBar &bar : lane.bars)
            found << std::pair(bar.stage, bar.end);
        return found;
    };
    QCOMPARE(
        ends(log.lanes()[0]),
        (QList<std::pair<QString, End>>{{u"extract"_s, End::Done}, {u"transform"_s, End::Open}}));
    QCOMPARE(ends(log.lanes()[1]),
             (QList<std::pair<QString, End>>{{u"extract"_s, End::Cached},
                                             {u"transform"_s, End::Done},
                                             {u"load"_s, End::Done}}));
    const StageBar &extract = log.lanes()[0].bars[0];
    QVERIFY(extract.to > extract.from);
    QCOMPARE(log.lanes()[1].bars[0].duration, extract.duration);
    const TimeLog failed =
        logOf(ended(pipelineAtTransform(), "failed"_ba, R"({"error":{"type":"x"}})"_ba));
    QCOMPARE(failed.lanes()[0].bars.back().end, End::Failed);
    const TimeLog cancelled = logOf(ended(pipelineAtTransform(), "cancelled"_ba, "{}"_ba));
    QCOMPARE(cancelled.lanes()[0].bars.back().end, End::Stopped);
}

void TestTimeline::eventsThatWereSeenChangeNothing()
{
    const RunLog run = mendedCounting();
    TimeLog log = logOf(run);
    for (const Event &event : run.events)
        log.apply(event);
    QCOMPARE(log.lanes().size(), size_t(2));
    QCOMPARE(log.lanes()[1].ticks.size(), size_t(2));
    log.clear();
    QVERIFY(log.isEmpty());
}

void TestTimeline::scaleGoesBothWays()
{
    const TimeWindow window{fromUnixMs(1'000'000), fromUnixMs(1'010'000)};
    const TimeScale scale(window, 100, 600);
    QCOMPARE(scale.x(window.from), 100.0);
    QCOMPARE(scale.x(window.to), 600.0);
    QCOMPARE(scale.at(350), fromUnixMs(1'005'000));
    const TimeScale point({window.from, window.from}, 5, 5); // No room and no time: still finite.
    QVERIFY(std::isfinite(point.x(window.to)));
}

void TestTimeline::axisIsRoundAndNeverCrowded_data()
{
    QTest::addColumn<qint64>("lengthMs");
    QTest::addColumn<QString>("second"); // The label after the beginning.
    QTest::newRow("20 ms") << qint64(20) << u"+0.005 s"_s;
    QTest::newRow("1 s") << qint64(1000) << u"+0.2 s"_s;
    QTest::newRow("13 s") << qint64(13'000) << u"+2 s"_s;
    QTest::newRow("7 min") << qint64(7 * 60'000) << u"+1 min"_s;
    QTest::newRow("12 min") << qint64(12 * 60'000) << u"+2 min"_s;
    QTest::newRow("3 h") << qint64(3 * 3'600'000) << u"+30 min"_s;
    QTest::newRow("5 d") << qint64(5 * 24 * 3'600'000) << u"+1 d"_s;
    QTest::newRow("3 years") << qint64(3) * 365 * 24 * 3'600'000 << u"+365 d"_s;
}

void TestTimeline::axisIsRoundAndNeverCrowded()
{
    QFETCH(qint64, lengthMs);
    QFETCH(QString, second);
    const Timestamp origin = fromUnixMs(1'700'000'000'123);
    const TimeScale scale({origin, origin + std::chrono::milliseconds(lengthMs)}, 0, 700);
    const QList<AxisMark> marks = axisMarks(scale, origin, 72);
    QVERIFY(marks.size() >= 3);
    QCOMPARE(marks[0].x, 0.0);
    QCOMPARE(marks[1].label, second);
    for (qsizetype i = 1; i < marks.size(); ++i)
        QVERIFY(marks[i].x - marks[i - 1].x >= 72);
}

void TestTimeline::zoomKeepsItsPivot()
{
    const TimeWindow window{fromUnixMs(0), fromUnixMs(10'000)};
    const TimeWindow half = window.zoomed(0.5, fromUnixMs(2000));
    QCOMPARE(half, (TimeWindow{fromUnixMs(1000), fromUnixMs(6000)}));
    QCOMPARE(window.zoomed(1e-9, fromUnixMs(0)).length(), 10ms);
    QVERIFY(window.zoomed(1e30, fromUnixMs(0)).length() < std::chrono::years(11));
}

void TestTimeline::growsWithItsLanes()
{
    const RunLog run = counting(10, {2, 2, 2});
    RunLog start = run;
    start.events = run.events.first(4);
    Stage stage(start);
    QTRY_COMPARE(stage.canvas->height(), stage.canvas->sizeHint().height());
    const int before = stage.canvas->height();
    stage.view.appendEvents(run.events.mid(4));
    QTRY_COMPARE(stage.canvas->height(), stage.canvas->sizeHint().height());
    QVERIFY(stage.canvas->height() >= before + 2 * stage.theming.px(46));
}

void TestTimeline::clickSelectsTheTick()
{
    Stage stage(mendedCounting());
    const TimeLog log = logOf(mendedCounting());
    QSignalSpy selected(&stage.view, &RunView::seqSelected);
    for (qsizetype lane = 0; lane < 2; ++lane) {
        for (const TimeMark &tick : log.lanes()[size_t(lane)].ticks) {
            const QPointF at = stage.canvas->pointOf(lane, tick.at);
            QVERIFY(!at.isNull());
            QTest::mouseClick(stage.canvas, Qt::LeftButton, {}, at.toPoint());
            QCOMPARE(selected.takeLast().first().toLongLong(), tick.seq);
            QCOMPARE(stage.canvas->picture().selected, tick.seq);
        }
    }
    // Beside every mark there is nothing to select; in the gutter it is the attempt's beginning.
    selected.clear();
    const QPointF last = stage.canvas->pointOf(0, log.lanes()[0].ticks.back().at);
    QTest::mouseClick(stage.canvas, Qt::LeftButton, {}, (last + QPointF(120, 0)).toPoint());
    QCOMPARE(selected.size(), 0);
    QTest::mouseClick(stage.canvas, Qt::LeftButton, {}, {20, int(last.y())});
    QCOMPARE(selected.takeLast().first().toLongLong(), log.lanes()[0].startedSeq);
}

void TestTimeline::clickSelectsTheStage()
{
    Stage stage(completedPipeline());
    const TimeLog log = logOf(completedPipeline());
    QSignalSpy selected(&stage.view, &RunView::seqSelected);
    const StageBar &load = log.lanes()[1].bars[2];
    QTest::mouseClick(stage.canvas, Qt::LeftButton, {},
                      stage.canvas->pointOf(1, load.from + (load.to - load.from) / 2).toPoint());
    QCOMPARE(selected.takeLast().first().toLongLong(), load.seq);
}

void TestTimeline::wholeRunIsSeenUntilItIsZoomed()
{
    const RunLog run = mendedCounting();
    Stage stage(run);
    QVERIFY(stage.canvas->isWhole() && stage.canvas->isFollowing());
    QVERIFY(stage.window().from < run.events.first().at);
    QVERIFY(stage.window().to > stage.clock.now());
    const auto before = stage.window().length();
    stage.clock.advance(10s);
    stage.view.updateTask(run.task);
    QVERIFY(stage.window().to > stage.clock.now());
    QVERIFY(stage.window().length() > before);
    stage.wheel(120, stage.plot());
    QVERIFY(!stage.canvas->isWhole());
    stage.wheel(-1200, stage.plot());
    QVERIFY(stage.canvas->isWhole());
}

void TestTimeline::zoomFollowsNowUntilItIsMoved()
{
    const RunLog run = mendedCounting();
    Stage stage(run);
    auto *follow = stage.view.findChild<QAbstractButton *>(u"follow"_s);
    stage.canvas->zoom(0.4);
    QVERIFY(stage.canvas->isFollowing() && follow->isChecked());
    const TimeWindow before = stage.window();
    stage.clock.advance(3s);
    stage.view.updateTask(run.task);
    QCOMPARE(stage.window().from - before.from, 3000ms);
    QCOMPARE(stage.window().length(), before.length());

    stage.drag(stage.plot(), stage.plot() + QPoint(150, 0));
    QVERIFY(!stage.canvas->isFollowing() && !follow->isChecked());
    const TimeWindow moved = stage.window();
    QVERIFY(moved.from < before.from + 3s);
    stage.clock.advance(3s);
    stage.view.updateTask(run.task);
    QCOMPARE(stage.window(), moved);
    QTest::mouseClick(follow, Qt::LeftButton);
    QVERIFY(stage.canvas->isFollowing());
    QVERIFY(stage.window().to > stage.clock.now());
}

void TestTimeline::movedNoFurtherThanTheRun()
{
    Stage stage(mendedCounting());
    const TimeWindow whole = stage.window();
    stage.canvas->zoom(0.2);
    for (int i = 0; i < 50; ++i)
        stage.canvas->pan(-200);
    QCOMPARE(stage.window().from, whole.from);
    for (int i = 0; i < 50; ++i)
        stage.canvas->pan(200);
    QCOMPARE(stage.window().to, whole.to);
    stage.canvas->zoom(1e6);
    QVERIFY(stage.canvas->isWhole());
    stage.canvas->zoom(1e-9);
    QVERIFY(stage.window().length() >= 10ms);
}

void TestTimeline::stripMovesTheWindow()
{
    const RunLog run = mendedCounting();
    Stage stage(run);
    const TimeWindow whole = stage.window();
    stage.canvas->zoom(0.2);
    const int y = stage.canvas->height() - stage.theming.px(10);
    stage.drag({stage.canvas->width() - 60, y}, {110, y});
    QVERIFY(stage.window().from - whole.from < whole.length() / 10);
    QVERIFY(!stage.canvas->isFollowing());
}

void TestTimeline::keysZoomAndMove()
{
    Stage stage(mendedCounting());
    stage.canvas->setFocus();
    const TimeWindow whole = stage.window();
    QTest::keyClick(stage.canvas, Qt::Key_Plus);
    const TimeWindow closer = stage.window();
    QVERIFY(closer.length() < whole.length());
    QTest::keyClick(stage.canvas, Qt::Key_Left);
    QVERIFY(stage.window().from < closer.from);
    QVERIFY(!stage.canvas->isFollowing());
    QTest::keyClick(stage.canvas, Qt::Key_End);
    QVERIFY(stage.canvas->isFollowing());
    QTest::keyClick(stage.canvas, Qt::Key_Minus);
    QTest::keyClick(stage.canvas, Qt::Key_Home);
    QCOMPARE(stage.window(), whole);
}

void TestTimeline::anotherTaskIsSeenWhole()
{
    Stage stage(mendedCounting());
    stage.canvas->zoom(0.2);
    stage.canvas->pan(-100);
    const RunLog other = completedPipeline();
    stage.view.showTask(other.task, other.events);
    QVERIFY(stage.canvas->isWhole());
    QVERIFY(stage.window().from <= other.events.first().at);
    QVERIFY(stage.window().to >= other.events.last().at);
}

void TestTimeline::endedRunHasNothingToFollow()
{
    Stage stage(completedPipeline());
    QVERIFY(!stage.canvas->isLive());
    QVERIFY(!stage.view.findChild<QAbstractButton *>(u"follow"_s)->isVisible());
    const TimeWindow before = stage.window();
    stage.clock.advance(1h);
    stage.view.updateTask(completedPipeline().task);
    QCOMPARE(stage.window(), before);
}

void TestTimeline::predictedTicksStandAfterNow()
{
    Stage stage(mendedCounting());
    const QList<Prediction> &predicted = stage.canvas->picture().predicted;
    QCOMPARE(predicted.size(), 3);
    QCOMPARE(predicted.first().number, 8);
    QCOMPARE(predicted.last().number, 10);
    for (const Prediction &tick : predicted)
        QVERIFY(tick.at >= stage.clock.now());
    Stage broken(dropped(mendedCounting(), 3s));
    QCOMPARE(broken.canvas->picture().predicted.size(), 0);
}

/*! Counts what reaches the picture instead of the time it takes: no more spans than pixels. */
void TestTimeline::millionTicksCostNoMoreThanThePixels()
{
    RunLog run = counting(1'000'000, {1});
    const Event tick = run.events.last();
    for (qint64 i = 2; i <= 1'000'000; ++i) {
        Event next = tick;
        next.seq = tick.seq + i - 1;
        next.at = tick.at + std::chrono::milliseconds(i);
        next.payload = "{\"i\":" + QByteArray::number(i) + ",\"n\":1000000}";
        run.events << next;
    }
    Stage stage(run);
    QVERIFY(stage.shown);
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < 50; ++i) {
        stage.canvas->zoomAt(i < 25 ? 0.7 : 1 / 0.7, 400);
        std::ignore = stage.canvas->grab();
    }
    qInfo("a frame of a million ticks: %.2f ms", double(timer.elapsed()) / 50);
    // Each of the ticks can be found, at whatever zoom.
    stage.canvas->showWhole();
    const TimeMark wanted{tick.at + 500'000ms, tick.seq + 500'000 - 1};
    QSignalSpy selected(&stage.view, &RunView::seqSelected);
    stage.canvas->zoomAt(1e-9, stage.canvas->pointOf(0, wanted.at).x());
    const QPointF at = stage.canvas->pointOf(0, wanted.at);
    QVERIFY(!at.isNull());
    QTest::mouseClick(stage.canvas, Qt::LeftButton, {}, at.toPoint());
    QCOMPARE(selected.size(), 1);
    QVERIFY(std::abs(selected.first().first().toLongLong() - wanted.seq) <= 1);
}

QTEST_MAIN(TestTimeline)
#include "tst_timeline.moc"
