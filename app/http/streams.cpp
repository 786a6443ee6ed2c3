// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/streams.h"

#include <algorithm>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

Streams::Streams(Engine &engine, StreamSettings settings, std::shared_ptr<const Clock> clock,
                 QObject *parent)
    : QObject(parent)
    , m_engine(engine)
    , m_settings(settings)
    , m_clock(std::move(clock))
    , m_tick(this)
{
    connect(&m_tick, &QTimer::timeout, this, [this] {
        const Monotonic now = m_clock->monotonic();
        for (SseStream *stream : std::as_const(m_streams))
            stream->tick(now);
    });
}

std::expected<std::optional<qint64>, Problem> Streams::lastEventId(const Exchange &exchange)
{
    QByteArray text = exchange.head().header("Last-Event-ID");
    if (text.isEmpty())
        text = exchange.query().queryItemValue(u"lastEventId"_s, QUrl::FullyDecoded).toUtf8();
    if (text.isEmpty())
        return std::nullopt;
    bool fits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    const qint64 id = fits ? text.toLongLong(&fits) : 0;
    if (!fits)
        return std::unexpected(Problem{
            .status = 400,
            .detail = u"The last event id must be the decimal number that a stream gave."_s});
    return id;
}

std::optional<Problem> Streams::beyond(qint64 seen, qint64 last)
{
    if (seen <= last)
        return std::nullopt;
    return Problem{
        .status = 400,
        .detail =
            u"The last event id %1 is beyond the log, which ends at %2."_s.arg(seen).arg(last)};
}

void Streams::open(const Exchange &exchange, const Task &task, std::optional<Seq> lastSeq)
{
    if (!exchange.isThere())
        return;
    const Seq seen = lastSeq.value_or(0);
    if (const auto problem = beyond(seen, task.lastSeq)) {
        exchange.problem(*problem);
        return;
    }
    if (isTerminal(task.state) && seen == task.lastSeq) {
        exchange.empty(204, TaskStream::namesOf(task));
        return;
    }
    if (exchange.head().isHead()) {
        exchange.startOnly(200, SseStream::streamHeaders() + TaskStream::namesOf(task));
        return;
    }
    auto *stream = new TaskStream(exchange, m_engine, feedOf(task), task, seen, m_settings);
    keep(stream);
    stream->begin(task);
}

void Streams::openAll(const Exchange &exchange, std::optional<Position> seen, Position last)
{
    if (!exchange.isThere())
        return;
    const Position from = seen.value_or(last);
    if (const auto problem = beyond(from, last)) {
        exchange.problem(*problem);
        return;
    }
    if (exchange.head().isHead()) {
        exchange.startOnly(200, SseStream::streamHeaders());
        return;
    }
    auto *stream = new StoreStream(exchange, feedOfAll(last), from, m_settings);
    keep(stream);
    stream->begin();
}

void Streams::keep(SseStream *stream)
{
    stream->introduce(++m_lastStreamId, m_clock->now());
    connect(stream, &SseStream::dropped, this, [this, stream] {
        ++m_dropped;
        m_lastDropped = stream->report();
    });
    m_streams << stream;
    m_count = int(m_streams.size());
    connect(stream, &QObject::destroyed, this, [this, stream] {
        m_streams.removeOne(stream);
        m_count = int(m_streams.size());
        if (m_streams.isEmpty())
            m_tick.stop();
    });
    if (!m_tick.isActive())
        m_tick.start(std::clamp<std::chrono::milliseconds>(m_settings.keepAlive / 4, 50ms, 1s));
}

std::shared_ptr<TaskFeed> Streams::feedOf(const Task &task)
{
    if (auto feed = m_feeds.value(task.id).lock())
        return feed;
    m_feeds.removeIf([](const auto &entry) { return entry.value().expired(); });
    auto feed = std::make_shared<TaskFeed>(m_engine, TaskRef{task.user, task.id.bytes()}, task.id);
    m_feeds.insert(task.id, feed);
    return feed;
}

std::shared_ptr<StoreFeed> Streams::feedOfAll(Position from)
{
    auto feed = m_storeFeed.lock();
    if (!feed) {
        feed = std::make_shared<StoreFeed>(m_engine, from);
        m_storeFeed = feed;
        // Its streams end with it; who comes back begins anew.
        connect(feed.get(), &StoreFeed::failed, this, [this] { m_storeFeed.reset(); });
    }
    return feed;
}

void Streams::closeAll()
{
    const QList<SseStream *> open = m_streams; // A copy: closing may remove.
    for (SseStream *stream : open)
        stream->close();
}

StreamsReport Streams::report() const
{
    StreamsReport report;
    report.count = m_streams.size();
    report.dropped = m_dropped;
    report.lastDropped = m_lastDropped;
    report.streams.reserve(std::min(report.count, qint64(StreamsReport::kMost)));
    for (auto stream = m_streams.crbegin();
         stream != m_streams.crend() && report.streams.size() < StreamsReport::kMost; ++stream)
        report.streams << (*stream)->report();
    return report;
}

bool Streams::end(quint64 id)
{
    const auto stream = std::ranges::find(m_streams, id, &SseStream::id);
    if (stream == m_streams.end())
        return false;
    (*stream)->end();
    return true;
}

} // namespace Kintsugi
