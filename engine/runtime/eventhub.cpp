// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Why a follower sees no gap and no double.
//
// Nothing is pushed. A follower has its own last seq and pulls: what is newer comes from the few
// last events that are kept here for tasks that somebody follows, or else from the store, by seq.
// It subscribes before it first pulls, so whatever is committed after that first look wakes it, and
// whatever was committed before is found by it. Wake-ups carry nothing, so one that is superfluous
// does no harm and ten at once are one; a follower that sleeps costs one flag.
//
// The kept tail is always a run of consecutive seqs. An event that is already in it (another
// process's log is read back with our own events among it) is dropped; one that leaves a gap (ours
// was committed after another process's that has not been seen yet) restarts the tail at itself: a
// follower whose seq is older is then sent to the store, which has both.

#include "engine/runtime/eventhub.h"

#include "engine/model/handover.h"
#include "engine/model/limits.h"

#include <algorithm>

namespace Kintsugi {

struct EventHub::Follower
{
    QObject *context =
        nullptr; // Outlives its subscription, and is only used while that is in the list.
    std::function<void()> wake;
    std::function<void(QList<TaskId>)> wakeAll;
    std::shared_ptr<WakeGate> gate; // Shared with the subscriber.
    bool isWoken = false;
    QSet<TaskId> ids; // For wakeAll: what changed since its last call.
};

struct EventHub::Followed
{
    std::vector<std::shared_ptr<Follower>> followers;
    std::deque<Event> tail;
    qsizetype tailBytes = 0; // Of payloads.
};

struct EventHub::Ends
{
    QObject *context = nullptr; // As a follower's.
    std::function<void(QList<Event>)> hand;
    QList<Event> events; // Since the last call.
};

struct EventHub::State
{
    std::mutex mutex; // Guards all of it; never held during a call.
    QHash<TaskId, Followed> tasks;
    std::vector<std::shared_ptr<Follower>> everything;
    std::vector<std::shared_ptr<Ends>> ends;

    [[nodiscard]] bool isUnheard() const
    {
        return tasks.isEmpty() && everything.empty() && ends.empty();
    }

    void append(Followed &followed, const Event &event)
    {
        std::deque<Event> &tail = followed.tail;
        if (!tail.empty() && event.seq <= tail.back().seq)
            return;
        if (!tail.empty() && event.seq != tail.back().seq + 1)
            tail.clear();
        if (tail.empty())
            followed.tailBytes = 0;
        tail.push_back(event);
        followed.tailBytes += event.payload.size();
        while (qsizetype(tail.size()) > Limits::kTailEvents
               || (followed.tailBytes > Limits::kTailBytes && tail.size() > 1)) {
            followed.tailBytes -= tail.front().payload.size();
            tail.pop_front();
        }
    }

    static void wake(const std::shared_ptr<State> &state, const std::shared_ptr<Follower> &follower)
    {
        if (follower->gate && !follower->gate->heard())
            return;
        if (std::exchange(follower->isWoken, true))
            return;
        const std::weak_ptr<Follower> weak = follower;
        QMetaObject::invokeMethod(follower->context,
                                  handedOver([state, weak] { call(state, weak); }),
                                  Qt::QueuedConnection);
    }

    static void call(const std::shared_ptr<State> &state, const std::weak_ptr<Follower> &weak)
    {
        const auto follower = weak.lock();
        if (!follower)
            return;
        QList<TaskId> ids;
        {
            const std::scoped_lock lock(state->mutex);
            follower->isWoken = false;
            ids = QList<TaskId>(follower->ids.begin(), follower->ids.end());
            follower->ids.clear();
        }
        // Copies, so that a call that ends its own subscription does not pull the function from
        // under itself.
        if (const auto wakeAll = follower->wakeAll)
            wakeAll(ids);
        else if (const auto wake = follower->wake)
            wake();
    }

    static Subscription followAll(const std::shared_ptr<State> &state,
                                  std::shared_ptr<Follower> follower)
    {
        {
            const std::scoped_lock lock(state->mutex);
            state->everything.push_back(follower);
        }
        return Subscription([state, follower = std::move(follower)]() mutable {
            const auto last = std::move(follower);
            const std::scoped_lock lock(state->mutex);
            std::erase(state->everything, last);
        });
    }

    void ended(const std::shared_ptr<State> &self, const Event &event)
    {
        for (const auto &one : ends) {
            one->events << event;
            if (one->events.size() > 1)
                continue;
            QMetaObject::invokeMethod(one->context,
                                      handedOver([self, weak = std::weak_ptr<Ends>(one)] {
                                          const auto woken = weak.lock();
                                          if (!woken)
                                              return;
                                          QList<Event> events;
                                          {
                                              const std::scoped_lock lock(self->mutex);
                                              events.swap(woken->events);
                                          }
                                          const auto hand = woken->hand; // A copy, as in call().
                                          hand(events);
                                      }),
                                      Qt::QueuedConnection);
        }
    }

    void changed(const std::shared_ptr<State> &self, const TaskId &id)
    {
        if (tasks.isEmpty() && everything.empty())
            return;
        if (const auto followed = tasks.constFind(id); followed != tasks.constEnd()) {
            for (const auto &follower : followed->followers)
                wake(self, follower);
        }
        for (const auto &follower : everything) {
            if (follower->wakeAll)
                follower->ids.insert(id);
            wake(self, follower);
        }
    }
};

EventHub::EventHub()
    : m_state(std::make_shared<State>())
{}

EventHub::~EventHub() = default;

void EventHub::publish(const QList<Event> &events, const QList<TaskId> &changed)
{
    const std::scoped_lock lock(m_state->mutex);
    if (m_state->isUnheard())
        return;
    for (const Event &event : events) {
        if (const auto followed = m_state->tasks.find(event.task); followed != m_state->tasks.end())
            m_state->append(*followed, event);
        m_state->changed(m_state, event.task);
        if (!m_state->ends.empty() && isTerminalEvent(event.type))
            m_state->ended(m_state, event);
    }
    for (const TaskId &id : changed)
        m_state->changed(m_state, id);
}

Subscription EventHub::subscribe(const TaskId &id, QObject *context, std::function<void()> wake,
                                 std::shared_ptr<WakeGate> gate)
{
    auto follower = std::make_shared<Follower>();
    follower->context = context;
    follower->gate = std::move(gate);
    follower->wake = std::move(wake);
    {
        const std::scoped_lock lock(m_state->mutex);
        m_state->tasks[id].followers.push_back(follower);
    }
    return Subscription([state = m_state, id, follower = std::move(follower)]() mutable {
        const auto last = std::move(follower); // Goes after the lock: what it holds may end others.
        const std::scoped_lock lock(state->mutex);
        if (const auto followed = state->tasks.find(id); followed != state->tasks.end()) {
            std::erase(followed->followers, last);
            if (followed->followers.empty())
                state->tasks.erase(followed);
        }
    });
}

Subscription EventHub::subscribeAll(QObject *context, std::function<void(QList<TaskId>)> wake)
{
    auto follower = std::make_shared<Follower>();
    follower->context = context;
    follower->wakeAll = std::move(wake);
    return State::followAll(m_state, std::move(follower));
}

Subscription EventHub::subscribeAll(QObject *context, std::function<void()> wake,
                                    std::shared_ptr<WakeGate> gate)
{
    auto follower = std::make_shared<Follower>();
    follower->context = context;
    follower->wake = std::move(wake);
    follower->gate = std::move(gate);
    return State::followAll(m_state, std::move(follower));
}

Subscription EventHub::subscribeEnds(QObject *context, std::function<void(QList<Event>)> hand)
{
    auto ends = std::make_shared<Ends>();
    ends->context = context;
    ends->hand = std::move(hand);
    {
        const std::scoped_lock lock(m_state->mutex);
        m_state->ends.push_back(ends);
    }
    return Subscription([state = m_state, ends = std::move(ends)]() mutable {
        const auto last = std::move(ends); // Goes after the lock: what it holds may end others.
        const std::scoped_lock lock(state->mutex);
        std::erase(state->ends, last);
    });
}

bool EventHub::isFollowed() const
{
    const std::scoped_lock lock(m_state->mutex);
    return !m_state->tasks.isEmpty() || !m_state->everything.empty();
}

std::optional<QList<Event>> EventHub::recent(const TaskId &id, Seq after, int limit) const
{
    const std::scoped_lock lock(m_state->mutex);
    const auto followed = m_state->tasks.constFind(id);
    if (followed == m_state->tasks.constEnd() || followed->tail.empty())
        return std::nullopt;
    const std::deque<Event> &tail = followed->tail;
    if (after >= tail.back().seq)
        return QList<Event>();
    if (after + 1 < tail.front().seq)
        return std::nullopt;
    const auto from = tail.begin() + (after + 1 - tail.front().seq);
    const auto count = std::min<std::ptrdiff_t>(limit, tail.end() - from);
    return QList<Event>(from, from + count);
}

} // namespace Kintsugi
