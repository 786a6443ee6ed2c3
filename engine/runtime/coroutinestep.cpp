// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/coroutinestep.h"

#include "engine/model/limits.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

void MemoLeaf::begin()
{
    attempt().write({}, std::move(m_record), token());
}

CoroutineStep::CoroutineStep(Attempt &attempt, const QString &name)
    : m_attempt(attempt)
{
    if (attempt.takeStop())
        throw Stopped();
    const Attempt::Ask ask = attempt.askStep(name);
    m_memo = ask.memo;
    if (m_memo)
        return;
    const Clock &clock = *attempt.services().clock;
    m_record.key = ask.key;
    m_record.name = name;
    m_record.occurrence = ask.occurrence;
    m_record.ordinal = ask.ordinal;
    m_record.attempt = attempt.task().attempt;
    m_record.startedAt = clock.now();
    m_began = clock.monotonic();
}

StepRecord CoroutineStep::done(QByteArray json)
{
    if (json.size() > Limits::kResultBytes)
        throw TaskError(
            "result_too_large"_ba,
            u"the result of step \"%1\" has %2 bytes, %3 are allowed"_s.arg(m_record.name)
                .arg(json.size())
                .arg(Limits::kResultBytes),
            false, m_record.name);
    m_record.duration = std::chrono::duration_cast<std::chrono::milliseconds>(
        m_attempt.services().clock->monotonic() - m_began);
    m_record.result = std::move(json);
    return std::move(m_record);
}

void CoroutineStep::rethrow() const
{
    try {
        throw;
    } catch (const Stopped &) {
        throw;
    } catch (...) {
        throw TaskError::fromCurrentException(m_record.name);
    }
}

} // namespace Kintsugi
