// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/clienttypes.h"

#include "engine/model/event.h"
#include "engine/model/jsonwriter.h"

#include <QFile>
#include <QJsonArray>
#include <QMap>
#include <QSet>

#include <algorithm>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr int kStep = 2; // Spaces of one level.
constexpr int kDeepest = 64; // Spaces; what is nested deeper is unknown.
constexpr qsizetype kCommentLength = 300;

/*! A string literal of ASCII alone: a line separator of Unicode would end it early. */
QByteArray quoted(const QString &text)
{
    QByteArray literal = "\""_ba;
    for (const QChar c : text) {
        const char16_t unit = c.unicode();
        if (unit >= 0x20 && unit < 0x7F && unit != '"' && unit != '\\')
            literal += char(unit);
        else
            literal += "\\u"_ba + QByteArray::number(unit, 16).rightJustified(4, '0');
    }
    return literal + '"';
}

QByteArray memberName(const QString &name)
{
    const auto isWord = [](QChar c) {
        const char16_t u = c.unicode();
        return (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || (u >= '0' && u <= '9')
            || u == '_';
    };
    const bool isPlain =
        !name.isEmpty() && !name.front().isDigit() && std::ranges::all_of(name, isWord);
    return isPlain ? name.toLatin1() : quoted(name);
}

/*! A line of its own, or nothing. Neither the comment's end nor a directive (@ts-ignore) gets in.
 */
QByteArray comment(const QStringList &sentences, int indent)
{
    QStringList words = sentences;
    words.removeAll(QString());
    QString text = words.join(u' ').left(kCommentLength);
    for (QChar &c : text) {
        if (!c.isPrint())
            c = u' ';
    }
    text = text.replace(u'@', u"(at)"_s).replace(u"*/"_s, u"* /"_s).simplified();
    return text.isEmpty() ? QByteArray()
                          : QByteArray(indent, ' ') + "/** " + text.toUtf8() + " */\n";
}

QString sentence(const QString &text)
{
    return text.isEmpty() || text.endsWith(u'.') ? text : QString(text + u'.');
}

QByteArray comment(const QJsonObject &schema, int indent)
{
    const QString unit = schema["x-unit"_L1].toString();
    return comment({sentence(schema["title"_L1].toString()),
                    sentence(schema["description"_L1].toString()),
                    unit.isEmpty() ? unit : u"In "_s + sentence(unit)},
                   indent);
}

QByteArray literalOf(const QJsonValue &value)
{
    if (value.isString())
        return quoted(value.toString());
    return value.isArray() || value.isObject() ? "unknown"_ba : toCompactJson(value);
}

/*! Each of them once; none at all is never. */
QByteArray unionOf(const QList<QByteArray> &types)
{
    QList<QByteArray> once;
    for (const QByteArray &type : types) {
        if (!once.contains(type))
            once << type;
    }
    return once.isEmpty() ? "never"_ba : once.join(" | ");
}

template<typename Make>
QByteArray unionOf(const QJsonArray &values, Make make)
{
    QList<QByteArray> types;
    for (const QJsonValue &value : values)
        types << make(value);
    return unionOf(types);
}

QByteArray listOf(const QByteArray &item)
{
    const auto isPlain = [](char c) { return (c >= 'a' && c <= 'z') || c == '[' || c == ']'; };
    if (std::ranges::all_of(item, isPlain))
        return item + "[]";
    return "Array<" + item + '>';
}

QByteArray objectOf(const QJsonObject &schema, bool isShown, int indent)
{
    const QByteArray inside(indent + kStep, ' ');
    const QJsonObject properties = schema["properties"_L1].toObject();
    const QJsonArray required = schema["required"_L1].toArray();
    QByteArray members;
    for (auto it = properties.begin(); it != properties.end(); ++it) {
        const QJsonObject property = it->toObject();
        const bool isThere =
            required.contains(it.key()) || (isShown && property.contains("default"_L1));
        members += comment(property, indent + kStep) + inside + memberName(it.key())
            + (isThere ? ": " : "?: ") + typeScriptOf(*it, isShown, indent + kStep) + ";\n";
    }
    const QJsonValue others = schema["additionalProperties"_L1];
    if (properties.isEmpty())
        return "{ [name: string]: "
            + typeScriptOf(others.isUndefined() ? QJsonValue(true) : others, isShown, indent)
            + " }";
    if (others != QJsonValue(false))
        members += inside + "[name: string]: unknown;\n";
    return "{\n" + members + QByteArray(indent, ' ') + '}';
}

QByteArray typeNamed(const QString &type, const QJsonObject &schema, bool isShown, int indent)
{
    if (type == u"object"_s)
        return objectOf(schema, isShown, indent);
    if (type == u"array"_s)
        return listOf(typeScriptOf(schema["items"_L1], isShown, indent));
    if (type == u"integer"_s)
        return "number"_ba;
    static const QSet<QString> same{u"string"_s, u"number"_s, u"boolean"_s, u"null"_s};
    return same.contains(type) ? type.toLatin1() : "unknown"_ba;
}

/*! Payloads by type; one that stands twice may be either. */
QByteArray eventsOf(const QList<EventSchema> &events, int indent)
{
    QMap<QByteArray, QList<QByteArray>> types;
    for (const EventSchema &event : events) {
        // A "constructor" every object has already, so that none would be an object of handlers.
        if (checkHandlerEventType(event.type) && event.type != "constructor")
            types[event.type] << typeScriptOf(event.schema, true, indent + kStep);
    }
    if (types.isEmpty())
        return "{}"_ba;
    QByteArray members;
    for (auto it = types.cbegin(); it != types.cend(); ++it)
        members += QByteArray(indent + kStep, ' ') + it.key() + ": " + unionOf(*it) + ";\n";
    return "{\n" + members + QByteArray(indent, ' ') + '}';
}

} // namespace

QByteArray typeScriptOf(const QJsonValue &schema, bool isShown, int indent)
{
    if (schema.isBool())
        return schema.toBool() ? "unknown"_ba : "never"_ba;
    const QJsonObject object = schema.toObject();
    const QJsonValue type = object["type"_L1];
    const auto inner = [isShown, indent](const QJsonValue &one) {
        return typeScriptOf(one, isShown, indent + kStep);
    };
    if (indent > kDeepest)
        return "unknown"_ba;
    if (object.contains("const"_L1))
        return literalOf(object["const"_L1]);
    if (object.contains("enum"_L1))
        return unionOf(object["enum"_L1].toArray(), literalOf);
    for (const auto &word : {"anyOf"_L1, "oneOf"_L1}) {
        if (object.contains(word))
            return unionOf(object[word].toArray(), inner);
    }
    if (type.isArray())
        return unionOf(type.toArray(), [&](const QJsonValue &one) {
            return typeNamed(one.toString(), object, isShown, indent + kStep);
        });
    return typeNamed(type.toString(), object, isShown, indent);
}

QByteArray clientTypes(const QList<DefinitionInfo> &definitions)
{
    QFile file(u":/kintsugi/client/client.d.ts"_s);
    QByteArray text = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    text += "/** What can be started on this server, by name. */\nexport interface "
            "TaskDefinitions {\n";
    QSet<QByteArray> named;
    for (const DefinitionInfo &info : definitions) {
        if (named.contains(info.name))
            continue;
        named << info.name;
        text += comment({sentence(info.title), u"Version %1."_s.arg(info.version)}, kStep) + "  "
            + quoted(QString::fromUtf8(info.name))
            + ": {\n    input: " + typeScriptOf(info.inputSchema, false, 2 * kStep)
            + ";\n    storedInput: " + typeScriptOf(info.inputSchema, true, 2 * kStep)
            + ";\n    result: " + typeScriptOf(info.resultSchema, true, 2 * kStep)
            + ";\n    events: " + eventsOf(info.events, 2 * kStep) + ";\n  };\n";
    }
    return text + "}\n";
}

} // namespace Kintsugi
