// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/host/definitions.h"

#include "app/host/environment.h"
#include "engine/runtime/pluginloader.h"
#include "engine/tasks/builtin.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

Expected<Definitions> Definitions::load(const QStringList &files)
{
    Definitions definitions{builtinTasks(), {}};
    if (const auto loaded = loadPlugins(definitions.registry, files); !loaded)
        return std::unexpected(loaded.error());
    for (const Error &error : loadPluginFolder(definitions.registry, pluginFolder(), files))
        definitions.warnings << error.message;
    return definitions;
}

QString Definitions::pluginFolder()
{
    return Environment::dataFolder() + u"/plugins"_s;
}

} // namespace Kintsugi
