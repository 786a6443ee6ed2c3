// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <functional>
#include <utility>

namespace Kintsugi {

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
