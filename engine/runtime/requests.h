// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/event.h"
#include "engine/model/outcome.h"
#include "engine/model/task.h"

#include <QJsonObject>
#include <QList>

#include <chrono>
#include <optional>

/*! What is asked of an engine, and what it answers: plain values. */
namespace Kintsugi {

/*! A start as somebody asked for it. The input is checked and completed by the engine. */
struct SubmitRequest
{
    UserId user = localUser();
    QByteArray name;
    QJsonObject input;
    IdempotencyKey key{}; //!< The caller's own; null for the computed one.
    std::optional<bool> autoRecover{}; //!< Of a new task; no part of the key.
    std::chrono::milliseconds
        delay{}; //!< Before the first attempt of a new task; no part of the key.
    bool fresh = false; //!< Adds a random runId to the input, so that it is a new task.
};

struct ActionResult
{
    Task task;
    Outcome outcome = Outcome::Attached;
};

/*! A task as somebody names it: by id first, then by key. */
struct TaskRef
{
    UserId user = localUser();
    QByteArray idOrKey;
};

struct TaskQuery
{
    UserId user = localUser();
    std::optional<TaskState> state{};
    std::optional<bool> stale{};
    QByteArray name{};
    QString text{}; //!< Found in key, name or input, without regard to case.
    int limit = 50; //!< 1 to Limits::kTasksPage.
    QByteArray cursor{}; //!< From the page before; empty for the first.
};

struct TaskPage
{
    QList<Task> tasks; //!< Newest first.
    QByteArray nextCursor; //!< Empty at the end.
};

struct EventPage
{
    QList<Event> events;
    std::optional<Seq> nextAfter; //!< None at the end of the log as it is now.
};

/*! How many tasks are in each state, for one user or for all; stale ones are counted under stale
 * and not under running. */
struct TaskCounts
{
    int pending = 0, running = 0, stale = 0, suspended = 0, completed = 0, failed = 0,
        cancelled = 0;
    friend bool operator==(const TaskCounts &, const TaskCounts &) = default;
};

/*! Figures of the running engine, for the status bar, /health and /metrics. */
struct EngineStatus
{
    bool writable = true; //!< False while the store refuses writes.
    QString storageProblem; //!< Why, empty when all is well.
    QString storePath;
    qint64 storeBytes = 0;
    qint64 commits = 0; //!< Transactions since start.
    std::chrono::microseconds commitP99{}; //!< Of the last 1,000 commits.
    int driving = 0; //!< Attempts that this process drives.
    int queued = 0; //!< Tasks of this store that wait for a slot and nothing else.
    int workers = 0; //!< Live workers on this store.
    QString worker; //!< This process's own name in it.
};

/*! A preview of a start: the input with its defaults, the key, and the task that has it already, if
 * any. */
struct StartPreview
{
    QJsonObject input;
    QByteArray canonical;
    IdempotencyKey key;
    std::optional<Task> existing;
};

} // namespace Kintsugi
