// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/runtime/registry.h"

#include <atomic>

namespace Kintsugi {

inline std::atomic<int> bodiesRun = 0; //!< Step bodies of the cases.
inline std::atomic<int> handlersBegun = 0; //!< Drivings of the cases.

/*! Tasks that do what their "mode" says: "case", "tried" (three attempts) and "timed" (80 ms), and
 *  the showcase. */
[[nodiscard]] Registry contextCases();

} // namespace Kintsugi
