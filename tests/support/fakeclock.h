// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"

#include <atomic>

namespace Kintsugi {

/*! A clock that only moves when a test says so. Thread: any; advanced() comes in the caller's
 * thread. */
class FakeClock final : public Clock
{
    Q_OBJECT

public:
    [[nodiscard]] Timestamp now() const override
    {
        return Timestamp(std::chrono::milliseconds(1'793'437'200'000)) // 2026-10-31T09:00:00Z
            + std::chrono::duration_cast<std::chrono::milliseconds>(m_elapsed.load()
                                                                    + m_wallJump.load());
    }
    [[nodiscard]] Monotonic monotonic() const override
    {
        return std::chrono::hours(1) + m_elapsed.load();
    }
    [[nodiscard]] bool runsByItself() const override { return false; }

    void advance(Monotonic by)
    {
        m_elapsed = m_elapsed.load() + by;
        Q_EMIT advanced();
    }
    void jumpWall(Monotonic by) { m_wallJump = m_wallJump.load() + by; } //!< The wall clock alone.

private:
    std::atomic<Monotonic> m_elapsed{Monotonic{}};
    std::atomic<Monotonic> m_wallJump{Monotonic{}};
};

} // namespace Kintsugi
