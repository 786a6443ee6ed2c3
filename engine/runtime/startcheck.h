// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/idempotencykey.h"
#include "engine/runtime/registry.h"
#include "engine/runtime/requests.h"
#include "engine/store/writes.h"

namespace Kintsugi {

/*! A start that may be written: checked, with its defaults and its key. */
struct CheckedStart
{
    const RegisteredTask *definition = nullptr; //!< Lives in the registry.
    QJsonObject input; //!< As it will be shown.
    KeyMaterial material; //!< Its canonical input is what will be stored.
    IdempotencyKey key; //!< The caller's own, or the computed one.
};

/*! Judges a start without looking at the store. InvalidInput names every bad field; TooLarge for an
 *  input over the limit. */
[[nodiscard]] Expected<CheckedStart> checkStart(const Registry &registry,
                                                const SubmitRequest &request);

/*! A signal that may be written; InvalidInput or TooLarge. */
[[nodiscard]] Expected<Deliver> checkSignal(const TaskRef &ref, const QString &name,
                                            const QJsonValue &payload);

/*! The refusal of a reason that is too long, or nothing. */
[[nodiscard]] std::optional<Error> reasonTooLong(const QString &reason);

} // namespace Kintsugi
