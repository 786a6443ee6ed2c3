// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/views/runviewheader.h"

#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include <cmath>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

struct PillColors
{
    QColor text, fill, line;
};

PillColors pillColors(StateGlyph glyph, const Palette &p)
{
    switch (glyph) {
    case StateGlyph::Running:
        return {p.running, p.blueFill, p.blueLine};
    case StateGlyph::Stale:
        return {p.stale, p.amberFill, p.amberLine};
    case StateGlyph::Done:
        return {p.done, p.greenFill, p.greenLine};
    case StateGlyph::Failed:
        return {p.failed, p.panel, p.failed};
    case StateGlyph::Suspended:
        return {p.suspended, p.panel, p.suspended};
    default:
        return {p.idle, p.raised, p.line};
    }
}

} // namespace

StatePill::StatePill(const Theming &theming, QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
{
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

QSize StatePill::minimumSizeHint() const
{
    return {qMin(sizeHint().width(), m_theming.px(72)), m_theming.px(24)};
}

void StatePill::show(StateGlyph glyph, const QString &text)
{
    if (glyph == m_glyph && text == m_text)
        return;
    m_glyph = glyph;
    m_text = text;
    setAccessibleName(tr("State: %1").arg(text));
    setToolTip(text);
    updateGeometry();
    update();
}

QSize StatePill::sizeHint() const
{
    const QFontMetrics metrics(m_theming.font(FontRole::SecondaryStrong));
    return {metrics.horizontalAdvance(m_text) + m_theming.px(38), m_theming.px(24)};
}

void StatePill::paintEvent(QPaintEvent *)
{
    const Palette &palette = m_theming.palette();
    const PillColors colors = pillColors(m_glyph, palette);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(QPen(colors.line, 1));
    painter.setBrush(colors.fill);
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2);
    const double glyph = m_theming.px(13);
    paintStateGlyph(painter, QRectF(m_theming.px(9), (height() - glyph) / 2, glyph, glyph), m_glyph,
                    palette, colors.fill);
    painter.setFont(m_theming.font(FontRole::SecondaryStrong));
    painter.setPen(colors.text);
    const QRectF room(m_theming.px(28), 0, width() - m_theming.px(36), height());
    painter.drawText(
        room, Qt::AlignLeft | Qt::AlignVCenter,
        painter.fontMetrics().elidedText(m_text, Qt::ElideRight, int(std::ceil(room.width()))));
}

KeyChip::KeyChip(const Theming &theming, QWidget *parent)
    : PaintedButton(parent)
    , m_theming(theming)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void KeyChip::showKey(const IdempotencyKey &key)
{
    setText(shortKey(key));
    setAccessibleName(tr("Copy the idempotency key %1").arg(key.toString()));
    setToolTip(tr("Idempotency key %1\nClick to copy it.").arg(key.toString()));
    updateGeometry();
    update();
}

QSize KeyChip::sizeHint() const
{
    const QFontMetrics metrics(m_theming.font(FontRole::Mono));
    return {metrics.horizontalAdvance(text()) + m_theming.px(33), m_theming.px(24)};
}

void KeyChip::paintEvent(QPaintEvent *)
{
    const Palette &p = m_theming.palette();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool focused = hasRing();
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(QPen(focused ? p.selectionLine : p.line, focused ? 2 : 1));
    painter.setBrush(isDown() ? mixed(p.text, p.raised, 0.12) : underMouse() ? p.raised : p.panel);
    painter.drawRoundedRect(focused ? box.adjusted(0.5, 0.5, -0.5, -0.5) : box, m_theming.px(4),
                            m_theming.px(4));
    painter.setFont(m_theming.font(FontRole::Mono));
    painter.setPen(p.text);
    painter.drawText(QRectF(m_theming.px(8), 0, width(), height()),
                     Qt::AlignLeft | Qt::AlignVCenter, text());
    const int icon = m_theming.px(12);
    painter.drawPixmap(width() - m_theming.px(8) - icon, (height() - icon) / 2,
                       Icons::pixmap(u"copy", icon, p.muted, devicePixelRatioF()));
}

ElidedLabel::ElidedLabel(const Theming &theming, FontRole role, bool muted, Qt::Alignment alignment,
                         QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
    , m_role(role)
    , m_muted(muted)
    , m_alignment(alignment)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void ElidedLabel::setText(const QString &text)
{
    if (text == m_text)
        return;
    m_text = text;
    setAccessibleName(text);
    setToolTip(text);
    updateGeometry();
    update();
}

QSize ElidedLabel::sizeHint() const
{
    const QFontMetrics metrics(m_theming.font(m_role));
    return {metrics.horizontalAdvance(m_text) + 2, metrics.height()};
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {m_muted ? 0 : qMin(sizeHint().width(), m_theming.px(110)), sizeHint().height()};
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setFont(m_theming.font(m_role));
    painter.setPen(m_muted ? m_theming.palette().muted : m_theming.palette().text);
    painter.drawText(rect(), int(m_alignment | Qt::AlignVCenter),
                     painter.fontMetrics().elidedText(m_text, Qt::ElideRight, width()));
}

RunHeader::RunHeader(const Theming &theming, QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
    , m_name(new ElidedLabel(theming, FontRole::TaskName, false, Qt::AlignLeft, this))
    , m_pill(new StatePill(theming, this))
    , m_input(new ElidedLabel(theming, FontRole::Secondary, true, Qt::AlignRight, this))
    , m_key(new KeyChip(theming, this))
    , m_whyIcon(new QLabel(this))
    , m_why(new QLabel(this))
{
    auto *first = new QHBoxLayout;
    first->addWidget(m_name);
    first->addWidget(m_pill);
    first->addWidget(m_input, 1);
    first->addWidget(m_key);
    auto *second = new QHBoxLayout;
    second->addWidget(m_whyIcon, 0, Qt::AlignTop);
    second->addWidget(m_why, 1);
    auto *rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addLayout(first);
    rows->addLayout(second);
    m_why->setTextFormat(Qt::RichText);
    m_why->setWordWrap(true);
    connect(m_key, &QAbstractButton::clicked, this, &RunHeader::copyKeyRequested);
    applyTheme();
}

void RunHeader::applyTheme()
{
    auto *rows = static_cast<QVBoxLayout *>(layout());
    rows->setSpacing(m_theming.px(6));
    rows->itemAt(0)->layout()->setSpacing(m_theming.px(12));
    rows->itemAt(1)->layout()->setSpacing(m_theming.px(7));
    m_why->setFont(m_theming.font(FontRole::Secondary));
    m_icon.clear();
    for (QWidget *part : std::initializer_list<QWidget *>{m_name, m_pill, m_input, m_key})
        part->updateGeometry();
}

void RunHeader::show(const RunStory &story, const Moment &moment)
{
    m_name->setText(QString::fromUtf8(story.task().name));
    m_pill->show(runGlyph(story, moment), stateText(story));
    m_input->setText(membersText(story.task().input));
    m_key->showKey(story.task().key);
    showWhy(story, moment);
}

void RunHeader::showWhy(const RunStory &story, const Moment &moment)
{
    const QString text = whyText(story, moment);
    if (text != m_why->text())
        m_why->setText(text);
    const QString icon = whyIcon(story);
    if (icon == m_icon)
        return;
    m_icon = icon;
    const Palette &p = m_theming.palette();
    const QColor color = icon == "crash"_L1       ? p.crack
        : icon == "beat"_L1                       ? p.running
        : icon == "check"_L1                      ? p.done
        : story.task().state == TaskState::Failed ? p.failed
                                                  : p.muted;
    m_whyIcon->setPixmap(Icons::pixmap(icon, m_theming.px(15), color, devicePixelRatioF()));
    m_whyIcon->setFixedSize(m_theming.px(15), m_theming.px(15));
}

} // namespace Kintsugi
