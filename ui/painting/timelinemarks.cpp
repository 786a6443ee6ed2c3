// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/painting/timelinemarks.h"

#include "ui/painting/seam.h"
#include "ui/painting/text.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <span>

namespace Kintsugi {

namespace {

constexpr double kNumbered = 20; // Ticks that are closer have no number.
constexpr double kDots = 5; // Ticks that are closer are a line.
constexpr double kBar = 24;

/*! The marks that are seen, and one more at each side. */
std::span<const TimeMark> seen(const std::vector<TimeMark> &marks, const TimeScale &scale,
                               double margin)
{
    const Timestamp from = scale.at(scale.left() - margin);
    const Timestamp to = scale.at(scale.right() + margin);
    const auto first = std::ranges::lower_bound(marks, from, {}, &TimeMark::at);
    const auto last = std::ranges::upper_bound(first, marks.end(), to, {}, &TimeMark::at);
    return {first, last};
}

} // namespace

void LaneMarks::paintUnder(const Lane &lane, double middle) const
{
    const bool isAlive = m_picture.alive == lane.attempt && m_picture.now;
    if (lane.bars.empty()) {
        m_painter.setPen(QPen(m_look.palette.attempt(lane.attempt), px(2)));
        m_painter.drawLine(
            QPointF(std::max(m_scale.x(lane.startedAt), m_scale.left() - 10), middle),
            QPointF(std::min(endOf(lane), m_scale.right() + 10), middle));
    }
    if (isAlive)
        paintPredicted(middle);
    const std::vector<Tag> tags = tagsOf(lane);
    for (const StageBar &bar : lane.bars)
        paintBar(lane, bar, tags, middle);
}

void LaneMarks::paintOver(const Lane &lane, double middle) const
{
    for (const Tag &tag : tagsOf(lane))
        paintTag(tag, middle);
    paintTicks(lane, middle);
    const QColor quiet = mixed(m_look.palette.attempt(lane.attempt), m_look.palette.panel, 0.7);
    paintCrowd(lane.notes, middle + px(17), px(4), quiet);
    paintCrowd(lane.retries, middle - px(17), px(6), m_look.palette.stale);
}

double LaneMarks::endOf(const Lane &lane) const
{
    if (m_picture.alive == lane.attempt && m_picture.now)
        return m_scale.x(*m_picture.now);
    for (const DeadTime &gap : m_picture.gaps) {
        if (gap.attempt == lane.attempt && gap.kind != DeadTime::Kind::Paused)
            return crackX(gap, m_scale, m_look);
    }
    return m_scale.x(lane.lastAt);
}

void LaneMarks::paintTicks(const Lane &lane, double middle) const
{
    const auto marks = seen(lane.ticks, m_scale, px(10));
    if (marks.empty())
        return;
    const QColor &color = m_look.palette.attempt(lane.attempt);
    const double wide = m_scale.x(marks.back().at) - m_scale.x(marks.front().at);
    const double apart = marks.size() < 2 ? kNumbered * 2 : wide / double(marks.size() - 1);
    if (apart < px(kDots)) {
        paintCrowd(lane.ticks, middle, px(10), color);
        return;
    }
    const bool numbered = apart >= px(kNumbered);
    qint64 number = lane.firstTick + (marks.data() - lane.ticks.data());
    for (const TimeMark &mark : marks) {
        const QPointF centre(m_scale.x(mark.at), middle);
        const bool lit = mark.seq == m_picture.selected;
        if (numbered || lit) {
            paintDot(centre, number, color, lit);
        } else {
            m_painter.setPen(Qt::NoPen);
            m_painter.setBrush(color);
            m_painter.drawEllipse(centre, px(4), px(4));
        }
        ++number;
    }
}

void LaneMarks::paintDot(const QPointF &centre, qint64 number, const QColor &color, bool lit) const
{
    const Palette &p = m_look.palette;
    const QList<TextRun> words{{QString::number(number), FontRole::Caption, p.onAttempt}};
    const double width = widthOf(words, m_look);
    const double rx = std::max(px(9), width / 2 + px(4));
    const QRectF disc(centre.x() - rx, centre.y() - px(9), 2 * rx, px(18));
    m_painter.setPen(QPen(lit ? p.selectionLine : p.panel, px(2)));
    m_painter.setBrush(color);
    m_painter.drawRoundedRect(disc, px(9), px(9));
    paintRuns(m_painter, {centre.x() - width / 2, centre.y() + px(4)}, words, m_look);
}

/*! Marks too many to tell apart: a line wherever there is one, by jumps from pixel to pixel. */
void LaneMarks::paintCrowd(const std::vector<TimeMark> &marks, double middle, double height,
                           const QColor &color) const
{
    const double reach = px(2); // Closer ones are one piece.
    const auto all = seen(marks, m_scale, reach);
    auto mark = all.begin();
    while (mark != all.end()) {
        const double x0 = m_scale.x(mark->at);
        double x1 = x0;
        while (mark != all.end() && m_scale.x(mark->at) - x1 <= reach) {
            x1 = m_scale.x(mark->at);
            // The last one before the next pixel, so that a step is a pixel, not a mark.
            const auto beyond =
                std::upper_bound(mark, all.end(), m_scale.at(x1 + 1),
                                 [](Timestamp at, const TimeMark &one) { return at < one.at; });
            x1 = std::max(x1, m_scale.x(std::prev(beyond)->at));
            mark = std::max(beyond, std::next(mark));
        }
        m_painter.fillRect(QRectF(x0 - px(1), middle - height / 2, x1 - x0 + px(2), height), color);
    }
}

void LaneMarks::paintBar(const Lane &lane, const StageBar &bar, const std::vector<Tag> &tags,
                         double middle) const
{
    const Palette &p = m_look.palette;
    const bool isOpen = bar.end == StageBar::End::Open;
    const bool isAlive = isOpen && m_picture.alive == lane.attempt && m_picture.now;
    const bool isKilled = isOpen && !isAlive;
    const double x0 = m_scale.x(bar.from);
    const double x1 = isOpen ? endOf(lane) : m_scale.x(bar.to);
    if (bar.end == StageBar::End::Cached || x1 < m_scale.left() - px(20)
        || x0 > m_scale.right() + px(20))
        return;
    const double y = middle - px(kBar / 2);
    const bool lit = bar.seq == m_picture.selected;
    const QColor &color = p.attempt(lane.attempt);
    const QRectF rect(x0, y, std::max(px(2), x1 - x0), px(kBar));
    QPainterPath shape;
    if (isKilled && rect.width() >= px(8)) { // Ends on a crack of its own.
        const QPolygonF edge = crack(QByteArray(m_picture.task + ":b" + bar.stage.toUtf8()),
                                     rect.right(), y, y + px(kBar), px(3), px(9));
        shape.moveTo(rect.topLeft());
        for (const QPointF &point : edge)
            shape.lineTo(point);
        shape.lineTo(rect.bottomLeft());
        shape.closeSubpath();
    } else {
        shape.addRoundedRect(rect, std::min(px(3), rect.width() / 2), px(3));
    }
    m_painter.setPen(lit ? QPen(p.selectionLine, px(2)) : QPen(Qt::NoPen));
    m_painter.setBrush(isKilled ? mixed(color, p.panel, 0.5) : color);
    m_painter.drawPath(shape);
    const QColor &ink = isKilled ? p.text : p.onAttempt;
    double left = std::max(x0, m_scale.left());
    for (const Tag &tag : tags) {
        if (tag.x + px(10) > left && tag.x < x1)
            left = tag.x + px(10);
    }
    left += px(8);
    const double room = std::min(x1, m_scale.right()) - px(8) - left;
    const QList<TextRun> name{{bar.stage, FontRole::SecondaryStrong, ink}};
    if (room >= std::min(px(24), widthOf(name, m_look)))
        paintRuns(m_painter, {left, middle + px(4)}, name, m_look, room);
}

std::vector<LaneMarks::Tag> LaneMarks::tagsOf(const Lane &lane) const
{
    std::vector<Tag> tags;
    double free = m_scale.x(lane.startedAt) + px(8);
    for (const StageBar &bar : lane.bars) {
        if (bar.end != StageBar::End::Cached)
            continue;
        tags.push_back({&bar, std::max(m_scale.x(bar.from), free)});
        free = tags.back().x + px(8);
    }
    return tags;
}

void LaneMarks::paintTag(const Tag &tag, double middle) const
{
    if (tag.x < m_scale.left() - px(12) || tag.x > m_scale.right())
        return;
    const Palette &p = m_look.palette;
    const bool lit = tag.bar->seq == m_picture.selected;
    QPainterPath shape({tag.x, middle - px(10)});
    for (const auto &[dx, dy] : {std::pair(6.0, -10.0), {10.0, 0.0}, {6.0, 10.0}, {0.0, 10.0}})
        shape.lineTo(tag.x + px(dx), middle + px(dy));
    shape.closeSubpath();
    m_painter.setPen(QPen(lit ? p.selectionLine : p.seamLo, lit ? px(2) : 1));
    m_painter.setBrush(p.seam);
    m_painter.drawPath(shape);
}

void LaneMarks::paintPredicted(double middle) const
{
    const Palette &p = m_look.palette;
    QPen dashed(p.muted, 1);
    dashed.setDashPattern({3, 2.4});
    for (const Prediction &tick : m_picture.predicted) {
        const QPointF centre(m_scale.x(tick.at), middle);
        const QList<TextRun> words{{QString::number(tick.number), FontRole::Caption, p.muted}};
        const double width = widthOf(words, m_look);
        const double rx = std::max(px(8.5), width / 2 + px(4));
        m_painter.setPen(dashed);
        m_painter.setBrush(p.panel);
        m_painter.drawRoundedRect(QRectF(centre.x() - rx, middle - px(8.5), 2 * rx, px(17)),
                                  px(8.5), px(8.5));
        paintRuns(m_painter, {centre.x() - width / 2, middle + px(4)}, words, m_look);
    }
}

Seq nearestSeq(const Lane &lane, const TimeScale &scale, double x, double reach)
{
    Seq found = 0;
    double best = reach;
    const auto offer = [&](Timestamp at, Seq seq) {
        const double away = std::abs(scale.x(at) - x);
        if (away <= best) {
            best = away;
            found = seq;
        }
    };
    for (const auto *marks : {&lane.notes, &lane.retries, &lane.ticks}) {
        const auto next = std::ranges::lower_bound(*marks, scale.at(x), {}, &TimeMark::at);
        if (next != marks->end())
            offer(next->at, next->seq);
        if (next != marks->begin())
            offer(std::prev(next)->at, std::prev(next)->seq);
    }
    if (found > 0)
        return found;
    for (const StageBar &bar : lane.bars) {
        const Timestamp end = bar.end == StageBar::End::Open ? lane.lastAt : bar.to;
        if (x >= scale.x(bar.from) - reach && x <= scale.x(end) + reach)
            found = bar.seq;
    }
    return found;
}

} // namespace Kintsugi
