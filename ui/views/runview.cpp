// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/views/runview.h"

#include "engine/model/clock.h"
#include "ui/story/timelog.h"
#include "ui/theme/theme.h"
#include "ui/views/runtimeline.h"
#include "ui/views/runviewheader.h"
#include "ui/views/runviewribbon.h"
#include "ui/views/runviewstages.h"
#include "ui/views/runviewstrip.h"

#include <QBasicTimer>
#include <QEvent>
#include <QScrollArea>
#include <QTimerEvent>
#include <QVBoxLayout>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int kCountdownMs = 100;
constexpr int kStageMs = 50;
constexpr int kAgeMs = 1000;
constexpr auto kFresh = 3s; // an older mend is history and does not move

} // namespace

struct RunView::Private
{
    Private(RunView &owner, Theming &look, const Clock &time)
        : q(owner)
        , theming(look)
        , clock(time)
    {}

    [[nodiscard]] Moment moment() const;
    void apply(const QList<Event> &events);
    void build();
    void applyTheme();
    void refresh(bool live);
    void age(); //!< What changes with the clock alone.
    void showStrips(const Moment &now);
    void schedule();
    void keepDeadline();

    RunView &q;
    Theming &theming;
    const Clock &clock;
    RunStory story;
    TimeLog log; //!< Of the same events.
    bool shown = false; //!< There is a task.
    std::optional<Monotonic> staleAt;
    std::chrono::milliseconds staleWhole{};

    QScrollArea *scroll = nullptr;
    QWidget *content = nullptr;
    QVBoxLayout *rows = nullptr;
    RunHeader *header = nullptr;
    RunRibbon *ribbon = nullptr;
    RunStages *stages = nullptr;
    RunStrip *mended = nullptr;
    RunStrip *outcome = nullptr;
    RunTimeline *timeline = nullptr;
    QBasicTimer timer;
    int interval = 0;
};

void RunView::Private::apply(const QList<Event> &events)
{
    story.apply(events);
    for (const Event &event : events) {
        if (event.task == story.task().id)
            log.apply(event);
    }
}

Moment RunView::Private::moment() const
{
    Moment now{clock.now(), {}};
    if (staleAt)
        now.staleIn = std::max(
            0ms, std::chrono::ceil<std::chrono::milliseconds>(*staleAt - clock.monotonic()));
    return now;
}

void RunView::Private::build()
{
    content = new QWidget;
    content->setBackgroundRole(QPalette::Base);
    content->setAutoFillBackground(true);
    header = new RunHeader(theming, content);
    ribbon = new RunRibbon(theming, clock, content);
    stages = new RunStages(theming, content);
    outcome = new RunStrip(theming, content);
    mended = new RunStrip(theming, content);
    timeline = new RunTimeline(theming, clock, log, content);
    rows = new QVBoxLayout(content);
    for (QWidget *part :
         std::initializer_list<QWidget *>{header, ribbon, stages, outcome, mended, timeline})
        rows->addWidget(part);
    rows->addStretch(1);

    scroll = new QScrollArea(&q);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setBackgroundRole(QPalette::Base);
    scroll->setWidget(content);
    auto *whole = new QVBoxLayout(&q);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(scroll);

    QObject::connect(header, &RunHeader::copyKeyRequested, &q, &RunView::copyKeyRequested);
    QObject::connect(outcome, &RunStrip::nudgeRequested, &q, &RunView::nudgeRequested);
    QObject::connect(stages, &RunStages::stageSelected, &q, &RunView::stageSelected);
    QObject::connect(stages, &RunStages::seqSelected, &q, &RunView::seqSelected);
    QObject::connect(ribbon, &RunRibbon::seqSelected, &q, &RunView::seqSelected);
    QObject::connect(timeline->canvas(), &TimelineCanvas::seqSelected, &q, &RunView::seqSelected);
    QObject::connect(&theming, &Theming::changed, &q, [this] { applyTheme(); });
    applyTheme();
}

void RunView::Private::applyTheme()
{
    const int side = theming.px(20);
    rows->setContentsMargins(side, theming.px(16), side, theming.px(20));
    rows->setSpacing(theming.px(16));
    header->applyTheme();
    for (QWidget *part : std::initializer_list<QWidget *>{ribbon, stages, timeline})
        part->updateGeometry();
    refresh(false);
}

void RunView::Private::keepDeadline()
{
    const Task &task = story.task();
    if (!story.isBroken() || task.stale || !task.staleIn) {
        staleAt.reset();
        staleWhole = {};
        return;
    }
    staleAt = clock.monotonic() + *task.staleIn;
    staleWhole = std::max(staleWhole, *task.staleIn);
}

void RunView::Private::showStrips(const Moment &now)
{
    const Palette &palette = theming.palette();
    const auto next = outcomeStrip(story, now, palette);
    if (next) {
        outcome->setCountdown(now.staleIn, staleWhole);
        outcome->show(*next);
    } else {
        outcome->hide();
    }
    if (const auto past = mendedStrip(story, palette))
        mended->show(*past);
    else
        mended->hide();
}

void RunView::Private::refresh(bool live)
{
    content->setVisible(shown);
    if (!shown)
        return schedule();
    const Moment now = moment();
    header->show(story, now);
    ribbon->setVisible(story.kind() == RunKind::Ticks && story.tickCount() > 0);
    stages->setVisible(story.kind() == RunKind::Stages && !story.stages().isEmpty());
    ribbon->show(story, live);
    if (story.kind() == RunKind::Stages)
        stages->show(story, now);
    showStrips(now);
    timeline->setVisible(!log.isEmpty());
    timeline->show(story, now);
    schedule();
}

void RunView::Private::age()
{
    const Moment now = moment();
    header->showWhy(story, now);
    if (story.kind() == RunKind::Stages && !story.isBroken())
        stages->show(story, now);
    if (story.isBroken())
        showStrips(now);
    timeline->show(story, now);
    if (staleAt && now.staleIn <= 0ms)
        schedule();
}

void RunView::Private::schedule()
{
    const bool working = !story.isBroken()
        && std::ranges::count(story.stages(), StageState::Running, &StageStory::state) > 0;
    int wanted = 0;
    if (shown && q.isVisible() && story.task().state == TaskState::Running && !story.end()) {
        wanted = kAgeMs;
        if (!theming.reducedMotion() && story.isBroken() && moment().staleIn > 0ms)
            wanted = kCountdownMs;
        else if (!theming.reducedMotion() && working)
            wanted = kStageMs;
    }
    if (wanted == interval && timer.isActive() == (wanted > 0))
        return;
    interval = wanted;
    if (wanted > 0)
        timer.start(wanted, &q);
    else
        timer.stop();
}

RunView::RunView(Theming &theming, const Clock &clock, QWidget *parent)
    : QWidget(parent)
    , d(std::make_unique<Private>(*this, theming, clock))
{
    setAccessibleName(tr("Run"));
    d->build();
}

RunView::~RunView() = default;

void RunView::showTask(const Task &task, const QList<Event> &eventsFromStart)
{
    d->story = RunStory(task);
    d->log.clear();
    d->apply(eventsFromStart);
    d->shown = true;
    d->staleWhole = {};
    d->keepDeadline();
    d->refresh(false);
    d->scroll->ensureVisible(0, 0, 0, 0);
}

void RunView::appendEvents(const QList<Event> &events)
{
    if (!d->shown || events.isEmpty())
        return;
    d->apply(events);
    d->refresh(d->clock.now() - events.last().at < kFresh);
}

void RunView::updateTask(const Task &task)
{
    if (!d->shown || task.id != d->story.task().id)
        return;
    d->story.update(task);
    d->keepDeadline();
    d->refresh(true);
}

void RunView::clear()
{
    d->story = RunStory();
    d->log.clear();
    d->shown = false;
    d->staleAt.reset();
    d->refresh(false);
}

const RunStory &RunView::story() const
{
    return d->story;
}

void RunView::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == d->timer.timerId())
        d->age();
    else
        QWidget::timerEvent(event);
}

void RunView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    d->refresh(false);
}

void RunView::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    d->schedule();
}

} // namespace Kintsugi
