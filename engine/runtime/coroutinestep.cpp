// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/coroutinestep.h"

#include "engine/model/limits.h"

#include <QRandomGenerator>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono;

CommitLeaf::~CommitLeaf()
{
    attempt().services().timers.cancel(m_timer);
}

void CommitLeaf::begin()
{
    const auto go = [token = token()] {
        auto *leaf = static_cast<CommitLeaf *>(token->leaf);
        if (!leaf)
            return;
        if (leaf->m_events.isEmpty() && leaf->attempt().riders().isEmpty()) {
            leaf->resume();
            return;
        }
        leaf->attempt().commit(std::move(leaf->m_events), [token](const QList<Event> &) {
            if (token->leaf)
                token->leaf->resume();
        });
    };
    if (m_rest > 0ms)
        m_timer = attempt().services().timers.after(m_rest, go);
    else
        go();
}

CoroutineStep::CoroutineStep(Branch &branch, const QString &name, const StepOptions &options)
    : m_branch(branch)
    , m_options(options)
{
    if (branch.attempt.takeStop(branch))
        throw Stopped();
    const Memo::Ask ask = branch.attempt.memo().ask(branch, name);
    if (!ask.memo) {
        m_record = ask.blank;
        m_runs = branch.attempt.memo().runsOf(m_record.key);
        return;
    }
    m_record = *ask.memo;
    m_isFromCache = true;
    branch.attempt.riders().cacheHits << m_record.key;
    if (!m_record.error.isEmpty())
        throw TaskError::fromJson(m_record.error);
}

milliseconds CoroutineStep::restBefore() const
{
    if (!m_runs.nextAt)
        return 0ms;
    const auto wait = *m_runs.nextAt - m_branch.attempt.services().clock->now();
    return std::clamp<milliseconds>(wait, 0ms, m_options.retry.maxDelay);
}

bool CoroutineStep::mustCommitFirst()
{
    m_runs.nextAt.reset();
    Riders &riders = m_branch.attempt.riders();
    if (m_options.recordStart) {
        ++m_runs.starts;
        riders.runs << m_runs;
    }
    return m_options.recordStart || !riders.memos.isEmpty();
}

bool CoroutineStep::begin()
{
    if (m_branch.attempt.strikes(FaultPoint::StepBefore))
        return false;
    const Clock &clock = *m_branch.attempt.services().clock;
    m_record.startedAt = clock.now();
    m_began = clock.monotonic();
    return true;
}

bool CoroutineStep::done(QByteArray json)
{
    if (m_branch.attempt.strikes(FaultPoint::StepAfterRun))
        return false;
    if (json.size() > Limits::kResultBytes) {
        (void)failed(
            TaskError("result_too_large"_ba,
                      u"the result of step \"%1\" has %2 bytes, %3 are allowed"_s.arg(m_record.name)
                          .arg(json.size())
                          .arg(Limits::kResultBytes),
                      false, m_record.name));
        return false; // Not reached: that one is never tried again.
    }
    m_record.duration =
        duration_cast<milliseconds>(m_branch.attempt.services().clock->monotonic() - m_began);
    m_record.result = std::move(json);
    m_branch.attempt.riders().memos << m_record;
    return true;
}

NewEvent CoroutineStep::failed(const TaskError &error)
{
    Attempt &attempt = m_branch.attempt;
    const auto retry =
        retryAfter(error, m_options.retry, m_record.name, m_runs, attempt.services().clock->now());
    if (!retry) {
        m_record.duration =
            duration_cast<milliseconds>(attempt.services().clock->monotonic() - m_began);
        m_record.error = error.toJson();
        attempt.riders().memos << m_record;
        throw error;
    }
    attempt.riders().runs << m_runs;
    return *retry;
}

TaskError CoroutineStep::timeout() const
{
    return timedOut(m_record.name, m_options.timeout);
}

} // namespace Kintsugi
