// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/panels/flatheader.h"

#include "ui/delegates/celldelegate.h"
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
    painter->drawText(rect.adjusted(margin, 0, -margin, 0),
                      int(side | Qt::AlignVCenter | Qt::TextSingleLine),
                      model()->headerData(section, orientation()).toString());
    painter->restore();
}

} // namespace Kintsugi
