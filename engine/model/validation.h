// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"

#include <QJsonObject>

namespace Kintsugi {

/*! Checks \a input against \a schema (an object schema of schema.h), then fills in the defaults and
 * turns whole numbers that came as 7.0 into 7.
 *
 *  Gives the input as it will be stored and shown. InvalidInput names every bad field, what came
 * and what is allowed.
 */
[[nodiscard]] Expected<QJsonObject> validateInput(const QJsonObject &input,
                                                  const QJsonObject &schema);

} // namespace Kintsugi
