// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <map>

namespace Kintsugi {

/*! Calls back at instants of the injected clock: one real timer for any number of them.
 *
 *  Thread: the one it lives in.
 */
class Timers final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Timers)

public:
    /*! One call that waits, by its place in the order of all; none by default. */
    struct Id
    {
        Monotonic at{};
        quint64 number = 0;
        auto operator<=>(const Id &) const = default;
    };

    explicit Timers(const Clock &clock, QObject *parent = nullptr);
    ~Timers() override = default;

    Id after(std::chrono::milliseconds delay, std::function<void()> function);
    void cancel(const Id &id); //!< Nothing happens for one that has fired, or for none.

private:
    void fireDue();
    void arm();

    const Clock &m_clock;
    QTimer m_timer;
    std::map<Id, std::function<void()>> m_calls;
    quint64 m_lastNumber = 0;
};

} // namespace Kintsugi
