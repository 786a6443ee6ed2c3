// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/faultpoints.h"

#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

class TestFaultPoints final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textNamesAFault_data();
    void textNamesAFault();
    void everyPointCanBeNamed();
    void anythingElseIsNoFault_data();
    void anythingElseIsNoFault();
};

void TestFaultPoints::textNamesAFault_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("point");
    QTest::addColumn<int>("occurrence");
    QTest::addColumn<bool>("kills");
    QTest::newRow("kill") << "step_before:2:kill"_ba << int(FaultPoint::StepBefore) << 2 << true;
    QTest::newRow("drop") << "park_after_commit:1:drop"_ba << int(FaultPoint::ParkAfterCommit) << 1
                          << false;
}

void TestFaultPoints::textNamesAFault()
{
    QFETCH(QByteArray, text);
    const auto fault = faultFromText(text);
    QVERIFY(fault);
    QTEST(int(fault->point), "point");
    QTEST(fault->occurrence, "occurrence");
    QTEST(fault->action == Fault::Action::Kill, "kills");
}

void TestFaultPoints::everyPointCanBeNamed()
{
    for (int i = 0; i < kFaultPoints; ++i) {
        const auto fault = faultFromText(QByteArray(toWire(FaultPoint(i)) + ":1:drop"));
        QVERIFY(fault && fault->point == FaultPoint(i));
    }
}

void TestFaultPoints::anythingElseIsNoFault_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text :
         {"", "step_before", "step_before:1", "nowhere:1:drop", "step_before:0:drop",
          "step_before:-1:drop", "step_before:+1:drop", "step_before::drop", "step_before:x:drop",
          "step_before: 1:drop", "step_before:99999999999:drop", "step_before:1:harm",
          "step_before:1:kill:", "STEP_BEFORE:1:kill"})
        QTest::newRow(text) << QByteArray(text);
}

void TestFaultPoints::anythingElseIsNoFault()
{
    QFETCH(QByteArray, text);
    QVERIFY(!faultFromText(text));
}

QTEST_GUILESS_MAIN(TestFaultPoints)
#include "tst_faultpoints.moc"
