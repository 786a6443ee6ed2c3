// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <chrono>
#include <stop_token>
#include <utility>

namespace Kintsugi {

/*! Owns one file descriptor. */
class Descriptor
{
public:
    Descriptor() = default;
    explicit Descriptor(int fd)
        : m_fd(fd)
    {}
    Descriptor(Descriptor &&other) noexcept
        : m_fd(std::exchange(other.m_fd, -1))
    {}
    Descriptor &operator=(Descriptor &&other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    ~Descriptor() { close(); }

    [[nodiscard]] int get() const { return m_fd; }
    [[nodiscard]] bool isOpen() const { return m_fd >= 0; }
    void close();

private:
    int m_fd = -1;
};

/*! Both ends of a pipe, closed on exec, never 0, 1 or 2. Not open when there are no descriptors
 * left. */
struct Pipe
{
    Descriptor reading;
    Descriptor writing;

    [[nodiscard]] static Pipe open();
    [[nodiscard]] bool isOpen() const { return reading.isOpen() && writing.isOpen(); }
};

/*! A descriptor to poll that becomes readable when the time is up. */
class Alarm
{
public:
    Alarm();
    [[nodiscard]] int get() const { return m_timer.get(); }
    void set(std::chrono::milliseconds delay); //!< From now; 0 or less is never.

private:
    Descriptor m_timer;
};

/*! A descriptor to poll that becomes readable when a stop is requested. */
class StopSignal
{
public:
    explicit StopSignal(std::stop_token stop);
    [[nodiscard]] int get() const { return m_event.get(); }

private:
    struct Raise
    {
        int event;
        void operator()() const;
    };
    Descriptor m_event;
    std::stop_callback<Raise> m_callback;
};

void setNonBlocking(const Descriptor &descriptor);

} // namespace Kintsugi
