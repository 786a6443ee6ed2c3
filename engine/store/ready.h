// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/store/workers.h"

#include <QByteArray>
#include <QHash>

namespace Kintsugi {

class Query;

/*! "WHERE …" over tasks t and dropped_attempts d: what may start, go on or be ended by itself. One
 * condition for the claim and for the look whether a claim is worth while.
 *
 *  A task that this process cannot drive is left out here, and not only when it is claimed:
 * otherwise a page full of such tasks would keep all others waiting.
 */
[[nodiscard]] QByteArray readyCondition(const Liveness &liveness);

/*! Binds its three parameters; they must be the first of the statement. */
void bindReady(Query &query, const Judge &judge, const QHash<QByteArray, int> &drivable);

} // namespace Kintsugi
