// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/theme/style.h"

#include <QPainter>
#include <QStyleOption>
#include <QWidget>

namespace Kintsugi {

namespace {

constexpr double kPadding = 9;
constexpr double kBetween = 6; // icon and text
constexpr double kArrow = 16; // room of the chevron

bool hasArrow(const QStyleOptionToolButton &button)
{
    return button.features
        & (QStyleOptionToolButton::HasMenu | QStyleOptionToolButton::MenuButtonPopup);
}

} // namespace

void FlatStyle::toolPanel(QPainter &painter, const QStyleOption &option,
                          const QWidget *widget) const
{
    const bool enabled = option.state & State_Enabled;
    const bool primary = enabled && widget && widget->property("primary").toBool();
    const bool raised = option.state & State_AutoRaise;
    const bool hovered = enabled && (option.state & State_MouseOver);
    const QRectF rect = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5);
    if (primary) {
        const double touch = option.state & State_Sunken ? 0.14 : hovered ? 0.07 : 0;
        box(painter, rect, px(4), mixed(m_palette.onRunningBtn, m_palette.runningBtn, touch),
            Qt::transparent);
    } else if (option.state & (State_Sunken | State_On)) {
        box(painter, rect, px(4), mixed(m_palette.text, m_palette.raised, 0.06), m_palette.line);
    } else if (hovered) {
        box(painter, rect, px(4), m_palette.raised, raised ? m_palette.lineSoft : m_palette.line);
    } else if (!raised) {
        box(painter, rect, px(4), m_palette.raised, m_palette.line);
    }
    if ((option.state & State_HasFocus) && (option.state & State_KeyboardFocusChange))
        box(painter, rect.adjusted(0.5, 0.5, -0.5, -0.5), px(4), Qt::transparent,
            primary ? m_palette.text : m_palette.selectionLine, 2);
}

void FlatStyle::toolButton(QPainter &painter, const QStyleOptionComplex &option,
                           const QWidget *widget) const
{
    const auto *button = qstyleoption_cast<const QStyleOptionToolButton *>(&option);
    if (!button)
        return;
    toolPanel(painter, *button, widget);

    const bool enabled = button->state & State_Enabled;
    const bool primary = enabled && widget && widget->property("primary").toBool();
    const QColor ink = primary ? m_palette.onRunningBtn
        : enabled              ? m_palette.text
                               : m_palette.disabled;
    QRect rect = button->rect;
    if (hasArrow(*button)) {
        const QRect arrow(rect.right() - px(kArrow + 2), rect.top(), px(kArrow), rect.height());
        chevron(painter, arrow, Qt::DownArrow, primary ? ink : enabled ? m_palette.muted : ink);
        rect.setRight(arrow.left());
    }
    const bool words = button->toolButtonStyle != Qt::ToolButtonIconOnly && !button->text.isEmpty();
    const bool sign = button->toolButtonStyle != Qt::ToolButtonTextOnly && !button->icon.isNull();
    const QSize size = button->iconSize;
    if (sign) {
        QRect place(QPoint(), size);
        place.moveCenter(rect.center());
        if (words)
            place.moveLeft(rect.left() + px(kPadding));
        button->icon.paint(&painter, place, Qt::AlignCenter,
                           enabled ? QIcon::Normal : QIcon::Disabled,
                           button->state & State_On ? QIcon::On : QIcon::Off);
        rect.setLeft(place.right() + 1 + px(kBetween));
    }
    if (!words)
        return;
    painter.save();
    QFont font = button->font;
    if (primary)
        font.setWeight(QFont::Bold);
    painter.setFont(font);
    painter.setPen(ink);
    painter.drawText(rect,
                     int((sign ? Qt::AlignLeft : Qt::AlignHCenter) | Qt::AlignVCenter
                         | Qt::TextSingleLine | Qt::TextHideMnemonic),
                     button->text);
    painter.restore();
}

QSize FlatStyle::toolButtonSize(const QStyleOption *option, const QSize &size,
                                const QWidget *widget) const
{
    const auto *button = qstyleoption_cast<const QStyleOptionToolButton *>(option);
    if (!button)
        return size;
    const bool words = button->toolButtonStyle != Qt::ToolButtonIconOnly && !button->text.isEmpty();
    const bool sign = button->toolButtonStyle != Qt::ToolButtonTextOnly && !button->icon.isNull();
    QFont font = button->font;
    if (widget && widget->property("primary").toBool())
        font.setWeight(QFont::Bold);
    int width = words ? 2 * px(kPadding) : px(30) - button->iconSize.width();
    if (words)
        width += QFontMetrics(font).size(Qt::TextHideMnemonic, button->text).width();
    if (sign)
        width += button->iconSize.width() + (words ? px(kBetween) : 0);
    if (hasArrow(*button))
        width += px(kArrow) - px(kPadding) / 2;
    return {width, px(30)};
}

} // namespace Kintsugi
