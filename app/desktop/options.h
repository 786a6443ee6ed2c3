// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/http/httpserver.h"
#include "engine/model/error.h"
#include "engine/runtime/engineconfig.h"

#include <QStringList>

namespace Kintsugi {

/*! What the window was started with: contract §6. */
struct DesktopOptions
{
    enum class Show { Window, Help, Version };
    Show show = Show::Window;
    EngineConfig engine;
    QStringList plugins; //!< Files, in the order they were named.
    bool serve = true;
    QByteArray tour; //!< Played as soon as the store is open; empty for none.
    HttpServerSettings server;
};

/*! Reads the arguments after the program's name, and the environment. What it does not know, or
 *  what is not built yet, is refused with a sentence. */
[[nodiscard]] Expected<DesktopOptions> parseDesktopOptions(const QStringList &arguments);

[[nodiscard]] QByteArray desktopUsage();

} // namespace Kintsugi
