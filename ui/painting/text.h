// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/theme/look.h"

#include <QList>
#include <QString>

#include <limits>

class QPainter;
class QPointF;

namespace Kintsugi {

/*! A piece of a line of text that has one font and one colour. */
struct TextRun
{
    QString text;
    FontRole role = FontRole::Secondary;
    QColor color;
};

[[nodiscard]] double widthOf(const QList<TextRun> &runs, const Look &look);
[[nodiscard]] QString plainText(const QList<TextRun> &runs);

/*! Paints \a runs one after the other on the baseline at \a at. What does not fit into \a width
 *  is elided. Gives the width that was used. */
double paintRuns(QPainter &painter, const QPointF &at, const QList<TextRun> &runs, const Look &look,
                 double width = std::numeric_limits<double>::max());

/*! The first of \a choices (long to short) that fits into \a width, else the last. */
[[nodiscard]] QList<TextRun> fitting(const QList<QList<TextRun>> &choices, double width,
                                     const Look &look);

} // namespace Kintsugi
