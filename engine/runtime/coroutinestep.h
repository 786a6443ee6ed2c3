// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/runtime/attempt.h"
#include "engine/runtime/coro.h"
#include "engine/runtime/stepvalue.h"

namespace Kintsugi {

template<typename T>
struct StepOutcome;

namespace Detail {
template<typename T>
struct CoroValue;
template<typename T>
struct CoroValue<Coro<T>>
{
    using Type = T;
};
} // namespace Detail

/*! A step's body that is a coroutine: a function of nothing that gives a Coro. */
template<typename Body>
concept CoroutineBody =
    requires(Body &body) { typename Detail::CoroValue<std::invoke_result_t<Body &>>::Type; };

/*! Awaits the commit of a memo. */
class MemoLeaf final : public Leaf
{
public:
    MemoLeaf(Attempt &attempt, StepRecord record)
        : Leaf(attempt, Interruptible::No)
        , m_record(std::move(record))
    {}
    void await_resume() { throwIfStopped(); }

private:
    void begin() override;
    StepRecord m_record;
};

/*! What a step whose body runs in the handler's own thread asks and tells, without its types. */
class CoroutineStep
{
public:
    /*! Asks for the memo; throws Stopped when a stop waits to be heard. */
    CoroutineStep(Attempt &attempt, const QString &name);
    [[nodiscard]] bool isFromCache() const { return m_memo != nullptr; }
    [[nodiscard]] const StepRecord &memo() const { return *m_memo; }
    /*! The body has given \a json: what is to be committed. */
    [[nodiscard]] StepRecord done(QByteArray json);
    /*! The same exception, as this step's failure; call it inside a catch block. */
    [[noreturn]] void rethrow() const;

private:
    Attempt &m_attempt;
    StepRecord m_record;
    const StepRecord *m_memo = nullptr;
    Monotonic m_began{};
};

/*! Runs \a body in the engine's thread and commits its memo, or serves the memo that is there. */
template<typename Body, typename T = Detail::CoroValue<std::invoke_result_t<Body &>>::Type>
Coro<StepOutcome<T>> coroutineStep(Attempt &attempt, QString name, Body body)
{
    CoroutineStep step(attempt, name);
    if (step.isFromCache())
        co_return StepOutcome<T>{StepValue<T>::fromJson(step.memo().result), true,
                                 step.memo().duration};
    std::optional<T> value;
    try {
        value.emplace(co_await body());
    } catch (...) {
        step.rethrow();
    }
    StepRecord record = step.done(StepValue<T>::toJson(*value));
    StepOutcome<T> outcome{StepValue<T>::fromJson(record.result), false, record.duration};
    co_await MemoLeaf(attempt, std::move(record));
    co_return outcome;
}

} // namespace Kintsugi
