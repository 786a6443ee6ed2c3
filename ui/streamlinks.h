// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/ids.h"

#include <QUrl>

namespace Kintsugi {

/*! How the HTTP server beside the window is doing. */
struct ServerStatus
{
    QUrl url; //!< Empty while it does not listen.
    int clients = 0;
    qint64 dropped = 0; //!< Clients that were too slow, since it began.
    QString problem{}; //!< Why it does not, empty when all is well or it is not wanted.
    bool wantsToken = false; //!< Every request must bear one.

    friend bool operator==(const ServerStatus &, const ServerStatus &) = default;
};

/*! What somebody outside types to read the stream of a task (a null id: of all tasks). A token is
 *  never spelled out: it stands there as $TOKEN. */
namespace StreamLinks {

[[nodiscard]] QString url(const ServerStatus &server, const TaskId &id);
[[nodiscard]] QString curl(const ServerStatus &server, const TaskId &id);
/*! JavaScript for a page of this server that logs the events of these \a types. */
[[nodiscard]] QString eventSource(const ServerStatus &server, const TaskId &id,
                                  const QByteArrayList &types);
/*! The live page, with the task open. */
[[nodiscard]] QUrl page(const ServerStatus &server, const TaskId &id);

} // namespace StreamLinks

} // namespace Kintsugi
