// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/ssestream.h"
#include "app/http/storefeed.h"

#include <memory>

namespace Kintsugi {

/*! One reader of the events of all of a user's tasks, by their positions in the store's log. Never
 * ends by itself. Thread: the server's. */
class StoreStream final : public SseStream
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StoreStream)

public:
    /*! The client has seen everything up to \a position. \a feed is shared by all such streams. */
    StoreStream(const Exchange &exchange, std::shared_ptr<StoreFeed> feed, Position position,
                const StreamSettings &settings);
    ~StoreStream() override = default;

    void begin();
    [[nodiscard]] StreamReport report() const override;

protected:
    [[nodiscard]] bool writeNext() override;
    void measure() override;
    [[nodiscard]] QString name() const override;

private:
    void readBack();
    void measureOn();
    void fail(const Error &error);

    std::shared_ptr<StoreFeed> m_feed; //!< Shared with the other streams of its kind.
    UserId m_user;
    Position m_position; //!< All of this user's up to here was written.
    Position m_measuredFrom = -1; //!< m_position when the measuring began, …
    Position m_measured = 0; //!< … how far it has come …
    qint64 m_waiting = 0; //!< … and how many bytes are in between.
    bool m_isMeasuring = false;
};

} // namespace Kintsugi
