// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/models/stepmodel.h"

#include "ui/models/words.h"

#include <algorithm>

namespace Kintsugi {

StepModel::StepModel(QObject *parent)
    : QAbstractTableModel(parent)
{}

StepModel::~StepModel() = default;

void StepModel::clear()
{
    if (m_steps.isEmpty())
        return;
    beginResetModel();
    m_steps.clear();
    endResetModel();
}

void StepModel::setSteps(const QList<StepRecord> &steps)
{
    // Memos are only ever added, so what is here is the head of what comes; otherwise it is
    // another task's list.
    const bool grows = steps.size() >= m_steps.size()
        && std::equal(m_steps.begin(), m_steps.end(), steps.begin(),
                      [](const StepRecord &a, const StepRecord &b) { return a.key == b.key; });
    if (!grows) {
        beginResetModel();
        m_steps = steps;
        endResetModel();
        return;
    }
    const int known = int(m_steps.size());
    for (int row = 0; row < known; ++row) {
        if (m_steps[row] == steps[row])
            continue;
        m_steps[row] = steps[row];
        Q_EMIT dataChanged(index(row, 0), index(row, kColumns - 1));
    }
    if (steps.size() == known)
        return;
    beginInsertRows({}, known, int(steps.size()) - 1);
    m_steps = steps;
    endInsertRows();
}

int StepModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_steps.size());
}

int StepModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QVariant StepModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const StepRecord &step = m_steps[index.row()];
    if (role == StepRole)
        return QVariant::fromValue(step);
    if (role == GoldRole)
        return index.column() == CacheColumn && step.cacheHits > 0;
    if (role == Qt::TextAlignmentRole) {
        const bool right = index.column() == DurationColumn || index.column() == CacheColumn;
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (right ? Qt::AlignRight : Qt::AlignLeft)));
    }
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole)
        return {};
    switch (index.column()) {
    case StepColumn:
        return step.name;
    case KeyColumn:
        return QString::fromUtf8(step.key);
    case ResultColumn:
        return QString::fromUtf8(step.error.isEmpty() ? step.result : step.error);
    case AttemptColumn:
        return step.attempt;
    case DurationColumn:
        return Words::duration(step.duration);
    case CacheColumn:
        return step.cacheHits > 0 ? tr("%n time(s)", nullptr, step.cacheHits) : tr("0");
    default:
        return {};
    }
}

QVariant StepModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole) {
        const bool right = section == DurationColumn || section == CacheColumn;
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (right ? Qt::AlignRight : Qt::AlignLeft)));
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case StepColumn:
        return tr("step");
    case KeyColumn:
        return tr("key");
    case ResultColumn:
        return tr("result");
    case AttemptColumn:
        return tr("attempt");
    case DurationColumn:
        return tr("duration");
    case CacheColumn:
        return tr("from cache");
    default:
        return {};
    }
}

const StepRecord *StepModel::stepAt(int row) const
{
    return row >= 0 && row < m_steps.size() ? &m_steps[row] : nullptr;
}

const StepRecord *StepModel::stepNamed(const QString &name) const
{
    const auto at = std::ranges::find(m_steps, name, &StepRecord::name);
    return at == m_steps.end() ? nullptr : &*at;
}

} // namespace Kintsugi
