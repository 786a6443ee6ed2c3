// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/benchdelays.h"

#include <algorithm>

namespace Kintsugi {

using namespace std::chrono;

namespace {

constexpr QByteArrayView kMark = "\"at\":\"";
constexpr qsizetype kTime = 11; // Where the time begins in 2026-11-23T09:00:00.000Z …
constexpr qsizetype kInstant = 24; // … and how long it is.
constexpr int kMost = 10'000;
constexpr int kDay = 86'400'000;

int number(QByteArrayView digits)
{
    int value = 0;
    for (const char digit : digits)
        value = 10 * value + (digit - '0');
    return value;
}

/*! Milliseconds since midnight. */
int timeOfDay(QByteArrayView instant)
{
    const QByteArrayView time = instant.sliced(kTime);
    const int minutes = number(time.first(2)) * 60 + number(time.sliced(3, 2));
    return (minutes * 60 + number(time.sliced(6, 2))) * 1000 + number(time.sliced(9, 3));
}

} // namespace

BenchDelays::BenchDelays()
    : m_ofDelay(size_t(kMost) + 1)
{}

void BenchDelays::note(QByteArrayView piece, Timestamp now)
{
    const int today = int((now - floor<days>(now)).count());
    for (qsizetype at = piece.indexOf(kMark); at >= 0; at = piece.indexOf(kMark, at + kInstant)) {
        at += kMark.size();
        if (at + kInstant > piece.size())
            return;
        // Over midnight too; a clock that was set back tells of no delay.
        const int delay = (today - timeOfDay(piece.sliced(at, kInstant)) + kDay) % kDay;
        ++m_ofDelay[size_t(delay > kDay / 2 ? 0 : std::min(delay, kMost))];
        ++m_count;
    }
}

int BenchDelays::quantile(int thousandths) const
{
    qint64 left = (m_count * thousandths + 999) / 1000;
    int delay = 0;
    for (const qint64 events : m_ofDelay) {
        left -= events;
        if (left <= 0)
            return delay;
        ++delay;
    }
    return kMost;
}

} // namespace Kintsugi
