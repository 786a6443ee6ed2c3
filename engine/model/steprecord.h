// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"
#include "engine/model/ids.h"

#include <QList>

#include <optional>

namespace Kintsugi {

/*! The memo of one step: written once, served ever after. Contract §5, /steps. */
struct StepRecord
{
    QByteArray branch{}; //!< Path of the branch that asked, empty for the handler itself.
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

/*! What the store knows of the runs of a step's body: how often one was begun (only of steps that
 * record their starts), how often one failed and is to be tried again, and when. */
struct StepRuns
{
    QByteArray key;
    int starts = 0;
    int failures = 0; //!< Since the last attempt of the task that a person or a policy began.
    std::optional<Timestamp> nextAt{}; //!< Before that the body is not tried again.

    friend bool operator==(const StepRuns &, const StepRuns &) = default;
};

/*! Whether a step was asked for before another one, by the order in which one handler asks. Of two
 * steps in branches that run side by side neither is: then \a none. */
[[nodiscard]] std::optional<bool> isAskedBefore(const StepRecord &step, const StepRecord &other);

/*! The memo of how many events an attempt had emitted when it was parked. */
inline constexpr QLatin1StringView kEmittedMemo("emitted()");

/*! The names that the engine's own memos bear: they end in "()" and no step's name may. */
[[nodiscard]] inline bool isEngineStep(QStringView name)
{
    return name.endsWith(QLatin1String("()"));
}

[[nodiscard]] QByteArray stepKey(QByteArrayView path, const QString &name, int occurrence);
[[nodiscard]] QByteArray toJson(const StepRecord &step);
/*! {"steps":[…]}, and with \a runs beside it "runs":[{"key","starts","failures","nextAt"}]. */
[[nodiscard]] QByteArray toJson(const QList<StepRecord> &steps,
                                const std::optional<QList<StepRuns>> &runs = std::nullopt);

} // namespace Kintsugi
