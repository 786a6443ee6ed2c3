// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/runtime/all.h"
#include "engine/runtime/stepleaf.h"

namespace Kintsugi {

class Context;
struct BranchContext;

namespace Detail {
template<typename T>
struct CoroValue;
template<typename T>
struct CoroValue<Coro<T>>
{
    using Type = T;
};
} // namespace Detail

/*! A step's body that is a coroutine: a function of nothing, or of a Context of its own, that gives
 * a Coro. */
template<typename Body>
concept PlainCoroutineBody =
    requires(Body &body) { typename Detail::CoroValue<std::invoke_result_t<Body &>>::Type; };
template<typename Body>
concept NestedCoroutineBody = requires(Body &body) {
    typename Detail::CoroValue<std::invoke_result_t<Body &, Context &>>::Type;
};
template<typename Body>
concept CoroutineBody = PlainCoroutineBody<Body> || NestedCoroutineBody<Body>;

/*! Awaits a commit of events and of whatever rides, and any rest before. */
class CommitLeaf final : public Leaf
{
public:
    CommitLeaf(Branch &branch, QList<NewEvent> events, std::chrono::milliseconds rest = {})
        : Leaf(branch, rest.count() > 0 ? Interruptible::Yes : Interruptible::No)
        , m_events(std::move(events))
        , m_rest(rest)
    {}
    ~CommitLeaf() override;
    void await_resume() { throwIfStopped(); }

private:
    void begin() override;
    QList<NewEvent> m_events;
    std::chrono::milliseconds m_rest;
    Timers::Id m_timer;
};

/*! What a step whose body runs in the handler's own thread asks and tells, without its types. */
class CoroutineStep
{
public:
    /*! Asks for the memo; throws Stopped when a stop waits to be heard, and what the memo says when
     * the step has failed for good. */
    CoroutineStep(Branch &branch, const QString &name, const StepOptions &options);
    [[nodiscard]] bool isFromCache() const { return m_isFromCache; }
    [[nodiscard]] const StepRecord &record() const { return m_record; }

    /*! The rest before the next try; awaited with a commit when there is one, or when something
     *  must be in the log before the body runs. */
    [[nodiscard]] std::chrono::milliseconds restBefore() const;
    [[nodiscard]] bool mustCommitFirst();
    /*! False: a fault struck, nothing goes on. */
    [[nodiscard]] bool begin();
    /*! The body has given \a json: its memo rides with the commit that is awaited next. */
    [[nodiscard]] bool done(QByteArray json);
    /*! The body has failed: the event that tells of the next try. Throws when there is none. */
    [[nodiscard]] NewEvent failed(const TaskError &error);
    [[nodiscard]] TaskError timeout() const;

private:
    Branch &m_branch;
    StepOptions m_options;
    StepRecord m_record;
    StepRuns m_runs;
    bool m_isFromCache = false;
    Monotonic m_began{};
};

/*! While one is there, the branch may not ask for steps: its coroutine step's body runs. */
class StepInProgress
{
public:
    explicit StepInProgress(Branch &branch)
        : m_branch(branch)
    {
        m_branch.isInStep = true;
    }
    StepInProgress(const StepInProgress &) = delete;
    StepInProgress &operator=(const StepInProgress &) = delete;
    ~StepInProgress() { m_branch.isInStep = false; }

private:
    Branch &m_branch;
};

} // namespace Kintsugi
