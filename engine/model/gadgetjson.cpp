// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/gadgetjson.h"

#include "engine/model/jsonwriter.h"

#include <QJsonArray>
#include <QMetaProperty>
#include <QStringList>

namespace Kintsugi {

namespace {

const QMetaObject *gadgetMeta(QMetaType type)
{
    return type.flags().testFlag(QMetaType::IsGadget) ? type.metaObject() : nullptr;
}

QJsonValue toJsonValue(const QVariant &value)
{
    if (const QMetaObject *meta = gadgetMeta(value.metaType()))
        return gadgetToObject(*meta, value.constData());
    if (value.metaType() == QMetaType::fromType<QJsonValue>())
        return value.value<QJsonValue>();
    return QJsonValue::fromVariant(value);
}

QVariant toVariant(const QJsonValue &json, QMetaType type)
{
    if (const QMetaObject *meta = gadgetMeta(type)) {
        QVariant gadget(type);
        gadgetFromObject(*meta, gadget.data(), json.toObject());
        return gadget;
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
    if (classInfo(meta, QByteArray(property.name()) + ".optional") != "true")
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
        const QByteArray name(property.name());
        if (const QMetaObject *inner = gadgetMeta(value.metaType()))
            json.raw(name, gadgetToJson(*inner, value.constData()));
        else
            json.member(name, toJsonValue(value));
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
