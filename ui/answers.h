// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QFutureWatcher>

namespace Kintsugi {

/*! Calls \a answered with the result of \a future in \a context's thread, from its event loop:
 *  never in the middle of the call that asked, however fast the answer was. A future that ends
 *  without a result is not told, nor is anybody after \a context's end. */
template<typename T, typename Answered>
void whenAnswered(const QFuture<T> &future, QObject *context, Answered answered)
{
    auto *watcher = new QFutureWatcher<T>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context,
                     [watcher, answered = std::move(answered)] {
                         watcher->deleteLater();
                         const QFuture<T> done = watcher->future();
                         if (done.resultCount() > 0)
                             answered(done.result());
                     });
    watcher->setFuture(future);
}

} // namespace Kintsugi
