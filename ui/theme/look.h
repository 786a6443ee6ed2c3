// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/theme/fonts.h"
#include "ui/theme/palette.h"

namespace Kintsugi {

/*! What every painter is given: the colours, and the factor on all measures. */
struct Look
{
    Palette palette;
    double scale = 1.0;

    [[nodiscard]] double px(double measure) const { return measure * scale; }
    [[nodiscard]] QFont font(FontRole role) const { return fontOf(role, scale); }
};

} // namespace Kintsugi
