// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArrayView>
#include <QJsonDocument>
#include <QJsonObject>

namespace Kintsugi {

[[nodiscard]] inline QJsonObject objectOf(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object();
}

/*! The number of member \a quotedName in a flat payload, 0 without one. Builds no document: a tick
 *  is read a million times. */
[[nodiscard]] inline qint64 numberOf(QByteArrayView json, QByteArrayView quotedName)
{
    qsizetype at = json.indexOf(quotedName);
    if (at < 0)
        return 0;
    at += quotedName.size();
    while (at < json.size() && (json[at] == ' ' || json[at] == ':'))
        ++at;
    qint64 number = 0;
    for (; at < json.size() && json[at] >= '0' && json[at] <= '9'; ++at) {
        if (number > (Q_INT64_C(1) << 53))
            return 0;
        number = number * 10 + (json[at] - '0');
    }
    return number;
}

} // namespace Kintsugi
