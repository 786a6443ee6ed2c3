// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/painting/text.h"
#include "ui/story/runstory.h"

#include <QRectF>

#include <optional>
#include <vector>

class QPainter;

namespace Kintsugi {

/*! One break of the ribbon as it stands now, between freshly broken and fully mended. Measures are
 *  px at scale 1. */
struct RibbonBreak
{
    int attempt = 0; //!< The one that ended here: the seed of the crack.
    qint64 afterTick = 0;
    double gap = 12; //!< Between the cells beside it.
    double apart = 0; //!< How far each fragment keeps from the crack's path.
    double drop = 0; //!< How far the right fragment hangs lower.
    double gold = 1; //!< How far the seam has run down, 0 to 1.
    double hairs = 1; //!< How much of the hairs shows, 0 to 1.
    bool plain = false; //!< No break: an orderly pause, drawn as a straight joint.

    [[nodiscard]] static RibbonBreak open(int attempt, qint64 afterTick);
};

struct RibbonCurrent
{
    qint64 tick = 0;
    int attempt = 0;
    double progress = 0; //!< 0 to 1.
};

/*! What the tick ribbon shows. */
struct Ribbon
{
    QByteArray task;
    qint64 count = 0;
    qint64 done = 0;
    QList<TickSpan> spans;
    QList<RibbonBreak> breaks; //!< From left to right.
    std::optional<RibbonCurrent> current{};
    double newest = 1; //!< How far the fill of the newest tick has come, 0 to 1.
};

/*! Where the cells lie. All x in the coordinates of \a body. */
class RibbonGeometry
{
public:
    RibbonGeometry(const Ribbon &ribbon, const QRectF &body, double scale);

    [[nodiscard]] double cellWidth() const { return m_cell; }
    [[nodiscard]] double left(qint64 tick) const;
    [[nodiscard]] double right(qint64 tick) const { return left(tick) + m_cell; }
    [[nodiscard]] double breakCentre(qsizetype index) const;
    [[nodiscard]] double gap(qsizetype index) const { return m_gaps[size_t(index)]; }
    /*! How much smaller than the spec the breaks are drawn, because there are many; 0 to 1. */
    [[nodiscard]] double shrink() const { return m_shrink; }
    [[nodiscard]] QRectF cell(qint64 tick) const;
    [[nodiscard]] qint64 tickAt(double x) const; //!< 0 beside the ribbon.

private:
    QRectF m_body;
    qint64 m_count;
    double m_cell = 0;
    double m_shrink = 1;
    std::vector<qint64> m_after;
    std::vector<double> m_gaps;
    std::vector<double> m_before; //!< Sum of the gaps left of each break, and of all at the end.
};

/*! Room around \a body that cracks, hairs and the dropped fragment may use, px at scale 1. */
inline constexpr double kRibbonMargin = 8;
inline constexpr double kRibbonHeight = 58;

/*! Paints \a ribbon into \a body, on the panel. */
void paintRibbon(QPainter &painter, const Ribbon &ribbon, const QRectF &body, const Look &look);

} // namespace Kintsugi
