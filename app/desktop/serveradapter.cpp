// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/desktop/serveradapter.h"

#include "app/http/taskstream.h"
#include "engine/runtime/whendone.h"
#include "engine/sse/frame.h"
#include "ui/models/words.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

Client toClient(const StreamReport &report)
{
    const bool isV6 = report.peer.protocol() == QAbstractSocket::IPv6Protocol;
    const QString host = report.peer.toString();
    return {.id = report.id,
            .peer = u"%1:%2"_s.arg(isV6 ? QString(u'[' + host + u']') : host).arg(report.peerPort),
            .user =
                report.user == localUser() ? QString() : Words::printable(report.user.toString()),
            .agent = Words::printable(QString::fromUtf8(report.agent)),
            .task = report.task,
            .taskName = QString::fromUtf8(report.taskName),
            .taskKey = report.taskKey,
            .lastId = report.lastId,
            .sentBytes = report.sentBytes,
            .waitingBytes = report.waitingBytes,
            .since = report.since};
}

ClientList toList(const StreamsReport &report)
{
    ClientList list;
    list.count = report.count;
    list.dropped = report.dropped;
    if (report.lastDropped)
        list.lastDropped = toClient(*report.lastDropped);
    list.clients.reserve(report.streams.size());
    for (const StreamReport &stream : report.streams)
        list.clients << toClient(stream);
    return list;
}

} // namespace

ServerAdapter::ServerAdapter(HttpServer &server, const StreamSettings &settings)
    : m_server(server)
    , m_settings(settings)
{}

ServerAdapter::~ServerAdapter() = default;

QFuture<ClientList> ServerAdapter::clients()
{
    return mapped(&m_context, m_server.streams(), toList);
}

QFuture<bool> ServerAdapter::disconnectClient(quint64 id)
{
    return m_server.endStream(id);
}

QByteArray ServerAdapter::beginningOf(const Task &task) const
{
    return rawHead(200, SseStream::streamHeaders() + TaskStream::namesOf(task))
        + encodeRetry(m_settings.retry);
}

std::chrono::milliseconds ServerAdapter::keepAlive() const
{
    return m_settings.keepAlive;
}

} // namespace Kintsugi
