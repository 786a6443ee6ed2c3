// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/runtime/subscription.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>

namespace Kintsugi {

/*! How often a feed wakes its streams under load: it rests thirty times as long as they took, 10 ms
 *  at least and 25 ms at most. So each writes many frames in one go, for most of what a reader
 *  costs is the call of the kernel. What comes after a pause goes at once.
 *
 *  Thread: the server's, but for the gate.
 */
class Pace final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Pace)

public:
    /*! Calls \a resume after a rest when something was heard since close(). */
    explicit Pace(std::function<void()> resume, QObject *parent = nullptr);
    ~Pace() override = default;

    [[nodiscard]] const std::shared_ptr<WakeGate> &gate() const { return m_gate; }
    void close() { m_gate->close(); } //!< Before what is there is taken; rest() opens it again.
    void rest(const std::function<void()> &serve); //!< Once that is done, which is timed.

private:
    std::function<void()> m_resume;
    std::shared_ptr<WakeGate> m_gate; //!< Shared with the engine.
    QTimer m_timer;
};

} // namespace Kintsugi
