// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/models/stepmodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestStepModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void newMemosAreInserted();
    void servedMemoChangesInPlace();
    void anotherTasksListReplacesIt();
};

namespace {

StepRecord step(const QString &name, int hits = 0)
{
    StepRecord record;
    record.key = name.toUtf8() + "#1";
    record.name = name;
    record.attempt = 1;
    record.duration = 1503ms;
    record.result = R"({"rows":1000})";
    record.cacheHits = hits;
    return record;
}

} // namespace

void TestStepModel::newMemosAreInserted()
{
    StepModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    QSignalSpy inserts(&model, &QAbstractItemModel::rowsInserted);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    model.setSteps({step(u"extract"_s)});
    model.setSteps({step(u"extract"_s), step(u"transform"_s)});
    QCOMPARE(inserts.count(), 2);
    QCOMPARE(resets.count(), 0);
    QCOMPARE(model.index(1, StepModel::StepColumn).data().toString(), u"transform"_s);
    QCOMPARE(model.index(0, StepModel::DurationColumn).data().toString(), u"1.503 s"_s);
}

void TestStepModel::servedMemoChangesInPlace()
{
    StepModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setSteps({step(u"extract"_s), step(u"transform"_s)});
    QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    model.setSteps({step(u"extract"_s, 1), step(u"transform"_s)});
    QCOMPARE(changes.count(), 1);
    QVERIFY(model.index(0, StepModel::CacheColumn).data(StepModel::GoldRole).toBool());
    QVERIFY(!model.index(1, StepModel::CacheColumn).data(StepModel::GoldRole).toBool());
}

void TestStepModel::anotherTasksListReplacesIt()
{
    StepModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setSteps({step(u"extract"_s)});
    model.setSteps({step(u"other"_s), step(u"more"_s)});
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.stepNamed(u"extract"_s), nullptr);
    QVERIFY(model.stepNamed(u"more"_s));
    model.clear();
    QCOMPARE(model.rowCount(), 0);
}

QTEST_MAIN(TestStepModel)
#include "tst_stepmodel.moc"
