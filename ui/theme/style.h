// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/theme/palette.h"

#include <QProxyStyle>

namespace Kintsugi {

/*! Fusion, flat: no bevels, no gradients, no dotted focus. Everything else is Fusion's. */
class FlatStyle final : public QProxyStyle
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FlatStyle)

public:
    FlatStyle();

    void setLook(const Palette &palette, double scale);

    void polish(QWidget *widget) override;
    using QProxyStyle::polish;
    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget) const override;
    void drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                     const QWidget *widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex *option,
                            QPainter *painter, const QWidget *widget) const override;
    [[nodiscard]] QRect subControlRect(ComplexControl control, const QStyleOptionComplex *option,
                                       SubControl part, const QWidget *widget) const override;
    [[nodiscard]] QRect subElementRect(SubElement element, const QStyleOption *option,
                                       const QWidget *widget) const override;
    [[nodiscard]] QSize sizeFromContents(ContentsType type, const QStyleOption *option,
                                         const QSize &size, const QWidget *widget) const override;
    [[nodiscard]] int pixelMetric(PixelMetric metric, const QStyleOption *option,
                                  const QWidget *widget) const override;
    [[nodiscard]] int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                                QStyleHintReturn *returned) const override;

private:
    [[nodiscard]] int px(double measure) const { return qRound(measure * m_scale); }
    void box(QPainter &painter, const QRectF &rect, double radius, const QColor &fill,
             const QColor &line, double width = 1) const;
    void button(QPainter &painter, const QStyleOption &option, const QWidget *widget) const;
    void toolPanel(QPainter &painter, const QStyleOption &option, const QWidget *widget) const;
    void toolButton(QPainter &painter, const QStyleOptionComplex &option,
                    const QWidget *widget) const;
    [[nodiscard]] QSize toolButtonSize(const QStyleOption *option, const QSize &size,
                                       const QWidget *widget) const;
    void field(QPainter &painter, const QStyleOption &option) const;
    void check(QPainter &painter, const QStyleOption &option, bool round) const;
    void viewItem(QPainter &painter, const QStyleOption &option, const QWidget *widget) const;
    void chevron(QPainter &painter, const QRect &rect, Qt::ArrowType to, const QColor &color) const;
    void tab(QPainter &painter, const QStyleOption &option) const;
    [[nodiscard]] QRectF slim(const QRect &rect) const; //!< The 6 px of a progress bar.
    void progress(QPainter &painter, const QStyleOption &option) const;
    void scrollBar(QPainter &painter, const QStyleOptionComplex &option,
                   const QWidget *widget) const;
    void comboBox(QPainter &painter, const QStyleOptionComplex &option,
                  const QWidget *widget) const;
    void spinBox(QPainter &painter, const QStyleOptionComplex &option, const QWidget *widget) const;

    Palette m_palette;
    double m_scale = 1.0;
};

} // namespace Kintsugi
