// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/painting/ribbon.h"

#include "ui/painting/seam.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace Kintsugi {

namespace {

constexpr double kRadius = 7;
constexpr double kAmplitude = 5;
constexpr double kJoint = 1.5;
constexpr double kGlaze = 1.5;
constexpr double kSmallestNumbered = 14; //!< Narrower cells bear no number.
constexpr double kSmallestCell = 3; //!< Narrower ones are merged.

/*! What lies between two breaks. */
struct Fragment
{
    qint64 from = 1, to = 0; //!< Ticks.
    double x0 = 0, x1 = 0; //!< Of its cells, without what reaches under the cracks.
    double reach0 = 0, reach1 = 0; //!< How far the end cells reach under the cracks.
    double drop = 0;
    QPolygonF leftEdge, rightEdge; //!< Empty at the outer ends.
};

class Painting
{
public:
    Painting(QPainter &painter, const Ribbon &ribbon, const QRectF &body, const Look &look)
        : m_painter(painter)
        , m_ribbon(ribbon)
        , m_body(body)
        , m_look(look)
        , m_geometry(ribbon, body, look.scale)
    {}

    void paint();

private:
    [[nodiscard]] double px(double measure) const { return m_look.px(measure); }
    [[nodiscard]] QPolygonF pathOf(qsizetype index) const;
    [[nodiscard]] std::vector<Fragment> fragments() const;
    void paintFragment(const Fragment &part);
    void paintSpan(const Fragment &part, const TickSpan &span, double top);
    void paintCurrent(const Fragment &part, double top);
    void paintJoints(const Fragment &part, double top);
    void paintNumbers(const Fragment &part, double top);
    void roundCorners(const Fragment &part, double top);
    void outlineToCome(const Fragment &part, double top);
    void paintVoid(qsizetype index);
    void paintGold(qsizetype index);
    void line(const QPolygonF &path, const QColor &color, double width);

    QPainter &m_painter;
    const Ribbon &m_ribbon;
    const QRectF m_body;
    const Look &m_look;
    const RibbonGeometry m_geometry;
};

void Painting::paint()
{
    m_painter.save();
    for (const Fragment &part : fragments())
        paintFragment(part);
    m_painter.setRenderHint(QPainter::Antialiasing);
    for (qsizetype i = 0; i < m_ribbon.breaks.size(); ++i)
        paintVoid(i);
    for (qsizetype i = 0; i < m_ribbon.breaks.size(); ++i)
        paintGold(i);
    m_painter.restore();
}

QPolygonF Painting::pathOf(qsizetype index) const
{
    const RibbonBreak &gap = m_ribbon.breaks[index];
    const double x = m_geometry.breakCentre(index);
    if (gap.plain)
        return QPolygonF() << QPointF(x, m_body.top()) << QPointF(x, m_body.bottom());
    const QByteArray seed = m_ribbon.task + ':' + QByteArray::number(gap.attempt);
    return crack(seed, x, m_body.top(), m_body.bottom(), px(kAmplitude) * m_geometry.shrink(),
                 px(9));
}

std::vector<Fragment> Painting::fragments() const
{
    std::vector<Fragment> parts;
    Fragment part;
    part.x0 = m_body.left();
    for (qsizetype i = 0; i < m_ribbon.breaks.size(); ++i) {
        const RibbonBreak &gap = m_ribbon.breaks[i];
        const QPolygonF path = pathOf(i);
        const double apart =
            (gap.plain ? m_geometry.gap(i) / 2 : px(gap.apart) * m_geometry.shrink());
        part.to = gap.afterTick;
        part.x1 = m_geometry.breakCentre(i) - m_geometry.gap(i) / 2;
        part.reach1 = m_geometry.gap(i);
        part.rightEdge = path.translated(-apart, 0);
        parts.push_back(part);

        const double drop = part.drop + px(gap.drop);
        part = Fragment();
        part.from = gap.afterTick + 1;
        part.drop = drop;
        part.x0 = m_geometry.breakCentre(i) + m_geometry.gap(i) / 2;
        part.reach0 = m_geometry.gap(i);
        part.leftEdge = path.translated(apart, drop);
    }
    part.to = m_ribbon.count;
    part.x1 = m_body.right();
    parts.push_back(part);
    return parts;
}

void Painting::paintFragment(const Fragment &part)
{
    const double top = m_body.top() + part.drop;
    const double bottom = m_body.bottom() + part.drop;
    if (part.to < part.from && (part.leftEdge.isEmpty() || part.rightEdge.isEmpty()))
        return; // broken before the first tick or after the last one

    QPolygonF outline;
    if (part.leftEdge.isEmpty())
        outline << QPointF(part.x0, bottom) << QPointF(part.x0, top);
    else
        std::copy(part.leftEdge.crbegin(), part.leftEdge.crend(), std::back_inserter(outline));
    if (part.rightEdge.isEmpty())
        outline << QPointF(part.x1, top) << QPointF(part.x1, bottom);
    else
        outline << part.rightEdge;

    m_painter.save();
    QPainterPath clip;
    clip.addPolygon(outline);
    clip.closeSubpath();
    m_painter.setClipPath(clip, Qt::IntersectClip);
    m_painter.setRenderHint(QPainter::Antialiasing, false);
    m_painter.fillRect(outline.boundingRect(), m_look.palette.raised);
    m_painter.setRenderHint(QPainter::Antialiasing);
    const auto first = std::ranges::lower_bound(m_ribbon.spans, part.from, {}, &TickSpan::to);
    for (auto span = first; span != m_ribbon.spans.cend() && span->from <= part.to; ++span)
        paintSpan(part, *span, top);
    paintCurrent(part, top);
    paintJoints(part, top);
    m_painter.restore();

    roundCorners(part, top);
    outlineToCome(part, top);
    paintNumbers(part, top);
}

void Painting::paintSpan(const Fragment &part, const TickSpan &span, double top)
{
    const qint64 from = std::max(span.from, part.from);
    const qint64 to = std::min(span.to, part.to);
    if (to < from)
        return;
    const QColor color = m_look.palette.attempt(span.attempt);
    const double x0 = m_geometry.left(from) - (from == part.from ? part.reach0 : 0);
    const double x1 = m_geometry.right(to) + (to == part.to ? part.reach1 : 0);
    const QRectF rect(x0, top, x1 - x0, m_body.height());
    m_painter.fillRect(rect, color);
    m_painter.fillRect(QRectF(x0, top, x1 - x0, px(kGlaze)),
                       mixed(m_look.palette.glaze, color, 0.22));
    if (m_ribbon.newest < 1 && to == m_ribbon.done && m_geometry.cellWidth() >= px(kSmallestCell)) {
        const QColor before = mixed(color, m_look.palette.raised, 0.2);
        const double x = m_geometry.left(to);
        m_painter.fillRect(QRectF(x, top, x1 - x, m_body.height()),
                           mixed(color, before, m_ribbon.newest));
    }
}

void Painting::paintCurrent(const Fragment &part, double top)
{
    if (!m_ribbon.current)
        return;
    const RibbonCurrent &now = *m_ribbon.current;
    if (now.tick < part.from || now.tick > part.to)
        return;
    const QColor color = m_look.palette.attempt(now.attempt);
    if (m_geometry.cellWidth() < px(kSmallestCell)) {
        m_painter.fillRect(QRectF(m_geometry.left(now.tick), top, px(2), m_body.height()),
                           m_look.palette.running);
        return;
    }
    const double x0 = m_geometry.left(now.tick) - (now.tick == part.from ? part.reach0 : 0);
    const double x1 = m_geometry.right(now.tick) + (now.tick == part.to ? part.reach1 : 0);
    m_painter.fillRect(QRectF(x0, top, x1 - x0, m_body.height()),
                       mixed(color, m_look.palette.raised, 0.2));
    m_painter.fillRect(QRectF(x0, top + m_body.height() - px(5),
                              (x1 - x0) * std::clamp(now.progress, 0.0, 1.0), px(5)),
                       color);
}

void Painting::paintJoints(const Fragment &part, double top)
{
    const double cell = m_geometry.cellWidth();
    if (cell < px(kSmallestCell))
        return;
    const double width = std::min(px(kJoint), cell * 0.2);
    for (qint64 tick = part.from + 1; tick <= part.to; ++tick) {
        const bool fired = tick - 1 <= m_ribbon.done;
        double x = m_geometry.left(tick) - width / 2;
        if (cell >= px(kSmallestNumbered))
            x = std::round(x); // crisp; narrow cells would come out uneven
        m_painter.fillRect(QRectF(x, top, width, m_body.height()),
                           fired ? m_look.palette.panel : m_look.palette.line);
    }
}

void Painting::paintNumbers(const Fragment &part, double top)
{
    const double cell = m_geometry.cellWidth();
    if (cell < px(kSmallestNumbered))
        return;
    QFont font = m_look.font(FontRole::CardTitle);
    const double widest = QFontMetricsF(font).horizontalAdvance(QString::number(m_ribbon.count));
    const double room = cell - px(5);
    if (widest > room) {
        const int smaller = int(font.pixelSize() * room / widest);
        if (smaller < px(9))
            return;
        font.setPixelSize(smaller);
    }
    m_painter.setFont(font);
    for (qint64 tick = part.from; tick <= part.to; ++tick) {
        const bool fired = tick <= m_ribbon.done;
        const bool current = m_ribbon.current && m_ribbon.current->tick == tick;
        m_painter.setPen(fired         ? m_look.palette.onAttempt
                             : current ? m_look.palette.text
                                       : m_look.palette.muted);
        m_painter.drawText(QRectF(m_geometry.left(tick), top, cell, m_body.height()),
                           Qt::AlignCenter, QString::number(tick));
    }
}

/*! The outer corners: cut out of what was painted, because a clip has no soft edge. */
void Painting::roundCorners(const Fragment &part, double top)
{
    const double r = std::min(px(kRadius), (part.x1 - part.x0) / 2);
    const double bottom = top + m_body.height();
    m_painter.save();
    m_painter.setRenderHint(QPainter::Antialiasing);
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(m_look.palette.panel);
    const auto cut = [&](double x, double y, double dx, double dy) {
        // A hair's breadth outside, so that no sliver of the cell shows.
        const QPointF corner(x - 0.6 * dx, y - 0.6 * dy);
        QPainterPath ear(corner);
        ear.lineTo(x + r * dx, corner.y());
        ear.lineTo(x + r * dx, y);
        ear.quadTo(x, y, x, y + r * dy);
        ear.lineTo(corner.x(), y + r * dy);
        ear.closeSubpath();
        m_painter.drawPath(ear);
    };
    if (part.leftEdge.isEmpty()) {
        cut(part.x0, top, 1, 1);
        cut(part.x0, bottom, 1, -1);
    }
    if (part.rightEdge.isEmpty()) {
        cut(part.x1, top, -1, 1);
        cut(part.x1, bottom, -1, -1);
    }
    m_painter.restore();
}

void Painting::outlineToCome(const Fragment &part, double top)
{
    const qint64 from = std::max(part.from, m_ribbon.done + 1);
    if (from > part.to)
        return;
    const double half = 0.5;
    const double x0 = from == part.from ? part.x0 : m_geometry.left(from);
    const double x1 = part.x1 - half;
    const double y0 = top + half;
    const double y1 = top + m_body.height() - half;
    const double r = std::max(0.0, std::min(px(kRadius), (part.x1 - part.x0) / 2) - half);
    QPainterPath path;
    if (from == part.from && part.leftEdge.isEmpty()) {
        path.addRoundedRect(QRectF(QPointF(x0 + half, y0), QPointF(x1, y1)), r, r);
    } else {
        const bool broken = from == part.from && !part.leftEdge.isEmpty();
        path.moveTo(broken ? part.leftEdge.first().x() : x0, y0);
        path.lineTo(x1 - r, y0);
        path.quadTo(x1, y0, x1, y0 + r);
        path.lineTo(x1, y1 - r);
        path.quadTo(x1, y1, x1 - r, y1);
        path.lineTo(broken ? part.leftEdge.last().x() : x0, y1);
    }
    m_painter.save();
    m_painter.setRenderHint(QPainter::Antialiasing);
    m_painter.setBrush(Qt::NoBrush);
    m_painter.setPen(QPen(m_look.palette.line, 1));
    m_painter.drawPath(path);
    m_painter.restore();
}

void Painting::line(const QPolygonF &path, const QColor &color, double width)
{
    m_painter.setBrush(Qt::NoBrush);
    m_painter.setPen(QPen(color, width, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
    m_painter.drawPolyline(path);
}

void Painting::paintVoid(qsizetype index)
{
    const RibbonBreak &gap = m_ribbon.breaks[index];
    if (gap.plain || (gap.apart <= 0 && gap.gold >= 1))
        return;
    const QPolygonF path = pathOf(index);
    const double apart = std::max(0.5, px(gap.apart) * m_geometry.shrink());
    const QPolygonF left = path.translated(-apart, 0);
    const QPolygonF right = path.translated(apart, px(gap.drop));
    QPolygonF hole = left;
    std::copy(right.crbegin(), right.crend(), std::back_inserter(hole));
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(m_look.palette.crackVoid);
    m_painter.drawPolygon(hole);
    line(left, m_look.palette.crack, px(1.5));
    line(right, m_look.palette.crack, px(1.5));

    const double cell = m_geometry.cellWidth();
    if (cell < px(kSmallestNumbered) || gap.gold > 0)
        return;
    const QColor onLeft = m_look.palette.onAttempt;
    if (gap.afterTick > 0) {
        line(hair(left, 2, -1, std::min(px(20), cell * 0.22), "a"), onLeft, px(1));
        line(hair(left, 5, -1, std::min(px(14), cell * 0.2), "b"), onLeft, px(1));
    }
    if (gap.afterTick < m_ribbon.count)
        line(hair(right, 3, 1, std::min(px(18), cell * 0.22), "c"), m_look.palette.crack, px(1));
}

void Painting::paintGold(qsizetype index)
{
    const RibbonBreak &gap = m_ribbon.breaks[index];
    if (gap.plain || gap.gold <= 0)
        return;
    const QPolygonF path = pathOf(index);
    const double cell = m_geometry.cellWidth();
    if (gap.hairs > 0 && cell >= px(kSmallestNumbered)) {
        const double part = std::min(1.0, gap.hairs);
        if (gap.afterTick > 0)
            line(hair(path, 1, -1, part * std::min(px(15), cell * 0.2), "a"), m_look.palette.seam,
                 px(1));
        if (gap.afterTick < m_ribbon.count)
            line(hair(path, 4, 1, part * std::min(px(16), cell * 0.22), "b"), m_look.palette.seam,
                 px(1));
    }
    // Together with its edge never thinner than 3 px, however many there are.
    const double width = std::max(1.0, px(4) * m_geometry.shrink());
    paintSeam(m_painter, path, m_look.palette, width, gap.gold);
}

} // namespace

void paintRibbon(QPainter &painter, const Ribbon &ribbon, const QRectF &body, const Look &look)
{
    if (ribbon.count > 0 && body.width() > 0)
        Painting(painter, ribbon, body, look).paint();
}

} // namespace Kintsugi
