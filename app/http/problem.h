// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <utility>

namespace Kintsugi {

using HttpHeaders = QList<std::pair<QByteArray, QByteArray>>; //!< In the order of the wire.

/*! A refusal as HTTP tells it (RFC 9457). */
struct Problem
{
    int status = 500;
    QString title{}; //!< Empty: the status's own words.
    QString detail{}; //!< What was wrong with this very request, for a person.
    QList<FieldError> errors{}; //!< Each field that was refused.
    HttpHeaders headers{}; //!< To send beside the body: Allow, Retry-After, …
};

inline constexpr QByteArrayView kProblemType("application/problem+json");

/*! The one table from what went wrong to its HTTP status. */
[[nodiscard]] int httpStatus(ErrorCode code);
[[nodiscard]] Problem toProblem(const Error &error);
/*! The body: `{"type":"about:blank","title":…,"status":…,"detail":…,"errors":[…]}`. */
[[nodiscard]] QByteArray toJson(const Problem &problem);

/*! "Not Found"; "Unknown" for a status that nobody registered. */
[[nodiscard]] QByteArray reasonPhrase(int status);

/*! A whole HTTP/1.1 response to write to a socket, with Content-Length and `Connection: close`.
 *
 *  \a head is for an answer to HEAD: the length of the body without the body. A 204 has neither.
 *  Line ends inside a header's value become spaces, so that no value can begin a header of its own.
 */
[[nodiscard]] QByteArray rawResponse(int status, const HttpHeaders &headers, const QByteArray &body,
                                     bool head = false);
[[nodiscard]] QByteArray rawResponse(const Problem &problem, bool head = false);

/*! The status line and the headers with the blank line: the beginning of a body whose length is not
 *  known, which ends with the connection. */
[[nodiscard]] QByteArray rawHead(int status, const HttpHeaders &headers);

} // namespace Kintsugi
