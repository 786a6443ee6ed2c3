// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/clock.h"
#include "ui/theme/theme.h"
#include "ui/views/runtimeline.h"

#include <QHelpEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QTimerEvent>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

constexpr double kStrip = 16;
constexpr double kStripGap = 18;
constexpr qsizetype kMostLanes = 8; // The newest; what came before is in the strip.
constexpr int kTickMs = 100;
constexpr double kZoomStep = 1.3;
constexpr double kWheelStep = 120;
constexpr int kMostPredicted = 40;

} // namespace

TimelineCanvas::TimelineCanvas(const Theming &theming, const Clock &clock, const TimeLog &log,
                               QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
    , m_clock(clock)
    , m_log(log)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Timeline"));
}

TimelineCanvas::~TimelineCanvas() = default;

void TimelineCanvas::show(const RunStory &story, const Moment &moment)
{
    if (story.task().id != m_story.task().id) {
        m_isWhole = m_isFollowing = true;
        m_picture.selected = 0;
        Q_EMIT followChanged();
    }
    m_story = story;
    m_picture.task = story.task().id.bytes();
    const bool isOver = story.end() || isTerminal(story.task().state);
    m_picture.now = isOver ? std::nullopt : std::optional(moment.now);
    const bool works = !isOver && !story.isBroken() && story.task().state == TaskState::Running;
    m_picture.alive = works && !story.attempts().isEmpty() ? story.attempts().last().number : 0;
    m_picture.firstLane = std::max<qsizetype>(0, qsizetype(m_log.lanes().size()) - kMostLanes);
    m_picture.owners.clear();
    QStringList lines;
    for (const AttemptStory &attempt : story.attempts()) {
        m_picture.owners << attemptReason(attempt);
        lines << tr("Attempt %1, %2: %3")
                     .arg(QString::number(attempt.number), attemptReason(attempt),
                          plainText(attemptText(story, attempt, m_theming.palette())));
    }
    setAccessibleDescription(
        lines.mid(std::max<qsizetype>(0, lines.size() - kMostLanes)).join(u"; "_s));
    collectGaps();
    arrange();
    if (const int height = sizeHint().height(); height != m_height) {
        m_height = height;
        updateGeometry();
    }
    keepTime();
    update();
}

void TimelineCanvas::collectGaps()
{
    m_picture.gaps.clear();
    for (const Break &gap : m_story.breaks()) {
        const bool broke = gap.reason == "recovery"_ba;
        m_picture.gaps.append({.attempt = gap.attempt,
                               .from = gap.brokenAt,
                               .to = gap.mendedAt,
                               .kind = !broke                 ? DeadTime::Kind::Paused
                                   : gap.wentOnAt.has_value() ? DeadTime::Kind::Mended
                                                              : DeadTime::Kind::Open,
                               .words = broke
                                   ? tr("%1 dead · nobody drove it").arg(durationText(gap.dead()))
                                   : tr("%1 in between").arg(durationText(gap.dead()))});
    }
    if (!m_picture.now || m_story.attempts().isEmpty())
        return;
    const AttemptStory &last = m_story.attempts().last();
    const auto since = std::max(0ms, *m_picture.now - last.lastEventAt);
    if (m_story.isBroken())
        m_picture.gaps.append(
            {.attempt = last.number,
             .from = last.lastEventAt,
             .to = *m_picture.now,
             .kind = DeadTime::Kind::Open,
             .words = tr("%1 since its last event · nobody drives it").arg(shortSeconds(since))});
    else if (m_story.task().state == TaskState::Suspended)
        m_picture.gaps.append({.attempt = last.number,
                               .from = last.lastEventAt,
                               .to = *m_picture.now,
                               .kind = DeadTime::Kind::Paused,
                               .words = tr("suspended for %1").arg(shortSeconds(since))});
}

/*! The ticks that are still to come, where the pause between them is known. */
void TimelineCanvas::predict()
{
    m_picture.predicted.clear();
    const milliseconds pause = m_story.tickPause();
    if (m_picture.alive == 0 || pause <= 0ms || !m_story.lastEvent()
        || m_story.kind() != RunKind::Ticks)
        return;
    Timestamp at = m_story.lastEvent()->at;
    const TimeScale scale(m_picture.window,
                          body().left() + TimelineGeometry::gutter(m_theming.look()),
                          body().right());
    if (double(pause.count()) * scale.perMs() < m_theming.px(20))
        return;
    for (qint64 tick = m_story.ticksDone() + 1;
         tick <= m_story.tickCount() && m_picture.predicted.size() < kMostPredicted; ++tick) {
        at += pause;
        if (at > m_picture.window.to)
            return;
        m_picture.predicted.append({tick, std::max(at, *m_picture.now)});
    }
}

TimeWindow TimelineCanvas::whole() const
{
    const Timestamp first = m_log.firstAt();
    const Timestamp last = std::max(m_log.lastAt(), m_picture.now.value_or(m_log.lastAt()));
    milliseconds length = std::max<milliseconds>(last - first, 10ms);
    // Room for what comes next, and for the flag of now.
    milliseconds ahead = length / (m_picture.now ? 8 : 40);
    if (m_picture.alive != 0 && m_story.kind() == RunKind::Ticks) {
        const milliseconds left = m_story.tickPause() * (m_story.tickCount() - m_story.ticksDone());
        ahead = std::max(std::min(left + length / 20, length / 2 + m_story.tickPause() * 2), ahead);
    }
    return {first - std::max<milliseconds>(length / 40, 1ms),
            last + std::max<milliseconds>(ahead, 1ms)};
}

void TimelineCanvas::arrange()
{
    if (m_isWhole) {
        m_picture.window = whole();
    } else if (m_isFollowing && m_picture.now) {
        const milliseconds length = m_picture.window.length();
        const Timestamp to = *m_picture.now + length / 6;
        m_picture.window = {to - length, to};
    }
    predict();
}

void TimelineCanvas::select(Seq seq)
{
    if (m_picture.selected == seq)
        return;
    m_picture.selected = seq;
    update();
}

void TimelineCanvas::zoom(double factor)
{
    const TimeScale &scale = geometry().scale();
    const bool aboutNow = m_isFollowing && m_picture.now;
    zoomAt(factor, aboutNow ? scale.x(*m_picture.now) : (scale.left() + scale.right()) / 2);
}

void TimelineCanvas::zoomAt(double factor, double x)
{
    const TimeWindow before = m_picture.window;
    TimeWindow after = before.zoomed(factor, geometry().scale().at(x));
    const TimeWindow all = whole();
    if (after.length() >= all.length()) {
        showWhole();
        return;
    }
    // Where there is nothing is nothing to see.
    if (after.from < all.from)
        after = after.moved(all.from - after.from);
    if (after.to > all.to)
        after = after.moved(all.to - after.to);
    m_picture.window = after;
    m_isWhole = false;
    const bool seesNow =
        m_picture.now && *m_picture.now >= after.from && *m_picture.now <= after.to;
    follow(m_isFollowing && seesNow);
    arrange();
    update();
}

void TimelineCanvas::pan(double pixels)
{
    const TimeScale &scale = geometry().scale();
    const TimeWindow all = whole();
    milliseconds by(qint64(std::llround(pixels / scale.perMs())));
    by = std::clamp(by, std::min(0ms, all.from - m_picture.window.from),
                    std::max(0ms, all.to - m_picture.window.to));
    if (by == 0ms || m_isWhole)
        return;
    m_picture.window = m_picture.window.moved(by);
    follow(false);
    predict();
    update();
}

void TimelineCanvas::showWhole()
{
    m_isWhole = true;
    follow(true);
    arrange();
    update();
}

void TimelineCanvas::follow(bool follows)
{
    if (m_isFollowing == follows)
        return;
    m_isFollowing = follows;
    Q_EMIT followChanged();
    arrange();
    update();
}

QRectF TimelineCanvas::body() const
{
    const qsizetype lanes = qsizetype(m_log.lanes().size()) - m_picture.firstLane;
    return {0, 0, double(width()), TimelineGeometry::heightOf(lanes, m_theming.look())};
}

QRectF TimelineCanvas::strip() const
{
    const Look look = m_theming.look();
    const double left = TimelineGeometry::gutter(look);
    return {left, body().bottom() + look.px(kStripGap), width() - left - look.px(2),
            look.px(kStrip)};
}

TimelineGeometry TimelineCanvas::geometry() const
{
    return {m_log, m_picture, body(), m_theming.look()};
}

QPointF TimelineCanvas::pointOf(qsizetype lane, Timestamp at) const
{
    const TimelineGeometry where = geometry();
    const double x = where.scale().x(at);
    if (x < where.scale().left() || x > where.scale().right())
        return {};
    return {x, where.lane(lane).center().y()};
}

QSize TimelineCanvas::sizeHint() const
{
    return {m_theming.px(600), int(std::ceil(strip().bottom())) + m_theming.px(2)};
}

QSize TimelineCanvas::minimumSizeHint() const
{
    return {m_theming.px(240), sizeHint().height()};
}

void TimelineCanvas::keepTime()
{
    const bool moves = m_picture.now && isVisible() && m_story.task().state == TaskState::Running;
    const int wanted = m_theming.reducedMotion() ? 1000 : kTickMs;
    if (moves && !m_ticking.isActive())
        m_ticking.start(wanted, this);
    else if (!moves)
        m_ticking.stop();
}

void TimelineCanvas::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_ticking.timerId())
        return QWidget::timerEvent(event);
    m_picture.now = m_clock.now();
    collectGaps();
    arrange();
    update();
}

void TimelineCanvas::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    keepTime();
}

void TimelineCanvas::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void TimelineCanvas::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_ticking.stop();
}

void TimelineCanvas::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Look look = m_theming.look();
    paintTimeline(painter, m_log, m_picture, body(), look);
    if (m_log.isEmpty())
        return;
    const QRectF at = strip();
    paintRuns(painter, {look.px(12), at.center().y() + look.px(4)},
              {{tr("Whole run"), FontRole::Small, look.palette.muted}}, look);
    paintOverview(painter, m_log, m_picture, whole(), at, look);
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(look.palette.selectionLine, look.px(2)));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), look.px(6), look.px(6));
    }
}

void TimelineCanvas::wheelEvent(QWheelEvent *event)
{
    const QPoint turned = event->angleDelta();
    if (event->position().x() < TimelineGeometry::gutter(m_theming.look())
        || body().bottom() < event->position().y()) {
        event->ignore(); // The view scrolls.
        return;
    }
    if (turned.x() != 0 || event->modifiers().testFlag(Qt::ShiftModifier))
        pan(-double(turned.x() != 0 ? turned.x() : turned.y()));
    else
        zoomAt(std::pow(kZoomStep, -double(turned.y()) / kWheelStep), event->position().x());
    event->accept();
}

void TimelineCanvas::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_pressedAt = event->position();
    m_pressedWindow = m_picture.window;
    m_hasMoved = false;
    m_drag = strip().adjusted(0, -4, 0, 4).contains(m_pressedAt) ? Drag::Strip : Drag::Plot;
    if (m_drag == Drag::Strip)
        centreOn(m_pressedAt.x());
}

void TimelineCanvas::mouseMoveEvent(QMouseEvent *event)
{
    const double moved = event->position().x() - m_pressedAt.x();
    if (m_drag == Drag::Strip) {
        centreOn(event->position().x());
    } else if (m_drag == Drag::Plot && (m_hasMoved || std::abs(moved) >= m_theming.px(4))) {
        if (!m_hasMoved && !m_isWhole)
            setCursor(Qt::ClosedHandCursor);
        m_hasMoved = true;
        const Timestamp wanted = m_pressedWindow.from
            - milliseconds(qint64(std::llround(moved / geometry().scale().perMs())));
        pan(double((wanted - m_picture.window.from).count()) * geometry().scale().perMs());
    }
}

void TimelineCanvas::mouseReleaseEvent(QMouseEvent *event)
{
    unsetCursor();
    const bool clicked = m_drag == Drag::Plot && !m_hasMoved;
    m_drag = Drag::None;
    if (!clicked)
        return;
    if (const Seq seq = geometry().seqAt(event->position()); seq > 0) {
        select(seq);
        Q_EMIT seqSelected(seq);
    }
}

void TimelineCanvas::mouseDoubleClickEvent(QMouseEvent *)
{
    m_drag = Drag::None;
    showWhole();
}

void TimelineCanvas::centreOn(double x)
{
    if (m_isWhole)
        return;
    const TimeScale all(whole(), strip().left(), strip().right());
    const Timestamp from = all.at(x) - m_picture.window.length() / 2;
    pan(double((from - m_picture.window.from).count()) * geometry().scale().perMs());
}

void TimelineCanvas::keyPressEvent(QKeyEvent *event)
{
    const double tenth = width() / 10.0;
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoom(1 / kZoomStep);
    case Qt::Key_Minus:
        return zoom(kZoomStep);
    case Qt::Key_Left:
        return pan(-tenth);
    case Qt::Key_Right:
        return pan(tenth);
    case Qt::Key_Home:
        return showWhole();
    case Qt::Key_End:
        return follow(true);
    default:
        QWidget::keyPressEvent(event);
    }
}

QString TimelineCanvas::tellAt(const QPointF &point) const
{
    const TimelineGeometry where = geometry();
    const qsizetype index = where.laneAt(point.y());
    if (index < 0)
        return {};
    const Lane &lane = m_log.lanes()[size_t(index)];
    if (point.x() < where.scale().left()) {
        const AttemptStory &attempt = m_story.attempts().value(index);
        return plainText(attemptText(m_story, attempt, m_theming.palette()));
    }
    if (const Seq seq = where.seqAt(point); seq > 0) {
        const auto tick = std::ranges::lower_bound(lane.ticks, seq, {}, &TimeMark::seq);
        if (tick != lane.ticks.end() && tick->seq == seq)
            return tr("Tick %1 · event %2 · %3")
                .arg(QLocale().toString(lane.firstTick + (tick - lane.ticks.begin())),
                     QLocale().toString(seq), timeOfDay(tick->at));
        for (const StageBar &bar : lane.bars) {
            if (bar.seq == seq)
                return bar.end == StageBar::End::Cached
                    ? tr("%1 · from cache · took %2 then")
                          .arg(bar.stage, durationText(bar.duration))
                    : tr("%1 · began %2 · %3")
                          .arg(bar.stage, timeOfDay(bar.from),
                               bar.end == StageBar::End::Done ? durationText(bar.duration)
                                                              : tr("not finished"));
        }
        return tr("Event %1").arg(QLocale().toString(seq));
    }
    const Timestamp at = where.scale().at(point.x());
    for (const DeadTime &gap : m_picture.gaps) {
        if (at >= gap.from && at <= gap.to)
            return gap.words;
    }
    return timeOfDay(at);
}

bool TimelineCanvas::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const QString words = tellAt(help->pos());
    if (words.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), words, this);
    return true;
}

} // namespace Kintsugi
