// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"
#include "engine/model/ids.h"

namespace Kintsugi {

/*! The memo of one step: written once, served ever after. Contract §5, /steps. */
struct StepRecord
{
    QByteArray key; //!< Branch path, name and occurrence; unique in its task.
    QString name;
    int occurrence = 1; //!< The how many-th step of that name in its branch, from 1.
    int ordinal = 0; //!< The how many-th ask in its branch, from 1: a recovered handler must ask in
                     //!< the same order.
    int attempt = 0; //!< The attempt that ran the body.
    Timestamp startedAt;
    std::chrono::milliseconds duration{};
    QByteArray result; //!< JSON.
    QByteArray error; //!< JSON, empty when it succeeded.
    int cacheHits = 0; //!< How often it was served without running.

    friend bool operator==(const StepRecord &, const StepRecord &) = default;
};

[[nodiscard]] QByteArray stepKey(QByteArrayView path, const QString &name, int occurrence);
[[nodiscard]] QByteArray toJson(const StepRecord &step);

} // namespace Kintsugi
