// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/runtime/registry.h"

#include <QtPlugin>

/*! The interface's own version: it grows when a plugin would have to be written otherwise. */
#define KINTSUGI_TASK_PLUGIN_INTERFACE "kintsugi.TaskPlugin/1"

/*! What a plugin's Q_PLUGIN_METADATA(IID …) says: the interface, and the Kintsugi whose headers it
 * was compiled with. Both stand in the library as plain data, so that a plugin that does not fit is
 * refused before any of its code has run. */
#define KINTSUGI_TASK_PLUGIN KINTSUGI_TASK_PLUGIN_INTERFACE " of Kintsugi " KINTSUGI_VERSION

namespace Kintsugi {

/*! Task definitions in a library of their own, for both programs to load: derive from QObject and
 *  this, and say Q_PLUGIN_METADATA(IID KINTSUGI_TASK_PLUGIN) and
 * Q_INTERFACES(Kintsugi::TaskPlugin).
 *
 *  A plugin fits the Kintsugi whose headers it was compiled with, and no other: they hold templates
 *  and inline functions, so its handlers carry pieces of the engine in them. The engine itself is
 *  not linked into it; it takes the program's.
 *
 *  One is made when the library is loaded, and neither is ever unloaded: an attempt's frame may
 *  stand in its code until the process ends.
 */
class TaskPlugin
{
public:
    TaskPlugin() = default;
    TaskPlugin(const TaskPlugin &) = delete;
    TaskPlugin &operator=(const TaskPlugin &) = delete;
    virtual ~TaskPlugin() = default;

    /*! Adds each definition with its handler. Thread: main, once, before the engine opens. When a
     *  name is taken, or this throws, nothing of the plugin is added. */
    virtual void addTo(Registry &registry) = 0;
};

} // namespace Kintsugi

Q_DECLARE_INTERFACE(Kintsugi::TaskPlugin, KINTSUGI_TASK_PLUGIN_INTERFACE)
