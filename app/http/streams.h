// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/storestream.h"
#include "app/http/taskstream.h"

#include <QHash>
#include <QTimer>

#include <atomic>

namespace Kintsugi {

/*! All open event streams, one feed for each task that somebody reads, and one for the whole store.
 *
 *  Thread: the server's, but for count() and droppedCount().
 */
class Streams final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Streams)

public:
    Streams(Engine &engine, StreamSettings settings, std::shared_ptr<const Clock> clock,
            QObject *parent = nullptr);
    ~Streams() override = default;

    /*! What the client has seen already, by Last-Event-ID or lastEventId; none when it says
     * nothing. 400 when it is no number. */
    [[nodiscard]] static std::expected<std::optional<qint64>, Problem>
    lastEventId(const Exchange &exchange);

    /*! 400 when \a seen is beyond a log that ends at \a last. */
    [[nodiscard]] static std::optional<Problem> beyond(qint64 seen, qint64 last);

    /*! Answers with the task's stream after \a lastSeq: 204 when nothing is left to get, 400 beyond
     * the log. */
    void open(const Exchange &exchange, const Task &task, std::optional<Seq> lastSeq);

    /*! Answers with the events of all of the caller's tasks: those after \a seen, or from \a last,
     * where the store's log ends, on. 400 beyond the log. */
    void openAll(const Exchange &exchange, std::optional<Position> seen, Position last);

    void closeAll();
    [[nodiscard]] StreamsReport report() const;
    bool end(quint64 id); //!< False when there is no such stream any more.
    [[nodiscard]] int count() const { return m_count; } //!< Any thread.
    [[nodiscard]] qint64 droppedCount() const { return m_dropped; } //!< Any thread.

private:
    [[nodiscard]] std::shared_ptr<TaskFeed> feedOf(const Task &task);
    [[nodiscard]] std::shared_ptr<StoreFeed> feedOfAll(Position from);
    void keep(SseStream *stream);

    Engine &m_engine;
    StreamSettings m_settings;
    std::shared_ptr<const Clock> m_clock; //!< Shared with the engine.
    QHash<TaskId, std::weak_ptr<TaskFeed>> m_feeds;
    std::weak_ptr<StoreFeed> m_storeFeed;
    QList<SseStream *> m_streams;
    quint64 m_lastStreamId = 0;
    std::atomic<qint64> m_dropped = 0;
    std::optional<StreamReport> m_lastDropped;
    QTimer m_tick;
    std::atomic<int> m_count = 0;
};

} // namespace Kintsugi
