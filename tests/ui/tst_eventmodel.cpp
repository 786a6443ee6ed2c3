// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/ui/fakeport.h"
#include "ui/models/eventmodel.h"
#include "ui/models/words.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! The log as a table: appended, let go and read again, searched. */
class TestEventModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rowsAreAppendedWithoutReset();
    void anEventComesOnce();
    void foreignEventsChangeNothing();
    void timeBetweenEventsIsShown();
    void theSeamStandsAboveTheAttemptThatMended();
    void whatWasRecoveredIsGold();
    void longLogKeepsFewPagesAndReadsAgain();
    void filterFindsMatchesOnly();
    void filterFindsNewEventsToo();
    void filterReadsWhatWasLetGo();
    void anotherTaskEmptiesIt();
};

namespace {

struct Fixture
{
    FakePort port;
    EventModel model{port};
    std::unique_ptr<QAbstractItemModelTester> tester;

    /*! The tester walks the rows at every change: not with sixty thousand of them. */
    explicit Fixture(bool tested = true)
    {
        if (tested)
            tester = std::make_unique<QAbstractItemModelTester>(
                &model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    }

    void show(const RunLog &log)
    {
        port.put(log);
        model.setTask(log.task.id);
        model.append(log.events);
    }
    [[nodiscard]] QString text(int row, int column) const
    {
        return model.index(row, column).data().toString();
    }
};

RunLog longLog(int ticks)
{
    return counting(ticks, {ticks});
}

} // namespace

void TestEventModel::rowsAreAppendedWithoutReset()
{
    Fixture f;
    const RunLog log = counting(5, {5});
    f.port.put(log);
    f.model.setTask(log.task.id);
    QSignalSpy resets(&f.model, &QAbstractItemModel::modelReset);
    QSignalSpy inserts(&f.model, &QAbstractItemModel::rowsInserted);
    f.model.append(log.events.first(3));
    f.model.append(log.events.sliced(3));
    QCOMPARE(inserts.count(), 2);
    QCOMPARE(resets.count(), 0);
    QCOMPARE(f.model.rowCount(), int(log.events.size()));
    QCOMPARE(f.text(0, EventModel::TypeColumn), u"created"_s);
    QCOMPARE(f.text(1, EventModel::SeqColumn), u"2"_s);
}

void TestEventModel::anEventComesOnce()
{
    Fixture f;
    const RunLog log = counting(3, {3});
    f.show(log);
    f.model.append(log.events);
    f.model.append(log.events.last(1));
    QCOMPARE(f.model.rowCount(), int(log.events.size()));
}

void TestEventModel::foreignEventsChangeNothing()
{
    Fixture f;
    f.show(counting(3, {3}));
    const int rows = f.model.rowCount();
    Event foreign;
    foreign.task = taskOf(77, TaskState::Running).id;
    foreign.seq = rows + 1;
    f.model.append({foreign});
    QCOMPARE(f.model.rowCount(), rows);
}

void TestEventModel::timeBetweenEventsIsShown()
{
    Fixture f;
    f.show(counting(3, {3}));
    QCOMPARE(f.text(0, EventModel::DeltaColumn), QString());
    const auto events = f.port.log(f.model.task());
    QCOMPARE(f.text(3, EventModel::DeltaColumn), Words::duration(events[3].at - events[2].at));
}

void TestEventModel::theSeamStandsAboveTheAttemptThatMended()
{
    Fixture f;
    f.show(mendedCounting());
    QStringList seams;
    for (int row = 0; row < f.model.rowCount(); ++row) {
        const QModelIndex index = f.model.index(row, 0);
        if (!index.data(EventModel::SeamRole).toByteArray().isEmpty())
            seams << f.text(row, EventModel::TypeColumn) + u' '
                    + index.data(EventModel::NoteRole).toString();
    }
    QCOMPARE(seams.size(), 1);
    QVERIFY2(seams.first().startsWith(u"attempt_started mended: "_s), qPrintable(seams.first()));
    QVERIFY2(seams.first().endsWith(u"goes on with tick 6"_s), qPrintable(seams.first()));
}

void TestEventModel::whatWasRecoveredIsGold()
{
    Fixture f;
    f.show(mendedPipeline());
    QStringList gold;
    for (int row = 0; row < f.model.rowCount(); ++row) {
        if (f.model.index(row, 0).data(EventModel::GoldRole).toBool())
            gold << f.text(row, EventModel::TypeColumn);
    }
    QCOMPARE(gold, (QStringList{u"recovered"_s, u"stage_done"_s}));
}

void TestEventModel::longLogKeepsFewPagesAndReadsAgain()
{
    Fixture f(false);
    const int ticks = EventModel::kPage * (EventModel::kPagesKept + 3);
    const RunLog log = longLog(ticks);
    f.port.put(log);
    f.model.setTask(log.task.id);
    for (qsizetype at = 0; at < log.events.size(); at += EventModel::kPage)
        f.model.append(log.events.mid(at, EventModel::kPage));
    QCOMPARE(f.model.rowCount(), int(log.events.size()));
    // The second page was let go (the tester looks at the first): blank now, there when it was
    // read.
    QSignalSpy changes(&f.model, &QAbstractItemModel::dataChanged);
    const int row = EventModel::kPage + 5;
    QCOMPARE(f.text(row, EventModel::TypeColumn), QString());
    QTRY_COMPARE(f.text(row, EventModel::TypeColumn), u"tick"_s);
    QCOMPARE(changes.count(), 1);
    QCOMPARE(f.port.eventReads, 1);
}

void TestEventModel::filterFindsMatchesOnly()
{
    Fixture f;
    f.show(mendedCounting());
    f.model.setFilter(u"ATTEMPT"_s);
    QTRY_COMPARE(f.model.rowCount(), 2);
    QCOMPARE(f.text(1, EventModel::TypeColumn), u"attempt_started"_s);
    QCOMPARE(f.model.rowOf(2), 0);
    QCOMPARE(f.model.rowOf(3), -1);
    f.model.setFilter({});
    QCOMPARE(f.model.rowCount(), int(mendedCounting().events.size()));
}

void TestEventModel::filterFindsNewEventsToo()
{
    Fixture f;
    const RunLog log = mendedCounting();
    f.port.put(log);
    f.model.setTask(log.task.id);
    f.model.append(log.events.first(4));
    f.model.setFilter(u"recovered"_s);
    QCOMPARE(f.model.rowCount(), 0);
    f.model.append(log.events.sliced(4));
    QTRY_COMPARE(f.model.rowCount(), 1);
}

void TestEventModel::filterReadsWhatWasLetGo()
{
    Fixture f(false);
    const int ticks = EventModel::kPage * (EventModel::kPagesKept + 2);
    const RunLog log = longLog(ticks);
    f.port.put(log);
    f.model.setTask(log.task.id);
    for (qsizetype at = 0; at < log.events.size(); at += EventModel::kPage)
        f.model.append(log.events.mid(at, EventModel::kPage));
    f.model.setFilter(u"\"i\":7,"_s); // One tick, in the first page.
    QTRY_COMPARE(f.model.rowCount(), 1);
    QVERIFY(f.port.eventReads > 0);
}

void TestEventModel::anotherTaskEmptiesIt()
{
    Fixture f;
    f.show(mendedCounting());
    f.model.setTask(taskOf(3, TaskState::Running).id);
    QCOMPARE(f.model.rowCount(), 0);
}

QTEST_MAIN(TestEventModel)
#include "tst_eventmodel.moc"
