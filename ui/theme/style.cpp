// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/theme/style.h"

#include <QAbstractItemView>
#include <QAbstractScrollArea>
#include <QHeaderView>
#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>
#include <QTableView>
#include <QWidget>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

/*! The leftmost cell of its row. A table does not tell the position of a cell, unlike a tree. */
bool startsRow(const QStyleOptionViewItem &item, const QWidget *widget)
{
    if (const auto *table = qobject_cast<const QTableView *>(widget))
        return item.index.isValid()
            && table->horizontalHeader()->visualIndex(item.index.column()) == 0;
    return item.viewItemPosition == QStyleOptionViewItem::Beginning
        || item.viewItemPosition == QStyleOptionViewItem::OnlyOne;
}

} // namespace

FlatStyle::FlatStyle()
    : QProxyStyle(QStyleFactory::create(u"Fusion"_s))
    , m_palette(Palette::load(Theme::Light))
{}

void FlatStyle::setLook(const Palette &palette, double scale)
{
    m_palette = palette;
    m_scale = scale;
}

void FlatStyle::polish(QWidget *widget)
{
    QProxyStyle::polish(widget);
    if (widget->inherits("QAbstractButton") || widget->inherits("QComboBox")
        || widget->inherits("QAbstractSpinBox") || widget->inherits("QTabBar")
        || widget->inherits("QScrollBar"))
        widget->setAttribute(Qt::WA_Hover);
}

void FlatStyle::drawPrimitive(PrimitiveElement element, const QStyleOption *option,
                              QPainter *painter, const QWidget *widget) const
{
    switch (element) {
    case PE_PanelButtonCommand:
        return button(*painter, *option, widget);
    case PE_PanelButtonTool:
    case PE_PanelButtonBevel:
        return toolPanel(*painter, *option, widget);
    case PE_PanelLineEdit:
        if (const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
            frame && frame->lineWidth <= 0)
            return;
        return field(*painter, *option);
    case PE_FrameLineEdit:
        return;
    case PE_FrameFocusRect:
        if (!qobject_cast<const QAbstractItemView *>(widget)
            && (option->state & State_KeyboardFocusChange))
            box(*painter, QRectF(option->rect).adjusted(1, 1, -1, -1), 6, Qt::transparent,
                m_palette.selectionLine, 2);
        return;
    case PE_Frame:
        if (!qobject_cast<const QAbstractScrollArea *>(widget))
            box(*painter, QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5), 0, Qt::transparent,
                m_palette.line);
        return;
    case PE_FrameMenu:
        return box(*painter, QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5), 0,
                   Qt::transparent, m_palette.line);
    case PE_PanelMenu:
        painter->fillRect(option->rect, m_palette.panel);
        return;
    case PE_PanelTipLabel:
        return box(*painter, QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5), 0,
                   m_palette.raised, m_palette.line);
    case PE_PanelStatusBar:
    case PE_PanelMenuBar:
    case PE_PanelToolBar:
        painter->fillRect(option->rect, m_palette.window);
        return;
    case PE_FrameStatusBarItem:
    case PE_FrameDockWidget:
    case PE_FrameTabWidget:
    case PE_FrameGroupBox:
    case PE_FrameButtonTool:
    case PE_FrameButtonBevel:
        return;
    case PE_FrameTabBarBase: {
        const QRect rect = option->rect;
        painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), m_palette.line);
        return;
    }
    case PE_IndicatorToolBarSeparator: {
        QRect bar(0, 0, 1, px(20));
        bar.moveCenter(option->rect.center());
        painter->fillRect(bar, m_palette.line);
        return;
    }
    case PE_IndicatorToolBarHandle:
        return;
    case PE_IndicatorDockWidgetResizeHandle:
        painter->fillRect(option->rect, m_palette.line);
        return;
    case PE_IndicatorCheckBox:
        return check(*painter, *option, false);
    case PE_IndicatorRadioButton:
        return check(*painter, *option, true);
    case PE_PanelItemViewItem:
    case PE_PanelItemViewRow:
        return viewItem(*painter, *option, widget);
    case PE_IndicatorArrowDown:
    case PE_IndicatorArrowUp:
    case PE_IndicatorArrowLeft:
    case PE_IndicatorArrowRight: {
        const Qt::ArrowType to = element == PE_IndicatorArrowDown ? Qt::DownArrow
            : element == PE_IndicatorArrowUp                      ? Qt::UpArrow
            : element == PE_IndicatorArrowLeft                    ? Qt::LeftArrow
                                                                  : Qt::RightArrow;
        return chevron(*painter, option->rect, to,
                       option->state & State_Enabled ? m_palette.muted : m_palette.disabled);
    }
    case PE_IndicatorHeaderArrow:
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option))
            chevron(*painter, option->rect,
                    header->sortIndicator == QStyleOptionHeader::SortUp ? Qt::DownArrow
                                                                        : Qt::UpArrow,
                    m_palette.muted);
        return;
    case PE_IndicatorBranch:
        if (option->state & State_Children)
            chevron(*painter, option->rect,
                    option->state & State_Open ? Qt::DownArrow : Qt::RightArrow, m_palette.muted);
        return;
    default:
        return QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void FlatStyle::box(QPainter &painter, const QRectF &rect, double radius, const QColor &fill,
                    const QColor &line, double width) const
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, radius > 0);
    painter.setPen(line.alpha() == 0 ? QPen(Qt::NoPen) : QPen(line, width));
    painter.setBrush(fill.alpha() == 0 ? QBrush(Qt::NoBrush) : QBrush(fill));
    if (radius > 0)
        painter.drawRoundedRect(rect, radius, radius);
    else
        painter.drawRect(rect);
    painter.restore();
}

void FlatStyle::button(QPainter &painter, const QStyleOption &option, const QWidget *widget) const
{
    const bool enabled = option.state & State_Enabled;
    const bool primary = widget && widget->property("primary").toBool() && enabled;
    const bool on = option.state & (State_Sunken | State_On);
    const bool hovered = enabled && (option.state & State_MouseOver);
    const QColor ground = primary ? m_palette.runningBtn : m_palette.raised;
    const QColor ink = primary ? m_palette.onRunningBtn : m_palette.text;
    const QColor fill = on ? mixed(ink, ground, 0.14) : hovered ? mixed(ink, ground, 0.07) : ground;
    const bool focused =
        (option.state & State_HasFocus) && (option.state & State_KeyboardFocusChange);
    const QRectF rect(option.rect);
    box(painter, rect.adjusted(2.5, 2.5, -2.5, -2.5), px(4), fill,
        primary       ? fill
            : enabled ? m_palette.line
                      : m_palette.lineSoft);
    if (const auto *menu = qstyleoption_cast<const QStyleOptionButton *>(&option);
        menu && (menu->features & QStyleOptionButton::HasMenu)) {
        const int room = pixelMetric(PM_MenuButtonIndicator, &option, widget);
        chevron(painter,
                QRect(option.rect.right() - room - px(4), option.rect.top(), room,
                      option.rect.height()),
                Qt::DownArrow, enabled ? ink : m_palette.disabled);
    }
    if (focused)
        box(painter, rect.adjusted(1, 1, -1, -1), px(4) + 2, Qt::transparent,
            m_palette.selectionLine, 2);
}

void FlatStyle::field(QPainter &painter, const QStyleOption &option) const
{
    const bool focused = option.state & State_HasFocus;
    const QRectF rect(option.rect);
    const bool enabled = option.state & State_Enabled;
    box(painter, focused ? rect.adjusted(1, 1, -1, -1) : rect.adjusted(0.5, 0.5, -0.5, -0.5), px(4),
        enabled ? m_palette.field : m_palette.raised,
        focused ? m_palette.selectionLine : m_palette.line, focused ? 2 : 1);
}

void FlatStyle::check(QPainter &painter, const QStyleOption &option, bool round) const
{
    const bool on = option.state & State_On;
    const bool enabled = option.state & State_Enabled;
    const QColor mark = enabled ? m_palette.onRunningBtn : m_palette.disabled;
    const QRectF rect = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5);
    const QColor ground = !enabled ? m_palette.raised : on ? m_palette.runningBtn : m_palette.field;
    const QColor edge = option.state & State_HasFocus ? m_palette.selectionLine
        : on && enabled                               ? m_palette.runningBtn
                                                      : m_palette.lineStrong;
    box(painter, rect, round ? rect.width() / 2 : 3, ground, edge);
    if (!on && !(option.state & State_NoChange))
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(rect.topLeft());
    painter.scale(rect.width() / 14, rect.height() / 14);
    if (round) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(mark);
        painter.drawEllipse(QPointF(7, 7), 3, 3);
    } else if (on) {
        painter.setPen(QPen(mark, 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(QPolygonF({{3.4, 7.4}, {6, 10}, {10.8, 4.4}}));
    } else {
        painter.fillRect(QRectF(3.5, 6.2, 7, 1.6), m_palette.muted);
    }
    painter.restore();
}

void FlatStyle::viewItem(QPainter &painter, const QStyleOption &option, const QWidget *widget) const
{
    const auto *item = qstyleoption_cast<const QStyleOptionViewItem *>(&option);
    if (option.state & State_Selected) {
        painter.fillRect(option.rect, m_palette.selection);
        if (item && startsRow(*item, widget))
            painter.fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height())),
                             m_palette.selectionLine);
    } else if (option.state & State_MouseOver) {
        painter.fillRect(option.rect, m_palette.raised);
    } else if (item && item->backgroundBrush.style() != Qt::NoBrush) {
        painter.fillRect(option.rect, item->backgroundBrush);
    }
}

void FlatStyle::chevron(QPainter &painter, const QRect &rect, Qt::ArrowType to,
                        const QColor &color) const
{
    const double reach = qMin(3.5 * m_scale, qMin(rect.width(), rect.height()) / 2.0);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, 1.5 * m_scale, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.translate(QRectF(rect).center());
    painter.rotate(to == Qt::DownArrow       ? 0
                       : to == Qt::UpArrow   ? 180
                       : to == Qt::LeftArrow ? 90
                                             : -90);
    painter.drawPolyline(QPolygonF({{-reach, -reach / 2}, {0, reach / 2}, {reach, -reach / 2}}));
    painter.restore();
}

} // namespace Kintsugi
