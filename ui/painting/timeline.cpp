// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/painting/timeline.h"

#include "ui/painting/seam.h"
#include "ui/painting/text.h"
#include "ui/painting/timelinemarks.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

constexpr double kAxis = 30; // Above the first lane; the flags stand there too.
constexpr double kLane = 46;
constexpr double kGap = 8;
constexpr double kReach = 6; // Cracks and seams go so far beyond the lanes.
constexpr double kHatch = 8;
constexpr double kCrowded = 8; // Dead times that are narrower are a line.
constexpr double kAxisApart = 72;
constexpr double kBeside = 14; // A crack stands so far from the last event.

QString clockText(Timestamp at, const QString &format)
{
    return QDateTime::fromMSecsSinceEpoch(toUnixMs(at)).toString(format);
}

class Painting
{
    Q_DISABLE_COPY_MOVE(Painting)
    Q_DECLARE_TR_FUNCTIONS(Timeline)

public:
    Painting(QPainter &painter, const TimeLog &log, const TimelinePicture &picture,
             const QRectF &body, const Look &look)
        : m_painter(painter)
        , m_log(log)
        , m_picture(picture)
        , m_look(look)
        , m_body(body)
        , m_geometry(log, picture, body, look)
    {}

    void paint();

private:
    struct Flag
    {
        double x = 0;
        double width = 0;
    };

    [[nodiscard]] double px(double measure) const { return m_look.px(measure); }
    [[nodiscard]] double xOf(Timestamp at) const { return m_geometry.scale().x(at); }
    [[nodiscard]] QRectF plot() const; //!< All lanes, as far as cracks reach.
    [[nodiscard]] QByteArray seedOf(const char *part, const QByteArray &number) const
    {
        return m_picture.task + ':' + part + number;
    }
    [[nodiscard]] bool place(double x, double width); //!< True when a flag fits there.
    void paintAxis();
    void paintLane(qsizetype index);
    void paintDead(const DeadTime &gap);
    void paintEdges(const DeadTime &gap);
    void paintPill(const DeadTime &gap);
    void paintFlags();
    void flag(double x, const QString &text, const QColor &line, const QColor &ink);
    void paintNow();

    QPainter &m_painter;
    const TimeLog &m_log;
    const TimelinePicture &m_picture;
    const Look &m_look;
    QRectF m_body;
    TimelineGeometry m_geometry;
    QList<Flag> m_flags;
};

QRectF Painting::plot() const
{
    return {QPointF(m_geometry.scale().left(), m_geometry.top() - px(kReach)),
            QPointF(m_geometry.scale().right(), m_geometry.bottom() + px(kReach))};
}

void Painting::paint()
{
    m_painter.setRenderHint(QPainter::Antialiasing);
    if (m_picture.now) // First come, first served: now, then the newest break.
        m_flags.append({xOf(*m_picture.now), px(36)});
    const qsizetype lanes = qsizetype(m_log.lanes().size());
    for (qsizetype i = m_picture.firstLane; i < lanes; ++i)
        paintLane(i);
    m_painter.save();
    m_painter.setClipRect(plot(), Qt::IntersectClip);
    for (const DeadTime &gap : m_picture.gaps)
        paintDead(gap);
    const LaneMarks marks(m_painter, m_picture, m_geometry.scale(), m_look);
    for (qsizetype i = m_picture.firstLane; i < lanes; ++i)
        marks.paintUnder(m_log.lanes()[size_t(i)], m_geometry.lane(i).center().y());
    for (const DeadTime &gap : m_picture.gaps)
        paintEdges(gap);
    for (qsizetype i = m_picture.firstLane; i < lanes; ++i)
        marks.paintOver(m_log.lanes()[size_t(i)], m_geometry.lane(i).center().y());
    m_painter.restore();
    for (const DeadTime &gap : m_picture.gaps)
        paintPill(gap);
    paintFlags();
    paintNow();
    paintAxis();
}

void Painting::paintLane(qsizetype index)
{
    const Palette &p = m_look.palette;
    const Lane &lane = m_log.lanes()[size_t(index)];
    const QRectF rect = m_geometry.lane(index);
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(mixed(p.raised, p.panel, 0.55));
    m_painter.drawRoundedRect(rect, px(4), px(4));
    m_painter.setBrush(p.attempt(lane.attempt));
    const double middle = rect.center().y();
    m_painter.drawRoundedRect(QRectF(m_body.left(), middle - px(17), px(3), px(34)), px(1.5),
                              px(1.5));
    const double room = TimelineGeometry::gutter(m_look) - px(14);
    paintRuns(m_painter, {m_body.left() + px(12), middle - px(3)},
              {{tr("Attempt %1").arg(lane.attempt), FontRole::SecondaryStrong, p.text}}, m_look,
              room);
    paintRuns(m_painter, {m_body.left() + px(12), middle + px(13)},
              {{m_picture.owners.value(index), FontRole::Small, p.muted}}, m_look, room);
}

void Painting::paintDead(const DeadTime &gap)
{
    const bool pauses = gap.kind == DeadTime::Kind::Paused;
    const double x0 = pauses ? xOf(gap.from) : crackX(gap, m_geometry.scale(), m_look);
    const double x1 = xOf(gap.to);
    const QRectF all = plot();
    if (x1 - x0 < px(2) || x1 < all.left() || x0 > all.right())
        return;
    const Palette &p = m_look.palette;
    QPainterPath area;
    const bool jagged = !pauses && x1 - x0 >= px(kCrowded);
    if (jagged) {
        const QByteArray number = QByteArray::number(gap.attempt);
        QPolygonF outline = crack(seedOf("c", number), x0, all.top(), all.bottom(), px(4), px(9));
        QPolygonF right{{x1, all.top()}, {x1, all.bottom()}};
        if (gap.kind == DeadTime::Kind::Mended)
            right = crack(seedOf("s", number), x1, all.top(), all.bottom(), px(5), px(9));
        std::reverse(right.begin(), right.end());
        area.addPolygon(outline << right);
    } else {
        area.addRect(QRectF(QPointF(x0, all.top()), QPointF(x1, all.bottom())));
    }
    m_painter.fillPath(area, mixed(p.panel, mixed(p.raised, p.panel, 0.55), 0.5));
    m_painter.save();
    m_painter.setClipPath(area, Qt::IntersectClip);
    m_painter.setPen(QPen(p.hatch, 1));
    // Fixed to the run's beginning, so that it does not crawl while it is moved.
    const double height = all.height();
    const double from = std::max(x0 - px(8), all.left() - height);
    const double step = px(kHatch);
    const double origin = std::fmod(xOf(m_log.firstAt()), step);
    for (double x = std::floor((from - origin) / step) * step + origin - height;
         x < std::min(x1 + px(8), all.right()); x += step)
        m_painter.drawLine(QPointF(x, all.bottom()), QPointF(x + height, all.top()));
    m_painter.restore();
}

void Painting::paintEdges(const DeadTime &gap)
{
    const Palette &p = m_look.palette;
    const QRectF all = plot();
    const double x0 = gap.kind == DeadTime::Kind::Paused ? xOf(gap.from)
                                                         : crackX(gap, m_geometry.scale(), m_look);
    const double x1 = xOf(gap.to);
    if (x1 < all.left() - px(8) || x0 > all.right() + px(8))
        return;
    m_painter.setBrush(Qt::NoBrush);
    if (gap.kind == DeadTime::Kind::Paused) {
        m_painter.setPen(QPen(p.suspended, px(1.5)));
        m_painter.drawLine(QPointF(x0, all.top()), QPointF(x0, all.bottom()));
        return;
    }
    const QByteArray number = QByteArray::number(gap.attempt);
    const bool wide = x1 - x0 >= px(kCrowded);
    if (wide || gap.kind == DeadTime::Kind::Open) {
        m_painter.setPen(QPen(p.crack, px(2), Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
        m_painter.drawPolyline(
            crack(seedOf("c", number), x0, all.top(), all.bottom(), px(4), px(9)));
    }
    if (gap.kind == DeadTime::Kind::Mended)
        paintSeam(
            m_painter,
            crack(seedOf("s", number), x1, all.top(), all.bottom(), px(wide ? 5 : 2.6), px(9)), p,
            px(wide ? 4 : 1.6));
}

void Painting::paintPill(const DeadTime &gap)
{
    const Palette &p = m_look.palette;
    const QRectF all = plot();
    const double x0 = std::max(xOf(gap.from), all.left());
    const double x1 = std::min(xOf(gap.to), all.right());
    const QList<TextRun> words{
        {gap.words, FontRole::Caption, gap.kind == DeadTime::Kind::Open ? p.crack : p.muted}};
    const double width = widthOf(words, m_look) + px(24);
    if (x1 - x0 < width + px(16))
        return;
    QRectF pill(0, 0, width, px(20));
    pill.moveCenter({(x0 + x1) / 2, all.center().y()});
    m_painter.setPen(QPen(gap.kind == DeadTime::Kind::Open ? p.crack : p.line, 1));
    m_painter.setBrush(p.panel);
    m_painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), px(9.5), px(9.5));
    paintRuns(m_painter, {pill.left() + px(12), pill.center().y() + px(4)}, words, m_look);
}

bool Painting::place(double x, double width)
{
    const TimeScale &scale = m_geometry.scale();
    if (x < scale.left() || x > scale.right())
        return false;
    const bool taken = std::ranges::any_of(m_flags, [&](const Flag &flag) {
        return std::abs(flag.x - x) < (flag.width + width) / 2 + px(4);
    });
    if (!taken)
        m_flags.append({x, width});
    return !taken;
}

void Painting::flag(double x, const QString &text, const QColor &line, const QColor &ink)
{
    const QList<TextRun> words{{text, FontRole::Caption, ink}};
    const double width = widthOf(words, m_look) + px(20);
    x = std::clamp(x, m_geometry.scale().left() + width / 2 - px(8),
                   std::max(m_geometry.scale().left() + width / 2 - px(8),
                            m_geometry.scale().right() - width / 2));
    if (!place(x, width))
        return;
    const QRectF pill(x - width / 2, m_body.top() + px(4), width, px(20));
    m_painter.setPen(QPen(line, 1));
    m_painter.setBrush(m_look.palette.panel);
    m_painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), px(9.5), px(9.5));
    paintRuns(m_painter, {pill.left() + px(10), pill.center().y() + px(4)}, words, m_look);
}

void Painting::paintFlags()
{
    const Palette &p = m_look.palette;
    const TimeScale &scale = m_geometry.scale();
    const auto isSeen = [&](Timestamp at) {
        return at >= scale.window().from && at <= scale.window().to;
    };
    for (auto gap = m_picture.gaps.crbegin(); gap != m_picture.gaps.crend(); ++gap) {
        if (gap->kind == DeadTime::Kind::Mended && isSeen(gap->to))
            flag(xOf(gap->to), tr("mended %1").arg(clockText(gap->to, u"ss.zzz"_s)), p.seam,
                 p.goldText);
        if (gap->kind == DeadTime::Kind::Paused && isSeen(gap->from))
            flag(xOf(gap->from), tr("paused %1").arg(clockText(gap->from, u"ss.zzz"_s)),
                 p.suspended, p.suspended);
        if (gap->kind != DeadTime::Kind::Paused && isSeen(gap->from))
            flag(crackX(*gap, scale, m_look),
                 tr("broken %1").arg(clockText(gap->from, u"ss.zzz"_s)), p.crack, p.crack);
    }
}

void Painting::paintNow()
{
    const TimeScale &scale = m_geometry.scale();
    if (!m_picture.now || *m_picture.now < scale.window().from
        || *m_picture.now > scale.window().to)
        return;
    const Palette &p = m_look.palette;
    const double x = std::round(xOf(*m_picture.now)) + 0.5;
    m_painter.setPen(QPen(p.running, px(1.5)));
    m_painter.drawLine(QPointF(x, m_body.top() + px(24)), QPointF(x, plot().bottom()));
    const QList<TextRun> words{{tr("now"), FontRole::Caption, p.onRunningBtn}};
    const double width = widthOf(words, m_look) + px(14);
    const QRectF pill(x - width / 2, m_body.top() + px(4), width, px(20));
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(p.runningBtn);
    m_painter.drawRoundedRect(pill, px(3), px(3));
    paintRuns(m_painter, {pill.left() + px(7), pill.center().y() + px(4)}, words, m_look);
}

void Painting::paintAxis()
{
    const Palette &p = m_look.palette;
    for (const AxisMark &mark : axisMarks(m_geometry.scale(), m_log.firstAt(), px(kAxisApart))) {
        const QList<TextRun> words{{mark.label, FontRole::Small, p.muted}};
        const double width = widthOf(words, m_look);
        const double x = std::min(mark.x, m_body.right() - width / 2);
        if (place(std::clamp(x, m_geometry.scale().left(), m_geometry.scale().right()), width))
            paintRuns(m_painter, {x - width / 2, m_body.top() + px(18)}, words, m_look);
    }
}

} // namespace

TimelineGeometry::TimelineGeometry(const TimeLog &log, const TimelinePicture &picture,
                                   const QRectF &body, const Look &look)
    : m_log(log)
    , m_first(picture.firstLane)
    , m_body(body)
    , m_look(look)
    , m_scale(picture.window, body.left() + gutter(look), body.right() - look.px(2))
{}

double TimelineGeometry::top() const
{
    return m_body.top() + m_look.px(kAxis);
}

double TimelineGeometry::bottom() const
{
    return lane(qsizetype(m_log.lanes().size()) - 1).bottom();
}

QRectF TimelineGeometry::lane(qsizetype index) const
{
    const double y = top() + double(index - m_first) * m_look.px(kLane + kGap);
    return {m_scale.left(), y, m_scale.right() - m_scale.left(), m_look.px(kLane)};
}

qsizetype TimelineGeometry::laneAt(double y) const
{
    for (qsizetype i = m_first; i < qsizetype(m_log.lanes().size()); ++i) {
        if (y >= lane(i).top() && y < lane(i).bottom())
            return i;
    }
    return -1;
}

Seq TimelineGeometry::seqAt(const QPointF &point) const
{
    const qsizetype index = laneAt(point.y());
    if (index < 0)
        return 0;
    const Lane &lane = m_log.lanes()[size_t(index)];
    if (point.x() < m_scale.left())
        return lane.startedSeq;
    return nearestSeq(lane, m_scale, point.x(), m_look.px(8));
}

double TimelineGeometry::heightOf(qsizetype lanes, const Look &look)
{
    return look.px(kAxis + double(lanes) * (kLane + kGap) - kGap + kReach);
}

double crackX(const DeadTime &gap, const TimeScale &scale, const Look &look)
{
    const double x0 = scale.x(gap.from);
    return x0 + std::min(look.px(kBeside), (scale.x(gap.to) - x0) * 0.4);
}

void paintTimeline(QPainter &painter, const TimeLog &log, const TimelinePicture &picture,
                   const QRectF &body, const Look &look)
{
    if (!log.isEmpty() && body.width() > TimelineGeometry::gutter(look))
        Painting(painter, log, picture, body, look).paint();
}

void paintOverview(QPainter &painter, const TimeLog &log, const TimelinePicture &picture,
                   const TimeWindow &whole, const QRectF &strip, const Look &look)
{
    const Palette &p = look.palette;
    const TimeScale scale(whole, strip.left(), strip.right());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(p.lineSoft, 1));
    painter.setBrush(p.field);
    painter.drawRoundedRect(strip.adjusted(0.5, 0.5, -0.5, -0.5), look.px(3), look.px(3));
    painter.save();
    painter.setClipRect(strip, Qt::IntersectClip);
    const double middle = strip.center().y();
    for (const Lane &lane : log.lanes()) {
        const bool isAlive = picture.alive == lane.attempt && picture.now;
        const double x0 = scale.x(lane.startedAt);
        const double x1 = scale.x(isAlive ? *picture.now : lane.lastAt);
        painter.fillRect(QRectF(x0, middle - look.px(2), std::max(1.0, x1 - x0), look.px(4)),
                         p.attempt(lane.attempt));
    }
    for (const DeadTime &gap : picture.gaps) {
        const double x0 = scale.x(gap.from);
        const double x1 = scale.x(gap.to);
        painter.fillRect(QRectF(x0, middle - look.px(5), x1 - x0, look.px(10)),
                         QBrush(p.hatch, Qt::BDiagPattern));
        if (gap.kind == DeadTime::Kind::Mended)
            painter.fillRect(QRectF(x1 - look.px(1.5), strip.top() + look.px(1), look.px(3),
                                    strip.height() - look.px(2)),
                             p.seam);
        else if (gap.kind == DeadTime::Kind::Open)
            painter.fillRect(QRectF(x0 - look.px(1), strip.top() + look.px(1), look.px(2),
                                    strip.height() - look.px(2)),
                             p.crack);
    }
    painter.restore();
    const double x0 = std::max(strip.left(), scale.x(picture.window.from));
    const double x1 = std::min(strip.right(), scale.x(picture.window.to));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(p.selectionLine, look.px(1.5)));
    painter.drawRoundedRect(
        QRectF(QPointF(x0, strip.top()), QPointF(std::max(x0 + look.px(4), x1), strip.bottom())),
        look.px(3), look.px(3));
}

} // namespace Kintsugi
