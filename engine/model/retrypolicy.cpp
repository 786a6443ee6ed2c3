// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/retrypolicy.h"

#include <algorithm>
#include <cmath>

namespace Kintsugi {

std::optional<std::chrono::milliseconds> RetryPolicy::delayBefore(int attempt, double jitter) const
{
    if (attempt < 2 || attempt > maxAttempts)
        return std::nullopt;
    const double full = double(initialDelay.count()) * std::pow(std::max(1.0, factor), attempt - 2);
    const double capped = std::min(full, double(maxDelay.count()));
    return std::chrono::milliseconds(
        static_cast<std::chrono::milliseconds::rep>(capped * std::clamp(jitter, 0.0, 1.0)));
}

} // namespace Kintsugi
