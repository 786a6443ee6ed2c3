// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/panels/flatheader.h"

#include "ui/delegates/celldelegate.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace Kintsugi {

FlatHeader::FlatHeader(Theming &theming, QWidget *parent)
    : QHeaderView(Qt::Horizontal, parent)
    , m_theming(theming)
{
    setHighlightSections(false);
    setStretchLastSection(true);
    setSectionsMovable(false);
    setMinimumSectionSize(32);
}

FlatHeader::~FlatHeader() = default;

void FlatHeader::paintSection(QPainter *painter, const QRect &rect, int section) const
{
    const Palette &colors = m_theming.palette();
    const int margin = m_theming.px(CellDelegate::kMargin);
    painter->save();
    painter->fillRect(rect, colors.panel);
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), colors.lineSoft);
    painter->setFont(m_theming.font(FontRole::Small));
    painter->setPen(colors.muted);
    const auto side =
        model()->headerData(section, orientation(), Qt::TextAlignmentRole).value<Qt::Alignment>()
        & Qt::AlignHorizontal_Mask;
    const QString text = model()->headerData(section, orientation()).toString();
    painter->drawText(rect.adjusted(margin, 0, -margin, 0),
                      int(side | Qt::AlignVCenter | Qt::TextSingleLine), text);
    if (isSortIndicatorShown() && sortIndicatorSection() == section)
        paintIndicator(*painter, rect, side, text);
    painter->restore();
}

/*! A small arrow after the title, or before one that stands at the right. */
void FlatHeader::paintIndicator(QPainter &painter, const QRect &rect, Qt::Alignment side,
                                const QString &title) const
{
    const int margin = m_theming.px(CellDelegate::kMargin);
    const int size = m_theming.px(12);
    const int words = QFontMetrics(m_theming.font(FontRole::Small)).horizontalAdvance(title);
    const int gap = m_theming.px(4);
    const int x = side & Qt::AlignRight ? rect.right() - margin - words - gap - size
                                        : rect.left() + margin + words + gap;
    QPixmap arrow = Icons::pixmap(u"down", size, m_theming.palette().muted, devicePixelRatioF());
    if (sortIndicatorOrder() == Qt::AscendingOrder)
        arrow = arrow.transformed(QTransform().scale(1, -1));
    painter.drawPixmap(x, rect.center().y() - size / 2 + 1, arrow);
}

} // namespace Kintsugi
