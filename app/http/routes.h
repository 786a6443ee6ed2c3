// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/exchange.h"
#include "app/http/operation.h"

#include <functional>

namespace Kintsugi {

/*! The table of everything that this server answers: method, path, what it is, handler.
 *
 *  /openapi.json is made from the same rows, so a route that is not described cannot be added.
 *
 *  Decides in this order: 404, 405 (with Allow), 415; what the answer may be (406) is the
 * handler's. HEAD goes where GET does. Thread: the server's.
 */
class Routes
{
public:
    using Handler = std::function<void(const Exchange &)>;

    struct Route
    {
        QByteArray method;
        QByteArray pattern;
        QList<QByteArray> segments; //!< Of the pattern.
        Operation operation;
        Handler handler;
    };

    /*! \a pattern: "/api/tasks/:id/stop"; one :id at most. */
    void add(QByteArray method, const QByteArray &pattern, Operation operation, Handler handler);
    void dispatch(Exchange exchange) const;
    [[nodiscard]] const QList<Route> &table() const { return m_routes; }

private:
    QList<Route> m_routes;
};

} // namespace Kintsugi
