// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The parts of the window that never change: menus, toolbar, panels and their places.

#include "ui/actions.h"
#include "ui/dialogs/askpopover.h"
#include "ui/mainwindow.h"
#include "ui/panels/flatbutton.h"
#include "ui/panels/inspector.h"
#include "ui/panels/logpanel.h"
#include "ui/panels/runpanel.h"
#include "ui/panels/taskspanel.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/tour/tour.h"

#include <QActionGroup>
#include <QApplication>
#include <QMenuBar>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace Kintsugi {

using namespace Qt::StringLiterals;

void MainWindow::buildPanels()
{
    m_tasks = new TasksPanel(m_theming, m_clock, this);
    m_runPanel = new RunPanel(m_theming, m_clock, this);
    m_inspector = new Inspector(m_theming, this);
    m_log = new LogPanel(m_theming, m_clock, this);
    m_status = new StatusLine(m_theming, m_clock, this);
    m_stop = new AskPopover(m_theming,
                            {.name = u"stop"_s,
                             .title = tr("Stop the task"),
                             .confirm = tr("Stop"),
                             .reason = tr("Reason (may stay empty)")},
                            this);
    m_delete = new AskPopover(m_theming,
                              {.name = u"delete"_s,
                               .title = tr("Delete the task"),
                               .confirm = tr("Delete"),
                               .reason = {}},
                              this);
    m_across = new QSplitter(Qt::Horizontal, this);
    m_down = new QSplitter(Qt::Vertical, this);
    m_across->addWidget(m_tasks);
    m_across->addWidget(m_runPanel);
    m_across->addWidget(m_inspector);
    m_down->addWidget(m_across);
    m_down->addWidget(m_log);
    for (QSplitter *splitter : {m_across, m_down}) {
        splitter->setHandleWidth(1);
        splitter->setChildrenCollapsible(false);
    }
    m_across->setStretchFactor(0, 0);
    m_across->setStretchFactor(1, 1);
    m_across->setStretchFactor(2, 0);
    m_down->setStretchFactor(0, 1);
    m_down->setStretchFactor(1, 0);

    auto *middle = new QWidget(this);
    auto *column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_down, 1);
    column->addWidget(m_status);
    m_pages = new QStackedWidget(this);
    m_pages->addWidget(middle);
    setCentralWidget(m_pages);
}

void MainWindow::buildMenus()
{
    const auto act = [this](ActionId id) { return (*m_actions)[id]; };
    QMenu *file = menuBar()->addMenu(tr("&File"));
    QAction *quit = file->addAction(tr("&Quit"), this, &QWidget::close);
    quit->setShortcut(QKeySequence(u"Ctrl+Q"_s));

    QMenu *edit = menuBar()->addMenu(tr("&Edit"));
    QAction *find = edit->addAction(tr("&Find task"), m_tasks, &TasksPanel::focusFilter);
    find->setShortcut(QKeySequence::Find);
    QAction *findEvent = edit->addAction(tr("Find &event"), this, [this] {
        showLog();
        m_log->focusFilter();
    });
    findEvent->setShortcut(QKeySequence(u"Ctrl+Shift+F"_s));
    edit->addSeparator();
    edit->addActions({act(ActionId::CopyKey), act(ActionId::CopyId), act(ActionId::CopyCurl)});

    QMenu *view = menuBar()->addMenu(tr("&View"));
    buildThemeMenu(view->addMenu(tr("&Theme")));
    const auto zoom = [this, view](const QString &text, const QKeySequence &keys, double factor) {
        QAction *action = view->addAction(text, this, [this, factor] {
            m_theming.setScale(factor > 0 ? m_theming.scale() * factor : 1.0);
            m_settings.setValue("scale"_L1, m_theming.scale());
        });
        action->setShortcut(keys);
        return action;
    };
    QAction *larger = zoom(tr("&Larger"), QKeySequence::ZoomIn, 1.1);
    // The plus sign needs Shift on many keyboards.
    larger->setShortcuts({QKeySequence::ZoomIn, QKeySequence(u"Ctrl+="_s)});
    zoom(tr("&Smaller"), QKeySequence::ZoomOut, 1 / 1.1);
    zoom(tr("&Normal size"), QKeySequence(u"Ctrl+0"_s), 0);
    view->addSeparator();
    const auto toggle = [this, view](const QString &text, const QString &keys, QWidget *panel) {
        QAction *action = view->addAction(text);
        action->setCheckable(true);
        action->setShortcut(QKeySequence(keys));
        const QString key = u"shown/"_s + panel->objectName();
        const bool shown = m_settings.value(key, true).toBool();
        action->setChecked(shown);
        panel->setVisible(shown);
        connect(action, &QAction::toggled, this, [this, panel, key](bool on) {
            panel->setVisible(on);
            m_settings.setValue(key, on);
        });
        return action;
    };
    toggle(tr("&Tasks"), u"F6"_s, m_tasks);
    toggle(tr("&Inspector"), u"F7"_s, m_inspector);
    m_showLog = toggle(tr("&Events, steps, wire and clients"), u"F8"_s, m_log);
    view->addSeparator();
    QAction *full = view->addAction(
        tr("&Full screen"), this, [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
    full->setShortcut(QKeySequence(u"F11"_s));

    QMenu *task = menuBar()->addMenu(tr("&Task"));
    m_runMenu = task->addMenu(tr("&Run"));
    m_runMenu->setToolTipsVisible(true);
    task->addSeparator();
    task->addActions(
        {act(ActionId::Stop), act(ActionId::Crash), act(ActionId::Nudge), act(ActionId::Reattach)});
    task->addSeparator();
    task->addActions(
        {act(ActionId::Suspend), act(ActionId::Resume), act(ActionId::Retry), act(ActionId::Fork)});
    task->addSeparator();
    task->addAction(act(ActionId::Delete));
    task->setToolTipsVisible(true);

    QMenu *help = menuBar()->addMenu(tr("&Help"));
    QMenu *tour = help->addMenu(tr("&Tour"));
    for (const Tour &one : tours()) {
        QAction *action =
            tour->addAction(one.title, this, [this, name = one.name] { startTour(name); });
        action->setObjectName(u"tour:"_s + QString::fromLatin1(one.name));
        action->setShortcut(QKeySequence(u"Ctrl+Alt+%1"_s.arg(tour->actions().size())));
    }
    help->addAction(tr("&About Kintsugi"), this, [this] {
        showMessage(MessageKind::Info,
                    tr("Kintsugi %1: durable execution you can watch break and mend.")
                        .arg(QString::fromLatin1(KINTSUGI_VERSION)));
    });

    auto *separator = new QAction(this);
    separator->setSeparator(true);
    auto *second = new QAction(this);
    second->setSeparator(true);
    auto *third = new QAction(this);
    third->setSeparator(true);
    m_tasks->setRowActions({act(ActionId::RunAgain), act(ActionId::RunFresh), separator,
                            act(ActionId::Stop), act(ActionId::Crash), act(ActionId::Nudge),
                            act(ActionId::Reattach), act(ActionId::Suspend), act(ActionId::Resume),
                            act(ActionId::Retry), act(ActionId::Fork), second,
                            act(ActionId::CopyKey), act(ActionId::CopyId), act(ActionId::CopyCurl),
                            third, act(ActionId::Delete)});
}

void MainWindow::buildThemeMenu(QMenu *menu)
{
    auto *group = new QActionGroup(this);
    const auto add = [&](const QString &text, const char *key, Theming::Choice choice) {
        QAction *action = group->addAction(menu->addAction(text));
        action->setObjectName(QString::fromLatin1(key));
        action->setCheckable(true);
        action->setChecked(m_theming.choice() == choice);
        connect(action, &QAction::triggered, this, [this, choice] {
            m_theming.setChoice(choice);
            m_settings.setValue("theme"_L1, int(choice));
        });
        connect(&m_theming, &Theming::changed, action,
                [this, action, choice] { action->setChecked(m_theming.choice() == choice); });
    };
    add(tr("As the &system"), "themeSystem", Theming::Choice::System);
    add(tr("&Light"), "themeLight", Theming::Choice::Light);
    add(tr("&Dark"), "themeDark", Theming::Choice::Dark);
}

void MainWindow::buildToolBar()
{
    m_toolBar = addToolBar(tr("Actions"));
    m_toolBar->setObjectName(u"toolBar"_s);
    m_toolBar->setMovable(false);
    m_toolBar->setFloatable(false);
    m_toolBar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_run = new FlatButton(m_theming, FlatButton::Kind::Filled, u"play"_s, tr("Run"), m_toolBar);
    m_run->setObjectName(u"runToolButton"_s);
    m_run->setAccessibleName(tr("Run a task"));
    m_run->setMenu(m_runMenu);
    m_run->setShortcut(QKeySequence(u"Ctrl+R"_s));
    const auto margin = [this] {
        auto *space = new QWidget(m_toolBar);
        space->setFixedWidth(8);
        m_toolBar->addWidget(space);
    };
    margin();
    m_toolBar->addWidget(m_run);
    m_toolBar->addSeparator();
    for (const ActionId id :
         {ActionId::Stop, ActionId::Crash, ActionId::Nudge, ActionId::Reattach, ActionId::Suspend,
          ActionId::Resume, ActionId::Retry, ActionId::Fork}) {
        if (id == ActionId::Suspend)
            m_toolBar->addSeparator();
        m_toolBar->addAction((*m_actions)[id]);
        if (QWidget *button = m_toolBar->widgetForAction((*m_actions)[id])) {
            button->setObjectName((*m_actions)[id]->objectName() + u"Button");
            button->setFocusPolicy(Qt::TabFocus);
        }
    }
    auto *gap = new QWidget(m_toolBar);
    gap->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_toolBar->addWidget(gap);
    m_themeButton = new QToolButton(m_toolBar);
    m_themeButton->setObjectName(u"themeButton"_s);
    m_themeButton->setAutoRaise(true);
    m_themeButton->setShortcut(QKeySequence(u"Ctrl+Shift+D"_s));
    m_themeButton->setAccessibleName(tr("Light or dark"));
    connect(m_themeButton, &QToolButton::clicked, this, [this] {
        const auto choice =
            m_theming.theme() == Theme::Dark ? Theming::Choice::Light : Theming::Choice::Dark;
        m_theming.setChoice(choice);
        m_settings.setValue("theme"_L1, int(choice));
    });
    m_toolBar->addWidget(m_themeButton);
    margin();
}

void MainWindow::recolor()
{
    const Palette &colors = m_theming.palette();
    const int icon = m_theming.px(16);
    m_toolBar->setIconSize({icon, icon});
    m_toolBar->setFixedHeight(m_theming.px(44));
    menuBar()->setFixedHeight(m_theming.px(28));
    const bool dark = m_theming.theme() == Theme::Dark;
    m_themeButton->setIcon(Icons::icon(dark ? u"sun" : u"moon", colors));
    m_themeButton->setToolTip(dark ? tr("Light colours (Ctrl+Shift+D)")
                                   : tr("Dark colours (Ctrl+Shift+D)"));
    m_tasks->setMinimumWidth(m_theming.px(240));
    m_inspector->setMinimumWidth(m_theming.px(240));
    m_log->setMinimumHeight(m_theming.px(120));
}

} // namespace Kintsugi
