// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/canonicaljson.h"
#include "engine/model/gadgetjson.h"
#include "engine/model/jsonwriter.h"
#include "engine/model/schema.h"
#include "engine/model/validation.h"

#include <QJsonArray>
#include <QRandomGenerator>
#include <QTest>

QT_WARNING_PUSH
QT_WARNING_DISABLE_CLANG("-Weverything")
#include <valijson/adapters/qtjson_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>
QT_WARNING_POP

using namespace Kintsugi;
using namespace Qt::StringLiterals;

using TextMap = QMap<QString, QString>;

struct Pause
{
    Q_GADGET
    Q_PROPERTY(qint64 delayMs MEMBER delayMs)
    Q_CLASSINFO("delayMs.minimum", "0")
    Q_CLASSINFO("delayMs.maximum", "2592000000")
    Q_PROPERTY(double factor MEMBER factor)
    Q_CLASSINFO("factor.minimum", "1")

public:
    qint64 delayMs = 500;
    double factor = 2.0;
    friend bool operator==(const Pause &, const Pause &) = default;
};

struct Part
{
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name)
    Q_CLASSINFO("name.required", "true")
    Q_CLASSINFO("name.minLength", "1")
    Q_CLASSINFO("name.maxLength", "4")
    Q_CLASSINFO("name.pattern", "^[a-z😀]*$")
    Q_PROPERTY(QStringList words MEMBER words)
    Q_CLASSINFO("words.minItems", "1")
    Q_PROPERTY(TextMap env MEMBER env)
    Q_PROPERTY(Pause pause MEMBER pause)
    Q_PROPERTY(QList<Pause> pauses MEMBER pauses)

public:
    QString name;
    QStringList words{u"w"_s};
    TextMap env{};
    Pause pause{};
    QList<Pause> pauses{};
    friend bool operator==(const Part &, const Part &) = default;
};

struct Whole
{
    Q_GADGET
    Q_PROPERTY(QList<Part> parts MEMBER parts)
    Q_CLASSINFO("parts.minItems", "1")
    Q_CLASSINFO("parts.maxItems", "3")
    Q_PROPERTY(QList<int> numbers MEMBER numbers)
    Q_PROPERTY(int small MEMBER small)
    Q_PROPERTY(qint64 big MEMBER big)
    Q_PROPERTY(QJsonValue any MEMBER any)

public:
    QList<Part> parts{Part{.name = u"a"_s}};
    QList<int> numbers{1, 2};
    int small = 0;
    qint64 big = 0;
    QJsonValue any{};
    friend bool operator==(const Whole &, const Whole &) = default;
};

/*! Inputs with lists and objects inside: as JSON, as a schema, completed and checked. */
class TestValidation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void listsAndMapsGoBothWays();
    void schemaGoesInside();
    void inputIsCompletedInside();
    void wholeNumbersInsideComeToOneKey();
    void largeNumbersAreTaken_data();
    void largeNumbersAreTaken();
    void badFieldsAreNamedByTheirPath_data();
    void badFieldsAreNamedByTheirPath();
    void errorsAreNotEndless();
    void secondOpinionIsTheSame();

private:
    static QJsonObject parsed(const QByteArray &text) { return parseJson(text)->toObject(); }
    const QJsonObject m_schema = schemaOf(Whole::staticMetaObject);
};

void TestValidation::listsAndMapsGoBothWays()
{
    Whole whole;
    whole.parts = {
        Part{u"z"_s, {}, {{u"B"_s, u"2"_s}, {u"A"_s, u"é"_s}}, {7, 1.5}, {{1, 1}, {2, 2}}}, Part{}};
    const QByteArray json = toJsonBytes(whole);
    QCOMPARE(json,
             R"({"parts":[{"name":"z","words":[],"env":{"A":"é","B":"2"},)"
             R"("pause":{"delayMs":7,"factor":1.5},"pauses":[{"delayMs":1,"factor":1},)"
             R"({"delayMs":2,"factor":2}]},{"name":"","words":["w"],"env":{},)"
             R"("pause":{"delayMs":500,"factor":2},"pauses":[]}],"numbers":[1,2],"small":0,)"
             R"("big":0,"any":null})"_ba);
    QCOMPARE(fromJsonObject<Whole>(parsed(json)), whole);
    QCOMPARE(*canonicalJson(gadgetToObject(Whole::staticMetaObject, &whole)),
             *canonicalJson(parsed(json)));
    QVERIFY(fromJsonObject<Whole>(parsed(R"({"parts":[]})")).parts.isEmpty());
}

void TestValidation::schemaGoesInside()
{
    const QJsonObject parts = m_schema["properties"_L1]["parts"_L1].toObject();
    QCOMPARE(parts.value("type"_L1), QJsonValue(u"array"_s));
    QCOMPARE(parts.value("minItems"_L1), QJsonValue(1));
    QCOMPARE(parts.value("maxItems"_L1), QJsonValue(3));
    QCOMPARE(parts.value("default"_L1)[0]["name"_L1], QJsonValue(u"a"_s));
    const QJsonObject part = parts.value("items"_L1).toObject();
    QCOMPARE(part.value("additionalProperties"_L1), QJsonValue(false));
    QCOMPARE(part.value("required"_L1), QJsonValue(QJsonArray{u"name"_s}));
    const QJsonObject properties = part.value("properties"_L1).toObject();
    QCOMPARE(properties.value("env"_L1).toObject(),
             (QJsonObject{{u"type"_s, u"object"_s},
                          {u"additionalProperties"_s, QJsonObject{{u"type"_s, u"string"_s}}},
                          {u"default"_s, QJsonObject()}}));
    QCOMPARE(properties["pauses"_L1]["items"_L1]["properties"_L1]["delayMs"_L1].toObject(),
             (QJsonObject{{u"type"_s, u"integer"_s},
                          {u"minimum"_s, 0},
                          {u"maximum"_s, qint64(2'592'000'000)},
                          {u"default"_s, 500}}));
    QCOMPARE(m_schema["properties"_L1]["numbers"_L1]["items"_L1]["type"_L1],
             QJsonValue(u"integer"_s));
    QCOMPARE(m_schema["properties"_L1]["small"_L1]["format"_L1], QJsonValue(u"int32"_s));
    QVERIFY(!m_schema["properties"_L1]["big"_L1].toObject().contains("format"_L1));
}

void TestValidation::inputIsCompletedInside()
{
    const auto complete = validateInput(
        parsed(R"({"parts":[{"name":"x"},{"name":"y","pause":{"delayMs":1}}]})"), m_schema);
    QVERIFY(complete);
    QCOMPARE(
        *canonicalJson(*complete),
        R"({"any":null,"big":0,"numbers":[1,2],"parts":[)"
        R"({"env":{},"name":"x","pause":{"delayMs":500,"factor":2},"pauses":[],"words":["w"]},)"
        R"({"env":{},"name":"y","pause":{"delayMs":1,"factor":2},"pauses":[],"words":["w"]}],)"
        R"("small":0})"_ba);
    QCOMPARE(validateInput(*complete, m_schema).value(), *complete); // Nothing is left to complete.
}

void TestValidation::wholeNumbersInsideComeToOneKey()
{
    const QByteArray pattern = R"({"parts":[{"name":"x","pause":{"delayMs":%}}],"any":[{"n":%}]})";
    const auto seven = validateInput(parsed(QByteArray(pattern).replace('%', "7")), m_schema);
    for (const QByteArray &other : {"7.0"_ba, "70e-1"_ba, "0.7e1"_ba}) {
        const auto complete =
            validateInput(parsed(QByteArray(pattern).replace('%', other)), m_schema);
        QVERIFY2(complete, other.constData());
        QCOMPARE(*complete, *seven);
    }
    QCOMPARE(seven->value("parts"_L1)[0]["pause"_L1]["delayMs"_L1], QJsonValue(7));
}

void TestValidation::largeNumbersAreTaken_data()
{
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<QString>("message");
    QTest::newRow("beyond 31 bits") << R"({"big":2147483648})"_ba << QString();
    QTest::newRow("below -31 bits") << R"({"big":-2147483649})"_ba << QString();
    QTest::newRow("as a double") << R"({"big":5e9})"_ba << QString();
    QTest::newRow("the largest") << R"({"big":9007199254740991})"_ba << QString();
    QTest::newRow("one more")
        << R"({"big":9007199254740992})"_ba
        << u"\"big\" must be a whole number that a double holds exactly, up to "
           "9007199254740991, not 9007199254740992"_s;
    QTest::newRow("huge") << R"({"big":1e300})"_ba
                          << u"\"big\" must be a whole number that a double holds exactly, up to "
                             "9007199254740991, not 1e+300"_s;
    QTest::newRow("a bound beyond 31 bits, kept")
        << R"({"parts":[{"name":"x","pause":{"delayMs":2592000000}}]})"_ba << QString();
    QTest::newRow("a bound beyond 31 bits, broken")
        << R"({"parts":[{"name":"x","pause":{"delayMs":2592000001}}]})"_ba
        << u"\"parts.0.pause.delayMs\" must be a whole number from 0 to 2592000000, not 2592000001"_s;
    QTest::newRow("an int is 32 bits, kept") << R"({"small":-2147483648})"_ba << QString();
    QTest::newRow("an int is 32 bits, broken")
        << R"({"small":2147483648})"_ba
        << u"\"small\" must be a whole number from -2147483648 to 2147483647, not 2147483648"_s;
    QTest::newRow("a number may be larger than a bound")
        << R"({"parts":[{"name":"x","pause":{"factor":1e300}}]})"_ba << QString();
}

void TestValidation::largeNumbersAreTaken()
{
    QFETCH(const QByteArray, input);
    QFETCH(const QString, message);
    const auto complete = validateInput(parsed(input), m_schema);
    QCOMPARE(complete ? QString() : complete.error().message, message);
}

void TestValidation::badFieldsAreNamedByTheirPath_data()
{
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const QByteArray &input, const QString &field,
                        const QString &message) {
        QTest::newRow(name) << input << field << QString('"'_L1 + field + "\" "_L1 + message);
    };
    row("in an item", R"({"parts":[{"name":"x"},{"name":7}]})", u"parts.1.name"_s,
        u"must be a string of 1 to 4 characters that matches ^[a-z😀]*$, not 7"_s);
    row("missing in an item", R"({"parts":[{}]})", u"parts.0.name"_s,
        u"is missing; it must be a string of 1 to 4 characters that matches ^[a-z😀]*$"_s);
    row("unknown in an item", R"({"parts":[{"name":"x","nmae":1}]})", u"parts.0.nmae"_s,
        u"is no field of \"parts.0\"; its fields are env, name, pause, pauses, words"_s);
    row("unknown further in", R"({"parts":[{"name":"x","pauses":[{"ms":1}]}]})",
        u"parts.0.pauses.0.ms"_s,
        u"is no field of \"parts.0.pauses.0\"; its fields are delayMs, factor"_s);
    row("no object", R"({"parts":["x"]})", u"parts.0"_s, u"must be an object, not \"x\""_s);
    row("no items", R"({"parts":[]})", u"parts"_s, u"must be an array of 1 to 3 items, not []"_s);
    row("no array", R"({"parts":{}})", u"parts"_s, u"must be an array of 1 to 3 items, not {}"_s);
    row("no words", R"({"parts":[{"name":"x","words":[]}]})", u"parts.0.words"_s,
        u"must be an array of at least 1 item, not []"_s);
    row("a word that is a number", R"({"parts":[{"name":"x","words":["a",1]}]})",
        u"parts.0.words.1"_s, u"must be a string, not 1"_s);
    row("a variable that is a number", R"({"parts":[{"name":"x","env":{"A":1}}]})",
        u"parts.0.env.A"_s, u"must be a string, not 1"_s);
    row("no map", R"({"parts":[{"name":"x","env":["A=1"]}]})", u"parts.0.env"_s,
        u"must be an object, not [\"A=1\"]"_s);
    row("an empty name", R"({"parts":[{"name":""}]})", u"parts.0.name"_s,
        u"must be a string of 1 to 4 characters that matches ^[a-z😀]*$, not \"\""_s);
    row("another pattern", R"({"parts":[{"name":"AB"}]})", u"parts.0.name"_s,
        u"must be a string of 1 to 4 characters that matches ^[a-z😀]*$, not \"AB\""_s);
    row("a number in a list", R"({"numbers":[1,2.5]})", u"numbers.1"_s,
        u"must be a whole number from -2147483648 to 2147483647, not 2.5"_s);
    row("a factor", R"({"parts":[{"name":"x","pause":{"factor":0.5}}]})", u"parts.0.pause.factor"_s,
        u"must be a number of at least 1, not 0.5"_s);
}

void TestValidation::badFieldsAreNamedByTheirPath()
{
    QFETCH(const QByteArray, input);
    QFETCH(const QString, field);
    QFETCH(const QString, message);
    const auto refused = validateInput(parsed(input), m_schema);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
    QCOMPARE(refused.error().message, message);
    QCOMPARE(refused.error().fields, QList({FieldError{field, message}}));
}

void TestValidation::errorsAreNotEndless()
{
    QJsonArray numbers;
    for (int i = 0; i < 1000; ++i)
        numbers.append(u"x"_s);
    const auto refused = validateInput({{u"numbers"_s, numbers}}, m_schema);
    QCOMPARE(refused.error().fields.size(), 20);
    // Characters are Unicode's, not halves of them.
    QVERIFY(validateInput(parsed(R"({"parts":[{"name":"😀😀😀😀"}]})"), m_schema));
    QVERIFY(!validateInput(parsed(R"({"parts":[{"name":"😀😀😀😀😀"}]})"), m_schema));
}

namespace {

QJsonValue randomValue(QRandomGenerator &random, int depth)
{
    switch (random.bounded(depth > 3 ? 6 : 8)) {
    case 0:
        return {};
    case 1:
        return random.bounded(2) == 1;
    case 2:
        return random.bounded(-2, 3);
    case 3:
        return random.bounded(4) / 2.0;
    case 4:
        return random.bounded(1'000'000'000);
    case 5:
        return QString(random.bounded(6), u'a');
    case 6: {
        QJsonArray array;
        for (int i = random.bounded(5); i > 0; --i)
            array.append(randomValue(random, depth + 1));
        return array;
    }
    default:
        return QJsonObject{{u"name"_s, randomValue(random, depth + 1)}};
    }
}

/*! A valid value with, now and then, a piece that is torn out or replaced. */
QJsonValue damaged(QRandomGenerator &random, const QJsonValue &value, int depth)
{
    if (random.bounded(40) == 0)
        return randomValue(random, depth);
    if (value.isArray()) {
        QJsonArray array;
        for (const QJsonValue item : value.toArray())
            array.append(damaged(random, item, depth + 1));
        return array;
    }
    if (!value.isObject())
        return value;
    QJsonObject object = value.toObject();
    for (const QString &name : object.keys())
        object.insert(name, damaged(random, object.value(name), depth + 1));
    if (random.bounded(40) == 0)
        object.insert(u"stranger"_s, 1);
    if (random.bounded(40) == 0)
        object.remove(u"name"_s);
    return object;
}

} // namespace

void TestValidation::secondOpinionIsTheSame()
{
    // valijson's regular expressions know no Unicode, its whole numbers 32 bits alone, and a
    // format of numbers aborts it.
    QJsonObject schema = m_schema;
    QByteArray text = toCompactJson(schema).replace(R"("pattern":"^[a-z😀]*$",)", "");
    schema = parsed(text.replace("2592000000", "1000000").replace(R"("format":"int32",)", ""));
    valijson::Schema second;
    valijson::SchemaParser parser;
    const QJsonValue schemaValue(schema);
    parser.populateSchema(valijson::adapters::QtJsonAdapter(schemaValue), second);

    QRandomGenerator random(7);
    const Part part{.name = u"b"_s, .env = {{u"K"_s, u"v"_s}}, .pauses = {{1, 2}}};
    const Whole whole{.parts = {part, part}, .any = 1};
    const QJsonObject valid = gadgetToObject(Whole::staticMetaObject, &whole);
    int accepted = 0;
    constexpr int kRounds = 5000;
    for (int i = 0; i < kRounds; ++i) {
        const QJsonObject input = damaged(random, valid, 0).toObject();
        const auto first = validateInput(input, schema);
        // What is refused, we see as it came: defaults mend what was torn out.
        const QJsonValue target(first ? *first : input);
        valijson::Validator validator(valijson::Validator::kStrongTypes);
        const bool isValid =
            validator.validate(second, valijson::adapters::QtJsonAdapter(target), nullptr);
        QVERIFY2(isValid == first.has_value(), toCompactJson(target).constData());
        accepted += isValid;
    }
    QVERIFY2(accepted > kRounds / 10 && accepted < kRounds * 9 / 10,
             qPrintable(QString::number(accepted)));
}

QTEST_GUILESS_MAIN(TestValidation)
#include "tst_validation.moc"
