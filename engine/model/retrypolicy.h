// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <chrono>
#include <optional>

namespace Kintsugi {

/*! How often something is tried, and how long it rests in between: exponential with full jitter, so
 * that many that failed together do not come back together. */
struct RetryPolicy
{
    int maxAttempts = 1; //!< In all, the first included; at least 1.
    std::chrono::milliseconds initialDelay{500};
    double factor = 2.0; //!< At least 1.
    std::chrono::milliseconds maxDelay{10'000};

    /*! The rest before try number \a attempt (2 is the first again), none when there is no such
     * try. \a jitter is from 0 to 1: the share of the full delay that is taken. */
    [[nodiscard]] std::optional<std::chrono::milliseconds> delayBefore(int attempt,
                                                                       double jitter) const;

    friend bool operator==(const RetryPolicy &, const RetryPolicy &) = default;
};

} // namespace Kintsugi
