// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/ui/windowfixture.h"
#include "ui/panels/inspector.h"
#include "ui/panels/logpanel.h"
#include "ui/panels/messagestrip.h"
#include "ui/panels/runpanel.h"
#include "ui/panels/taskspanel.h"
#include "ui/theme/theme.h"
#include "ui/views/runview.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolBar>
#include <QTreeView>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! The window over an engine that does what the test says. */
class TestMainWindow : public WindowFixture
{
    Q_OBJECT

private Q_SLOTS:
    void showsItselfBeforeTheStoreIsOpen();
    void failureStandsInItsPlaceWithARemedy();
    void firstStartTeaches();
    void everythingHasAName_data();
    void everythingHasAName();
    void everyActionHasAKey();
    void keysAreDifferent();
    void actionsFollowTheSelectedTask();
    void crashIsNotThereInProduction();
    void tabsOfTheInspectorFit();
    void chosenEventIsInspected();
    void chosenStepIsInspected();
    void keyAndCurlAreCopied();
    void chipFiltersTheList();
    void refusalIsSaidInTheWindow();
    void newTaskDoesNotMoveTheRowsUnderTheMouse();
    void themeIsSwitchedAndKept();
    void selectionComesBackAfterARestart();
    void closedEngineLeavesAnEmptyWindow();
    void smallScreenIsEnough_data();
    void smallScreenIsEnough();
    void clickBelowTheRowsKeepsTheSelection();
    void tabGoesAsOneReads();
};

void TestMainWindow::showsItselfBeforeTheStoreIsOpen()
{
    m_window->showOpening(u"/somewhere/tasks.db"_s);
    for (const ActionId id : Actions::all())
        QVERIFY(!action(id)->isEnabled());
    QVERIFY(!find<QWidget>(u"runToolButton"_s)->isEnabled());
    QVERIFY(!find<QWidget>(u"teachButton"_s)->isVisible());
}

void TestMainWindow::failureStandsInItsPlaceWithARemedy()
{
    QSignalSpy retried(m_window.get(), &MainWindow::retryRequested);
    m_window->showFailure({ErrorCode::StoreForeign, u"holidays.db has another application id"_s});
    auto *again = find<QPushButton>(u"teachButton"_s);
    QVERIFY(again->isVisible());
    QString shown;
    for (const QLabel *label : find<QWidget>(u"runPanel"_s)->findChildren<QLabel *>())
        shown += label->text() + u'\n';
    QVERIFY2(shown.contains(u"holidays.db"_s), qPrintable(shown));
    QVERIFY2(shown.contains(u"--db"_s), qPrintable(shown));
    QTest::mouseClick(again, Qt::LeftButton);
    QCOMPARE(retried.count(), 1);
    QVERIFY(QApplication::activeModalWidget() == nullptr);
}

void TestMainWindow::firstStartTeaches()
{
    m_window->setEngine(m_port.get());
    auto *watch = find<QPushButton>(u"teachButton"_s);
    QTRY_VERIFY(watch->isVisible());
    QTest::mouseClick(watch, Qt::LeftButton);
    QTRY_VERIFY(m_window->workbench()->task());
    QVERIFY(m_port->calls.contains(uR"(submit count-to-n {"n":10,"sleepMs":500})"_s));
    const auto *strip = m_window->findChild<MessageStrip *>();
    QTRY_VERIFY(strip->isVisible());
    QVERIFY2(strip->text().contains(u"Crash"_s), qPrintable(strip->text()));
}

void TestMainWindow::everythingHasAName_data()
{
    QTest::addColumn<RunLog>("log");
    QTest::newRow("ticks, running") << mendedCounting();
    QTest::newRow("ticks, broken") << dropped(counting(10, {5}), std::chrono::milliseconds(3000));
    QTest::newRow("stages, running") << mendedPipeline();
    QTest::newRow("stages, done") << completedPipeline();
}

void TestMainWindow::everythingHasAName()
{
    QFETCH(RunLog, log);
    m_port->put(log);
    m_window->setEngine(m_port.get());
    QTRY_VERIFY(m_window->workbench()->task());
    m_window->showMessage(MessageKind::Warning, u"Something to read."_s);
    QStringList nameless;
    const auto widgets = m_window->findChildren<QWidget *>();
    int asked = 0;
    for (QWidget *widget : widgets) {
        if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisibleTo(m_window.get()))
            continue;
        // A scroll area's or a spin box's inner parts speak through it.
        if (widget->objectName().startsWith(u"qt_"_s) || widget->inherits("QScrollBar")
            || widget->inherits("QHeaderView"))
            continue;
        ++asked;
        QAccessibleInterface *face = QAccessible::queryAccessibleInterface(widget);
        if (!face || face->text(QAccessible::Name).isEmpty())
            nameless << QString::fromLatin1(widget->metaObject()->className()) + u' '
                    + widget->objectName();
    }
    QVERIFY(asked > 15);
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u", "_s)));
}

void TestMainWindow::everyActionHasAKey()
{
    m_window->setEngine(m_port.get());
    for (const ActionId id : Actions::all()) {
        QVERIFY2(!action(id)->shortcut().isEmpty(), qPrintable(action(id)->text()));
        QVERIFY2(!action(id)->toolTip().isEmpty(), qPrintable(action(id)->text()));
    }
    QVERIFY(!find<QAction>(u"run:count-to-n"_s)->shortcut().isEmpty());
}

void TestMainWindow::keysAreDifferent()
{
    m_window->setEngine(m_port.get());
    QStringList keys;
    for (const QAction *each : m_window->findChildren<QAction *>()) {
        for (const QKeySequence &key : each->shortcuts())
            keys << key.toString();
    }
    for (const QAbstractButton *button : m_window->findChildren<QAbstractButton *>()) {
        // Alt and a letter is the mnemonic of a text, which Qt makes by itself.
        const QString key = button->shortcut().toString();
        if (!key.isEmpty() && !key.startsWith(u"Alt+"_s))
            keys << key;
    }
    QStringList unique = keys;
    unique.removeDuplicates();
    // A tool button shows its action's own shortcut and does not claim it.
    QCOMPARE(unique.size(), keys.size());
}

void TestMainWindow::actionsFollowTheSelectedTask()
{
    Task task = taskOf(1, TaskState::Running);
    m_port->put(task);
    m_window->setEngine(m_port.get());
    QTRY_VERIFY(m_window->workbench()->task());
    QTRY_VERIFY(action(ActionId::Crash)->isEnabled());
    QVERIFY(action(ActionId::Stop)->isEnabled());
    task.owner = OwnerState::Dropped;
    task.staleIn = std::chrono::milliseconds(3000);
    m_port->put(task);
    QTRY_VERIFY(!action(ActionId::Crash)->isEnabled());
    QVERIFY(action(ActionId::Crash)->toolTip().contains(u"broken already"_s));
    task.state = TaskState::Completed;
    task.owner = OwnerState::None;
    m_port->put(task);
    QTRY_VERIFY(!action(ActionId::Stop)->isEnabled());
    QVERIFY(action(ActionId::Nudge)->isEnabled());
}

void TestMainWindow::crashIsNotThereInProduction()
{
    m_port->test = false;
    m_port->put(taskOf(1, TaskState::Running));
    m_window->setEngine(m_port.get());
    QTRY_VERIFY(m_window->workbench()->task());
    QVERIFY(!action(ActionId::Crash)->isVisible());
    QVERIFY(action(ActionId::Stop)->isVisible());
}

void TestMainWindow::tabsOfTheInspectorFit()
{
    const Task running = taskOf(1, TaskState::Running);
    Task ended = taskOf(2, TaskState::Completed);
    ended.result = R"({"total":10})";
    m_port->put(running);
    m_port->put(ended);
    m_window->setEngine(m_port.get());
    const auto *tabs = find<QTabBar>(u"inspectorTabs"_s);
    for (const auto &[task, count] : {std::pair(running, 1), std::pair(ended, 2)}) {
        select(task);
        QTRY_COMPARE(tabs->count(), count);
        QTRY_VERIFY(tabs->width() > tabs->tabRect(count - 1).right());
        QVERIFY(tabs->height() > 0);
    }
}

void TestMainWindow::chosenEventIsInspected()
{
    m_port->put(mendedCounting());
    m_window->setEngine(m_port.get());
    auto *table = find<QTableView>(u"eventTable"_s);
    QTRY_VERIFY(table->model() && table->model()->rowCount() > 8);
    find<LogPanel>(u"logPanel"_s)->showSeq(9);
    const auto *tree = find<QTreeView>(u"jsonTree"_s);
    QTRY_COMPARE(tree->model()->index(0, 0).data().toString(), u"seq: 9"_s);
    QCOMPARE(tree->model()->index(1, 0).data().toString(), u"type: \"recovered\""_s);
}

void TestMainWindow::chosenStepIsInspected()
{
    const RunLog log = mendedPipeline();
    m_port->put(log);
    StepRecord step;
    step.key = "extract#1";
    step.name = u"extract"_s;
    step.attempt = 1;
    step.result = R"({"rows":1000})";
    step.cacheHits = 1;
    m_port->putSteps(log.task.id, {step});
    m_window->setEngine(m_port.get());
    auto *table = find<QTableView>(u"stepTable"_s);
    QTRY_VERIFY(table->model() && table->model()->rowCount() == 1);
    find<LogPanel>(u"logPanel"_s)->showStep(u"extract"_s);
    const auto *tree = find<QTreeView>(u"jsonTree"_s);
    QTRY_COMPARE(tree->model()->index(0, 0).data().toString(), u"rows: 1000"_s);
}

void TestMainWindow::keyAndCurlAreCopied()
{
    const Task task = taskOf(1, TaskState::Running);
    m_port->put(task);
    m_window->setEngine(m_port.get());
    QTRY_VERIFY(action(ActionId::CopyKey)->isEnabled());
    QVERIFY(!action(ActionId::CopyCurl)->isEnabled());
    m_window->setServer({.url = QUrl(u"http://127.0.0.1:7420"_s)});
    action(ActionId::CopyKey)->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), task.key.toString());
    action(ActionId::CopyCurl)->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(),
             u"curl -N http://127.0.0.1:7420/api/durable-example/reattach/"_s + task.id.toString());
}

void TestMainWindow::chipFiltersTheList()
{
    m_port->fill(3);
    m_port->put(taskOf(8, TaskState::Failed));
    m_window->setEngine(m_port.get());
    const auto *list = find<QListView>(u"taskList"_s);
    QTRY_COMPARE(list->model()->rowCount(), 4);
    auto *failed = find<QAbstractButton>(u"chipFailed"_s);
    QTRY_COMPARE(failed->accessibleName(), u"Failed: 1"_s);
    QTest::mouseClick(failed, Qt::LeftButton);
    QTRY_COMPARE(list->model()->rowCount(), 1);
    QTest::mouseClick(failed, Qt::LeftButton);
    QTRY_COMPARE(list->model()->rowCount(), 4);
    QTest::keyClick(m_window.get(), Qt::Key_F, Qt::ControlModifier);
    auto *filter = find<QLineEdit>(u"taskFilter"_s);
    QTRY_VERIFY(filter->hasFocus());
    QTest::keyClicks(filter, u"no such thing"_s);
    QTRY_COMPARE(list->model()->rowCount(), 0);
}

void TestMainWindow::refusalIsSaidInTheWindow()
{
    m_port->put(taskOf(1, TaskState::Running));
    m_window->setEngine(m_port.get());
    QTRY_VERIFY(action(ActionId::Crash)->isEnabled());
    m_port->refusal = Error{ErrorCode::Conflict, u"claimed by another process"_s};
    action(ActionId::Crash)->trigger();
    const auto *strip = m_window->findChild<MessageStrip *>();
    QTRY_VERIFY(strip->isVisible());
    QCOMPARE(strip->text(), u"claimed by another process"_s);
    QVERIFY(QApplication::activeModalWidget() == nullptr);
}

void TestMainWindow::newTaskDoesNotMoveTheRowsUnderTheMouse()
{
    m_port->fill(90);
    m_window->setEngine(m_port.get());
    auto *list = find<QListView>(u"taskList"_s);
    QTRY_COMPARE(list->model()->rowCount(), 90);
    list->scrollTo(list->model()->index(60, 0), QAbstractItemView::PositionAtTop);
    const auto topName = [list] {
        return list->indexAt(QPoint(5, 5)).data(TaskModel::TaskRole).value<Task>().id;
    };
    const TaskId top = topName();
    m_port->put(taskOf(500, TaskState::Running));
    QTRY_COMPARE(list->model()->rowCount(), 91);
    QTRY_COMPARE(topName(), top);
}

void TestMainWindow::themeIsSwitchedAndKept()
{
    m_window->setEngine(m_port.get());
    find<QAction>(u"themeDark"_s)->trigger();
    QCOMPARE(m_theming->theme(), Theme::Dark);
    QCOMPARE(m_settings->value("theme"_L1).toInt(), int(Theming::Choice::Dark));
    find<QAction>(u"themeLight"_s)->trigger();
    QCOMPARE(m_theming->theme(), Theme::Light);
}

void TestMainWindow::selectionComesBackAfterARestart()
{
    m_port->fill(5);
    m_window->setEngine(m_port.get());
    const TaskId third = taskOf(3, TaskState::Completed).id;
    QTRY_VERIFY(m_window->workbench()->task());
    QVERIFY(m_window->workbench()->selected() != third);
    m_window->workbench()->select(third);
    m_window->close();
    open();
    m_window->setEngine(m_port.get());
    QTRY_COMPARE(m_window->workbench()->selected(), third);
    QTRY_COMPARE(find<QListView>(u"taskList"_s)->currentIndex().row(), 2);
}

void TestMainWindow::closedEngineLeavesAnEmptyWindow()
{
    m_port->put(mendedCounting());
    m_window->setEngine(m_port.get());
    QTRY_VERIFY(m_window->workbench()->task());
    m_window->setEngine(nullptr);
    QCOMPARE(m_port->subscribers(), 0);
    for (const ActionId id : Actions::all())
        QVERIFY(!action(id)->isEnabled());
    m_window->setEngine(m_port.get());
    QTRY_VERIFY(m_window->workbench()->task());
}

void TestMainWindow::smallScreenIsEnough_data()
{
    QTest::addColumn<double>("scale");
    QTest::addColumn<QSize>("screen");
    QTest::newRow("as drawn") << 1.0 << QSize(1100, 620);
    QTest::newRow("half as large again") << 1.5 << QSize(1440, 900);
}

void TestMainWindow::smallScreenIsEnough()
{
    QFETCH(double, scale);
    QFETCH(QSize, screen);
    m_port->put(completedPipeline());
    m_window->setEngine(m_port.get());
    QTRY_VERIFY(m_window->workbench()->task());
    m_theming->setScale(scale);
    QTRY_VERIFY2(m_window->minimumSizeHint().width() <= screen.width()
                     && m_window->minimumSizeHint().height() <= screen.height(),
                 qPrintable(u"%1 x %2"_s.arg(m_window->minimumSizeHint().width())
                                .arg(m_window->minimumSizeHint().height())));
}

void TestMainWindow::clickBelowTheRowsKeepsTheSelection()
{
    m_port->fill(2);
    m_window->setEngine(m_port.get());
    auto *list = find<QListView>(u"taskList"_s);
    QTRY_VERIFY(list->selectionModel() && list->selectionModel()->hasSelection());
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, QPoint(50, 200));
    QVERIFY(list->selectionModel()->hasSelection());
}

void TestMainWindow::tabGoesAsOneReads()
{
    m_port->fill(2);
    m_window->setEngine(m_port.get());
    QTRY_VERIFY(m_window->workbench()->task());
    m_window->activateWindow();
    find<QLineEdit>(u"taskFilter"_s)->setFocus();
    QStringList way;
    for (int i = 0; i < 8; ++i) {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        way << QApplication::focusWidget()->objectName();
    }
    QCOMPARE(way.first(), u"chipRunning"_s);
    QCOMPARE(way.at(6), u"chipSuspended"_s);
    QCOMPARE(way.last(), u"taskList"_s);
}

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
