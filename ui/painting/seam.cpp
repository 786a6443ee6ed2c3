// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/painting/seam.h"

#include <QLinearGradient>
#include <QPainter>

#include <cmath>

namespace Kintsugi {

namespace {

/*! xorshift32, seeded by FNV-1a 32 of a text. */
class Random
{
public:
    explicit Random(QByteArrayView seed)
    {
        quint32 hash = 0x811c9dc5;
        for (const char c : seed) {
            hash ^= quint8(c);
            hash *= 0x01000193;
        }
        m_state = hash ? hash : 1;
    }

    double next() //!< 0 up to, not including, 1.
    {
        m_state ^= m_state << 13;
        m_state ^= m_state >> 17;
        m_state ^= m_state << 5;
        return m_state / 4294967296.0;
    }

private:
    quint32 m_state;
};

constexpr double kMiterLimit = 3;

QPen linePen(const QBrush &brush, double width)
{
    QPen pen(brush, width, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin);
    pen.setMiterLimit(kMiterLimit);
    return pen;
}

} // namespace

QPolygonF crack(QByteArrayView seed, double x, double y0, double y1, double amplitude, double step)
{
    Random random(seed);
    const int joints = qBound(4, int(std::lround((y1 - y0) / step)), 200);
    QPolygonF path;
    path.reserve(joints + 1);
    for (int k = 0; k <= joints; ++k) {
        const double r1 = random.next();
        const double r2 = random.next();
        const bool inner = k > 0 && k < joints;
        const double dx = (k % 2 ? 1 : -1) * amplitude * (0.35 + 0.65 * r2);
        const double dy = inner ? (r1 - 0.5) * 0.55 / joints : 0;
        path << QPointF(x + dx, y0 + (y1 - y0) * (double(k) / joints + dy));
    }
    return path;
}

QPolygonF hair(const QPolygonF &path, int joint, int direction, double length, QByteArrayView seed)
{
    if (path.isEmpty())
        return {};
    const int at = qBound(0, joint, int(path.size()) - 1);
    const QByteArray own = seed.toByteArray() + QByteArray::number(at);
    Random random(own);
    QPointF point = path[at];
    QPolygonF line{point};
    for (int i = 0; i < 3; ++i) {
        const double along = direction * length / 3 * (0.6 + 0.4 * random.next());
        point += QPointF(along, (random.next() - 0.5) * length * 0.62);
        line << point;
    }
    return line;
}

void paintSeam(QPainter &painter, const QPolygonF &path, const Palette &palette, double width,
               double drawn)
{
    if (path.size() < 2 || drawn <= 0)
        return;
    const double top = path.first().y();
    const double bottom = path.last().y();
    QLinearGradient gold(0, top, 0, bottom);
    gold.setColorAt(0, palette.seam);
    gold.setColorAt(0.28, palette.seamHi);
    gold.setColorAt(0.52, palette.seam);
    gold.setColorAt(0.78, palette.seamHi);
    gold.setColorAt(1, palette.seam);

    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (drawn < 1) {
        const QRectF bounds = path.boundingRect().adjusted(-width - 2, -width - 2, width + 2, 0);
        painter.setClipRect(QRectF(bounds.left(), bounds.top(), bounds.width(),
                                   top - bounds.top() + (bottom - top) * drawn),
                            Qt::IntersectClip);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(linePen(palette.seamLo, width + 2));
    painter.drawPolyline(path);
    painter.setPen(linePen(gold, width));
    painter.drawPolyline(path);
    painter.restore();
}

void paintTableSeam(QPainter &painter, QByteArrayView seed, double x0, double x1, double y,
                    const Palette &palette, double drawn)
{
    if (x1 - x0 < 1 || drawn <= 0)
        return;
    QPolygonF path = crack(seed, y, x0, x1, 2.6, 26);
    for (QPointF &point : path)
        point = point.transposed();
    path.first().setX(x0);
    path.last().setX(x1);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (drawn < 1)
        painter.setClipRect(QRectF(x0, y - kTableSeamReach, (x1 - x0) * drawn, 2 * kTableSeamReach),
                            Qt::IntersectClip);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(linePen(palette.seamLo, 3));
    painter.drawPolyline(path);
    painter.setPen(linePen(palette.seam, 1.6));
    painter.drawPolyline(path);
    painter.restore();
}

} // namespace Kintsugi
