// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/tour/tourplayer.h"

#include "ui/answers.h"

#include <QJsonDocument>

namespace Kintsugi {

using namespace std::chrono_literals;

namespace {
constexpr auto kLinger = 3500ms; // Long enough to read a caption.
constexpr auto kAskAgain = 100ms;
} // namespace

TourPlayer::TourPlayer(Workbench &bench, Tour tour, QObject *parent)
    : QObject(parent)
    , m_bench(bench)
    , m_tour(std::move(tour))
{
    m_linger.setSingleShot(true);
    m_linger.setInterval(kLinger);
    connect(&m_linger, &QTimer::timeout, this, &TourPlayer::next);
    m_askAgain.setSingleShot(true);
    m_askAgain.setInterval(kAskAgain);
    connect(&m_askAgain, &QTimer::timeout, this, &TourPlayer::readUndisturbed);
    connect(&bench, &Workbench::taskStarted, this, [this](const Task &task) {
        if (task.name != m_tour.definition)
            return;
        m_story = RunStory(task);
        look();
    });
    connect(&bench, &Workbench::taskChanged, this, [this](const Task &task) {
        m_story.update(task);
        look();
    });
    connect(&bench, &Workbench::eventsAppended, this, [this](const QList<Event> &events) {
        m_story.apply(events);
        look();
    });
}

TourPlayer::~TourPlayer() = default;

void TourPlayer::play()
{
    m_step = 0;
    m_done = -1;
    m_story = RunStory();
    m_isComparing = false;
    m_askAgain.stop();
    m_isUnchanged.reset();
    look();
}

bool TourPlayer::isReady() const
{
    return m_done >= m_step && isReached(m_tour.steps[m_step].until, m_story)
        && (!isLast() || m_isUnchanged);
}

void TourPlayer::look()
{
    act();
    // A crash does not wait for whoever talks: the task would be over.
    if (!isLast() && m_done == m_step) {
        const TourStep &next = m_tour.steps[m_step + 1];
        if (next.deed == TourDeed::Crash && isReached(next.at, m_story)) {
            ++m_step;
            act();
        }
    }
    if (isReached(TourMark::Over, m_story))
        compare();
    if (m_isAuto && isReady() && !isLast()) {
        if (!m_linger.isActive())
            m_linger.start();
    } else {
        m_linger.stop();
    }
    Q_EMIT changed();
}

void TourPlayer::act()
{
    if (m_done >= m_step)
        return;
    const TourStep &step = m_tour.steps[m_step];
    if (!isReached(step.at, m_story))
        return;
    m_done = m_step;
    switch (step.deed) {
    case TourDeed::None:
        break;
    case TourDeed::Start:
        m_bench.submit({.name = m_tour.definition, .input = m_tour.input, .fresh = true});
        break;
    case TourDeed::Crash:
        m_bench.crash();
        break;
    case TourDeed::Nudge:
        m_bench.nudge();
        break;
    }
}

void TourPlayer::next()
{
    m_linger.stop();
    if (!isReady())
        return;
    if (isLast()) {
        Q_EMIT finished();
        return;
    }
    ++m_step;
    look();
}

void TourPlayer::back()
{
    if (m_step == 0)
        return;
    m_linger.stop();
    --m_step;
    Q_EMIT changed();
}

void TourPlayer::setAuto(bool plays)
{
    m_isAuto = plays;
    look();
}

/*! Runs the same without a crash, aside, and holds the two results against each other. */
void TourPlayer::compare()
{
    if (std::exchange(m_isComparing, true))
        return;
    whenAnswered(m_bench.port().submit(
                     {.name = m_tour.definition, .input = m_tour.undisturbed, .fresh = true}),
                 this, [this](const Expected<ActionResult> &result) {
                     if (!result)
                         return;
                     m_undisturbed = result->task.id;
                     readUndisturbed();
                 });
}

void TourPlayer::readUndisturbed()
{
    whenAnswered(m_bench.port().task(refOf(m_undisturbed)), this,
                 [this](const Expected<Task> &task) {
                     if (task && isTerminal(task->state) && m_story.end()) {
                         m_isUnchanged = QJsonDocument::fromJson(task->result)
                             == QJsonDocument::fromJson(m_story.end()->result);
                         look();
                     } else {
                         m_askAgain.start();
                     }
                 });
}

} // namespace Kintsugi
