// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"
#include "engine/model/error.h"
#include "engine/model/ids.h"

#include <QHash>

#include <mutex>

namespace Kintsugi {

/*! How much one worker takes on: contract §5. */
struct AdmissionLimits
{
    int ratePerMinute = 0; //!< New tasks of all users; 0: no limit.
    int ratePerMinuteUser = 0; //!< New tasks of one user; 0: no limit.
    int maxQueued = 10'000; //!< Tasks that wait for a slot.
    int maxRunning = 2'000; //!< Attempts that this worker drives at a time.
    int maxRunningUser = 0; //!< The same for one user; 0: no limit.
};

/*! So many at once and so many a minute after that. A value; time is handed in. */
class TokenBucket
{
public:
    explicit TokenBucket(int perMinute = 0)
        : m_perMinute(perMinute)
        , m_tokens(perMinute)
    {}
    /*! How long until there is a token; zero when there is one. */
    [[nodiscard]] std::chrono::milliseconds wait(Monotonic now);
    void take() { m_tokens -= 1; }
    void giveBack() { m_tokens += 1; }
    [[nodiscard]] bool isFull() const { return m_tokens >= m_perMinute; }

private:
    int m_perMinute;
    double m_tokens;
    std::optional<Monotonic> m_at; // Of the last refill.
};

/*! Who may start, and how many run: slots and rates of one worker.
 *
 *  Thread: any for the slots; admit() is the writer's, inside its transaction.
 */
class Admission
{
public:
    Admission(const AdmissionLimits &limits, const Clock &clock);

    /*! Takes a slot for an attempt of \a user; false when none is free. */
    [[nodiscard]] bool takeSlot(const UserId &user);
    void giveSlot(const UserId &user);
    [[nodiscard]] bool hasFreeSlot() const;
    [[nodiscard]] int running() const;
    [[nodiscard]] QHash<UserId, int> runningByUser() const;
    [[nodiscard]] const AdmissionLimits &limits() const { return m_limits; }

    /*! Whether a new task of \a user keeps within the rates; LimitReached says how long to wait. */
    [[nodiscard]] Expected<void> admit(const UserId &user);
    void takeBack(const UserId &user); //!< An admitted one was not made after all.

private:
    [[nodiscard]] TokenBucket &bucketOf(const UserId &user);

    const AdmissionLimits m_limits;
    const Clock &m_clock;
    mutable std::mutex m_mutex; // Guards the slots.
    int m_running = 0;
    QHash<UserId, int> m_byUser;
    TokenBucket m_bucket; // The writer's own, like those of the users.
    QHash<UserId, TokenBucket> m_buckets;
};

} // namespace Kintsugi
