// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/cli/backend.h"
#include "app/host/exitsignals.h"

#include <functional>
#include <optional>

namespace Kintsugi {

/*! Prints a task's events until it has ended, then says how: the exit code. A signal, or a reader
 * of ours that has left, suspends what this process drives.
 *
 *  Runs an event loop of the QCoreApplication that exists.
 */
[[nodiscard]] int followToEnd(Backend &backend, const ExitSignals &signals,
                              const QByteArray &taskId, bool asJson);

/*! The same, each event printed by \a print, which gives false when nobody reads any more. */
[[nodiscard]] int followToEnd(Backend &backend, const ExitSignals &signals,
                              const QByteArray &taskId,
                              const std::function<bool(const QByteArray &)> &print);

/*! The same for the task of an action's answer. */
[[nodiscard]] int followAction(Backend &backend, const ExitSignals &signals,
                               const QByteArray &action, bool asJson);

/*! Suspends what this process drives; the exit code. */
[[nodiscard]] int endInterrupted(Backend &backend);

/*! Waits for an answer while the event loop runs. */
template<typename T>
[[nodiscard]] T waitFor(const QFuture<T> &future);

/*! The same; nothing when a signal came before the answer of a server. */
template<typename T>
[[nodiscard]] std::optional<T> waitFor(const QFuture<T> &future, const Backend &backend,
                                       const ExitSignals &signals);

} // namespace Kintsugi

#include <QEventLoop>
#include <QFutureWatcher>

template<typename T>
T Kintsugi::waitFor(const QFuture<T> &future)
{
    QFutureWatcher<T> watcher;
    QEventLoop loop;
    QObject::connect(&watcher, &QFutureWatcher<T>::finished, &loop, &QEventLoop::quit);
    watcher.setFuture(future);
    if (!future.isFinished())
        loop.exec();
    if constexpr (!std::is_void_v<T>)
        return future.result();
}

template<typename T>
std::optional<T> Kintsugi::waitFor(const QFuture<T> &future, const Backend &backend,
                                   const ExitSignals &signals)
{
    QFutureWatcher<T> watcher;
    QEventLoop loop;
    QObject::connect(&watcher, &QFutureWatcher<T>::finished, &loop, &QEventLoop::quit);
    if (backend.isFarAway())
        QObject::connect(&signals, &ExitSignals::requested, &loop, &QEventLoop::quit);
    watcher.setFuture(future);
    if (!future.isFinished())
        loop.exec();
    return future.isFinished() ? std::optional(future.result()) : std::nullopt;
}
