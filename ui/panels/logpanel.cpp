// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/panels/logpanel.h"

#include "ui/delegates/celldelegate.h"
#include "ui/panels/flatbutton.h"
#include "ui/panels/flatheader.h"
#include "ui/panels/label.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/workbench.h"

#include <QBoxLayout>
#include <QEvent>
#include <QLineEdit>
#include <QScrollBar>
#include <QSettings>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>

namespace Kintsugi {

using namespace Qt::StringLiterals;

LogPanel::LogPanel(Theming &theming, QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
    , m_tabs(new QTabBar(this))
    , m_eventCount(new Pill(theming, this))
    , m_stepCount(new Pill(theming, this))
    , m_filter(new QLineEdit(this))
    , m_filterIcon(m_filter->addAction(QIcon(), QLineEdit::LeadingPosition))
    , m_follow(
          new FlatButton(theming, FlatButton::Kind::Switch, u"follow"_s, tr("Follow tail"), this))
    , m_stack(new QStackedWidget(this))
    , m_events(makeTable(u"eventTable"_s, tr("Events of the selected task")))
    , m_steps(makeTable(u"stepTable"_s, tr("Steps of the selected task")))
{
    setObjectName(u"logPanel"_s);
    setAccessibleName(tr("Events and steps"));
    setAutoFillBackground(true);
    m_tabs->setObjectName(u"logTabs"_s);
    m_tabs->setAccessibleName(tr("Events and steps"));
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->addTab(tr("Events"));
    m_tabs->addTab(tr("Steps"));
    m_tabs->setTabToolTip(0, tr("The log of the selected task (Alt+1)"));
    m_tabs->setTabToolTip(1, tr("What each step gave, kept for ever (Alt+2)"));
    m_tabs->setTabButton(0, QTabBar::RightSide, m_eventCount);
    m_tabs->setTabButton(1, QTabBar::RightSide, m_stepCount);
    connect(m_tabs, &QTabBar::currentChanged, this, &LogPanel::setTab);

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
    m_stack->addWidget(m_events);
    m_stack->addWidget(m_steps);

    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(8, 0, 12, 0);
    bar->setSpacing(8);
    bar->addWidget(m_tabs, 0, Qt::AlignBottom);
    bar->addStretch(1);
    bar->addWidget(m_filter);
    bar->addWidget(m_follow);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(bar);
    column->addWidget(m_stack, 1);

    connect(m_events->verticalScrollBar(), &QScrollBar::actionTriggered, this, [this] {
        // Whoever scrolls up wants to read; whoever comes back to the end follows again.
        const QScrollBar *scroll = m_events->verticalScrollBar();
        m_follow->setChecked(scroll->sliderPosition() >= scroll->maximum());
    });
    connect(&theming, &Theming::changed, this, &LogPanel::restyle);
    restyle();
}

LogPanel::~LogPanel() = default;

QTableView *LogPanel::makeTable(const QString &name, const QString &accessibleName)
{
    auto *table = new QTableView(this);
    table->setObjectName(name);
    table->setAccessibleName(accessibleName);
    table->setFrameShape(QFrame::NoFrame);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->viewport()->installEventFilter(this);
    table->setTabKeyNavigation(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->setCornerButtonEnabled(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->setHorizontalHeader(new FlatHeader(m_theming, table));
    connect(table, &QTableView::doubleClicked, this, &LogPanel::inspectorWanted);
    return table;
}

/*! A table would light one cell under the mouse, not the row. */
bool LogPanel::eventFilter(QObject *object, QEvent *event)
{
    return event->type() == QEvent::HoverEnter || event->type() == QEvent::HoverMove
        || QWidget::eventFilter(object, event);
}

void LogPanel::restyle()
{
    const Palette &colors = m_theming.palette();
    m_filterIcon->setIcon(Icons::icon(u"filter"_s, colors, colors.muted));
    m_filter->setFixedWidth(m_theming.px(220));
    m_filter->setFixedHeight(m_theming.px(26));
    for (QTableView *table : {m_events, m_steps}) {
        table->verticalHeader()->setMinimumSectionSize(1);
        table->verticalHeader()->setDefaultSectionSize(m_theming.px(CellDelegate::kRowHeight));
        table->horizontalHeader()->setFixedHeight(m_theming.px(CellDelegate::kRowHeight));
    }
}

void LogPanel::setWorkbench(Workbench *workbench)
{
    m_workbench = workbench;
    for (QTableView *table : {m_events, m_steps}) {
        QItemSelectionModel *old = table->selectionModel();
        table->setModel(!workbench ? nullptr
                            : table == m_events
                            ? static_cast<QAbstractItemModel *>(&workbench->events())
                            : &workbench->steps());
        delete old;
    }
    if (!workbench)
        return;
    const auto widths = [this](QTableView *table, std::initializer_list<int> pixels) {
        int column = 0;
        for (const int width : pixels)
            table->setColumnWidth(column++, m_theming.px(width));
    };
    widths(m_events, {72, 122, 92, 86, 166});
    widths(m_steps, {140, 170, 520, 86, 92, 110});
    m_steps->horizontalHeader()->setStretchLastSection(false);
    m_steps->horizontalHeader()->setSectionResizeMode(StepModel::ResultColumn,
                                                      QHeaderView::Stretch);
    EventModel &events = workbench->events();
    connect(m_filter, &QLineEdit::textChanged, &events, &EventModel::setFilter);
    connect(&events, &EventModel::rowsInserted, this, &LogPanel::followTail);
    connect(&events, &EventModel::modelReset, this, [this] {
        m_eventCount->setCount(0);
        m_follow->setChecked(true);
    });
    connect(workbench, &Workbench::eventsAppended, this,
            [this] { m_eventCount->setCount(m_workbench->events().lastSeq()); });
    const auto countSteps = [this] { m_stepCount->setCount(m_workbench->steps().rowCount()); };
    connect(&workbench->steps(), &StepModel::rowsInserted, this, countSteps);
    connect(&workbench->steps(), &StepModel::modelReset, this, countSteps);
    for (QTableView *table : {m_events, m_steps})
        connect(table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
                &LogPanel::choose);
    events.setFilter(m_filter->text());
}

void LogPanel::setTab(int tab)
{
    m_tabs->setCurrentIndex(tab);
    m_stack->setCurrentIndex(tab);
    m_filter->setVisible(tab == 0);
    m_follow->setVisible(tab == 0);
    choose();
}

void LogPanel::followTail()
{
    m_eventCount->setCount(m_workbench ? m_workbench->events().lastSeq() : 0);
    if (m_follow->isChecked())
        m_events->scrollToBottom();
}

void LogPanel::choose()
{
    if (!m_workbench)
        return;
    if (m_stack->currentWidget() == m_events) {
        const QModelIndexList rows = m_events->selectionModel()->selectedRows();
        const auto event =
            rows.isEmpty() ? std::nullopt : m_workbench->events().eventAt(rows.first().row());
        if (event)
            Q_EMIT eventChosen(*event);
        else
            Q_EMIT nothingChosen();
    } else {
        const QModelIndexList rows = m_steps->selectionModel()->selectedRows();
        const StepRecord *step =
            rows.isEmpty() ? nullptr : m_workbench->steps().stepAt(rows.first().row());
        if (step)
            Q_EMIT stepChosen(*step);
        else
            Q_EMIT nothingChosen();
    }
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
    setTab(0);
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
    setTab(1);
    for (int row = 0; row < m_workbench->steps().rowCount(); ++row) {
        if (m_workbench->steps().stepAt(row) == step)
            m_steps->selectRow(row);
    }
}

void LogPanel::save(QSettings &settings) const
{
    settings.setValue("log/events"_L1, m_events->horizontalHeader()->saveState());
    settings.setValue("log/tab"_L1, m_tabs->currentIndex());
}

void LogPanel::restore(const QSettings &settings)
{
    m_events->horizontalHeader()->restoreState(settings.value("log/events"_L1).toByteArray());
    setTab(qBound(0, settings.value("log/tab"_L1).toInt(), 1));
}

} // namespace Kintsugi
