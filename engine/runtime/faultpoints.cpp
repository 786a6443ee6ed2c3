// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/faultpoints.h"

#include <algorithm>
#include <csignal>

namespace Kintsugi {

namespace {
constexpr std::array<QByteArrayView, kFaultPoints> kSpellings{
    "claim_after_commit", "handler_before",          "step_before",        "step_after_run",
    "before_commit",      "after_commit_before_ack", "retry_after_commit", "park_before",
    "park_after_commit",  "signal_after_take",       "finish_before",      "finish_after_commit"};
} // namespace

QByteArray toWire(FaultPoint point)
{
    return kSpellings[size_t(point)].toByteArray();
}

std::optional<FaultPoint> faultPointFromWire(QByteArrayView text)
{
    for (size_t i = 0; i < kSpellings.size(); ++i) {
        if (kSpellings[i] == text)
            return FaultPoint(int(i));
    }
    return std::nullopt;
}

std::optional<Fault> faultFromText(QByteArrayView text)
{
    const QList<QByteArray> words = text.toByteArray().split(':');
    if (words.size() != 3)
        return std::nullopt;
    const auto point = faultPointFromWire(words[0]);
    const bool isNumber = !words[1].isEmpty()
        && std::ranges::all_of(words[1], [](char c) { return c >= '0' && c <= '9'; });
    const int occurrence = isNumber ? words[1].toInt() : 0; // 0 for one that does not fit.
    const bool kills = words[2] == "kill";
    if (!point || occurrence < 1 || (!kills && words[2] != "drop"))
        return std::nullopt;
    return Fault{*point, occurrence, kills ? Fault::Action::Kill : Fault::Action::Drop};
}

void FaultPoints::arm(const Fault &fault)
{
    const std::scoped_lock lock(m_mutex);
    m_fault = fault;
    m_counts = {};
}

void FaultPoints::disarm()
{
    const std::scoped_lock lock(m_mutex);
    m_fault.reset();
    m_counts = {};
}

bool FaultPoints::isArmed() const
{
    const std::scoped_lock lock(m_mutex);
    return m_fault.has_value();
}

int FaultPoints::count(FaultPoint point) const
{
    const std::scoped_lock lock(m_mutex);
    return m_counts[size_t(point)];
}

bool FaultPoints::hit(FaultPoint point)
{
    const std::scoped_lock lock(m_mutex);
    const int count = ++m_counts[size_t(point)];
    if (!m_fault || m_fault->point != point || m_fault->occurrence != count)
        return false;
    if (m_fault->action == Fault::Action::Kill)
        ::raise(SIGKILL);
    m_fault.reset();
    return true;
}

} // namespace Kintsugi
