// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QFuture>
#include <QFutureWatcher>

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

} // namespace Kintsugi
