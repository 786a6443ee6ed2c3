// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/panels/logpanel.h"

#include "ui/delegates/celldelegate.h"
#include "ui/panels/clientspanel.h"
#include "ui/panels/flatbutton.h"
#include "ui/panels/flattable.h"
#include "ui/panels/label.h"
#include "ui/panels/wirepanel.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/workbench.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QSettings>
#include <QShortcut>
#include <QStackedWidget>
#include <QTabBar>

namespace Kintsugi {

using namespace Qt::StringLiterals;

LogPanel::LogPanel(Theming &theming, const Clock &clock, QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
    , m_tabs(new QTabBar(this))
    , m_eventCount(new Pill(theming, this))
    , m_stepCount(new Pill(theming, this))
    , m_clientCount(new Pill(theming, this))
    , m_filter(new QLineEdit(this))
    , m_filterIcon(m_filter->addAction(QIcon(), QLineEdit::LeadingPosition))
    , m_follow(
          new FlatButton(theming, FlatButton::Kind::Switch, u"follow"_s, tr("Follow tail"), this))
    , m_stack(new QStackedWidget(this))
    , m_events(new FlatTable(theming, u"eventTable"_s, tr("Events of the selected task"), this))
    , m_steps(new FlatTable(theming, u"stepTable"_s, tr("Steps of the selected task"), this))
    , m_wire(new WirePanel(theming, clock, this))
    , m_clients(new ClientsPanel(theming, clock, this))
{
    setObjectName(u"logPanel"_s);
    setAccessibleName(tr("Events, steps, wire and clients"));
    setAutoFillBackground(true);
    m_tabs->setObjectName(u"logTabs"_s);
    m_tabs->setAccessibleName(tr("Events, steps, wire and clients"));
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);

    m_filter->setObjectName(u"eventFilter"_s);
    m_filter->setPlaceholderText(tr("Filter type or payload"));
    m_filter->setAccessibleName(tr("Filter events"));
    m_filter->setToolTip(tr("Show only events whose type or payload has this text"));
    m_filter->setClearButtonEnabled(true);
    m_follow->setObjectName(u"followTail"_s);
    m_follow->setChecked(true);
    m_follow->setShortcut(QKeySequence(u"Ctrl+T"_s));
    m_follow->setToolTip(tr("Keep the newest event in sight (Ctrl+T)"));
    connect(m_follow, &FlatButton::toggled, this, [this](bool on) {
        if (on)
            followTail();
    });
    m_events->setItemDelegate(new EventDelegate(theming, m_events));
    m_steps->setItemDelegate(new StepDelegate(theming, m_steps));
    for (FlatTable *table : {m_events, m_steps})
        connect(table, &FlatTable::doubleClicked, this, &LogPanel::inspectorWanted);
    for (FlatTable *table : {m_events, m_wire->table()})
        // Whoever scrolls up wants to read; whoever comes back to the end follows again.
        connect(table, &FlatTable::scrolledByHand, m_follow, &FlatButton::setChecked);
    connect(m_wire->table(), &FlatTable::doubleClicked, this, &LogPanel::inspectorWanted);
    connect(m_wire, &WirePanel::selectionChanged, this, &LogPanel::choose);
    connect(m_wire, &WirePanel::said, this, &LogPanel::said);
    connect(m_clients, &ClientsPanel::said, this, &LogPanel::said);

    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(8, 0, 12, 0);
    bar->setSpacing(8);
    bar->addWidget(m_tabs, 0, Qt::AlignBottom);
    bar->addStretch(1);
    addTab(EventsTab, tr("Events"), tr("The log of the selected task"), m_eventCount, m_events,
           {m_filter, m_follow});
    addTab(StepsTab, tr("Steps"), tr("What each step gave, kept for ever"), m_stepCount, m_steps,
           {});
    addTab(WireTab, tr("Wire"), tr("The selected task's stream, byte for byte"), nullptr, m_wire,
           {m_wire->tools(), m_follow});
    addTab(ClientsTab, tr("Clients"), tr("Who reads events from outside"), m_clientCount, m_clients,
           {m_clients->tools()});
    for (QWidget *tool : {static_cast<QWidget *>(m_filter), m_wire->tools(),
                          static_cast<QWidget *>(m_follow), m_clients->tools()})
        bar->addWidget(tool);
    connect(m_tabs, &QTabBar::currentChanged, this, &LogPanel::turnTo);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(bar);
    column->addWidget(m_stack, 1);

    connect(&theming, &Theming::changed, this, &LogPanel::restyle);
    restyle();
    turnTo(EventsTab);
}

LogPanel::~LogPanel() = default;

void LogPanel::addTab(Tab tab, const QString &text, const QString &toolTip, Pill *count,
                      QWidget *content, const QList<QWidget *> &tools)
{
    m_tabs->insertTab(tab, text);
    m_tabs->setTabToolTip(tab, tr("%1 (Alt+%2)").arg(toolTip).arg(tab + 1));
    connect(new QShortcut(QKeySequence(Qt::ALT | Qt::Key(Qt::Key_1 + int(tab))), this),
            &QShortcut::activated, this, [this, tab] { setTab(tab); });
    if (count)
        m_tabs->setTabButton(tab, QTabBar::RightSide, count);
    m_stack->insertWidget(tab, content);
    m_tools.insert(tab, tools);
}

void LogPanel::restyle()
{
    const Palette &colors = m_theming.palette();
    m_filterIcon->setIcon(Icons::icon(u"filter"_s, colors, colors.muted));
    m_filter->setFixedWidth(m_theming.px(220));
    m_filter->setFixedHeight(m_theming.px(26));
    layOutTabs();
}

/*! A tab bar does not see that a button in it has grown; this is what makes it look. */
void LogPanel::layOutTabs()
{
    m_tabs->setIconSize(m_tabs->iconSize());
}

void LogPanel::count(Pill *pill, qint64 number)
{
    const int width = pill->sizeHint().width();
    pill->setCount(number);
    if (pill->sizeHint().width() != width)
        layOutTabs();
}

void LogPanel::setWorkbench(Workbench *workbench)
{
    m_workbench = workbench;
    m_events->present(workbench ? &workbench->events() : nullptr);
    m_steps->present(workbench ? &workbench->steps() : nullptr);
    m_wire->setWorkbench(workbench);
    m_clients->setWorkbench(workbench);
    if (!workbench)
        return;
    m_events->setWidths({72, 122, 92, 86, 166});
    m_steps->setWidths({140, 170, 520, 86, 92, 110});
    m_steps->horizontalHeader()->setStretchLastSection(false);
    m_steps->horizontalHeader()->setSectionResizeMode(StepModel::ResultColumn,
                                                      QHeaderView::Stretch);
    EventModel &events = workbench->events();
    connect(m_filter, &QLineEdit::textChanged, &events, &EventModel::setFilter);
    connect(&events, &EventModel::rowsInserted, this, &LogPanel::followTail);
    connect(&workbench->wire(), &WireModel::rowsInserted, this, &LogPanel::followTail);
    connect(&events, &EventModel::modelReset, this, [this] {
        count(m_eventCount, 0);
        m_follow->setChecked(true);
    });
    connect(workbench, &Workbench::eventsAppended, this,
            [this] { count(m_eventCount, m_workbench->events().lastSeq()); });
    const auto countSteps = [this] { count(m_stepCount, m_workbench->steps().rowCount()); };
    connect(&workbench->steps(), &StepModel::rowsInserted, this, countSteps);
    connect(&workbench->steps(), &StepModel::modelReset, this, countSteps);
    for (FlatTable *table : {m_events, m_steps})
        connect(table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
                &LogPanel::choose);
    events.setFilter(m_filter->text());
}

void LogPanel::setTab(Tab tab)
{
    m_tabs->setCurrentIndex(tab);
}

void LogPanel::turnTo(int tab)
{
    m_stack->setCurrentIndex(tab);
    for (const QList<QWidget *> &tools : std::as_const(m_tools)) {
        for (QWidget *tool : tools)
            tool->setVisible(m_tools[tab].contains(tool));
    }
    followTail();
    m_turning = true;
    choose();
    m_turning = false;
    // Who comes to look at what was chosen elsewhere need not search for it.
    for (FlatTable *table : {m_events, m_wire->table()}) {
        if (const int row = table->chosenRow(); row >= 0)
            table->scrollTo(table->model()->index(row, 0));
    }
}

void LogPanel::focusFilter()
{
    if (m_tabs->currentIndex() != WireTab)
        setTab(EventsTab);
    QLineEdit *filter = m_tabs->currentIndex() == WireTab ? m_wire->filter() : m_filter;
    filter->setFocus(Qt::ShortcutFocusReason);
    filter->selectAll();
}

void LogPanel::setServerPort(ServerPort *port)
{
    m_wire->setPort(port);
    m_clients->setPort(port);
}

void LogPanel::setServer(const ServerStatus &server)
{
    count(m_clientCount, server.clients);
    m_wire->setServer(server);
    m_clients->setServer(server);
}

void LogPanel::followTail()
{
    count(m_eventCount, m_workbench ? m_workbench->events().lastSeq() : 0);
    if (!m_follow->isChecked())
        return;
    if (m_stack->currentWidget() == m_wire)
        m_wire->table()->scrollToBottom();
    else
        m_events->scrollToBottom();
}

void LogPanel::chooseEvent(const std::optional<Event> &event)
{
    if (event)
        Q_EMIT eventChosen(*event);
    else
        Q_EMIT nothingChosen();
}

/*! Tells what is chosen in the tab that is seen; an event and its frame are one selection. */
void LogPanel::choose()
{
    if (!m_workbench || m_choosing)
        return;
    m_choosing = true;
    if (m_stack->currentWidget() == m_events) {
        const auto event = m_workbench->events().eventAt(m_events->chosenRow());
        if (event || !m_turning)
            m_wire->light(event ? event->seq : 0);
        chooseEvent(event);
    } else if (m_stack->currentWidget() == m_wire) {
        const auto event = m_wire->chosen();
        const int row = event ? m_workbench->events().rowOf(event->seq) : -1;
        if (row >= 0)
            m_events->selectRow(row);
        else if (!m_turning)
            m_events->clearSelection();
        chooseEvent(event);
    } else if (m_stack->currentWidget() == m_steps) {
        const StepRecord *step = m_workbench->steps().stepAt(m_steps->chosenRow());
        if (step)
            Q_EMIT stepChosen(*step);
        else
            Q_EMIT nothingChosen();
    }
    m_choosing = false;
}

void LogPanel::showSeq(Seq seq)
{
    if (!m_workbench)
        return;
    if (m_workbench->events().rowOf(seq) < 0)
        m_filter->clear();
    const int row = m_workbench->events().rowOf(seq);
    if (row < 0)
        return;
    setTab(EventsTab);
    m_follow->setChecked(row == m_workbench->events().rowCount() - 1);
    m_events->selectRow(row);
    m_events->scrollTo(m_workbench->events().index(row, 0), QAbstractItemView::PositionAtCenter);
}

void LogPanel::showStep(const QString &name)
{
    if (!m_workbench)
        return;
    const StepRecord *step = m_workbench->steps().stepNamed(name);
    if (!step)
        return;
    setTab(StepsTab);
    for (int row = 0; row < m_workbench->steps().rowCount(); ++row) {
        if (m_workbench->steps().stepAt(row) == step)
            m_steps->selectRow(row);
    }
}

void LogPanel::save(QSettings &settings) const
{
    settings.setValue("log/events"_L1, m_events->horizontalHeader()->saveState());
    settings.setValue("log/tab"_L1, m_tabs->currentIndex());
    m_clients->save(settings);
}

void LogPanel::restore(const QSettings &settings)
{
    m_events->horizontalHeader()->restoreState(settings.value("log/events"_L1).toByteArray());
    m_clients->restore(settings);
    setTab(Tab(qBound(0, settings.value("log/tab"_L1).toInt(), m_tabs->count() - 1)));
}

} // namespace Kintsugi
