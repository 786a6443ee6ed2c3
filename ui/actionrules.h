// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/task.h"

#include <QString>

namespace Kintsugi {

/*! Everything that a person can do to the task that is selected. */
enum class ActionId {
    RunAgain,
    RunFresh,
    Stop,
    Crash,
    Nudge,
    Reattach,
    Suspend,
    Resume,
    Retry,
    Fork,
    Delete,
    CopyKey,
    CopyId,
    CopyCurl
};

/*! What decides whether an action is possible. */
struct ActionFacts
{
    bool engineOpen = false;
    bool testMode = false;
    bool serving = false; //!< The HTTP server listens.
    std::optional<Task> task{}; //!< The selected one.
    bool hasSteps = false; //!< It has memoised one.
    std::chrono::milliseconds staleIn{}; //!< Until the task counts as stale, as of now.
};

/*! Whether the engine would accept an action, and why not. */
struct Verdict
{
    bool enabled = false;
    bool visible = true;
    QString why; //!< What it does when it is enabled, why not when it is not: the tooltip.
};

/*! Exactly what the engine accepts: contract §5. */
[[nodiscard]] Verdict verdictOn(ActionId action, const ActionFacts &facts);

/*! Running by its row, and whoever drove it is gone or silent: it turns stale by itself. */
[[nodiscard]] bool isTurningStale(const Task &task);

} // namespace Kintsugi
