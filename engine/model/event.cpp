// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/event.h"

#include "engine/model/jsonwriter.h"
#include "engine/model/limits.h"

#include <algorithm>
#include <array>

namespace Kintsugi {

bool isTerminalEvent(QByteArrayView type)
{
    return type == EventTypes::kCompleted || type == EventTypes::kFailed
        || type == EventTypes::kCancelled;
}

bool isEngineEvent(QByteArrayView type)
{
    static constexpr std::array kNames{
        EventTypes::kCreated,        EventTypes::kAttemptStarted, EventTypes::kStepRetry,
        EventTypes::kRetryScheduled, EventTypes::kSuspended,      EventTypes::kResumed,
        EventTypes::kSignalReceived, EventTypes::kStopRequested,  EventTypes::kCompleted,
        EventTypes::kFailed,         EventTypes::kCancelled};
    return std::ranges::find(kNames, type) != kNames.end();
}

Expected<void> checkHandlerEventType(QByteArrayView type)
{
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    const bool wellFormed = !type.isEmpty() && type.size() <= Limits::kEventTypeLength
        && lower(type.front()) && std::ranges::all_of(type, [&](char c) {
               return lower(c) || (c >= '0' && c <= '9') || c == '_';
           });
    if (!wellFormed)
        return failure(
            ErrorCode::InvalidArgument,
            QStringLiteral(
                "the event type \"%1\" does not match [a-z][a-z0-9_]* of up to %2 characters")
                .arg(QString::fromUtf8(type.first(std::min<qsizetype>(type.size(), 80))))
                .arg(Limits::kEventTypeLength));
    if (isEngineEvent(type))
        return failure(ErrorCode::InvalidArgument,
                       QStringLiteral("the event type \"%1\" belongs to the engine")
                           .arg(QString::fromUtf8(type)));
    return {};
}

QByteArray toJson(const Event &event)
{
    return JsonWriter()
        .member("seq", event.seq)
        .member("type", event.type)
        .member("taskId", event.task.bytes())
        .member("attempt", event.attempt)
        .member("at", std::optional(event.at))
        .raw("payload", event.payload)
        .finish();
}

} // namespace Kintsugi
