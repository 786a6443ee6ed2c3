// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/delegates/taskdelegate.h"

#include "ui/models/taskmodel.h"
#include "ui/models/trackbook.h"
#include "ui/models/words.h"
#include "ui/painting/glyphs.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace Kintsugi {

TaskDelegate::TaskDelegate(Theming &theming, const Clock &clock, TrackBook &tracks, QObject *parent)
    : QStyledItemDelegate(parent)
    , m_theming(theming)
    , m_clock(clock)
    , m_tracks(tracks)
{}

TaskDelegate::~TaskDelegate() = default;

QSize TaskDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const
{
    return {m_theming.px(160), m_theming.px(kRowHeight)};
}

void TaskDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const
{
    const Task task = index.data(TaskModel::TaskRole).value<Task>();
    const Palette &colors = m_theming.palette();
    const auto px = [this](double measure) { return m_theming.px(measure); };
    painter->save();
    const QRect rect = option.rect;
    const bool selected = option.state & QStyle::State_Selected;
    const bool hovered = option.state & QStyle::State_MouseOver;
    const QColor ground = selected ? colors.selection : hovered ? colors.raised : colors.panel;
    painter->fillRect(rect, ground);
    if (selected)
        painter->fillRect(QRect(rect.topLeft(), QSize(3, rect.height())), colors.selectionLine);

    const int line = rect.top() + px(3);
    const int height = px(22);
    painter->setRenderHint(QPainter::Antialiasing);
    paintStateGlyph(*painter, QRectF(rect.left() + px(12), line + px(4), px(14), px(14)),
                    stateGlyph(task), colors, ground);

    const QString age = Words::age(task.createdAt, m_clock.now());
    const QFont small = m_theming.font(FontRole::Small);
    const int right = rect.right() - px(12);
    const int ageWidth = QFontMetrics(small).horizontalAdvance(age);
    painter->setFont(small);
    painter->setPen(selected ? colors.text : colors.muted);
    painter->drawText(QRect(right - ageWidth, line, ageWidth + 1, height), Qt::AlignVCenter, age);

    int x = rect.left() + px(36);
    const int end = right - ageWidth - px(8);
    const QFont nameFont = m_theming.font(FontRole::Name);
    const QFontMetrics nameMetrics(nameFont);
    const QString name =
        nameMetrics.elidedText(QString::fromUtf8(task.name), Qt::ElideRight, qMax(0, end - x));
    painter->setFont(nameFont);
    painter->setPen(colors.text);
    painter->drawText(QRect(x, line, end - x, height), Qt::AlignVCenter, name);
    x += nameMetrics.horizontalAdvance(name) + px(8);
    const QFont inputFont = m_theming.font(FontRole::Secondary);
    if (end - x > px(20)) {
        painter->setFont(inputFont);
        painter->setPen(selected ? colors.text : colors.muted);
        painter->drawText(
            QRect(x, line, end - x, height), Qt::AlignVCenter,
            QFontMetrics(inputFont).elidedText(Words::input(task), Qt::ElideRight, end - x));
    }
    paintTrack(*painter,
               QRectF(rect.left() + px(36), rect.bottom() - px(4), right - rect.left() - px(36), 2),
               task);
    painter->restore();
}

void TaskDelegate::paintTrack(QPainter &painter, const QRectF &rect, const Task &task) const
{
    if (task.state == TaskState::Pending)
        return;
    const Palette &colors = m_theming.palette();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(rect, colors.lineSoft);
    const Track track = m_tracks.track(task);
    const double strength = isTerminal(task.state) ? 0.42 : 1.0;
    for (const Track::Part &part : track.parts) {
        const QRectF piece(rect.left() + rect.width() * part.from, rect.top(),
                           rect.width() * (part.to - part.from), rect.height());
        painter.fillRect(piece, mixed(colors.attempt(part.attempt), colors.panel, strength));
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(
        QPen(colors.seam, 1.8 * m_theming.scale(), Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
    for (const double place : track.notches) {
        const double x =
            qBound(rect.left() + 3, rect.left() + rect.width() * place, rect.right() - 3);
        const double y = rect.center().y();
        painter.drawPolyline(
            QPolygonF({{x - 2.5, y - 3}, {x + 1.5, y - 1}, {x - 1.5, y + 1}, {x + 2.5, y + 3}}));
    }
}

} // namespace Kintsugi
