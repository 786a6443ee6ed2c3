// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/panels/label.h"

#include "ui/theme/theme.h"

#include <QLocale>
#include <QPainter>

namespace Kintsugi {

Label::Label(Theming &theming, FontRole role, Ink ink, const QString &text, QWidget *parent)
    : QLabel(text, parent)
    , m_theming(theming)
    , m_role(role)
{
    setTextFormat(Qt::PlainText);
    if (ink == Ink::Muted)
        setForegroundRole(QPalette::PlaceholderText);
    connect(&theming, &Theming::changed, this, &Label::restyle);
    restyle();
}

Label::~Label() = default;

void Label::reserve(const QString &widest)
{
    m_widest = widest;
    restyle();
}

void Label::setElided(Qt::TextElideMode mode)
{
    m_mode = mode;
    setMinimumWidth(1);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

void Label::setFullText(const QString &text)
{
    if (text == m_full)
        return;
    m_full = text;
    setAccessibleName(text);
    cut();
}

void Label::cut()
{
    if (m_mode == Qt::ElideNone) {
        setText(m_full);
        return;
    }
    const QString shown = fontMetrics().elidedText(m_full, m_mode, qMax(width(), 1));
    setText(shown);
    setToolTip(shown == m_full ? QString() : m_full);
}

void Label::resizeEvent(QResizeEvent *event)
{
    QLabel::resizeEvent(event);
    if (m_mode != Qt::ElideNone)
        cut();
}

void Label::restyle()
{
    setFont(m_theming.font(m_role));
    if (!m_widest.isEmpty())
        setMinimumWidth(QFontMetrics(font()).horizontalAdvance(m_widest) + 1);
}

Pill::Pill(Theming &theming, QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&theming, &Theming::changed, this, [this] {
        updateGeometry();
        resize(sizeHint()); // A tab bar leaves it as it is.
        update();
    });
    setCount(0);
}

Pill::~Pill() = default;

void Pill::setCount(qint64 count)
{
    const QString text = QLocale().toString(count);
    if (text == m_text)
        return;
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    resize(sizeHint());
    update();
}

QSize Pill::sizeHint() const
{
    const QFontMetrics metrics(m_theming.font(FontRole::Small));
    return {qMax(metrics.horizontalAdvance(m_text), metrics.horizontalAdvance(u'0') * 2)
                + m_theming.px(10),
            m_theming.px(17)};
}

void Pill::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theming.palette().raised);
    painter.drawRoundedRect(rect(), height() / 2.0, height() / 2.0);
    painter.setPen(m_theming.palette().muted);
    painter.setFont(m_theming.font(FontRole::Small));
    painter.drawText(rect(), Qt::AlignCenter, m_text);
}

} // namespace Kintsugi
