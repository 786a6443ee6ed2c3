// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/stepleaf.h"

#include "engine/model/handover.h"
#include "engine/model/jsonwriter.h"
#include "engine/model/limits.h"
#include "engine/store/transaction.h"

#include <QRandomGenerator>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono;

std::optional<NewEvent> retryAfter(const TaskError &error, const RetryPolicy &policy,
                                   const QString &step, StepRuns &runs, Timestamp now)
{
    const auto delay = error.isRetryable()
        ? policy.delayBefore(runs.failures + 2, QRandomGenerator::global()->generateDouble())
        : std::nullopt;
    if (!delay)
        return std::nullopt;
    ++runs.failures;
    runs.nextAt = now + *delay;
    return NewEvent{EventTypes::kStepRetry.toByteArray(),
                    JsonWriter()
                        .member("step", step)
                        .member("attempt", runs.failures + 1)
                        .member("delayMs", qint64(delay->count()))
                        .raw("error", error.toJson())
                        .finish()};
}

TaskError timedOut(const QString &step, milliseconds limit)
{
    return {"timeout"_ba, u"step \"%1\" took longer than %2 ms"_s.arg(step).arg(limit.count()),
            true, step};
}

StepLeafBase::StepLeafBase(Branch &branch, QString name, StepOptions options)
    : Leaf(branch, Interruptible::Yes)
    , m_name(std::move(name))
    , m_options(options)
{}

StepLeafBase::~StepLeafBase()
{
    attempt().services().timers.cancel(m_timer);
}

bool StepLeafBase::isReady()
{
    const Memo::Ask ask = attempt().memo().ask(branch(), m_name);
    if (!ask.memo) {
        m_record = ask.blank;
        m_runs = attempt().memo().runsOf(m_record.key);
        return false;
    }
    m_record = *ask.memo;
    m_isFromCache = true;
    attempt().riders().cacheHits << m_record.key;
    if (!m_record.error.isEmpty())
        m_failure = TaskError::fromJson(m_record.error);
    return true;
}

void StepLeafBase::begin()
{
    tryNow();
}

void StepLeafBase::tryNow()
{
    const AttemptServices &services = attempt().services();
    if (m_runs.nextAt) {
        const auto wait = *m_runs.nextAt - services.clock->now();
        m_runs.nextAt.reset();
        if (wait > 0ms) {
            m_timer = services.timers.after(std::min(wait, m_options.retry.maxDelay),
                                            [this] { tryNow(); });
            return;
        }
    }
    Riders &riders = attempt().riders();
    if (m_options.recordStart) {
        ++m_runs.starts;
        riders.runs << m_runs;
    }
    const auto go = [token = token()] {
        auto *step = static_cast<StepLeafBase *>(token->leaf);
        if (!step || step->attempt().strikes(FaultPoint::StepBefore))
            return;
        step->armTimeout();
        step->runBody();
    };
    // What the body may build on, and that it begins, is in the log before it does.
    if (!riders.memos.isEmpty() || m_options.recordStart)
        attempt().commit({}, [go](const QList<Event> &) { go(); });
    else
        go();
}

void StepLeafBase::armTimeout()
{
    if (m_options.timeout <= 0ms)
        return;
    m_timer = attempt().services().timers.after(m_options.timeout, [this] {
        dropBody();
        bodyFailed(timedOut(m_name, m_options.timeout),
                   attempt().services().clock->now() - m_options.timeout, m_options.timeout);
    });
}

void StepLeafBase::bodyEnded(QByteArray json, Timestamp startedAt, Monotonic took)
{
    attempt().services().timers.cancel(std::exchange(m_timer, {}));
    if (attempt().strikes(FaultPoint::StepAfterRun))
        return;
    if (json.size() > Limits::kResultBytes) {
        bodyFailed(TaskError("result_too_large"_ba,
                             u"the result of step \"%1\" has %2 bytes, %3 are allowed"_s.arg(m_name)
                                 .arg(json.size())
                                 .arg(Limits::kResultBytes),
                             false, m_name),
                   startedAt, took);
        return;
    }
    m_record.startedAt = startedAt;
    m_record.duration = duration_cast<milliseconds>(took);
    m_record.result = std::move(json);
    attempt().riders().memos << m_record;
    attempt().commit({}, [token = token()](const QList<Event> &) {
        if (token->leaf)
            token->leaf->resume();
    });
}

void StepLeafBase::bodyFailed(const TaskError &error, Timestamp startedAt, Monotonic took)
{
    attempt().services().timers.cancel(std::exchange(m_timer, {}));
    const auto retry =
        retryAfter(error, m_options.retry, m_name, m_runs, attempt().services().clock->now());
    if (!retry) {
        // Memoised too, but in no hurry: it goes with whatever the handler makes of it.
        m_record.startedAt = startedAt;
        m_record.duration = duration_cast<milliseconds>(took);
        m_record.error = error.toJson();
        attempt().riders().memos << m_record;
        m_failure = error;
        resume();
        return;
    }
    attempt().riders().runs << m_runs;
    attempt().commit({*retry}, [token = token()](const QList<Event> &) {
        auto *step = static_cast<StepLeafBase *>(token->leaf);
        if (step && !step->attempt().strikes(FaultPoint::RetryAfterCommit))
            step->tryNow();
    });
}

const StepRecord &StepLeafBase::finished()
{
    throwIfStopped();
    if (m_failure)
        throw *m_failure;
    return m_record;
}

struct PoolStepLeaf::Run
{
    std::stop_source stop;
    QByteArray json;
    std::optional<TaskError> failure;
    Timestamp startedAt;
    Monotonic took{};
};

PoolStepLeaf::PoolStepLeaf(Branch &branch, QString name, StepOptions options,
                           std::function<QByteArray(std::stop_token)> body)
    : StepLeafBase(branch, std::move(name), options)
    , m_body(std::move(body))
{}

PoolStepLeaf::~PoolStepLeaf()
{
    dropBody();
}

void PoolStepLeaf::dropBody()
{
    if (m_run)
        std::exchange(m_run, {})->stop.request_stop();
}

void PoolStepLeaf::runBody()
{
    m_run = std::make_shared<Run>();
    const AttemptServices &services = attempt().services();
    services.pool.start(handedOver([run = m_run, body = m_body, token = token(),
                                    mailbox = services.mailbox, clock = services.clock,
                                    inner = attempt().stopToken(), name = name()] {
        const std::stop_callback forward(inner, [run] { run->stop.request_stop(); });
        if (run->stop.stop_requested())
            return; // Dropped or stopped while it waited for a thread: nobody asks for it any more.
        run->startedAt = clock->now();
        const Monotonic began = clock->monotonic();
        try {
            run->json = body(run->stop.get_token());
        } catch (...) {
            run->failure = TaskError::fromCurrentException(name);
        }
        run->took = clock->monotonic() - began;
        mailbox->post([token, run] {
            auto *leaf = static_cast<PoolStepLeaf *>(token->leaf);
            if (leaf && leaf->m_run == run) // It may have been given up for taking too long.
                leaf->poolEnded();
        });
    }));
}

void PoolStepLeaf::poolEnded()
{
    const auto run = std::exchange(m_run, {});
    if (attempt().phase() != Attempt::Phase::Running)
        return;
    if (run->failure)
        bodyFailed(*run->failure, run->startedAt, run->took);
    else
        bodyEnded(run->json, run->startedAt, run->took);
}

TransactionStepLeaf::TransactionStepLeaf(Branch &branch, QString name, Body body)
    : StepLeafBase(branch, std::move(name), {})
    , m_body(std::move(body))
{}

void TransactionStepLeaf::begin()
{
    if (attempt().strikes(FaultPoint::StepBefore))
        return;
    const auto limited = [body = m_body](Transaction &transaction) -> Expected<QByteArray> {
        auto value = body(transaction);
        if (value && value->size() > Limits::kResultBytes)
            return failure(ErrorCode::TooLarge,
                           u"the result has %1 bytes, %2 are allowed"_s.arg(value->size())
                               .arg(Limits::kResultBytes));
        return value;
    };
    TransactStep write{.fence = attempt().fence(),
                       .step = record(),
                       .body = limited,
                       .timeLimit = attempt().services().transactionLimit,
                       .riders = std::exchange(attempt().riders(), {})};
    attempt().send(std::move(write), [token = token()](const TransactStep::Result &done) {
        auto *step = static_cast<TransactionStepLeaf *>(token->leaf);
        if (!step || step->attempt().strikes(FaultPoint::AfterCommitBeforeAck))
            return;
        if (done)
            step->m_done = *done;
        else
            step->m_refusal =
                TaskError("transaction"_ba, done.error().message, false, step->name());
        step->resume();
    });
}

const StepRecord &TransactionStepLeaf::committed()
{
    const StepRecord &memo = finished();
    if (m_refusal)
        throw *m_refusal;
    return m_done ? *m_done : memo;
}

} // namespace Kintsugi
