// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/requesthead.h"
#include "engine/model/clock.h"

#include <QHostAddress>

#include <map>
#include <memory>
#include <tuple>

namespace Kintsugi {

/*! What the server has answered, for the metrics. Bounded by the table of routes, whatever
 * strangers ask for. Thread: the server's. */
struct HttpTally
{
    struct Kind
    {
        QByteArray route; //!< As the table has it; empty for a path that is not in it.
        QByteArray method;
        int statusClass = 0; //!< 2 for 2xx; 0 when the client left before it was answered.
        friend bool operator<(const Kind &a, const Kind &b)
        {
            return std::tie(a.route, a.method, a.statusClass)
                < std::tie(b.route, b.method, b.statusClass);
        }
    };
    std::map<Kind, quint64> requests{};
    quint64 streams = 0; //!< Begun.
    quint64 streamFrames = 0;
    quint64 streamBytes = 0;
    quint64 droppedReaders = 0; //!< Slow ones.
};

/*! One request from the moment its route is looked for to the last byte of its answer.
 *
 *  Shared by the exchange's copies and the stream; when the last of them goes, the request is
 *  counted and logged. Thread: the server's.
 */
class RequestRecord final
{
    Q_DISABLE_COPY_MOVE(RequestRecord)

public:
    RequestRecord(std::shared_ptr<HttpTally> tally, std::shared_ptr<const Clock> clock,
                  const RequestHead &head, QHostAddress peer, quint16 peerPort);
    ~RequestRecord();

    void setRoute(const QByteArray &pattern) { m_route = pattern; }
    void answered(int status, qint64 bytes);

    void streamBegins();
    void streamSends(qint64 bytes);
    void streamSendsFrames(qint64 frames);
    void readerDropped();
    [[nodiscard]] qint64 bytes() const { return m_bytes; } //!< Handed to the socket so far.

private:
    std::shared_ptr<HttpTally> m_tally; //!< Shared with the server, which may go first.
    std::shared_ptr<const Clock> m_clock; //!< Shared with the engine.
    QByteArray m_method;
    QByteArray m_target;
    QByteArray m_route;
    QHostAddress m_peer;
    quint16 m_peerPort;
    Monotonic m_since;
    int m_status = 0;
    qint64 m_bytes = 0;
};

} // namespace Kintsugi
