// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/routes.h"
#include "engine/model/taskdefinition.h"

#include <QJsonObject>

namespace Kintsugi {

/*! The OpenAPI 3.1 document of a table of routes.
 *
 *  Schemas, parameters and headers come from apischemas.json; each definition adds those of its
 *  input, its result and its events, as NAME.input, NAME.result and NAME.event.TYPE, and the body
 *  of a start that takes the input's members beside the start's own, as NAME.start.
 */
[[nodiscard]] QJsonObject openApi(const QList<Routes::Route> &routes,
                                  const QList<DefinitionInfo> &definitions);

} // namespace Kintsugi
