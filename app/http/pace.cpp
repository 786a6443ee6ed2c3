// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/pace.h"

#include <QElapsedTimer>

#include <algorithm>

namespace Kintsugi {

using namespace std::chrono_literals;

namespace {
constexpr int kTimesAsLong = 30;
constexpr std::chrono::milliseconds kLeast = 10ms;
constexpr std::chrono::milliseconds kMost = 25ms; // Less than anybody sees.
} // namespace

Pace::Pace(std::function<void()> resume, QObject *parent)
    : QObject(parent)
    , m_resume(std::move(resume))
    , m_gate(std::make_shared<WakeGate>())
    , m_timer(this)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (m_gate->open())
            m_resume();
    });
}

void Pace::rest(const std::function<void()> &serve)
{
    QElapsedTimer timer;
    timer.start();
    serve();
    const std::chrono::nanoseconds took(timer.nsecsElapsed() * kTimesAsLong);
    m_timer.start(
        std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(took), kLeast, kMost));
}

} // namespace Kintsugi
