// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/models/jsonmodel.h"

#include <QAbstractItemModelTester>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

class TestJsonModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void membersKeepTheirOrder();
    void nestedValuesHaveRows();
    void copiedTextIsTheSameJson();
    void anyValueIsShown_data();
    void anyValueIsShown();
};

void TestJsonModel::membersKeepTheirOrder()
{
    JsonModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setMembers({{u"seq"_s, 9}, {u"at"_s, u"now"_s}, {u"attempt"_s, 2}});
    QStringList rows;
    for (int i = 0; i < model.rowCount({}); ++i)
        rows << model.index(i, 0, {}).data().toString();
    QCOMPARE(rows, (QStringList{u"seq: 9"_s, u"at: \"now\""_s, u"attempt: 2"_s}));
}

void TestJsonModel::nestedValuesHaveRows()
{
    JsonModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setJson(R"({"list":[1,{"deep":true}],"fromCache":true})");
    const QModelIndex list = model.index(1, 0, {});
    QCOMPARE(list.data().toString(), u"list: [ 2 ]"_s);
    const QModelIndex deep = model.index(0, 0, model.index(1, 0, list));
    QCOMPARE(deep.data().toString(), u"deep: true"_s);
    QCOMPARE(deep.parent().parent(), list);
    QVERIFY(model.index(0, 0, {}).data(JsonModel::GoldRole).toBool());
    QCOMPARE(list.data(JsonModel::ValueRole).toString(), u"[1,{\"deep\":true}]"_s);
}

void TestJsonModel::copiedTextIsTheSameJson()
{
    const QByteArray json = R"({"a":{"b":[1,2]},"text":"a \"quoted\" word"})";
    JsonModel model;
    model.setJson(json);
    QCOMPARE(QJsonDocument::fromJson(model.toJson()), QJsonDocument::fromJson(json));
    model.setMembers({});
    QCOMPARE(model.toJson(), "{}"_ba);
}

void TestJsonModel::anyValueIsShown_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<int>("rows");
    QTest::newRow("nothing") << QByteArray() << 0;
    QTest::newRow("a number") << "7"_ba << 1;
    QTest::newRow("a list") << "[1,2,3]"_ba << 1;
    QTest::newRow("an object") << "{\"a\":1,\"b\":2}"_ba << 2;
    QTest::newRow("no JSON at all") << "{nonsense"_ba << 1;
}

void TestJsonModel::anyValueIsShown()
{
    QFETCH(QByteArray, json);
    JsonModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setJson(json);
    QTEST(model.rowCount({}), "rows");
}

QTEST_MAIN(TestJsonModel)
#include "tst_jsonmodel.moc"
