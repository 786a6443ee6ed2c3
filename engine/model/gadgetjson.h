// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QMetaObject>

namespace Kintsugi {

/*! A Q_GADGET's properties as one compact JSON object, in the order of their declaration.
 *
 *  Properties may be bool, int, qint64, double, QString, QStringList, QJsonObject, QJsonArray,
 * QJsonValue, QMap<QString, QString>, a gadget, or a QList of one of these. A property that says
 * Q_CLASSINFO("name.optional", "true") is left out while it is empty.
 */
[[nodiscard]] QByteArray gadgetToJson(const QMetaObject &meta, const void *gadget);

/*! The same as a QJsonObject. */
[[nodiscard]] QJsonObject gadgetToObject(const QMetaObject &meta, const void *gadget);

/*! Sets the properties that \a object has; the others keep their values. The object was checked
 * against the schema. */
void gadgetFromObject(const QMetaObject &meta, void *gadget, const QJsonObject &object);

template<typename Gadget>
[[nodiscard]] QByteArray toJsonBytes(const Gadget &gadget)
{
    return gadgetToJson(Gadget::staticMetaObject, &gadget);
}

template<typename Gadget>
[[nodiscard]] Gadget fromJsonObject(const QJsonObject &object)
{
    Gadget gadget;
    gadgetFromObject(Gadget::staticMetaObject, &gadget, object);
    return gadget;
}

/*! What a gadget says of itself or, as "property.word", of a property: Q_CLASSINFO. Empty when it
 * says nothing. */
[[nodiscard]] QByteArray classInfo(const QMetaObject &meta, const QByteArray &name);

} // namespace Kintsugi
