// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"

#include <QJsonValue>
#include <QString>

#include <expected>

namespace Kintsugi {

/*! The one spelling of a JSON value: RFC 8785 (JSON Canonicalization Scheme).
 *
 *  Members sorted by UTF-16 code unit, numbers as ECMAScript prints them, no white space. Numbers
 * are IEEE doubles, as the RFC asks. InvalidInput for what has no canonical form: a lone surrogate,
 * a number that is not finite.
 */
[[nodiscard]] Expected<QByteArray> canonicalJson(const QJsonValue &value);

/*! A double as ECMAScript's Number.prototype.toString prints it. \a number is finite. */
[[nodiscard]] QByteArray ecmaScriptNumber(double number);

/*! Where a text stops being JSON, and why. */
struct JsonFault
{
    QString why;
    qsizetype byte = 0; //!< From the text's begin.
};

/*! Reads any JSON value (RFC 8259), a bare scalar too. */
[[nodiscard]] std::expected<QJsonValue, JsonFault> readJson(const QByteArray &text);

/*! The same with one sentence as the error. */
[[nodiscard]] Expected<QJsonValue> parseJson(const QByteArray &text);

} // namespace Kintsugi
