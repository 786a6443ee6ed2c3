// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/canonicaljson.h"
#include "engine/model/idempotencykey.h"
#include "engine/model/limits.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <bit>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! Canonical JSON and keys against vectors.json, which makevectors.mjs wrote; and hostile texts. */
class TestCanonicalJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void printsNumbersAsEcmaScriptDoes();
    void valueHasItsOneSpelling_data();
    void valueHasItsOneSpelling();
    void canonicalTextIsItsOwnCanonicalText();
    void keyIsTheHashOfNameInputAndUser();
    void hostileTextIsRefused_data();
    void hostileTextIsRefused();
    void halfASurrogatePairHasNoCanonicalForm();
    void depthIsBounded();
    void notFiniteHasNoCanonicalForm();
    void ownKeysAreChecked_data();
    void ownKeysAreChecked();

private:
    QJsonObject m_vectors;
};

void TestCanonicalJson::initTestCase()
{
    QFile file(QStringLiteral(KINTSUGI_SOURCE_DIR "/tests/model/vectors.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    m_vectors = QJsonDocument::fromJson(file.readAll()).object();
    QVERIFY(m_vectors.value("numbers"_L1).toArray().size() >= 700);
}

void TestCanonicalJson::printsNumbersAsEcmaScriptDoes()
{
    const QJsonArray numbers = m_vectors.value("numbers"_L1).toArray();
    for (const QJsonValue vector : numbers) {
        const QString bits = vector[0].toString();
        const auto number = std::bit_cast<double>(bits.toULongLong(nullptr, 16));
        const QByteArray expected = vector[1].toString().toLatin1();
        QCOMPARE(ecmaScriptNumber(number), expected);
        const auto parsed = parseJson(expected);
        QVERIFY2(parsed, expected.constData());
        QCOMPARE(*canonicalJson(*parsed),
                 expected); // What it prints reads back as the same number.
    }
}

void TestCanonicalJson::valueHasItsOneSpelling_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("canonical");
    const QJsonArray values = m_vectors.value("values"_L1).toArray();
    for (const QJsonValue vector : values) {
        const QByteArray text = vector[0].toString().toUtf8();
        QTest::newRow(text.left(40).simplified().constData())
            << text << vector[1].toString().toUtf8();
    }
}

void TestCanonicalJson::valueHasItsOneSpelling()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, canonical);
    const auto value = parseJson(text);
    QVERIFY2(value, value ? "" : qPrintable(value.error().message));
    const auto printed = canonicalJson(*value);
    QVERIFY(printed);
    QCOMPARE(*printed, canonical);
}

void TestCanonicalJson::canonicalTextIsItsOwnCanonicalText()
{
    const QJsonArray values = m_vectors.value("values"_L1).toArray();
    for (const QJsonValue vector : values) {
        const QByteArray canonical = vector[1].toString().toUtf8();
        QCOMPARE(*canonicalJson(*parseJson(canonical)), canonical);
    }
}

void TestCanonicalJson::keyIsTheHashOfNameInputAndUser()
{
    const QJsonArray keys = m_vectors.value("keys"_L1).toArray();
    QVERIFY(keys.size() >= 7);
    for (const QJsonValue vector : keys) {
        const auto input = parseJson(vector["input"_L1].toString().toUtf8());
        QVERIFY(input);
        const auto material = computeKey(vector["name"_L1].toString().toUtf8(), input->toObject(),
                                         UserId(vector["userId"_L1].toString().toUtf8()));
        QVERIFY(material);
        QCOMPARE(material->canonical, vector["canonical"_L1].toString().toUtf8());
        QCOMPARE(material->key.toString(), vector["key"_L1].toString());
    }
    QCOMPARE(keys[0]["key"_L1], keys[1]["key"_L1]); // The order of the members does not matter, …
    QVERIFY(keys[0]["key"_L1] != keys[2]["key"_L1]); // … the user does, …
    QVERIFY(keys[0]["key"_L1] != keys[3]["key"_L1]); // … and so does runId.
}

void TestCanonicalJson::hostileTextIsRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("blanks") << "  \n "_ba;
    QTest::newRow("two values") << "1,2"_ba;
    QTest::newRow("closes our array") << "1],[2"_ba;
    QTest::newRow("closes our array at the end") << "1]"_ba;
    QTest::newRow("two objects") << "{}{}"_ba;
    QTest::newRow("object and comma") << "{},"_ba;
    QTest::newRow("open object") << "{"_ba;
    QTest::newRow("open text") << "\"a"_ba;
    QTest::newRow("single quotes") << "{'a':1}"_ba;
    QTest::newRow("comma at the end") << "[1,]"_ba;
    QTest::newRow("comment") << "[1]//x"_ba;
    QTest::newRow("NaN") << "NaN"_ba;
    QTest::newRow("Infinity") << "[-Infinity]"_ba;
    QTest::newRow("hex") << "0x10"_ba;
    QTest::newRow("plus") << "+1"_ba;
    QTest::newRow("raw control character") << QByteArray("\"a\x01z\"", 5);
    QTest::newRow("bare word") << "yes"_ba;
    QTest::newRow("broken UTF-8") << "\"\xc3(\""_ba;
    QTest::newRow("overlong UTF-8") << "\"\xc0\xaf\""_ba;
    QTest::newRow("surrogate in UTF-8") << "\"\xed\xa0\x80\""_ba;
    QTest::newRow("number beyond a double") << "1e400"_ba;
    QTest::newRow("100,000 brackets") << QByteArray(100'000, '[');
    QTest::newRow("100,000 objects") << "{\"a\":"_ba.repeated(100'000);
}

void TestCanonicalJson::hostileTextIsRefused()
{
    QFETCH(const QByteArray, text);
    const auto value = parseJson(text);
    const auto canonical = value ? canonicalJson(*value) : Expected<QByteArray>();
    QVERIFY2(!value || !canonical, canonical ? canonical->constData() : "");
    QVERIFY(!(value ? canonical.error().message : value.error().message).isEmpty());
}

void TestCanonicalJson::halfASurrogatePairHasNoCanonicalForm()
{
    for (const QByteArray &text : {R"("\ud800")"_ba, R"("\udc00")"_ba, R"("a\udc00\ud800b")"_ba,
                                   R"({"\ud83d":1})"_ba, R"([[{"a":"\ud83d\ud83d\ude00"}]])"_ba}) {
        const auto value = parseJson(text);
        if (!value)
            continue; // Refused earlier: as good.
        const auto canonical = canonicalJson(*value);
        QVERIFY2(!canonical, text.constData());
        QCOMPARE(canonical.error().code, ErrorCode::InvalidInput);
    }
    const auto refused =
        computeKey("count-to-n", {{u"runId"_s, QString(QChar(0xd800))}}, localUser());
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
}

void TestCanonicalJson::depthIsBounded()
{
    const auto nested = [](int depth) {
        QJsonValue value(1);
        for (int i = 0; i < depth; ++i)
            value = QJsonArray{value};
        return value;
    };
    QVERIFY(canonicalJson(nested(Limits::kJsonDepth)));
    const auto tooDeep = canonicalJson(nested(Limits::kJsonDepth + 1));
    QVERIFY(!tooDeep);
    QCOMPARE(tooDeep.error().code, ErrorCode::InvalidInput);
}

void TestCanonicalJson::notFiniteHasNoCanonicalForm()
{
    for (const double number :
         {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
          std::numeric_limits<double>::quiet_NaN()}) {
        // QJsonValue makes null of NaN in some places; what counts is that no "inf" comes out.
        const auto canonical = canonicalJson(QJsonValue(number));
        QVERIFY(!canonical || *canonical == "null");
    }
}

void TestCanonicalJson::ownKeysAreChecked_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<bool>("fine");
    QTest::newRow("all kinds") << "AZaz09._:-"_ba << true;
    QTest::newRow("one") << "-"_ba << true;
    QTest::newRow("255") << QByteArray(255, 'k') << true;
    QTest::newRow("256") << QByteArray(256, 'k') << false;
    QTest::newRow("none") << QByteArray() << false;
    QTest::newRow("blank") << "a b"_ba << false;
    QTest::newRow("slash") << "a/b"_ba << false;
    QTest::newRow("umlaut") << "ä"_ba << false;
    QTest::newRow("zero byte") << QByteArray("a\0b", 3) << false;
    QTest::newRow("line end") << "a\n"_ba << false;
    QTest::newRow("percent") << "a%b"_ba << false;
}

void TestCanonicalJson::ownKeysAreChecked()
{
    QFETCH(const QByteArray, key);
    QFETCH(const bool, fine);
    QCOMPARE(isAcceptableKey(key), fine);
}

QTEST_GUILESS_MAIN(TestCanonicalJson)
#include "tst_canonicaljson.moc"
