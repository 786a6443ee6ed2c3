// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/gadgetjson.h"

#include "engine/model/gadgettypes.h"
#include "engine/model/jsonwriter.h"

#include <QJsonArray>
#include <QMetaProperty>
#include <QSequentialIterable>
#include <QStringList>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

using TextMap = QMap<QString, QString>;

QJsonValue toJsonValue(const QVariant &value)
{
    const QMetaType type = value.metaType();
    if (const QMetaObject *meta = GadgetTypes::gadget(type))
        return gadgetToObject(*meta, value.constData());
    if (GadgetTypes::isTextMap(type)) {
        QJsonObject object;
        const TextMap map = value.value<TextMap>();
        for (auto it = map.begin(); it != map.end(); ++it)
            object.insert(it.key(), it.value());
        return object;
    }
    if (GadgetTypes::listItem(type).isValid()) {
        QJsonArray array;
        for (const QVariant &item : value.value<QSequentialIterable>())
            array.append(toJsonValue(item));
        return array;
    }
    if (type == QMetaType::fromType<QJsonValue>())
        return value.value<QJsonValue>();
    return QJsonValue::fromVariant(value);
}

/*! The same as bytes, where the members of gadgets keep the order of their declaration. */
QByteArray toJsonText(const QVariant &value)
{
    if (const QMetaObject *meta = GadgetTypes::gadget(value.metaType()))
        return gadgetToJson(*meta, value.constData());
    switch (value.metaType().id()) { // The most frequent ones without a detour.
    case QMetaType::Bool:
        return value.toBool() ? "true"_ba : "false"_ba;
    case QMetaType::Int:
        return QByteArray::number(value.toInt());
    default:
        break;
    }
    if (!GadgetTypes::listItem(value.metaType()).isValid())
        return toCompactJson(toJsonValue(value));
    QList<QByteArray> items;
    for (const QVariant &item : value.value<QSequentialIterable>())
        items << toJsonText(item);
    return jsonArray(items);
}

QVariant toVariant(const QJsonValue &json, QMetaType type)
{
    if (const QMetaObject *meta = GadgetTypes::gadget(type)) {
        QVariant gadget(type);
        gadgetFromObject(*meta, gadget.data(), json.toObject());
        return gadget;
    }
    if (GadgetTypes::isTextMap(type)) {
        TextMap map;
        const QJsonObject object = json.toObject();
        for (auto it = object.begin(); it != object.end(); ++it)
            map.insert(it.key(), it.value().toString());
        return QVariant::fromValue(map);
    }
    if (const QMetaType item = GadgetTypes::listItem(type); item.isValid()) {
        QVariant list(type);
        auto items = list.view<QSequentialIterable>();
        for (const QJsonValue entry : json.toArray())
            items.addValue(toVariant(entry, item), QSequentialIterable::AtEnd);
        return list;
    }
    switch (type.id()) {
    case QMetaType::Bool:
        return json.toBool();
    case QMetaType::Int:
        return int(json.toInteger());
    case QMetaType::LongLong:
        return json.toInteger();
    case QMetaType::Double:
        return json.toDouble();
    case QMetaType::QString:
        return json.toString();
    case QMetaType::QStringList:
        return json.toVariant().toStringList();
    case QMetaType::QJsonObject:
        return json.toObject();
    case QMetaType::QJsonArray:
        return json.toArray();
    default:
        return QVariant::fromValue(json);
    }
}

bool isLeftOut(const QMetaObject &meta, const QMetaProperty &property, const QVariant &value)
{
    if (meta.classInfoCount() == 0
        || classInfo(meta, QByteArray(property.name()) + ".optional") != "true")
        return false;
    const QJsonValue json = toJsonValue(value);
    return json.isNull() || json.isUndefined() || (json.isString() && json.toString().isEmpty());
}

template<typename Visit>
void forEachProperty(const QMetaObject &meta, const void *gadget, Visit visit)
{
    for (int i = 0; i < meta.propertyCount(); ++i) {
        const QMetaProperty property = meta.property(i);
        const QVariant value = property.readOnGadget(gadget);
        if (!isLeftOut(meta, property, value))
            visit(property, value);
    }
}

} // namespace

QByteArray classInfo(const QMetaObject &meta, const QByteArray &name)
{
    const int index = meta.indexOfClassInfo(name.constData());
    return index < 0 ? QByteArray() : QByteArray(meta.classInfo(index).value());
}

QByteArray gadgetToJson(const QMetaObject &meta, const void *gadget)
{
    JsonWriter json;
    forEachProperty(meta, gadget, [&json](const QMetaProperty &property, const QVariant &value) {
        json.raw(property.name(), toJsonText(value));
    });
    return json.finish();
}

QJsonObject gadgetToObject(const QMetaObject &meta, const void *gadget)
{
    QJsonObject object;
    forEachProperty(meta, gadget, [&object](const QMetaProperty &property, const QVariant &value) {
        object.insert(QString::fromLatin1(property.name()), toJsonValue(value));
    });
    return object;
}

void gadgetFromObject(const QMetaObject &meta, void *gadget, const QJsonObject &object)
{
    for (int i = 0; i < meta.propertyCount(); ++i) {
        const QMetaProperty property = meta.property(i);
        const auto member = object.constFind(QString::fromLatin1(property.name()));
        if (member != object.constEnd())
            property.writeOnGadget(gadget, toVariant(*member, property.metaType()));
    }
}

} // namespace Kintsugi
