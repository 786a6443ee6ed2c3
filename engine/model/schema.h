// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QJsonObject>
#include <QMetaObject>

namespace Kintsugi {

/*! The JSON Schema (2020-12) of a gadget.
 *
 *  Types come from the properties, defaults from a default-constructed gadget, the rest from
 * Q_CLASSINFO: "n.minimum", "n.maximum", "n.minLength", "n.maxLength", "n.pattern", "n.minItems",
 * "n.maxItems", "n.enum" (comma-separated), "n.title", "n.help", "n.unit", "n.required",
 * "n.optional" (no default, may be absent). An int without both bounds has the format int32.
 * Unknown members are refused.
 */
[[nodiscard]] QJsonObject schemaOf(const QMetaObject &meta);

/*! The schema of a task's input: schemaOf() and the member that every input may bear, runId. */
[[nodiscard]] QJsonObject inputSchemaOf(const QMetaObject &meta);

} // namespace Kintsugi
