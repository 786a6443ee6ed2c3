// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/panels/clientspanel.h"

#include "ui/answers.h"
#include "ui/delegates/clientdelegate.h"
#include "ui/models/words.h"
#include "ui/panels/flatbutton.h"
#include "ui/panels/flattable.h"
#include "ui/panels/label.h"
#include "ui/panels/linkactions.h"
#include "ui/theme/theme.h"
#include "ui/workbench.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QMenu>
#include <QSettings>
#include <QSortFilterProxyModel>
#include <QStackedWidget>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

/*! Whether it reads one task, and one that this window's user has. */
bool isShown(const Client &client)
{
    return !client.task.isNull() && client.user.isEmpty();
}

} // namespace

ClientsPanel::ClientsPanel(Theming &theming, const Clock &clock, QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
    , m_clock(clock)
    , m_model(new ClientModel(this))
    , m_sorted(new QSortFilterProxyModel(this))
    , m_table(new FlatTable(theming, u"clientTable"_s, tr("Clients that read events now"), this))
    , m_links(new LinkActions(
          theming, [this] { return chosenTasks(); }, this))
    , m_lesson(new LinkActions(
          theming,
          [this] { return QList<TaskId>{m_workbench ? m_workbench->selected() : TaskId()}; }, this))
    , m_disconnect(new QAction(tr("Disconnect"), this))
    , m_showTask(new QAction(tr("Show task"), this))
    , m_stack(new QStackedWidget(this))
    , m_tools(makeTools())
    , m_foot(new Label(theming, FontRole::Small, Label::Ink::Muted, {}, this))
{
    setObjectName(u"clientsPanel"_s);
    setAccessibleName(tr("Clients"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_sorted->setSourceModel(m_model);
    m_sorted->setSortRole(ClientModel::SortRole);
    m_sorted->setSortCaseSensitivity(Qt::CaseInsensitive);
    m_table->setItemDelegate(new ClientDelegate(theming, m_table));
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->present(m_sorted);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(ClientModel::SinceColumn, Qt::DescendingOrder);
    m_table->horizontalHeader()->setSectionsClickable(true);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->setWidths({170, 240, 92, 92, 84, 92, 104});
    m_foot->setObjectName(u"clientsFoot"_s);
    m_foot->setElided(Qt::ElideRight);
    m_foot->setContentsMargins(10, 4, 10, 4);
    m_foot->hide();

    auto *list = new QWidget(this);
    auto *column = new QVBoxLayout(list);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_table, 1);
    column->addWidget(m_foot);
    m_stack->addWidget(makeTeaching());
    m_stack->addWidget(list);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_stack);

    connect(m_disconnect, &QAction::triggered, this, &ClientsPanel::disconnectChosen);
    connect(m_showTask, &QAction::triggered, this, &ClientsPanel::showTask);
    connect(m_table, &FlatTable::deleteWanted, this, &ClientsPanel::disconnectChosen);
    connect(m_table, &FlatTable::copyWanted, (*m_links)[LinkActions::Link::Url], &QAction::trigger);
    connect(m_table, &FlatTable::activated, this, &ClientsPanel::showTask);
    connect(m_table, &FlatTable::customContextMenuRequested, this, &ClientsPanel::showMenu);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &ClientsPanel::refresh);
    for (LinkActions *links : {m_links, m_lesson})
        connect(links, &LinkActions::said, this, &ClientsPanel::said);
    m_timer.setInterval(kInterval);
    connect(&m_timer, &QTimer::timeout, this, &ClientsPanel::ask);
    take({});
}

ClientsPanel::~ClientsPanel() = default;

QWidget *ClientsPanel::makeTools()
{
    auto *tools = new QWidget(this);
    auto *row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    const auto add = [&](QAction *action, const QString &name, const QString &icon) {
        FlatButton *button = FlatButton::of(m_theming, action, icon, true, tools);
        button->setObjectName(name);
        row->addWidget(button);
    };
    add(m_disconnect, u"disconnectClient"_s, u"unplug"_s);
    add(m_showTask, u"showClientTask"_s, u"right"_s);
    FlatButton *curl = m_links->makeButton(LinkActions::Link::Curl, true, tools);
    curl->setObjectName(u"copyClientCurl"_s);
    row->addWidget(curl);
    return tools;
}

/*! Where there is no client yet: what one is, and how to be one. */
QWidget *ClientsPanel::makeTeaching()
{
    auto *page = new QWidget(this);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(16, 8, 16, 8);
    column->setSpacing(8);
    m_teaching = new Label(m_theming, FontRole::Secondary, Label::Ink::Muted, {}, page);
    m_teaching->setObjectName(u"clientsTeaching"_s);
    m_teaching->setAlignment(Qt::AlignHCenter);
    m_teaching->setWordWrap(true);
    m_commandRow = new QWidget(page);
    m_command = new Label(m_theming, FontRole::Mono, Label::Ink::Text, {}, m_commandRow);
    m_command->setObjectName(u"clientsCommand"_s);
    m_command->setTextInteractionFlags(Qt::TextSelectableByMouse);
    FlatButton *copy = m_lesson->makeButton(LinkActions::Link::Curl, true, m_commandRow);
    copy->setObjectName(u"copyTeachingCurl"_s);
    auto *row = new QHBoxLayout(m_commandRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(16);
    row->addStretch(1);
    row->addWidget(m_command);
    row->addWidget(copy);
    row->addStretch(1);
    column->addStretch(1);
    column->addWidget(m_teaching);
    column->addWidget(m_commandRow);
    column->addStretch(1);
    return page;
}

void ClientsPanel::setWorkbench(Workbench *workbench)
{
    m_workbench = workbench;
    m_links->setWorkbench(workbench);
    m_lesson->setWorkbench(workbench);
    if (workbench)
        connect(workbench, &Workbench::selectionChanged, this, &ClientsPanel::teach);
    teach();
    refresh();
}

void ClientsPanel::setServer(const ServerStatus &server)
{
    m_server = server;
    m_links->setServer(server);
    m_lesson->setServer(server);
    teach();
}

void ClientsPanel::setPort(ServerPort *port)
{
    m_port = port;
    ++m_generation;
    m_asking = false;
    take({});
    if (port && isVisible())
        m_timer.start();
    else
        m_timer.stop();
    ask();
}

void ClientsPanel::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_port)
        m_timer.start();
    ask();
}

void ClientsPanel::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_timer.stop();
}

void ClientsPanel::ask()
{
    if (!m_port || m_asking || !isVisible() || window()->isMinimized())
        return;
    m_asking = true;
    whenAnswered(m_port->clients(), this,
                 [this, generation = m_generation](const ClientList &list) {
                     if (generation != m_generation)
                         return;
                     m_asking = false;
                     take(list);
                 });
}

void ClientsPanel::take(const ClientList &list)
{
    const auto lastSeqOf = [this](const TaskId &id) -> std::optional<Seq> {
        if (!m_workbench)
            return {};
        const Task *task = m_workbench->tasks().taskAt(m_workbench->tasks().rowOf(id));
        return task ? std::optional(task->lastSeq) : std::nullopt;
    };
    m_model->setClients(list.clients, lastSeqOf, m_clock.now());
    QStringList notes;
    if (list.count > list.clients.size())
        notes << tr("and %Ln more", nullptr, int(list.count - list.clients.size()));
    if (list.dropped > 0)
        notes << tr("%Ln client(s) took nothing for too long and were dropped", nullptr,
                    int(list.dropped));
    if (list.lastDropped)
        notes << tr("the last: %1, %2, %3 waiting", "a client, what it read, how many bytes")
                     .arg(list.lastDropped->peer, ClientModel::taskText(*list.lastDropped),
                          Words::bytes(list.lastDropped->waitingBytes));
    m_foot->setFullText(notes.join(u" · "_s));
    m_foot->setVisible(!notes.isEmpty());
    m_stack->setCurrentIndex(list.clients.isEmpty() && notes.isEmpty() ? 0 : 1);
    refresh();
}

void ClientsPanel::teach()
{
    const bool serves = !m_server.url.isEmpty();
    m_commandRow->setVisible(serves);
    m_lesson->refresh();
    if (!m_workbench)
        m_teaching->setText(tr("The server starts when the store is open."));
    else if (!m_server.problem.isEmpty())
        m_teaching->setText(tr("Nobody can connect: the server does not run."));
    else if (!serves)
        m_teaching->setText(tr("Nobody can connect: this window was started with --no-server."));
    else
        m_teaching->setText(
            tr("Nobody reads events now. Try it in a terminal; the client appears here:"));
    if (serves)
        m_command->setText(
            StreamLinks::curl(m_server, m_workbench ? m_workbench->selected() : TaskId()));
}

QList<Client> ClientsPanel::chosen() const
{
    QList<Client> clients;
    if (!m_table->selectionModel())
        return clients;
    QModelIndexList rows = m_table->selectionModel()->selectedRows();
    std::ranges::sort(rows, {}, &QModelIndex::row);
    for (const QModelIndex &row : std::as_const(rows))
        clients << row.data(ClientModel::ClientRole).value<Client>();
    return clients;
}

QList<TaskId> ClientsPanel::chosenTasks() const
{
    QList<TaskId> tasks;
    for (const Client &client : chosen()) {
        if (!tasks.contains(client.task))
            tasks << client.task;
    }
    return tasks;
}

void ClientsPanel::refresh()
{
    const QList<Client> clients = chosen();
    const bool any = !clients.isEmpty();
    m_disconnect->setEnabled(any);
    m_disconnect->setToolTip(
        any ? tr("End its stream (Delete). A client that follows the wire connects again by itself "
                 "after the retry time, with its last id, and misses nothing.")
            : tr("Select a client first"));
    const bool one = clients.size() == 1 && isShown(clients.first());
    m_showTask->setEnabled(one);
    m_showTask->setToolTip(one ? tr("Select the task that it reads (Return)")
                               : tr("Select one client that reads one task of this window's user"));
    m_links->refresh();
}

void ClientsPanel::disconnectChosen()
{
    const QList<Client> clients = chosen();
    if (!m_port || clients.isEmpty())
        return;
    for (const Client &client : clients)
        whenAnswered(m_port->disconnectClient(client.id), this, [this](bool) { ask(); });
    Q_EMIT said(clients.size() == 1
                    ? tr("%1 is disconnected. It may come back by itself, with its last id.")
                          .arg(clients.first().peer)
                    : tr("%Ln client(s) are disconnected. They may come back by themselves.",
                         nullptr, int(clients.size())));
}

void ClientsPanel::showTask()
{
    const QList<Client> clients = chosen();
    if (m_workbench && clients.size() == 1 && isShown(clients.first()))
        m_workbench->select(clients.first().task);
}

void ClientsPanel::showMenu(const QPoint &at)
{
    if (!m_table->indexAt(at).isValid())
        return;
    QMenu menu(this);
    menu.setToolTipsVisible(true);
    menu.addAction(m_showTask);
    menu.addSeparator();
    menu.addActions(m_links->all());
    menu.addSeparator();
    menu.addAction(m_disconnect);
    menu.exec(m_table->viewport()->mapToGlobal(at));
}

void ClientsPanel::save(QSettings &settings) const
{
    settings.setValue("log/clients"_L1, m_table->horizontalHeader()->saveState());
}

void ClientsPanel::restore(const QSettings &settings)
{
    m_table->horizontalHeader()->restoreState(settings.value("log/clients"_L1).toByteArray());
    m_sorted->sort(m_table->horizontalHeader()->sortIndicatorSection(),
                   m_table->horizontalHeader()->sortIndicatorOrder());
}

} // namespace Kintsugi
