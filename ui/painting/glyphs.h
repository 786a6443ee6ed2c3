// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/theme/palette.h"

class QPainter;
class QRectF;

namespace Kintsugi {

struct Task;

/*! The small signs of VISUAL §10: each differs in shape, so colour is never alone. */
enum class StateGlyph {
    Pending,
    Running,
    Stale,
    Suspended,
    Done,
    Failed,
    Cancelled,
    Recovered,
    Cached
};

/*! What stands before a task: its state, or Stale for a running one that nobody drives. */
[[nodiscard]] StateGlyph stateGlyph(const Task &task);
[[nodiscard]] QColor glyphColor(StateGlyph glyph, const Palette &palette);

/*! Paints into the largest centred square of \a rect; drawn on a grid of 14. What is cut out of a
 *  solid sign shows \a ground. */
void paintStateGlyph(QPainter &painter, const QRectF &rect, StateGlyph glyph,
                     const Palette &palette, const QColor &ground);
void paintStateGlyph(QPainter &painter, const QRectF &rect, StateGlyph glyph,
                     const Palette &palette); //!< On the panel.

} // namespace Kintsugi
