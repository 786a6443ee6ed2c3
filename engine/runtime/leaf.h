// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"

#include <coroutine>
#include <memory>

namespace Kintsugi {

class Attempt;
struct Branch;
class Leaf;

/*! How an answer finds its awaiter: it holds the token, and the token forgets the awaiter when that
 * goes. */
struct LeafToken
{
    Leaf *leaf = nullptr;
};

/*! The innermost awaiter of a branch: the one place where it rests, is woken, stopped, suspended or
 * dropped.
 *
 *  Thread: engine. Whoever answers calls resume() on the token's leaf, if it is still there; after
 * that call the leaf may be gone. A stop resumes an interruptible leaf early; then its await_resume
 * throws Stopped.
 */
class Leaf
{
public:
    enum class Interruptible { Yes, No };

    Leaf(Branch &branch, Interruptible interruptible)
        : m_branch(branch)
        , m_interruptible(interruptible)
    {}
    Leaf(const Leaf &) = delete;
    Leaf &operator=(const Leaf &) = delete;
    virtual ~Leaf();

    [[nodiscard]] bool await_ready();
    void await_suspend(std::coroutine_handle<> handle);

    void resume(); //!< The answer is there.
    void interrupt(); //!< A stop came instead of it.
    [[nodiscard]] bool isInterruptible() const { return m_interruptible == Interruptible::Yes; }
    [[nodiscard]] Branch &branch() const { return m_branch; }

    /*! What an attempt may wait for without a frame. */
    struct Rest
    {
        std::optional<Timestamp> until; //!< None: for ever.
        QString signal; //!< Its name; empty for a sleep.
    };
    /*! Set while this leaf waits for nothing else. */
    [[nodiscard]] virtual const Rest *rest() const { return nullptr; }
    /*! A signal has come for the task; only those that rest for one care. */
    virtual void signalArrived() {}
    /*! To be captured by whoever answers. */
    [[nodiscard]] std::shared_ptr<LeafToken> token();

protected:
    /*! True when the answer is there already. */
    [[nodiscard]] virtual bool isReady() { return false; }
    /*! Asks for what is awaited. */
    virtual void begin() = 0;
    /*! Throws Stopped when a stop came instead of the answer; first thing in each await_resume. */
    void throwIfStopped() const;
    [[nodiscard]] Attempt &attempt() const;

private:
    friend class Attempt;
    Branch &m_branch;
    Interruptible m_interruptible;
    bool m_isStopped = false;
    int m_place = -1; // Among the attempt's leaves, while it rests.
    std::coroutine_handle<> m_handle;
    std::shared_ptr<LeafToken> m_token; // Shared with those who will answer.
};

} // namespace Kintsugi
