// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/jsonwriter.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace Kintsugi {

namespace {

/*! How a byte that cannot stand in a text is written; empty for one that can. */
QByteArrayView escaped(char c)
{
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\b':
        return "\\b";
    case '\f':
        return "\\f";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return {};
    }
}

void appendEscaped(QByteArray &out, QStringView text)
{
    static constexpr char kHex[] = "0123456789abcdef";
    const QByteArray utf8 = text.toUtf8();
    out += '"';
    qsizetype written = 0; // Bytes that can stay as they are go in one piece.
    for (qsizetype i = 0; i < utf8.size(); ++i) {
        const char c = utf8[i];
        if (uchar(c) >= 0x20 && c != '"' && c != '\\')
            continue;
        out += QByteArrayView(utf8).sliced(written, i - written);
        written = i + 1;
        if (const QByteArrayView known = escaped(c); !known.isEmpty()) {
            out += known;
        } else {
            out += "\\u00";
            out += kHex[(c >> 4) & 0xf];
            out += kHex[c & 0xf];
        }
    }
    out += QByteArrayView(utf8).sliced(written);
    out += '"';
}

} // namespace

void JsonWriter::key(QByteArrayView name)
{
    m_json += m_json.isEmpty() ? '{' : ',';
    m_json += '"';
    m_json += name;
    m_json += "\":";
}

JsonWriter &JsonWriter::member(QByteArrayView name, QStringView text)
{
    key(name);
    appendEscaped(m_json, text);
    return *this;
}

JsonWriter &JsonWriter::member(QByteArrayView name, const QByteArray &utf8Text)
{
    return member(name, QString::fromUtf8(utf8Text));
}

JsonWriter &JsonWriter::member(QByteArrayView name, qint64 number)
{
    key(name);
    m_json += QByteArray::number(number);
    return *this;
}

JsonWriter &JsonWriter::member(QByteArrayView name, std::optional<Timestamp> at)
{
    return at ? member(name, toIso8601(*at)) : null(name);
}

JsonWriter &JsonWriter::member(QByteArrayView name, const QJsonValue &value)
{
    return raw(name, toCompactJson(value));
}

JsonWriter &JsonWriter::raw(QByteArrayView name, QByteArrayView json)
{
    key(name);
    m_json += json.isEmpty() ? QByteArrayView("null") : json;
    return *this;
}

JsonWriter &JsonWriter::textOrNull(QByteArrayView name, const QString &text)
{
    return text.isEmpty() ? null(name) : member(name, QStringView(text));
}

QByteArray jsonString(QStringView text)
{
    QByteArray out;
    appendEscaped(out, text);
    return out;
}

QByteArray jsonArray(const QList<QByteArray> &items)
{
    return '[' + items.join(',') + ']';
}

QByteArray toCompactJson(const QJsonValue &value)
{
    if (value.isObject())
        return QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact);
    if (value.isArray())
        return QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact);
    if (value.isUndefined())
        return QByteArrayLiteral("null");
    const QByteArray wrapped = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return wrapped.mid(1, wrapped.size() - 2);
}

} // namespace Kintsugi
