// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/panels/flattable.h"

#include "ui/delegates/celldelegate.h"
#include "ui/panels/flatheader.h"
#include "ui/theme/theme.h"

#include <QKeyEvent>
#include <QScrollBar>

namespace Kintsugi {

FlatTable::FlatTable(Theming &theming, const QString &name, const QString &accessibleName,
                     QWidget *parent)
    : QTableView(parent)
    , m_theming(theming)
    , m_scale(theming.scale())
{
    setObjectName(name);
    setAccessibleName(accessibleName);
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setCornerButtonEnabled(false);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    setHorizontalHeader(new FlatHeader(theming, this));
    connect(verticalScrollBar(), &QScrollBar::actionTriggered, this, [this] {
        const QScrollBar *bar = verticalScrollBar();
        Q_EMIT scrolledByHand(bar->sliderPosition() >= bar->maximum());
    });
    connect(&theming, &Theming::changed, this, &FlatTable::restyle);
    restyle();
}

FlatTable::~FlatTable() = default;

void FlatTable::restyle()
{
    verticalHeader()->setMinimumSectionSize(1);
    verticalHeader()->setDefaultSectionSize(m_theming.px(CellDelegate::kRowHeight));
    horizontalHeader()->setFixedHeight(m_theming.px(CellDelegate::kRowHeight));
    const double growth = m_theming.scale() / std::exchange(m_scale, m_theming.scale());
    for (int column = 0; growth != 1.0 && column < horizontalHeader()->count(); ++column)
        setColumnWidth(column, qRound(columnWidth(column) * growth));
    Q_EMIT restyled();
}

void FlatTable::present(QAbstractItemModel *model)
{
    QItemSelectionModel *old = selectionModel();
    setModel(model);
    delete old;
}

qint64 FlatTable::chosenCount() const
{
    qint64 count = 0;
    if (selectionModel()) {
        for (const QItemSelectionRange &range : selectionModel()->selection())
            count += range.height();
    }
    return count;
}

int FlatTable::chosenRow() const
{
    return chosenCount() == 1 ? selectionModel()->selection().first().top() : -1;
}

void FlatTable::setWidths(std::initializer_list<int> pixels)
{
    int column = 0;
    for (const int width : pixels)
        setColumnWidth(column++, m_theming.px(width));
}

void FlatTable::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy))
        Q_EMIT copyWanted();
    else if (event->key() == Qt::Key_Delete && event->modifiers() == Qt::NoModifier)
        Q_EMIT deleteWanted();
    else
        QTableView::keyPressEvent(event);
}

/*! A table would light one cell under the mouse, not the row. */
bool FlatTable::viewportEvent(QEvent *event)
{
    return event->type() == QEvent::HoverEnter || event->type() == QEvent::HoverMove
        || QTableView::viewportEvent(event);
}

} // namespace Kintsugi
