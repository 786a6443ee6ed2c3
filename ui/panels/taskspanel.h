// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/models/taskmodel.h"

#include <QTimer>
#include <QWidget>

class QAction;
class QLineEdit;
class QListView;

namespace Kintsugi {

class Chip;
class Clock;
class Label;
class Pill;
class Theming;
class TrackBook;
class Workbench;

/*! The list of tasks with its filter and its state chips.
 *
 *  Thread: main. New rows above do not push what is under the mouse or what was scrolled to.
 */
class TasksPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TasksPanel)

public:
    TasksPanel(Theming &theming, const Clock &clock, QWidget *parent = nullptr);
    ~TasksPanel() override;

    void setWorkbench(Workbench *workbench); //!< Null while the store is not open.
    void setRowActions(const QList<QAction *> &actions);
    void focusFilter();
    [[nodiscard]] QListView *list() const { return m_list; }

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void chooseChip(int index, bool on);
    void applyFilter();
    void showCounts(const TaskCounts &counts);
    void follow(const TaskId &id);
    void aboutToInsert(int first, int last);
    void inserted(int first, int last);
    void showMenu(const QPoint &at);
    void restyle();

    Theming &m_theming;
    const Clock &m_clock;
    Workbench *m_workbench = nullptr;
    TrackBook *m_tracks;
    Pill *m_total;
    QLineEdit *m_filter;
    QAction *m_filterIcon;
    Label *m_filterKeys; //!< The shortcut, shown in the empty field.
    QList<Chip *> m_chips;
    QListView *m_list;
    Label *m_empty;
    QList<QAction *> m_rowActions;
    QTimer m_typing;
    QTimer m_ages;
    bool m_held = false; //!< Rows came in above while the mouse was on the list.
    bool m_wasAtTop = true;
};

} // namespace Kintsugi
