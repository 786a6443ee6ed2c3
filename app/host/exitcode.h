// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"

namespace Kintsugi::ExitCode {

inline constexpr int kDone = 0;
inline constexpr int kTaskFailed = 1;
inline constexpr int kRefused = 2; //!< Usage, a refusal, or the port is taken.
inline constexpr int kNotFound = 3;
inline constexpr int kUnavailable = 4; //!< The store is unusable or the server cannot be reached.
inline constexpr int kCancelled = 5;
inline constexpr int kInterrupted = 130;

/*! The one table from what went wrong to the program's exit code. */
[[nodiscard]] constexpr int of(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidArgument:
    case ErrorCode::InvalidInput:
    case ErrorCode::Conflict:
    case ErrorCode::Forbidden:
    case ErrorCode::TooLarge:
    case ErrorCode::LimitReached:
        return kRefused;
    case ErrorCode::NotFound:
        return kNotFound;
    case ErrorCode::Closing:
    case ErrorCode::StoreUnavailable:
    case ErrorCode::StoreNewer:
    case ErrorCode::StoreForeign:
    case ErrorCode::Fenced:
    case ErrorCode::Internal:
        return kUnavailable;
    }
    return kUnavailable;
}

} // namespace Kintsugi::ExitCode
