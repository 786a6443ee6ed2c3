// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/models/taskmodel.h"

#include "ui/answers.h"
#include "ui/models/words.h"

#include <algorithm>

namespace Kintsugi {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

/*! Newest first; the id decides within one millisecond. */
bool standsBefore(Timestamp created, const TaskId &id, Timestamp otherCreated,
                  const TaskId &otherId)
{
    return created != otherCreated ? created > otherCreated : id > otherId;
}

} // namespace

bool TaskListFilter::accepts(const Task &task) const
{
    if (state && task.state != *state)
        return false;
    if (stale && task.stale != *stale)
        return false;
    return text.isEmpty() || task.key.toString().contains(text, Qt::CaseInsensitive)
        || QString::fromUtf8(task.name).contains(text, Qt::CaseInsensitive)
        || QString::fromUtf8(task.input).contains(text, Qt::CaseInsensitive);
}

TaskModel::TaskModel(EnginePort &port, QObject *parent)
    : QAbstractListModel(parent)
    , m_port(port)
{
    m_frame.setSingleShot(true);
    m_frame.setInterval(16ms);
    connect(&m_frame, &QTimer::timeout, this, &TaskModel::frame);
    m_pulse.setInterval(1s);
    connect(&m_pulse, &QTimer::timeout, this, &TaskModel::pulse);
    m_pulse.start();
    m_subscription = m_port.subscribeAll(this, [this](const QList<TaskId> &ids) { changed(ids); });
    readCounts();
    fetchMore({});
}

TaskModel::~TaskModel() = default;

int TaskModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_tasks.size());
}

QVariant TaskModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Task &task = m_tasks[size_t(index.row())];
    switch (role) {
    case TaskRole:
        return QVariant::fromValue(task);
    case Qt::DisplayRole:
        return QString::fromUtf8(task.name);
    case Qt::AccessibleTextRole:
        return taskRowText(task);
    case Qt::ToolTipRole:
        return tr("%1\nkey %2").arg(taskRowText(task), task.key.toString());
    default:
        return {};
    }
}

bool TaskModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && !m_atEnd && !m_loading;
}

void TaskModel::fetchMore(const QModelIndex &parent)
{
    if (!canFetchMore(parent))
        return;
    m_loading = true;
    TaskQuery query;
    query.state = m_filter.state;
    query.stale = m_filter.stale;
    query.text = m_filter.text;
    query.limit = kPage;
    query.cursor = m_cursor;
    whenAnswered(m_port.tasks(std::move(query)), this,
                 [this, generation = m_generation,
                  first = m_cursor.isEmpty()](const Expected<TaskPage> &page) {
                     if (generation == m_generation)
                         takePage(page, first);
                 });
}

void TaskModel::takePage(const Expected<TaskPage> &page, bool first)
{
    m_loading = false;
    if (!page) {
        m_atEnd = true;
        Q_EMIT failed(page.error());
        return;
    }
    QList<Task> fresh;
    fresh.reserve(page->tasks.size());
    for (const Task &task : page->tasks) {
        if (!m_createdAt.contains(task.id))
            fresh.append(task);
    }
    m_cursor = page->nextCursor;
    m_atEnd = m_cursor.isEmpty();
    // A task that was adopted before the first page came stands among its rows.
    if (first && !m_tasks.empty()) {
        for (const Task &task : std::as_const(fresh))
            adopt(task);
    } else if (!fresh.isEmpty()) {
        const int at = int(m_tasks.size());
        beginInsertRows({}, at, at + int(fresh.size()) - 1);
        for (const Task &task : std::as_const(fresh)) {
            m_createdAt.insert(task.id, task.createdAt);
            m_tasks.push_back(task);
        }
        endInsertRows();
    }
    Q_EMIT pageLoaded();
}

void TaskModel::setFilter(const TaskListFilter &filter)
{
    if (filter == m_filter)
        return;
    beginResetModel();
    m_filter = filter;
    ++m_generation;
    m_tasks.clear();
    m_createdAt.clear();
    m_cursor.clear();
    m_atEnd = false;
    m_loading = false;
    endResetModel();
    fetchMore({});
}

const Task *TaskModel::taskAt(int row) const
{
    return row >= 0 && row < int(m_tasks.size()) ? &m_tasks[size_t(row)] : nullptr;
}

int TaskModel::rowOf(const TaskId &id) const
{
    const auto created = m_createdAt.constFind(id);
    if (created == m_createdAt.cend())
        return -1;
    const auto at = std::ranges::partition_point(m_tasks, [&](const Task &task) {
        return standsBefore(task.createdAt, task.id, *created, id);
    });
    return at != m_tasks.end() && at->id == id ? int(at - m_tasks.begin()) : -1;
}

void TaskModel::adopt(const Task &task)
{
    const int row = rowOf(task.id);
    if (row >= 0) {
        if (!m_filter.accepts(task) && task.id != m_pinned) {
            remove(row);
        } else if (m_tasks[size_t(row)] != task) {
            m_tasks[size_t(row)] = task;
            Q_EMIT dataChanged(index(row), index(row));
        }
    } else if (m_filter.accepts(task)) {
        const auto at = std::ranges::partition_point(m_tasks, [&task](const Task &other) {
            return standsBefore(other.createdAt, other.id, task.createdAt, task.id);
        });
        // Beyond the last row that is loaded it comes with its page.
        if (at != m_tasks.end() || m_atEnd || m_tasks.empty()) {
            const int place = int(at - m_tasks.begin());
            beginInsertRows({}, place, place);
            m_createdAt.insert(task.id, task.createdAt);
            m_tasks.insert(at, task);
            endInsertRows();
        }
    }
    Q_EMIT taskChanged(task);
}

void TaskModel::remove(int row)
{
    beginRemoveRows({}, row, row);
    m_createdAt.remove(m_tasks[size_t(row)].id);
    m_tasks.erase(m_tasks.begin() + row);
    endRemoveRows();
}

int TaskModel::forget(const TaskId &id)
{
    const int row = rowOf(id);
    if (row >= 0)
        remove(row);
    m_countsDirty = true;
    if (!m_frame.isActive())
        m_frame.start();
    return row;
}

void TaskModel::readAgain(const TaskId &id)
{
    changed({id});
}

void TaskModel::changed(const QList<TaskId> &ids)
{
    for (const TaskId &id : ids) {
        // Ids grow with time: an unknown one that is older than the last row comes with its page.
        const bool beyond = !m_atEnd && !m_tasks.empty() && id < m_tasks.back().id;
        if (!beyond || m_createdAt.contains(id) || id == m_pinned)
            m_dirty.insert(id);
    }
    m_countsDirty = true;
    if (!m_frame.isActive())
        m_frame.start();
}

void TaskModel::frame()
{
    for (auto it = m_dirty.begin(); it != m_dirty.end() && m_reading.size() < kReadsAtOnce;) {
        if (m_reading.contains(*it)) {
            ++it;
            continue;
        }
        const TaskId id = *it;
        it = m_dirty.erase(it);
        m_reading.insert(id);
        whenAnswered(m_port.task(refOf(id)), this,
                     [this, id](const Expected<Task> &task) { readDone(id, task); });
    }
    if (m_countsDirty)
        readCounts();
}

void TaskModel::readDone(const TaskId &id, const Expected<Task> &task)
{
    m_reading.remove(id);
    if (task) {
        adopt(*task);
    } else if (task.error().code == ErrorCode::NotFound) {
        if (const int row = rowOf(id); row >= 0)
            remove(row);
    } else {
        Q_EMIT failed(task.error());
    }
    if (!m_dirty.isEmpty() && !m_frame.isActive())
        m_frame.start();
}

/*! A task turns stale by time alone, nothing is committed then: look again at those that nobody
 * here drives. */
void TaskModel::pulse()
{
    QList<TaskId> ids;
    for (const Task &task : m_tasks) {
        if (task.state == TaskState::Running && !task.stale
            && task.owner != OwnerState::ThisProcess)
            ids.append(task.id);
        if (ids.size() == kReadsAtOnce)
            break;
    }
    if (!ids.isEmpty())
        changed(ids);
}

void TaskModel::readCounts()
{
    if (m_countsReading)
        return;
    m_countsReading = true;
    m_countsDirty = false;
    whenAnswered(m_port.counts(), this, [this](const Expected<TaskCounts> &counts) {
        m_countsReading = false;
        if (counts && *counts != m_counts) {
            m_counts = *counts;
            Q_EMIT countsChanged(m_counts);
        }
        if (m_countsDirty && !m_frame.isActive())
            m_frame.start();
    });
}

QString taskRowText(const Task &task)
{
    const QString input = Words::input(task);
    const QString name = QString::fromUtf8(task.name);
    return TaskModel::tr("%1, %2, attempt %3", "name and input, state, number")
        .arg(input.isEmpty() ? name : QString(name + u' ' + input), Words::state(task))
        .arg(task.attempt);
}

} // namespace Kintsugi
