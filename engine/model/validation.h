// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"

#include <QJsonObject>

namespace Kintsugi {

/*! Checks \a input against \a schema (an object schema of schema.h), then fills in the defaults and
 * turns whole numbers that came as 7.0 into 7, both inside nested objects and items too.
 *
 *  Gives the input as it will be stored and shown. InvalidInput names every bad field (the first
 * twenty) by its path, "stages.2.timeoutMs", what came and what is allowed. A whole number may be
 * as large as a double holds exactly, 2^53 - 1; an int's schema says that it takes 32 bits.
 */
[[nodiscard]] Expected<QJsonObject> validateInput(const QJsonObject &input,
                                                  const QJsonObject &schema);

} // namespace Kintsugi
