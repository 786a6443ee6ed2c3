// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"
#include "engine/runtime/registry.h"

#include <QStringList>

namespace Kintsugi {

/*! Loads the task plugins \a files, in their order, and adds their definitions to \a registry.
 * Stops at the first that fails: an InvalidArgument that names the file, what is wrong with it and
 * what helps; then nothing of that file is in the registry. A file that is named twice is loaded
 * once.
 *
 *  Thread: main, before the engine opens. What was loaded stays in the process to its end.
 */
[[nodiscard]] Expected<void> loadPlugins(Registry &registry, const QStringList &files);

/*! Loads every library in \a folder, by name; not those that are among \a loaded already, under
 *  whatever path. One that fails is left out, and the rest goes on. Gives what to warn of. A folder
 *  that is not there has no plugins. */
[[nodiscard]] QList<Error> loadPluginFolder(Registry &registry, const QString &folder,
                                            const QStringList &loaded = {});

} // namespace Kintsugi
