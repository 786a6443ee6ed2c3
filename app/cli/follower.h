// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/cli/backend.h"

namespace Kintsugi {

/*! Prints a task's events until it has ended, then says how: the exit code. SIGINT suspends what
 * this process drives.
 *
 *  Runs an event loop of the QCoreApplication that exists.
 */
[[nodiscard]] int followToEnd(Backend &backend, const QByteArray &taskId, bool asJson);

/*! Waits for an answer while the event loop runs. */
template<typename T>
[[nodiscard]] T waitFor(QFuture<T> future);

/*! Prints an action's answer and follows the task when it is driven to its end. */
[[nodiscard]] int followAction(Backend &backend, const QByteArray &action, bool asJson);

} // namespace Kintsugi

#include <QEventLoop>
#include <QFutureWatcher>

template<typename T>
T Kintsugi::waitFor(QFuture<T> future)
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
