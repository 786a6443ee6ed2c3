// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QHeaderView>

namespace Kintsugi {

class Theming;

/*! Small muted column titles, in line with the cells below them. Thread: main. */
class FlatHeader final : public QHeaderView
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FlatHeader)

public:
    explicit FlatHeader(Theming &theming, QWidget *parent = nullptr);
    ~FlatHeader() override;

protected:
    void paintSection(QPainter *painter, const QRect &rect, int section) const override;

private:
    void paintIndicator(QPainter &painter, const QRect &rect, Qt::Alignment side,
                        const QString &title) const;

    Theming &m_theming;
};

} // namespace Kintsugi
