// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/theme/palette.h"

#include <QByteArray>
#include <QPolygonF>

class QPainter;

namespace Kintsugi {

/*! A break from \a y0 down to \a y1 around \a x. The same seed always breaks the same way.
 *
 *  Seed: task id + ":" + attempt for the ribbon. \a amplitude is the farthest a joint lies from x.
 */
[[nodiscard]] QPolygonF crack(QByteArrayView seed, double x, double y0, double y1, double amplitude,
                              double step = 9);

/*! A hair off joint \a joint: three segments to the left (-1) or the right (+1), not longer than
 *  \a length. */
[[nodiscard]] QPolygonF hair(const QPolygonF &path, int joint, int direction, double length,
                             QByteArrayView seed);

/*! Gold along \a path (top to bottom): an edge of seamLo, then the glinting line. \a drawn, 0 to 1,
 *  is how far it has run down. */
void paintSeam(QPainter &painter, const QPolygonF &path, const Palette &palette, double width = 4,
               double drawn = 1);

/*! The seam between two rows of a table, from \a x0 to \a x1 around \a y. Cells that paint it piece
 *  by piece pass the whole row's x0 and x1 and clip. At most kTableSeamReach px from y. */
void paintTableSeam(QPainter &painter, QByteArrayView seed, double x0, double x1, double y,
                    const Palette &palette, double drawn = 1);
inline constexpr double kTableSeamReach = 5;

} // namespace Kintsugi
