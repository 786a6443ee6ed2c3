// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/painting/stagecard.h"

#include "ui/painting/seam.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>

namespace Kintsugi {

namespace {

struct CardColors
{
    QColor fill, line, title, pillFill, pillLine, pillText, rule;
    double width = 1.5;
    bool dashed = false;
};

CardColors colorsOf(CardState state, const Palette &p)
{
    switch (state) {
    case CardState::Waiting:
        return {Qt::transparent, p.line, p.muted, Qt::transparent, p.line, p.muted,
                p.lineSoft,      1,      true};
    case CardState::Running:
        return {p.blueFill, p.running, p.text, Qt::transparent, p.running, p.running, p.blueLine};
    case CardState::Done:
        return {p.greenFill, p.greenLine, p.text,     Qt::transparent,
                p.greenLine, p.done,      p.greenLine};
    case CardState::Cached:
        return {p.cachedFill, p.seam, p.text, p.seam, p.seam, p.onSeam, p.cachedLine};
    case CardState::Broken:
        return {p.panel, p.crack, p.text, Qt::transparent, p.crack, p.crack, p.line};
    case CardState::Failed:
        return {p.panel, p.failed, p.text, Qt::transparent, p.failed, p.failed, p.line};
    case CardState::Stopped:
        return {p.panel, p.line, p.text, Qt::transparent, p.line, p.muted, p.line};
    }
    Q_UNREACHABLE();
}

void paintProgress(QPainter &painter, const StageCard &card, const QRectF &bar, const Look &look)
{
    const Palette &p = look.palette;
    const double r = bar.height() / 2;
    const double part = std::clamp(*card.progress, 0.0, 1.0);
    painter.setPen(Qt::NoPen);
    painter.setBrush(p.field);
    painter.drawRoundedRect(bar, r, r);
    const bool broken = card.state == CardState::Broken;
    QRectF done = bar;
    done.setWidth(bar.width() * part);
    if (done.width() >= 1) {
        painter.setBrush(broken ? mixed(p.running, p.panel, 0.55) : p.running);
        painter.drawRoundedRect(done, std::min(r, done.width() / 2), r);
    }
    if (!broken)
        return;
    // The body was cut off here: the bar breaks as the ribbon does.
    const double reach = look.px(10);
    const double x = std::clamp(done.right(), bar.left() + look.px(6), bar.right() - look.px(6));
    const QPolygonF path = crack(card.seed, x, bar.center().y() - reach, bar.center().y() + reach,
                                 look.px(3), look.px(5));
    const double apart = look.px(2.5);
    const QPolygonF left = path.translated(-apart, 0);
    const QPolygonF right = path.translated(apart, 0);
    QPolygonF hole = left;
    std::copy(right.crbegin(), right.crend(), std::back_inserter(hole));
    painter.setBrush(p.crackVoid);
    painter.drawPolygon(hole);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(p.crack, look.px(1.5), Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
    painter.drawPolyline(left);
    painter.drawPolyline(right);
}

void paintLedger(QPainter &painter, const StageCard &card, const QRectF &rect, const Look &look)
{
    const Palette &p = look.palette;
    const bool narrow = rect.width() < look.px(kNarrowCard);
    const bool quiet = card.state == CardState::Waiting;
    const QFontMetricsF small(look.font(FontRole::Small));
    const double inset = look.px(14);
    const double width = rect.width() - 2 * inset;
    // On a narrow card a column is as wide as its label, so that they keep apart.
    double spare = width;
    for (const LedgerEntry &entry : card.ledger)
        spare -= small.horizontalAdvance(entry.shortLabel);
    double x = rect.left() + inset;
    for (const LedgerEntry &entry : card.ledger) {
        const QColor color = entry.tone == LedgerEntry::Tone::Stressed ? p.stale
            : entry.tone == LedgerEntry::Tone::Gold                    ? p.goldText
            : quiet                                                    ? p.muted
                                                                       : p.text;
        const QString label = narrow ? entry.shortLabel : entry.label;
        const double column = narrow ? small.horizontalAdvance(label) + spare / 3 : width / 3;
        paintRuns(painter, {x, rect.bottom() - look.px(25)},
                  {{QString::number(entry.number), FontRole::LedgerNumber, color}}, look);
        paintRuns(painter, {x, rect.bottom() - look.px(10)}, {{label, FontRole::Small, p.muted}},
                  look, column);
        x += column;
    }
}

} // namespace

void paintStageCard(QPainter &painter, const StageCard &card, const QRectF &rect, const Look &look,
                    bool hovered, bool focused)
{
    const Palette &p = look.palette;
    const CardColors colors = colorsOf(card.state, p);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);

    const double half = colors.width / 2;
    const QRectF frame = rect.adjusted(half, half, -half, -half);
    QPen pen(colors.line, colors.width);
    if (colors.dashed)
        pen.setDashPattern({4, 3});
    painter.setPen(pen);
    QColor fill = colors.fill;
    if (hovered)
        fill = mixed(p.text, fill.alpha() == 0 ? p.panel : fill, 0.04);
    painter.setBrush(fill.alpha() == 0 ? QBrush(Qt::NoBrush) : QBrush(fill));
    painter.drawRoundedRect(frame, look.px(6), look.px(6));

    const double inset = look.px(14);
    const QFontMetricsF small(look.font(FontRole::Caption));
    const double title =
        QFontMetricsF(look.font(FontRole::CardTitle)).horizontalAdvance(card.title);
    const double room = rect.width() - 2 * inset - title - look.px(6);
    const bool longPill =
        card.shortPill.isEmpty() || small.horizontalAdvance(card.pill) + look.px(16) <= room;
    const QString pillText = longPill ? card.pill : card.shortPill;
    const double pillWidth = small.horizontalAdvance(pillText) + look.px(18);
    const QRectF pill(rect.right() - look.px(12) - pillWidth, rect.top() + look.px(11), pillWidth,
                      look.px(20));
    painter.setPen(QPen(colors.pillLine, 1));
    painter.setBrush(colors.pillFill.alpha() == 0 ? QBrush(Qt::NoBrush) : QBrush(colors.pillFill));
    painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), look.px(9.5), look.px(9.5));
    painter.setFont(look.font(FontRole::Caption));
    painter.setPen(colors.pillText);
    painter.drawText(pill, Qt::AlignCenter, pillText);

    const double textWidth = rect.width() - 2 * inset;
    paintRuns(painter, {rect.left() + inset, rect.top() + look.px(26)},
              {{card.title, FontRole::CardTitle, colors.title}}, look,
              pill.left() - rect.left() - inset - look.px(6));
    paintRuns(painter, {rect.left() + inset, rect.top() + look.px(50)},
              fitting(card.first, textWidth, look), look, textWidth);
    paintRuns(painter, {rect.left() + inset, rect.top() + look.px(68)},
              fitting(card.second, textWidth, look), look, textWidth);
    if (card.progress)
        paintProgress(painter, card,
                      QRectF(rect.left() + inset, rect.top() + look.px(80), textWidth, look.px(6)),
                      look);

    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(QRectF(rect.left() + (colors.dashed ? inset : colors.width),
                            std::round(rect.bottom() - look.px(48)),
                            rect.width() - 2 * (colors.dashed ? inset : colors.width), 1),
                     colors.rule);
    painter.setRenderHint(QPainter::Antialiasing);
    paintLedger(painter, card, rect, look);

    if (focused) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(p.selectionLine, 2));
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), look.px(6), look.px(6));
    }
    painter.restore();
}

void paintStageArrow(QPainter &painter, double x0, double x1, double y, CardState from,
                     CardState to, const Look &look)
{
    const Palette &p = look.palette;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor color = from == CardState::Cached ? p.seam : p.muted;
    QPen pen(color, look.px(1.5), Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin);
    const double head = look.px(6);
    if (to == CardState::Waiting && from != CardState::Cached)
        pen.setDashPattern({2.4, 2});
    painter.setPen(pen);
    painter.drawLine(QPointF(x0, y), QPointF(x1 - head, y));
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPolygon(QPolygonF(
        {{x1, y}, {x1 - head * 1.3, y - head * 0.75}, {x1 - head * 1.3, y + head * 0.75}}));
    painter.restore();
}

} // namespace Kintsugi
