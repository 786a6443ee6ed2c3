// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/routes.h"

#include <optional>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

/*! What stands for :id, an empty one where the pattern has none; nothing when the path is another
 * one. */
std::optional<QByteArray> match(const QList<QByteArray> &pattern, const QList<QByteArray> &path)
{
    if (pattern.size() != path.size())
        return std::nullopt;
    QByteArray id = ""_ba;
    for (qsizetype i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == ":id") {
            id = QByteArray::fromPercentEncoding(path[i]);
            if (id.isEmpty())
                return std::nullopt;
        } else if (pattern[i] != QByteArray::fromPercentEncoding(path[i])) {
            return std::nullopt;
        }
    }
    return id;
}

bool changesState(QByteArrayView method)
{
    return method == "POST" || method == "DELETE" || method == "PUT" || method == "PATCH";
}

} // namespace

void Routes::add(QByteArray method, const QByteArray &pattern, Operation operation, Handler handler)
{
    Q_ASSERT(!operation.id.isEmpty() && !operation.summary.isEmpty()
             && !operation.answers.isEmpty());
    m_routes << Route{std::move(method), pattern, pattern.split('/'), std::move(operation),
                      std::move(handler)};
}

void Routes::dispatch(Exchange exchange) const
{
    const QList<QByteArray> path = exchange.path().split('/');
    const QByteArray method = exchange.head().isHead() ? "GET"_ba : exchange.head().method;
    QList<QByteArray> allowed;
    for (const Route &route : m_routes) {
        const auto id = match(route.segments, path);
        if (!id)
            continue;
        exchange.setRoute(route.pattern);
        if (route.method == method) {
            if (changesState(method) && !exchange.bearsJson()) {
                exchange.problem(Problem{
                    .status = 415,
                    .detail =
                        u"A request that changes something needs Content-Type: application/json."_s});
                return;
            }
            exchange.setId(*id);
            route.handler(exchange);
            return;
        }
        allowed << route.method;
        if (route.method == "GET")
            allowed << "HEAD"_ba;
    }
    if (allowed.isEmpty() && path != QList<QByteArray>{"*"_ba}) {
        exchange.problem(Problem{.status = 404, .detail = u"There is nothing at this path."_s});
        return;
    }
    allowed << "OPTIONS"_ba;
    const HttpHeaders headers{{"Allow"_ba, allowed.join(", ")}};
    if (method == "OPTIONS")
        exchange.empty(204, headers);
    else
        exchange.problem(Problem{.status = 405,
                                 .detail = u"This path does not know the method %1."_s.arg(
                                     QString::fromLatin1(exchange.head().method)),
                                 .headers = headers});
}

} // namespace Kintsugi
