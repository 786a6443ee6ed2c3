// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/theme/fonts.h"

#include <QFontDatabase>
#include <QFontInfo>
#include <QHash>

#include <algorithm>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

bool hasDemiBold(const QFont &font)
{
    static QHash<QString, bool> known;
    const QString asked = font.families().first();
    const auto entry = known.constFind(asked);
    if (entry != known.cend())
        return *entry;
    const QString family = QFontInfo(font).family();
    const QStringList styles = QFontDatabase::styles(family);
    const bool has = std::ranges::any_of(styles, [&family](const QString &style) {
        return QFontDatabase::weight(family, style) == QFont::DemiBold;
    });
    return known.insert(asked, has).value();
}

} // namespace

QFont fontOf(FontRole role, double scale)
{
    struct Style
    {
        int pixels;
        QFont::Weight weight;
        bool mono = false;
    };
    const Style style = [role]() -> Style {
        switch (role) {
        case FontRole::TaskName:
            return {22, QFont::DemiBold};
        case FontRole::CardTitle:
            return {16, QFont::DemiBold};
        case FontRole::LedgerNumber:
            return {17, QFont::DemiBold};
        case FontRole::Body:
            return {13, QFont::Normal};
        case FontRole::BodyStrong:
            return {13, QFont::DemiBold};
        case FontRole::Name:
            return {13, QFont::Medium};
        case FontRole::Secondary:
            return {12, QFont::Normal};
        case FontRole::SecondaryStrong:
            return {12, QFont::DemiBold};
        case FontRole::Small:
            return {11, QFont::Normal};
        case FontRole::Caption:
            return {11, QFont::DemiBold};
        case FontRole::Mono:
            return {12, QFont::Normal, true};
        case FontRole::MonoStrong:
            return {12, QFont::DemiBold, true};
        }
        Q_UNREACHABLE();
    }();

    static const QStringList sans{u"IBM Plex Sans"_s, u"Roboto"_s, u"Open Sans"_s,
                                  u"DejaVu Sans"_s};
    static const QStringList mono{u"IBM Plex Mono"_s, u"JetBrains Mono"_s, u"DejaVu Sans Mono"_s};
    QFont font;
    font.setFamilies(style.mono ? mono : sans);
    font.setStyleHint(style.mono ? QFont::Monospace : QFont::SansSerif);
    font.setPixelSize(qMax(1, qRound(style.pixels * scale)));
    // A family that leaps from 500 to 700 would give 500 for 600: too light beside plain text.
    font.setWeight(style.weight == QFont::DemiBold && !hasDemiBold(font) ? QFont::Bold
                                                                         : style.weight);
    return font;
}

} // namespace Kintsugi
