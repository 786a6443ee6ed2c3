// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/delegates/celldelegate.h"

namespace Kintsugi {

/*! Frames line by line, the blank line that ends each with them; field names are muted, and so is
 *  what is no event. */
class WireDelegate final : public CellDelegate
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(WireDelegate)

public:
    static constexpr int kLineHeight = 16;
    static constexpr int kFrameLines = 4; //!< id, event, data (JSON has no line break), blank.

    explicit WireDelegate(Theming &theming, QObject *parent = nullptr);
    ~WireDelegate() override;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;

    /*! How many lines a row of WireModel has. */
    [[nodiscard]] static int linesOf(const QModelIndex &index);

private:
    void paintField(QPainter &painter, const QRect &rect, const QString &line,
                    const QColor &color) const;
};

} // namespace Kintsugi
