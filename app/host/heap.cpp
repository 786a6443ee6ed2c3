// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/host/heap.h"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace Kintsugi {

void keepFreedMemory()
{
#ifdef __GLIBC__
    constexpr int kMiB = 1024 * 1024;
    mallopt(M_TRIM_THRESHOLD, 32 * kMiB);
    mallopt(M_TOP_PAD, kMiB); // And it grows in such pieces.
    mallopt(M_MMAP_THRESHOLD, kMiB); // Which no longer adapts itself once the others are set.
#endif
}

} // namespace Kintsugi
