// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/panels/flatbutton.h"

#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QMenu>
#include <QPainter>

namespace Kintsugi {

using namespace Qt::StringLiterals;

FlatButton::FlatButton(Theming &theming, Kind kind, const QString &iconName, const QString &text,
                       QWidget *parent)
    : QAbstractButton(parent)
    , m_theming(theming)
    , m_kind(kind)
    , m_iconName(iconName)
{
    setText(text);
    setAccessibleName(text);
    setAttribute(Qt::WA_Hover);
    setFocusPolicy(Qt::TabFocus);
    setCheckable(kind == Kind::Switch);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&theming, &Theming::changed, this, [this] {
        updateGeometry();
        update();
    });
    connect(this, &QAbstractButton::clicked, this, &FlatButton::openMenu);
}

FlatButton::~FlatButton() = default;

FlatButton *FlatButton::of(Theming &theming, QAction *action, const QString &iconName, bool text,
                           QWidget *parent)
{
    auto *button =
        new FlatButton(theming, Kind::Plain, iconName, text ? action->text() : QString(), parent);
    button->setAccessibleName(action->text());
    const auto follow = [button, action] {
        button->setEnabled(action->isEnabled());
        button->setToolTip(action->toolTip());
    };
    connect(action, &QAction::changed, button, follow);
    connect(button, &FlatButton::clicked, action, &QAction::trigger);
    follow();
    return button;
}

void FlatButton::setMenu(QMenu *menu)
{
    m_menu = menu;
    updateGeometry();
}

void FlatButton::openMenu()
{
    if (m_menu)
        m_menu->popup(mapToGlobal(QPoint(0, height() + 2)));
}

QSize FlatButton::sizeHint() const
{
    if (m_kind == Kind::Link) {
        const QFontMetrics metrics(m_theming.font(FontRole::Small));
        return {metrics.horizontalAdvance(text()) + m_theming.px(8), m_theming.px(20)};
    }
    const FontRole role = m_kind == Kind::Filled ? FontRole::BodyStrong : FontRole::Secondary;
    const int words = QFontMetrics(m_theming.font(role)).horizontalAdvance(text());
    const int chevron = m_menu ? m_theming.px(22) : 0;
    if (text().isEmpty())
        return {m_theming.px(8 + 14 + 8), m_theming.px(24)};
    return {words + chevron
                + m_theming.px(m_kind == Kind::Filled ? 12 + 16 + 8 + 12 : 8 + 14 + 6 + 10),
            m_theming.px(m_kind == Kind::Filled ? 30 : 24)};
}

void FlatButton::paintLink()
{
    const Palette &colors = m_theming.palette();
    QPainter painter(this);
    QFont font = m_theming.font(FontRole::Small);
    font.setUnderline(isEnabled() && (underMouse() || hasFocus()));
    painter.setFont(font);
    painter.setPen(!isEnabled() ? colors.disabled : font.underline() ? colors.text : colors.muted);
    painter.drawText(rect(), Qt::AlignCenter, text());
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(colors.selectionLine, 2));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
    }
}

void FlatButton::paintEvent(QPaintEvent *)
{
    if (m_kind == Kind::Link) {
        paintLink();
        return;
    }
    const Palette &colors = m_theming.palette();
    const bool filled = m_kind == Kind::Filled;
    const bool enabled = isEnabled();
    const QColor base = !enabled ? colors.raised
        : filled                 ? colors.runningBtn
        : isChecked()            ? colors.selection
                                 : colors.panel;
    const QColor ink = !enabled ? colors.disabled : filled ? colors.onRunningBtn : colors.text;
    const double weight = !enabled ? 0 : isDown() ? 0.16 : underMouse() ? 0.08 : 0;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double radius = m_theming.px(4);
    const QColor edge = filled ? base : isChecked() ? colors.selectionLine : colors.line;
    painter.setPen(enabled ? edge : colors.lineSoft);
    painter.setBrush(mixed(ink, base, weight));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    if (hasFocus()) {
        painter.setPen(QPen(filled ? colors.onRunningBtn : colors.selectionLine, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(2, 2, -2, -2), radius, radius);
    }
    const int icon = m_theming.px(filled ? 16 : 14);
    int x = m_theming.px(filled ? 12 : 8);
    painter.drawPixmap(x, (height() - icon) / 2,
                       Icons::pixmap(m_iconName, icon, ink, devicePixelRatioF()));
    x += icon + m_theming.px(filled ? 8 : 6);
    painter.setFont(m_theming.font(filled ? FontRole::BodyStrong : FontRole::Secondary));
    painter.setPen(ink);
    painter.drawText(rect().adjusted(x, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, text());
    if (m_menu) {
        const int small = m_theming.px(14);
        painter.drawPixmap(width() - small - m_theming.px(9), (height() - small) / 2 + 1,
                           Icons::pixmap(u"down"_s, small, ink, devicePixelRatioF()));
    }
}

} // namespace Kintsugi
