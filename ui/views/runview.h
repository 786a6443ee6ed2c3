// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/story/runstory.h"

#include <QWidget>

#include <memory>

namespace Kintsugi {

class Clock;
class Theming;

/*! The picture of one run: its header, why it is or is not going on, the tick ribbon or the stage
 *  cards, and the strip that says what broke, what was mended and what comes next.
 *
 *  Thread: main. Knows no engine: it is given a task and its events and asks by signals. The clock
 *  gives "now" for ages and countdowns.
 */
class RunView final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RunView)

public:
    RunView(Theming &theming, const Clock &clock, QWidget *parent = nullptr);
    ~RunView() override;

    /*! Shows \a task from the start of its log. Later pages come by appendEvents(). */
    void showTask(const Task &task, const QList<Event> &eventsFromStart);
    /*! The next events of the shown task; others change nothing. */
    void appendEvents(const QList<Event> &events);
    /*! A newer row of the shown task: state, owner, staleIn, heartbeat. */
    void updateTask(const Task &task);
    void clear();

    [[nodiscard]] const RunStory &story() const;

Q_SIGNALS:
    void nudgeRequested();
    void copyKeyRequested();
    void stageSelected(const QString &stage);
    void seqSelected(qint64 seq); //!< The event that a clicked part of the picture stands for.

protected:
    void timerEvent(QTimerEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace Kintsugi
