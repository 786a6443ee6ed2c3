// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QMetaObject>
#include <QMetaType>

/*! What a Q_GADGET's property may be besides one plain value; gadgetjson.h and schema.h agree by
 * this. */
namespace Kintsugi::GadgetTypes {

/*! Null when \a type is no gadget. */
[[nodiscard]] const QMetaObject *gadget(QMetaType type);

/*! The items' type of a QList<…>; not valid for anything else, QStringList among them. */
[[nodiscard]] QMetaType listItem(QMetaType type);

/*! Whether it is QMap<QString, QString>: an object whose members are all texts. */
[[nodiscard]] bool isTextMap(QMetaType type);

} // namespace Kintsugi::GadgetTypes
