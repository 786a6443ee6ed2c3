// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/event.h"
#include "engine/runtime/subscription.h"

#include <QHash>
#include <QObject>
#include <QSet>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace Kintsugi {

/*! Wakes those who follow a log when it has grown, and keeps its last events at hand for them.
 *
 *  Thread: any. Wake-ups come in the thread of the subscriber's context object.
 */
class EventHub
{
public:
    EventHub();
    ~EventHub();
    EventHub(const EventHub &) = delete;
    EventHub &operator=(const EventHub &) = delete;

    /*! Committed events, those of one task in the order of their seq; \a changed are tasks that
     * changed otherwise. */
    void publish(const QList<Event> &events, const QList<TaskId> &changed);

    /*! \a gate, shared with the subscriber, holds calls back; null: none does. */
    [[nodiscard]] Subscription subscribe(const TaskId &id, QObject *context,
                                         std::function<void()> wake,
                                         std::shared_ptr<WakeGate> gate = nullptr);
    [[nodiscard]] Subscription subscribeAll(QObject *context,
                                            std::function<void(QList<TaskId>)> wake);
    [[nodiscard]] Subscription subscribeAll(QObject *context, std::function<void()> wake,
                                            std::shared_ptr<WakeGate> gate);
    /*! Hands over the terminal events as they come, several in one call. */
    [[nodiscard]] Subscription subscribeEnds(QObject *context,
                                             std::function<void(QList<Event>)> hand);
    [[nodiscard]] bool isFollowed() const; //!< A log, not only its end.
    [[nodiscard]] std::optional<QList<Event>> recent(const TaskId &id, Seq after, int limit) const;

private:
    struct Ends;
    struct Follower;
    struct Followed;
    struct State;
    std::shared_ptr<State> m_state; // Shared with the subscriptions, which may outlive the hub.
};

} // namespace Kintsugi
