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
    using Id = quint64; //!< 0 is none.

    explicit Timers(const Clock &clock, QObject *parent = nullptr);
    ~Timers() override = default;

    Id after(std::chrono::milliseconds delay, std::function<void()> call);
    void cancel(Id id); //!< Nothing happens for an id that has fired or is 0.

private:
    void fireDue();
    void arm();

    struct Key
    {
        Monotonic at;
        Id id;
        auto operator<=>(const Key &) const = default;
    };
    const Clock &m_clock;
    QTimer m_timer;
    std::map<Key, std::function<void()>> m_calls;
    std::map<Id, Monotonic> m_instants;
    Id m_lastId = 0;
};

} // namespace Kintsugi
