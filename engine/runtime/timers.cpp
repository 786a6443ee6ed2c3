// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/timers.h"

namespace Kintsugi {

using namespace std::chrono;

Timers::Timers(const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_timer(this)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &Timers::fireDue);
    connect(&clock, &Clock::advanced, this, &Timers::fireDue);
}

Timers::Id Timers::after(milliseconds delay, std::function<void()> function)
{
    const Id id{m_clock.monotonic() + std::max(delay, 0ms), ++m_lastNumber};
    const auto call = m_calls.emplace(id, std::move(function)).first;
    if (call == m_calls.begin())
        arm();
    return id;
}

void Timers::cancel(const Id &id)
{
    m_calls.erase(id);
}

void Timers::fireDue()
{
    // A call may add, cancel or fire others, so look at the head anew each time; what it adds for
    // now waits its turn.
    const Monotonic now = m_clock.monotonic();
    const quint64 newest = m_lastNumber;
    while (!m_calls.empty() && m_calls.begin()->first.at <= now
           && m_calls.begin()->first.number <= newest) {
        const auto call = std::move(m_calls.begin()->second);
        m_calls.erase(m_calls.begin());
        call();
    }
    arm();
}

void Timers::arm()
{
    if (m_calls.empty() || !m_clock.runsByItself()) {
        m_timer.stop();
        return;
    }
    const Monotonic wait = m_calls.begin()->first.at - m_clock.monotonic();
    const auto rounded = std::clamp<milliseconds>(ceil<milliseconds>(wait), 0ms,
                                                  1h); // A longer wait is armed again.
    m_timer.start(rounded);
}

} // namespace Kintsugi
