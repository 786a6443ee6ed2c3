// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/ui/runlogs.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/views/runview.h"
#include "ui/views/runviewribbon.h"
#include "ui/views/runviewstages.h"
#include "ui/views/runviewstrip.h"

#include <QDir>
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
    void pictures_data();
    void pictures();
    void iconSheet();
};

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
            QTest::qWait(0);
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
