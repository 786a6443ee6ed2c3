// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/steprecord.h"

#include <QAbstractTableModel>

namespace Kintsugi {

/*! The memos of one task: what each step gave, who ran it, how often it was served from the store.
 *
 *  Thread: main. A new list is laid over the old one: new memos are inserted, changed counts are
 *  changed in place.
 */
class StepModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StepModel)

public:
    enum Column { StepColumn, KeyColumn, ResultColumn, AttemptColumn, DurationColumn, CacheColumn };
    static constexpr int kColumns = 6;
    enum Role {
        StepRole = Qt::UserRole,
        GoldRole, //!< True in the cache column of a memo that was served.
    };

    explicit StepModel(QObject *parent = nullptr);
    ~StepModel() override;

    void clear();
    void setSteps(const QList<StepRecord> &steps);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

    [[nodiscard]] const StepRecord *stepAt(int row) const;
    [[nodiscard]] const StepRecord *stepNamed(const QString &name) const;

private:
    QList<StepRecord> m_steps;
};

} // namespace Kintsugi

Q_DECLARE_METATYPE(Kintsugi::StepRecord)
