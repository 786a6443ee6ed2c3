// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/restleaf.h"

#include "engine/model/limits.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono;

SleepLeaf::~SleepLeaf()
{
    attempt().services().timers.cancel(m_timer);
}

bool SleepLeaf::isReady()
{
    const AttemptServices &services = attempt().services();
    if (m_until) {
        if (attempt().isOver(*m_until))
            return true;
        m_delay = std::min(m_delay, *m_until - services.clock->now());
    }
    if (m_delay <= 0ms)
        return true;
    if (m_delay <= services.parkAfter || branch().isInStep)
        return false; // A step that is broken off runs again as a whole.
    const Timestamp end = m_until ? services.clock->now() + m_delay
                                  : attempt().deadline(branch(), u"sleep()"_s, m_delay);
    if (attempt().isOver(end))
        return true;
    m_delay = std::min(m_delay, end - services.clock->now());
    m_rest.emplace(Rest{end, {}});
    return false;
}

void SleepLeaf::begin()
{
    m_timer = attempt().services().timers.after(m_delay, [this] {
        m_rest.reset();
        resume();
    });
}

SignalLeafBase::SignalLeafBase(Branch &branch, QString name, std::optional<milliseconds> timeout)
    : Leaf(branch, Interruptible::Yes)
    , m_name(std::move(name))
    , m_timeout(timeout)
{}

SignalLeafBase::~SignalLeafBase()
{
    attempt().services().timers.cancel(m_timer);
}

bool SignalLeafBase::isReady()
{
    if (m_name.isEmpty() || m_name.size() > Limits::kSignalNameLength)
        throw TaskError("bad_signal"_ba,
                        u"a signal's name has 1 to %1 characters"_s.arg(Limits::kSignalNameLength));
    const Memo::Ask ask = attempt().memo().askOwn(branch(), "signal "_L1 + m_name + "()"_L1);
    m_step = ask.blank;
    if (m_timeout)
        m_end = attempt().deadline(branch(), u"timeout()"_s, *m_timeout);
    if (!ask.memo)
        return false;
    attempt().riders().cacheHits << ask.memo->key;
    if (ask.memo->result.size() > 2) // "[]" is the memo of a time that was up.
        m_payload = ask.memo->result.sliced(1).chopped(1);
    return true;
}

void SignalLeafBase::begin()
{
    look(false);
}

void SignalLeafBase::signalArrived()
{
    if (m_isLooking)
        m_looksAgain = true;
    else
        look(false);
}

void SignalLeafBase::look(bool givesUp)
{
    const AttemptServices &services = attempt().services();
    m_rest.reset();
    services.timers.cancel(std::exchange(m_timer, {}));
    m_isLooking = true;
    m_step.startedAt = services.clock->now();
    TakeSignal write{.fence = attempt().fence(),
                     .name = m_name,
                     .step = m_step,
                     .givesUp = givesUp || (m_end && attempt().isOver(*m_end)),
                     .riders = std::exchange(attempt().riders(), {})};
    const bool isLast = write.givesUp;
    attempt().send(std::move(write),
                   [token = token(), isLast](const std::optional<QByteArray> &payload) {
                       auto *leaf = static_cast<SignalLeafBase *>(token->leaf);
                       if (!leaf)
                           return;
                       leaf->m_isLooking = false;
                       if (payload || isLast) {
                           if (leaf->attempt().strikes(FaultPoint::SignalAfterTake))
                               return;
                           leaf->m_payload = payload;
                           leaf->resume();
                           return;
                       }
                       if (std::exchange(leaf->m_looksAgain, false)) {
                           leaf->look(false);
                           return;
                       }
                       leaf->m_rest.emplace(Rest{leaf->m_end, leaf->m_name});
                       if (leaf->m_end)
                           leaf->m_timer = leaf->attempt().services().timers.after(
                               *leaf->m_end - leaf->attempt().services().clock->now(),
                               [leaf] { leaf->look(true); });
                       leaf->attempt().settle();
                   });
}

std::optional<QByteArray> SignalLeafBase::taken()
{
    throwIfStopped();
    return m_payload;
}

} // namespace Kintsugi
