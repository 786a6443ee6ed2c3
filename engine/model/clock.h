// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QObject>
#include <QString>

#include <chrono>
#include <optional>

namespace Kintsugi {

using Timestamp =
    std::chrono::sys_time<std::chrono::milliseconds>; //!< An instant, UTC, for people and rows.
using Monotonic =
    std::chrono::nanoseconds; //!< Since boot, without suspends: for leases and durations.

/*! Where all time comes from, so that a test can own it.
 *
 *  Thread: now() and monotonic() any; the signal comes on the clock's own thread.
 */
class Clock : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Clock)

public:
    Clock() = default;
    ~Clock() override = default;

    [[nodiscard]] virtual Timestamp now() const = 0;
    [[nodiscard]] virtual Monotonic monotonic() const = 0;
    /*! False when time only moves by advanced(): then nobody arms a real timer. */
    [[nodiscard]] virtual bool runsByItself() const { return true; }

Q_SIGNALS:
    void advanced(); //!< A clock that is moved by hand was moved.
};

/*! The machine's clocks. */
class SystemClock final : public Clock
{
    Q_OBJECT

public:
    [[nodiscard]] Timestamp now() const override;
    [[nodiscard]] Monotonic monotonic() const override;
};

/*! "2026-11-23T09:00:00.000Z". */
[[nodiscard]] QByteArray toIso8601(Timestamp at);
[[nodiscard]] std::optional<Timestamp> fromIso8601(QByteArrayView text);

[[nodiscard]] inline qint64 toUnixMs(Timestamp at)
{
    return at.time_since_epoch().count();
}
[[nodiscard]] inline Timestamp fromUnixMs(qint64 ms)
{
    return Timestamp(std::chrono::milliseconds(ms));
}

} // namespace Kintsugi
