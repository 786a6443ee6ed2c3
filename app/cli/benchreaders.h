// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/cli/benchdelays.h"
#include "engine/model/clock.h"
#include "engine/model/error.h"

#include <QByteArray>

#include <vector>

namespace Kintsugi {

/*! Many readers of one event stream of any server, as cheap as can be: they count frames and look
 *  at nothing else, in one thread with epoll. What serves them is what is measured.
 *
 *  Thread: one; waits.
 */
class BenchReaders
{
public:
    struct Plan
    {
        quint16 port = 0; //!< On 127.0.0.1.
        QByteArray target; //!< Path and query.
        int clients = 200;
        int stalled = 0; //!< As many more that ask and never read.
        bool timesDelays = false; //!< Of our own events only: others bear no time.
        qint64 frames =
            0; //!< A reader is done with so many, or when its stream ends; 0: only then.
    };
    struct Figures
    {
        qint64 frames = 0; //!< Of all readers.
        qint64 bytes = 0;
        qint64 fewest = 0; //!< Frames of one reader.
        BenchDelays delays{};
        Monotonic took{}; //!< From the first frame of any to the last of all.
    };

    BenchReaders(const Clock &clock, Plan plan);
    ~BenchReaders();
    BenchReaders(const BenchReaders &) = delete;
    BenchReaders &operator=(const BenchReaders &) = delete;

    /*! Until each has the head of its answer. StoreUnavailable when one is refused. */
    [[nodiscard]] Expected<void> connectAll();
    /*! Until each is done; StoreUnavailable when no byte comes for half a minute. */
    [[nodiscard]] Expected<Figures> readAll();

private:
    struct Reader
    {
        int socket = -1;
        bool hasHead = false;
        qint64 frames = 0;
        QByteArray rest; //!< The end of the last piece, where a mark may have begun.
    };

    [[nodiscard]] Expected<int> ask(); //!< A socket that has sent the request.
    [[nodiscard]] Expected<void> connectOne(Reader &reader);
    /*! Serves whoever has bytes until \a isDone. */
    template<typename Done>
    [[nodiscard]] Expected<void> loop(const Done &isDone);
    [[nodiscard]] Expected<void> take(Reader &reader);
    void count(Reader &reader, QByteArrayView piece);
    void close(Reader &reader);

    const Clock &m_clock;
    Plan m_plan;
    int m_epoll = -1;
    std::vector<Reader> m_readers;
    std::vector<int> m_stalled; //!< Sockets.
    BenchDelays m_delays;
    QByteArray m_buffer;
    int m_heads = 0;
    int m_open = 0;
    qint64 m_bytes = 0;
    Monotonic m_first{};
    Monotonic m_last{};
};

} // namespace Kintsugi
