// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// From a claim to the end of the attempt.
//
// The handler runs in drive(), the only place that catches what it throws. Each of its branches
// (one, unless it is inside an all()) rests in exactly one leaf (an awaiter of the engine: a
// commit, a sleep, a step, a page, a signal). From outside five things can happen:
//   an answer   the leaf is resumed and its branch goes on;
//   a stop      every interruptible leaf is resumed at once and throws Stopped; a commit in flight
//               ends first, and the next await throws. Stopped is thrown once a branch; what
//               follows belongs to the clean-up, until the grace time is over;
//   a suspend   the frame is dropped as soon as no commit is in flight, and `suspended` is written;
//   a rest      when every branch rests in a long sleep or waits for a signal, the frame is dropped
//               and the task is parked; it wakes in the same attempt and begins at its top, where
//               its memo brings it back to where it was;
//   a crash     the whole Attempt is destroyed: the frame goes where it stands, and answers on
//   their
//               way find nobody.
// An attempt that has decided how it ends is Finishing: it only waits for that one commit, and
// nothing changes its mind.
//
// A handler is only ever resumed by run(), which counts how deep inside one another handlers run:
// what must not happen under a running frame (dropping it, parking, waking a branch that a sibling
// has set free) waits in settle() until none does.
//
// A write that is refused because another worker drives the task by now ends the attempt without a
// word: to the log it stopped existing when the other one claimed.

#include "engine/runtime/attempt.h"

#include "engine/model/canonicaljson.h"
#include "engine/model/jsonwriter.h"
#include "engine/model/limits.h"
#include "engine/runtime/context.h"

#include <QLoggingCategory>
#include <QRandomGenerator>

#include <algorithm>

Q_LOGGING_CATEGORY(lcAttempt, "kintsugi.runtime.attempt")

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono;

Attempt::Attempt(const AttemptServices &services, Claim claim, const RegisteredTask &definition,
                 std::function<void(const Ending &)> ended)
    : m_services(services)
    , m_claim(std::move(claim))
    , m_definition(definition)
    , m_ended(std::move(ended))
    , m_branch(*this)
    , m_context(std::make_unique<Context>(m_branch))
    , m_alive(std::make_shared<bool>(true))
{}

Attempt::~Attempt()
{
    *m_alive = false;
    m_services.timers.cancel(m_graceTimer);
    m_services.timers.cancel(m_timeoutTimer);
    dropFrame();
}

void Attempt::start(const QList<StepRecord> &memo, const QList<StepRuns> &runs)
{
    if (strikes(FaultPoint::HandlerBefore))
        return;
    m_memo.load(memo, runs);
    if (m_claim.isWake)
        m_branch.alreadyEmitted = m_memo.emitted({}, m_claim.task.attempt);
    if (m_suspendReason) {
        suspendNow();
        return;
    }
    m_phase = Phase::Running;
    if (const auto end = endOfTime()) {
        const auto left = *end - m_services.clock->now();
        if (left <= 0ms) {
            timeOut();
            return;
        }
        m_timeoutTimer = m_services.timers.after(left, [this] { timeOut(); });
    }
    const auto alive = m_alive;
    m_root = drive();
    ++m_depth;
    m_root.start();
    if (*alive) {
        --m_depth;
        settle();
    }
}

Coro<void> Attempt::drive()
{
    std::optional<TaskError> error;
    QByteArray result;
    try {
        const QJsonObject input = parseJson(m_claim.task.input).value_or(QJsonValue()).toObject();
        result = co_await m_definition.run(*m_context, input);
    } catch (const Stopped &) {
        // Only thrown after takeStop(): what follows is said by m_isStopHeard.
    } catch (...) {
        error = TaskError::fromCurrentException();
    }
    if (m_isStopHeard)
        finishCancelled();
    else if (error)
        finishFailed(*error);
    else if (result.size() > Limits::kResultBytes)
        finishFailed(TaskError("result_too_large"_ba,
                               u"the result has %1 bytes, %2 are allowed"_s.arg(result.size())
                                   .arg(Limits::kResultBytes)));
    else
        finish({.fence = m_claim.fence,
                .state = TaskState::Completed,
                .event = {EventTypes::kCompleted.toByteArray(),
                          JsonWriter().raw("result", result).finish()},
                .result = result});
}

void Attempt::run(std::coroutine_handle<> handle)
{
    if (m_phase != Phase::Running)
        return; // A fault has struck: it only waits to be dropped.
    const auto alive = m_alive;
    ++m_depth;
    handle.resume();
    if (!*alive)
        return;
    --m_depth;
    settle();
}

void Attempt::later(std::shared_ptr<LeafToken> token)
{
    m_later.push_back(std::move(token));
}

void Attempt::settle()
{
    if (m_depth > 0 || m_phase != Phase::Running)
        return;
    if (!m_later.empty()) {
        const auto alive = m_alive;
        for (const auto &token : std::exchange(m_later, {})) {
            if (token->leaf)
                token->leaf->resume();
            if (!*alive)
                return;
        }
        return; // Each of them has settled what it left.
    }
    park();
    if (m_phase == Phase::Running && !m_isParking)
        flush();
}

std::optional<Timestamp> Attempt::endOfTime() const
{
    if (m_definition.info.timeout <= 0ms)
        return std::nullopt;
    return m_claim.task.startedAt.value_or(m_services.clock->now()) + m_definition.info.timeout;
}

/*! Gives up the frame when every branch rests. */
void Attempt::park()
{
    if (m_isParking || m_isStopRequested || m_suspendReason || m_leaves.empty())
        return;
    Park write{.fence = m_claim.fence, .reason = "sleep"_ba};
    for (const Leaf *leaf : m_leaves) {
        const Leaf::Rest *rest = leaf->rest();
        if (!rest)
            return;
        if (!rest->signal.isEmpty()) {
            write.reason = "signal"_ba;
            write.awaited << rest->signal;
        }
        if (rest->until && (!write.wakeAt || *rest->until < *write.wakeAt))
            write.wakeAt = rest->until;
    }
    if (const auto end = endOfTime(); end && (!write.wakeAt || *end < *write.wakeAt))
        write.wakeAt = end; // Nor does it rest longer than it may take.
    if (strikes(FaultPoint::ParkBefore))
        return;
    QHash<QByteArray, int> emitted;
    for (const Leaf *leaf : m_leaves)
        emitted.insert(leaf->branch().path, leaf->branch().emitted);
    emitted.insert(m_branch.path, m_branch.emitted);
    m_riders.emitted = emitted;
    write.riders = std::exchange(m_riders, {});
    m_isParking = true;
    const std::optional<Timestamp> wakeAt = write.wakeAt;
    send(std::move(write), [this, wakeAt](bool isParked) {
        m_isParking = false;
        if (!isParked) { // A signal came first, or a stop that is about to be heard.
            signalArrived();
            return;
        }
        if (strikes(FaultPoint::ParkAfterCommit))
            return;
        m_phase = Phase::Finishing;
        end({.wakeAt = wakeAt, .rests = true});
    });
}

void Attempt::stop(const QString &reason)
{
    if (m_isStopRequested || m_phase == Phase::Finishing)
        return;
    m_isStopRequested = true;
    m_stopReason = reason;
    m_stopSource.request_stop();
    std::vector<std::shared_ptr<LeafToken>> resting;
    for (Leaf *leaf : m_leaves) {
        if (leaf->isInterruptible())
            resting.push_back(leaf->token());
    }
    const auto alive = m_alive;
    for (const auto &token : resting) {
        if (token->leaf && takeStop(token->leaf->branch()))
            token->leaf->interrupt();
        if (!*alive || m_phase == Phase::Finishing)
            return;
    }
}

bool Attempt::takeStop(Branch &branch)
{
    if (!m_isStopRequested || branch.isStopThrown)
        return false;
    branch.isStopThrown = true;
    if (!std::exchange(m_isStopHeard, true))
        beginGrace();
    return true;
}

void Attempt::beginGrace()
{
    m_graceTimer = m_services.timers.after(m_services.stopGrace, [this] {
        if (m_phase != Phase::Running)
            return;
        qCWarning(lcAttempt).noquote() << "task" << m_claim.fence.id.toString()
                                       << "was still cleaning up when its grace time ended";
        dropFrame();
        finishCancelled();
    });
}

void Attempt::suspend(const QString &reason, bool resumesAlone)
{
    if (m_phase == Phase::Finishing || m_suspendReason || m_isStopRequested)
        return; // One that was asked to stop cleans up and ends: there is nothing to resume.
    m_suspendReason = reason;
    m_resumesAlone = resumesAlone;
    if (m_phase == Phase::Running)
        (void)leafMayGoOn();
}

bool Attempt::leafMayGoOn()
{
    if (!m_suspendReason || m_isStopRequested)
        return true;
    if (std::ranges::all_of(m_leaves, &Leaf::isInterruptible))
        suspendNow();
    return false;
}

void Attempt::suspendNow()
{
    dropFrame();
    finish({.fence = m_claim.fence,
            .state = TaskState::Suspended,
            .event = {EventTypes::kSuspended.toByteArray(),
                      JsonWriter().textOrNull("reason", *m_suspendReason).finish()},
            .suspendReason = *m_suspendReason,
            .resumesAlone = m_resumesAlone});
}

void Attempt::signalArrived()
{
    if (m_phase != Phase::Running)
        return;
    std::vector<std::shared_ptr<LeafToken>> waiting;
    for (Leaf *leaf : m_leaves) {
        if (leaf->rest() && !leaf->rest()->signal.isEmpty())
            waiting.push_back(leaf->token());
    }
    for (const auto &token : waiting) {
        if (token->leaf)
            token->leaf->signalArrived();
    }
}

void Attempt::addLeaf(Leaf &leaf)
{
    leaf.m_place = int(m_leaves.size());
    m_leaves.push_back(&leaf);
}

void Attempt::removeLeaf(Leaf &leaf)
{
    if (leaf.m_place < 0)
        return;
    m_leaves.back()->m_place = leaf.m_place;
    m_leaves[size_t(leaf.m_place)] = m_leaves.back();
    m_leaves.pop_back();
    leaf.m_place = -1;
}

void Attempt::dropFrame()
{
    m_later.clear();
    m_root = {};
}

Timestamp Attempt::deadline(Branch &branch, const QString &name, milliseconds delay)
{
    const Memo::Ask ask = m_memo.askOwn(branch, name);
    if (ask.memo)
        return fromUnixMs(ask.memo->result.toLongLong());
    StepRecord memo = ask.blank;
    memo.startedAt = m_services.clock->now();
    const Timestamp end = memo.startedAt + delay;
    memo.result = QByteArray::number(toUnixMs(end));
    m_riders.memos << memo;
    return end;
}

bool Attempt::isOver(Timestamp instant) const
{
    return instant <= m_services.clock->now()
        || (m_claim.wokenUpTo && instant <= *m_claim.wokenUpTo);
}

void Attempt::commit(QList<NewEvent> events, std::function<void(const QList<Event> &)> then)
{
    if (m_phase != Phase::Running || strikes(FaultPoint::BeforeCommit))
        return;
    const bool isProgress =
        std::ranges::any_of(m_riders.memos,
                            [](const StepRecord &step) { return !isEngineStep(step.name); })
        || std::ranges::any_of(events, [](const NewEvent &event) {
               return event.type != "recovered" && !isEngineEvent(event.type);
           });
    WriteAttempt write{.fence = m_claim.fence,
                       .events = std::move(events),
                       .riders = std::exchange(m_riders, {}),
                       .isProgress = isProgress};
    send(std::move(write), [this, then = std::move(then)](const QList<Event> &done) {
        if (!strikes(FaultPoint::AfterCommitBeforeAck))
            then(done);
    });
}

void Attempt::flush()
{
    if (!m_riders.isEmpty())
        commit({}, [](const QList<Event> &) {});
}

void Attempt::refused(const Error &error)
{
    dropFrame();
    if (error.code == ErrorCode::Internal)
        finishFailed(TaskError("store"_ba, error.message));
    else
        end({});
}

bool Attempt::strikes(FaultPoint point)
{
    if (!m_services.faults || !m_services.faults->hit(point))
        return false;
    m_phase = Phase::Finishing; // Nothing goes on from here; the drop itself waits for its turn.
    m_services.mailbox->post([this, alive = m_alive] {
        if (*alive)
            end({.isDropped = true});
    });
    return true;
}

void Attempt::timeOut()
{
    if (m_phase != Phase::Running)
        return;
    dropFrame();
    finishFailed(TaskError(
        "timeout"_ba, u"the task took longer than %1 ms"_s.arg(m_definition.info.timeout.count())));
}

void Attempt::finishFailed(const TaskError &error)
{
    const QByteArray json = error.toJson();
    const auto delay = error.isRetryable() && !m_isStopRequested
        ? m_definition.info.retry.delayBefore(m_claim.failures + 2,
                                              QRandomGenerator::global()->generateDouble())
        : std::nullopt;
    if (delay) {
        finish({.fence = m_claim.fence,
                .state = TaskState::Pending,
                .event = {EventTypes::kRetryScheduled.toByteArray(),
                          JsonWriter()
                              .member("delayMs", qint64(delay->count()))
                              .raw("error", json)
                              .finish()},
                .retryAt = m_services.clock->now() + *delay});
        return;
    }
    finish({.fence = m_claim.fence,
            .state = TaskState::Failed,
            .event = {EventTypes::kFailed.toByteArray(), JsonWriter().raw("error", json).finish()},
            .error = json});
}

void Attempt::finishCancelled()
{
    finish({.fence = m_claim.fence,
            .state = TaskState::Cancelled,
            .event = {EventTypes::kCancelled.toByteArray(),
                      JsonWriter().textOrNull("reason", m_stopReason).finish()}});
}

void Attempt::finish(FinishAttempt write)
{
    if (m_phase == Phase::Finishing || strikes(FaultPoint::FinishBefore))
        return;
    m_phase = Phase::Finishing;
    m_services.timers.cancel(std::exchange(m_graceTimer, {}));
    m_services.timers.cancel(std::exchange(m_timeoutTimer, {}));
    write.riders = std::exchange(m_riders, {});
    const Ending ending{.wakeAt = write.retryAt, .rests = write.retryAt.has_value()};
    m_services.store.write(std::move(write),
                           [this, ending, alive = m_alive](const Expected<Event> &) {
                               if (*alive && !strikes(FaultPoint::FinishAfterCommit))
                                   end(ending); // Also when it was refused: then another worker
                                                // drives the task.
                           });
}

void Attempt::end(const Ending &ending)
{
    const auto ended = m_ended; // A copy: the call destroys this.
    ended(ending);
}

} // namespace Kintsugi
