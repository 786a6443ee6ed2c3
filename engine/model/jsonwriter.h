// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"

#include <QByteArray>
#include <QJsonValue>
#include <QString>

#include <concepts>
#include <optional>

namespace Kintsugi {

/*! Writes one compact JSON object with its members in the order they are given.
 *
 *  QJsonObject sorts its members and wants values; most of what we send is JSON bytes already, and
 * people read it.
 */
class JsonWriter
{
public:
    JsonWriter &member(QByteArrayView name, QStringView text);
    JsonWriter &member(QByteArrayView name, const QString &text)
    {
        return member(name, QStringView(text));
    }
    JsonWriter &member(QByteArrayView name, const QByteArray &utf8Text); //!< As a JSON string.
    JsonWriter &member(QByteArrayView name, qint64 number);
    JsonWriter &member(QByteArrayView name, int number) { return member(name, qint64(number)); }
    JsonWriter &member(QByteArrayView name, std::same_as<bool> auto value)
    {
        return raw(name, value ? QByteArrayView("true") : QByteArrayView("false"));
    }
    JsonWriter &member(QByteArrayView name, std::optional<Timestamp> at); //!< ISO 8601 or null.
    JsonWriter &member(QByteArrayView name, const QJsonValue &value);
    JsonWriter &raw(QByteArrayView name,
                    QByteArrayView json); //!< JSON as it is; empty stands for null.
    JsonWriter &null(QByteArrayView name) { return raw(name, {}); }
    JsonWriter &textOrNull(QByteArrayView name,
                           const QString &text); //!< A null or empty text is null.

    [[nodiscard]] QByteArray finish() const
    {
        return m_json.isEmpty() ? QByteArrayLiteral("{}") : m_json + '}';
    }

private:
    void key(QByteArrayView name);
    QByteArray m_json;
};

[[nodiscard]] QByteArray jsonString(QStringView text); //!< With quotes, escaped.
[[nodiscard]] QByteArray jsonArray(const QList<QByteArray> &items);
[[nodiscard]] QByteArray toCompactJson(const QJsonValue &value);

} // namespace Kintsugi
