// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/delegates/clientdelegate.h"

#include "ui/models/clientmodel.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace Kintsugi {

ClientDelegate::ClientDelegate(Theming &theming, QObject *parent)
    : CellDelegate(theming, parent)
{}

ClientDelegate::~ClientDelegate() = default;

void ClientDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                           const QModelIndex &index) const
{
    const Palette &colors = m_theming.palette();
    painter->save();
    painter->setClipRect(option.rect);
    paintGround(*painter, option);
    const int column = index.column();
    const bool waits = index.data(ClientModel::SlowRole).toBool();
    const bool quiet = column == ClientModel::AgentColumn || column == ClientModel::SinceColumn;
    const auto alignment =
        index.data(Qt::TextAlignmentRole).value<Qt::Alignment>() & Qt::AlignHorizontal_Mask;
    paintText(*painter, inner(option.rect), index.data().toString(),
              waits || column == ClientModel::PeerColumn ? FontRole::MonoStrong : FontRole::Mono,
              waits       ? colors.stale
                  : quiet ? colors.muted
                          : colors.text,
              alignment);
    painter->restore();
}

} // namespace Kintsugi
