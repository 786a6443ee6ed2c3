// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/sse/fuzz/fuzzing.h"

#include <cstdio>
#include <cstdlib>
#include <random>

namespace Fuzzing {

void want(bool condition, const char *sentence)
{
    if (condition)
        return;
    std::fprintf(stderr, "fuzzing: %s\n", sentence);
    std::abort();
}

QList<QList<QByteArrayView>> waysToCut(QByteArrayView bytes, uint32_t seed)
{
    QList<QByteArrayView> single;
    for (qsizetype i = 0; i < bytes.size(); ++i)
        single += bytes.sliced(i, 1);
    QList<QByteArrayView> chosen;
    std::minstd_rand random(seed);
    while (!bytes.isEmpty()) {
        const auto length = qMin(qsizetype(random() % 17), bytes.size());
        chosen += bytes.first(length);
        bytes = bytes.sliced(length);
    }
    return {single, chosen};
}

} // namespace Fuzzing
