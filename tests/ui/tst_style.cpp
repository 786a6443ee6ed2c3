// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QLineEdit>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollBar>
#include <QSpinBox>
#include <QSplitter>
#include <QStatusBar>
#include <QTabBar>
#include <QTableWidget>
#include <QTest>
#include <QToolBar>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

namespace {

bool has(const QImage &image, const QColor &color, const QRect &where)
{
    const QRect area = where & image.rect();
    for (int y = area.top(); y <= area.bottom(); ++y) {
        for (int x = area.left(); x <= area.right(); ++x) {
            if (image.pixelColor(x, y) == color)
                return true;
        }
    }
    return false;
}

/*! One of each control that the window uses. */
class Gallery final : public QMainWindow
{
public:
    explicit Gallery(const Theming &theming)
    {
        const Palette &palette = theming.palette();
        menuBar()->addMenu(u"File"_s)->addAction(u"Open"_s);
        menuBar()->addMenu(u"View"_s);
        auto *bar = addToolBar(u"Actions"_s);
        bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        auto *run = new QToolButton;
        run->setText(u"Run"_s);
        run->setIcon(Icons::icon(u"play", palette, palette.onRunningBtn));
        run->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        run->setPopupMode(QToolButton::InstantPopup);
        run->setMenu(new QMenu(run));
        setPrimary(run);
        bar->addWidget(run);
        bar->addSeparator();
        bar->addAction(Icons::icon(u"stop", palette), u"Stop"_s)->setEnabled(false);
        bar->addAction(Icons::icon(u"crash", palette), u"Crash"_s);
        QAction *on = bar->addAction(Icons::icon(u"nudge", palette), u"Nudge"_s);
        on->setCheckable(true);
        on->setChecked(true);
        statusBar()->showMessage(u"tasks.db 1.2 MB"_s);

        auto *page = new QWidget;
        auto *rows = new QVBoxLayout(page);
        auto *line = new QHBoxLayout;
        primary = new QPushButton(u"Start"_s);
        setPrimary(primary);
        plain = new QPushButton(u"Cancel"_s);
        auto *off = new QPushButton(u"Not now"_s);
        off->setEnabled(false);
        for (QWidget *button : {primary, plain, off})
            line->addWidget(button);
        rows->addLayout(line);
        line = new QHBoxLayout;
        field = new QLineEdit(u"count-to-n"_s);
        auto *empty = new QLineEdit;
        empty->setPlaceholderText(u"Filter name, key or input"_s);
        auto *spin = new QSpinBox;
        spin->setValue(10);
        auto *combo = new QComboBox;
        combo->addItems({u"pipeline-with-steps"_s, u"count-to-n"_s});
        for (QWidget *input : std::initializer_list<QWidget *>{field, empty, spin, combo})
            line->addWidget(input);
        rows->addLayout(line);
        line = new QHBoxLayout;
        auto *check = new QCheckBox(u"fresh"_s);
        check->setChecked(true);
        auto *radio = new QRadioButton(u"light"_s);
        radio->setChecked(true);
        auto *progress = new QProgressBar;
        progress->setValue(40);
        progress->setTextVisible(false);
        for (QWidget *part :
             std::initializer_list<QWidget *>{check, new QCheckBox(u"autoRecover"_s), radio,
                                              new QRadioButton(u"dark"_s), progress})
            line->addWidget(part);
        rows->addLayout(line);
        tabs = new QTabBar;
        for (const QString &name : {u"Events"_s, u"Steps"_s, u"Log"_s})
            tabs->addTab(name);
        tabs->setExpanding(false);
        rows->addWidget(tabs);
        auto *split = new QSplitter;
        table = new QTableWidget(40, 4);
        table->setHorizontalHeaderLabels({u"seq"_s, u"time"_s, u"type"_s, u"payload"_s});
        table->verticalHeader()->hide();
        table->setShowGrid(false);
        table->setSelectionBehavior(QAbstractItemView::SelectRows);
        for (int row = 0; row < 40; ++row) {
            for (int column = 0; column < 4; ++column)
                table->setItem(row, column, new QTableWidgetItem(u"%1 %2"_s.arg(row).arg(column)));
        }
        table->selectRow(2);
        auto *tree = new QTreeWidget;
        tree->setHeaderHidden(true);
        auto *top = new QTreeWidgetItem(tree, {u"payload"_s});
        new QTreeWidgetItem(top, {u"fromTick: 6"_s});
        tree->expandAll();
        split->addWidget(table);
        split->addWidget(tree);
        rows->addWidget(split, 1);
        setCentralWidget(page);
    }

    QPushButton *primary = nullptr;
    QPushButton *plain = nullptr;
    QLineEdit *field = nullptr;
    QTabBar *tabs = nullptr;
    QTableWidget *table = nullptr;
};

} // namespace

class TestStyle final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void controlsAreFlat_data();
    void controlsAreFlat();
    void keyboardFocusIsRinged();
    void scrollBarIsThinAndWithoutArrows();
    void scrollBarReachesBothEnds();
};

void TestStyle::controlsAreFlat_data()
{
    QTest::addColumn<Theming::Choice>("choice");
    QTest::newRow("light") << Theming::Choice::Light;
    QTest::newRow("dark") << Theming::Choice::Dark;
}

void TestStyle::controlsAreFlat()
{
    QFETCH(Theming::Choice, choice);
    Theming theming(*qApp);
    theming.setChoice(choice);
    const Palette &palette = theming.palette();
    Gallery gallery(theming);
    gallery.resize(900, 620);
    gallery.show();
    QVERIFY(QTest::qWaitForWindowExposed(&gallery));

    const auto middle = [](QWidget *widget, int x) {
        const QImage image = widget->grab().toImage();
        return image.pixelColor(x, widget->height() - 6);
    };
    QCOMPARE(middle(gallery.primary, 20), palette.runningBtn);
    QCOMPARE(middle(gallery.plain, 20), palette.raised);
    const QImage tabs = gallery.tabs->grab().toImage();
    QVERIFY(has(tabs, palette.selectionLine, gallery.tabs->tabRect(0)));
    QVERIFY(!has(tabs, palette.selectionLine, gallery.tabs->tabRect(1)));

    QTableWidget *table = gallery.table;
    const QImage rows = table->viewport()->grab().toImage();
    const QRect first = table->visualItemRect(table->item(2, 0));
    const QRect last = table->visualItemRect(table->item(2, 3));
    QCOMPARE(rows.pixelColor(first.left() + 1, first.center().y()), palette.selectionLine);
    QCOMPARE(rows.pixelColor(last.right() - 2, last.center().y()), palette.selection);
    QCOMPARE(rows.pixelColor(first.left() + 1, first.top() - 4), palette.panel);

    if (const QString folder = qEnvironmentVariable("KINTSUGI_SHOTS"); !folder.isEmpty()) {
        QDir().mkpath(folder);
        gallery.field->setFocus(Qt::TabFocusReason);
        gallery.grab().save(folder + u"/style-"_s + QString::fromLatin1(QTest::currentDataTag())
                            + u".png"_s);
    }
}

void TestStyle::keyboardFocusIsRinged()
{
    Theming theming(*qApp);
    theming.setChoice(Theming::Choice::Light);
    const Palette &palette = theming.palette();
    Gallery gallery(theming);
    gallery.show();
    gallery.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&gallery));
    QVERIFY(!has(gallery.plain->grab().toImage(), palette.selectionLine, gallery.plain->rect()));
    gallery.primary->setFocus(Qt::TabFocusReason);
    QTest::keyClick(&gallery, Qt::Key_Tab);
    QTRY_COMPARE(QApplication::focusWidget(), gallery.plain);
    QVERIFY(has(gallery.plain->grab().toImage(), palette.selectionLine, gallery.plain->rect()));
    QTest::keyClick(&gallery, Qt::Key_Tab);
    QTRY_COMPARE(QApplication::focusWidget(), gallery.field);
    QVERIFY(has(gallery.field->grab().toImage(), palette.selectionLine, gallery.field->rect()));
}

void TestStyle::scrollBarIsThinAndWithoutArrows()
{
    Theming theming(*qApp);
    QScrollBar bar(Qt::Vertical);
    bar.setRange(0, 900);
    bar.setPageStep(100);
    bar.resize(bar.sizeHint().width(), 200);
    QCOMPARE(bar.width(), 10);
    QStyleOptionSlider option;
    option.initFrom(&bar);
    option.minimum = 0;
    option.maximum = 900;
    option.pageStep = 100;
    option.orientation = Qt::Vertical;
    const QStyle &style = *QApplication::style();
    const auto part = [&](QStyle::SubControl which) {
        return style.subControlRect(QStyle::CC_ScrollBar, &option, which, &bar);
    };
    QVERIFY(part(QStyle::SC_ScrollBarAddLine).isEmpty());
    QVERIFY(part(QStyle::SC_ScrollBarSubLine).isEmpty());
    QCOMPARE(part(QStyle::SC_ScrollBarGroove), bar.rect());
    QVERIFY(part(QStyle::SC_ScrollBarSlider).height() >= 20);
    const QImage image = bar.grab().toImage();
    int thick = 0;
    for (int x = 0; x < image.width(); ++x)
        thick += image.pixelColor(x, 10) != image.pixelColor(0, 150) ? 1 : 0;
    QVERIFY(thick >= 5 && thick <= 7);
}

void TestStyle::scrollBarReachesBothEnds()
{
    Theming theming(*qApp);
    QTableWidget table(1000, 1);
    table.resize(300, 300);
    table.show();
    QVERIFY(QTest::qWaitForWindowExposed(&table));
    QScrollBar *bar = table.verticalScrollBar();
    QTest::mousePress(bar, Qt::LeftButton, {}, QPoint(5, 5));
    QTest::mouseMove(bar, QPoint(5, bar->height() * 2));
    QTest::mouseRelease(bar, Qt::LeftButton, {}, QPoint(5, bar->height() * 2));
    QCOMPARE(bar->value(), bar->maximum());
}

QTEST_MAIN(TestStyle)
#include "tst_style.moc"
