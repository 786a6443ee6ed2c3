// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QColor>

#include <array>

namespace Kintsugi {

enum class Theme { Light, Dark };

/*! Every colour of the window, named by what it means. The values live in resources/palette.json.
 *
 *  seam, seamHi and seamLo are kept for "mended" and "from cache"; gold words are goldText.
 */
struct Palette
{
    Theme theme = Theme::Light;
    QColor window, panel, raised, field;
    QColor line, lineSoft, lineStrong;
    QColor text, muted, disabled;
    QColor seam, seamHi, seamLo, onSeam, goldText, cachedFill, cachedLine;
    QColor crack, crackVoid;
    QColor running, stale, done, failed, suspended, idle;
    QColor runningBtn, onRunningBtn; //!< The one filled button of a view, and its text.
    QColor selection, selectionLine;
    QColor hatch;
    QColor greenFill, greenLine, amberFill, amberLine, blueFill, blueLine;
    QColor onAttempt; //!< Text on an attempt's colour.
    QColor glaze; //!< The shine on the upper edge of a fired cell, laid on thinly.
    std::array<QColor, 6> attempts;

    /*! The colour of attempt \a number (from 1); after six they come round again. */
    [[nodiscard]] const QColor &attempt(int number) const;

    /*! Reads the theme's colours out of the compiled-in palette.json. */
    [[nodiscard]] static Palette load(Theme theme);
};

/*! The WCAG 2 contrast ratio of two opaque colours, 1 to 21. */
[[nodiscard]] double contrastRatio(const QColor &a, const QColor &b);

/*! \a over laid on \a under with the weight \a alpha (0 to 1), as an opaque colour. */
[[nodiscard]] QColor mixed(const QColor &over, const QColor &under, double alpha);

} // namespace Kintsugi
