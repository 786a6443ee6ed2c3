// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/views/runviewstrip.h"

#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QLocale>
#include <QPainter>

#include <cmath>
#include <numbers>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int kHintMs = 1600;
constexpr double kOutlines = 8; // room around the button for its outlines

struct StripColors
{
    QColor fill, line, title;
};

StripColors colorsOf(StripKind kind, const Palette &p)
{
    switch (kind) {
    case StripKind::Countdown:
    case StripKind::Stale:
        return {p.amberFill, p.amberLine, p.stale};
    case StripKind::Mended:
        return {p.cachedFill, p.cachedLine, p.goldText};
    case StripKind::Completed:
        return {p.greenFill, p.greenLine, p.done};
    case StripKind::Failed:
        return {p.raised, p.failed, p.failed};
    case StripKind::Suspended:
        return {p.raised, p.suspended, p.suspended};
    case StripKind::TakenUp:
    case StripKind::Cancelled:
        return {p.raised, p.line, p.text};
    }
    Q_UNREACHABLE();
}

bool hasNudge(StripKind kind)
{
    return kind == StripKind::Countdown || kind == StripKind::Stale || kind == StripKind::Suspended;
}

StateGlyph signOf(StripKind kind)
{
    switch (kind) {
    case StripKind::Countdown:
    case StripKind::Stale:
        return StateGlyph::Stale;
    case StripKind::Mended:
        return StateGlyph::Recovered;
    case StripKind::Completed:
        return StateGlyph::Done;
    case StripKind::Failed:
        return StateGlyph::Failed;
    case StripKind::Suspended:
    case StripKind::TakenUp:
        return StateGlyph::Suspended;
    case StripKind::Cancelled:
        return StateGlyph::Cancelled;
    }
    Q_UNREACHABLE();
}

} // namespace

NudgeButton::NudgeButton(const Theming &theming, QWidget *parent)
    : PaintedButton(parent)
    , m_theming(theming)
{
    setObjectName(u"nudge"_s);
    m_hint.setStartValue(0.0);
    m_hint.setEndValue(1.0);
    m_hint.setDuration(kHintMs);
    m_hint.setLoopCount(-1);
    connect(&m_hint, &QVariantAnimation::valueChanged, this, [this] { update(); });
}

void NudgeButton::show(const QString &countdown, bool hinting)
{
    const QString text = countdown.isEmpty() ? tr("Nudge") : tr("Nudge in %1").arg(countdown);
    setEnabled(countdown.isEmpty());
    setAccessibleName(tr("Nudge"));
    setAccessibleDescription(countdown.isEmpty()
                                 ? tr("Submits the original input again: the run goes on.")
                                 : tr("Possible once the run is stale."));
    setToolTip(countdown.isEmpty()
                   ? tr("Submit the original input again: the run goes on where its log ends.")
                   : tr("Not yet stale: until then a nudge would only attach to it."));
    setCursor(countdown.isEmpty() ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (text != this->text()) {
        setText(text);
        updateGeometry();
    }
    m_hinting = hinting && countdown.isEmpty();
    QWidget::show();
    setHinting();
    update();
}

void NudgeButton::setHinting()
{
    const bool moving = m_hinting && isVisible() && !m_theming.reducedMotion();
    if (moving && m_hint.state() != QAbstractAnimation::Running)
        m_hint.start();
    else if (!moving)
        m_hint.stop();
}

void NudgeButton::showEvent(QShowEvent *event)
{
    PaintedButton::showEvent(event);
    setHinting();
}

void NudgeButton::hideEvent(QHideEvent *event)
{
    PaintedButton::hideEvent(event);
    m_hint.stop();
}

QSize NudgeButton::sizeHint() const
{
    const QFontMetrics metrics(m_theming.font(FontRole::BodyStrong));
    // As wide as its longest countdown, so that it stands still while it counts.
    const QString widest = tr("Nudge in %1").arg(shortSeconds(58'800ms));
    const int words = qMax(metrics.horizontalAdvance(widest), metrics.horizontalAdvance(text()));
    return {words + m_theming.px(16 + 6 + 24 + 2 * kOutlines), m_theming.px(34 + 2 * kOutlines)};
}

void NudgeButton::paintEvent(QPaintEvent *)
{
    const Palette &p = m_theming.palette();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double room = m_theming.px(kOutlines);
    const QRectF box = QRectF(rect()).adjusted(room, room, -room, -room);
    const double radius = m_theming.px(4);
    const bool ready = isEnabled();
    if (m_hinting) {
        double alpha = 1;
        if (m_hint.state() == QAbstractAnimation::Running)
            alpha =
                0.675 + 0.325 * std::cos(2 * std::numbers::pi * m_hint.currentValue().toDouble());
        for (const double outside : {3.0, 6.0}) {
            const double away = m_theming.px(outside) + 0.5;
            painter.setPen(
                QPen(mixed(outside < 4 ? p.stale : p.amberLine, p.amberFill, alpha), 1.5));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(box.adjusted(-away, -away, away, away), radius + away,
                                    radius + away);
        }
    }
    const QColor ground = isDown() ? mixed(p.text, p.raised, 0.12)
        : ready && underMouse()    ? mixed(p.text, p.raised, 0.06)
                                   : p.raised;
    painter.setPen(QPen(hasRing()   ? p.selectionLine
                            : ready ? p.stale
                                    : p.amberLine,
                        hasRing() ? 2 : 1));
    painter.setBrush(ground);
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);

    const QColor ink = ready ? p.stale : p.muted;
    painter.setFont(m_theming.font(FontRole::BodyStrong));
    const int icon = m_theming.px(16);
    const double words = painter.fontMetrics().horizontalAdvance(text());
    const double left = box.center().x() - (words + icon + m_theming.px(6)) / 2;
    painter.drawPixmap(
        QPointF(std::round(left), std::round(box.center().y() - icon / 2.0)),
        Icons::pixmap(u"nudge", icon, ready ? p.goldText : p.muted, devicePixelRatioF()));
    painter.setPen(ink);
    painter.drawText(QRectF(left + icon + m_theming.px(6), box.top(), words + 2, box.height()),
                     Qt::AlignLeft | Qt::AlignVCenter, text());
}

RunStrip::RunStrip(const Theming &theming, QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
    , m_nudge(new NudgeButton(theming, this))
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_nudge->hide();
    connect(m_nudge, &QAbstractButton::clicked, this, &RunStrip::nudgeRequested);
}

void RunStrip::show(const StripText &text)
{
    m_text = text;
    setAccessibleName(text.title);
    setAccessibleDescription(plainText(text.detail));
    if (!hasNudge(text.kind))
        m_nudge->hide();
    else
        m_nudge->show(text.kind == StripKind::Countdown ? shortSeconds(m_left) : QString(),
                      text.kind == StripKind::Stale);
    arrange();
    QWidget::show();
    update();
}

void RunStrip::setCountdown(std::chrono::milliseconds left, std::chrono::milliseconds whole)
{
    m_left = left;
    m_part = whole > 0ms ? std::clamp(double(left.count()) / double(whole.count()), 0.0, 1.0) : 0;
}

bool RunStrip::isTall() const
{
    if (hasNudge(m_text.kind) || m_text.kind == StripKind::Completed
        || m_text.kind == StripKind::Failed || m_text.kind == StripKind::Cancelled)
        return true;
    const Look look = m_theming.look();
    const QList<TextRun> title{{m_text.title, FontRole::BodyStrong, {}}};
    return widthOf(title, look) + widthOf(m_text.detail, look) + look.px(63) > width();
}

QSize RunStrip::sizeHint() const
{
    return {m_theming.px(600), m_theming.px(isTall() ? 62 : 44)};
}

void RunStrip::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void RunStrip::arrange()
{
    setFixedHeight(sizeHint().height());
    const QSize wanted = m_nudge->sizeHint();
    m_nudge->setGeometry(width() - wanted.width() - m_theming.px(6),
                         (height() - wanted.height()) / 2, wanted.width(), wanted.height());
}

void RunStrip::paintSign(QPainter &painter, const QRectF &rect, const QColor &ground) const
{
    const Palette &p = m_theming.palette();
    if (m_text.kind != StripKind::Countdown)
        return paintStateGlyph(painter, rect, signOf(m_text.kind), p, ground);
    const double side = m_theming.px(30);
    QRectF ring(0, 0, side, side);
    ring.moveCenter(rect.center());
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(p.amberLine, m_theming.px(3), Qt::SolidLine, Qt::FlatCap));
    painter.drawEllipse(ring);
    painter.setPen(QPen(p.stale, m_theming.px(3), Qt::SolidLine, Qt::FlatCap));
    painter.drawArc(ring, 90 * 16, qRound(m_part * 360 * 16));
    painter.setFont(m_theming.font(FontRole::Caption));
    painter.setPen(p.stale);
    painter.drawText(ring, Qt::AlignCenter,
                     QLocale().toString(double(m_left.count()) / 1000, 'f', 1));
}

void RunStrip::paintEvent(QPaintEvent *)
{
    const Look look = m_theming.look();
    const StripColors colors = colorsOf(m_text.kind, look.palette);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colors.line, 1));
    painter.setBrush(colors.fill);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), look.px(5), look.px(5));

    const bool ring = m_text.kind == StripKind::Countdown;
    const double sign = look.px(ring ? 30 : m_text.kind == StripKind::Mended ? 14 : 18);
    QRectF at(look.px(ring ? 17 : 16), 0, sign, sign);
    at.moveTop((height() - sign) / 2);
    paintSign(painter, at, colors.fill);

    const double left = at.right() + look.px(ring ? 15 : 11);
    const double right = m_nudge->isHidden() ? width() - look.px(16) : m_nudge->x() - look.px(8);
    const QList<TextRun> title{{m_text.title, FontRole::BodyStrong, colors.title}};
    if (isTall()) {
        paintRuns(painter, {left, height() / 2.0 - look.px(4)}, title, look, right - left);
        paintRuns(painter, {left, height() / 2.0 + look.px(15)}, m_text.detail, look, right - left);
    } else {
        const double baseline = height() / 2.0 + look.px(5);
        const double used = paintRuns(painter, {left, baseline}, title, look, right - left);
        paintRuns(painter, {left + used + look.px(6), baseline}, m_text.detail, look,
                  std::max(0.0, right - left - used - look.px(6)));
    }
}

} // namespace Kintsugi
