// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/clock.h"

#include <QDateTime>

#include <ctime>

namespace Kintsugi {

Timestamp SystemClock::now() const
{
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
}

Monotonic SystemClock::monotonic() const
{
    timespec at{};
    clock_gettime(
        CLOCK_MONOTONIC,
        &at); // The same for every process of this boot, and it stands still in a suspend.
    return std::chrono::seconds(at.tv_sec) + std::chrono::nanoseconds(at.tv_nsec);
}

QByteArray toIso8601(Timestamp at)
{
    return QDateTime::fromMSecsSinceEpoch(toUnixMs(at), Qt::UTC)
        .toString(Qt::ISODateWithMs)
        .toLatin1();
}

std::optional<Timestamp> fromIso8601(QByteArrayView text)
{
    const QDateTime at = QDateTime::fromString(QString::fromLatin1(text), Qt::ISODateWithMs);
    if (!at.isValid())
        return std::nullopt;
    return fromUnixMs(at.toMSecsSinceEpoch());
}

} // namespace Kintsugi
