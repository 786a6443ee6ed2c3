// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QList>

namespace Kintsugi {

/*! One request and what the guard says to it. */
struct RequestRow
{
    const char *rule;
    QByteArray bytes;
    int status; //!< 200: it is handed on.
};

/*! A row for every rule, the same for the readers alone and for the guard over sockets. */
[[nodiscard]] QList<RequestRow> requestRows();

} // namespace Kintsugi
