// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/gadgettypes.h"

#include <QMap>
#include <QSequentialIterable>
#include <QVariant>

namespace Kintsugi::GadgetTypes {

const QMetaObject *gadget(QMetaType type)
{
    return type.flags().testFlag(QMetaType::IsGadget) ? type.metaObject() : nullptr;
}

QMetaType listItem(QMetaType type)
{
    const int id = type.id(); // Also registers the views of a container.
    if (id < QMetaType::User
        || !QMetaType::canView(type, QMetaType::fromType<QSequentialIterable>()))
        return {};
    QVariant list(type);
    return list.view<QSequentialIterable>().metaContainer().valueMetaType();
}

bool isTextMap(QMetaType type)
{
    return type == QMetaType::fromType<QMap<QString, QString>>();
}

} // namespace Kintsugi::GadgetTypes
