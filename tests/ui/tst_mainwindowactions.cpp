// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/ui/windowfixture.h"
#include "ui/dialogs/askpopover.h"
#include "ui/panels/messagestrip.h"

#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! What the window's actions ask of the engine, and what they ask first. */
class TestMainWindowActions : public WindowFixture
{
    Q_OBJECT

private Q_SLOTS:
    void restsAndGoesOn();
    void forkOffersEachFinishedStep();
    void deleteSaysWhatIsLost();
    void afterTheLastTaskTheWindowTeaches();
    void stopAsksForAReason();
    void stopIsLeftByEscape();
    void nudgeCountsDown();
};

void TestMainWindowActions::restsAndGoesOn()
{
    Task task = taskOf(1, TaskState::Running);
    m_port->put(task);
    m_window->setEngine(m_port.get());
    const auto acts = [&](ActionId id, const QString &verb) {
        QTRY_VERIFY(action(id)->isEnabled());
        action(id)->trigger();
        QTRY_VERIFY(m_port->calls.contains(u"%1 %2"_s.arg(verb, task.id.toString())));
    };
    acts(ActionId::Suspend, u"suspend"_s);
    task.state = TaskState::Suspended;
    m_port->put(task);
    acts(ActionId::Resume, u"resume"_s);
    task.state = TaskState::Failed;
    m_port->put(task);
    acts(ActionId::Retry, u"retry"_s);
}

void TestMainWindowActions::forkOffersEachFinishedStep()
{
    const Task task = taskOf(1, TaskState::Running);
    m_port->put(task);
    m_window->setEngine(m_port.get());
    QTRY_VERIFY(action(ActionId::Stop)->isEnabled());
    QVERIFY(!action(ActionId::Fork)->isEnabled());
    StepRecord extract;
    extract.name = u"extract"_s;
    extract.key = "extract#1";
    StepRecord transform = extract;
    transform.name = u"transform"_s;
    transform.key = "transform#1";
    m_port->putSteps(task.id, {extract, transform});
    QTRY_VERIFY(action(ActionId::Fork)->isEnabled());
    action(ActionId::Fork)->trigger();
    QPointer<QMenu> menu = find<QMenu>(u"forkMenu"_s);
    QVERIFY(menu && menu->isVisible());
    auto *second = menu->findChild<QAction *>(u"fork:transform"_s);
    QVERIFY(second->text().contains(u"extract from the cache"_s));
    QVERIFY(!menu->findChild<QAction *>(u"fork:extract"_s)->text().contains(u"from the cache"_s));
    second->trigger();
    menu->close();
    QTRY_VERIFY(m_port->calls.contains(u"fork %1 transform"_s.arg(task.id.toString())));
    QTRY_VERIFY(m_window->workbench()->selected() != task.id); // The new one is looked at.
    QTRY_VERIFY(m_window->workbench()->task());
    QCOMPARE(m_window->workbench()->task()->forkedFrom, task.id);
}

void TestMainWindowActions::deleteSaysWhatIsLost()
{
    Task other = taskOf(1, TaskState::Running);
    Task task = taskOf(2, TaskState::Completed);
    task.lastSeq = 12;
    m_port->put(other);
    m_port->put(task);
    m_window->setEngine(m_port.get());
    QTRY_VERIFY(action(ActionId::Delete)->isEnabled());
    action(ActionId::Delete)->trigger();
    auto *popover = find<AskPopover>(u"deletePopover"_s);
    QVERIFY(popover->isVisible());
    bool told = false;
    for (const QLabel *label : popover->findChildren<QLabel *>())
        told = told || label->text().contains(u"12 event"_s);
    QVERIFY(told);
    QTest::keyClick(popover, Qt::Key_Escape);
    QVERIFY(!popover->isVisible());
    QVERIFY(m_port->calls.filter(u"remove"_s).isEmpty());

    action(ActionId::Delete)->trigger();
    QTest::mouseClick(find<QPushButton>(u"deleteConfirm"_s), Qt::LeftButton);
    QTRY_VERIFY(m_port->calls.contains(u"remove %1"_s.arg(task.id.toString())));
    QTRY_COMPARE(m_window->workbench()->selected(), other.id);
    QCOMPARE(m_window->workbench()->tasks().rowCount(), 1);
}

void TestMainWindowActions::afterTheLastTaskTheWindowTeaches()
{
    const Task task = taskOf(1, TaskState::Cancelled);
    m_port->put(task);
    m_window->setEngine(m_port.get());
    QTRY_VERIFY(action(ActionId::Delete)->isEnabled());
    m_port->refusal = Error{ErrorCode::Conflict, u"not now"_s};
    m_window->workbench()->remove();
    QTRY_VERIFY(m_window->findChild<MessageStrip *>()->text().contains(u"not now"_s));
    QCOMPARE(m_window->workbench()->tasks().rowCount(), 1);
    m_window->workbench()->remove();
    QTRY_VERIFY(m_window->workbench()->selected().isNull());
    QTRY_VERIFY(find<QPushButton>(u"teachButton"_s)->isVisible());
    QVERIFY(!action(ActionId::Delete)->isEnabled());
}

void TestMainWindowActions::stopAsksForAReason()
{
    const Task task = taskOf(1, TaskState::Running);
    m_port->put(task);
    m_window->setEngine(m_port.get());
    QTRY_VERIFY(action(ActionId::Stop)->isEnabled());
    action(ActionId::Stop)->trigger();
    auto *reason = find<QLineEdit>(u"stopReason"_s);
    QTRY_VERIFY(reason->isVisible());
    QVERIFY(!m_port->calls.join(u' ').contains(u"stop "_s));
    QTest::keyClicks(reason, u"wrong input"_s);
    QTest::keyClick(reason, Qt::Key_Return);
    QTRY_VERIFY(m_port->calls.contains(u"stop %1 wrong input"_s.arg(task.id.toString())));
    QVERIFY(!reason->isVisible());
}

void TestMainWindowActions::stopIsLeftByEscape()
{
    m_port->put(taskOf(1, TaskState::Running));
    m_window->setEngine(m_port.get());
    QTRY_VERIFY(action(ActionId::Stop)->isEnabled());
    action(ActionId::Stop)->trigger();
    auto *reason = find<QLineEdit>(u"stopReason"_s);
    QTRY_VERIFY(reason->isVisible());
    QTest::keyClick(reason, Qt::Key_Escape);
    QTRY_VERIFY(!reason->isVisible());
    QVERIFY(!m_port->calls.join(u' ').contains(u"stop "_s));
}

void TestMainWindowActions::nudgeCountsDown()
{
    Task task = taskOf(1, TaskState::Running);
    task.owner = OwnerState::Dropped;
    task.staleIn = std::chrono::milliseconds(3200);
    m_port->put(task);
    m_window->setEngine(m_port.get());
    QTRY_COMPARE(action(ActionId::Nudge)->text(), u"Nudge in 3.2 s"_s);
    m_clock.advance(std::chrono::milliseconds(1000));
    QTRY_COMPARE(action(ActionId::Nudge)->text(), u"Nudge in 2.2 s"_s);
    QTest::keyClick(m_window.get(), Qt::Key_U, Qt::ControlModifier);
    QTRY_VERIFY(m_port->calls.contains(u"nudge "_s + task.id.toString()));
    task.stale = true;
    task.staleIn = std::chrono::milliseconds(0);
    m_port->put(task);
    QTRY_COMPARE(action(ActionId::Nudge)->text(), u"&Nudge"_s);
}

QTEST_MAIN(TestMainWindowActions)
#include "tst_mainwindowactions.moc"
