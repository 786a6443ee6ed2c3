// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/theme/theme.h"

#include "ui/theme/style.h"

#include <QApplication>
#include <QStyle>
#include <QToolTip>
#include <QWidget>

namespace Kintsugi {

namespace {

Theme themeOf(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness()
            < palette.color(QPalette::WindowText).lightness()
        ? Theme::Dark
        : Theme::Light;
}

/*! What the desktop's own style says; Qt 6.4 has no other word for it. */
bool movesByDefault(const QStyle &style)
{
    return style.styleHint(QStyle::SH_Widget_Animate)
        && style.styleHint(QStyle::SH_Widget_Animation_Duration) > 0;
}

QPalette widgetPalette(const Palette &palette)
{
    QPalette colors;
    const auto set = [&colors](QPalette::ColorRole role, const QColor &color) {
        colors.setColor(QPalette::All, role, color);
    };
    set(QPalette::Window, palette.window);
    set(QPalette::Base, palette.panel);
    set(QPalette::AlternateBase, palette.raised);
    set(QPalette::Button, palette.raised);
    set(QPalette::WindowText, palette.text);
    set(QPalette::Text, palette.text);
    set(QPalette::ButtonText, palette.text);
    set(QPalette::PlaceholderText, palette.muted);
    set(QPalette::BrightText, palette.failed);
    set(QPalette::Highlight, palette.selection);
    set(QPalette::HighlightedText, palette.text);
    set(QPalette::Link, palette.running);
    set(QPalette::LinkVisited, palette.suspended);
    set(QPalette::ToolTipBase, palette.raised);
    set(QPalette::ToolTipText, palette.text);
    set(QPalette::Light, palette.lineSoft);
    set(QPalette::Midlight, palette.lineSoft);
    set(QPalette::Mid, palette.line);
    set(QPalette::Dark, palette.line);
    set(QPalette::Shadow, palette.line);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText,
                            QPalette::HighlightedText, QPalette::PlaceholderText})
        colors.setColor(QPalette::Disabled, role, palette.disabled);
    return colors;
}

} // namespace

Theming::Theming(QApplication &application, QObject *parent)
    : QObject(parent)
    , m_application(application)
    , m_systemTheme(themeOf(application.palette()))
    , m_reducedMotion(!movesByDefault(*application.style()))
{
    apply();
}

Theming::~Theming() = default;

void Theming::setChoice(Choice choice)
{
    if (choice == m_choice)
        return;
    m_choice = choice;
    apply();
}

void Theming::setScale(double scale)
{
    scale = qBound(kSmallestScale, scale, kLargestScale);
    if (qFuzzyCompare(scale, m_scale))
        return;
    m_scale = scale;
    apply();
}

void Theming::setReducedMotion(bool reduced)
{
    if (reduced == m_reducedMotion)
        return;
    m_reducedMotion = reduced;
    Q_EMIT changed();
}

void Theming::apply()
{
    const Theme theme = m_choice == Choice::System ? m_systemTheme
        : m_choice == Choice::Dark                 ? Theme::Dark
                                                   : Theme::Light;
    m_palette = Palette::load(theme);

    auto *style = qobject_cast<FlatStyle *>(m_application.style());
    if (!style) {
        style = new FlatStyle;
        style->setLook(m_palette, m_scale);
        QApplication::setStyle(style);
    }
    style->setLook(m_palette, m_scale);
    const QPalette colors = widgetPalette(m_palette);
    QApplication::setPalette(colors);
    QToolTip::setPalette(colors);
    QApplication::setFont(font(FontRole::Body));
    QToolTip::setFont(font(FontRole::Secondary));
    Q_EMIT changed();
}

void setPrimary(QWidget *button)
{
    button->setProperty("primary", true);
}

} // namespace Kintsugi
