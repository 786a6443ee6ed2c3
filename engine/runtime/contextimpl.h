// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

// The bodies of Context's templates. Included by context.h alone.

namespace Kintsugi {

/*! A branch and what its body asks with. */
struct BranchContext
{
    BranchContext(Attempt &attempt, const QByteArray &path)
        : branch(attempt, path)
        , context(branch)
    {}
    Branch branch;
    Context context;
};

namespace Detail {

template<typename Body>
auto branchCoro(Body &body, Context &context)
{
    if constexpr (NestedCoroutineBody<Body>)
        return body(context);
    else
        return body();
}

template<typename Body>
using BodyValue = typename CoroValue<decltype(branchCoro(std::declval<Body &>(),
                                                         std::declval<Context &>()))>::Type;

template<typename T>
using Kept = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

/*! What a child has given, as a value also when that is nothing. */
template<typename T>
Kept<T> taken(Coro<T> &child)
{
    if constexpr (std::is_void_v<T>) {
        child.take();
        return {};
    } else {
        return child.take();
    }
}

template<size_t... Indices, typename... Bodies>
Coro<std::tuple<Kept<BodyValue<Bodies>>...>> runAll(Branch &branch, std::index_sequence<Indices...>,
                                                    Bodies... bodies)
{
    const BranchPaths paths(branch, sizeof...(Bodies));
    // Destroyed from the last to the first: nobody outlives what it uses.
    const std::array contexts{
        std::make_unique<BranchContext>(branch.attempt, paths[qsizetype(Indices)])...};
    std::tuple children{branchCoro(bodies, contexts[Indices]->context)...};
    JoinAwaiter join({[&child = std::get<Indices>(children)](Completion &completion) {
        child.startFor(completion);
    }...});
    co_await join;
    FirstFailure failure;
    std::tuple<std::optional<Kept<BodyValue<Bodies>>>...> values;
    (failure.gather([&] { std::get<Indices>(values).emplace(taken(std::get<Indices>(children))); }),
     ...);
    failure.rethrow(branch);
    co_return std::tuple<Kept<BodyValue<Bodies>>...>{std::move(*std::get<Indices>(values))...};
}

template<typename T>
Coro<std::vector<T>> runMany(Branch &branch, std::vector<std::function<Coro<T>(Context &)>> bodies)
{
    const BranchPaths paths(branch, qsizetype(bodies.size()));
    std::vector<std::unique_ptr<BranchContext>> contexts;
    std::vector<Coro<T>> children;
    children.reserve(bodies.size());
    std::vector<std::function<void(Completion &)>> starters;
    for (size_t i = 0; i < bodies.size(); ++i) {
        contexts.push_back(std::make_unique<BranchContext>(branch.attempt, paths[qsizetype(i)]));
        children.push_back(bodies[i](contexts.back()->context));
        starters.push_back(
            [&child = children.back()](Completion &completion) { child.startFor(completion); });
    }
    JoinAwaiter join(std::move(starters));
    co_await join;
    FirstFailure failure;
    std::vector<T> values;
    for (Coro<T> &child : children)
        failure.gather([&] { values.push_back(child.take()); });
    failure.rethrow(branch);
    co_return values;
}

/*! Runs \a body in the engine's thread and commits its memo, or serves the memo that is there. */
template<typename Body, typename T = BodyValue<Body>>
Coro<StepOutcome<T>> coroutineStep(Branch &branch, QString name, StepOptions options, Body body)
{
    CoroutineStep step(branch, name, options);
    if (step.isFromCache())
        co_return StepOutcome<T>{StepValue<T>::fromJson(step.record().result), true,
                                 step.record().duration};
    while (true) {
        const auto rest = step.restBefore();
        if (step.mustCommitFirst() || rest.count() > 0)
            co_await CommitLeaf(branch, {}, rest);
        if (!step.begin())
            co_await std::suspend_always(); // Until the frame is dropped.
        std::optional<T> value;
        std::optional<TaskError> failure;
        {
            const StepInProgress mark(branch);
            BranchContext inner(branch.attempt,
                                branch.path + QByteArray::number(step.record().ordinal) + ".0/");
            try {
                Coro<T> child = branchCoro(body, inner.context);
                if (options.timeout.count() <= 0) {
                    value.emplace(co_await child);
                } else {
                    TimedAwaiter timed(
                        branch.attempt,
                        [&child](Completion &completion) { child.startFor(completion); },
                        [&child] { child = {}; }, options.timeout);
                    if (co_await timed)
                        value.emplace(child.take());
                    else
                        failure = step.timeout();
                }
            } catch (const Stopped &) {
                branch.isStopThrown = true;
                throw;
            } catch (...) {
                failure = TaskError::fromCurrentException(name);
            }
        }
        if (value) {
            if (!step.done(StepValue<T>::toJson(*value)))
                co_await std::suspend_always();
            StepOutcome<T> outcome{StepValue<T>::fromJson(step.record().result), false,
                                   step.record().duration};
            co_await CommitLeaf(branch, {});
            co_return outcome;
        }
        co_await CommitLeaf(branch, {step.failed(*failure)});
    }
}

} // namespace Detail

template<typename Body>
auto Context::step(const QString &name, const StepOptions &options, Body body)
{
    if constexpr (CoroutineBody<Body>) {
        return Detail::coroutineStep(m_branch, name, options, std::move(body));
    } else if constexpr (std::is_invocable_v<Body &, std::stop_token>) {
        using T = std::invoke_result_t<Body &, std::stop_token>;
        static_assert(!std::is_void_v<T>, "a step's body gives a result: true will do");
        return StepLeaf<T>(m_branch, name, options,
                           [body = std::move(body)](std::stop_token token) mutable {
                               return StepValue<T>::toJson(body(std::move(token)));
                           });
    } else {
        using T = std::invoke_result_t<Body &>;
        static_assert(!std::is_void_v<T>, "a step's body gives a result: true will do");
        return StepLeaf<T>(m_branch, name, options,
                           [body = std::move(body)](const std::stop_token &) mutable {
                               return StepValue<T>::toJson(body());
                           });
    }
}

template<typename Body>
auto Context::stepInTransaction(const QString &name, Body body)
{
    using T = std::invoke_result_t<Body &, Transaction &>;
    return TransactionLeaf<T>(
        m_branch, name,
        [body = std::move(body)](Transaction &transaction) mutable -> Expected<QByteArray> {
            try {
                return StepValue<T>::toJson(body(transaction));
            } catch (...) {
                const TaskError error = TaskError::fromCurrentException();
                return failure(ErrorCode::Conflict, error.message());
            }
        });
}

template<CoroutineBody... Bodies>
auto Context::all(Bodies... bodies)
{
    return Detail::runAll(m_branch, std::index_sequence_for<Bodies...>(), std::move(bodies)...);
}

template<typename T>
Coro<std::vector<T>> Context::all(std::vector<std::function<Coro<T>(Context &)>> bodies)
{
    return Detail::runMany(m_branch, std::move(bodies));
}

} // namespace Kintsugi
