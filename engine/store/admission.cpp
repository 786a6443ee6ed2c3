// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/store/admission.h"

#include <algorithm>
#include <cmath>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono;

namespace {
constexpr qsizetype kBuckets = 10'000; // Of users; those that are full say nothing and are let go.
}

milliseconds TokenBucket::wait(Monotonic now)
{
    if (m_at) {
        const double minutes = duration<double, std::ratio<60>>(now - *m_at).count();
        m_tokens = std::min(double(m_perMinute), m_tokens + std::max(0.0, minutes) * m_perMinute);
    }
    m_at = now;
    if (m_tokens >= 1)
        return 0ms;
    return milliseconds(qint64(std::ceil((1 - m_tokens) / m_perMinute * 60'000)));
}

Admission::Admission(const AdmissionLimits &limits, const Clock &clock)
    : m_limits(limits)
    , m_clock(clock)
    , m_bucket(limits.ratePerMinute)
{}

bool Admission::takeSlot(const UserId &user)
{
    const std::scoped_lock lock(m_mutex);
    if (m_running >= m_limits.maxRunning)
        return false;
    int &ofUser = m_byUser[user];
    if (m_limits.maxRunningUser > 0 && ofUser >= m_limits.maxRunningUser)
        return false;
    ++m_running;
    ++ofUser;
    return true;
}

void Admission::giveSlot(const UserId &user)
{
    const std::scoped_lock lock(m_mutex);
    --m_running;
    if (--m_byUser[user] <= 0)
        m_byUser.remove(user);
}

bool Admission::hasFreeSlot() const
{
    const std::scoped_lock lock(m_mutex);
    return m_running < m_limits.maxRunning;
}

int Admission::running() const
{
    const std::scoped_lock lock(m_mutex);
    return m_running;
}

QHash<UserId, int> Admission::runningByUser() const
{
    const std::scoped_lock lock(m_mutex);
    return m_byUser;
}

TokenBucket &Admission::bucketOf(const UserId &user)
{
    if (m_buckets.size() >= kBuckets && !m_buckets.contains(user))
        m_buckets.removeIf([this](auto entry) {
            (void)entry.value().wait(m_clock.monotonic());
            return entry.value().isFull();
        });
    const auto found = m_buckets.find(user);
    return found != m_buckets.end()
        ? *found
        : *m_buckets.insert(user, TokenBucket(m_limits.ratePerMinuteUser));
}

Expected<void> Admission::admit(const UserId &user)
{
    const Monotonic now = m_clock.monotonic();
    TokenBucket *const own = m_limits.ratePerMinuteUser > 0 ? &bucketOf(user) : nullptr;
    const auto refuse = [](milliseconds wait, const QString &whose, int rate) {
        Error error{ErrorCode::LimitReached,
                    u"%1 may start %2 tasks a minute, and has"_s.arg(whose).arg(rate)};
        error.retryAfter = std::max(1s, ceil<seconds>(wait));
        error.retryable = true;
        return std::unexpected(error);
    };
    if (own) {
        if (const auto wait = own->wait(now); wait > 0ms)
            return refuse(wait, u"a user"_s, m_limits.ratePerMinuteUser);
    }
    if (m_limits.ratePerMinute > 0) {
        if (const auto wait = m_bucket.wait(now); wait > 0ms)
            return refuse(wait, u"this worker"_s, m_limits.ratePerMinute);
        m_bucket.take();
    }
    if (own)
        own->take();
    return {};
}

void Admission::takeBack(const UserId &user)
{
    if (m_limits.ratePerMinute > 0)
        m_bucket.giveBack();
    if (m_limits.ratePerMinuteUser > 0)
        bucketOf(user).giveBack();
}

} // namespace Kintsugi
