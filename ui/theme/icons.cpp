// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/theme/icons.h"

#include <QDir>
#include <QFile>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace Kintsugi::Icons {

using namespace Qt::StringLiterals;

namespace {

QString pathOf(QStringView name)
{
    return u":/kintsugi/icons/"_s + name + u".svg"_s;
}

} // namespace

QPixmap pixmap(QStringView name, int size, const QColor &color, double ratio)
{
    const QString key = u"kintsugi/%1/%2/%3/%4"_s.arg(name, color.name(QColor::HexArgb))
                            .arg(size)
                            .arg(ratio, 0, 'f', 2);
    QPixmap drawing;
    if (QPixmapCache::find(key, &drawing))
        return drawing;
    QFile file(pathOf(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QByteArray svg = file.readAll();
    svg.replace("currentColor", color.name(QColor::HexRgb).toLatin1());
    QSvgRenderer renderer(svg);
    drawing = QPixmap(QSize(size, size) * ratio);
    drawing.fill(Qt::transparent);
    {
        QPainter painter(&drawing);
        painter.setOpacity(double(color.alphaF()));
        renderer.render(&painter);
    }
    drawing.setDevicePixelRatio(ratio);
    QPixmapCache::insert(key, drawing);
    return drawing;
}

QIcon icon(QStringView name, const Palette &palette, const QColor &color)
{
    QIcon icon;
    for (const int size : {16, 20, 24, 32}) {
        for (const double ratio : {1.0, 2.0}) {
            icon.addPixmap(pixmap(name, size, color, ratio), QIcon::Normal);
            icon.addPixmap(pixmap(name, size, palette.disabled, ratio), QIcon::Disabled);
        }
    }
    return icon;
}

QIcon icon(QStringView name, const Palette &palette)
{
    if (name == u"crash")
        return icon(name, palette, palette.crack);
    return icon(name, palette, name == u"nudge" ? palette.goldText : palette.text);
}

QIcon applicationIcon()
{
    QIcon icon;
    for (const int size : {16, 24, 32, 48, 64, 128, 256})
        icon.addPixmap(pixmap(u"kintsugi", size, QColor()));
    return icon;
}

QStringList names()
{
    QStringList names =
        QDir(u":/kintsugi/icons"_s).entryList({u"*.svg"_s}, QDir::Files, QDir::Name);
    for (QString &name : names)
        name.chop(4);
    return names;
}

} // namespace Kintsugi::Icons
