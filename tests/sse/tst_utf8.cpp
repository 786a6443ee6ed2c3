// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/sse/utf8.h"

#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

class TestUtf8 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decode_data();
    void decode();
    void everyCharacterPasses();
    void noSurrogatePasses();
};

void TestUtf8::decode_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("text"); // "?" stands for U+FFFD.
    const auto row = [](const char *name, const char *hex, const QString &text) {
        QTest::newRow(name) << QByteArray::fromHex(hex) << text;
    };
    row("nothing", "", u""_s);
    row("ASCII with NUL", "610062", QString::fromUtf16(u"a\0b", 3));
    row("two, three and four bytes", "c3a9 e282ac f09f9880", u"\u00e9\u20ac\U0001F600"_s);
    row("a byte order mark is kept", "efbbbf61", u"\ufeffa"_s);
    row("noncharacters are characters", "efbfbf", QString(QChar(0xffff)));
    row("the last code point", "f48fbfbf", QString::fromUcs4(U"\U0010FFFF", 1));
    row("a trailing byte alone", "6180", u"a?"_s);
    row("two trailing bytes alone", "8080", u"??"_s);
    row("bytes that never occur", "c0c1f5ff", u"????"_s);
    row("overlong slash", "c0af", u"??"_s);
    row("overlong slash of three", "e080af", u"???"_s);
    row("overlong slash of four", "f08080af", u"????"_s);
    row("surrogate", "eda080", u"???"_s);
    row("beyond the last code point", "f4908080", u"????"_s);
    row("two of three, end", "e282", u"?"_s);
    row("two of three, then ASCII", "e28261", u"?a"_s);
    row("three of four, then ASCII", "f09f9861", u"?a"_s);
    row("two of four, then a whole one", "f09fc3a9", u"?\u00e9"_s);
    row("lead after lead", "e2e282ac", u"?\u20ac"_s);
    row("broken and whole in turn", "61f1808080e180c262806380808064", u"a\U00040000??b?c???d"_s);
}

void TestUtf8::decode()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(QString, text);
    text.replace(u'?', QChar(QChar::ReplacementCharacter));
    QCOMPARE(decodeUtf8(bytes).toHex(), text.toUtf8().toHex());
}

void TestUtf8::everyCharacterPasses()
{
    for (char32_t c = 0; c <= 0x10FFFF; ++c) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        const QByteArray bytes = QString::fromUcs4(&c, 1).toUtf8();
        const QByteArray broken = bytes + '\xff'; // So that the slow path reads it.
        if (decodeUtf8(bytes) != bytes || !decodeUtf8(broken).startsWith(bytes))
            QFAIL(qPrintable(QString::number(c, 16)));
    }
}

void TestUtf8::noSurrogatePasses()
{
    for (uint c = 0xD800; c <= 0xDFFF; ++c) {
        const std::array<char, 3> bytes{char(0xED), char(0x80 | ((c >> 6) & 0x3F)),
                                        char(0x80 | (c & 0x3F))};
        QCOMPARE(decodeUtf8(bytes), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"_ba);
    }
}

QTEST_GUILESS_MAIN(TestUtf8)
#include "tst_utf8.moc"
