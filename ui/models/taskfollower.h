// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/engineport.h"

#include <QObject>
#include <QTimer>

namespace Kintsugi {

/*! Follows one task: its row, its log from the start and then live, its memos.
 *
 *  Thread: main. Joins first, then reads up to where the log is, then waits: each event comes
 *  once and in order, in batches, at most one a frame.
 */
class TaskFollower final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TaskFollower)

public:
    explicit TaskFollower(EnginePort &port, QObject *parent = nullptr);
    ~TaskFollower() override;

    void follow(const TaskId &id);
    void leave();
    /*! Ends the stream and opens it again after event \a seen, as a client that lost its
     * connection would; caughtUp() tells how many came. */
    void reattach(Seq seen);
    void readTaskAgain();

    [[nodiscard]] const TaskId &id() const { return m_id; }
    [[nodiscard]] const std::optional<Task> &task() const { return m_task; }
    [[nodiscard]] Seq lastSeq() const { return m_delivered; }
    [[nodiscard]] bool isCaughtUp() const { return m_caughtUp; }

Q_SIGNALS:
    void started(const Kintsugi::Task &task);
    void taskChanged(const Kintsugi::Task &task);
    void appended(const QList<Kintsugi::Event> &events);
    void stepsChanged(const QList<Kintsugi::StepRecord> &steps);
    void caughtUp(); //!< All that was there at the join has been told; from now on it is live.
    void reattached(qint64 seen, int replayed);
    void failed(const Kintsugi::Error &error);

private:
    void join();
    void pump();
    void take(const QList<Event> &events, bool more);
    void readTask();
    void readSteps();
    void pulse();

    EnginePort &m_port;
    TaskId m_id;
    std::optional<Task> m_task;
    Seq m_delivered = 0; //!< The last event that was told.
    Seq m_position = 0; //!< The last event that the stream gave; behind m_delivered in a replay.
    std::optional<Seq> m_replayFrom;
    int m_replayed = 0;
    bool m_caughtUp = false;
    bool m_reading = false;
    bool m_readingTask = false;
    bool m_taskDirty = false;
    bool m_readingSteps = false;
    bool m_stepsDirty = false;
    int m_generation = 0; //!< Of the stream; answers to an older one are dropped.
    QTimer m_frame;
    QTimer m_pulse;
    Subscription m_subscription;
};

} // namespace Kintsugi
