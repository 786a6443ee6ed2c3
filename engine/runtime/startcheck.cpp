// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/startcheck.h"

#include "engine/model/canonicaljson.h"
#include "engine/model/jsonwriter.h"
#include "engine/model/limits.h"
#include "engine/model/validation.h"

#include <QUuid>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {
constexpr std::chrono::milliseconds kLongestDelay = std::chrono::hours(24 * 365 * 10);
} // namespace

Expected<CheckedStart> checkStart(const Registry &registry, const SubmitRequest &request)
{
    const RegisteredTask *definition = registry.find(request.name);
    if (!definition)
        return std::unexpected(Error{
            ErrorCode::InvalidInput,
            u"no task definition is named \"%1\""_s.arg(QString::fromUtf8(request.name.left(80))),
            {{u"name"_s, u"not a registered task definition"_s}}});
    if (!request.key.isNull() && !isAcceptableKey(request.key.bytes()))
        return std::unexpected(
            Error{ErrorCode::InvalidInput,
                  u"an idempotency key has 1 to 255 characters of A-Z a-z 0-9 . _ : -"_s,
                  {{u"idempotencyKey"_s, u"1 to 255 characters of A-Z a-z 0-9 . _ : -"_s}}});
    if (request.delay < 0ms || request.delay > kLongestDelay)
        return std::unexpected(
            Error{ErrorCode::InvalidInput,
                  u"\"delayMs\" must be from 0 to %1"_s.arg(kLongestDelay.count()),
                  {{u"delayMs"_s, u"must be from 0 to ten years"_s}}});
    QJsonObject input = request.input;
    if (request.fresh)
        input.insert("runId"_L1, QUuid::createUuid().toString(QUuid::WithoutBraces));
    const auto checked = validateInput(input, definition->info.inputSchema);
    if (!checked)
        return std::unexpected(checked.error());
    const auto material = computeKey(request.name, *checked, request.user);
    if (!material)
        return std::unexpected(material.error());
    if (material->canonicalInput.size() > Limits::kInputBytes)
        return failure(ErrorCode::TooLarge,
                       u"the input is larger than %1 bytes"_s.arg(Limits::kInputBytes));
    return CheckedStart{definition, *checked, *material,
                        request.key.isNull() ? material->key : request.key};
}

Expected<Deliver> checkSignal(const TaskRef &ref, const QString &name, const QJsonValue &payload)
{
    if (name.isEmpty() || name.size() > Limits::kSignalNameLength) {
        const QString allowed = u"1 to %1 characters"_s.arg(Limits::kSignalNameLength);
        return std::unexpected(Error{
            ErrorCode::InvalidInput, u"a signal's name has "_s + allowed, {{u"name"_s, allowed}}});
    }
    Deliver deliver{ref.user, ref.idOrKey, name, toCompactJson(payload)};
    if (deliver.payload.size() > Limits::kPayloadBytes)
        return failure(ErrorCode::TooLarge,
                       u"the payload is larger than %1 bytes"_s.arg(Limits::kPayloadBytes));
    return deliver;
}

std::optional<Error> reasonTooLong(const QString &reason)
{
    if (reason.size() <= Limits::kReasonLength)
        return std::nullopt;
    const QString allowed = u"at most %1 characters"_s.arg(Limits::kReasonLength);
    return Error{
        ErrorCode::InvalidInput, u"\"reason\" takes "_s + allowed, {{u"reason"_s, allowed}}};
}

} // namespace Kintsugi
