// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/ui/runlogs.h"
#include "ui/painting/glyphs.h"
#include "ui/painting/ribbon.h"
#include "ui/painting/seam.h"
#include "ui/painting/stagecard.h"

#include <QImage>
#include <QPainter>
#include <QTest>

#include <functional>
#include <set>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int kWidth = 792;
constexpr int kAround = 40;
const QRectF kBody(kAround, kAround, kWidth, kRibbonHeight);

/*! A ground that no painter uses, so that any touch shows. */
const QColor kUntouched(255, 0, 255);

QImage painted(int width, int height, const std::function<void(QPainter &)> &paint)
{
    QImage image(width, height, QImage::Format_RGB32);
    image.fill(kUntouched);
    QPainter painter(&image);
    paint(painter);
    return image;
}

QImage paintedRibbon(const Ribbon &ribbon, const Look &look)
{
    return painted(kWidth + 2 * kAround, int(kRibbonHeight) + 2 * kAround,
                   [&](QPainter &painter) { paintRibbon(painter, ribbon, kBody, look); });
}

QRect touched(const QImage &image)
{
    QRect all;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (image.pixelColor(x, y) != kUntouched)
                all |= QRect(x, y, 1, 1);
        }
    }
    return all;
}

int count(const QImage &image, const QColor &color, const QRectF &where)
{
    int found = 0;
    const QRect area = where.toAlignedRect() & image.rect();
    for (int y = area.top(); y <= area.bottom(); ++y) {
        for (int x = area.left(); x <= area.right(); ++x)
            found += image.pixelColor(x, y) == color ? 1 : 0;
    }
    return found;
}

/*! Pixels of about that colour: soft edges are never quite. */
int countNear(const QImage &image, const QColor &color, const QRectF &where)
{
    int found = 0;
    const QRect area = where.toAlignedRect() & image.rect();
    for (int y = area.top(); y <= area.bottom(); ++y) {
        for (int x = area.left(); x <= area.right(); ++x) {
            const QColor at = image.pixelColor(x, y);
            const int away = std::abs(at.red() - color.red()) + std::abs(at.green() - color.green())
                + std::abs(at.blue() - color.blue());
            found += away < 60 ? 1 : 0;
        }
    }
    return found;
}

Ribbon ribbonOf(qint64 n, const QList<qint64> &ticks)
{
    const RunLog log = counting(n, ticks);
    RunStory story(log.task);
    story.apply(log.events);
    Ribbon ribbon;
    ribbon.task = log.task.id.bytes();
    ribbon.count = n;
    ribbon.done = story.ticksDone();
    ribbon.spans = story.spans();
    for (const Break &gap : story.breaks()) {
        RibbonBreak seam;
        seam.attempt = gap.attempt;
        seam.afterTick = gap.afterTick;
        ribbon.breaks << seam;
    }
    return ribbon;
}

} // namespace

class TestPainting final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void crackBreaksAsSpecified();
    void crackIsTheSameEveryTime();
    void hairsAreShort();
    void tableSeamStaysNearItsLine();
    void ribbonStaysInItsRoom_data();
    void ribbonStaysInItsRoom();
    void everyAttemptHasItsColour_data();
    void everyAttemptHasItsColour();
    void seamLiesOnTopOfTheCells_data();
    void seamLiesOnTopOfTheCells();
    void manyTicksAreMergedUnderTheirSeams();
    void openBreakShowsTheVoid();
    void currentCellShowsItsProgress();
    void cellUnderTheMouseIsFound();
    void hundredBreaksStillFit();
    void cardsStayInTheirRoom_data();
    void cardsStayInTheirRoom();
    void glyphsDifferInShape();
};

void TestPainting::crackBreaksAsSpecified()
{
    const QPolygonF path = crack("01a207a2-3280-7b31-9c4e-5d1f0a86e2b7:1", 0, 0, 56, 5);
    const QList<QPointF> expected{{-2.70, 0},     {3.82, 7.81},  {-2.20, 18.64}, {2.81, 29.26},
                                  {-4.92, 39.48}, {2.38, 45.10}, {-3.08, 56}};
    QCOMPARE(path.size(), expected.size());
    for (qsizetype i = 0; i < path.size(); ++i) {
        QVERIFY(std::abs(path[i].x() - expected[i].x()) < 0.006);
        QVERIFY(std::abs(path[i].y() - expected[i].y()) < 0.006);
    }
}

void TestPainting::crackIsTheSameEveryTime()
{
    QCOMPARE(crack("a:1", 10, 0, 58, 5), crack("a:1", 10, 0, 58, 5));
    QVERIFY(crack("a:1", 10, 0, 58, 5) != crack("a:2", 10, 0, 58, 5));
    QCOMPARE(crack("", 0, 0, 1, 5).size(), 5); // at least four pieces
    QCOMPARE(crack("a", 0, 0, 100'000, 5).size(), 201); // at most two hundred
    for (const QPointF &joint : crack("a:1", 10, 0, 58, 5))
        QVERIFY(std::abs(joint.x() - 10) <= 5);
}

void TestPainting::hairsAreShort()
{
    const QPolygonF path = crack("a:1", 0, 0, 58, 5);
    for (const int direction : {-1, 1}) {
        const QPolygonF line = hair(path, 4, direction, 15, "a");
        QCOMPARE(line.size(), 4);
        QCOMPARE(line.first(), path[4]);
        const double reach = (line.last().x() - line.first().x()) * direction;
        QVERIFY(reach > 5 && reach <= 15);
    }
    QVERIFY(hair({}, 1, 1, 10, "a").isEmpty());
    QCOMPARE(hair(path, 99, 1, 10, "a").first(), path.last());
}

void TestPainting::tableSeamStaysNearItsLine()
{
    const Palette palette = Palette::load(Theme::Light);
    const auto seam = [&](double drawn) {
        return painted(600, 40, [&](QPainter &painter) {
            paintTableSeam(painter, "a:1", 20, 580, 20, palette, drawn);
        });
    };
    const QImage whole = seam(1);
    const QRect area = touched(whole);
    QVERIFY(QRectF(19, 20 - kTableSeamReach, 562, 2 * kTableSeamReach).contains(area));
    QVERIFY(area.width() >= 560);
    QVERIFY(count(whole, palette.seam, area) > 200);
    QVERIFY(touched(seam(0.5)).right() <= 301);
    QVERIFY(touched(seam(0)).isNull());
}

void TestPainting::ribbonStaysInItsRoom_data()
{
    QTest::addColumn<Ribbon>("ribbon");
    QTest::newRow("fresh") << ribbonOf(10, {0});
    QTest::newRow("mended") << ribbonOf(10, {5, 2});
    QTest::newRow("three times") << ribbonOf(10, {3, 2, 4, 1});
    QTest::newRow("before the first tick") << ribbonOf(10, {0, 3});
    QTest::newRow("after the last tick") << ribbonOf(10, {10, 0});
    QTest::newRow("two hundred") << ribbonOf(200, {80, 40});
    QTest::newRow("ten thousand") << ribbonOf(10'000, {4000, 100});
    QTest::newRow("a million") << ribbonOf(1'000'000, {100, 100});
    QTest::newRow("one") << ribbonOf(1, {1});
    Ribbon open = ribbonOf(10, {5});
    open.breaks << RibbonBreak::open(1, 5);
    QTest::newRow("open") << open;
}

void TestPainting::ribbonStaysInItsRoom()
{
    QFETCH(Ribbon, ribbon);
    for (const Theme theme : {Theme::Light, Theme::Dark}) {
        const QImage image = paintedRibbon(ribbon, {Palette::load(theme), 1});
        const QRect area = touched(image);
        QVERIFY(kBody.adjusted(-kRibbonMargin, -kRibbonMargin, kRibbonMargin, kRibbonMargin)
                    .contains(area));
        QVERIFY(area.contains(kBody.adjusted(8, 8, -8, -8).toAlignedRect()));
        // Nothing of the ground shows through in the middle.
        const bool brokenAtItsEnd = !ribbon.breaks.isEmpty()
            && (ribbon.breaks.first().afterTick == 0
                || ribbon.breaks.last().afterTick == ribbon.count);
        const double ends = brokenAtItsEnd ? 16 : 2;
        QCOMPARE(count(image, kUntouched, kBody.adjusted(ends, 4, -ends, -4)), 0);
    }
}

void TestPainting::everyAttemptHasItsColour_data()
{
    QTest::addColumn<Theme>("theme");
    QTest::newRow("light") << Theme::Light;
    QTest::newRow("dark") << Theme::Dark;
}

void TestPainting::everyAttemptHasItsColour()
{
    QFETCH(Theme, theme);
    const Palette palette = Palette::load(theme);
    const Ribbon ribbon = ribbonOf(10, {3, 2, 4});
    const QImage image = paintedRibbon(ribbon, {palette, 1});
    const RibbonGeometry geometry(ribbon, kBody, 1);
    for (qint64 tick = 1; tick <= 10; ++tick) {
        const QPointF spot(geometry.cell(tick).center().x() - geometry.cellWidth() / 4,
                           kBody.top() + 12);
        const QColor expected = tick <= 3 ? palette.attempt(1)
            : tick <= 5                   ? palette.attempt(2)
            : tick <= 9                   ? palette.attempt(3)
                                          : palette.raised;
        QCOMPARE(image.pixelColor(spot.toPoint()), expected);
    }
    // A line of panel between two cells, and their numbers in the colour for that ground.
    const QPointF joint(geometry.left(2), kBody.center().y());
    QVERIFY(count(image, palette.panel, QRectF(joint.x() - 2, joint.y(), 4, 1)) >= 1);
    QVERIFY(count(image, palette.onAttempt, geometry.cell(2).adjusted(4, 4, -4, -4)) > 4);
    QVERIFY(count(image, palette.muted, geometry.cell(10).adjusted(4, 4, -4, -4)) > 4);
}

void TestPainting::seamLiesOnTopOfTheCells_data()
{
    everyAttemptHasItsColour_data();
}

void TestPainting::seamLiesOnTopOfTheCells()
{
    QFETCH(Theme, theme);
    const Palette palette = Palette::load(theme);
    const Ribbon ribbon = ribbonOf(10, {5, 2});
    const QImage image = paintedRibbon(ribbon, {palette, 1});
    const RibbonGeometry geometry(ribbon, kBody, 1);
    const QPolygonF path = crack(QByteArray(ribbon.task + ":1"), geometry.breakCentre(0),
                                 kBody.top(), kBody.bottom(), 5);
    for (qsizetype i = 1; i < path.size(); ++i) {
        const QPointF middle = (path[i - 1] + path[i]) / 2;
        const QColor gold = image.pixelColor(middle.toPoint());
        // Somewhere between seam and its glint: warm, more red than blue by far.
        QVERIFY2(gold.red() > 150 && gold.red() - gold.blue() > 60, qPrintable(gold.name()));
    }
    const QRectF gap(geometry.breakCentre(0) - 12, kBody.top(), 24, kBody.height());
    QVERIFY(countNear(image, palette.seamLo, gap) > 20);
    // What broke is in its own colour right up to the seam.
    const QPointF beside(path[2].x() - 7, path[2].y());
    QCOMPARE(image.pixelColor(beside.toPoint()), palette.attempt(1));
}

void TestPainting::manyTicksAreMergedUnderTheirSeams()
{
    const Palette palette = Palette::load(Theme::Light);
    const Ribbon ribbon = ribbonOf(10'000, {4000, 3000});
    const QImage image = paintedRibbon(ribbon, {palette, 1});
    const RibbonGeometry geometry(ribbon, kBody, 1);
    QVERIFY(geometry.cellWidth() < 1);
    const int y = int(kBody.center().y());
    for (int x = int(kBody.left()) + 10; x < int(geometry.right(4000)) - 16; ++x)
        QCOMPARE(image.pixelColor(x, y), palette.attempt(1));
    for (int x = int(geometry.left(4001)) + 16; x < int(geometry.right(7000)) - 1; ++x)
        QCOMPARE(image.pixelColor(x, y), palette.attempt(2));
    QCOMPARE(image.pixelColor(int(geometry.right(9000)), y), palette.raised);
    QVERIFY(countNear(image, palette.seamLo,
                      QRectF(geometry.breakCentre(0) - 12, kBody.top(), 24, kBody.height()))
            > 20);
}

void TestPainting::openBreakShowsTheVoid()
{
    for (const Theme theme : {Theme::Light, Theme::Dark}) {
        const Palette palette = Palette::load(theme);
        Ribbon ribbon = ribbonOf(10, {5});
        ribbon.breaks << RibbonBreak::open(1, 5);
        const QImage image = paintedRibbon(ribbon, {palette, 1});
        const RibbonGeometry geometry(ribbon, kBody, 1);
        const QRectF gap(geometry.breakCentre(0) - 18, kBody.top(), 36, kBody.height() + 3);
        QVERIFY(count(image, palette.crackVoid, gap) > 500);
        QVERIFY(count(image, palette.crack, gap) > 10);
        QCOMPARE(count(image, palette.seam, gap), 0);
        // The right fragment hangs 3 px lower.
        const int right = int(geometry.cell(8).center().x());
        QCOMPARE(image.pixelColor(right, int(kBody.top()) + 1), kUntouched);
        QCOMPARE(image.pixelColor(right, int(kBody.bottom()) + 1), palette.raised);
    }
}

void TestPainting::currentCellShowsItsProgress()
{
    const Palette palette = Palette::load(Theme::Light);
    Ribbon ribbon = ribbonOf(10, {5, 2});
    ribbon.current = RibbonCurrent{8, 2, 0.5};
    const QImage image = paintedRibbon(ribbon, {palette, 1});
    const QRectF cell = RibbonGeometry(ribbon, kBody, 1).cell(8);
    QCOMPARE(image.pixelColor(int(cell.left()) + 8, int(cell.top()) + 12),
             mixed(palette.attempt(2), palette.raised, 0.2));
    const int y = int(cell.bottom()) - 3;
    QCOMPARE(image.pixelColor(int(cell.left()) + 8, y), palette.attempt(2));
    QVERIFY(image.pixelColor(int(cell.right()) - 8, y) != palette.attempt(2));
}

void TestPainting::cellUnderTheMouseIsFound()
{
    for (const Ribbon &ribbon : {ribbonOf(10, {5, 2}), ribbonOf(10'000, {100, 100})}) {
        const RibbonGeometry geometry(ribbon, kBody, 1);
        for (const qint64 tick : {qint64(1), qint64(5), qint64(6), ribbon.count})
            QCOMPARE(geometry.tickAt(geometry.cell(tick).center().x()), tick);
        QCOMPARE(geometry.tickAt(kBody.left() - 1), 0);
        QCOMPARE(geometry.tickAt(kBody.right()), 0);
    }
}

void TestPainting::hundredBreaksStillFit()
{
    QList<qint64> ticks;
    for (int i = 0; i < 101; ++i)
        ticks << 1;
    const Ribbon ribbon = ribbonOf(120, ticks);
    QCOMPARE(ribbon.breaks.size(), 100);
    const RibbonGeometry geometry(ribbon, kBody, 1);
    QVERIFY(geometry.cellWidth() > 3);
    QVERIFY(geometry.shrink() < 0.5);
    QVERIFY(std::abs(geometry.right(120) - kBody.right()) < 0.01);
    const Palette palette = Palette::load(Theme::Dark);
    const QImage image = paintedRibbon(ribbon, {palette, 1});
    QVERIFY(count(image, palette.attempt(1), kBody) > 100);
    QVERIFY(kBody.adjusted(-8, -8, 8, 8).contains(touched(image)));
}

void TestPainting::cardsStayInTheirRoom_data()
{
    QTest::addColumn<CardState>("state");
    QTest::addColumn<int>("width");
    const std::pair<const char *, CardState> states[] = {
        {"waiting", CardState::Waiting}, {"running", CardState::Running},
        {"done", CardState::Done},       {"cached", CardState::Cached},
        {"broken", CardState::Broken},   {"failed", CardState::Failed},
        {"stopped", CardState::Stopped}};
    for (const auto &[name, state] : states) {
        for (const int width : {150, 240, 400})
            QTest::addRow("%s %d", name, width) << state << width;
    }
}

void TestPainting::cardsStayInTheirRoom()
{
    QFETCH(CardState, state);
    QFETCH(int, width);
    for (const Theme theme : {Theme::Light, Theme::Dark}) {
        const Palette palette = Palette::load(theme);
        StageCard card;
        card.title = u"transformations of everything"_s;
        card.state = state;
        card.pill = u"running again"_s;
        const TextRun line{u"a sentence that is much longer than any card is wide, by far"_s,
                           FontRole::Secondary, palette.text};
        card.first = {{line}};
        card.second = {{line}};
        if (state == CardState::Running || state == CardState::Broken)
            card.progress = 0.6;
        card.ledger = {LedgerEntry{2, u"body runs"_s, u"runs"_s, LedgerEntry::Tone::Stressed},
                       LedgerEntry{1, u"commits"_s, u"commits"_s, LedgerEntry::Tone::Plain},
                       LedgerEntry{1, u"from cache"_s, u"cached"_s, LedgerEntry::Tone::Gold}};
        card.seed = "a:b"_ba;
        const QRect room(kAround, kAround, width, int(kCardHeight));
        const QImage image =
            painted(width + 2 * kAround, room.height() + 2 * kAround, [&](QPainter &painter) {
                painter.fillRect(room, palette.panel);
                paintStageCard(painter, card, room, {palette, 1});
            });
        QCOMPARE(touched(image), room);
        const QColor middle = image.pixelColor(room.left() + width / 2, room.bottom() - 4);
        const QColor fill = state == CardState::Cached ? palette.cachedFill
            : state == CardState::Running              ? palette.blueFill
            : state == CardState::Done                 ? palette.greenFill
                                                       : palette.panel;
        QCOMPARE(middle, fill);
        QVERIFY(count(image, palette.stale, room) > 0); // two body runs are said aloud
        if (state == CardState::Cached)
            QVERIFY(count(image, palette.seam, room) > 500);
        else
            QCOMPARE(count(image, palette.seam, room), 0);
    }
}

void TestPainting::glyphsDifferInShape()
{
    // In one colour: what is left is the shape.
    Palette palette = Palette::load(Theme::Light);
    for (QColor *color : {&palette.running, &palette.stale, &palette.done, &palette.failed,
                          &palette.suspended, &palette.idle, &palette.seam, &palette.seamLo})
        *color = Qt::black;
    std::set<QByteArray> shapes;
    for (int i = 0; i <= int(StateGlyph::Cached); ++i) {
        const QImage image = painted(40, 40, [&](QPainter &painter) {
            painter.fillRect(0, 0, 40, 40, palette.panel);
            paintStateGlyph(painter, QRectF(6, 6, 28, 28), StateGlyph(i), palette);
        });
        shapes.insert(
            QByteArray(reinterpret_cast<const char *>(image.constBits()), image.sizeInBytes()));
        int edge = 0;
        for (int at = 0; at < 40; ++at)
            edge += image.pixelColor(at, 4) != palette.panel ? 1 : 0;
        QCOMPARE(edge, 0);
    }
    QCOMPARE(shapes.size(), size_t(StateGlyph::Cached) + 1);
}

QTEST_MAIN(TestPainting)
#include "tst_painting.moc"
