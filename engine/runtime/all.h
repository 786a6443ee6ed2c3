// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/runtime/attempt.h"

#include <functional>

namespace Kintsugi {

/*! Awaits the end of several coroutines that were started side by side. It throws nothing: whoever
 *  awaits it takes their results, and what they threw, from them. */
class JoinAwaiter final : public Completion
{
public:
    /*! \a starters start the children for this Completion. */
    explicit JoinAwaiter(std::vector<std::function<void(Completion &)>> starters)
        : m_starters(std::move(starters))
    {}
    [[nodiscard]] bool await_ready() const noexcept { return m_starters.empty(); }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> parent)
    {
        m_parent = parent;
        m_running = m_starters.size() + 1; // And this, so that none can end it under our hands.
        for (const auto &start : std::exchange(m_starters, {}))
            start(*this);
        return childEnded();
    }
    void await_resume() const noexcept {}
    std::coroutine_handle<> childEnded() noexcept override
    {
        return --m_running == 0 ? m_parent : std::noop_coroutine();
    }

private:
    std::vector<std::function<void(Completion &)>> m_starters;
    std::coroutine_handle<> m_parent;
    size_t m_running = 0;
};

/*! Awaits one coroutine for so long at most; what is over time is dropped where it stands. */
class TimedAwaiter final : public Completion
{
public:
    TimedAwaiter(Attempt &attempt, std::function<void(Completion &)> start,
                 std::function<void()> drop, std::chrono::milliseconds limit);
    ~TimedAwaiter();
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> parent);
    [[nodiscard]] bool await_resume() const noexcept { return !m_isOverTime; } //!< True: in time.
    std::coroutine_handle<> childEnded() noexcept override;

private:
    Attempt &m_attempt;
    std::function<void(Completion &)> m_start;
    std::function<void()> m_drop;
    std::chrono::milliseconds m_limit;
    std::coroutine_handle<> m_parent;
    Timers::Id m_timer;
    int m_running = 0;
    bool m_isOverTime = false;
};

/*! The first thing that went wrong in several children, a stop before all others. */
class FirstFailure
{
public:
    /*! Calls \a take and keeps what it throws. */
    template<typename Take>
    void gather(Take take)
    {
        try {
            take();
        } catch (const Stopped &) {
            m_isStopped = true;
        } catch (...) {
            if (!m_failure)
                m_failure = std::current_exception();
        }
    }
    /*! Throws it; a stop counts as thrown in \a branch too. */
    void rethrow(Branch &branch) const
    {
        if (m_isStopped) {
            branch.isStopThrown = true;
            throw Stopped();
        }
        if (m_failure)
            std::rethrow_exception(m_failure);
    }

private:
    bool m_isStopped = false;
    std::exception_ptr m_failure;
};

/*! Where the branches of one all() begin. */
struct BranchPaths
{
    explicit BranchPaths(Branch &branch, qsizetype count); //!< Throws TaskError for too many.
    [[nodiscard]] QByteArray operator[](qsizetype index) const;

private:
    QByteArray m_path;
    int m_ordinal;
};

/*! A latch between the branches of one all(): closed at first, opened once. What it orders is only
 *  who runs when; it is no step and leaves no trace in the log. */
class Gate
{
public:
    void open();
    [[nodiscard]] bool isOpen() const { return m_isOpen; }

    class Awaiter final : public Leaf
    {
    public:
        Awaiter(Branch &branch, Gate &gate)
            : Leaf(branch, Interruptible::Yes)
            , m_gate(gate)
        {}
        void await_resume() { throwIfStopped(); }

    private:
        [[nodiscard]] bool isReady() override { return m_gate.isOpen(); }
        void begin() override { m_gate.m_waiting.push_back(token()); }
        Gate &m_gate;
    };

private:
    bool m_isOpen = false;
    std::vector<std::shared_ptr<LeafToken>> m_waiting;
};

} // namespace Kintsugi
