// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/requestrecord.h"

#include "app/http/accesslog.h"

namespace Kintsugi {

RequestRecord::RequestRecord(std::shared_ptr<HttpTally> tally, std::shared_ptr<const Clock> clock,
                             const RequestHead &head, QHostAddress peer, quint16 peerPort)
    : m_tally(std::move(tally))
    , m_clock(std::move(clock))
    , m_method(head.method)
    , m_target(head.target)
    , m_peer(std::move(peer))
    , m_peerPort(peerPort)
    , m_since(m_clock->monotonic())
{}

RequestRecord::~RequestRecord()
{
    ++m_tally->requests[{m_route, m_method, m_status / 100}];
    if (logsAccess())
        logAccess({m_method, m_target, m_status, m_bytes, m_clock->monotonic() - m_since, m_peer,
                   m_peerPort});
}

void RequestRecord::answered(int status, qint64 bytes)
{
    m_status = status;
    m_bytes += bytes;
}

void RequestRecord::streamBegins()
{
    m_status = 200;
    ++m_tally->streams;
}

void RequestRecord::streamSends(qint64 bytes)
{
    m_bytes += bytes;
    m_tally->streamBytes += quint64(bytes);
}

void RequestRecord::streamSendsFrames(qint64 frames)
{
    m_tally->streamFrames += quint64(frames);
}

void RequestRecord::readerDropped()
{
    ++m_tally->droppedReaders;
}

} // namespace Kintsugi
