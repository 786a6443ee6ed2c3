// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/ui/fakeport.h"
#include "ui/models/taskmodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! The list: pages, growth without resets, changes in place, filters. */
class TestTaskModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void newestStandsFirst();
    void pagesComeWhenTheyAreAskedFor();
    void newTaskIsInsertedAtTheTop();
    void changedTaskChangesItsRowAlone();
    void manyChangesAreReadOnceAFrame();
    void unloadedTaskWaitsForItsPage();
    void stateFilterAsksTheStore();
    void changedTaskLeavesAFilterItNoLongerFits();
    void pinnedTaskStays();
    void answersToAnOldFilterAreDropped();
    void vanishedTaskIsRemoved();
    void countsFollow();
    void storeErrorIsTold();
    void turningStaleIsNoticedWithoutACommit();
    void filterAccepts_data();
    void filterAccepts();
};

namespace {

struct Fixture
{
    FakePort port;
    std::unique_ptr<TaskModel> model;
    std::unique_ptr<QAbstractItemModelTester> tester;

    /*! The tester asks for every page at once, so tests of pages do without it. */
    void openUntested() { model = std::make_unique<TaskModel>(port); }
    void open()
    {
        openUntested();
        tester = std::make_unique<QAbstractItemModelTester>(
            model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    }
    [[nodiscard]] TaskId idAt(int row) const { return model->taskAt(row)->id; }
};

} // namespace

void TestTaskModel::newestStandsFirst()
{
    Fixture f;
    f.port.fill(3);
    f.open();
    QTRY_COMPARE(f.model->rowCount(), 3);
    QCOMPARE(f.idAt(0), taskOf(3, TaskState::Completed).id);
    QCOMPARE(f.idAt(2), taskOf(1, TaskState::Completed).id);
    QVERIFY(!f.model->canFetchMore({}));
}

void TestTaskModel::pagesComeWhenTheyAreAskedFor()
{
    Fixture f;
    f.port.fill(TaskModel::kPage * 2 + 5);
    f.openUntested();
    QTRY_COMPARE(f.model->rowCount(), TaskModel::kPage);
    QSignalSpy resets(f.model.get(), &QAbstractItemModel::modelReset);
    QVERIFY(f.model->canFetchMore({}));
    f.model->fetchMore({});
    QTRY_COMPARE(f.model->rowCount(), TaskModel::kPage * 2);
    f.model->fetchMore({});
    QTRY_COMPARE(f.model->rowCount(), TaskModel::kPage * 2 + 5);
    QVERIFY(!f.model->canFetchMore({}));
    QCOMPARE(resets.count(), 0);
}

void TestTaskModel::newTaskIsInsertedAtTheTop()
{
    Fixture f;
    f.port.fill(2);
    f.open();
    QTRY_COMPARE(f.model->rowCount(), 2);
    QSignalSpy resets(f.model.get(), &QAbstractItemModel::modelReset);
    QSignalSpy inserts(f.model.get(), &QAbstractItemModel::rowsInserted);
    f.port.put(taskOf(9, TaskState::Running));
    QTRY_COMPARE(f.model->rowCount(), 3);
    QCOMPARE(f.idAt(0), taskOf(9, TaskState::Running).id);
    QCOMPARE(inserts.count(), 1);
    QCOMPARE(inserts.first().at(1).toInt(), 0);
    QCOMPARE(resets.count(), 0);
}

void TestTaskModel::changedTaskChangesItsRowAlone()
{
    Fixture f;
    f.port.fill(3);
    Task task = taskOf(2, TaskState::Running);
    f.port.put(task);
    f.open();
    QTRY_COMPARE(f.model->rowCount(), 3);
    QSignalSpy changes(f.model.get(), &QAbstractItemModel::dataChanged);
    task.state = TaskState::Completed;
    f.port.put(task);
    QTRY_COMPARE(changes.count(), 1);
    QCOMPARE(changes.first().at(0).toModelIndex().row(), 1);
    QCOMPARE(f.model->taskAt(1)->state, TaskState::Completed);
}

void TestTaskModel::manyChangesAreReadOnceAFrame()
{
    Fixture f;
    Task task = taskOf(1, TaskState::Running);
    f.port.put(task);
    f.open();
    QTRY_COMPARE(f.model->rowCount(), 1);
    QSignalSpy changes(f.model.get(), &QAbstractItemModel::dataChanged);
    for (int i = 1; i <= 50; ++i) {
        task.lastSeq = i;
        f.port.put(task);
    }
    QTRY_COMPARE(f.model->taskAt(0)->lastSeq, 50);
    QCOMPARE(changes.count(), 1);
}

void TestTaskModel::unloadedTaskWaitsForItsPage()
{
    Fixture f;
    f.port.fill(TaskModel::kPage + 10);
    f.openUntested();
    QTRY_COMPARE(f.model->rowCount(), TaskModel::kPage);
    Task old = taskOf(3, TaskState::Running);
    f.port.put(old);
    Task shown = taskOf(TaskModel::kPage, TaskState::Failed);
    f.port.put(shown);
    QTRY_COMPARE(f.model->taskAt(f.model->rowOf(shown.id))->state, TaskState::Failed);
    QCOMPARE(f.model->rowCount(), TaskModel::kPage);
    f.model->fetchMore({});
    QTRY_COMPARE(f.model->rowCount(), TaskModel::kPage + 10);
    QCOMPARE(f.model->taskAt(f.model->rowOf(old.id))->state, TaskState::Running);
}

void TestTaskModel::stateFilterAsksTheStore()
{
    Fixture f;
    f.port.fill(3);
    f.port.put(taskOf(7, TaskState::Failed));
    f.open();
    QTRY_COMPARE(f.model->rowCount(), 4);
    f.model->setFilter({.text = {}, .state = TaskState::Failed});
    QTRY_COMPARE(f.model->rowCount(), 1);
    QCOMPARE(f.model->taskAt(0)->state, TaskState::Failed);
    f.model->setFilter({});
    QTRY_COMPARE(f.model->rowCount(), 4);
}

void TestTaskModel::changedTaskLeavesAFilterItNoLongerFits()
{
    Fixture f;
    Task task = taskOf(1, TaskState::Running);
    f.port.put(task);
    f.open();
    f.model->setFilter({.text = {}, .state = TaskState::Running});
    QTRY_COMPARE(f.model->rowCount(), 1);
    task.state = TaskState::Completed;
    f.port.put(task);
    QTRY_COMPARE(f.model->rowCount(), 0);
    task.state = TaskState::Running;
    f.port.put(task);
    QTRY_COMPARE(f.model->rowCount(), 1);
}

void TestTaskModel::pinnedTaskStays()
{
    Fixture f;
    Task task = taskOf(1, TaskState::Running);
    f.port.put(task);
    f.open();
    f.model->setFilter({.text = {}, .state = TaskState::Running});
    QTRY_COMPARE(f.model->rowCount(), 1);
    f.model->setPinned(task.id);
    task.state = TaskState::Completed;
    f.port.put(task);
    QTRY_COMPARE(f.model->taskAt(0)->state, TaskState::Completed);
    QCOMPARE(f.model->rowCount(), 1);
}

void TestTaskModel::answersToAnOldFilterAreDropped()
{
    Fixture f;
    f.port.fill(3);
    f.port.hold = true;
    f.open();
    f.model->setFilter({.text = u"nothing has this"_s});
    f.port.release();
    QTRY_VERIFY(!f.model->isLoading());
    QCOMPARE(f.model->rowCount(), 0);
}

void TestTaskModel::vanishedTaskIsRemoved()
{
    Fixture f;
    f.port.fill(2);
    f.open();
    QTRY_COMPARE(f.model->rowCount(), 2);
    f.model->adopt(taskOf(99, TaskState::Completed)); // The store never had it.
    QCOMPARE(f.model->rowCount(), 3);
    f.model->readAgain(taskOf(99, TaskState::Completed).id);
    QTRY_COMPARE(f.model->rowCount(), 2);
}

void TestTaskModel::countsFollow()
{
    Fixture f;
    f.port.fill(2);
    f.open();
    QTRY_COMPARE(f.model->counts().completed, 2);
    Task task = taskOf(5, TaskState::Running);
    task.stale = true;
    f.port.put(task);
    QTRY_COMPARE(f.model->counts().stale, 1);
    QCOMPARE(f.model->counts().running, 0);
}

void TestTaskModel::storeErrorIsTold()
{
    Fixture f;
    f.port.refusal = Error{ErrorCode::StoreUnavailable, u"disk I/O error"_s};
    f.model = std::make_unique<TaskModel>(f.port);
    QSignalSpy errors(f.model.get(), &TaskModel::failed);
    QVERIFY(errors.wait());
    QCOMPARE(f.model->rowCount(), 0);
    QVERIFY(!f.model->canFetchMore({})); // Not again at once, without end.
}

void TestTaskModel::turningStaleIsNoticedWithoutACommit()
{
    Fixture f;
    Task task = taskOf(1, TaskState::Running);
    task.owner = OwnerState::Dropped;
    f.port.put(task);
    f.open();
    QTRY_COMPARE(f.model->rowCount(), 1);
    QTest::qWait(0); // The wake of put() is through.
    const TaskId id = task.id;
    const_cast<Task &>(f.port.at(id)).stale = true; // Time passed, nothing was committed.
    QTRY_VERIFY_WITH_TIMEOUT(f.model->taskAt(0)->stale, 5000);
}

void TestTaskModel::filterAccepts_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("accepted");
    QTest::newRow("nothing asked") << QString() << true;
    QTest::newRow("part of the name") << u"COUNT"_s << true;
    QTest::newRow("part of the input") << u"sleepms"_s << true;
    QTest::newRow("part of the key") << u"ffff1"_s << true;
    QTest::newRow("in none of them") << u"pipeline"_s << false;
}

void TestTaskModel::filterAccepts()
{
    QFETCH(QString, text);
    QFETCH(bool, accepted);
    QCOMPARE((TaskListFilter{.text = text}.accepts(taskOf(1, TaskState::Running))), accepted);
}

QTEST_MAIN(TestTaskModel)
#include "tst_taskmodel.moc"
