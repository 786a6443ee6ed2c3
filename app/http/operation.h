// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

namespace Kintsugi {

/*! One way in which a route answers when all is well. */
struct RouteAnswer
{
    int status = 200;
    QByteArray type{}; //!< Media type of the body; empty when there is none.
    QByteArray schema{}; //!< A name among the schemas of apischemas.json; empty for any text.
};

/*! What a client is told of a route beside its method and its path: an operation of OpenAPI.
 *
 *  Left out here, because openapi.cpp knows them from the rest: the parameters in the path, and the
 *  refusals that every route of its kind has (400, 401, 403, 406, 413, 415, 422, 503, and 404 for
 *  an id).
 */
struct Operation
{
    QByteArray id; //!< Unique; generated clients name their function after it.
    QByteArray tag; //!< The group that it is listed in.
    QString summary;
    QList<RouteAnswer> answers;
    QList<QByteArray> parameters{}; //!< Names among the parameters of apischemas.json.
    QByteArray body{}; //!< Name of the schema of the JSON body; empty when none is read.
    QList<int> refusals{}; //!< Statuses of its own.
};

namespace Answers {

[[nodiscard]] inline RouteAnswer json(QByteArray schema, int status = 200)
{
    return {status, QByteArrayLiteral("application/json"), std::move(schema)};
}
[[nodiscard]] inline RouteAnswer text(QByteArray type)
{
    return {200, std::move(type), {}};
}
[[nodiscard]] inline RouteAnswer stream() //!< Of a task's events.
{
    return {200, QByteArrayLiteral("text/event-stream"), QByteArrayLiteral("EventStream")};
}
[[nodiscard]] inline RouteAnswer nothing()
{
    return {204, {}, {}};
}

} // namespace Answers

} // namespace Kintsugi
