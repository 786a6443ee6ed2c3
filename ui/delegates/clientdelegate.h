// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/delegates/celldelegate.h"

namespace Kintsugi {

/*! Clients: what waits for one that does not take it is amber and strong. */
class ClientDelegate final : public CellDelegate
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ClientDelegate)

public:
    explicit ClientDelegate(Theming &theming, QObject *parent = nullptr);
    ~ClientDelegate() override;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
};

} // namespace Kintsugi
