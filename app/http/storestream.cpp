// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/storestream.h"

#include "engine/runtime/whendone.h"
#include "engine/sse/frame.h"

#include <QLoggingCategory>

Q_DECLARE_LOGGING_CATEGORY(lcStream)

namespace Kintsugi {

using namespace Qt::StringLiterals;

StoreStream::StoreStream(const Exchange &exchange, std::shared_ptr<StoreFeed> feed,
                         Position position, const StreamSettings &settings)
    : SseStream(exchange, settings)
    , m_feed(std::move(feed))
    , m_user(exchange.user())
    , m_position(position)
{
    connect(m_feed.get(), &StoreFeed::grew, this, [this] { pump(); });
    connect(m_feed.get(), &StoreFeed::failed, this, &StoreStream::fail);
}

QString StoreStream::name() const
{
    return u"all events"_s;
}

void StoreStream::begin()
{
    // An id without data is no event to anybody, but a client that has got nothing else keeps it,
    // and comes back for what it misses meanwhile.
    start({},
          encodeRetry(settings().retry).chopped(1) + "id: "_ba + QByteArray::number(m_position)
              + "\n\n"_ba);
}

StreamReport StoreStream::report() const
{
    StreamReport report = SseStream::report();
    report.lastId = m_position;
    return report;
}

bool StoreStream::writeNext()
{
    const auto frames = m_feed->after(m_user, m_position);
    if (!frames) {
        readBack();
        return false;
    }
    m_position = frames->upTo;
    if (frames->count > 0)
        write(*frames);
    return frames->more;
}

void StoreStream::readBack()
{
    setReading(true);
    whenDone(this, m_feed->readAfter(m_user, m_position), [this](const Expected<Frames> &frames) {
        setReading(false);
        if (!frames) {
            fail(frames.error());
            return;
        }
        m_position = frames->upTo;
        if (frames->count > 0)
            write(*frames);
        pump();
    });
}

void StoreStream::fail(const Error &error)
{
    qCWarning(lcStream).noquote() << "a stream of" << name() << "ends:" << error.message;
    close();
}

void StoreStream::measure()
{
    if (m_isMeasuring)
        return;
    if (m_measuredFrom != m_position) {
        m_measuredFrom = m_measured = m_position;
        m_waiting = 0;
    }
    measureOn();
}

/*! A page at a time, and each page once while the reader stands still. */
void StoreStream::measureOn()
{
    m_isMeasuring = true;
    whenDone(this, m_feed->readAfter(m_user, m_measured), [this](const Expected<Frames> &frames) {
        m_isMeasuring = false;
        if (!frames || m_measuredFrom != m_position)
            return;
        m_measured = frames->upTo;
        m_waiting += frames->bytes.size();
        const qint64 waiting = unsentBytes() + m_waiting;
        if (frames->more && waiting <= settings().backlogBytes)
            measureOn();
        else
            dropIfStalled(waiting);
    });
}

} // namespace Kintsugi
