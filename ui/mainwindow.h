// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/panels/statusline.h"
#include "ui/workbench.h"

#include <QMainWindow>
#include <QTimer>

#include <memory>

class QSettings;
class QSplitter;
class QStackedWidget;
class QToolBar;
class QToolButton;

namespace Kintsugi {

class Actions;
class AskPopover;
class FlatButton;
class Inspector;
class LogPanel;
class RunPanel;
class ServerPort;
class TasksPanel;
class Theming;
class TourView;

/*! The one window: tasks, the picture of a run, its tables, the inspector; menus and toolbar.
 *
 *  Thread: main. Shows itself before there is an engine; whoever opens one hands it over with
 *  setEngine(). Knows the engine by its port alone.
 */
class MainWindow final : public QMainWindow
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(MainWindow)

public:
    MainWindow(Theming &theming, const Clock &clock, QSettings &settings,
               QWidget *parent = nullptr);
    ~MainWindow() override;

    void showOpening(const QString &storePath);
    void showFailure(const Error &error);
    /*! The engine that is open now; null before it closes. The port outlives its use. */
    void setEngine(EnginePort *port);
    void setServer(const ServerStatus &server);
    /*! The server that runs now; null before it ends. The port outlives its use. */
    void setServerPort(ServerPort *port);
    void showMessage(MessageKind kind, const QString &text);
    void startTour(const QByteArray &name); //!< One of tours(); needs an open engine in test mode.
    void leaveTour();
    [[nodiscard]] TourView *tour() const { return m_tour; } //!< Null while none is played.

    [[nodiscard]] Workbench *workbench() const { return m_workbench.get(); }
    [[nodiscard]] Actions &actions() const { return *m_actions; }

Q_SIGNALS:
    void retryRequested(); //!< Try to open the store once more.

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    void buildMenus();
    void buildThemeMenu(QMenu *menu);
    void buildToolBar();
    void buildPanels();
    void connectPanels();
    void recolor();
    void restoreState();
    void saveState();
    void fillRunMenu();
    void perform(ActionId id);
    void openRunDialog(const DefinitionInfo &definition, const QJsonObject &input);
    void startDemo();
    void askToStop();
    void askToDelete();
    void chooseFork(); //!< A menu of the steps that a fork can begin with.
    [[nodiscard]] QPoint below(ActionId id) const; //!< Its button, or the corner of the picture.
    void showLog();
    void refreshActions();
    void explainRun();
    void explainReattach(Seq seen, int replayed);
    [[nodiscard]] ActionFacts facts() const;

    Theming &m_theming;
    const Clock &m_clock;
    QSettings &m_settings;
    std::unique_ptr<Workbench> m_workbench;
    ServerStatus m_server;
    Actions *m_actions;
    QMenu *m_runMenu = nullptr;
    FlatButton *m_run = nullptr;
    QToolBar *m_toolBar = nullptr;
    QToolButton *m_themeButton = nullptr;
    QAction *m_showLog = nullptr;
    TasksPanel *m_tasks = nullptr;
    RunPanel *m_runPanel = nullptr;
    Inspector *m_inspector = nullptr;
    LogPanel *m_log = nullptr;
    StatusLine *m_status = nullptr;
    AskPopover *m_stop = nullptr;
    AskPopover *m_delete = nullptr;
    QStackedWidget *m_pages = nullptr; //!< The panels, or a tour.
    TourView *m_tour = nullptr;
    double m_scaleBefore = 1; //!< A tour is larger.
    QSplitter *m_across = nullptr;
    QSplitter *m_down = nullptr;
    QTimer m_countdown;
    TaskId m_wanted; //!< What was selected when the window closed.
    bool m_demo = false; //!< The first start's own task runs: say what to press.
};

} // namespace Kintsugi
