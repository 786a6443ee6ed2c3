// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/theme/palette.h"

#include <QIcon>
#include <QStringList>

namespace Kintsugi::Icons {

/*! The drawing \a name of resources/icons in one colour. One SVG serves both themes: its
 *  currentColor is replaced when it is loaded. A name that is not there gives a null pixmap.
 */
[[nodiscard]] QPixmap pixmap(QStringView name, int size, const QColor &color, double ratio = 1.0);

/*! The same as an icon: \a color when usable, the palette's disabled grey when not. */
[[nodiscard]] QIcon icon(QStringView name, const Palette &palette, const QColor &color);

/*! The icon in the palette's text colour. Crash is vermilion and nudge gold, as everywhere. */
[[nodiscard]] QIcon icon(QStringView name, const Palette &palette);

/*! The mended bowl on lacquer, in all sizes that desktops ask for. */
[[nodiscard]] QIcon applicationIcon();

[[nodiscard]] QStringList names(); //!< All drawings, sorted.

} // namespace Kintsugi::Icons
