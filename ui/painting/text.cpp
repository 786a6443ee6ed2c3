// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/painting/text.h"

#include <QFontMetricsF>
#include <QPainter>

namespace Kintsugi {

double widthOf(const QList<TextRun> &runs, const Look &look)
{
    double width = 0;
    for (const TextRun &run : runs)
        width += QFontMetricsF(look.font(run.role)).horizontalAdvance(run.text);
    return width;
}

QString plainText(const QList<TextRun> &runs)
{
    QString text;
    for (const TextRun &run : runs)
        text += run.text;
    return text;
}

double paintRuns(QPainter &painter, const QPointF &at, const QList<TextRun> &runs, const Look &look,
                 double width)
{
    double x = 0;
    for (const TextRun &run : runs) {
        const QFont font = look.font(run.role);
        const QFontMetricsF metrics(font);
        const double wanted = metrics.horizontalAdvance(run.text);
        const bool fits = x + wanted <= width + 0.5;
        const QString text =
            fits ? run.text : metrics.elidedText(run.text, Qt::ElideRight, width - x);
        painter.setFont(font);
        painter.setPen(run.color);
        painter.drawText(at + QPointF(x, 0), text);
        x += fits ? wanted : metrics.horizontalAdvance(text);
        if (!fits)
            break;
    }
    return x;
}

QList<TextRun> fitting(const QList<QList<TextRun>> &choices, double width, const Look &look)
{
    for (const QList<TextRun> &choice : choices) {
        if (widthOf(choice, look) <= width)
            return choice;
    }
    return choices.isEmpty() ? QList<TextRun>() : choices.last();
}

} // namespace Kintsugi
