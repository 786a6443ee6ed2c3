// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/ui/fakeport.h"
#include "ui/workbench.h"

#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! One task followed from start to live, and what the actions do to it. */
class TestWorkbench : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void logComesOnceAndInOrder_data();
    void logComesOnceAndInOrder();
    void liveEventsFollow();
    void leavingATaskEndsItsSubscription();
    void firstLookHasNothingToReplay();
    void reattachReplaysWhatCameWhileAway();
    void seenSurvivesARestart();
    void eventsSeenLiveAreNotReplayed();
    void startedTaskIsSelected();
    void runAgainSendsTheSameInput();
    void refusalIsSaidInWords();
    void onlyTheLatestTasksAreRemembered();
};

namespace {

struct Fixture
{
    QTemporaryDir folder;
    FakePort port;
    StillClock clock{*fromIso8601("2026-11-23T09:10:00.000Z")};
    std::unique_ptr<QSettings> settings;
    std::unique_ptr<Workbench> bench;

    void open()
    {
        bench.reset();
        settings =
            std::make_unique<QSettings>(folder.filePath(u"window.conf"_s), QSettings::IniFormat);
        bench = std::make_unique<Workbench>(port, clock, *settings);
    }
    void look(const TaskId &id)
    {
        QSignalSpy caughtUp(bench.get(), &Workbench::caughtUp);
        bench->select(id);
        QVERIFY(caughtUp.wait());
    }
};

} // namespace

void TestWorkbench::logComesOnceAndInOrder_data()
{
    QTest::addColumn<bool>("memory");
    QTest::newRow("from memory") << true;
    QTest::newRow("from the store") << false;
}

void TestWorkbench::logComesOnceAndInOrder()
{
    QFETCH(bool, memory);
    Fixture f;
    const RunLog log = counting(2500, {2500}); // Three pages.
    f.port.put(log);
    f.port.remembersTail = memory;
    f.open();
    QList<Seq> seqs;
    connect(f.bench.get(), &Workbench::eventsAppended, this, [&seqs](const QList<Event> &events) {
        for (const Event &event : events)
            seqs << event.seq;
    });
    f.look(log.task.id);
    QCOMPARE(seqs.size(), log.events.size());
    for (qsizetype i = 0; i < seqs.size(); ++i)
        QCOMPARE(seqs[i], i + 1);
    QCOMPARE(f.bench->events().rowCount(), int(log.events.size()));
}

void TestWorkbench::liveEventsFollow()
{
    Fixture f;
    f.port.put(taskOf(1, TaskState::Running));
    const TaskId id = taskOf(1, TaskState::Running).id;
    f.open();
    f.look(id);
    for (int i = 0; i < 5; ++i)
        f.port.append(id, "tick", "{}");
    QTRY_COMPARE(f.bench->events().rowCount(), 5);
    Task done = f.port.at(id);
    done.state = TaskState::Completed;
    f.port.put(done);
    QTRY_COMPARE(f.bench->task()->state, TaskState::Completed);
}

void TestWorkbench::leavingATaskEndsItsSubscription()
{
    Fixture f;
    f.port.put(taskOf(1, TaskState::Running));
    f.port.put(taskOf(2, TaskState::Running));
    f.open();
    f.look(taskOf(1, TaskState::Running).id);
    QCOMPARE(f.port.subscribers(), 2); // The list and the task.
    f.look(taskOf(2, TaskState::Running).id);
    QCOMPARE(f.port.subscribers(), 2);
    f.bench.reset();
    QCOMPARE(f.port.subscribers(), 0);
}

void TestWorkbench::firstLookHasNothingToReplay()
{
    Fixture f;
    const RunLog log = mendedCounting();
    f.port.put(log);
    f.open();
    f.look(log.task.id);
    QSignalSpy reattached(f.bench.get(), &Workbench::reattached);
    f.bench->reattach();
    QTRY_COMPARE(reattached.count(), 1);
    QCOMPARE(reattached.first().at(0).toLongLong(), log.events.last().seq);
    QCOMPARE(reattached.first().at(1).toInt(), 0);
}

void TestWorkbench::reattachReplaysWhatCameWhileAway()
{
    Fixture f;
    f.port.put(taskOf(1, TaskState::Running));
    f.port.put(taskOf(2, TaskState::Running));
    const TaskId first = taskOf(1, TaskState::Running).id;
    f.port.append(first, "created", "{}", 0);
    f.open();
    f.look(first);
    f.look(taskOf(2, TaskState::Running).id);
    for (int i = 0; i < 4; ++i)
        f.port.append(first, "tick", "{}");
    f.look(first);
    QCOMPARE(f.bench->events().rowCount(), 5);
    QSignalSpy reattached(f.bench.get(), &Workbench::reattached);
    f.bench->reattach();
    QTRY_COMPARE(reattached.count(), 1);
    QCOMPARE(reattached.first().at(0).toLongLong(), 1);
    QCOMPARE(reattached.first().at(1).toInt(), 4);
    QCOMPARE(f.bench->events().rowCount(), 5); // Each event stands there once.
    f.bench->reattach();
    QTRY_COMPARE(reattached.count(), 2);
    QCOMPARE(reattached.last().at(1).toInt(), 0);
}

void TestWorkbench::seenSurvivesARestart()
{
    Fixture f;
    f.port.put(taskOf(1, TaskState::Running));
    const TaskId id = taskOf(1, TaskState::Running).id;
    f.port.append(id, "created", "{}", 0);
    f.port.append(id, "tick", "{}");
    f.open();
    f.look(id);
    f.bench.reset();
    f.port.append(id, "tick", "{}");
    f.port.append(id, "tick", "{}");
    f.open();
    f.look(id);
    QSignalSpy reattached(f.bench.get(), &Workbench::reattached);
    f.bench->reattach();
    QTRY_COMPARE(reattached.count(), 1);
    QCOMPARE(reattached.first().at(0).toLongLong(), 2);
    QCOMPARE(reattached.first().at(1).toInt(), 2);
}

void TestWorkbench::eventsSeenLiveAreNotReplayed()
{
    Fixture f;
    f.port.put(taskOf(1, TaskState::Running));
    const TaskId id = taskOf(1, TaskState::Running).id;
    f.port.append(id, "created", "{}", 0);
    f.open();
    f.look(id);
    f.port.append(id, "tick", "{}");
    f.port.append(id, "tick", "{}");
    QTRY_COMPARE(f.bench->events().rowCount(), 3);
    QSignalSpy reattached(f.bench.get(), &Workbench::reattached);
    f.bench->reattach();
    QTRY_COMPARE(reattached.count(), 1);
    QCOMPARE(reattached.first().at(0).toLongLong(), 3);
    QCOMPARE(reattached.first().at(1).toInt(), 0);
}

void TestWorkbench::startedTaskIsSelected()
{
    Fixture f;
    f.open();
    f.bench->submit({.name = "count-to-n", .input = {{u"n"_s, 3}}});
    QTRY_VERIFY(f.bench->task());
    QCOMPARE(f.bench->task()->name, "count-to-n"_ba);
    QTRY_COMPARE(f.bench->tasks().rowOf(f.bench->selected()), 0);
}

void TestWorkbench::runAgainSendsTheSameInput()
{
    Fixture f;
    Task task = taskOf(1, TaskState::Completed);
    task.input = R"({"n":4,"runId":"x","sleepMs":5})";
    f.port.put(task);
    f.open();
    f.look(task.id);
    f.bench->runAgain(false);
    f.bench->runAgain(true);
    QVERIFY(f.port.calls.contains(uR"(submit count-to-n {"n":4,"runId":"x","sleepMs":5})"_s));
    QVERIFY(f.port.calls.contains(uR"(submit count-to-n {"n":4,"sleepMs":5} fresh)"_s));
}

void TestWorkbench::refusalIsSaidInWords()
{
    Fixture f;
    f.port.put(taskOf(1, TaskState::Running));
    f.open();
    f.look(taskOf(1, TaskState::Running).id);
    QSignalSpy said(f.bench.get(), &Workbench::message);
    f.port.refusal = Error{ErrorCode::Conflict, u"the task is not driven by this process"_s};
    f.bench->crash();
    QVERIFY(said.wait());
    QCOMPARE(said.first().at(1).toString(), u"the task is not driven by this process"_s);
}

void TestWorkbench::onlyTheLatestTasksAreRemembered()
{
    QTemporaryDir folder;
    QSettings settings(folder.filePath(u"window.conf"_s), QSettings::IniFormat);
    SeenSeqs seen(settings);
    for (int i = 1; i <= SeenSeqs::kKept + 20; ++i)
        seen.setSeen(taskOf(i, TaskState::Running).id, i);
    QVERIFY(!seen.seen(taskOf(20, TaskState::Running).id));
    QCOMPARE(seen.seen(taskOf(21, TaskState::Running).id), 21);
    QCOMPARE(seen.seen(taskOf(SeenSeqs::kKept + 20, TaskState::Running).id), SeenSeqs::kKept + 20);
}

QTEST_MAIN(TestWorkbench)
#include "tst_workbench.moc"
