// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/painting/ribbon.h"

#include <algorithm>

namespace Kintsugi {

namespace {

constexpr double kMostForBreaks = 0.4; //!< Of the width.

} // namespace

RibbonBreak RibbonBreak::open(int attempt, qint64 afterTick)
{
    RibbonBreak gap;
    gap.attempt = attempt;
    gap.afterTick = afterTick;
    gap.gap = 20;
    gap.apart = 10;
    gap.drop = 3;
    gap.gold = 0;
    gap.hairs = 0;
    return gap;
}

RibbonGeometry::RibbonGeometry(const Ribbon &ribbon, const QRectF &body, double scale)
    : m_body(body)
    , m_count(std::max<qint64>(1, ribbon.count))
{
    double wanted = 0;
    for (const RibbonBreak &gap : ribbon.breaks)
        wanted += gap.gap * scale;
    const double most = body.width() * kMostForBreaks;
    m_shrink = wanted > most ? most / wanted : 1;
    double sum = 0;
    for (const RibbonBreak &gap : ribbon.breaks) {
        m_after.push_back(gap.afterTick);
        m_gaps.push_back(gap.gap * scale * m_shrink);
        m_before.push_back(sum);
        sum += m_gaps.back();
    }
    m_before.push_back(sum);
    m_cell = (body.width() - sum) / double(m_count);
}

double RibbonGeometry::left(qint64 tick) const
{
    const auto passed = std::ranges::lower_bound(m_after, tick) - m_after.begin();
    return m_body.left() + double(tick - 1) * m_cell + m_before[size_t(passed)];
}

double RibbonGeometry::breakCentre(qsizetype index) const
{
    const auto at = size_t(index);
    return m_body.left() + double(m_after[at]) * m_cell + m_before[at] + m_gaps[at] / 2;
}

QRectF RibbonGeometry::cell(qint64 tick) const
{
    return {left(tick), m_body.top(), m_cell, m_body.height()};
}

qint64 RibbonGeometry::tickAt(double x) const
{
    if (x < m_body.left() || x >= m_body.right())
        return 0;
    qint64 low = 1;
    qint64 high = m_count;
    while (low < high) {
        const qint64 middle = (low + high + 1) / 2;
        if (left(middle) <= x)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

} // namespace Kintsugi
