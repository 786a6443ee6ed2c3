// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

namespace Kintsugi {

/*! Lets the allocator keep up to some 32 MiB a heap that was freed, for the whole program; to be
 *  called before there are threads.
 *
 *  glibc gives the top of a heap back at 128 KiB, which a batch of writes frees each time: several
 *  calls of the kernel for each commit, each of which stops the threads on the other cores. Without
 *  them `bench --scenario par` makes a third more steps. Does nothing where the C library is
 *  another one.
 */
void keepFreedMemory();

} // namespace Kintsugi
