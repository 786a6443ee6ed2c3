// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/ui/fakeport.h"
#include "ui/actionrules.h"

#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! An action is enabled exactly when the engine accepts it: the table of contract §5. */
class TestActionRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theTable_data();
    void theTable();
    void nothingIsPossibleWithoutATask();
    void nothingIsPossibleBeforeTheStoreIsOpen();
    void crashIsHiddenOutsideTestMode();
    void everyRefusalSaysWhy();
    void nudgeTellsHowLongToWait();
    void curlNeedsAServer();
};

namespace {

const QList<ActionId> kAll{
    ActionId::RunAgain, ActionId::RunFresh, ActionId::Stop,   ActionId::Crash,   ActionId::Nudge,
    ActionId::Reattach, ActionId::Suspend,  ActionId::Resume, ActionId::Retry,   ActionId::Fork,
    ActionId::Delete,   ActionId::CopyKey,  ActionId::CopyId, ActionId::CopyCurl};

ActionFacts factsOf(const Task &task)
{
    return {.engineOpen = true, .testMode = true, .serving = true, .task = task};
}

Task running(OwnerState owner, bool stale = false)
{
    Task task = taskOf(1, TaskState::Running);
    task.owner = owner;
    task.stale = stale;
    return task;
}

} // namespace

void TestActionRules::theTable_data()
{
    QTest::addColumn<Task>("task");
    QTest::addColumn<bool>("stop");
    QTest::addColumn<bool>("crash");
    QTest::addColumn<bool>("suspend");
    QTest::addColumn<bool>("resume");
    QTest::addColumn<bool>("retry");
    QTest::addColumn<bool>("remove");
    Task parked = taskOf(1, TaskState::Suspended);
    parked.isParked = true;
    QTest::newRow("sleeps") << parked << true << false << false << false << false << false;
    QTest::newRow("pending") << taskOf(1, TaskState::Pending) << true << false << true << false
                             << false << false;
    QTest::newRow("running here") << running(OwnerState::ThisProcess) << true << true << true
                                  << false << false << false;
    QTest::newRow("running elsewhere")
        << running(OwnerState::OtherProcess) << true << false << true << false << false << false;
    QTest::newRow("dropped, not stale yet")
        << running(OwnerState::Dropped) << true << false << true << false << false << false;
    QTest::newRow("dropped and stale")
        << running(OwnerState::Dropped, true) << true << false << true << false << false << false;
    QTest::newRow("its process is dead")
        << running(OwnerState::Dead, true) << true << false << true << false << false << false;
    QTest::newRow("silent") << running(OwnerState::Silent, true) << true << false << true << false
                            << false << false;
    QTest::newRow("suspended") << taskOf(1, TaskState::Suspended) << true << false << false << true
                               << false << false;
    QTest::newRow("completed") << taskOf(1, TaskState::Completed) << false << false << false
                               << false << false << true;
    QTest::newRow("failed") << taskOf(1, TaskState::Failed) << false << false << false << false
                            << true << true;
    QTest::newRow("cancelled") << taskOf(1, TaskState::Cancelled) << false << false << false
                               << false << true << true;
}

void TestActionRules::theTable()
{
    QFETCH(Task, task);
    const ActionFacts facts = factsOf(task);
    QTEST(verdictOn(ActionId::Stop, facts).enabled, "stop");
    QTEST(verdictOn(ActionId::Crash, facts).enabled, "crash");
    QTEST(verdictOn(ActionId::Suspend, facts).enabled, "suspend");
    QTEST(verdictOn(ActionId::Resume, facts).enabled, "resume");
    QTEST(verdictOn(ActionId::Retry, facts).enabled, "retry");
    QTEST(verdictOn(ActionId::Delete, facts).enabled, "remove");
    QVERIFY(!verdictOn(ActionId::Fork, facts).enabled); // There is no step to fork from,
    ActionFacts withSteps = facts;
    withSteps.hasSteps = true;
    QVERIFY(verdictOn(ActionId::Fork, withSteps).enabled); // else it is possible in any state.
    for (const ActionId any : {ActionId::Nudge, ActionId::Reattach, ActionId::RunAgain,
                               ActionId::RunFresh, ActionId::CopyKey, ActionId::CopyCurl})
        QVERIFY(verdictOn(any, facts).enabled);
}

void TestActionRules::nothingIsPossibleWithoutATask()
{
    for (const ActionId id : kAll)
        QVERIFY(!verdictOn(id, {.engineOpen = true, .testMode = true}).enabled);
}

void TestActionRules::nothingIsPossibleBeforeTheStoreIsOpen()
{
    ActionFacts facts = factsOf(running(OwnerState::ThisProcess));
    facts.engineOpen = false;
    for (const ActionId id : kAll)
        QVERIFY(!verdictOn(id, facts).enabled);
}

void TestActionRules::crashIsHiddenOutsideTestMode()
{
    ActionFacts facts = factsOf(running(OwnerState::ThisProcess));
    QVERIFY(verdictOn(ActionId::Crash, facts).visible);
    facts.testMode = false;
    QVERIFY(!verdictOn(ActionId::Crash, facts).visible);
    QVERIFY(verdictOn(ActionId::Stop, facts).visible);
}

void TestActionRules::everyRefusalSaysWhy()
{
    QList<ActionFacts> all{{}, {.engineOpen = true}};
    for (const TaskState state : {TaskState::Pending, TaskState::Running, TaskState::Suspended,
                                  TaskState::Completed, TaskState::Failed, TaskState::Cancelled})
        all << factsOf(taskOf(1, state));
    for (const OwnerState owner : {OwnerState::None, OwnerState::OtherProcess, OwnerState::Silent,
                                   OwnerState::Dead, OwnerState::Dropped})
        all << factsOf(running(owner));
    for (const ActionFacts &facts : std::as_const(all)) {
        for (const ActionId id : kAll)
            QVERIFY(!verdictOn(id, facts).why.isEmpty());
    }
}

void TestActionRules::nudgeTellsHowLongToWait()
{
    ActionFacts facts = factsOf(running(OwnerState::Dropped));
    facts.staleIn = 3200ms;
    QVERIFY(verdictOn(ActionId::Nudge, facts).why.contains(u"3.2"_s));
    facts = factsOf(running(OwnerState::Dropped, true));
    QVERIFY(verdictOn(ActionId::Nudge, facts).why.contains(u"attempt 2"_s));
}

void TestActionRules::curlNeedsAServer()
{
    ActionFacts facts = factsOf(running(OwnerState::ThisProcess));
    facts.serving = false;
    QVERIFY(!verdictOn(ActionId::CopyCurl, facts).enabled);
}

QTEST_GUILESS_MAIN(TestActionRules)
#include "tst_actionrules.moc"
