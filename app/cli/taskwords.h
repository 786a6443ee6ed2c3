// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"

#include <QJsonObject>
#include <QStringList>

/*! What the wire's JSON says of a task, in words for people: no colours, no line ends. */
namespace Kintsugi {

/*! What a task that does not run waits for, and how it goes on; empty for one that runs or has
 *  ended. \a suspended is the payload of its last event of that type. */
[[nodiscard]] QString waitOf(const QJsonObject &task, const QJsonObject &suspended, Timestamp now);

/*! One line a step: of \a steps, {"steps","runs"}, first those with a memo in its order, then those
 *  that have begun and come to nothing yet. The engine's own memos are left out. */
[[nodiscard]] QStringList stepLines(const QJsonObject &steps);

} // namespace Kintsugi
