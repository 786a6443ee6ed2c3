// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"

#include <QString>

namespace Kintsugi {

/*! Looks at \a path and, where there is nothing yet, makes the folder and an empty file for its
 * owner alone. Gives the file's one true path: two names for one store must not give two lock
 * files.
 *
 *  What cannot be a store of ours (StoreForeign, StoreNewer, or StoreUnavailable for one that is
 * damaged) is refused byte for byte as it was, and with nothing new beside it.
 */
[[nodiscard]] Expected<QString> prepareStoreFile(const QString &path);

} // namespace Kintsugi
