// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/validation.h"

#include "engine/model/jsonwriter.h"

#include <QJsonArray>
#include <QStringList>

#include <cmath>

QT_WARNING_PUSH
QT_WARNING_DISABLE_CLANG("-Weverything")
#include <valijson/adapters/qtjson_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
QT_WARNING_POP

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

/*! 7.0 is 7 (JSON has one kind of number); also gives the schema's defaults to members that are
 * absent. */
QJsonValue normalised(const QJsonValue &value, const QJsonObject &schema)
{
    if (value.isDouble()) {
        const double number = value.toDouble();
        if (std::floor(number) == number && std::abs(number) < 9.0e15)
            return QJsonValue(qint64(number));
        return value;
    }
    if (value.isObject() && schema.contains("properties"_L1)) {
        QJsonObject object = value.toObject();
        const QJsonObject properties = schema.value("properties"_L1).toObject();
        for (auto it = properties.begin(); it != properties.end(); ++it) {
            const QJsonObject property = it.value().toObject();
            if (object.contains(it.key()))
                object.insert(it.key(), normalised(object.value(it.key()), property));
            else if (property.contains("default"_L1))
                object.insert(it.key(), property.value("default"_L1));
        }
        return object;
    }
    return value;
}

QString shown(const QJsonValue &value)
{
    const QString text = QString::fromUtf8(toCompactJson(value));
    return text.size() > 60 ? text.left(57) + "…"_L1 : text;
}

QString allowed(const QJsonObject &schema)
{
    const QString type = schema.value("type"_L1).toString();
    const QJsonValue minimum = schema.value("minimum"_L1);
    const QJsonValue maximum = schema.value("maximum"_L1);
    if (const QJsonArray values = schema.value("enum"_L1).toArray(); !values.isEmpty()) {
        QStringList names;
        for (const QJsonValue value : values)
            names << shown(value);
        return "one of "_L1 + names.join(", "_L1);
    }
    if (type == "integer"_L1 || type == "number"_L1) {
        QString text = type == "integer"_L1 ? u"a whole number"_s : u"a number"_s;
        if (minimum.isDouble() && maximum.isDouble())
            text += " from %1 to %2"_L1.arg(shown(minimum), shown(maximum));
        else if (minimum.isDouble())
            text += " of at least %1"_L1.arg(shown(minimum));
        return text;
    }
    if (type == "string"_L1) {
        const QJsonValue length = schema.value("maxLength"_L1);
        return length.isDouble() ? "a string of at most %1 characters"_L1.arg(shown(length))
                                 : u"a string"_s;
    }
    return type.isEmpty()
        ? u"something else"_s
        : (type == "array"_L1 ? "an array"_L1
                              : QString("a"_L1 + (type == "object"_L1 ? "n "_L1 : " "_L1) + type));
}

/*! "<root>[n]", valijson's spelling, to "n". */
QString fieldOf(const valijson::ValidationResults::Error &error)
{
    QStringList path;
    for (const std::string &part : error.context) {
        QString name = QString::fromStdString(part);
        if (name == "<root>"_L1)
            continue;
        if (name.startsWith('['_L1) && name.endsWith(']'_L1))
            name = name.mid(1, name.size() - 2);
        path << name;
    }
    return path.join('.'_L1);
}

QList<FieldError> objectErrors(const QJsonObject &object, const QJsonObject &schema)
{
    QList<FieldError> errors;
    const QJsonObject properties = schema.value("properties"_L1).toObject();
    if (schema.value("additionalProperties"_L1) == QJsonValue(false)) {
        for (const QString &name : object.keys()) {
            if (!properties.contains(name))
                errors << FieldError{name,
                                     "\"%1\" is no field of this input; its fields are %2"_L1.arg(
                                         name, properties.keys().join(", "_L1))};
        }
    }
    for (const QJsonValue name : schema.value("required"_L1).toArray()) {
        if (!object.contains(name.toString()))
            errors << FieldError{
                name.toString(),
                "\"%1\" is missing; it must be %2"_L1.arg(
                    name.toString(), allowed(properties.value(name.toString()).toObject()))};
    }
    return errors;
}

QList<FieldError> explain(const QJsonObject &input, const QJsonObject &schema,
                          valijson::ValidationResults &results)
{
    QList<FieldError> errors = objectErrors(input, schema);
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
        const QString field = fieldOf(error);
        const auto same = [&field](const FieldError &known) { return known.field == field; };
        if (field.isEmpty() || std::ranges::any_of(errors, same))
            continue;
        const QString head = field.section('.'_L1, 0, 0);
        const QJsonObject property =
            schema.value("properties"_L1).toObject().value(head).toObject();
        if (field == head)
            errors << FieldError{field,
                                 "\"%1\" must be %2, not %3"_L1.arg(field, allowed(property),
                                                                    shown(input.value(head)))};
        else
            errors << FieldError{field, QString::fromStdString(error.description)};
    }
    if (errors.isEmpty())
        errors << FieldError{QString(), u"the input does not match its schema"_s};
    return errors;
}

} // namespace

Expected<QJsonObject> validateInput(const QJsonObject &input, const QJsonObject &schema)
{
    const QJsonObject complete = normalised(input, schema).toObject();
    valijson::Schema parsed;
    valijson::SchemaParser parser;
    const QJsonValue schemaValue(schema);
    parser.populateSchema(valijson::adapters::QtJsonAdapter(schemaValue), parsed);
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    valijson::ValidationResults results;
    const QJsonValue target(complete);
    if (validator.validate(parsed, valijson::adapters::QtJsonAdapter(target), &results))
        return complete;
    Error error{ErrorCode::InvalidInput, QString(), explain(complete, schema, results)};
    QStringList messages;
    for (const FieldError &field : std::as_const(error.fields))
        messages << field.message;
    error.message = messages.join("; "_L1);
    return std::unexpected(error);
}

} // namespace Kintsugi
