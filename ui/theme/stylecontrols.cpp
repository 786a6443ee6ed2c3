// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/theme/style.h"

#include <QPainter>
#include <QStyleOption>
#include <QWidget>

namespace Kintsugi {

void FlatStyle::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                            const QWidget *widget) const
{
    switch (element) {
    case CE_PushButtonBevel:
        return button(*painter, *option, widget);
    case CE_PushButtonLabel:
        if (const auto *label = qstyleoption_cast<const QStyleOptionButton *>(option);
            label && widget && widget->property("primary").toBool()) {
            QStyleOptionButton filled = *label;
            filled.palette.setColor(QPalette::Active, QPalette::ButtonText, m_palette.onRunningBtn);
            filled.palette.setColor(QPalette::Inactive, QPalette::ButtonText,
                                    m_palette.onRunningBtn);
            painter->save();
            QFont strong = painter->font();
            strong.setWeight(QFont::Bold);
            painter->setFont(strong);
            QProxyStyle::drawControl(element, &filled, painter, widget);
            painter->restore();
            return;
        }
        break;
    case CE_ToolBar:
        painter->fillRect(option->rect, m_palette.window);
        painter->fillRect(
            QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1),
            m_palette.line);
        return;
    case CE_MenuBarEmptyArea:
        painter->fillRect(option->rect, m_palette.window);
        return;
    case CE_MenuBarItem:
        if (const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option)) {
            painter->fillRect(option->rect, m_palette.window);
            if (item->state & (State_Selected | State_Sunken))
                box(*painter, QRectF(option->rect).adjusted(0.5, 2.5, -0.5, -2.5), px(4),
                    m_palette.raised, m_palette.line);
            const uint shown = proxy()->styleHint(SH_UnderlineShortcut, item, widget, nullptr)
                ? Qt::TextShowMnemonic
                : Qt::TextHideMnemonic;
            proxy()->drawItemText(painter, option->rect,
                                  int(Qt::AlignCenter | Qt::TextSingleLine | shown), item->palette,
                                  item->state & State_Enabled, item->text, QPalette::WindowText);
            return;
        }
        break;
    case CE_TabBarTabShape:
        return tab(*painter, *option);
    case CE_TabBarTabLabel:
        if (const auto *label = qstyleoption_cast<const QStyleOptionTab *>(option)) {
            QStyleOptionTab quiet = *label;
            const bool selected = label->state & State_Selected;
            quiet.palette.setColor(QPalette::WindowText,
                                   selected ? m_palette.text : m_palette.muted);
            quiet.state &= ~State_HasFocus;
            return QProxyStyle::drawControl(element, &quiet, painter, widget);
        }
        break;
    case CE_HeaderSection:
    case CE_HeaderEmptyArea:
        painter->fillRect(option->rect, m_palette.panel);
        painter->fillRect(
            QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1),
            m_palette.lineSoft);
        return;
    case CE_HeaderLabel:
        if (const auto *label = qstyleoption_cast<const QStyleOptionHeader *>(option)) {
            QStyleOptionHeaderV2 quiet;
            if (const auto *second = qstyleoption_cast<const QStyleOptionHeaderV2 *>(option))
                quiet = *second;
            else
                static_cast<QStyleOptionHeader &>(quiet) = *label;
            quiet.palette.setColor(QPalette::ButtonText, m_palette.muted);
            return QProxyStyle::drawControl(element, &quiet, painter, widget);
        }
        break;
    case CE_Splitter:
        painter->fillRect(option->rect, m_palette.line);
        return;
    case CE_ProgressBarGroove:
        return box(*painter, slim(option->rect), px(3), m_palette.field, Qt::transparent);
    case CE_ProgressBarLabel:
        return; // what counts is said beside the bar
    case CE_ProgressBarContents:
        return progress(*painter, *option);
    default:
        break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

QRectF FlatStyle::slim(const QRect &rect) const
{
    const double height = qMin(rect.height(), px(6));
    return {double(rect.left()), rect.top() + (rect.height() - height) / 2, double(rect.width()),
            height};
}

void FlatStyle::tab(QPainter &painter, const QStyleOption &option) const
{
    const QRect rect = option.rect;
    if (option.state & State_Selected)
        painter.fillRect(QRect(rect.left(), rect.bottom() - 1, rect.width(), 2),
                         m_palette.selectionLine);
    else if ((option.state & State_MouseOver) && (option.state & State_Enabled))
        painter.fillRect(QRect(rect.left(), rect.bottom() - 1, rect.width(), 2), m_palette.line);
    if ((option.state & State_HasFocus) && (option.state & State_KeyboardFocusChange))
        box(painter, QRectF(rect).adjusted(1, 3, -1, -4), px(4), Qt::transparent,
            m_palette.selectionLine, 2);
}

void FlatStyle::progress(QPainter &painter, const QStyleOption &option) const
{
    const auto *bar = qstyleoption_cast<const QStyleOptionProgressBar *>(&option);
    if (!bar || bar->maximum <= bar->minimum || bar->progress <= bar->minimum)
        return;
    const double part = double(bar->progress - bar->minimum) / double(bar->maximum - bar->minimum);
    QRectF rect = slim(option.rect);
    rect.setWidth(rect.width() * qMin(1.0, part));
    box(painter, rect, px(3), m_palette.running, Qt::transparent);
}

void FlatStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option,
                                   QPainter *painter, const QWidget *widget) const
{
    switch (control) {
    case CC_ScrollBar:
        return scrollBar(*painter, *option, widget);
    case CC_ToolButton:
        return toolButton(*painter, *option, widget);
    case CC_ComboBox:
        return comboBox(*painter, *option, widget);
    case CC_SpinBox:
        return spinBox(*painter, *option, widget);
    default:
        return QProxyStyle::drawComplexControl(control, option, painter, widget);
    }
}

void FlatStyle::scrollBar(QPainter &painter, const QStyleOptionComplex &option,
                          const QWidget *widget) const
{
    const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(&option);
    if (!bar || bar->maximum <= bar->minimum)
        return;
    QRectF slider = proxy()->subControlRect(CC_ScrollBar, bar, SC_ScrollBarSlider, widget);
    const double thick = 6 * m_scale;
    if (bar->orientation == Qt::Vertical)
        slider =
            QRectF(slider.center().x() - thick / 2, slider.top() + 2, thick, slider.height() - 4);
    else
        slider =
            QRectF(slider.left() + 2, slider.center().y() - thick / 2, slider.width() - 4, thick);
    const bool held = (bar->activeSubControls & SC_ScrollBarSlider)
        && (bar->state & (State_Sunken | State_MouseOver));
    box(painter, slider, thick / 2,
        held ? m_palette.muted : mixed(m_palette.muted, m_palette.panel, 0.4), Qt::transparent);
}

void FlatStyle::comboBox(QPainter &painter, const QStyleOptionComplex &option,
                         const QWidget *widget) const
{
    const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(&option);
    if (!combo)
        return;
    if (combo->frame)
        field(painter, option);
    const QRect arrow = proxy()->subControlRect(CC_ComboBox, combo, SC_ComboBoxArrow, widget);
    chevron(painter, arrow, Qt::DownArrow,
            option.state & State_Enabled ? m_palette.muted : m_palette.disabled);
}

void FlatStyle::spinBox(QPainter &painter, const QStyleOptionComplex &option,
                        const QWidget *widget) const
{
    const auto *spin = qstyleoption_cast<const QStyleOptionSpinBox *>(&option);
    if (!spin)
        return;
    if (spin->frame)
        field(painter, option);
    if (spin->buttonSymbols == QAbstractSpinBox::NoButtons)
        return;
    const auto half = [&](SubControl part, QAbstractSpinBox::StepEnabledFlag step,
                          Qt::ArrowType to) {
        const QRect rect = proxy()->subControlRect(CC_SpinBox, spin, part, widget);
        const bool usable = (spin->stepEnabled & step) && (option.state & State_Enabled);
        const bool hovered =
            usable && (option.activeSubControls & part) && (option.state & State_MouseOver);
        chevron(painter, rect.adjusted(0, 1, 0, -1), to,
                !usable       ? m_palette.disabled
                    : hovered ? m_palette.text
                              : m_palette.muted);
    };
    half(SC_SpinBoxUp, QAbstractSpinBox::StepUpEnabled, Qt::UpArrow);
    half(SC_SpinBoxDown, QAbstractSpinBox::StepDownEnabled, Qt::DownArrow);
}

QRect FlatStyle::subControlRect(ComplexControl control, const QStyleOptionComplex *option,
                                SubControl part, const QWidget *widget) const
{
    const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option);
    if (control != CC_ScrollBar || !bar)
        return QProxyStyle::subControlRect(control, option, part, widget);

    const bool upright = bar->orientation == Qt::Vertical;
    const int length = upright ? bar->rect.height() : bar->rect.width();
    const qint64 range = qint64(bar->maximum) - bar->minimum;
    int slider = length;
    if (range > 0)
        slider = qBound(
            qMin(px(28), length),
            int(qint64(length) * bar->pageStep / qMax<qint64>(1, range + bar->pageStep)), length);
    const int start = sliderPositionFromValue(bar->minimum, bar->maximum, bar->sliderPosition,
                                              length - slider, bar->upsideDown);
    const auto along = [&](int from, int size) {
        const QRect rect = upright ? QRect(0, from, bar->rect.width(), size)
                                   : QRect(from, 0, size, bar->rect.height());
        return visualRect(bar->direction, bar->rect, rect.translated(bar->rect.topLeft()));
    };
    switch (part) {
    case SC_ScrollBarGroove:
        return along(0, length);
    case SC_ScrollBarSlider:
        return along(start, slider);
    case SC_ScrollBarSubPage:
        return along(0, start);
    case SC_ScrollBarAddPage:
        return along(start + slider, length - start - slider);
    default:
        return {};
    }
}

QRect FlatStyle::subElementRect(SubElement element, const QStyleOption *option,
                                const QWidget *widget) const
{
    const QRect rect = QProxyStyle::subElementRect(element, option, widget);
    if (element == SE_ProgressBarGroove || element == SE_ProgressBarContents)
        return option->rect;
    if (element == SE_LineEditContents && widget
        && !widget->parentWidget()->inherits("QAbstractSpinBox")
        && !widget->parentWidget()->inherits("QComboBox"))
        return rect.adjusted(px(4), 0, -px(4), 0);
    return rect;
}

QSize FlatStyle::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                                  const QWidget *widget) const
{
    QSize wanted = QProxyStyle::sizeFromContents(type, option, size, widget);
    switch (type) {
    case CT_PushButton:
        wanted.setHeight(qMax(wanted.height(), px(34))); // 30 and the room of the focus ring
        wanted.rwidth() += px(widget && widget->property("primary").toBool() ? 12 : 6);
        break;
    case CT_ToolButton:
        return toolButtonSize(option, size, widget);
    case CT_ProgressBar:
        wanted.setHeight(px(6));
        break;
        wanted.setHeight(qMax(wanted.height(), px(30)));
        break;
    case CT_LineEdit:
    case CT_ComboBox:
    case CT_SpinBox:
        wanted.setHeight(qMax(wanted.height(), px(30)));
        break;
    case CT_TabBarTab:
        wanted.setHeight(px(32));
        break;
    case CT_MenuBarItem:
        wanted.setHeight(px(28));
        break;
    case CT_MenuItem:
        if (const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option);
            item && item->menuItemType != QStyleOptionMenuItem::Separator)
            wanted.setHeight(qMax(wanted.height(), px(26)));
        break;
    default:
        break;
    }
    return wanted;
}

int FlatStyle::pixelMetric(PixelMetric metric, const QStyleOption *option,
                           const QWidget *widget) const
{
    switch (metric) {
    case PM_ScrollBarExtent:
        return px(10);
    case PM_ScrollBarSliderMin:
        return px(28);
    case PM_SplitterWidth:
    case PM_DockWidgetSeparatorExtent:
        return 1; // Qt widens what the mouse can grab by itself
    case PM_DefaultFrameWidth:
        return widget && widget->inherits("QAbstractScrollArea")
            ? 0
            : QProxyStyle::pixelMetric(metric, option, widget);
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
    case PM_TabBarTabShiftVertical:
    case PM_ToolBarFrameWidth:
        return 0;
    case PM_FocusFrameHMargin:
        return widget && widget->inherits("QAbstractItemView")
            ? px(6)
            : QProxyStyle::pixelMetric(metric, option, widget);
    case PM_ToolBarItemSpacing:
        return px(2);
    case PM_ToolBarSeparatorExtent:
        return px(13);
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
    case PM_ToolBarIconSize:
    case PM_TabBarIconSize:
        return px(16);
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
        return px(16);
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int FlatStyle::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                         QStyleHintReturn *returned) const
{
    switch (hint) {
    case SH_EtchDisabledText:
    case SH_DitherDisabledText:
        return 0;
    case SH_ItemView_ShowDecorationSelected:
        return 1;
    case SH_ItemView_ActivateItemOnSingleClick:
        return 0;
    case SH_ScrollBar_Transient:
        return 0;
    default:
        return QProxyStyle::styleHint(hint, option, widget, returned);
    }
}

} // namespace Kintsugi
