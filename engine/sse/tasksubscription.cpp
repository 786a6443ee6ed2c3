// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/sse/tasksubscription.h"

#include "engine/model/canonicaljson.h"
#include "engine/model/jsonwriter.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

/*! The bytes of \a payload as they came, where it is the last member, as our server writes it.
 * Written anew it has its members in another order, and its numbers are doubles. */
QByteArray payloadBytes(const QByteArray &json, const QJsonObject &payload)
{
    constexpr QByteArrayView kKey = R"("payload":)"; // Inside a string its quotes were escaped.
    const qsizetype key = json.indexOf(kKey);
    if (key >= 0) {
        const qsizetype start = key + kKey.size();
        const QByteArray rest = json.sliced(start, json.lastIndexOf('}') - start).trimmed();
        if (parseJson(rest).value_or(QJsonValue()) == payload)
            return rest;
    }
    return toCompactJson(payload);
}

} // namespace

Expected<WireEvent> eventFromWire(const QByteArray &json)
{
    const auto value = parseJson(json);
    if (!value)
        return std::unexpected(value.error());
    const QJsonObject object = value->toObject();
    const QJsonValue seq = object.value("seq"_L1);
    const QJsonValue type = object.value("type"_L1);
    const QJsonValue payload = object.value("payload"_L1);
    const QByteArray task = object.value("taskId"_L1).toString().toUtf8();
    const auto at = fromIso8601(object.value("at"_L1).toString().toUtf8());
    if (seq.toInteger() < 1 || !type.isString() || !payload.isObject() || task.isEmpty() || !at)
        return failure(ErrorCode::InvalidArgument,
                       u"not an event of a task: %1"_s.arg(QString::fromUtf8(json.left(80))));
    WireEvent wire{.event = {}, .payload = payload.toObject()};
    Event &event = wire.event;
    event.task = TaskId(task);
    event.seq = seq.toInteger();
    event.attempt = object.value("attempt"_L1).toInt();
    event.type = type.toString().toUtf8();
    event.payload = payloadBytes(json, wire.payload);
    event.at = *at;
    return wire;
}

TaskSubscription::TaskSubscription(SseRequest request, Handlers handlers, std::stop_token stopToken,
                                   QObject *parent)
    : QObject(parent)
    , m_handlers(std::move(handlers))
{
    connect(&m_client, &SseClient::received, this, &TaskSubscription::take);
    connect(&m_client, &SseClient::finished, this, &TaskSubscription::settle);
    connect(&m_client, &SseClient::ended, this, [this] {
        settle();
        end(std::unexpected(
            TaskRejection{TaskRejection::Kind::NothingLeft,
                          {ErrorCode::NotFound, u"the task had ended before that event id"_s},
                          204}));
    });
    connect(&m_client, &SseClient::failed, this, [this](const SseFailure &failure) {
        end(std::unexpected(
            TaskRejection{TaskRejection::Kind::Refused, failure.error, failure.status}));
    });
    m_client.open(std::move(request));
    m_stop.emplace(std::move(stopToken), [this] {
        QMetaObject::invokeMethod(
            this,
            [this] {
                end(std::unexpected(TaskRejection{TaskRejection::Kind::Aborted,
                                                  {ErrorCode::Closing, u"it was aborted"_s}}));
            },
            Qt::QueuedConnection);
    });
}

TaskSubscription::~TaskSubscription()
{
    m_stop.reset();
}

void TaskSubscription::take(const SseMessage &message)
{
    const auto wire = eventFromWire(message.data);
    if (!wire) {
        end(std::unexpected(TaskRejection{TaskRejection::Kind::Malformed, wire.error()}));
        return;
    }
    if (wire->event.seq <= m_lastSeq)
        return;
    m_lastSeq = wire->event.seq;
    m_terminal = isTerminalEvent(wire->event.type) ? std::optional(*wire) : std::nullopt;
    m_handlers.onEvent(wire->event, wire->payload);
}

void TaskSubscription::settle()
{
    if (!m_terminal)
        return;
    const QByteArray &type = m_terminal->event.type;
    const QJsonObject &payload = m_terminal->payload;
    if (type == EventTypes::kCompleted) {
        end(payload);
        return;
    }
    if (type == EventTypes::kFailed) {
        const QJsonObject error = payload.value("error"_L1).toObject();
        end(std::unexpected(
            TaskRejection{TaskRejection::Kind::Failed,
                          {ErrorCode::Internal, error.value("message"_L1).toString()},
                          0,
                          error}));
        return;
    }
    const QString reason = payload.value("reason"_L1).toString();
    end(std::unexpected(
        TaskRejection{TaskRejection::Kind::Cancelled,
                      {ErrorCode::Conflict,
                       reason.isEmpty() ? u"it was stopped"_s : u"it was stopped: "_s + reason},
                      0,
                      payload}));
}

void TaskSubscription::end(const End &end)
{
    if (std::exchange(m_hasEnded, true))
        return;
    m_client.abort();
    m_handlers.onEnd(end);
    deleteLater(); // Perhaps inside a signal of the client.
}

} // namespace Kintsugi
