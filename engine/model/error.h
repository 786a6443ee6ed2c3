// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

#include <chrono>
#include <expected>

namespace Kintsugi {

/*! What went wrong, as a closed list: one table maps it to an HTTP status, one to an exit code. */
enum class ErrorCode {
    InvalidArgument, //!< The request itself makes no sense (HTTP 400).
    InvalidInput, //!< A field of an input is wrong; see Error::fields (HTTP 422).
    NotFound,
    Conflict, //!< Not allowed in the state that the task is in, or the key is taken by another
              //!< input (409).
    Forbidden,
    TooLarge,
    LimitReached, //!< A rate or a queue is full; Error::retryAfter says how long (429).
    Closing, //!< The engine is shutting down (503).
    StoreUnavailable, //!< The store cannot be opened, read or written now (503).
    StoreNewer, //!< Written by a later version of Kintsugi.
    StoreForeign, //!< A file that is no store of ours.
    Fenced, //!< The writer's epoch is old: the attempt was claimed away.
    Internal,
};

/*! One field that was refused, in words a person can act on. */
struct FieldError
{
    QString field; //!< Path with dots, "" for the input as a whole.
    QString message;
    friend bool operator==(const FieldError &, const FieldError &) = default;
};

/*! A refusal or a failure: English, for the log and the API, never translated. */
struct Error
{
    ErrorCode code = ErrorCode::Internal;
    QString message{};
    QList<FieldError> fields{};
    bool retryable = false;
    std::chrono::seconds retryAfter{}; //!< With LimitReached: when it may be tried again.
};

/*! std::expected that may not be dropped in silence. */
template<typename T = void>
class [[nodiscard]] Expected : public std::expected<T, Error>
{
public:
    using std::expected<T, Error>::expected;
};

/*! The short way to return an error. */
inline std::unexpected<Error> failure(ErrorCode code, QString message)
{
    return std::unexpected(Error{code, std::move(message)});
}

} // namespace Kintsugi
