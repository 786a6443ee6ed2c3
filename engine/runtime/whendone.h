// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QFuture>
#include <QFutureWatcher>
#include <QPromise>

#include <memory>
#include <type_traits>

namespace Kintsugi {

/*! Calls \a function with the future's value, later and in the thread of \a context, which is the
 * caller's; never after the end of \a context.
 *
 *  QFuture::then(context, …) must not be used for that: in Qt 6.4 it reaches for its context from
 * the thread that answers, without a lock, and asserts when the context is gone.
 */
template<typename T, typename Function>
void whenDone(QObject *context, const QFuture<T> &future, Function function)
{
    auto *watcher = new QFutureWatcher<T>(context);
    QObject::connect(watcher, &QFutureWatcher<T>::finished, watcher,
                     [watcher, function = std::move(function)]() mutable {
                         watcher->deleteLater();
                         if (watcher->isCanceled())
                             return;
                         if constexpr (std::is_void_v<T>) {
                             function();
                         } else {
                             const T value = watcher->result();
                             function(value);
                         }
                     });
    watcher->setFuture(future);
}

/*! What \a function makes of the future's value, in the thread of \a context, which is the
 * caller's. After the end of \a context it ends without a value.
 *
 *  QFuture::then(function) must not be used for that either while another thread may keep the
 * promise at that moment: in Qt 6.4 the function then runs twice, the second time on what the first
 * has left (a crash in QPromise::start()).
 */
template<typename T, typename Function>
[[nodiscard]] auto mapped(QObject *context, const QFuture<T> &future, Function function)
{
    using Result = std::invoke_result_t<Function, const T &>;
    auto promise = std::make_shared<QPromise<Result>>(); // Shared with the function alone.
    promise->start();
    QFuture<Result> result = promise->future();
    whenDone(context, future, [promise, function = std::move(function)](const T &value) {
        promise->addResult(function(value));
        promise->finish();
    });
    return result;
}

} // namespace Kintsugi
