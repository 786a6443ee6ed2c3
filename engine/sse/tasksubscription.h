// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/event.h"
#include "engine/sse/client.h"

#include <QJsonObject>

#include <functional>
#include <optional>
#include <stop_token>

namespace Kintsugi {

/*! Why a task that was followed gave no result. */
struct TaskRejection
{
    enum class Kind {
        Failed, //!< The task failed: \a data is its error.
        Cancelled, //!< Somebody stopped it: \a data has the reason.
        Refused, //!< There is no stream to follow: \a error and \a status say why.
        NothingLeft, //!< The stream had ended before the last event id that was given.
        Malformed, //!< What came is not the stream of a task.
        Aborted, //!< The stop token asked for it.
    };
    Kind kind = Kind::Refused;
    Error error;
    int status = 0; //!< Of the answer that refused, 0 for none.
    QJsonObject data{};
};

/*! An event with its payload once more, as it is read. */
struct WireEvent
{
    Event event;
    QJsonObject payload;
};

/*! The data object of a frame: contract §4, its payload byte for byte. InvalidArgument for anything
 * else. */
[[nodiscard]] Expected<WireEvent> eventFromWire(const QByteArray &json);

/*! Follows one task's stream to its end and says once what came of it: what subscribeToTask() is
 *  made of, without types.
 *
 *  The task's end is a terminal event that is followed by the end of the stream: a task that was
 *  tried again has an older one in the middle. An event that comes twice is handed on once.
 *
 *  Thread: its own, which needs an event loop; only the stop token may be asked elsewhere. It
 *  deletes itself when it has called onEnd.
 */
class TaskSubscription final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TaskSubscription)

public:
    /*! The payload of `completed`, or why there is none. */
    using End = std::expected<QJsonObject, TaskRejection>;
    struct Handlers
    {
        std::function<void(const Event &, const QJsonObject &payload)> onEvent;
        std::function<void(const End &)> onEnd;
    };

    TaskSubscription(SseRequest request, Handlers handlers, std::stop_token stopToken,
                     QObject *parent = nullptr);
    ~TaskSubscription() override;

private:
    void take(const SseMessage &message);
    void settle(); //!< By the last event, if that was a terminal one.
    void end(const End &end);

    Handlers m_handlers;
    SseClient m_client;
    Seq m_lastSeq = 0;
    std::optional<WireEvent> m_terminal; //!< The last event, when it is one.
    bool m_hasEnded = false;
    std::optional<std::stop_callback<std::function<void()>>> m_stop; //!< The first to go.
};

} // namespace Kintsugi
