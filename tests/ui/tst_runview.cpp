// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/ui/runlogs.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/views/runview.h"
#include "ui/views/runviewheader.h"
#include "ui/views/runviewribbon.h"
#include "ui/views/runviewstages.h"
#include "ui/views/runviewstrip.h"

#include <QDir>
#include <QPaintEvent>
#include <QPainter>
#include <QSignalSpy>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestRunView final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void crashCountsDownToANudge();
    void deadOwnerCanBeNudgedAtOnce();
    void mendMovesOnceAndThenStands();
    void breakOpensItsGap();
    void reducedMotionShowsTheEndAtOnce();
    void historyDoesNotMove();
    void nothingMovesWhileHidden();
    void endedRunStandsStill();
    void progressRepaintsItsCellAlone();
    void clickedTickSelectsItsEvent();
    void chosenCardSelectsItsStage();
    void keyIsCopiedOnRequest();
    void everyControlHasAName();
    void otherTasksChangeNothing();
    void clearedViewIsEmpty();
    void pictures_data();
    void pictures();
    void iconSheet();
};

namespace {

/*! A shown view of one run, at a moment. */
struct Stage
{
    explicit Stage(const RunLog &log, std::chrono::milliseconds later = 400ms)
        : clock(lastMoment(log) + later)
        , view(theming, clock)
    {
        theming.setReducedMotion(false);
        view.resize(832, 600);
        view.showTask(log.task, log.events);
        view.show();
        shown = QTest::qWaitForWindowExposed(&view);
    }

    [[nodiscard]] RunRibbon &ribbon() { return *view.findChild<RunRibbon *>(); }
    [[nodiscard]] NudgeButton *nudge()
    {
        for (NudgeButton *button : view.findChildren<NudgeButton *>()) {
            if (button->isVisible())
                return button;
        }
        return nullptr;
    }

    Theming theming{*qApp};
    StillClock clock;
    RunView view;
    bool shown = false;
};

QList<Event> after(const RunLog &log, qsizetype known)
{
    return log.events.mid(known);
}

/*! Remembers what was repainted. */
class PaintWatch final : public QObject
{
public:
    explicit PaintWatch(QWidget &widget) { widget.installEventFilter(this); }
    QRegion painted;

protected:
    bool eventFilter(QObject *, QEvent *event) override
    {
        if (event->type() == QEvent::Paint)
            painted += static_cast<QPaintEvent *>(event)->region();
        return false;
    }
};

} // namespace

void TestRunView::crashCountsDownToANudge()
{
    const RunLog five = counting(10, {5});
    Stage stage(five);
    QSignalSpy nudged(&stage.view, &RunView::nudgeRequested);
    QVERIFY(!stage.nudge());
    stage.view.updateTask(dropped(five, 3200ms).task);
    QVERIFY(stage.nudge());
    QVERIFY(!stage.nudge()->isEnabled());
    QCOMPARE(stage.nudge()->text(), u"Nudge in 3.2 s"_s);
    QVERIFY(!stage.nudge()->toolTip().isEmpty());
    const int width = stage.nudge()->width();

    stage.clock.advance(2700ms);
    QTRY_COMPARE(stage.nudge()->text(), u"Nudge in 0.5 s"_s);
    QVERIFY(!stage.nudge()->isEnabled());
    stage.clock.advance(500ms);
    QTRY_VERIFY(stage.nudge()->isEnabled());
    QCOMPARE(stage.nudge()->text(), u"Nudge"_s);
    QCOMPARE(stage.nudge()->width(), width); // it stands still while it counts
    QTest::mouseClick(stage.nudge(), Qt::LeftButton);
    QCOMPARE(nudged.size(), 1);
}

void TestRunView::deadOwnerCanBeNudgedAtOnce()
{
    Stage stage(dead(pipelineAtTransform()));
    QVERIFY(stage.nudge());
    QVERIFY(stage.nudge()->isEnabled());
    QSignalSpy nudged(&stage.view, &RunView::nudgeRequested);
    stage.nudge()->setFocus(Qt::TabFocusReason);
    QTest::keyClick(stage.nudge(), Qt::Key_Space);
    QCOMPARE(nudged.size(), 1);
}

void TestRunView::mendMovesOnceAndThenStands()
{
    const RunLog five = counting(10, {5});
    const RunLog mended = mendedCounting();
    Stage stage(dropped(five, 0ms), 5933ms);
    QCOMPARE(stage.ribbon().ribbon().breaks.last().gold, 0.0);
    stage.view.updateTask(mended.task);
    stage.view.appendEvents(mended.events.mid(five.events.size(), 1));
    // Claimed, nothing committed yet: still broken.
    QCOMPARE(stage.ribbon().ribbon().breaks.last().gap, 20.0);
    stage.view.appendEvents(mended.events.mid(five.events.size() + 1, 1));
    QVERIFY(stage.ribbon().isMoving());
    QTRY_VERIFY(stage.ribbon().ribbon().breaks.last().gold > 0);
    QTRY_COMPARE(stage.ribbon().ribbon().breaks.last().gold, 1.0);
    QCOMPARE(stage.ribbon().ribbon().breaks.last().gap, 12.0);
    QCOMPARE(stage.ribbon().ribbon().breaks.last().apart, 0.0);
    QCOMPARE(stage.ribbon().ribbon().breaks.size(), 1);
}

void TestRunView::breakOpensItsGap()
{
    const RunLog five = counting(10, {5});
    Stage stage(five);
    QVERIFY(stage.ribbon().ribbon().breaks.isEmpty());
    stage.view.updateTask(dropped(five, 5000ms).task);
    QCOMPARE(stage.ribbon().ribbon().breaks.size(), 1);
    QVERIFY(stage.ribbon().ribbon().breaks.first().gap < 20);
    QTRY_COMPARE(stage.ribbon().ribbon().breaks.first().gap, 20.0);
    QTRY_VERIFY(!stage.ribbon().isMoving());
    QVERIFY(!stage.ribbon().ribbon().current);
}

void TestRunView::reducedMotionShowsTheEndAtOnce()
{
    const RunLog five = counting(10, {5});
    const RunLog mended = mendedCounting();
    Stage stage(dropped(five, 0ms), 5933ms);
    stage.theming.setReducedMotion(true);
    stage.view.updateTask(mended.task);
    stage.view.appendEvents(after(mended, five.events.size()));
    QVERIFY(!stage.ribbon().isMoving());
    QCOMPARE(stage.ribbon().ribbon().breaks.last().gold, 1.0);
    QCOMPARE(stage.ribbon().ribbon().newest, 1.0);
}

void TestRunView::historyDoesNotMove()
{
    const RunLog mended =
        ended(counting(10, {5, 5}), "completed"_ba, R"({"result":{"total":10}})"_ba);
    Stage stage({mended.task, mended.events.first(5)}, 3'600'000ms);
    stage.view.appendEvents(after(mended, 5));
    QVERIFY(!stage.ribbon().isMoving());
    QCOMPARE(stage.ribbon().ribbon().breaks.last().gold, 1.0);
}

void TestRunView::nothingMovesWhileHidden()
{
    Stage stage(counting(10, {5}));
    QVERIFY(stage.ribbon().isMoving()); // the bar of tick 6
    stage.view.hide();
    QVERIFY(!stage.ribbon().isMoving());
    const RunLog six = counting(10, {6});
    stage.view.appendEvents(after(six, 7));
    QCOMPARE(stage.view.story().ticksDone(), 6);
    QVERIFY(!stage.ribbon().isMoving());
    stage.view.show();
    QVERIFY(stage.ribbon().isMoving());
}

void TestRunView::endedRunStandsStill()
{
    Stage stage(counting(10, {9}));
    const RunLog done = ended(counting(10, {10}), "completed"_ba, R"({"result":{"total":10}})"_ba);
    stage.view.updateTask(done.task);
    stage.view.appendEvents(after(done, 11));
    QTRY_VERIFY(!stage.ribbon().isMoving());
    QVERIFY(!stage.ribbon().ribbon().current);
}

void TestRunView::progressRepaintsItsCellAlone()
{
    Stage stage(counting(10, {5}));
    QCoreApplication::processEvents();
    PaintWatch watch(stage.ribbon());
    stage.clock.advance(100ms);
    QTRY_VERIFY(!watch.painted.isEmpty());
    const QRectF body = stage.ribbon().body();
    const RibbonGeometry geometry(stage.ribbon().ribbon(), body, 1);
    QVERIFY(!watch.painted.contains(geometry.cell(2).center().toPoint()));
    QVERIFY(!watch.painted.contains(geometry.cell(6).center().toPoint()));
    QVERIFY(
        watch.painted.contains(QPoint(int(geometry.cell(6).center().x()), int(body.bottom()) - 2)));
}

void TestRunView::clickedTickSelectsItsEvent()
{
    Stage stage(mendedCounting());
    QSignalSpy selected(&stage.view, &RunView::seqSelected);
    const RibbonGeometry geometry(stage.ribbon().ribbon(), stage.ribbon().body(), 1);
    QTest::mouseClick(&stage.ribbon(), Qt::LeftButton, {}, geometry.cell(4).center().toPoint());
    QTest::mouseClick(&stage.ribbon(), Qt::LeftButton, {}, geometry.cell(7).center().toPoint());
    QTest::mouseClick(&stage.ribbon(), Qt::LeftButton, {}, geometry.cell(9).center().toPoint());
    QCOMPARE(selected.size(), 2); // tick 9 has no event yet
    QCOMPARE(selected[0][0].toLongLong(), 6);
    QCOMPARE(selected[1][0].toLongLong(), 11);
}

void TestRunView::chosenCardSelectsItsStage()
{
    Stage stage(mendedPipeline());
    QSignalSpy chosen(&stage.view, &RunView::stageSelected);
    QSignalSpy seq(&stage.view, &RunView::seqSelected);
    const auto cards = stage.view.findChild<RunStages *>()->cards();
    QCOMPARE(cards.size(), 3);
    QTest::mouseClick(cards[0], Qt::LeftButton);
    cards[2]->setFocus(Qt::TabFocusReason);
    QTest::keyClick(cards[2], Qt::Key_Space);
    QCOMPARE(chosen.size(), 2);
    QCOMPARE(chosen[0][0].toString(), u"extract"_s);
    QCOMPARE(chosen[1][0].toString(), u"load"_s);
    QCOMPARE(seq.size(), 1); // load has no event yet
    QCOMPARE(seq[0][0].toLongLong(), 8);
}

void TestRunView::keyIsCopiedOnRequest()
{
    const RunLog log = mendedCounting();
    Stage stage(log);
    QSignalSpy copied(&stage.view, &RunView::copyKeyRequested);
    auto *chip = stage.view.findChild<KeyChip *>();
    QVERIFY(chip->accessibleName().contains(log.task.key.toString()));
    QTest::mouseClick(chip, Qt::LeftButton);
    QCOMPARE(copied.size(), 1);
}

void TestRunView::everyControlHasAName()
{
    for (const RunLog &log : {dropped(counting(10, {5}), 0ms), mendedPipeline()}) {
        Stage stage(log);
        int controls = 0;
        for (const QWidget *widget : stage.view.findChildren<QWidget *>()) {
            if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus)
                continue;
            ++controls;
            QVERIFY2(!widget->accessibleName().isEmpty(), widget->metaObject()->className());
        }
        QVERIFY(controls >= 2);
    }
    Stage stage(dropped(counting(10, {5}), 0ms));
    QCOMPARE(stage.ribbon().accessibleDescription(), u"5 of 10 · broken after tick 5"_s);
}

void TestRunView::otherTasksChangeNothing()
{
    const RunLog five = counting(10, {5});
    Stage stage(five);
    stage.view.appendEvents(mendedPipeline().events);
    stage.view.updateTask(mendedPipeline().task);
    QCOMPARE(stage.view.story().task(), five.task);
    QCOMPARE(stage.view.story().lastSeq(), 7);
    QVERIFY(stage.view.story().stages().isEmpty());
}

void TestRunView::clearedViewIsEmpty()
{
    Stage stage(counting(10, {5}));
    stage.view.clear();
    QVERIFY(!stage.ribbon().isVisible());
    QVERIFY(!stage.ribbon().isMoving());
    QVERIFY(stage.view.story().task().id.isNull());
    stage.view.appendEvents(counting(10, {6}).events);
    QVERIFY(stage.view.story().attempts().isEmpty());
}

void TestRunView::pictures_data()
{
    QTest::addColumn<RunLog>("log");
    QTest::addColumn<int>("laterMs");
    const RunLog five = counting(10, {5});
    QTest::newRow("running") << counting(10, {3}) << 540;
    QTest::newRow("crashed") << dropped(five, 3200ms) << 1800;
    QTest::newRow("stale") << dropped(five, 0ms) << 5400;
    QTest::newRow("mended") << mendedCounting() << 460;
    QTest::newRow("mended-twice") << counting(10, {3, 0, 4, 1}) << 460;
    QTest::newRow("completed") << ended(counting(10, {5, 5}), "completed"_ba,
                                        R"({"result":{"total":10}})"_ba)
                               << 60'000;
    QTest::newRow("cancelled") << ended(counting(10, {5}), "cancelled"_ba,
                                        R"({"reason":"changed my mind"})"_ba)
                               << 60'000;
    QTest::newRow("failed") << ended(
        pipelineAtTransform(), "failed"_ba,
        R"({"error":{"type":"oops","message":"the table is gone","retryable":false,"step":"transform"}})"_ba)
                            << 60'000;
    QTest::newRow("n200") << counting(200, {87, 41}) << 300;
    QTest::newRow("n50") << counting(50, {17, 11}) << 300;
    QTest::newRow("n10000") << counting(10'000, {2000, 1500, 2600}) << 300;
    QTest::newRow("n10000-stale") << dropped(counting(10'000, {2000, 1500, 2600}), 0ms) << 6300;
    QTest::newRow("pipe-running") << pipelineAtTransform() << 870;
    QTest::newRow("pipe-crashed") << dropped(pipelineAtTransform(), 4100ms) << 900;
    QTest::newRow("pipe-dead") << dead(pipelineAtTransform()) << 2600;
    QTest::newRow("pipe-mended") << mendedPipeline() << 870;
    QTest::newRow("pipe-completed") << completedPipeline() << 60'000;
}

void TestRunView::pictures()
{
    QFETCH(RunLog, log);
    QFETCH(int, laterMs);
    Theming theming(*qApp);
    theming.setReducedMotion(false);
    StillClock clock(lastMoment(log) + std::chrono::milliseconds(laterMs));
    RunView view(theming, clock);
    view.showTask(log.task, log.events);
    for (const auto choice : {Theming::Choice::Light, Theming::Choice::Dark}) {
        theming.setChoice(choice);
        for (const int width : {400, 600, 832, 1200}) {
            view.resize(width, 600);
            view.show();
            QVERIFY(QTest::qWaitForWindowExposed(&view));
            QCoreApplication::processEvents();
            const QImage image = view.grab().toImage();
            QCOMPARE(image.pixelColor(4, 4), theming.palette().panel);
            const QString folder = qEnvironmentVariable("KINTSUGI_SHOTS");
            if (folder.isEmpty())
                continue;
            QDir().mkpath(folder);
            image.save(u"%1/%2-%3-%4.png"_s.arg(
                folder, QString::fromLatin1(QTest::currentDataTag()),
                theming.theme() == Theme::Dark ? u"dark"_s : u"light"_s, QString::number(width)));
        }
    }
}

void TestRunView::iconSheet()
{
    const Palette palette = Palette::load(Theme::Light);
    QImage sheet(1000, 200, QImage::Format_RGB32);
    sheet.fill(palette.panel);
    QPainter painter(&sheet);
    int x = 8;
    for (const QString &name : Icons::names()) {
        const QPixmap small = Icons::pixmap(name, 16, palette.text);
        QVERIFY(!small.isNull());
        painter.drawPixmap(x, 8, small);
        painter.drawPixmap(x, 40, Icons::pixmap(name, 32, palette.text));
        x += 38;
    }
    for (int i = 0; i < 9; ++i) {
        paintStateGlyph(painter, QRectF(8 + i * 40, 100, 14, 14), StateGlyph(i), palette);
        paintStateGlyph(painter, QRectF(8 + i * 40, 130, 36, 36), StateGlyph(i), palette);
    }
    painter.drawPixmap(500, 100, Icons::pixmap(u"kintsugi", 96, Qt::black));
    painter.drawPixmap(620, 100, Icons::pixmap(u"kintsugi", 32, Qt::black));
    painter.drawPixmap(660, 100, Icons::pixmap(u"kintsugi", 16, Qt::black));
    painter.end();
    if (const QString folder = qEnvironmentVariable("KINTSUGI_SHOTS"); !folder.isEmpty())
        sheet.save(folder + u"/icons.png"_s);
}

QTEST_MAIN(TestRunView)
#include "tst_runview.moc"
