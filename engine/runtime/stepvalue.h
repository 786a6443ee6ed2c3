// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/canonicaljson.h"
#include "engine/model/gadgetjson.h"
#include "engine/model/jsonwriter.h"

#include <QJsonObject>

#include <concepts>

namespace Kintsugi {

template<typename T>
concept Gadget = requires {
    { T::staticMetaObject } -> std::convertible_to<QMetaObject>;
};

/*! How a step's result becomes JSON and comes back. Specialise it for a type of your own. */
template<typename T>
struct StepValue
{
    static QByteArray toJson(const T &value)
    {
        if constexpr (Gadget<T>)
            return toJsonBytes(value);
        else
            return toCompactJson(QJsonValue(value));
    }
    static T fromJson(const QByteArray &json)
    {
        const QJsonValue value = parseJson(json).value_or(QJsonValue());
        if constexpr (Gadget<T>)
            return fromJsonObject<T>(value.toObject());
        else if constexpr (std::same_as<T, QJsonValue>)
            return value;
        else if constexpr (std::same_as<T, QJsonObject>)
            return value.toObject();
        else
            return value.toVariant().template value<T>();
    }
};

} // namespace Kintsugi
