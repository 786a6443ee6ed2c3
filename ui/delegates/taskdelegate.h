// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include <QStyledItemDelegate>

namespace Kintsugi {

class Clock;
class Theming;
class TrackBook;
struct Task;

/*! One row of the task list: glyph, name, input, age, and the thin track of its progress. */
class TaskDelegate final : public QStyledItemDelegate
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TaskDelegate)

public:
    static constexpr int kRowHeight = 31;

    TaskDelegate(Theming &theming, const Clock &clock, TrackBook &tracks,
                 QObject *parent = nullptr);
    ~TaskDelegate() override;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option,
                                 const QModelIndex &index) const override;

private:
    void paintTrack(QPainter &painter, const QRectF &rect, const Task &task) const;

    Theming &m_theming;
    const Clock &m_clock;
    TrackBook &m_tracks;
};

} // namespace Kintsugi
