// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/runtime/attempt.h"
#include "engine/runtime/stepvalue.h"

namespace Kintsugi {

/*! Sleeps. A long sleep (EngineConfig::parkAfter) is durable: its end is memoised, and the task may
 *  be parked meanwhile; a short one that a crash interrupts is slept again from its start. */
class SleepLeaf final : public Leaf
{
public:
    SleepLeaf(Branch &branch, std::chrono::milliseconds delay)
        : Leaf(branch, Interruptible::Yes)
        , m_delay(delay)
    {}
    /*! Until that instant, but never longer than \a atMost: the clock may have been put back. It
     *  needs no memo, since whoever asks knows the instant. */
    SleepLeaf(Branch &branch, Timestamp until, std::chrono::milliseconds atMost)
        : Leaf(branch, Interruptible::Yes)
        , m_delay(atMost)
        , m_until(until)
    {}
    ~SleepLeaf() override;
    void await_resume() { throwIfStopped(); }
    [[nodiscard]] const Rest *rest() const override { return m_rest ? &*m_rest : nullptr; }

private:
    [[nodiscard]] bool isReady() override;
    void begin() override;

    std::chrono::milliseconds m_delay;
    std::optional<Timestamp> m_until;
    std::optional<Rest> m_rest;
    Timers::Id m_timer;
};

/*! Waits for a signal: takes it from the inbox as the memo of a step of its own. */
class SignalLeafBase : public Leaf
{
public:
    SignalLeafBase(Branch &branch, QString name, std::optional<std::chrono::milliseconds> timeout);
    ~SignalLeafBase() override;
    [[nodiscard]] const Rest *rest() const override { return m_rest ? &*m_rest : nullptr; }
    void signalArrived() override;

protected:
    /*! The payload; none when the time was up first. */
    [[nodiscard]] std::optional<QByteArray> taken();

private:
    [[nodiscard]] bool isReady() override;
    void begin() override;
    void look(bool givesUp);

    QString m_name;
    std::optional<std::chrono::milliseconds> m_timeout;
    std::optional<Timestamp> m_end;
    StepRecord m_step;
    bool m_isLooking = false;
    bool m_looksAgain = false;
    std::optional<QByteArray> m_payload;
    std::optional<Rest> m_rest;
    Timers::Id m_timer;
};

/*! The same with the payload's type: a gadget, or what StepValue knows. */
template<typename T>
class SignalLeaf final : public SignalLeafBase
{
public:
    using SignalLeafBase::SignalLeafBase;
    std::optional<T> await_resume()
    {
        const auto payload = taken();
        return payload ? std::optional<T>(StepValue<T>::fromJson(*payload)) : std::nullopt;
    }
};

} // namespace Kintsugi
