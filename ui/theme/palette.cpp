// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/theme/palette.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

struct Entry
{
    QLatin1StringView name;
    QColor Palette::*color;
};

constexpr Entry kEntries[] = {
    {"window"_L1, &Palette::window},
    {"panel"_L1, &Palette::panel},
    {"raised"_L1, &Palette::raised},
    {"field"_L1, &Palette::field},
    {"line"_L1, &Palette::line},
    {"lineSoft"_L1, &Palette::lineSoft},
    {"lineStrong"_L1, &Palette::lineStrong},
    {"text"_L1, &Palette::text},
    {"muted"_L1, &Palette::muted},
    {"disabled"_L1, &Palette::disabled},
    {"seam"_L1, &Palette::seam},
    {"seamHi"_L1, &Palette::seamHi},
    {"seamLo"_L1, &Palette::seamLo},
    {"onSeam"_L1, &Palette::onSeam},
    {"goldText"_L1, &Palette::goldText},
    {"cachedFill"_L1, &Palette::cachedFill},
    {"cachedLine"_L1, &Palette::cachedLine},
    {"crack"_L1, &Palette::crack},
    {"crackVoid"_L1, &Palette::crackVoid},
    {"running"_L1, &Palette::running},
    {"stale"_L1, &Palette::stale},
    {"done"_L1, &Palette::done},
    {"failed"_L1, &Palette::failed},
    {"suspended"_L1, &Palette::suspended},
    {"idle"_L1, &Palette::idle},
    {"runningBtn"_L1, &Palette::runningBtn},
    {"onRunningBtn"_L1, &Palette::onRunningBtn},
    {"selection"_L1, &Palette::selection},
    {"selectionLine"_L1, &Palette::selectionLine},
    {"hatch"_L1, &Palette::hatch},
    {"greenFill"_L1, &Palette::greenFill},
    {"greenLine"_L1, &Palette::greenLine},
    {"amberFill"_L1, &Palette::amberFill},
    {"amberLine"_L1, &Palette::amberLine},
    {"blueFill"_L1, &Palette::blueFill},
    {"blueLine"_L1, &Palette::blueLine},
    {"onAttempt"_L1, &Palette::onAttempt},
    {"glaze"_L1, &Palette::glaze},
};

QColor colorOf(const QJsonObject &colors, const QString &name)
{
    const QColor color(colors[name].toString());
    Q_ASSERT_X(color.isValid(), "palette.json", qPrintable(name));
    return color;
}

double luminance(const QColor &color)
{
    const auto linear = [](double v) {
        return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF())
        + 0.0722 * linear(color.blueF());
}

} // namespace

const QColor &Palette::attempt(int number) const
{
    const auto count = int(attempts.size());
    const int slot = (number - 1) % count;
    return attempts[size_t(slot < 0 ? slot + count : slot)];
}

Palette Palette::load(Theme theme)
{
    QFile file(u":/kintsugi/palette.json"_s);
    [[maybe_unused]] const bool opened = file.open(QIODevice::ReadOnly);
    Q_ASSERT(opened);
    const QJsonObject both = QJsonDocument::fromJson(file.readAll()).object();
    const QJsonObject colors = both[theme == Theme::Dark ? "dark"_L1 : "light"_L1].toObject();

    Palette palette;
    palette.theme = theme;
    for (const Entry &entry : kEntries)
        palette.*entry.color = colorOf(colors, entry.name);
    for (size_t i = 0; i < palette.attempts.size(); ++i)
        palette.attempts[i] = colorOf(colors, u"attempt%1"_s.arg(i + 1));
    return palette;
}

double contrastRatio(const QColor &a, const QColor &b)
{
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

QColor mixed(const QColor &over, const QColor &under, double alpha)
{
    const auto blend = [alpha](int a, int b) { return qRound(a * alpha + b * (1 - alpha)); };
    return QColor(blend(over.red(), under.red()), blend(over.green(), under.green()),
                  blend(over.blue(), under.blue()));
}

} // namespace Kintsugi
