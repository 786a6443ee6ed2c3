// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/frames.h"
#include "app/http/pace.h"
#include "engine/model/event.h"
#include "engine/runtime/engine.h"

#include <QObject>

#include <deque>

namespace Kintsugi {

/*! The newest frames of the whole store, read once and encoded once for all the streams of
 * /api/events, whosesoever they are.
 *
 *  It holds everything between two positions, and moves on by the store's own order: it subscribes
 * before it first reads, and reads on after each wake-up until there is no more. What is committed
 * while it reads wakes it again, after a rest. Thread: the server's.
 */
class StoreFeed final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StoreFeed)

public:
    StoreFeed(Engine &engine, Position from, QObject *parent = nullptr);
    ~StoreFeed() override = default;

    /*! The frames of \a user after \a after; none when the store must be asked (readAfter()). */
    [[nodiscard]] std::optional<Frames> after(const UserId &user, Position after);
    /*! Frames from the store, for a reader that is further back than the window. */
    [[nodiscard]] QFuture<Expected<Frames>> readAfter(const UserId &user, Position after);

Q_SIGNALS:
    void grew();
    void failed(const Kintsugi::Error &error); //!< The store could not be read.

private:
    struct Frame
    {
        Position position = 0;
        UserId user;
        QByteArray bytes;
    };
    void read();
    void append(const EventStretch &stretch);

    Engine &m_engine;
    std::deque<Frame> m_window; //!< All that there is after m_from, up to m_upTo.
    qsizetype m_windowBytes = 0;
    Position m_from;
    Position m_upTo;
    bool m_isReading = false;
    struct Piece
    {
        UserId user;
        Position after = 0;
        Frames frames;
    };
    std::optional<Piece> m_piece; //!< What was last asked for, until there is more.
    Pace m_pace;
    Subscription m_subscription;
};

} // namespace Kintsugi
