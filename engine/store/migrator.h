// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"

namespace Kintsugi {

class Connection;

/*! Brings a store to this version's schema, forward only, one transaction a migration.
 *
 *  StoreForeign for a file that holds something else, StoreNewer for one that a later version
 * wrote; both are left as they are. The caller holds the commit turn.
 */
[[nodiscard]] Expected<void> migrate(Connection &db);

/*! The version of a store, 0 for a file that holds nothing yet. Only reads; refuses as migrate()
 * does. */
[[nodiscard]] Expected<qint64> storeVersion(Connection &db);

[[nodiscard]] int knownStoreVersion(); //!< The newest that this program knows.

} // namespace Kintsugi
