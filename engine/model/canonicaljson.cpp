// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/canonicaljson.h"

#include "engine/model/jsonwriter.h"
#include "engine/model/limits.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr double kExactWhole = 9'007'199'254'740'992; // Below, each whole number is a double.

Expected<void> appendString(QByteArray &out, const QString &text)
{
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text.at(i);
        if (c.isHighSurrogate() && i + 1 < text.size() && text.at(i + 1).isLowSurrogate())
            ++i;
        else if (c.isSurrogate())
            return failure(ErrorCode::InvalidInput,
                           QStringLiteral("a text holds half a surrogate pair"));
    }
    out += jsonString(text);
    return {};
}

Expected<void> append(QByteArray &out, const QJsonValue &value, int depth)
{
    if (depth > Limits::kJsonDepth)
        return failure(ErrorCode::InvalidInput, QStringLiteral("the JSON is nested too deeply"));
    switch (value.type()) {
    case QJsonValue::Null:
    case QJsonValue::Undefined:
        out += "null";
        return {};
    case QJsonValue::Bool:
        out += value.toBool() ? "true" : "false";
        return {};
    case QJsonValue::Double:
        if (!std::isfinite(value.toDouble()))
            return failure(ErrorCode::InvalidInput, QStringLiteral("a number is not finite"));
        out += ecmaScriptNumber(value.toDouble());
        return {};
    case QJsonValue::String:
        return appendString(out, value.toString());
    case QJsonValue::Array: {
        out += '[';
        bool first = true;
        for (const QJsonValue item : value.toArray()) {
            if (!std::exchange(first, false))
                out += ',';
            if (auto done = append(out, item, depth + 1); !done)
                return done;
        }
        out += ']';
        return {};
    }
    case QJsonValue::Object: {
        const QJsonObject object = value.toObject();
        std::vector<std::pair<QString, QJsonValue>> members;
        members.reserve(size_t(object.size()));
        for (auto it = object.begin(); it != object.end(); ++it)
            members.emplace_back(it.key(), it.value());
        // QString orders by UTF-16 code unit, as the RFC does.
        std::ranges::sort(members, {}, &std::pair<QString, QJsonValue>::first);
        out += '{';
        bool first = true;
        for (const auto &[name, member] : members) {
            if (!std::exchange(first, false))
                out += ',';
            if (auto done = appendString(out, name); !done)
                return done;
            out += ':';
            if (auto done = append(out, member, depth + 1); !done)
                return done;
        }
        out += '}';
        return {};
    }
    }
    return {};
}

/*! Where a text holds a bare control character, which RFC 8259 forbids and QJsonDocument lets pass;
 * -1 for none. */
qsizetype bareControlCharacter(const QByteArray &json)
{
    bool inText = false;
    for (qsizetype i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (c == '"')
            inText = !inText;
        else if (inText && c == '\\')
            ++i;
        else if (inText && uchar(c) < 0x20)
            return i;
    }
    return -1;
}

/*! Qt mostly tells the byte behind the one that it stumbled over. */
qsizetype placeOf(const QJsonParseError &fault, qsizetype size)
{
    switch (fault.error) {
    case QJsonParseError::GarbageAtEnd:
    case QJsonParseError::IllegalNumber:
    case QJsonParseError::TerminationByNumber:
    case QJsonParseError::UnterminatedString:
        return std::min(qsizetype(fault.offset), size);
    default:
        return std::clamp(qsizetype(fault.offset) - 1, qsizetype(0), size);
    }
}

} // namespace

QByteArray ecmaScriptNumber(double number)
{
    if (number == 0)
        return QByteArrayLiteral("0"); // Also for -0.
    if (std::abs(number) < kExactWhole && std::trunc(number) == number)
        return QByteArray::number(qint64(number));
    char text[32];
    const auto end =
        std::to_chars(text, text + sizeof text, std::abs(number), std::chars_format::scientific)
            .ptr;
    const QByteArrayView scientific(
        text, end - text); // d[.ddd]e±XX with the fewest digits that read back the same
    const qsizetype e = scientific.indexOf('e');
    QByteArray digits = scientific.first(e).toByteArray();
    digits.replace(".", "");
    const int exponent = scientific.sliced(e + 1).toInt();
    const qsizetype count = digits.size();
    const int point =
        exponent + 1; // The number is 0.DIGITS × 10^point, "n" in ECMA-262, 6.1.6.1.20.

    QByteArray out;
    if (number < 0)
        out += '-';
    if (count <= point && point <= 21) {
        out += digits + QByteArray(point - count, '0');
    } else if (0 < point && point <= 21) {
        out += digits.first(point) + '.' + digits.sliced(point);
    } else if (-6 < point && point <= 0) {
        out += "0." + QByteArray(-point, '0') + digits;
    } else {
        out += digits.first(1);
        if (count > 1)
            out += '.' + digits.sliced(1);
        out += 'e';
        out += point > 0 ? '+' : '-';
        out += QByteArray::number(std::abs(point - 1));
    }
    return out;
}

Expected<QByteArray> canonicalJson(const QJsonValue &value)
{
    QByteArray out;
    if (auto done = append(out, value, 0); !done)
        return std::unexpected(done.error());
    return out;
}

std::expected<QJsonValue, JsonFault> readJson(const QByteArray &text)
{
    // QJsonDocument takes arrays and objects only: a scalar is read as the one item of an array.
    // The trimmed text must not be able to close that array itself, so only what starts like a
    // scalar goes that way.
    const QByteArray trimmed = text.trimmed();
    const bool structure = trimmed.startsWith('{') || trimmed.startsWith('[');
    QJsonParseError fault;
    const QJsonDocument document =
        QJsonDocument::fromJson(structure ? text : '[' + trimmed + ']', &fault);
    if (fault.error != QJsonParseError::NoError)
        return std::unexpected(JsonFault{fault.errorString(), placeOf(fault, text.size())});
    if (const qsizetype at = bareControlCharacter(text); at >= 0)
        return std::unexpected(JsonFault{u"a bare control character in a text"_s, at});
    if (structure)
        return document.isObject() ? QJsonValue(document.object()) : QJsonValue(document.array());
    if (document.array().size() != 1)
        return std::unexpected(JsonFault{u"not one value"_s, 0});
    return document.array().first();
}

Expected<QJsonValue> parseJson(const QByteArray &text)
{
    const auto value = readJson(text);
    if (!value)
        return failure(ErrorCode::InvalidArgument,
                       u"not JSON: %1 at byte %2"_s.arg(value.error().why).arg(value.error().byte));
    return *value;
}

} // namespace Kintsugi
