// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coroutine>
#include <memory>

namespace Kintsugi {

class Attempt;
class Leaf;

/*! How an answer finds its awaiter: it holds the token, and the token forgets the awaiter when that
 * goes. */
struct LeafToken
{
    Leaf *leaf = nullptr;
};

/*! The innermost awaiter of a handler: the one place where an attempt rests, is woken, stopped,
 * suspended or dropped.
 *
 *  Thread: engine. Whoever answers calls resume() on the token's leaf, if it is still there; after
 * that call the leaf may be gone. A stop resumes an interruptible leaf early; then its await_resume
 * throws Stopped.
 */
class Leaf
{
public:
    enum class Interruptible { Yes, No };

    Leaf(Attempt &attempt, Interruptible interruptible)
        : m_attempt(attempt)
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

protected:
    /*! True when the answer is there already. */
    [[nodiscard]] virtual bool isReady() { return false; }
    /*! Asks for what is awaited. */
    virtual void begin() = 0;
    /*! Throws Stopped when a stop came instead of the answer; first thing in each await_resume. */
    void throwIfStopped() const;
    /*! To be captured by whoever answers. */
    [[nodiscard]] std::shared_ptr<LeafToken> token();
    [[nodiscard]] Attempt &attempt() const { return m_attempt; }

private:
    Attempt &m_attempt;
    Interruptible m_interruptible;
    std::coroutine_handle<> m_handle;
    std::shared_ptr<LeafToken> m_token; // Shared with those who will answer.
    bool m_isStopped = false;
};

} // namespace Kintsugi
