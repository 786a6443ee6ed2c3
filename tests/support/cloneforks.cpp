// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

/* In every test of a build with ThreadSanitizer. QProcess starts its programs by a clone() that
 * shares the parent's memory until the exec, as vfork() does. ThreadSanitizer takes each clone()
 * for a fork() and sets its own state anew in the child, which then is the parent's too: both die.
 * Here the child gets a copy. */

#include <cstdarg>
#include <sched.h>
#include <sys/types.h>

extern "C" {

// NOLINTBEGIN(bugprone-reserved-identifier)
int __interceptor_clone(int (*function)(void *), void *stack, int flags, void *argument,
                        pid_t *parent, void *tls, pid_t *child);
// NOLINTEND(bugprone-reserved-identifier)

int clone(int (*function)(void *), void *stack, int flags, void *argument, ...) noexcept
{
    va_list rest;
    va_start(rest, argument);
    auto *const parent = va_arg(rest, pid_t *);
    auto *const tls = va_arg(rest, void *);
    auto *const child = va_arg(rest, pid_t *);
    va_end(rest);
    return __interceptor_clone(function, stack, flags & ~(CLONE_VM | CLONE_VFORK), argument, parent,
                               tls, child);
}
}
