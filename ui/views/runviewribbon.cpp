// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/views/runviewribbon.h"

#include "engine/model/clock.h"
#include "ui/theme/theme.h"
#include "ui/views/runviewtexts.h"

#include <QHelpEvent>
#include <QLocale>
#include <QPainter>
#include <QToolTip>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr double kCaption = 26; // height of the caption row, px
constexpr double kBelow = 34; // brackets and their words
constexpr int kMendMs = 600;
constexpr int kBreakMs = 120;
constexpr int kFillMs = 120;
constexpr int kFrameMs = 40;
constexpr auto kShortestPause = 200ms; // quicker ticks show no bar

double eased(QEasingCurve::Type curve, double from, double to, double now)
{
    return QEasingCurve(curve).valueForProgress(std::clamp((now - from) / (to - from), 0.0, 1.0));
}

} // namespace

RunRibbon::RunRibbon(const Theming &theming, const Clock &clock, QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
    , m_clock(clock)
{
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Ticks"));
    const auto prepare = [this](QVariantAnimation &motion, double end, int ms) {
        motion.setStartValue(0.0);
        motion.setEndValue(end);
        motion.setDuration(ms);
        connect(&motion, &QVariantAnimation::valueChanged, this, [this] { rebuild(); });
        connect(&motion, &QVariantAnimation::finished, this, [this] { rebuild(); });
    };
    prepare(m_mend, kMendMs, kMendMs);
    prepare(m_break, 1, kBreakMs);
    prepare(m_fill, 1, kFillMs);
}

QSize RunRibbon::sizeHint() const
{
    return {m_theming.px(600), m_theming.px(kCaption + kRibbonHeight + 9 + kBelow)};
}

QSize RunRibbon::minimumSizeHint() const
{
    return {m_theming.px(240), sizeHint().height()};
}

QRectF RunRibbon::body() const
{
    return {0, double(m_theming.px(kCaption)), double(width()),
            double(m_theming.px(kRibbonHeight))};
}

bool RunRibbon::isMoving() const
{
    return m_mend.state() == QAbstractAnimation::Running
        || m_break.state() == QAbstractAnimation::Running
        || m_fill.state() == QAbstractAnimation::Running || m_ticking.isActive();
}

void RunRibbon::show(const RunStory &story, bool live)
{
    const RunStory before = std::exchange(m_story, story);
    startMotions(before, live && isVisible() && !m_theming.reducedMotion());
    rebuild();
    setTicking();
    setAccessibleDescription(plainText(pictureSummary(m_story, m_theming.palette())));
}

void RunRibbon::startMotions(const RunStory &before, bool live)
{
    if (before.task().id != m_story.task().id)
        live = false;
    if (!live) {
        m_mend.stop();
        m_break.stop();
        m_fill.stop();
        return;
    }
    const auto mended = [](const RunStory &story) {
        return std::ranges::count_if(story.breaks(),
                                     [](const Break &gap) { return bool(gap.wentOnAt); });
    };
    if (mended(m_story) > mended(before))
        m_mend.start();
    if (m_story.isBroken() && !before.isBroken())
        m_break.start();
    if (m_story.ticksDone() > before.ticksDone())
        m_fill.start();
}

/*! Where the newest break stands between broken and mended. */
void RunRibbon::arrange(RibbonBreak &gap, bool open) const
{
    if (open) {
        const bool moving = m_break.state() == QAbstractAnimation::Running;
        const double part = moving ? m_break.currentValue().toDouble() : 1;
        gap = RibbonBreak::open(gap.attempt, gap.afterTick);
        gap.gap = 12 + 8 * part;
        gap.apart = 10 * part;
        gap.drop = 3 * part;
    } else if (m_mend.state() == QAbstractAnimation::Running) {
        const double now = m_mend.currentValue().toDouble();
        const double closed = eased(QEasingCurve::OutCubic, 0, 240, now);
        gap.gap = 20 - 8 * closed;
        gap.apart = 10 - 8.5 * closed;
        gap.drop = 3 * (1 - closed);
        gap.gold = eased(QEasingCurve::InOutSine, 180, kMendMs, now);
        gap.hairs = eased(QEasingCurve::Linear, kMendMs - 90, kMendMs, now);
    }
}

void RunRibbon::rebuild()
{
    Ribbon ribbon;
    ribbon.task = m_story.task().id.bytes();
    ribbon.count = m_story.tickCount();
    ribbon.done = m_story.ticksDone();
    ribbon.spans = m_story.spans();
    const qsizetype count = m_story.breaks().size();
    for (qsizetype i = 0; i < count; ++i) {
        const Break &past = m_story.breaks()[i];
        const bool newest = i == count - 1 && !m_story.isBroken();
        if (!past.wentOnAt && !newest)
            continue; // the next attempt broke at the same place: it is one break
        RibbonBreak gap;
        gap.attempt = past.attempt;
        gap.afterTick = past.afterTick;
        gap.plain = past.reason == "resume"_ba;
        if (gap.plain)
            gap.gap = 4;
        else if (newest)
            arrange(gap, !past.wentOnAt && !m_story.end());
        ribbon.breaks << gap;
    }
    if (m_story.isBroken()) {
        RibbonBreak gap;
        gap.attempt = m_story.task().attempt;
        gap.afterTick = m_story.ticksDone();
        arrange(gap, true);
        ribbon.breaks << gap;
    }
    const bool running = m_story.task().state == TaskState::Running && !m_story.end()
        && !m_story.isBroken() && !m_story.attempts().isEmpty();
    if (running && ribbon.done < ribbon.count)
        ribbon.current =
            RibbonCurrent{ribbon.done + 1, m_story.attempts().last().number, progress()};
    if (m_fill.state() == QAbstractAnimation::Running)
        ribbon.newest = m_fill.currentValue().toDouble();
    m_ribbon = ribbon;
    update();
}

double RunRibbon::progress() const
{
    if (m_story.tickPause() < kShortestPause || !m_story.lastEvent() || m_theming.reducedMotion())
        return 0;
    const auto passed = m_clock.now() - m_story.lastEvent()->at;
    return std::clamp(double(passed.count()) / double(m_story.tickPause().count()), 0.0, 1.0);
}

void RunRibbon::setTicking()
{
    const bool wanted = m_ribbon.current && m_story.tickPause() >= kShortestPause && isVisible()
        && !m_theming.reducedMotion();
    if (wanted && !m_ticking.isActive())
        m_ticking.start(kFrameMs, this);
    else if (!wanted)
        m_ticking.stop();
}

void RunRibbon::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_ticking.timerId())
        return QWidget::timerEvent(event);
    if (!m_ribbon.current)
        return;
    m_ribbon.current->progress = progress();
    const QRectF at = body();
    const QRectF cell =
        RibbonGeometry(m_ribbon, at, m_theming.scale()).cell(m_ribbon.current->tick);
    update(cell.adjusted(-1, cell.height() - m_theming.px(6), 1, 1).toAlignedRect());
    update(
        QRectF(width() / 2.0, at.bottom(), width() / 2.0, height() - at.bottom()).toAlignedRect());
}

void RunRibbon::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    setTicking();
}

void RunRibbon::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_ticking.stop();
    m_mend.stop();
    m_break.stop();
    m_fill.stop();
    rebuild();
}

const TickSpan *RunRibbon::spanAt(qint64 tick) const
{
    const auto span = std::ranges::lower_bound(m_story.spans(), tick, {}, &TickSpan::to);
    return span != m_story.spans().cend() && span->from <= tick ? &*span : nullptr;
}

void RunRibbon::mousePressEvent(QMouseEvent *event)
{
    const QRectF at = body();
    if (event->button() != Qt::LeftButton || !at.contains(event->position()))
        return QWidget::mousePressEvent(event);
    const qint64 tick =
        RibbonGeometry(m_ribbon, at, m_theming.scale()).tickAt(event->position().x());
    if (const TickSpan *span = spanAt(tick))
        Q_EMIT seqSelected(span->seqOf(tick));
}

void RunRibbon::mouseMoveEvent(QMouseEvent *event)
{
    const QRectF at = body();
    const bool over = at.contains(event->position())
        && spanAt(RibbonGeometry(m_ribbon, at, m_theming.scale()).tickAt(event->position().x()));
    setCursor(over ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

bool RunRibbon::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const QRectF at = body();
    if (!at.contains(help->pos())) {
        QToolTip::hideText();
        return true;
    }
    const qint64 tick = RibbonGeometry(m_ribbon, at, m_theming.scale()).tickAt(help->pos().x());
    const QString number = QLocale().toString(tick);
    const TickSpan *span = spanAt(tick);
    QToolTip::showText(help->globalPos(),
                       span ? tr("Tick %1, attempt %2, event %3")
                                  .arg(number, QLocale().toString(span->attempt),
                                       QLocale().toString(span->seqOf(tick)))
                            : tr("Tick %1 is still to come").arg(number),
                       this);
    return true;
}

QString RunRibbon::nextText() const
{
    if (m_story.isBroken())
        return m_story.ticksDone() < m_story.tickCount() ? tr("not yet run") : QString();
    if (!m_ribbon.current)
        return {};
    const QString tick = QLocale().toString(m_ribbon.current->tick);
    if (m_story.tickPause() < 1s || !m_story.lastEvent())
        return tr("next: tick %1").arg(tick);
    const auto left =
        std::max(0ms, m_story.tickPause() - (m_clock.now() - m_story.lastEvent()->at));
    return tr("next: tick %1 in %2").arg(tick, shortSeconds(left));
}

void RunRibbon::paintEvent(QPaintEvent *event)
{
    QPainter painter(this);
    painter.setClipRegion(event->region());
    paintCaption(painter);
    paintRibbon(painter, m_ribbon, body(), m_theming.look());
    paintBrackets(painter);
}

void RunRibbon::paintCaption(QPainter &painter) const
{
    const Look look = m_theming.look();
    const double baseline = body().top() - m_theming.px(9);
    paintRuns(painter, {0, baseline}, {{tr("Ticks"), FontRole::Caption, look.palette.muted}}, look);
    const QList<TextRun> summary = pictureSummary(m_story, look.palette);
    paintRuns(painter, {width() - widthOf(summary, look), baseline}, summary, look);
}

void RunRibbon::paintBrackets(QPainter &painter) const
{
    const Look look = m_theming.look();
    const Palette &p = look.palette;
    const QRectF at = body();
    const RibbonGeometry geometry(m_ribbon, at, look.scale);
    const double y = at.bottom() + look.px(9);
    const double baseline = y + look.px(21);
    const QString next = nextText();
    const QList<TextRun> nextRuns{{next, FontRole::Secondary, p.muted}};
    double right = width();
    if (!next.isEmpty())
        right -= widthOf(nextRuns, look) + look.px(16);

    QList<const AttemptStory *> shown;
    for (const AttemptStory &attempt : m_story.attempts()) {
        if (attempt.lastTick > 0)
            shown << &attempt;
    }
    painter.setRenderHint(QPainter::Antialiasing);
    double used = 0; // words must not reach into those of the next bracket
    for (qsizetype i = 0; i < shown.size(); ++i) {
        const AttemptStory &attempt = *shown[i];
        const double x0 = geometry.left(attempt.firstTick) + 0.75;
        const double x1 = std::max(x0 + 1, geometry.right(attempt.lastTick) - 0.75);
        painter.setPen(QPen(p.attempt(attempt.number), look.px(1.5), Qt::SolidLine, Qt::FlatCap,
                            Qt::MiterJoin));
        painter.setBrush(Qt::NoBrush);
        painter.drawPolyline(
            QPolygonF({{x0, y}, {x0, y + look.px(5)}, {x1, y + look.px(5)}, {x1, y}}));
        const double end =
            i + 1 < shown.size() ? geometry.left(shown[i + 1]->firstTick) - look.px(10) : right;
        const double from = std::max(x0 - 0.75, used);
        const TextRun name{tr("Attempt %1").arg(attempt.number), FontRole::SecondaryStrong, p.text};
        const QString first = QLocale().toString(attempt.firstTick);
        const QString range = attempt.firstTick == attempt.lastTick
            ? tr("tick %1").arg(first)
            : tr("ticks %1–%2").arg(first, QLocale().toString(attempt.lastTick));
        const bool newest = i + 1 == shown.size();
        const QString said = newest && m_story.isBroken()
            ? tr("%1 are committed, nothing of them is lost").arg(range)
            : attempt.end == AttemptEnd::Broken ? tr("%1, then it broke").arg(range)
            : newest && m_ribbon.current        ? tr("from tick %1").arg(first)
                                                : range;
        const auto with = [&](const QString &text) {
            return QList<TextRun>{name, {u"  "_s + text, FontRole::Secondary, p.muted}};
        };
        const QList<TextRun> words =
            fitting({with(said),
                     with(range),
                     {name},
                     {{QLocale().toString(attempt.number), FontRole::SecondaryStrong, p.text}},
                     {}},
                    end - from, look);
        used = from + paintRuns(painter, {from, baseline}, words, look) + look.px(8);
    }
    if (next.isEmpty())
        return;
    double x = width() - widthOf(nextRuns, look);
    if (m_story.isBroken() && m_story.ticksDone() < m_story.tickCount()) {
        // Under the fragment that is still to come, when there is room.
        x = std::max(used + look.px(8), geometry.left(m_story.ticksDone() + 1));
        if (x + widthOf(nextRuns, look) > width())
            return;
    } else if (x < used) {
        return;
    }
    paintRuns(painter, {x, baseline}, nextRuns, look);
}

} // namespace Kintsugi
