// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/engineport.h"

#include <QAbstractListModel>
#include <QHash>
#include <QSet>
#include <QTimer>

#include <deque>

namespace Kintsugi {

/*! Which tasks the list shows. */
struct TaskListFilter
{
    QString text; //!< In key, name or input, without regard to case.
    std::optional<TaskState> state{};
    std::optional<bool> stale{}; //!< With Running: only those that somebody drives, or nobody.

    [[nodiscard]] bool accepts(const Task &task) const;
    [[nodiscard]] bool isEmpty() const { return text.isEmpty() && !state && !stale; }
    friend bool operator==(const TaskListFilter &, const TaskListFilter &) = default;
};

/*! The tasks of the window's user, newest first, page by page, and kept true while they change.
 *
 *  Thread: main. Growth is an insert, never a reset; only another filter resets. What changed is
 *  told by the engine as ids; they are collected and read again at most once a frame, a bounded
 *  number at a time, so that a thousand busy tasks cost no more than the reads that fit.
 */
class TaskModel final : public QAbstractListModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TaskModel)

public:
    enum Role { TaskRole = Qt::UserRole };

    static constexpr int kPage = 100; //!< Rows in one read.
    static constexpr int kReadsAtOnce = 32;

    explicit TaskModel(EnginePort &port, QObject *parent = nullptr);
    ~TaskModel() override;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;

    [[nodiscard]] const TaskListFilter &filter() const { return m_filter; }
    void setFilter(const TaskListFilter &filter);
    /*! Stays in the list whatever the filter says: the one that is being looked at. */
    void setPinned(const TaskId &id) { m_pinned = id; }

    [[nodiscard]] const Task *taskAt(int row) const;
    [[nodiscard]] int rowOf(const TaskId &id) const; //!< -1 when it is not loaded.
    [[nodiscard]] const TaskCounts &counts() const { return m_counts; }
    [[nodiscard]] bool isLoading() const { return m_loading; }

    /*! Takes a row that somebody read already. */
    void adopt(const Task &task);
    void readAgain(const TaskId &id);
    int forget(const TaskId &id); //!< It was deleted; gives the row where it stood, or -1.

Q_SIGNALS:
    void taskChanged(const Kintsugi::Task &task); //!< A newer row of a task that was asked for.
    void countsChanged(const Kintsugi::TaskCounts &counts);
    void pageLoaded();
    void failed(const Kintsugi::Error &error);

private:
    void changed(const QList<TaskId> &ids);
    void frame();
    void pulse();
    void takePage(const Expected<TaskPage> &page, bool first);
    void readCounts();
    void readDone(const TaskId &id, const Expected<Task> &task);
    void remove(int row);

    EnginePort &m_port;
    std::deque<Task> m_tasks; //!< Newest first; grows at both ends.
    QHash<TaskId, Timestamp> m_createdAt; //!< Of the loaded ones: finds their row by bisection.
    TaskListFilter m_filter;
    TaskId m_pinned;
    QByteArray m_cursor;
    bool m_atEnd = false;
    bool m_loading = false;
    int m_generation = 0; //!< Of the filter; answers to an older one are dropped.
    QSet<TaskId> m_dirty;
    QSet<TaskId> m_reading;
    QTimer m_frame;
    QTimer m_pulse;
    TaskCounts m_counts;
    bool m_countsDirty = false;
    bool m_countsReading = false;
    Subscription m_subscription;
};

/*! What stands in one row for eyes and for screen readers. */
[[nodiscard]] QString taskRowText(const Task &task);

} // namespace Kintsugi

Q_DECLARE_METATYPE(Kintsugi::Task)
