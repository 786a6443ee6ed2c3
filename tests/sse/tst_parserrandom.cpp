// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/sse/parser.h"

#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! The parser against a second reader, which is naive and takes the whole stream at once. */
class TestParserRandom : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void randomStreamsReadAsTheStandardSpellsIt();
};

namespace {

/*! The algorithm as the standard tells it, on the whole text at once; retry left out. */
QList<QByteArray> readAsTold(const QByteArray &bytes)
{
    QString text = QString::fromUtf8(bytes); // Takes the byte order mark off.
    text.replace(u"\r\n"_s, u"\n"_s).replace(u'\r', u'\n');
    QStringList lines = text.split(u'\n');
    lines.removeLast(); // The rest without a line end.
    QString data, type, id;
    QList<QByteArray> log;
    for (const QString &line : std::as_const(lines)) {
        if (line.isEmpty()) {
            if (!data.isEmpty())
                log += QString(id + u'|' + (type.isEmpty() ? u"message"_s : type) + u'|'
                               + data.chopped(1))
                           .toUtf8();
            data.clear();
            type.clear();
            continue;
        }
        static const QRegularExpression kField(u"\\A([^:]*)(?:: ?(.*))?\\z"_s,
                                               QRegularExpression::DotMatchesEverythingOption);
        const QRegularExpressionMatch match = kField.match(line);
        const QString name = match.captured(1);
        const QString value = match.captured(2);
        if (name == u"data")
            data += value + u'\n';
        else if (name == u"event")
            type = value;
        else if (name == u"id" && !value.contains(QChar::Null))
            id = value;
    }
    return log;
}

QList<QByteArray> read(const QList<QByteArrayView> &pieces)
{
    SseParser parser;
    QList<QByteArray> log;
    for (const QByteArrayView piece : pieces) {
        if (!parser.feed(piece))
            return {"refused"_ba};
        for (const SseMessage &message : parser.takeMessages())
            log += message.id + '|' + message.type + '|' + message.data;
    }
    return log;
}

} // namespace

void TestParserRandom::randomStreamsReadAsTheStandardSpellsIt()
{
    const QList<QByteArray> words{"data"_ba,     "data:"_ba,  "data: "_ba, "id"_ba,
                                  "id:"_ba,      "event:"_ba, ":"_ba,      " "_ba,
                                  "\n"_ba,       "\r"_ba,     "\r\n"_ba,   "\n\n"_ba,
                                  "x"_ba,        "\u20ac"_ba, "\uFEFF"_ba, QByteArray(1, '\0'),
                                  "retry: 5"_ba, "\n"_ba,     "\r\r"_ba};
    constexpr quint32 kSeed = 20261123;
    QRandomGenerator random(kSeed);
    for (int round = 0; round < 20'000; ++round) {
        QByteArray bytes;
        for (quint32 i = random.bounded(30U); i > 0; --i)
            bytes += words.at(random.bounded(words.size()));
        QList<QByteArrayView> pieces;
        for (QByteArrayView rest = bytes; !rest.isEmpty();) {
            pieces += rest.first(random.bounded(rest.size()) + 1);
            rest = rest.sliced(pieces.last().size());
        }
        QVERIFY2(read(pieces) == readAsTold(bytes), bytes.toPercentEncoding().constData());
    }
}

QTEST_GUILESS_MAIN(TestParserRandom)
#include "tst_parserrandom.moc"
