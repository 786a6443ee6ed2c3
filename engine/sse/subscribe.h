// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/gadgetjson.h"
#include "engine/model/taskdefinition.h"
#include "engine/sse/tasksubscription.h"

#include <QFuture>
#include <QPromise>

namespace Kintsugi {

/*! What a program is told of a task that it follows: all of it in the thread that subscribed. */
template<typename Definition>
struct TaskCallbacks
{
    /*! Each event that the definition declares, as its gadget, in the order of the log, once. */
    std::function<void(const typename Definition::Event &, const Kintsugi::Event &)> onEvent{};
    /*! The engine's own events, and types that this version of the definition does not know. */
    std::function<void(const Kintsugi::Event &)> onOther{};
    std::function<void(const typename Definition::Result &)> onComplete{};
    std::function<void(const TaskRejection &)> onError{};
    std::stop_token stopToken{}; //!< Ends it as Aborted; the task itself goes on.
};

template<typename Definition>
using TaskOutcome = std::expected<typename Definition::Result, TaskRejection>;

namespace Detail {

/*! The gadget of \a event, when it is of that type. */
template<typename Gadget, typename Variant>
bool readAs(const Event &event, const QJsonObject &payload, Variant &variant)
{
    if (event.type != classInfo(Gadget::staticMetaObject, "event"))
        return false;
    variant = fromJsonObject<Gadget>(payload);
    return true;
}

template<typename Definition>
struct EventReader;

template<typename Input, typename Result, typename... Events>
struct EventReader<TaskDefinition<Input, Result, Events...>>
{
    using Variant = typename TaskDefinition<Input, Result, Events...>::Event;

    static std::optional<Variant> read([[maybe_unused]] const Event &event,
                                       [[maybe_unused]] const QJsonObject &payload)
    {
        Variant variant;
        return (readAs<Events>(event, payload, variant) || ...) ? std::optional(variant)
                                                                : std::nullopt;
    }
};

} // namespace Detail

/*! Follows a task over HTTP and gives its result, as the definition's own types: the same events
 *  and results that its handler has, declared once.
 *
 *  \a request is a GET of `…/reattach/ID`, or a POST that starts a task (with a body); after a
 *  break it goes on where it was, see SseClient. The future is answered after the last callback:
 *  with the result of `completed`, or with why there is none. A callback must not throw.
 *
 *  Thread: the caller's, which needs an event loop. With \a parent gone it goes on no further, and
 *  the future is left cancelled.
 */
template<typename Definition>
QFuture<TaskOutcome<Definition>> subscribeToTask(SseRequest request,
                                                 TaskCallbacks<Definition> callbacks = {},
                                                 QObject *parent = nullptr)
{
    using Outcome = TaskOutcome<Definition>;
    const auto promise = std::make_shared<QPromise<Outcome>>(); // std::function copies.
    promise->start();
    const auto shared = std::make_shared<TaskCallbacks<Definition>>(std::move(callbacks));
    TaskSubscription::Handlers handlers{
        .onEvent =
            [shared](const Event &event, const QJsonObject &payload) {
                const auto known = Detail::EventReader<Definition>::read(event, payload);
                if (known && shared->onEvent)
                    shared->onEvent(*known, event);
                else if (!known && shared->onOther)
                    shared->onOther(event);
            },
        .onEnd =
            [shared, promise](const TaskSubscription::End &end) {
                Outcome outcome = std::unexpected(end ? TaskRejection() : end.error());
                if (end)
                    outcome = fromJsonObject<typename Definition::Result>(
                        end->value(QLatin1StringView("result")).toObject());
                if (outcome && shared->onComplete)
                    shared->onComplete(*outcome);
                else if (!outcome && shared->onError)
                    shared->onError(outcome.error());
                promise->addResult(std::move(outcome));
                promise->finish();
            }};
    new TaskSubscription(std::move(request), std::move(handlers), shared->stopToken, parent);
    return promise->future();
}

/*! The same, for a definition that is at hand as a value: subscribeToTask(kCountToN, …). */
template<typename Input, typename Result, typename... Events>
QFuture<TaskOutcome<TaskDefinition<Input, Result, Events...>>>
subscribeToTask(const TaskDefinition<Input, Result, Events...> &, SseRequest request,
                TaskCallbacks<TaskDefinition<Input, Result, Events...>> callbacks = {},
                QObject *parent = nullptr)
{
    return subscribeToTask<TaskDefinition<Input, Result, Events...>>(std::move(request),
                                                                     std::move(callbacks), parent);
}

} // namespace Kintsugi
