// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <atomic>
#include <functional>
#include <utility>

namespace Kintsugi {

/*! Holds wake-ups back while whoever waits for them rests: under load so few are made, for one who
 *  has more to do at a wake-up than with an event. What comes meanwhile is not lost, open() tells.
 *
 *  Thread: open() and close() that of the calls, heard() any.
 */
class WakeGate
{
public:
    /*! Before what is there is taken: only what comes later counts as heard. */
    void close()
    {
        m_isClosed = true;
        m_hasHeard = false;
    }
    /*! True when something came since close(): it is to be taken now, no call follows for it. */
    [[nodiscard]] bool open()
    {
        m_isClosed = false;
        return m_hasHeard.exchange(false);
    }
    /*! True when a call is to be made for it. Each side tells before it looks, so that one of the
     *  two sees the other. */
    [[nodiscard]] bool heard()
    {
        m_hasHeard = true;
        return !m_isClosed;
    }

private:
    std::atomic<bool> m_isClosed = false;
    std::atomic<bool> m_hasHeard = false;
};

/*! Keeps a subscription alive; its end ends it. After the destructor has returned in the context's
 * own thread, no call follows.
 *
 *  The way to follow a log without gap or double: subscribe first; then take recentEvents(id,
 * lastSeq), or events() when memory does not reach back that far, until nothing is left; then wait
 * for the next call. Nothing is queued for a slow reader but one wake-up, so no reader can grow
 * memory or hold another up.
 */
class [[nodiscard]] Subscription
{
public:
    Subscription() = default;
    explicit Subscription(std::function<void()> end)
        : m_end(std::move(end))
    {}
    Subscription(Subscription &&other) noexcept
        : m_end(std::exchange(other.m_end, {}))
    {}
    Subscription &operator=(Subscription &&other) noexcept
    {
        if (this != &other) {
            reset();
            m_end = std::exchange(other.m_end, {});
        }
        return *this;
    }
    Subscription(const Subscription &) = delete;
    Subscription &operator=(const Subscription &) = delete;
    ~Subscription() { reset(); }

    void reset()
    {
        if (m_end)
            std::exchange(m_end, {})();
    }

private:
    std::function<void()> m_end;
};

} // namespace Kintsugi
