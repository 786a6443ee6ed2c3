// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QHash>
#include <QString>

namespace Kintsugi {

class Attempt;

/*! One line of asking: the handler itself, or one branch of an all(). Within it asks have an order;
 *  between branches that run side by side they have none, so each counts for itself.
 *
 *  Thread: engine. Lives as long as the coroutine that asks.
 */
struct Branch
{
    explicit Branch(Attempt &attempt, QByteArray path = {});
    Branch(const Branch &) = delete;
    Branch &operator=(const Branch &) = delete;

    Attempt &attempt;
    QByteArray path; //!< "3.0/": the third ask of the handler, its branch 0; empty for the handler.
    int lastOrdinal = 0;
    QHash<QString, int> occurrences; //!< Of names.
    int emitted = 0; //!< Events, since the attempt began.
    int alreadyEmitted = 0; //!< So many need not be said again: the attempt was parked after them.
    bool isStopThrown = false; //!< Stopped is thrown once a branch; what follows cleans up.
    bool isInStep = false; //!< A coroutine step's body runs: it may not ask for steps here.
};

} // namespace Kintsugi
