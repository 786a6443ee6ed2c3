// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <utility>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define KINTSUGI_THREAD_SANITIZER
#endif
#endif

#ifdef KINTSUGI_THREAD_SANITIZER
extern "C" {
void __tsan_acquire(void *address); // NOLINT(bugprone-reserved-identifier)
void __tsan_release(void *address); // NOLINT(bugprone-reserved-identifier)
}
#endif

namespace Kintsugi {

#ifdef KINTSUGI_THREAD_SANITIZER

/*! A function on its way to another thread through Qt: what came before it was handed over has
 * happened for who calls it, and the call for who destroys it: that may be either thread, by a
 * count of Qt's. Each copy is told of by its own address, so nothing else is ordered by it. */
template<typename Function>
class HandedOver
{
public:
    explicit HandedOver(Function function)
        : m_function(std::move(function))
    {
        __tsan_release(this);
    }
    HandedOver(const HandedOver &other)
        : m_function(other.m_function)
    {
        __tsan_release(this);
    }
    HandedOver(HandedOver &&other)
        : m_function(std::move(other.m_function))
    {
        __tsan_release(this);
    }
    HandedOver &operator=(const HandedOver &) = delete;
    HandedOver &operator=(HandedOver &&) = delete;
    ~HandedOver() { __tsan_acquire(this); }

    void operator()()
    {
        __tsan_acquire(this);
        m_function();
        __tsan_release(this);
    }

private:
    Function m_function;
};

template<typename Function>
[[nodiscard]] HandedOver<Function> handedOver(Function function)
{
    return HandedOver<Function>(std::move(function));
}

inline void handBack(void *pool)
{
    __tsan_release(pool);
}

inline void takeBack(void *pool)
{
    __tsan_acquire(pool);
}

#else

/*! For each function that goes to another thread through an event or a thread pool of Qt's. A Qt
 * that is not built with ThreadSanitizer hides from it that the one happens before the other; under
 * it this says so, otherwise it is nothing. */
template<typename Function>
[[nodiscard]] Function &&handedOver(Function &&function) noexcept
{
    return std::forward<Function>(function);
}

inline void handBack(void *) {} //!< The last that a function does in a pool which is waited for.
inline void takeBack(void *) {} //!< The first after that wait.

#endif

} // namespace Kintsugi
