// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/sse/frame.h"
#include "tests/ui/fakeserver.h"
#include "tests/ui/windowfixture.h"
#include "ui/delegates/wiredelegate.h"
#include "ui/panels/flattable.h"
#include "ui/panels/logpanel.h"
#include "ui/panels/wirepanel.h"
#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QTabBar>
#include <QTest>
#include <QTreeView>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! The Wire tab in the window. */
class TestWirePanel : public WindowFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void streamStandsAsItIsSent();
    void withoutServerTheFramesAreThere();
    void rowsAreAsHighAsTheyHaveLines();
    void eventAndFrameAreOneSelection();
    void hiddenByAFilterIsStillChosen();
    void followsTheTail();
    void silenceBringsComments();
    void endedTaskEndsTheStream();
    void framesAreCopiedAsTheyAreSent();
    void framesThatWereLetGoAreCopiedToo();
    void tooManyFramesAreNotCopied();
    void linksAreCopied();
    void otherTaskOtherStream();
    void keysTurnTheTabs();
    void filterIsFoundInEveryTab();

private:
    [[nodiscard]] FlatTable *table() const { return find<FlatTable>(u"wireTable"_s); }
    [[nodiscard]] WireModel &wire() const { return m_window->workbench()->wire(); }
    [[nodiscard]] LogPanel *panel() const { return find<LogPanel>(u"logPanel"_s); }
    void show(const RunLog &log)
    {
        m_port->put(log);
        show(log.task.id);
    }
    void show(const TaskId &id)
    {
        m_window->setEngine(m_port.get());
        m_window->setServer({.url = QUrl(u"http://127.0.0.1:7420"_s)});
        m_window->setServerPort(&m_server);
        panel()->setTab(LogPanel::WireTab);
        m_window->workbench()->select(id);
        QTRY_VERIFY(m_window->workbench()->follower().isCaughtUp()
                    && m_window->workbench()->task());
    }
    void choose(int row)
    {
        table()->setFocus();
        table()->selectRow(row);
    }
    void click(const QString &name)
    {
        QTest::mouseClick(find<QAbstractButton>(name), Qt::LeftButton);
    }
    [[nodiscard]] static QString clipboard() { return QGuiApplication::clipboard()->text(); }
    [[nodiscard]] int chosenRow(const QString &name) const
    {
        const QModelIndexList rows = find<FlatTable>(name)->selectionModel()->selectedRows();
        return rows.size() == 1 ? rows.first().row() : -1;
    }

    FakeServer m_server;
};

void TestWirePanel::init()
{
    WindowFixture::init();
    DefinitionInfo count = countDefinition();
    count.events = {{"tick", {}}};
    m_port->infos = {count};
    m_server.quiet = 15s;
    QGuiApplication::clipboard()->clear();
}

void TestWirePanel::streamStandsAsItIsSent()
{
    const RunLog log = mendedCounting();
    show(log);
    QCOMPARE(wire().bytesOf(0), m_server.beginningOf(log.task));
    QCOMPARE(wire().bytesOf(1), encodeFrame(log.events.first()));
    QCOMPARE(wire().rowCount(), log.events.size() + 1);
    QCOMPARE(find<QLabel>(u"wireAddress"_s)->accessibleName(),
             u"GET http://127.0.0.1:7420/api/durable-example/reattach/"_s + log.task.id.toString());
}

void TestWirePanel::withoutServerTheFramesAreThere()
{
    const RunLog log = mendedCounting();
    show(log);
    m_window->setServerPort(nullptr);
    m_window->setServer({});
    QCOMPARE(wire().rowCount(), log.events.size());
    for (const QString &name :
         {u"copyWireUrl"_s, u"copyWireCurl"_s, u"copyWireEventSource"_s, u"openWireInBrowser"_s}) {
        const auto *button = find<QAbstractButton>(name);
        QVERIFY(!button->isEnabled());
        QCOMPARE(button->toolTip(), u"Nothing is served now"_s);
    }
    QVERIFY(!find<QLabel>(u"wireAddress"_s)->accessibleName().startsWith(u"GET"_s));
}

void TestWirePanel::rowsAreAsHighAsTheyHaveLines()
{
    const RunLog log = completedPipeline();
    show(log);
    const int last = wire().rowCount() - 1;
    QCOMPARE(wire().kindOf(last), WireModel::Kind::End);
    for (const double scale : {1.0, 1.5}) {
        m_theming->setScale(scale);
        const int line = m_theming->px(WireDelegate::kLineHeight);
        QCOMPARE(table()->rowHeight(0), m_theming->px(16 * 7)); // Of the fake server's head.
        QCOMPARE(table()->rowHeight(1), line * 4);
        QCOMPARE(table()->rowHeight(last - 1), line * 4);
        QCOMPARE(table()->rowHeight(last), line * 2);
    }
    // The row of the last comment becomes one of a frame.
    m_theming->setScale(1.0);
    m_port->append(log.task.id, "resumed", "{}", 2);
    QTRY_COMPARE(m_window->workbench()->events().lastSeq(), log.events.size() + 1);
    QCOMPARE(table()->rowHeight(wire().rowOf(log.events.size() + 1)), 64);
}

void TestWirePanel::eventAndFrameAreOneSelection()
{
    show(mendedCounting());
    const auto *tree = find<QTreeView>(u"jsonTree"_s);
    choose(wire().rowOf(9));
    QTRY_COMPARE(tree->model()->index(0, 0).data().toString(), u"seq: 9"_s);
    QCOMPARE(chosenRow(u"eventTable"_s), 8);
    panel()->setTab(LogPanel::EventsTab);
    QCOMPARE(chosenRow(u"eventTable"_s), 8);
    panel()->showSeq(4);
    QCOMPARE(chosenRow(u"wireTable"_s), wire().rowOf(4));
    panel()->setTab(LogPanel::WireTab);
    QCOMPARE(chosenRow(u"wireTable"_s), wire().rowOf(4));
    choose(0); // What is no event.
    QCOMPARE(chosenRow(u"eventTable"_s), -1);
}

void TestWirePanel::hiddenByAFilterIsStillChosen()
{
    show(mendedCounting());
    panel()->showSeq(4);
    auto *filter = find<QLineEdit>(u"wireFilter"_s);
    filter->setText(u"recovered"_s);
    QTRY_VERIFY(wire().rowCount() > 0 && wire().rowOf(4) < 0);
    panel()->setTab(LogPanel::WireTab);
    QCOMPARE(chosenRow(u"wireTable"_s), -1);
    panel()->setTab(LogPanel::EventsTab);
    QCOMPARE(chosenRow(u"eventTable"_s), 3);
}

void TestWirePanel::followsTheTail()
{
    const RunLog log = mendedCounting();
    show(log);
    const QScrollBar *bar = table()->verticalScrollBar();
    QTRY_COMPARE(bar->value(), bar->maximum());
    m_port->append(log.task.id, "tick", R"({"i":8,"n":10})", 2);
    QTRY_COMPARE(wire().lastSeq(), log.events.size() + 1);
    QTRY_COMPARE(bar->value(), bar->maximum());
    table()->verticalScrollBar()->triggerAction(QScrollBar::SliderSingleStepSub);
    QVERIFY(!find<QAbstractButton>(u"followTail"_s)->isChecked());
    const int at = bar->value();
    m_port->append(log.task.id, "tick", R"({"i":9,"n":10})", 2);
    QTRY_COMPARE(wire().lastSeq(), log.events.size() + 2);
    QCOMPARE(bar->value(), at);
    click(u"followTail"_s);
    QTRY_COMPARE(bar->value(), bar->maximum());
}

void TestWirePanel::silenceBringsComments()
{
    const RunLog log = mendedCounting();
    show(log);
    const int rows = wire().rowCount();
    auto *timer =
        find<WirePanel>(u"wirePanel"_s)->findChild<QTimer *>(QString(), Qt::FindDirectChildrenOnly);
    QVERIFY(timer->isActive());
    m_clock.advance(31s);
    timer->setInterval(1);
    QTRY_COMPARE(wire().rowCount(), rows + 1);
    QCOMPARE(wire().bytesOf(rows), keepAliveComment().repeated(2));
    m_port->append(log.task.id, "tick", R"({"i":8,"n":10})", 2);
    QTRY_COMPARE(wire().lastSeq(), log.events.size() + 1);
    QCOMPARE(wire().kindOf(rows), WireModel::Kind::Frame);
    QCOMPARE(wire().rowCount(), rows + 1);
    panel()->setTab(LogPanel::EventsTab);
    QVERIFY(!timer->isActive());
}

void TestWirePanel::endedTaskEndsTheStream()
{
    show(completedPipeline());
    QTRY_COMPARE(wire().kindOf(wire().rowCount() - 1), WireModel::Kind::End);
    m_clock.advance(1h);
    find<WirePanel>(u"wirePanel"_s)->hide();
    find<WirePanel>(u"wirePanel"_s)->show();
    QCOMPARE(wire().kindOf(wire().rowCount() - 1), WireModel::Kind::End);
}

void TestWirePanel::framesAreCopiedAsTheyAreSent()
{
    const RunLog log = mendedCounting();
    show(log);
    QVERIFY(!find<QAbstractButton>(u"copyFrames"_s)->isEnabled());
    choose(wire().rowOf(3));
    QTest::keyClick(table(), Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(clipboard(), QString::fromUtf8(encodeFrame(log.events[2])));
    QTest::keyClick(table(), Qt::Key_Down, Qt::ShiftModifier);
    click(u"copyFrames"_s);
    QCOMPARE(clipboard(),
             QString::fromUtf8(encodeFrame(log.events[2]) + encodeFrame(log.events[3])));
}

void TestWirePanel::framesThatWereLetGoAreCopiedToo()
{
    const Task task = taskOf(1, TaskState::Running);
    m_port->put(task);
    for (int i = 0; i < (EventModel::kPagesKept + 2) * EventModel::kPage; ++i)
        m_port->append(task.id, "tick", "{}");
    show(task.id);
    QTRY_COMPARE(wire().lastSeq(), m_port->log(task.id).size());
    const int row = wire().rowOf(EventModel::kPage / 2);
    QVERIFY(wire().bytesOf(row).isNull());
    choose(row);
    QTest::keyClick(table(), Qt::Key_C, Qt::ControlModifier);
    QTRY_COMPARE(clipboard(),
                 QString::fromUtf8(encodeFrame(m_port->log(task.id)[EventModel::kPage / 2 - 1])));
}

void TestWirePanel::tooManyFramesAreNotCopied()
{
    const Task task = taskOf(1, TaskState::Running);
    m_port->put(task);
    for (int i = 0; i < WirePanel::kFramesCopied + 10; ++i)
        m_port->append(task.id, "tick", "{}");
    show(task.id);
    QTRY_COMPARE(wire().lastSeq(), m_port->log(task.id).size());
    table()->selectAll();
    const auto *copy = find<QAbstractButton>(u"copyFrames"_s);
    QVERIFY(!copy->isEnabled());
    QVERIFY2(copy->toolTip().contains(u"1,000"_s), qPrintable(copy->toolTip()));
    QTest::keyClick(table(), Qt::Key_C, Qt::ControlModifier);
    QVERIFY(clipboard().isEmpty());
}

void TestWirePanel::linksAreCopied()
{
    const RunLog log = mendedCounting();
    show(log);
    const QString url =
        u"http://127.0.0.1:7420/api/durable-example/reattach/"_s + log.task.id.toString();
    click(u"copyWireUrl"_s);
    QCOMPARE(clipboard(), url);
    click(u"copyWireCurl"_s);
    QCOMPARE(clipboard(), u"curl -N "_s + url);
    click(u"copyWireEventSource"_s);
    QVERIFY2(clipboard().contains(u"new EventSource('"_s + url + u"')"_s), qPrintable(clipboard()));
    // A named event reaches only who listens to its name.
    for (const QString &type : {u"'created'"_s, u"'tick'"_s, u"'completed'"_s})
        QVERIFY2(clipboard().contains(type), qPrintable(clipboard()));
}

void TestWirePanel::otherTaskOtherStream()
{
    const RunLog first = mendedCounting();
    show(first);
    const RunLog second = completedPipeline();
    m_port->put(second);
    m_window->workbench()->select(second.task.id);
    QTRY_COMPARE(wire().lastSeq(), second.events.size());
    QTRY_COMPARE(wire().bytesOf(0), m_server.beginningOf(second.task));
    QCOMPARE(wire().bytesOf(1), encodeFrame(second.events.first()));
    QVERIFY(find<QLabel>(u"wireAddress"_s)->accessibleName().endsWith(second.task.id.toString()));
}

void TestWirePanel::keysTurnTheTabs()
{
    show(mendedCounting());
    const auto *tabs = find<QTabBar>(u"logTabs"_s);
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    for (int tab = tabs->count() - 1; tab >= 0; --tab) {
        QTest::keyClick(m_window.get(), Qt::Key(Qt::Key_1 + tab), Qt::AltModifier);
        QCOMPARE(tabs->currentIndex(), tab);
        QVERIFY(tabs->tabToolTip(tab).contains(u"Alt+%1"_s.arg(tab + 1)));
    }
}

void TestWirePanel::filterIsFoundInEveryTab()
{
    show(mendedCounting());
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    for (const auto &[tab, filter] : {std::pair(LogPanel::WireTab, u"wireFilter"_s),
                                      std::pair(LogPanel::ClientsTab, u"eventFilter"_s),
                                      std::pair(LogPanel::EventsTab, u"eventFilter"_s)}) {
        panel()->setTab(tab);
        QTest::keyClick(m_window.get(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(find<QLineEdit>(filter)->hasFocus());
    }
}

QTEST_MAIN(TestWirePanel)
#include "tst_wirepanel.moc"
