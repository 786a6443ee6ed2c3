// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/cli/benchreaders.h"

#include <QString>

namespace Kintsugi {

struct SsePlan
{
    QString store; //!< A fresh file.
    int clients = 200;
    qint64 events = 5000;
};

struct SseFigures
{
    qint64 deliveries = 0; //!< Frames that readers have got.
    Monotonic took{}; //!< From the first to the last of them.
    qint64 commits = 0;
};

/*! What `bench --scenario sse` does: a server of its own, one count-to-n that ticks as fast as it
 *  can, each tick in the store before it is sent, and all its readers, which must each get every
 *  event.
 *
 *  Thread: main; waits.
 */
[[nodiscard]] Expected<SseFigures> measureSse(const SsePlan &plan);

/*! Only the readers, for a server that is already there: prints one JSON line when each has the
 *  head of its answer and one at the end. With them tests/bench/fanout measures other servers, too.
 */
[[nodiscard]] Expected<void> playReaders(const BenchReaders::Plan &plan);

} // namespace Kintsugi
