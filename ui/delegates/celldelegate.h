// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/theme/fonts.h"

#include <QStyledItemDelegate>

namespace Kintsugi {

class Theming;

/*! Cells of the tables below the picture: flat rows of 24, fixed-width text, one selection. */
class CellDelegate : public QStyledItemDelegate
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CellDelegate)

public:
    static constexpr int kRowHeight = 24;
    static constexpr int kMargin = 10; //!< Left and right of every cell.

    explicit CellDelegate(Theming &theming, QObject *parent = nullptr);
    ~CellDelegate() override;

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option,
                                 const QModelIndex &index) const override;

protected:
    void paintGround(QPainter &painter, const QStyleOptionViewItem &option) const;
    void paintText(QPainter &painter, const QRect &rect, const QString &text, FontRole role,
                   const QColor &color, Qt::Alignment alignment) const;
    /*! The colour of an attempt as a small square, then its number. */
    void paintAttempt(QPainter &painter, const QRect &rect, int attempt) const;
    [[nodiscard]] QRect inner(const QRect &rect) const;

    Theming &m_theming;
};

/*! The log: gold for what was recovered, and the seam on the border above the attempt that mended.
 */
class EventDelegate final : public CellDelegate
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EventDelegate)

public:
    explicit EventDelegate(Theming &theming, QObject *parent = nullptr);
    ~EventDelegate() override;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;

private:
    void paintSeam(QPainter &painter, const QStyleOptionViewItem &option, const QByteArray &seed,
                   int y) const;
};

/*! The memos: gold in the column that counts what was served. */
class StepDelegate final : public CellDelegate
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StepDelegate)

public:
    explicit StepDelegate(Theming &theming, QObject *parent = nullptr);
    ~StepDelegate() override;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
};

/*! A row of the JSON tree: the name muted, the value strong, "from cache" in gold. */
class JsonDelegate final : public CellDelegate
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(JsonDelegate)

public:
    explicit JsonDelegate(Theming &theming, QObject *parent = nullptr);
    ~JsonDelegate() override;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
};

} // namespace Kintsugi
