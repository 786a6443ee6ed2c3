// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/delegates/celldelegate.h"

#include "ui/models/eventmodel.h"
#include "ui/models/jsonmodel.h"
#include "ui/models/stepmodel.h"
#include "ui/painting/seam.h"
#include "ui/theme/theme.h"

#include <QHeaderView>
#include <QPainter>
#include <QTableView>

namespace Kintsugi {

using namespace Qt::StringLiterals;

CellDelegate::CellDelegate(Theming &theming, QObject *parent)
    : QStyledItemDelegate(parent)
    , m_theming(theming)
{}

CellDelegate::~CellDelegate() = default;

QSize CellDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const
{
    return {m_theming.px(60), m_theming.px(kRowHeight)};
}

void CellDelegate::paintGround(QPainter &painter, const QStyleOptionViewItem &option) const
{
    if (option.state & QStyle::State_Selected)
        painter.fillRect(option.rect, m_theming.palette().selection);
}

QRect CellDelegate::inner(const QRect &rect) const
{
    return rect.adjusted(m_theming.px(kMargin), 0, -m_theming.px(kMargin), 0);
}

void CellDelegate::paintText(QPainter &painter, const QRect &rect, const QString &text,
                             FontRole role, const QColor &color, Qt::Alignment alignment) const
{
    const QFont font = m_theming.font(role);
    painter.setFont(font);
    painter.setPen(color);
    // A payload may be a megabyte: what cannot be seen is not measured.
    constexpr qsizetype kSeen = 600;
    painter.drawText(rect, int(alignment | Qt::AlignVCenter | Qt::TextSingleLine),
                     QFontMetrics(font).elidedText(text.size() > kSeen ? text.left(kSeen) : text,
                                                   Qt::ElideRight, rect.width()));
}

void CellDelegate::paintAttempt(QPainter &painter, const QRect &rect, int attempt) const
{
    const Palette &colors = m_theming.palette();
    const int side = m_theming.px(10);
    if (attempt > 0) {
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colors.attempt(attempt));
        painter.drawRoundedRect(QRectF(rect.left(), rect.center().y() - side / 2 + 1, side, side),
                                2, 2);
        painter.restore();
    }
    paintText(painter, rect.adjusted(side + m_theming.px(6), 0, 0, 0), QString::number(attempt),
              FontRole::Mono, colors.text, Qt::AlignLeft);
}

EventDelegate::EventDelegate(Theming &theming, QObject *parent)
    : CellDelegate(theming, parent)
{}

EventDelegate::~EventDelegate() = default;

void EventDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                          const QModelIndex &index) const
{
    const Palette &colors = m_theming.palette();
    painter->save();
    painter->setClipRect(option.rect);
    paintGround(*painter, option);
    const QRect rect = inner(option.rect);
    const QString text = index.data().toString();
    const QByteArray seam = index.data(EventModel::SeamRole).toByteArray();
    switch (index.column()) {
    case EventModel::SeqColumn:
        paintText(*painter, rect, text, FontRole::MonoStrong, colors.text, Qt::AlignRight);
        break;
    case EventModel::TimeColumn:
        paintText(*painter, rect, text, FontRole::Mono, colors.text, Qt::AlignLeft);
        break;
    case EventModel::DeltaColumn:
        if (index.data(EventModel::LongDeltaRole).toBool())
            paintText(*painter, rect, text, FontRole::MonoStrong, colors.goldText, Qt::AlignRight);
        else
            paintText(*painter, rect, text, FontRole::Mono, colors.muted, Qt::AlignRight);
        break;
    case EventModel::AttemptColumn:
        if (!text.isEmpty())
            paintAttempt(*painter, rect, text.toInt());
        break;
    case EventModel::TypeColumn:
        paintText(*painter, rect, text, FontRole::Mono,
                  index.data(EventModel::GoldRole).toBool() ? colors.goldText : colors.text,
                  Qt::AlignLeft);
        break;
    case EventModel::PayloadColumn: {
        QRect room = rect;
        const QString note = index.data(EventModel::NoteRole).toString();
        if (!note.isEmpty()) {
            paintText(*painter, rect, note, FontRole::Caption, colors.goldText, Qt::AlignRight);
            room.adjust(0, 0,
                        -QFontMetrics(m_theming.font(FontRole::Caption)).horizontalAdvance(note)
                            - m_theming.px(16),
                        0);
        }
        if (room.width() > 0)
            paintText(*painter, room, text, FontRole::Mono, colors.text, Qt::AlignLeft);
        break;
    }
    default:
        break;
    }
    if (!seam.isEmpty() && index.row() > 0)
        paintSeam(*painter, option, seam, option.rect.top());
    const QByteArray below =
        index.siblingAtRow(index.row() + 1).data(EventModel::SeamRole).toByteArray();
    if (!below.isEmpty())
        paintSeam(*painter, option, below, option.rect.bottom() + 1);
    painter->restore();
}

void EventDelegate::paintSeam(QPainter &painter, const QStyleOptionViewItem &option,
                              const QByteArray &seed, int y) const
{
    const auto *view = qobject_cast<const QTableView *>(option.widget);
    if (!view)
        return;
    const int left = -view->horizontalHeader()->offset();
    paintTableSeam(painter, seed, left,
                   left + qMax(view->horizontalHeader()->length(), view->viewport()->width()), y,
                   m_theming.palette());
}

StepDelegate::StepDelegate(Theming &theming, QObject *parent)
    : CellDelegate(theming, parent)
{}

StepDelegate::~StepDelegate() = default;

void StepDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const
{
    const Palette &colors = m_theming.palette();
    painter->save();
    painter->setClipRect(option.rect);
    paintGround(*painter, option);
    const QRect rect = inner(option.rect);
    const auto alignment =
        index.data(Qt::TextAlignmentRole).value<Qt::Alignment>() & Qt::AlignHorizontal_Mask;
    if (index.column() == StepModel::AttemptColumn)
        paintAttempt(*painter, rect, index.data().toInt());
    else if (index.data(StepModel::GoldRole).toBool())
        paintText(*painter, rect, index.data().toString(), FontRole::MonoStrong, colors.goldText,
                  alignment);
    else
        paintText(*painter, rect, index.data().toString(),
                  index.column() == StepModel::StepColumn ? FontRole::MonoStrong : FontRole::Mono,
                  index.column() == StepModel::KeyColumn ? colors.muted : colors.text, alignment);
    painter->restore();
}

JsonDelegate::JsonDelegate(Theming &theming, QObject *parent)
    : CellDelegate(theming, parent)
{}

JsonDelegate::~JsonDelegate() = default;

void JsonDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const
{
    const Palette &colors = m_theming.palette();
    painter->save();
    painter->setClipRect(option.rect);
    paintGround(*painter, option);
    QRect rect = option.rect.adjusted(m_theming.px(4), 0, -m_theming.px(4), 0);
    const QString name = index.data(JsonModel::NameRole).toString() + u": "_s;
    paintText(*painter, rect, name, FontRole::Mono, colors.muted, Qt::AlignLeft);
    rect.setLeft(rect.left()
                 + QFontMetrics(m_theming.font(FontRole::Mono)).horizontalAdvance(name));
    const int kind = index.data(JsonModel::KindRole).toInt();
    const bool nested = kind == QJsonValue::Object || kind == QJsonValue::Array;
    const bool plain = nested || kind == QJsonValue::String;
    const QColor color = index.data(JsonModel::GoldRole).toBool() ? colors.goldText
        : nested                                                  ? colors.muted
                                                                  : colors.text;
    if (rect.width() > 0)
        paintText(*painter, rect, index.data(JsonModel::TextRole).toString(),
                  plain ? FontRole::Mono : FontRole::MonoStrong, color, Qt::AlignLeft);
    painter->restore();
}

} // namespace Kintsugi
