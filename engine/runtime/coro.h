// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace Kintsugi {

template<typename T>
class Coro;

/*! Who is told of the end of a coroutine that nobody awaits directly: see Coro::startFor(). */
class Completion
{
public:
    Completion() = default;
    Completion(const Completion &) = delete;
    Completion &operator=(const Completion &) = delete;
    /*! The coroutine rests at its end. Gives who goes on now, or std::noop_coroutine(). */
    virtual std::coroutine_handle<> childEnded() noexcept = 0;

protected:
    ~Completion() = default;
};

namespace Detail {

/*! What the promises of all result types share: who goes on when this coroutine ends. */
class CoroPromiseBase
{
public:
    struct FinalAwaiter
    {
        FinalAwaiter() = default;
        [[nodiscard]] bool await_ready() const noexcept { return false; }
        template<typename Promise>
        std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) const noexcept
        {
            if (self.promise().m_completion)
                return self.promise().m_completion->childEnded();
            const auto next = self.promise().m_continuation;
            return next ? next : std::noop_coroutine();
        }
        void await_resume() const noexcept {}
    };

    std::suspend_always initial_suspend() noexcept
    {
        return {};
    } //!< Lazy: runs when it is awaited or started.
    FinalAwaiter final_suspend() noexcept
    {
        return {};
    } //!< The frame stays until its owner destroys it.
    void unhandled_exception() { m_exception = std::current_exception(); }

    std::coroutine_handle<> m_continuation;
    Completion *m_completion = nullptr; //!< Outlives the coroutine; beats the continuation.
    std::exception_ptr m_exception;
};

template<typename T>
class CoroPromise final : public CoroPromiseBase
{
public:
    Coro<T> get_return_object();
    template<typename Value>
    void return_value(Value &&value)
    {
        m_value.emplace(std::forward<Value>(value));
    }
    T take()
    {
        if (m_exception)
            std::rethrow_exception(m_exception);
        return std::move(*m_value);
    }

private:
    std::optional<T> m_value;
};

template<>
class CoroPromise<void> final : public CoroPromiseBase
{
public:
    Coro<void> get_return_object();
    void return_void() {}
    void take() const
    {
        if (m_exception)
            std::rethrow_exception(m_exception);
    }
};

} // namespace Detail

/*! A coroutine that owns its frame: lazy, moved and never copied.
 *
 *  The destructor destroys the frame wherever it is suspended. Frames of awaited children live in
 * their parent's, so dropping the outermost Coro drops the whole chain; what an awaiter has
 * registered elsewhere it takes back in its own destructor. This is how a simulated crash leaves no
 * trace. Parameters of coroutines go by value.
 *
 *  An empty or moved-from Coro is done(); to await it is a bug. Thread: the one that resumes it.
 */
template<typename T = void>
class [[nodiscard]] Coro
{
public:
    using promise_type = Detail::CoroPromise<T>;

    Coro() = default;
    explicit Coro(std::coroutine_handle<promise_type> handle)
        : m_handle(handle)
    {}
    Coro(Coro &&other) noexcept
        : m_handle(std::exchange(other.m_handle, {}))
    {}
    Coro &operator=(Coro &&other) noexcept
    {
        if (this != &other) {
            destroy();
            m_handle = std::exchange(other.m_handle, {});
        }
        return *this;
    }
    Coro(const Coro &) = delete;
    Coro &operator=(const Coro &) = delete;
    ~Coro() { destroy(); }

    /*! Runs an outermost coroutine up to its first suspension. */
    void start() { m_handle.resume(); }
    /*! The same for a child that runs beside others: \a completion hears of its end. */
    void startFor(Completion &completion)
    {
        m_handle.promise().m_completion = &completion;
        m_handle.resume();
    }
    /*! What a coroutine that is done has given; throws what it has thrown. Once. */
    T take() { return m_handle.promise().take(); }
    [[nodiscard]] bool done() const { return !m_handle || m_handle.done(); }

    class Awaiter
    {
    public:
        explicit Awaiter(std::coroutine_handle<promise_type> child)
            : m_child(child)
        {}
        Awaiter(const Awaiter &) = delete;
        Awaiter &operator=(const Awaiter &) = delete;
        ~Awaiter() = default;
        [[nodiscard]] bool await_ready() const noexcept { return m_child.done(); }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<> parent) const noexcept
        {
            m_child.promise().m_continuation = parent;
            return m_child;
        }
        T await_resume() const { return m_child.promise().take(); }

    private:
        std::coroutine_handle<promise_type> m_child;
    };
    Awaiter operator co_await() const { return Awaiter(m_handle); }

private:
    void destroy()
    {
        if (m_handle)
            std::exchange(m_handle, {}).destroy();
    }
    std::coroutine_handle<promise_type> m_handle;
};

template<typename T>
Coro<T> Detail::CoroPromise<T>::get_return_object()
{
    return Coro<T>(std::coroutine_handle<CoroPromise>::from_promise(*this));
}

inline Coro<void> Detail::CoroPromise<void>::get_return_object()
{
    return Coro<void>(std::coroutine_handle<CoroPromise>::from_promise(*this));
}

} // namespace Kintsugi
