// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/store/writes.h"

namespace Kintsugi {

class Query;

/*! What may start, go on or be ended by itself: "WITH … chosen (num, turn)", for the claim and for
 *  the look whether a claim is worth while.
 *
 *  Candidates are found each kind by an index of its own, so that what rests (sleepers, delayed
 *  starts, live attempts) is not walked over; then each is judged. A task that this process cannot
 *  drive is left out here, and not only when it is claimed: otherwise a page full of such tasks
 * would keep all others waiting. With \a running, users take turns, those first that have the least
 *  running; without, turns are not counted. \a onlySome: among the bound numbers.
 */
[[nodiscard]] QByteArray readyChoice(const Liveness &liveness, bool onlySome,
                                     const QHash<UserId, int> *running);

/*! Binds the parameters of all that. Without a free slot only what wants none is found. */
void bindReady(Query &query, const Judge &judge, const Drivable &drivable, bool hasFreeSlot,
               int limit, const std::optional<QList<qint64>> &only);

} // namespace Kintsugi
