// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/all.h"

#include "engine/model/limits.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

TimedAwaiter::TimedAwaiter(Attempt &attempt, std::function<void(Completion &)> start,
                           std::function<void()> drop, std::chrono::milliseconds limit)
    : m_attempt(attempt)
    , m_start(std::move(start))
    , m_drop(std::move(drop))
    , m_limit(limit)
{}

TimedAwaiter::~TimedAwaiter()
{
    m_attempt.services().timers.cancel(m_timer);
}

std::coroutine_handle<> TimedAwaiter::await_suspend(std::coroutine_handle<> parent)
{
    m_parent = parent;
    m_running = 2; // The child and this, so that it cannot end it under our hands.
    m_start(*this);
    if (m_running > 1 && m_limit.count() > 0)
        m_timer = m_attempt.services().timers.after(m_limit, [this] {
            m_isOverTime = true;
            m_drop();
            m_attempt.run(m_parent);
        });
    return childEnded();
}

std::coroutine_handle<> TimedAwaiter::childEnded() noexcept
{
    if (--m_running > 0)
        return std::noop_coroutine();
    m_attempt.services().timers.cancel(std::exchange(m_timer, {}));
    return m_parent;
}

BranchPaths::BranchPaths(Branch &branch, qsizetype count)
    : m_path(branch.path)
    , m_ordinal(branch.attempt.memo().takePlace(branch, u"all()"_s))
{
    if (count > Limits::kBranches)
        throw TaskError(
            "too_many_branches"_ba,
            u"all() takes at most %1 branches, not %2"_s.arg(Limits::kBranches).arg(count));
}

QByteArray BranchPaths::operator[](qsizetype index) const
{
    return m_path + QByteArray::number(m_ordinal) + '.' + QByteArray::number(index) + '/';
}

void Gate::open()
{
    if (std::exchange(m_isOpen, true))
        return;
    for (auto &token : std::exchange(m_waiting, {})) {
        if (token->leaf)
            token->leaf->branch().attempt.later(token);
    }
}

} // namespace Kintsugi
