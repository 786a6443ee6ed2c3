// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/cli/benchpart.h"
#include "app/cli/benchreaders.h"
#include "app/http/httpserver.h"

#include <QString>

#include <memory>

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

/*! Readers of one task that ticks fifty times a second, in a process of their own, while something
 *  else is measured. Thread: main; waits. */
class LiveStreams
{
    Q_DISABLE_COPY_MOVE(LiveStreams)

public:
    /*! Until each of them reads; \a engine outlives it. */
    [[nodiscard]] static Expected<std::unique_ptr<LiveStreams>> open(Engine &engine,
                                                                     const Clock &clock, int count);
    ~LiveStreams(); //!< Ends them.

private:
    LiveStreams() = default;

    std::unique_ptr<HttpServer> m_server;
    std::unique_ptr<BenchPart> m_readers;
};

/*! Only the readers, for a server that is already there: prints one JSON line when each has the
 *  head of its answer and one at the end. With them tests/bench/fanout measures other servers, too.
 */
[[nodiscard]] Expected<void> playReaders(const BenchReaders::Plan &plan);

} // namespace Kintsugi
