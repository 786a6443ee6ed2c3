// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/canonicaljson.h"
#include "engine/model/gadgetjson.h"
#include "engine/model/schema.h"
#include "engine/model/taskdefinition.h"
#include "engine/model/validation.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

struct Inner
{
    Q_GADGET
    Q_PROPERTY(int depth MEMBER depth)
    Q_PROPERTY(QString label MEMBER label)

public:
    int depth = 3;
    QString label = u"in"_s;
    friend bool operator==(const Inner &, const Inner &) = default;
};

struct AllKinds
{
    Q_GADGET
    Q_CLASSINFO("event", "all_kinds")
    Q_PROPERTY(QString zuerst MEMBER zuerst)
    Q_PROPERTY(bool flag MEMBER flag)
    Q_PROPERTY(int count MEMBER count)
    Q_CLASSINFO("count.minimum", "1")
    Q_CLASSINFO("count.maximum", "1000")
    Q_CLASSINFO("count.title", "Count")
    Q_CLASSINFO("count.help", "How many.")
    Q_CLASSINFO("count.unit", "rows")
    Q_PROPERTY(qint64 big MEMBER big)
    Q_PROPERTY(double ratio MEMBER ratio)
    Q_CLASSINFO("ratio.minimum", "0.5")
    Q_CLASSINFO("ratio.maximum", "2.5")
    Q_PROPERTY(QStringList names MEMBER names)
    Q_PROPERTY(QJsonObject object MEMBER object)
    Q_PROPERTY(QJsonArray array MEMBER array)
    Q_PROPERTY(QJsonValue any MEMBER any)
    Q_PROPERTY(Inner inner MEMBER inner)
    Q_PROPERTY(QString mode MEMBER mode)
    Q_CLASSINFO("mode.enum", "fast,slow")
    Q_PROPERTY(QString note MEMBER note)
    Q_CLASSINFO("note.optional", "true")
    Q_CLASSINFO("note.maxLength", "5")

public:
    QString zuerst = u"a\"b"_s;
    bool flag = true;
    int count = 7;
    qint64 big = 70'000;
    double ratio = 1.5;
    QStringList names{u"x"_s, u"y"_s};
    QJsonObject object{{u"k"_s, 1}};
    QJsonArray array{1, u"two"_s};
    QJsonValue any;
    Inner inner;
    QString mode = u"fast"_s;
    QString note;
};

struct Wanted
{
    Q_GADGET
    Q_PROPERTY(QString who MEMBER who)
    Q_CLASSINFO("who.required", "true")
    Q_PROPERTY(int n MEMBER n)

public:
    QString who;
    int n = 2;
};

/*! Gadgets as JSON, as schemas, and what a bad input is told. */
class TestGadgets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jsonHasThePropertiesInTheirOrder();
    void roundTripKeepsEverything();
    void absentMembersKeepTheirValues();
    void schemaTellsTypesBoundsAndDefaults();
    void boundsMayBeFractions();
    void inputSchemaTakesARunId();
    void definitionTellsItsEvents();
    void defaultsAreFilledIn();
    void wholeNumbersMayComeAsDoubles();
    void badInputIsExplained_data();
    void badInputIsExplained();
    void everyBadFieldIsNamed();
};

void TestGadgets::jsonHasThePropertiesInTheirOrder()
{
    AllKinds kinds;
    kinds.big = 9'007'199'254'740'993; // More than a double holds.
    QCOMPARE(toJsonBytes(kinds),
             R"({"zuerst":"a\"b","flag":true,"count":7,"big":9007199254740993,"ratio":1.5,)"
             R"("names":["x","y"],"object":{"k":1},"array":[1,"two"],"any":null,)"
             R"("inner":{"depth":3,"label":"in"},"mode":"fast"})"_ba);
}

void TestGadgets::roundTripKeepsEverything()
{
    AllKinds given;
    given.flag = false;
    given.count = -4;
    given.big = std::numeric_limits<qint64>::max();
    given.ratio = 0.1;
    given.names.clear();
    given.any = QJsonArray{QJsonValue()};
    given.inner = {-1, u"é😀"_s};
    given.note = u"n"_s;
    const QByteArray json = toJsonBytes(given);
    QVERIFY(json.endsWith(R"("note":"n"})"));
    const auto back = fromJsonObject<AllKinds>(parseJson(json)->toObject());
    QCOMPARE(back.big, given.big);
    QCOMPARE(toJsonBytes(back), json);
}

void TestGadgets::absentMembersKeepTheirValues()
{
    const auto some = fromJsonObject<AllKinds>({{u"count"_s, 9}, {u"stranger"_s, 1}});
    AllKinds expected;
    expected.count = 9;
    QCOMPARE(toJsonBytes(some), toJsonBytes(expected));
}

void TestGadgets::schemaTellsTypesBoundsAndDefaults()
{
    const QJsonObject schema = schemaOf(AllKinds::staticMetaObject);
    QCOMPARE(schema.value("type"_L1), QJsonValue(u"object"_s));
    QCOMPARE(schema.value("additionalProperties"_L1), QJsonValue(false));
    QVERIFY(!schema.contains("required"_L1));
    const QJsonObject properties = schema.value("properties"_L1).toObject();
    QCOMPARE(properties.value("count"_L1).toObject(),
             (QJsonObject{{u"type"_s, u"integer"_s},
                          {u"minimum"_s, 1},
                          {u"maximum"_s, 1000},
                          {u"title"_s, u"Count"_s},
                          {u"description"_s, u"How many."_s},
                          {u"x-unit"_s, u"rows"_s},
                          {u"default"_s, 7}}));
    QCOMPARE(properties["flag"_L1]["type"_L1], QJsonValue(u"boolean"_s));
    QCOMPARE(properties["ratio"_L1]["type"_L1], QJsonValue(u"number"_s));
    QCOMPARE(properties["names"_L1]["items"_L1]["type"_L1], QJsonValue(u"string"_s));
    QCOMPARE(properties["inner"_L1]["properties"_L1]["depth"_L1]["default"_L1], QJsonValue(3));
    QCOMPARE(properties["mode"_L1]["enum"_L1], QJsonValue(QJsonArray{u"fast"_s, u"slow"_s}));
    QCOMPARE(properties["note"_L1]["maxLength"_L1], QJsonValue(5));
    QVERIFY(!properties["note"_L1].toObject().contains("default"_L1)); // Optional: may be absent.

    const QJsonObject wanted = schemaOf(Wanted::staticMetaObject);
    QCOMPARE(wanted.value("required"_L1), QJsonValue(QJsonArray{u"who"_s}));
    QVERIFY(!wanted["properties"_L1]["who"_L1].toObject().contains("default"_L1));
}

void TestGadgets::boundsMayBeFractions()
{
    const QJsonObject schema = schemaOf(AllKinds::staticMetaObject);
    QCOMPARE(schema["properties"_L1]["ratio"_L1]["minimum"_L1], QJsonValue(0.5));
    QCOMPARE(schema["properties"_L1]["ratio"_L1]["maximum"_L1], QJsonValue(2.5));
    QVERIFY(validateInput({{u"ratio"_s, 2.5}}, schema));
    const auto low = validateInput({{u"ratio"_s, 0.25}}, schema);
    QVERIFY(!low);
    QCOMPARE(low.error().message, u"\"ratio\" must be a number from 0.5 to 2.5, not 0.25"_s);
}

void TestGadgets::inputSchemaTakesARunId()
{
    const QJsonObject schema = inputSchemaOf(Wanted::staticMetaObject);
    QVERIFY(validateInput({{u"who"_s, u"a"_s}, {u"runId"_s, QString(64, u'r')}}, schema));
    const auto long_ = validateInput({{u"who"_s, u"a"_s}, {u"runId"_s, QString(65, u'r')}}, schema);
    QVERIFY(!long_);
    QCOMPARE(long_.error().fields.first().field, u"runId"_s);
    QVERIFY(!validateInput({{u"who"_s, u"a"_s}, {u"runId"_s, 7}}, schema));
}

void TestGadgets::definitionTellsItsEvents()
{
    constexpr TaskDefinition<Wanted, Inner, AllKinds> definition{
        .name = "w", .version = 3, .title = "W"};
    const DefinitionInfo info = definition.info();
    QCOMPARE(info.name, "w"_ba);
    QCOMPARE(info.version, 3);
    QVERIFY(info.autoRecover);
    QVERIFY(info.inputSchema["properties"_L1].toObject().contains("runId"_L1));
    QVERIFY(!info.resultSchema["properties"_L1].toObject().contains("runId"_L1));
    QCOMPARE(info.events.size(), 1);
    QCOMPARE(info.events.first().type, "all_kinds"_ba);
}

void TestGadgets::defaultsAreFilledIn()
{
    const auto complete = validateInput({{u"who"_s, u"me"_s}}, schemaOf(Wanted::staticMetaObject));
    QVERIFY(complete);
    QCOMPARE(*complete, (QJsonObject{{u"who"_s, u"me"_s}, {u"n"_s, 2}}));
    const auto all = validateInput({{u"inner"_s, QJsonObject{{u"depth"_s, 1}}}},
                                   schemaOf(AllKinds::staticMetaObject));
    QVERIFY(all);
    QCOMPARE(all->value("inner"_L1)["label"_L1], QJsonValue(u"in"_s));
    QVERIFY(!all->contains("note"_L1));
}

void TestGadgets::wholeNumbersMayComeAsDoubles()
{
    const QJsonObject schema = schemaOf(Wanted::staticMetaObject);
    for (const QByteArray &text :
         {R"({"who":"","n":7})"_ba, R"({"who":"","n":7.0})"_ba, R"({"who":"","n":70e-1})"_ba}) {
        const auto complete = validateInput(parseJson(text)->toObject(), schema);
        QVERIFY2(complete, text.constData());
        QCOMPARE(*canonicalJson(*complete), R"({"n":7,"who":""})"_ba);
    }
}

void TestGadgets::badInputIsExplained_data()
{
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("message");
    QTest::newRow("too small") << R"({"count":0})"_ba << u"count"_s
                               << u"\"count\" must be a whole number from 1 to 1000, not 0"_s;
    QTest::newRow("too large") << R"({"count":1001})"_ba << u"count"_s
                               << u"\"count\" must be a whole number from 1 to 1000, not 1001"_s;
    QTest::newRow("a fraction") << R"({"count":7.5})"_ba << u"count"_s
                                << u"\"count\" must be a whole number from 1 to 1000, not 7.5"_s;
    QTest::newRow("a text") << R"({"count":"7"})"_ba << u"count"_s
                            << u"\"count\" must be a whole number from 1 to 1000, not \"7\""_s;
    QTest::newRow("null") << R"({"count":null})"_ba << u"count"_s
                          << u"\"count\" must be a whole number from 1 to 1000, not null"_s;
    QTest::newRow("huge") << R"({"count":1e300})"_ba << u"count"_s
                          << u"\"count\" must be a whole number from 1 to 1000, not 1e+300"_s;
    QTest::newRow("no boolean") << R"({"flag":1})"_ba << u"flag"_s
                                << u"\"flag\" must be a boolean, not 1"_s;
    QTest::newRow("not listed") << R"({"mode":"warp"})"_ba << u"mode"_s
                                << u"\"mode\" must be one of \"fast\", \"slow\", not \"warp\""_s;
    QTest::newRow("too long")
        << R"({"note":"123456"})"_ba << u"note"_s
        << u"\"note\" must be a string of at most 5 characters, not \"123456\""_s;
    QTest::newRow("no array") << R"({"names":"x"})"_ba << u"names"_s
                              << u"\"names\" must be an array, not \"x\""_s;
    QTest::newRow("no object") << R"({"object":[]})"_ba << u"object"_s
                               << u"\"object\" must be an object, not []"_s;
    QTest::newRow("unknown")
        << R"({"sleep":1})"_ba << u"sleep"_s
        << u"\"sleep\" is no field of this input; its fields are any, array, big, count, "
           "flag, inner, mode, names, note, object, ratio, zuerst"_s;
}

void TestGadgets::badInputIsExplained()
{
    QFETCH(const QByteArray, input);
    QFETCH(const QString, field);
    QFETCH(const QString, message);
    const auto refused =
        validateInput(parseJson(input)->toObject(), schemaOf(AllKinds::staticMetaObject));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
    QCOMPARE(refused.error().fields.size(), 1);
    QCOMPARE(refused.error().fields.first().field, field);
    QCOMPARE(refused.error().fields.first().message, message);
    QCOMPARE(refused.error().message, message);
}

void TestGadgets::everyBadFieldIsNamed()
{
    const auto refused =
        validateInput({{u"n"_s, u"x"_s}, {u"m"_s, 1}}, schemaOf(Wanted::staticMetaObject));
    QVERIFY(!refused);
    QStringList fields;
    for (const FieldError &field : refused.error().fields)
        fields << field.field;
    fields.sort();
    QCOMPARE(fields, QStringList({u"m"_s, u"n"_s, u"who"_s}));
    const auto inner = validateInput({{u"inner"_s, QJsonObject{{u"depth"_s, u"deep"_s}}}},
                                     schemaOf(AllKinds::staticMetaObject));
    QVERIFY(!inner);
    QCOMPARE(inner.error().fields.first().field, u"inner.depth"_s);
}

QTEST_GUILESS_MAIN(TestGadgets)
#include "tst_gadgets.moc"
