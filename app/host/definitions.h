// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/error.h"
#include "engine/runtime/registry.h"

#include <QStringList>

namespace Kintsugi {

/*! What a program can run: the definitions that come with it, and those of its plugins. */
struct Definitions
{
    Registry registry;
    QStringList warnings; //!< Plugins of the folder that were left out, a sentence each.

    /*! The built-in ones, then the plugins \a files (--plugin), then every library in
     *  pluginFolder(). A bad one of \a files is an error; a bad one in the folder is a warning,
     *  also when its names are taken by then: what was named on the command line comes first. */
    [[nodiscard]] static Expected<Definitions> load(const QStringList &files);

    /*! $XDG_DATA_HOME/kintsugi/plugins */
    [[nodiscard]] static QString pluginFolder();
};

} // namespace Kintsugi
