// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/mainwindow.h"

#include "ui/actions.h"
#include "ui/dialogs/askpopover.h"
#include "ui/dialogs/rundialog.h"
#include "ui/models/words.h"
#include "ui/panels/flatbutton.h"
#include "ui/panels/inspector.h"
#include "ui/panels/logpanel.h"
#include "ui/panels/messagestrip.h"
#include "ui/panels/runpanel.h"
#include "ui/panels/taskspanel.h"
#include "ui/theme/theme.h"
#include "ui/views/runview.h"

#include <QClipboard>
#include <QCloseEvent>
#include <QGuiApplication>
#include <QJsonDocument>
#include <QListView>
#include <QMenu>
#include <QScreen>
#include <QSettings>
#include <QSplitter>
#include <QTableView>
#include <QToolBar>

namespace Kintsugi {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

MainWindow::MainWindow(Theming &theming, const Clock &clock, QSettings &settings, QWidget *parent)
    : QMainWindow(parent)
    , m_theming(theming)
    , m_clock(clock)
    , m_settings(settings)
    , m_actions(new Actions(theming, this))
{
    setObjectName(u"mainWindow"_s);
    setWindowTitle(tr("Kintsugi"));
    setAccessibleName(windowTitle());
    setContextMenuPolicy(Qt::NoContextMenu);
    connect(m_actions, &Actions::triggered, this, &MainWindow::perform);
    buildPanels();
    buildMenus();
    buildToolBar();
    connectPanels();
    m_countdown.setInterval(100ms);
    connect(&m_countdown, &QTimer::timeout, this, &MainWindow::refreshActions);
    connect(&theming, &Theming::changed, this, &MainWindow::recolor);
    recolor();
    restoreState();
    refreshActions();
}

MainWindow::~MainWindow()
{
    setEngine(nullptr);
}

void MainWindow::showOpening(const QString &storePath)
{
    m_runPanel->showOpening(storePath);
}

void MainWindow::showFailure(const Error &error)
{
    const QString remedy = error.code == ErrorCode::StoreNewer
        ? tr("Start the newer Kintsugi, or name another file with --db.")
        : error.code == ErrorCode::StoreForeign
        ? tr("Name another file with --db; this one was not touched.")
        : tr("See that the folder exists, can be written and has room, then try again.");
    m_runPanel->showFailure(Words::error(error), remedy);
}

void MainWindow::setEngine(EnginePort *port)
{
    leaveTour();
    if (m_workbench) {
        m_tasks->setWorkbench(nullptr);
        m_log->setWorkbench(nullptr);
        m_runPanel->setWorkbench(nullptr);
        m_status->setWorkbench(nullptr);
        m_inspector->clear();
        m_workbench.reset();
    }
    if (port) {
        m_workbench = std::make_unique<Workbench>(*port, m_clock, m_settings);
        Workbench *bench = m_workbench.get();
        connect(bench, &Workbench::taskStarted, this, [this](const Task &task) {
            m_inspector->showTask(task);
            refreshActions();
            explainRun();
        });
        connect(bench, &Workbench::taskChanged, this, [this](const Task &task) {
            m_inspector->showTask(task);
            refreshActions();
        });
        connect(bench, &Workbench::selectionChanged, this, [this](const TaskId &id) {
            m_inspector->clear();
            m_settings.setValue("selected"_L1, id.toString());
            refreshActions();
        });
        connect(&bench->steps(), &StepModel::rowsInserted, this, &MainWindow::refreshActions);
        connect(&bench->steps(), &StepModel::modelReset, this, &MainWindow::refreshActions);
        connect(bench, &Workbench::reattached, this,
                [this](Seq seen, int replayed) { explainReattach(seen, replayed); });
        m_tasks->setWorkbench(bench);
        m_log->setWorkbench(bench);
        m_log->restore(m_settings);
        m_runPanel->setWorkbench(bench);
        m_status->setWorkbench(bench);
        connect(&bench->tasks(), &TaskModel::pageLoaded, this, [this, bench] {
            const Task *newest = bench->tasks().taskAt(0);
            if (bench->selected().isNull() && newest)
                bench->select(m_wanted.isNull() ? newest->id : m_wanted);
            m_wanted = {};
        });
    }
    fillRunMenu();
    refreshActions();
}

void MainWindow::setServer(const ServerStatus &server)
{
    m_server = server;
    m_status->setServer(server);
    m_log->setServer(server);
    refreshActions();
}

void MainWindow::setServerPort(ServerPort *port)
{
    m_log->setServerPort(port);
}

void MainWindow::showMessage(MessageKind kind, const QString &text)
{
    m_runPanel->say(kind, text);
}

void MainWindow::connectPanels()
{
    connect(m_runPanel, &RunPanel::demoRequested, this, &MainWindow::startDemo);
    connect(m_runPanel, &RunPanel::retryRequested, this, &MainWindow::retryRequested);
    RunView *view = m_runPanel->view();
    connect(view, &RunView::nudgeRequested, this, [this] { perform(ActionId::Nudge); });
    connect(view, &RunView::copyKeyRequested, this, [this] { perform(ActionId::CopyKey); });
    connect(view, &RunView::seqSelected, m_log, &LogPanel::showSeq);
    connect(view, &RunView::stageSelected, m_log, &LogPanel::showStep);
    connect(m_log, &LogPanel::eventChosen, m_inspector, &Inspector::showEntry);
    connect(m_log, &LogPanel::stepChosen, m_inspector, &Inspector::showStep);
    connect(m_log, &LogPanel::nothingChosen, m_inspector, &Inspector::showTaskItself);
    connect(m_log, &LogPanel::inspectorWanted, this, [this] {
        m_inspector->show();
        m_inspector->tree()->setFocus();
    });
    connect(m_log, &LogPanel::said, this,
            [this](const QString &text) { showMessage(MessageKind::Info, text); });
    connect(m_status, &StatusLine::clientsWanted, this, [this] {
        showLog();
        m_log->setTab(LogPanel::ClientsTab);
    });
    connect(m_delete, &AskPopover::confirmed, this, [this] {
        if (m_workbench)
            m_workbench->remove();
    });
    connect(m_stop, &AskPopover::confirmed, this, [this](const QString &reason) {
        if (m_workbench)
            m_workbench->stop(reason);
    });
    connect(m_status, &StatusLine::storeProblem, this, [this](const QString &problem) {
        if (problem.isEmpty())
            showMessage(MessageKind::Info, tr("The store takes writes again."));
        else
            showMessage(MessageKind::Error,
                        tr("The store refuses writes: %1. What runs waits and goes on when it "
                           "can be written again.")
                            .arg(problem));
    });
}

void MainWindow::showLog()
{
    m_showLog->setChecked(true);
    m_log->show();
}

ActionFacts MainWindow::facts() const
{
    ActionFacts facts = m_workbench ? m_workbench->facts() : ActionFacts{};
    facts.serving = !m_server.url.isEmpty();
    return facts;
}

void MainWindow::refreshActions()
{
    const ActionFacts now = facts();
    m_actions->refresh(now);
    m_run->setEnabled(now.engineOpen);
    m_run->setToolTip(now.engineOpen ? tr("Start a task (Ctrl+R)")
                                     : tr("The store is not open yet"));
    const bool counting = now.task && isTurningStale(*now.task) && now.staleIn > 0ms;
    if (counting && !m_countdown.isActive())
        m_countdown.start();
    else if (!counting)
        m_countdown.stop();
}

void MainWindow::perform(ActionId id)
{
    if (!m_workbench || !verdictOn(id, facts()).enabled)
        return;
    const Task &task = *m_workbench->task();
    QClipboard *clipboard = QGuiApplication::clipboard();
    switch (id) {
    case ActionId::RunAgain:
        m_workbench->runAgain(false);
        break;
    case ActionId::RunFresh:
        m_workbench->runAgain(true);
        break;
    case ActionId::Stop:
        askToStop();
        break;
    case ActionId::Crash:
        m_workbench->crash();
        break;
    case ActionId::Nudge:
        m_workbench->nudge();
        break;
    case ActionId::Reattach:
        m_workbench->reattach();
        break;
    case ActionId::Suspend:
        m_workbench->suspend();
        break;
    case ActionId::Resume:
        m_workbench->resume();
        break;
    case ActionId::Retry:
        m_workbench->retry();
        break;
    case ActionId::Fork:
        chooseFork();
        break;
    case ActionId::Delete:
        askToDelete();
        break;
    case ActionId::CopyKey:
        clipboard->setText(task.key.toString());
        showMessage(MessageKind::Info, tr("The key is on the clipboard."));
        break;
    case ActionId::CopyId:
        clipboard->setText(task.id.toString());
        showMessage(MessageKind::Info, tr("The id is on the clipboard."));
        break;
    case ActionId::CopyCurl:
        clipboard->setText(StreamLinks::curl(m_server, task.id));
        showMessage(MessageKind::Info,
                    tr("The curl command is on the clipboard; it follows this task."));
        break;
    }
}

void MainWindow::fillRunMenu()
{
    m_runMenu->clear();
    if (m_workbench) {
        int number = 1;
        for (const DefinitionInfo &definition : m_workbench->port().definitions()) {
            if (definition.localOnly)
                continue; // Its input is a file, not a form.
            //: Opens a dialog that asks for the input of the named task.
            QAction *action =
                m_runMenu->addAction(tr("%1…").arg(QString::fromUtf8(definition.name)));
            action->setObjectName(u"run:"_s + QString::fromUtf8(definition.name));
            action->setToolTip(definition.title);
            if (number <= 9)
                action->setShortcut(QKeySequence(u"Ctrl+%1"_s.arg(number++)));
            connect(action, &QAction::triggered, this,
                    [this, definition] { openRunDialog(definition, {}); });
        }
        m_runMenu->addSeparator();
    }
    m_runMenu->addAction((*m_actions)[ActionId::RunAgain]);
    m_runMenu->addAction((*m_actions)[ActionId::RunFresh]);
}

void MainWindow::openRunDialog(const DefinitionInfo &definition, const QJsonObject &input)
{
    if (!m_workbench)
        return;
    const QString key = u"input/"_s + QString::fromUtf8(definition.name);
    auto *dialog = new RunDialog(m_theming, m_workbench->port(), definition, this);
    dialog->setInput(input.isEmpty()
                         ? QJsonDocument::fromJson(m_settings.value(key).toByteArray()).object()
                         : input);
    connect(dialog, &RunDialog::runRequested, this, [this, key](const SubmitRequest &request) {
        m_settings.setValue(key, QJsonDocument(request.input).toJson(QJsonDocument::Compact));
        if (m_workbench)
            m_workbench->submit(request);
    });
    dialog->open();
}

void MainWindow::startDemo()
{
    if (!m_workbench)
        return;
    m_demo = true;
    m_workbench->submit({.name = "count-to-n"_ba, .input = {{u"n"_s, 10}, {u"sleepMs"_s, 500}}});
}

void MainWindow::explainRun()
{
    if (!std::exchange(m_demo, false) || !m_workbench->port().testMode())
        return;
    showMessage(
        MessageKind::Info,
        tr("It counts. Now press Crash (%1): the ticks stop where they are.")
            .arg((*m_actions)[ActionId::Crash]->shortcut().toString(QKeySequence::NativeText)));
}

void MainWindow::explainReattach(Seq seen, int replayed)
{
    const auto &task = m_workbench->task();
    const bool over = task && isTerminal(task->state);
    QString words =
        tr("Reattached after event %1: %n event(s) replayed", nullptr, replayed).arg(seen);
    words +=
        over ? tr("; the stream has ended, as the task has.") : tr("; from here on it is live.");
    showMessage(MessageKind::Info, words);
    if (replayed > 0)
        m_log->showSeq(seen + 1);
}

void MainWindow::restoreState()
{
    m_wanted = TaskId(m_settings.value("selected"_L1).toString().toUtf8());
    if (!restoreGeometry(m_settings.value("window/geometry"_L1).toByteArray())) {
        // Room for the frame that the window manager adds.
        const QSize room = screen()->availableSize() - QSize(0, 40);
        resize(QSize(1440, 900).boundedTo(room));
    }
    m_tasks->list()->setFocus();
    if (!m_across->restoreState(m_settings.value("window/across"_L1).toByteArray()))
        m_across->setSizes({304, 832, 304});
    if (!m_down->restoreState(m_settings.value("window/down"_L1).toByteArray()))
        m_down->setSizes({576, 226});
}

void MainWindow::saveState()
{
    m_settings.setValue("window/geometry"_L1, saveGeometry());
    m_settings.setValue("window/across"_L1, m_across->saveState());
    m_settings.setValue("window/down"_L1, m_down->saveState());
    m_log->save(m_settings);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    saveState();
    for (RunDialog *dialog : findChildren<RunDialog *>())
        dialog->close();
    event->accept();
}

} // namespace Kintsugi
