// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/fields.h"

#include "engine/model/limits.h"

#include <cmath>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {
constexpr qsizetype kErrors = 20; // More than anybody reads at once.
}

std::optional<QJsonValue> Fields::value(const QString &name)
{
    if (!m_object.contains(name))
        return std::nullopt;
    return m_object.take(name);
}

std::optional<bool> Fields::boolean(const QString &name)
{
    const auto value = this->value(name);
    if (value && !value->isBool())
        refuse(name, u"\"%1\" must be true or false"_s.arg(name));
    return value && value->isBool() ? std::optional(value->toBool()) : std::nullopt;
}

std::optional<QString> Fields::text(const QString &name, qsizetype maxLength)
{
    const auto value = this->value(name);
    if (!value || value->isNull())
        return std::nullopt;
    if (!value->isString() || value->toString().size() > maxLength) {
        refuse(name,
               u"\"%1\" must be a string of at most %2 characters"_s.arg(name).arg(maxLength));
        return std::nullopt;
    }
    return value->toString();
}

std::optional<qint64> Fields::integer(const QString &name)
{
    const auto value = this->value(name);
    if (!value)
        return std::nullopt;
    const double number = value->toDouble(-1);
    if (!value->isDouble() || number < 0 || number > 9e15 || number != std::floor(number)) {
        refuse(name, u"\"%1\" must be a whole number from 0 on"_s.arg(name));
        return std::nullopt;
    }
    return qint64(number);
}

std::optional<QJsonObject> Fields::object(const QString &name)
{
    const auto value = this->value(name);
    if (value && !value->isObject())
        refuse(name, u"\"%1\" must be an object"_s.arg(name));
    return value && value->isObject() ? std::optional(value->toObject()) : std::nullopt;
}

void Fields::require(const QString &name, bool isThere)
{
    const bool isKnown = std::ranges::any_of(
        m_errors, [&name](const FieldError &error) { return error.field == name; });
    if (!isThere && !isKnown)
        refuse(name, u"\"%1\" is missing"_s.arg(name));
}

void Fields::refuseRest()
{
    for (const QString &name : m_object.keys())
        refuse(name, u"\"%1\" is no field of this request"_s.arg(name));
}

void Fields::refuse(const QString &name, const QString &message)
{
    if (m_errors.size() < kErrors)
        m_errors << FieldError{name, message};
}

std::optional<Problem> Fields::problem() const
{
    if (m_errors.isEmpty())
        return std::nullopt;
    QStringList messages;
    for (const FieldError &error : m_errors)
        messages << error.message;
    return Problem{.status = 422, .detail = messages.join(u"; "_s), .errors = m_errors};
}

SubmitRequest takeStart(Fields &fields)
{
    SubmitRequest request;
    request.fresh = fields.boolean(u"fresh"_s).value_or(false);
    request.autoRecover = fields.boolean(u"autoRecover"_s);
    if (const auto key = fields.text(u"idempotencyKey"_s, Limits::kKeyLength)) {
        if (key->isEmpty())
            fields.refuse(u"idempotencyKey"_s, u"\"idempotencyKey\" must not be empty"_s);
        request.key = IdempotencyKey(key->toUtf8());
    }
    if (const auto delay = fields.integer(u"delayMs"_s))
        request.delay = std::chrono::milliseconds(*delay);
    return request;
}

} // namespace Kintsugi
