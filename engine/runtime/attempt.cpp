// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// From a claim to the end of the attempt.
//
// The handler runs in drive(), the only place that catches what it throws. It rests in exactly one
// leaf (an awaiter of the engine: a commit, a sleep, a step, a page). From outside four things can
// happen to it:
//   an answer   the leaf is resumed and the handler goes on;
//   a stop      an interruptible leaf is resumed at once and throws Stopped; a commit in flight
//   ends first, and the next
//               await throws. Stopped is thrown once; what follows belongs to the clean-up, until
//               the grace time is over;
//   a suspend   the frame is dropped at the leaf, or when the commit in flight has ended, and
//   `suspended` is written; a crash     the whole Attempt is destroyed: the frame goes where it
//   stands, and answers on their way find nobody.
// An attempt that has decided how it ends is Finishing: it only waits for that one commit, and
// nothing changes its mind.
//
// A write that is refused because another worker drives the task by now ends the attempt without a
// word: to the log it stopped existing when the other one claimed.

#include "engine/runtime/attempt.h"

#include "engine/model/canonicaljson.h"
#include "engine/model/jsonwriter.h"
#include "engine/model/limits.h"
#include "engine/runtime/context.h"

#include <QLoggingCategory>

#include <algorithm>

Q_LOGGING_CATEGORY(lcAttempt, "kintsugi.runtime.attempt")

namespace Kintsugi {

using namespace Qt::StringLiterals;

Attempt::Attempt(const AttemptServices &services, Claim claim, const RegisteredTask &definition,
                 std::function<void()> ended)
    : m_services(services)
    , m_claim(std::move(claim))
    , m_definition(definition)
    , m_ended(std::move(ended))
    , m_context(std::make_unique<Context>(*this))
    , m_alive(std::make_shared<bool>(true))
{}

Attempt::~Attempt()
{
    *m_alive = false;
    m_services.timers.cancel(m_graceTimer);
    dropFrame();
}

void Attempt::start(const QList<StepRecord> &memo)
{
    for (const StepRecord &step : memo) {
        m_memo.insert(step.key, step);
        m_namesByOrdinal.insert(step.ordinal, step.name);
    }
    if (m_suspendReason) {
        suspendNow();
        return;
    }
    m_phase = Phase::Running;
    m_root = drive();
    m_root.start();
}

Coro<void> Attempt::drive()
{
    std::optional<TaskError> error;
    QByteArray result;
    try {
        const QJsonObject input = parseJson(m_claim.task.input).value_or(QJsonValue()).toObject();
        result = co_await m_definition.run(*m_context, input);
    } catch (const Stopped &) {
        // Only thrown after takeStop(): what follows is said by m_isStopThrown.
    } catch (...) {
        error = TaskError::fromCurrentException();
    }
    if (m_isStopThrown)
        finishCancelled();
    else if (error)
        finishFailed(*error);
    else if (result.size() > Limits::kResultBytes)
        finishFailed(TaskError("result_too_large"_ba,
                               u"the result has %1 bytes, %2 are allowed"_s.arg(result.size())
                                   .arg(Limits::kResultBytes)));
    else
        finish(TaskState::Completed,
               {EventTypes::kCompleted.toByteArray(), JsonWriter().raw("result", result).finish()},
               result, {});
}

void Attempt::stop(const QString &reason)
{
    if (m_isStopRequested || m_phase == Phase::Finishing)
        return;
    m_isStopRequested = true;
    m_stopReason = reason;
    m_stopSource.request_stop();
    if (m_leaf && m_leaf->isInterruptible()) {
        m_isStopThrown = true;
        beginGrace();
        m_leaf->interrupt();
    }
}

bool Attempt::takeStop()
{
    if (!m_isStopRequested || m_isStopThrown)
        return false;
    m_isStopThrown = true;
    beginGrace();
    return true;
}

void Attempt::beginGrace()
{
    m_graceTimer = m_services.timers.after(m_services.stopGrace, [this] {
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
    if (m_phase == Phase::Running && m_leaf && m_leaf->isInterruptible())
        suspendNow();
}

void Attempt::suspendNow()
{
    dropFrame();
    finish(TaskState::Suspended,
           {EventTypes::kSuspended.toByteArray(),
            JsonWriter().textOrNull("reason", *m_suspendReason).finish()},
           {}, {}, *m_suspendReason);
}

bool Attempt::leafMayGoOn()
{
    if (!m_suspendReason || m_isStopRequested)
        return true;
    suspendNow();
    return false;
}

void Attempt::removeLeaf(Leaf &leaf)
{
    if (m_leaf == &leaf)
        m_leaf = nullptr;
}

void Attempt::dropFrame()
{
    m_root = {};
    m_leaf = nullptr;
}

void Attempt::write(const QList<NewEvent> &events, std::optional<StepRecord> step,
                    std::shared_ptr<LeafToken> token)
{
    const bool isProgress = step || std::ranges::any_of(events, [](const NewEvent &event) {
                                return event.type != "recovered";
                            });
    WriteAttempt write{m_claim.fence, events, std::move(step), std::exchange(m_cacheHits, {}),
                       isProgress};
    m_services.store.write(
        std::move(write),
        [this, alive = m_alive, token = std::move(token)](Expected<QList<Event>> done) {
            if (!*alive || m_phase != Phase::Running)
                return;
            if (done) {
                if (token->leaf)
                    token->leaf->resume();
                return;
            }
            dropFrame();
            if (done.error().code == ErrorCode::Internal)
                finishFailed(TaskError("store"_ba, done.error().message));
            else
                end();
        });
}

void Attempt::finishFailed(const TaskError &error)
{
    const QByteArray json = error.toJson();
    finish(TaskState::Failed,
           {EventTypes::kFailed.toByteArray(), JsonWriter().raw("error", json).finish()}, {}, json);
}

void Attempt::finishCancelled()
{
    finish(TaskState::Cancelled,
           {EventTypes::kCancelled.toByteArray(),
            JsonWriter().textOrNull("reason", m_stopReason).finish()},
           {}, {});
}

void Attempt::finish(TaskState state, NewEvent event, const QByteArray &result,
                     const QByteArray &error, const QString &suspendReason)
{
    m_phase = Phase::Finishing;
    m_services.timers.cancel(std::exchange(m_graceTimer, 0));
    FinishAttempt write{.fence = m_claim.fence,
                        .state = state,
                        .event = std::move(event),
                        .result = result,
                        .error = error,
                        .suspendReason = suspendReason,
                        .resumesAlone = m_resumesAlone,
                        .cacheHits = std::exchange(m_cacheHits, {})};
    m_services.store.write(std::move(write), [this, alive = m_alive](const Expected<Event> &) {
        if (*alive)
            end(); // Also when it was refused: then another worker drives the task.
    });
}

void Attempt::end()
{
    const auto ended = m_ended; // A copy: the call destroys this.
    ended();
}

Attempt::Ask Attempt::askStep(const QString &name)
{
    if (name.isEmpty() || name.size() > Limits::kStepNameLength)
        throw TaskError("bad_step"_ba,
                        u"a step's name has 1 to %1 characters"_s.arg(Limits::kStepNameLength));
    Ask ask;
    ask.ordinal = ++m_lastOrdinal;
    ask.occurrence = ++m_occurrences[name];
    ask.key = stepKey({}, name, ask.occurrence);
    if (const auto before = m_namesByOrdinal.constFind(ask.ordinal);
        before != m_namesByOrdinal.constEnd() && *before != name)
        throw TaskError(
            "nondeterminism"_ba,
            u"the handler asked for step \"%1\" as its number %2, an earlier attempt asked for \"%3\" there"_s
                .arg(name)
                .arg(ask.ordinal)
                .arg(*before),
            false, name);
    if (const auto memo = m_memo.constFind(ask.key); memo != m_memo.constEnd()) {
        ask.memo = &*memo;
        m_cacheHits << ask.key;
    }
    return ask;
}

bool Attempt::isMemoised(const QString &name) const
{
    return m_memo.contains(stepKey({}, name, m_occurrences.value(name) + 1));
}

QStringList Attempt::memoisedNames() const
{
    QList<int> ordinals = m_namesByOrdinal.keys();
    std::ranges::sort(ordinals);
    QStringList names;
    for (const int ordinal : std::as_const(ordinals))
        names << m_namesByOrdinal.value(ordinal);
    return names;
}

} // namespace Kintsugi
