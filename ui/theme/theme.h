// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/theme/look.h"

#include <QObject>

class QApplication;

namespace Kintsugi {

/*! The look of the whole program: the palette in use, the type scale, and how much may move.
 *
 *  Thread: main. Sets the style once (Fusion without its bevels), then the QPalette and the fonts
 *  of the application at every change; widgets that paint by themselves repaint on changed().
 *  Remembers nothing: whoever owns the settings calls the setters.
 */
class Theming final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Theming)

public:
    enum class Choice { System, Light, Dark };
    Q_ENUM(Choice)

    static constexpr double kSmallestScale = 0.8;
    static constexpr double kLargestScale = 2.0;

    /*! Made before any widget, so that the desktop's own colours can still be read. */
    explicit Theming(QApplication &application, QObject *parent = nullptr);
    ~Theming() override;

    [[nodiscard]] Choice choice() const { return m_choice; }
    void setChoice(Choice choice);
    [[nodiscard]] Theme theme() const { return m_palette.theme; }
    [[nodiscard]] const Palette &palette() const { return m_palette; }

    /*! One factor on fonts and measures, 0.8 to 2.0 (Ctrl+ and Ctrl-). */
    [[nodiscard]] double scale() const { return m_scale; }
    void setScale(double scale);
    /*! A measure of the spec in logical pixels at this scale. */
    [[nodiscard]] int px(double measure) const { return qRound(measure * m_scale); }
    [[nodiscard]] QFont font(FontRole role) const { return fontOf(role, m_scale); }

    [[nodiscard]] Look look() const { return {m_palette, m_scale}; }

    /*! End states at once, no loops. Follows the desktop until it is set. */
    [[nodiscard]] bool reducedMotion() const { return m_reducedMotion; }
    void setReducedMotion(bool reduced);

Q_SIGNALS:
    void changed();

private:
    void apply();

    QApplication &m_application;
    Theme m_systemTheme = Theme::Light;
    Choice m_choice = Choice::System;
    Palette m_palette;
    double m_scale = 1.0;
    bool m_reducedMotion = false;
};

/*! Marks a button as the one filled button of its view. */
void setPrimary(QWidget *button);

} // namespace Kintsugi
