// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/store/admission.h"

#include <QString>

#include <chrono>
#include <memory>

namespace Kintsugi {

class Clock;
class FaultPoints;

/*! Settings of one engine, fixed while it is open. */
struct EngineConfig
{
    QString storePath; //!< The SQLite file; made when it is not there.
    std::chrono::milliseconds staleAfter{5000}; //!< A silent worker's tasks are stale after that.
    std::chrono::milliseconds recoveryInterval{1000};
    std::chrono::milliseconds heartbeatInterval{1000};
    std::chrono::milliseconds foreignPollInterval{
        100}; //!< How often other processes' commits are looked for.
    std::chrono::milliseconds stopGrace{5000}; //!< For a stopped handler that cleans up.
    std::chrono::milliseconds parkAfter{10'000}; //!< A longer sleep costs a row and no memory.
    std::chrono::milliseconds transactionLimit{
        2000}; //!< For a step inside the store's transaction.
    AdmissionLimits limits{};
    std::shared_ptr<FaultPoints> faults; //!< Shared with whoever arms them; null: nothing strikes.
    bool testMode = false; //!< Allows crash().
    bool autoRecover =
        false; //!< Makes autoRecover true for the definitions that leave it to a person.
    bool drivesAll =
        true; //!< False: drives only what it submitted or nudged itself (kintsugi-cli run).
    int stepThreads = 0; //!< Of the pool that runs step bodies; 0 for a default.
    std::shared_ptr<Clock> clock; //!< Shared with the test that moves it; null for the system's.
};

} // namespace Kintsugi
