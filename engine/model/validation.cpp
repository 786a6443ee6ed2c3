// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

/* The check is our own: valijson 1.0, which tests/model/tst_validation.cpp takes as a second
 * opinion, reads whole numbers as 32 bits with this JSON type, and its messages name neither what
 * came nor what is allowed. We write all schemas ourselves (schema.h), so few words are needed. */

#include "engine/model/validation.h"

#include "engine/model/jsonwriter.h"

#include <QJsonArray>
#include <QRegularExpression>
#include <QStringList>

#include <cmath>
#include <limits>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr double kLargestWhole = 9'007'199'254'740'991; // Doubles are exact up to here.
constexpr qsizetype kErrors = 20; // More than anybody reads at once.

/*! 7.0 is 7 (JSON has one kind of number); also gives the schema's defaults to members that are
 * absent. */
QJsonValue normalised(const QJsonValue &value, const QJsonObject &schema)
{
    if (value.isDouble()) {
        const double number = value.toDouble();
        if (std::floor(number) == number && std::abs(number) <= kLargestWhole)
            return QJsonValue(qint64(number));
        return value;
    }
    if (value.isArray()) {
        const QJsonObject items = schema.value("items"_L1).toObject();
        QJsonArray array;
        for (const QJsonValue item : value.toArray())
            array.append(normalised(item, items));
        return array;
    }
    if (!value.isObject())
        return value;
    QJsonObject object;
    const QJsonObject given = value.toObject();
    const QJsonObject properties = schema.value("properties"_L1).toObject();
    for (auto it = given.begin(); it != given.end(); ++it)
        object.insert(it.key(), normalised(it.value(), properties.value(it.key()).toObject()));
    for (auto it = properties.begin(); it != properties.end(); ++it) {
        const QJsonObject property = it.value().toObject();
        if (!object.contains(it.key()) && property.contains("default"_L1))
            object.insert(it.key(), normalised(property.value("default"_L1), property));
    }
    return object;
}

QString shown(const QJsonValue &value)
{
    const QString text = QString::fromUtf8(toCompactJson(value));
    return text.size() > 60 ? QString(text.left(57) + u"…"_s) : text;
}

/*! " of 1 to 5 items": of what a bound's two words say, either may be missing. */
QString span(const QJsonObject &schema, QLatin1StringView least, QLatin1StringView most,
             QLatin1StringView unit)
{
    const QJsonValue minimum = schema.value(least);
    const QJsonValue maximum = schema.value(most);
    const auto units = [unit](const QJsonValue &bound) {
        return QString(shown(bound) + ' '_L1 + unit + (bound == QJsonValue(1) ? ""_L1 : "s"_L1));
    };
    if (minimum.isDouble() && maximum.isDouble())
        return " of "_L1 + shown(minimum) + " to "_L1 + units(maximum);
    if (minimum.isDouble())
        return " of at least "_L1 + units(minimum);
    return maximum.isDouble() ? QString(" of at most "_L1 + units(maximum)) : QString();
}

struct Bounds
{
    QJsonValue minimum;
    QJsonValue maximum;
};

Bounds boundsOf(const QJsonObject &schema)
{
    Bounds bounds{schema.value("minimum"_L1), schema.value("maximum"_L1)};
    if (schema.value("format"_L1) == "int32"_L1) {
        if (!bounds.minimum.isDouble())
            bounds.minimum = std::numeric_limits<qint32>::min();
        if (!bounds.maximum.isDouble())
            bounds.maximum = std::numeric_limits<qint32>::max();
    }
    return bounds;
}

QString allowed(const QJsonObject &schema)
{
    const QString type = schema.value("type"_L1).toString();
    if (const QJsonArray values = schema.value("enum"_L1).toArray(); !values.isEmpty()) {
        QStringList names;
        for (const QJsonValue value : values)
            names << shown(value);
        return "one of "_L1 + names.join(", "_L1);
    }
    if (type == "integer"_L1 || type == "number"_L1) {
        QString text = type == "integer"_L1 ? u"a whole number"_s : u"a number"_s;
        const Bounds bounds = boundsOf(schema);
        if (bounds.minimum.isDouble() && bounds.maximum.isDouble())
            text += " from %1 to %2"_L1.arg(shown(bounds.minimum), shown(bounds.maximum));
        else if (bounds.minimum.isDouble())
            text += " of at least %1"_L1.arg(shown(bounds.minimum));
        else if (bounds.maximum.isDouble())
            text += " of at most %1"_L1.arg(shown(bounds.maximum));
        else if (type == "integer"_L1)
            text += u" that a double holds exactly, up to %1"_s.arg(qint64(kLargestWhole));
        return text;
    }
    if (type == "string"_L1) {
        QString text = "a string"_L1 + span(schema, "minLength"_L1, "maxLength"_L1, "character"_L1);
        if (const QJsonValue pattern = schema.value("pattern"_L1); pattern.isString())
            text += " that matches "_L1 + pattern.toString();
        return text;
    }
    if (type == "array"_L1)
        return "an array"_L1 + span(schema, "minItems"_L1, "maxItems"_L1, "item"_L1);
    if (type == "object"_L1)
        return u"an object"_s;
    return type.isEmpty() ? u"something else"_s : QString("a "_L1 + type);
}

bool isWithin(double value, const QJsonValue &minimum, const QJsonValue &maximum)
{
    return !(minimum.isDouble() && value < minimum.toDouble())
        && !(maximum.isDouble() && value > maximum.toDouble());
}

bool isWithin(qsizetype size, const QJsonObject &schema, QLatin1StringView least,
              QLatin1StringView most)
{
    return isWithin(double(size), schema.value(least), schema.value(most));
}

/*! Whether the value itself is allowed; what is inside of it, is not looked at. */
bool isAllowed(const QJsonValue &value, const QJsonObject &schema)
{
    if (const QJsonArray values = schema.value("enum"_L1).toArray();
        !values.isEmpty() && !values.contains(value))
        return false;
    const QString type = schema.value("type"_L1).toString();
    if (type == "integer"_L1 || type == "number"_L1) {
        const double number = value.toDouble();
        const bool isWhole = std::floor(number) == number && std::abs(number) <= kLargestWhole;
        const Bounds bounds = boundsOf(schema);
        return value.isDouble() && (isWhole || type == "number"_L1)
            && isWithin(number, bounds.minimum, bounds.maximum);
    }
    if (type == "string"_L1) {
        const QJsonValue pattern = schema.value("pattern"_L1);
        return value.isString()
            && isWithin(value.toString().toUcs4().size(), schema, "minLength"_L1, "maxLength"_L1)
            && (!pattern.isString()
                || QRegularExpression(pattern.toString()).match(value.toString()).hasMatch());
    }
    if (type == "array"_L1)
        return value.isArray()
            && isWithin(value.toArray().size(), schema, "minItems"_L1, "maxItems"_L1);
    if (type == "object"_L1)
        return value.isObject();
    return type != "boolean"_L1 || value.isBool();
}

/*! Gathers what is wrong, outer things first. */
class Checker
{
public:
    [[nodiscard]] QList<FieldError> errors() const { return m_errors; }

    void checkValue(const QString &path, const QJsonValue &value, const QJsonObject &schema)
    {
        if (!isAllowed(value, schema))
            add(path, "must be %1, not %2"_L1.arg(allowed(schema), shown(value)));
        else if (value.isObject())
            checkObject(path, value.toObject(), schema);
        else if (value.isArray())
            checkItems(path, value.toArray(), schema.value("items"_L1).toObject());
    }

private:
    void add(const QString &path, const QString &what)
    {
        const QString whose = path.isEmpty() ? u"the input"_s : QString('"'_L1 + path + '"'_L1);
        if (m_errors.size() < kErrors)
            m_errors << FieldError{path, whose + ' '_L1 + what};
    }

    static QString below(const QString &path, const QString &name)
    {
        return path.isEmpty() ? name : QString(path + '.'_L1 + name);
    }

    void checkObject(const QString &path, const QJsonObject &object, const QJsonObject &schema)
    {
        const QJsonObject properties = schema.value("properties"_L1).toObject();
        const QJsonValue others = schema.value("additionalProperties"_L1);
        const bool isClosed = others == QJsonValue(false);
        for (auto it = object.begin(); isClosed && it != object.end(); ++it) {
            if (!properties.contains(it.key()))
                add(below(path, it.key()),
                    "is no field of %1; its fields are %2"_L1.arg(
                        path.isEmpty() ? u"this input"_s : QString('"'_L1 + path + '"'_L1),
                        properties.keys().join(", "_L1)));
        }
        for (const QJsonValue value : schema.value("required"_L1).toArray()) {
            const QString name = value.toString();
            if (!object.contains(name))
                add(below(path, name),
                    "is missing; it must be "_L1 + allowed(properties.value(name).toObject()));
        }
        for (auto it = object.begin(); it != object.end(); ++it) {
            const QJsonValue property = properties.value(it.key());
            checkValue(below(path, it.key()), it.value(),
                       property.isObject() ? property.toObject() : others.toObject());
        }
    }

    void checkItems(const QString &path, const QJsonArray &items, const QJsonObject &schema)
    {
        for (qsizetype i = 0; i < items.size(); ++i)
            checkValue(below(path, QString::number(i)), items.at(i), schema);
    }

    QList<FieldError> m_errors;
};

} // namespace

Expected<QJsonObject> validateInput(const QJsonObject &input, const QJsonObject &schema)
{
    const QJsonObject complete = normalised(input, schema).toObject();
    Checker checker;
    checker.checkValue(QString(), complete, schema);
    if (checker.errors().isEmpty())
        return complete;
    Error error{ErrorCode::InvalidInput, QString(), checker.errors()};
    QStringList messages;
    for (const FieldError &field : std::as_const(error.fields))
        messages << field.message;
    error.message = messages.join("; "_L1);
    return std::unexpected(error);
}

} // namespace Kintsugi
