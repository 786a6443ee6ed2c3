// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/taskdefinition.h"

namespace Kintsugi {

/*! The body of GET /client.d.ts: the types of client.mjs with TaskDefinitions, an interface made of
 * the schemas of \a definitions.
 *
 *  A definition may come from a plugin, so none of its texts is trusted: names are quoted and
 * escaped to ASCII, comments cannot be left, events that no handler may emit are left out, and what
 * a schema does not tell is `unknown`.
 */
[[nodiscard]] QByteArray clientTypes(const QList<DefinitionInfo> &definitions);

/*! The TypeScript type of what \a schema describes: \a isShown when the engine sends it, with its
 * defaults filled in, else as it may be given. \a indent: spaces before the closing brace. */
[[nodiscard]] QByteArray typeScriptOf(const QJsonValue &schema, bool isShown, int indent = 0);

} // namespace Kintsugi
