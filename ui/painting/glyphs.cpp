// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/painting/glyphs.h"

#include "engine/model/task.h"

#include <QPainter>
#include <QPainterPath>

namespace Kintsugi {

namespace {

QPen stroke(const QColor &color, double width)
{
    return QPen(color, width, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin);
}

void paintRing(QPainter &painter, double radius, double fromDegrees, double sweepDegrees)
{
    const QRectF circle(7 - radius, 7 - radius, 2 * radius, 2 * radius);
    painter.drawArc(circle, qRound(fromDegrees * 16), qRound(sweepDegrees * 16));
}

} // namespace

StateGlyph stateGlyph(const Task &task)
{
    switch (task.state) {
    case TaskState::Pending:
        return StateGlyph::Pending;
    case TaskState::Running:
        return task.stale ? StateGlyph::Stale : StateGlyph::Running;
    case TaskState::Suspended:
        return StateGlyph::Suspended;
    case TaskState::Completed:
        return StateGlyph::Done;
    case TaskState::Failed:
        return StateGlyph::Failed;
    case TaskState::Cancelled:
        return StateGlyph::Cancelled;
    }
    Q_UNREACHABLE();
}

QColor glyphColor(StateGlyph glyph, const Palette &palette)
{
    switch (glyph) {
    case StateGlyph::Pending:
    case StateGlyph::Cancelled:
        return palette.idle;
    case StateGlyph::Running:
        return palette.running;
    case StateGlyph::Stale:
        return palette.stale;
    case StateGlyph::Suspended:
        return palette.suspended;
    case StateGlyph::Done:
        return palette.done;
    case StateGlyph::Failed:
        return palette.failed;
    case StateGlyph::Recovered:
    case StateGlyph::Cached:
        return palette.seam;
    }
    Q_UNREACHABLE();
}

void paintStateGlyph(QPainter &painter, const QRectF &rect, StateGlyph glyph,
                     const Palette &palette)
{
    paintStateGlyph(painter, rect, glyph, palette, palette.panel);
}

void paintStateGlyph(QPainter &painter, const QRectF &rect, StateGlyph glyph,
                     const Palette &palette, const QColor &ground)
{
    const QColor color = glyphColor(glyph, palette);
    const double side = qMin(rect.width(), rect.height());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(rect.center() - QPointF(side / 2, side / 2));
    painter.scale(side / 14, side / 14);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(stroke(color, 1.4));
    switch (glyph) {
    case StateGlyph::Running:
        paintRing(painter, 5.6, 60, -270);
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawEllipse(QPointF(7, 7), 3, 3);
        break;
    case StateGlyph::Stale:
        painter.setPen(stroke(color, 1.5));
        paintRing(painter, 5.6, 105, 153);
        paintRing(painter, 5.6, -75, 153);
        painter.setPen(stroke(color, 1.2));
        painter.drawPolyline(QPolygonF({{7.8, 1}, {6, 5}, {8.2, 7.4}, {6.2, 13}}));
        break;
    case StateGlyph::Pending: {
        QPen dashes = stroke(color, 1.5);
        dashes.setDashPattern({2.2 / 1.5, 1.88 / 1.5});
        painter.setPen(dashes);
        painter.drawEllipse(QPointF(7, 7), 5.2, 5.2);
        break;
    }
    case StateGlyph::Suspended:
        painter.drawRoundedRect(QRectF(1.5, 1.5, 11, 11), 2, 2);
        painter.setPen(stroke(color, 1.7));
        painter.drawLine(QPointF(5.3, 4.6), QPointF(5.3, 9.4));
        painter.drawLine(QPointF(8.7, 4.6), QPointF(8.7, 9.4));
        break;
    case StateGlyph::Done:
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawEllipse(QPointF(7, 7), 6, 6);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(stroke(ground, 1.6));
        painter.drawPolyline(QPolygonF({{4.2, 7.2}, {6.2, 9.2}, {9.9, 5}}));
        break;
    case StateGlyph::Failed:
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawRoundedRect(QRectF(1.2, 1.2, 11.6, 11.6), 2, 2);
        painter.setPen(stroke(ground, 1.6));
        painter.drawLine(QPointF(4.6, 4.6), QPointF(9.4, 9.4));
        painter.drawLine(QPointF(9.4, 4.6), QPointF(4.6, 9.4));
        break;
    case StateGlyph::Cancelled:
        painter.drawEllipse(QPointF(7, 7), 5.4, 5.4);
        painter.drawLine(QPointF(3.4, 10.6), QPointF(10.6, 3.4));
        break;
    case StateGlyph::Recovered:
        painter.setPen(stroke(palette.seamLo, 1));
        painter.setBrush(color);
        painter.drawPolygon(QPolygonF({{7, 1.4}, {12.6, 7}, {7, 12.6}, {1.4, 7}}));
        break;
    case StateGlyph::Cached:
        painter.setPen(stroke(palette.seamLo, 1));
        painter.setBrush(color);
        painter.drawPolygon(QPolygonF({{1.5, 3}, {9, 3}, {12.5, 7}, {9, 11}, {1.5, 11}}));
        break;
    }
    painter.restore();
}

} // namespace Kintsugi
