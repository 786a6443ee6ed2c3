// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What the window asks before it acts.

#include "ui/actions.h"
#include "ui/dialogs/askpopover.h"
#include "ui/mainwindow.h"
#include "ui/panels/runpanel.h"
#include "ui/workbench.h"

#include <QLocale>
#include <QMenu>
#include <QToolBar>

namespace Kintsugi {

using namespace Qt::StringLiterals;

QPoint MainWindow::below(ActionId id) const
{
    const QWidget *button = m_toolBar->widgetForAction((*m_actions)[id]);
    return button && button->isVisible() ? button->mapToGlobal(QPoint(0, button->height() + 4))
                                         : m_runPanel->mapToGlobal(QPoint(20, 20));
}

void MainWindow::askToStop()
{
    m_stop->openAt(below(ActionId::Stop),
                   tr("Stop %1?").arg(QString::fromUtf8(m_workbench->task()->name)));
}

void MainWindow::askToDelete()
{
    const Task &task = *m_workbench->task();
    const int steps = m_workbench->steps().rowCount();
    QString lost = tr("%n event(s)", nullptr, int(task.lastSeq));
    if (steps > 0)
        lost = tr("%1 and %2").arg(lost, tr("%n result(s) of steps", nullptr, steps));
    m_delete->openAt(below(ActionId::Delete), tr("Delete %1?").arg(QString::fromUtf8(task.name)),
                     tr("It is gone for good, with %1. The same input would run again.").arg(lost));
}

void MainWindow::chooseFork()
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(u"forkMenu"_s);
    menu->setToolTipsVisible(true);
    menu->addSection(tr("A new task, from which step on?"));
    const StepModel &steps = m_workbench->steps();
    QStringList kept;
    for (int row = 0; row < steps.rowCount(); ++row) {
        const QString name = steps.stepAt(row)->name;
        if (kept.contains(name))
            continue; // A step that was asked for again: the fork is from its first time.
        //: The first part of a menu entry: a step's name. The second: what becomes of the others.
        QAction *action = menu->addAction(
            kept.isEmpty()
                ? tr("%1 — all of it runs again").arg(name)
                : tr("%1 — %2 from the cache, the rest runs again").arg(name, kept.join(u", ")));
        action->setObjectName(u"fork:"_s + name);
        connect(action, &QAction::triggered, this, [this, name] {
            if (m_workbench)
                m_workbench->fork(name);
        });
        kept << name;
    }
    menu->popup(below(ActionId::Fork));
}

} // namespace Kintsugi
