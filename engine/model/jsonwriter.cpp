// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/jsonwriter.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace Kintsugi {

namespace {

void appendEscaped(QByteArray &out, QStringView text)
{
    static constexpr char kHex[] = "0123456789abcdef";
    out += '"';
    for (const char c : text.toUtf8()) {
        switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\b':
            out += "\\b";
            break;
        case '\f':
            out += "\\f";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            if (uchar(c) < 0x20) {
                out += "\\u00";
                out += kHex[(c >> 4) & 0xf];
                out += kHex[c & 0xf];
            } else {
                out += c;
            }
        }
    }
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
