// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/sse/frame.h"
#include "tests/ui/fakeport.h"
#include "ui/models/wiremodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! A task's stream as rows: the beginning, a frame each, and what follows the last. */
class TestWireModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void framesAreTheServers();
    void beginningComesAndGoes();
    void commentsFollowUntilTheNextFrame();
    void endFollowsTheLastFrame();
    void filterLooksIntoTheFrames();
    void longLogIsCountedAndNotKept();
    void anotherTaskEmptiesIt();
};

namespace {

const QByteArray kBeginning =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nretry: 1000\n\n"_ba;

struct Fixture
{
    FakePort port;
    WireModel model{port};
    std::unique_ptr<QAbstractItemModelTester> tester;

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
    [[nodiscard]] QByteArray bytes(int row) const
    {
        return model.index(row, 0).data(WireModel::BytesRole).toByteArray();
    }
};

} // namespace

void TestWireModel::framesAreTheServers()
{
    Fixture it;
    const RunLog log = mendedCounting();
    it.show(log);
    QCOMPARE(it.model.rowCount(), log.events.size());
    it.model.setBeginning(kBeginning);
    QCOMPARE(it.model.rowCount(), log.events.size() + 1);
    QByteArray all;
    for (int row = 0; row < it.model.rowCount(); ++row)
        all += it.bytes(row);
    QByteArray sent = kBeginning;
    for (const Event &event : log.events)
        sent += encodeFrame(event);
    QCOMPARE(all, sent);
    QCOMPARE(it.bytes(3).split('\n').size(), 5); // Four lines, the last of them blank.
    for (const Event &event : log.events) {
        const int row = it.model.rowOf(event.seq);
        QCOMPARE(it.model.eventAt(row), std::optional(event));
        QCOMPARE(it.model.index(row, 0).data(WireModel::GoldRole).toBool(),
                 event.type == "recovered");
    }
    QVERIFY(!it.model.eventAt(0));
}

void TestWireModel::beginningComesAndGoes()
{
    Fixture it;
    it.show(mendedCounting());
    const int frames = it.model.rowCount();
    QSignalSpy reset(&it.model, &WireModel::modelReset);
    it.model.setBeginning(kBeginning);
    QCOMPARE(it.model.kindOf(0), WireModel::Kind::Beginning);
    QCOMPARE(it.model.rowOf(1), 1);
    it.model.setBeginning({});
    QCOMPARE(it.model.rowCount(), frames);
    QCOMPARE(it.model.kindOf(0), WireModel::Kind::Frame);
    QCOMPARE(reset.count(), 0);
}

void TestWireModel::commentsFollowUntilTheNextFrame()
{
    Fixture it;
    const Task task = taskOf(1, TaskState::Running);
    it.port.put(task);
    it.model.setTask(task.id);
    it.model.setComments(1); // A stream without a frame is not there yet.
    QCOMPARE(it.model.rowCount(), 0);
    it.port.append(task.id, "created", "{}");
    it.model.append(it.port.log(task.id));
    it.model.setComments(0);
    QCOMPARE(it.model.rowCount(), 1);
    it.model.setComments(2);
    QCOMPARE(it.model.rowCount(), 2);
    QCOMPARE(it.model.kindOf(1), WireModel::Kind::Comment);
    QCOMPARE(it.bytes(1), ": keep-alive\n\n: keep-alive\n\n"_ba);
    it.port.append(task.id, "tick", R"({"i":1})");
    it.model.append(it.port.log(task.id).last(1));
    QCOMPARE(it.model.rowCount(), 2);
    QCOMPARE(it.model.kindOf(1), WireModel::Kind::Frame);
}

void TestWireModel::endFollowsTheLastFrame()
{
    Fixture it;
    it.show(completedPipeline());
    const int frames = it.model.rowCount();
    it.model.setEnded();
    it.model.setEnded();
    QCOMPARE(it.model.rowCount(), frames + 1);
    QCOMPARE(it.model.kindOf(frames), WireModel::Kind::End);
    QVERIFY(it.bytes(frames).isEmpty());
    QVERIFY(!it.model.eventAt(frames));
}

void TestWireModel::filterLooksIntoTheFrames()
{
    Fixture it;
    it.show(mendedCounting());
    it.model.setBeginning(kBeginning);
    it.model.setEnded();
    // Neither type nor payload have it, but the frame has.
    it.model.setFilter(u"\"attempt\":2"_s);
    QTRY_VERIFY(it.model.rowCount() > 0);
    for (int row = 0; row < it.model.rowCount(); ++row) {
        QCOMPARE(it.model.kindOf(row), WireModel::Kind::Frame);
        QVERIFY(it.bytes(row).contains("\"attempt\":2"));
    }
    it.model.setEnded(); // No tail below what a filter picked.
    QCOMPARE(it.model.kindOf(it.model.rowCount() - 1), WireModel::Kind::Frame);
    it.model.setFilter({});
    QCOMPARE(it.model.kindOf(0), WireModel::Kind::Beginning);
}

void TestWireModel::longLogIsCountedAndNotKept()
{
    constexpr int kEvents = 100'000;
    Fixture it(false);
    const Task task = taskOf(1, TaskState::Running);
    it.port.put(task);
    it.model.setTask(task.id);
    for (int i = 0; i < kEvents; ++i)
        it.port.append(task.id, "tick", "{}");
    it.model.append(it.port.log(task.id));
    QCOMPARE(it.model.rowCount(), kEvents);
    QVERIFY(it.bytes(0).isNull()); // Let go, and read again because it is looked at.
    QTRY_VERIFY(it.bytes(0).startsWith("id: 1\n"));
    QVERIFY(it.port.eventReads >= 1);
    QVERIFY(it.bytes(kEvents - 1).startsWith("id: 100000\n"));
}

void TestWireModel::anotherTaskEmptiesIt()
{
    Fixture it;
    it.show(completedPipeline());
    it.model.setBeginning(kBeginning);
    it.model.setEnded();
    it.model.setTask(taskOf(9, TaskState::Running).id);
    QCOMPARE(it.model.rowCount(), 0);
    it.model.setComments(3);
    QCOMPARE(it.model.rowCount(), 0);
}

QTEST_GUILESS_MAIN(TestWireModel)
#include "tst_wiremodel.moc"
