// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QtGlobal>

#include <chrono>

/*! Every bound on what a stranger can grow, in one place, with its unit. */
namespace Kintsugi::Limits {

using namespace std::chrono_literals;

inline constexpr qsizetype kResultBytes = 1 << 20; //!< A task's or a step's result, as JSON.
inline constexpr qsizetype kPayloadBytes = 1 << 20; //!< One event's payload, as JSON.
inline constexpr qsizetype kInputBytes = 1 << 20; //!< One task's input, as JSON.
inline constexpr qsizetype kEventTypeLength = 64; //!< Characters of an event's type.
inline constexpr qsizetype kStepNameLength = 128; //!< Characters of a step's name.
inline constexpr qsizetype kKeyLength = 255; //!< Characters of a caller's own idempotency key.
inline constexpr qsizetype kReasonLength = 1024; //!< Characters of a stop's reason.
inline constexpr qsizetype kSignalNameLength = 128; //!< Characters of a signal's name.
inline constexpr int kSignalsWaiting = 10'000; //!< Signals of one task that nobody has taken yet.
inline constexpr qsizetype kSummaryLength = 200; //!< Characters of a task's own line for lists.
inline constexpr int kBranches = 10'000; //!< Branches of one all().
inline constexpr int kJsonDepth = 512; //!< Arrays and objects inside one another.
inline constexpr int kEventsPage = 1000; //!< Events in one page.
inline constexpr qsizetype kStretchBytes = 1
    << 20; //!< Of payloads, after which a stretch of the store's log ends.
inline constexpr int kWorkerTasks = 1000; //!< Task ids in one list of workers.
inline constexpr int kTasksPage = 500; //!< Tasks in one page.
inline constexpr qsizetype kCommitQueue = 10'000; //!< Writes that wait for the writer.
inline constexpr qsizetype kBatchWrites = 512; //!< Writes in one transaction.
inline constexpr qsizetype kTailEvents = 1024; //!< Events of a live task kept in memory, …
inline constexpr qsizetype kTailBytes = 8 << 20; //!< … while their payloads have no more.
inline constexpr qint64 kWalBytes = 16
    << 20; //!< A longer write-ahead log is checkpointed even under load.

} // namespace Kintsugi::Limits
