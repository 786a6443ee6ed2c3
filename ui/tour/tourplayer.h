// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/tour/tour.h"
#include "ui/workbench.h"

#include <QTimer>

namespace Kintsugi {

/*! Plays a tour on a real task: does what each step says when its moment has come, and knows when
 *  the step is over. Thread: main.
 */
class TourPlayer final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TourPlayer)

public:
    TourPlayer(Workbench &bench, Tour tour, QObject *parent = nullptr);
    ~TourPlayer() override;

    void play(); //!< From its first step, on a fresh task.

    [[nodiscard]] const Tour &tour() const { return m_tour; }
    [[nodiscard]] qsizetype step() const { return m_step; }
    [[nodiscard]] bool isLast() const { return m_step + 1 == m_tour.steps.size(); }
    [[nodiscard]] bool isReady() const; //!< The step is over: the next one may come.
    [[nodiscard]] const RunStory &story() const { return m_story; }
    /*! Whether the result is that of a run that nobody disturbed; none until that is known. */
    [[nodiscard]] std::optional<bool> isUnchanged() const { return m_isUnchanged; }

    void next();
    void back(); //!< What was done stays done; only the words go back.
    void setAuto(bool plays);
    [[nodiscard]] bool isAuto() const { return m_isAuto; }

Q_SIGNALS:
    void changed(); //!< Of anything above.
    void finished(); //!< Next after the last step.

private:
    void look(); //!< What the log tells now.
    void act();
    void compare();
    void readUndisturbed();

    Workbench &m_bench;
    Tour m_tour;
    RunStory m_story;
    qsizetype m_step = 0;
    qsizetype m_done = -1; //!< The last step whose deed is done.
    bool m_isAuto = false;
    bool m_isComparing = false;
    TaskId m_undisturbed; //!< The run that nobody disturbs.
    std::optional<bool> m_isUnchanged;
    QTimer m_askAgain;
    QTimer m_linger; //!< Of a step that is over, while it goes by itself.
};

} // namespace Kintsugi
