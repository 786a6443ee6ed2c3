// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QFont>

namespace Kintsugi {

/*! The roles of the one type scale. Sizes are logical pixels, times the window's scale factor. */
enum class FontRole {
    TaskName, //!< 22, 600.
    CardTitle, //!< 16, 600; the numbers of the ribbon too.
    LedgerNumber, //!< 17, 600.
    Body, //!< 13, 400: toolbar, tree rows.
    BodyStrong, //!< 13, 600.
    Name, //!< 13, 500: the name in a row.
    Secondary, //!< 12, 400: table cells.
    SecondaryStrong, //!< 12, 600.
    Small, //!< 11, 400: chips, axis, age.
    Caption, //!< 11, 600.
    Mono, //!< 12, 400: payload, JSON, keys.
    MonoStrong, //!< 12, 600: numbers among them.
};

/*! The font of \a role; the first installed of the families that have equally wide digits. */
[[nodiscard]] QFont fontOf(FontRole role, double scale = 1.0);

} // namespace Kintsugi
