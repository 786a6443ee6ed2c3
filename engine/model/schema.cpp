// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/schema.h"

#include "engine/model/gadgetjson.h"
#include "engine/model/gadgettypes.h"

#include <QJsonArray>
#include <QMetaProperty>
#include <QMetaType>

namespace Kintsugi {

namespace {

QJsonObject typeSchema(QMetaType type)
{
    if (const QMetaObject *gadget = GadgetTypes::gadget(type))
        return schemaOf(*gadget);
    const auto typed = [](const char *name) {
        return QJsonObject{{QStringLiteral("type"), QString::fromLatin1(name)}};
    };
    if (const QMetaType item = GadgetTypes::listItem(type); item.isValid()) {
        QJsonObject schema = typed("array");
        schema.insert(QStringLiteral("items"), typeSchema(item));
        return schema;
    }
    if (GadgetTypes::isTextMap(type)) {
        QJsonObject schema = typed("object");
        schema.insert(QStringLiteral("additionalProperties"), typed("string"));
        return schema;
    }
    switch (type.id()) {
    case QMetaType::Bool:
        return typed("boolean");
    case QMetaType::Int: {
        QJsonObject schema = typed("integer");
        schema.insert(QStringLiteral("format"), QStringLiteral("int32"));
        return schema;
    }
    case QMetaType::LongLong:
        return typed("integer");
    case QMetaType::Double:
        return typed("number");
    case QMetaType::QString:
        return typed("string");
    case QMetaType::QStringList: {
        QJsonObject schema = typed("array");
        schema.insert(QStringLiteral("items"), typed("string"));
        return schema;
    }
    case QMetaType::QJsonObject:
        return typed("object");
    case QMetaType::QJsonArray:
        return typed("array");
    default:
        return {};
    }
}

QJsonObject propertySchema(const QMetaObject &meta, const QMetaProperty &property)
{
    QJsonObject schema = typeSchema(property.metaType());
    const auto info = [&](const char *word) {
        return classInfo(meta, QByteArray(property.name()) + '.' + word);
    };
    for (const char *bound :
         {"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"}) {
        if (const QByteArray text = info(bound); !text.isEmpty())
            schema.insert(QString::fromLatin1(bound),
                          text.contains('.') ? QJsonValue(text.toDouble())
                                             : QJsonValue(text.toLongLong()));
    }
    if (schema.contains(QStringLiteral("minimum")) && schema.contains(QStringLiteral("maximum")))
        schema.remove(QStringLiteral("format")); // The bounds say more.
    if (const QByteArray text = info("pattern"); !text.isEmpty())
        schema.insert(QStringLiteral("pattern"), QString::fromUtf8(text));
    if (const QByteArray text = info("enum"); !text.isEmpty()) {
        QJsonArray values;
        for (const QByteArray &value : text.split(','))
            values.append(QString::fromUtf8(value));
        schema.insert(QStringLiteral("enum"), values);
    }
    if (const QByteArray text = info("title"); !text.isEmpty())
        schema.insert(QStringLiteral("title"), QString::fromUtf8(text));
    if (const QByteArray text = info("help"); !text.isEmpty())
        schema.insert(QStringLiteral("description"), QString::fromUtf8(text));
    if (const QByteArray text = info("unit"); !text.isEmpty())
        schema.insert(QStringLiteral("x-unit"), QString::fromUtf8(text));
    return schema;
}

} // namespace

QJsonObject schemaOf(const QMetaObject &meta)
{
    const QMetaType type = meta.metaType(); // Not by name: nobody has registered that.
    void *blank = type.isValid() ? type.create() : nullptr;
    const QJsonObject defaults = blank ? gadgetToObject(meta, blank) : QJsonObject();
    if (blank)
        type.destroy(blank);

    QJsonObject properties;
    QJsonArray required;
    for (int i = 0; i < meta.propertyCount(); ++i) {
        const QMetaProperty property = meta.property(i);
        const QString name = QString::fromLatin1(property.name());
        QJsonObject schema = propertySchema(meta, property);
        if (classInfo(meta, name.toLatin1() + ".required") == "true")
            required.append(name);
        else if (defaults.contains(name))
            schema.insert(QStringLiteral("default"), defaults.value(name));
        properties.insert(name, schema);
    }
    QJsonObject schema{{QStringLiteral("type"), QStringLiteral("object")},
                       {QStringLiteral("properties"), properties},
                       {QStringLiteral("additionalProperties"), false}};
    if (!required.isEmpty())
        schema.insert(QStringLiteral("required"), required);
    return schema;
}

QJsonObject inputSchemaOf(const QMetaObject &meta)
{
    QJsonObject schema = schemaOf(meta);
    QJsonObject properties = schema.value(QStringLiteral("properties")).toObject();
    properties.insert(
        QStringLiteral("runId"),
        QJsonObject{
            {QStringLiteral("type"), QStringLiteral("string")},
            {QStringLiteral("maxLength"), 64},
            {QStringLiteral("description"),
             QStringLiteral("Any text; another one makes another task of the same input.")}});
    schema.insert(QStringLiteral("properties"), properties);
    return schema;
}

} // namespace Kintsugi
