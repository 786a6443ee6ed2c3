// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/panels/chip.h"

#include "ui/theme/theme.h"

#include <QLocale>
#include <QPainter>

namespace Kintsugi {

Chip::Chip(Theming &theming, StateGlyph glyph, const QString &word, QWidget *parent)
    : QAbstractButton(parent)
    , m_theming(theming)
    , m_glyph(glyph)
    , m_word(word)
{
    setCheckable(true);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&theming, &Theming::changed, this, [this] {
        updateGeometry();
        update();
    });
    setCount(0);
    setToolTip(tr("Show only: %1").arg(word));
}

Chip::~Chip() = default;

void Chip::setCount(int count)
{
    m_count = count;
    setAccessibleName(tr("%1: %2").arg(m_word).arg(count));
    updateGeometry();
    update();
}

QSize Chip::sizeHint() const
{
    const QFontMetrics words(m_theming.font(FontRole::Small));
    const QFontMetrics counts(m_theming.font(FontRole::Caption));
    return {m_theming.px(7 + 14 + 5) + words.horizontalAdvance(m_word) + m_theming.px(7)
                + counts.horizontalAdvance(QLocale().toString(m_count)) + m_theming.px(9),
            m_theming.px(23)};
}

void Chip::paintEvent(QPaintEvent *)
{
    const Palette &colors = m_theming.palette();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    const bool lit = isChecked() || hasFocus();
    const QColor ground = isChecked() ? colors.selection
        : underMouse()                ? colors.raised
                                      : colors.panel;
    painter.setPen(QPen(lit ? colors.selectionLine : colors.line, hasFocus() ? 2 : 1));
    painter.setBrush(ground);
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2);

    const double sign = m_theming.px(13);
    paintStateGlyph(painter, QRectF(m_theming.px(7), (height() - sign) / 2, sign, sign), m_glyph,
                    colors, ground);
    QRect text = rect().adjusted(m_theming.px(7 + 14 + 5), 0, -m_theming.px(9), 0);
    painter.setFont(m_theming.font(FontRole::Small));
    painter.setPen(colors.muted);
    painter.drawText(text, Qt::AlignVCenter | Qt::AlignLeft, m_word);
    painter.setFont(m_theming.font(FontRole::Caption));
    painter.setPen(colors.text);
    painter.drawText(text, Qt::AlignVCenter | Qt::AlignRight, QLocale().toString(m_count));
}

FlowLayout::FlowLayout(int gap, QWidget *parent)
    : QLayout(parent)
    , m_gap(gap)
{
    setContentsMargins(0, 0, 0, 0);
}

FlowLayout::~FlowLayout()
{
    while (QLayoutItem *item = takeAt(0))
        delete item;
}

QLayoutItem *FlowLayout::takeAt(int index)
{
    return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

int FlowLayout::heightForWidth(int width) const
{
    return lay(QRect(0, 0, width, 0), false);
}

QSize FlowLayout::minimumSize() const
{
    QSize size;
    for (const QLayoutItem *item : m_items)
        size = size.expandedTo(item->minimumSize());
    return size;
}

void FlowLayout::setGeometry(const QRect &rect)
{
    QLayout::setGeometry(rect);
    lay(rect, true);
}

int FlowLayout::lay(const QRect &rect, bool move) const
{
    int x = rect.x();
    int y = rect.y();
    int line = 0;
    for (QLayoutItem *item : m_items) {
        const QSize size = item->sizeHint();
        if (x > rect.x() && x + size.width() > rect.x() + rect.width()) {
            x = rect.x();
            y += line + m_gap;
            line = 0;
        }
        if (move)
            item->setGeometry(QRect(QPoint(x, y), size));
        x += size.width() + m_gap;
        line = qMax(line, size.height());
    }
    return y + line - rect.y();
}

} // namespace Kintsugi
