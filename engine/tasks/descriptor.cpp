// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/tasks/descriptor.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace Kintsugi {

namespace {

/*! The same file at 3 or higher: a program without a stdin of its own would get it otherwise. */
Descriptor above2(int fd)
{
    Descriptor low(fd);
    if (fd > STDERR_FILENO)
        return low;
    return Descriptor(fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

} // namespace

void Descriptor::close()
{
    if (m_fd >= 0)
        ::close(std::exchange(m_fd, -1));
}

Pipe Pipe::open()
{
    std::array<int, 2> ends{-1, -1};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        return {};
    Pipe pipe;
    pipe.reading = above2(ends[0]);
    pipe.writing = above2(ends[1]);
    return pipe;
}

Alarm::Alarm()
    : m_timer(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK))
{}

void Alarm::set(std::chrono::milliseconds delay)
{
    itimerspec spec = {};
    if (delay.count() > 0) {
        spec.it_value.tv_sec = delay.count() / 1000;
        spec.it_value.tv_nsec = delay.count() % 1000 * 1'000'000;
    }
    timerfd_settime(m_timer.get(), 0, &spec, nullptr); // Also takes back what was due.
}

StopSignal::StopSignal(std::stop_token stop)
    : m_event(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    , m_callback(std::move(stop), Raise{m_event.get()})
{}

void StopSignal::Raise::operator()() const
{
    const uint64_t one = 1;
    (void)!write(event, &one, sizeof one);
}

void setNonBlocking(const Descriptor &descriptor)
{
    fcntl(descriptor.get(), F_SETFL, fcntl(descriptor.get(), F_GETFL) | O_NONBLOCK);
}

} // namespace Kintsugi
