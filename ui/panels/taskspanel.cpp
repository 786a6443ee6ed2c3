// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/panels/taskspanel.h"

#include "ui/delegates/taskdelegate.h"
#include "ui/models/trackbook.h"
#include "ui/panels/chip.h"
#include "ui/panels/label.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/workbench.h"

#include <QBoxLayout>
#include <QEvent>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QScrollBar>

namespace Kintsugi {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

struct ChipRow
{
    StateGlyph glyph;
    const char *word;
    TaskState state;
    std::optional<bool> stale;
    int TaskCounts::*count;
};

const ChipRow kChips[] = {
    {StateGlyph::Running, QT_TRANSLATE_NOOP("Kintsugi::TasksPanel", "Running"), TaskState::Running,
     false, &TaskCounts::running},
    {StateGlyph::Stale, QT_TRANSLATE_NOOP("Kintsugi::TasksPanel", "Stale"), TaskState::Running,
     true, &TaskCounts::stale},
    {StateGlyph::Pending, QT_TRANSLATE_NOOP("Kintsugi::TasksPanel", "Pending"), TaskState::Pending,
     std::nullopt, &TaskCounts::pending},
    {StateGlyph::Done, QT_TRANSLATE_NOOP("Kintsugi::TasksPanel", "Done"), TaskState::Completed,
     std::nullopt, &TaskCounts::completed},
    {StateGlyph::Failed, QT_TRANSLATE_NOOP("Kintsugi::TasksPanel", "Failed"), TaskState::Failed,
     std::nullopt, &TaskCounts::failed},
    {StateGlyph::Cancelled, QT_TRANSLATE_NOOP("Kintsugi::TasksPanel", "Cancelled"),
     TaskState::Cancelled, std::nullopt, &TaskCounts::cancelled},
    {StateGlyph::Suspended, QT_TRANSLATE_NOOP("Kintsugi::TasksPanel", "Suspended"),
     TaskState::Suspended, std::nullopt, &TaskCounts::suspended},
};

} // namespace

TasksPanel::TasksPanel(Theming &theming, const Clock &clock, QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
    , m_clock(clock)
    , m_tracks(new TrackBook(this))
    , m_total(new Pill(theming, this))
    , m_filter(new QLineEdit(this))
    , m_filterIcon(m_filter->addAction(QIcon(), QLineEdit::LeadingPosition))
    , m_filterKeys(new Label(theming, FontRole::Small, Label::Ink::Muted,
                             QKeySequence(QKeySequence::Find).toString(QKeySequence::NativeText),
                             m_filter))
    , m_list(new QListView(this))
    , m_empty(new Label(theming, FontRole::Secondary, Label::Ink::Muted, {}, this))
{
    setObjectName(u"tasksPanel"_s);
    setAccessibleName(tr("Tasks"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);

    auto *heading = new QHBoxLayout;
    heading->setContentsMargins(12, 0, 12, 0);
    heading->setSpacing(8);
    heading->addWidget(
        new Label(theming, FontRole::BodyStrong, Label::Ink::Text, tr("Tasks"), this));
    heading->addWidget(m_total);
    heading->addStretch(1);
    heading->addWidget(
        new Label(theming, FontRole::Small, Label::Ink::Muted, tr("newest first"), this));

    m_filter->setObjectName(u"taskFilter"_s);
    m_filter->setPlaceholderText(tr("Filter name, key or input"));
    m_filter->setAccessibleName(tr("Filter tasks"));
    m_filter->setToolTip(tr("Show only tasks whose name, key or input has this text (Ctrl+F)"));
    m_filter->setClearButtonEnabled(true);
    auto *hint = new QHBoxLayout(m_filter);
    hint->setContentsMargins(0, 0, 10, 0);
    hint->addStretch(1);
    hint->addWidget(m_filterKeys);
    m_filterKeys->setAttribute(Qt::WA_TransparentForMouseEvents);
    connect(m_filter, &QLineEdit::textChanged, this,
            [this](const QString &text) { m_filterKeys->setVisible(text.isEmpty()); });
    m_typing.setSingleShot(true);
    m_typing.setInterval(120ms);
    connect(m_filter, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(&m_typing, &QTimer::timeout, this, &TasksPanel::applyFilter);

    auto *chips = new QWidget(this);
    auto *flow = new FlowLayout(6, chips);
    for (int i = 0; i < int(std::size(kChips)); ++i) {
        auto *chip = new Chip(theming, kChips[i].glyph, tr(kChips[i].word), chips);
        chip->setObjectName(u"chip%1"_s.arg(QString::fromLatin1(kChips[i].word)));
        flow->addWidget(chip);
        m_chips.append(chip);
        connect(chip, &Chip::clicked, this, [this, i](bool on) { chooseChip(i, on); });
    }

    m_list->setObjectName(u"taskList"_s);
    m_list->setAccessibleName(tr("Tasks, newest first"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setSelectionMode(QAbstractItemView::SingleSelection);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setItemDelegate(new TaskDelegate(theming, clock, *m_tracks, m_list));
    m_list->viewport()->installEventFilter(this);
    connect(m_list, &QListView::customContextMenuRequested, this, &TasksPanel::showMenu);
    connect(m_tracks, &TrackBook::changed, m_list->viewport(), qOverload<>(&QWidget::update));

    m_empty->setAlignment(Qt::AlignHCenter);
    m_empty->setWordWrap(true);
    m_empty->setMargin(16);
    m_empty->hide();

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->setSpacing(8);
    heading->setContentsMargins(12, 2, 12, 2);
    column->addLayout(heading);
    auto *inset = new QVBoxLayout;
    inset->setContentsMargins(12, 0, 12, 2);
    inset->setSpacing(8);
    inset->addWidget(m_filter);
    inset->addWidget(chips);
    column->addLayout(inset);
    column->addWidget(m_empty);
    column->addWidget(m_list, 1);

    // As it is read: the filter, the chips, the list.
    QWidget *before = m_filter;
    for (Chip *chip : std::as_const(m_chips)) {
        setTabOrder(before, chip);
        before = chip;
    }
    setTabOrder(before, m_list);

    m_ages.setInterval(1s);
    connect(&m_ages, &QTimer::timeout, m_list->viewport(), qOverload<>(&QWidget::update));
    m_ages.start();
    connect(&theming, &Theming::changed, this, &TasksPanel::restyle);
    restyle();
}

TasksPanel::~TasksPanel() = default;

void TasksPanel::restyle()
{
    m_filterIcon->setIcon(Icons::icon(u"search"_s, m_theming.palette(), m_theming.palette().muted));
    m_filter->setMinimumHeight(m_theming.px(28));
    m_list->doItemsLayout();
}

void TasksPanel::setWorkbench(Workbench *workbench)
{
    m_workbench = workbench;
    m_tracks->setPort(workbench ? &workbench->port() : nullptr);
    QItemSelectionModel *old = m_list->selectionModel();
    m_list->setModel(workbench ? &workbench->tasks() : nullptr);
    delete old;
    if (!workbench)
        return;
    TaskModel &tasks = workbench->tasks();
    connect(&tasks, &TaskModel::countsChanged, this, &TasksPanel::showCounts);
    connect(&tasks, &TaskModel::pageLoaded, this, [this] { follow(m_workbench->selected()); });
    connect(&tasks, &TaskModel::rowsAboutToBeInserted, this,
            [this](const QModelIndex &, int first, int last) { aboutToInsert(first, last); });
    connect(&tasks, &TaskModel::rowsInserted, this,
            [this](const QModelIndex &, int first, int last) { inserted(first, last); });
    connect(workbench, &Workbench::selectionChanged, this, &TasksPanel::follow);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex &current) {
                if (const Task *task = m_workbench->tasks().taskAt(current.row()))
                    m_workbench->select(task->id);
            });
    // A click below the last row chooses nothing else, so what is chosen stays lit.
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            [this](const QItemSelection &selected) {
                if (selected.isEmpty() && m_list->currentIndex().isValid())
                    m_list->selectionModel()->select(m_list->currentIndex(),
                                                     QItemSelectionModel::Select);
            });
    showCounts(tasks.counts());
    applyFilter();
}

void TasksPanel::setRowActions(const QList<QAction *> &actions)
{
    m_rowActions = actions;
}

void TasksPanel::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void TasksPanel::chooseChip(int index, bool on)
{
    for (int i = 0; i < m_chips.size(); ++i)
        m_chips[i]->setChecked(on && i == index);
    applyFilter();
}

void TasksPanel::applyFilter()
{
    if (!m_workbench)
        return;
    TaskListFilter filter;
    filter.text = m_filter->text().trimmed();
    for (int i = 0; i < m_chips.size(); ++i) {
        if (m_chips[i]->isChecked()) {
            filter.state = kChips[i].state;
            filter.stale = kChips[i].stale;
        }
    }
    m_workbench->tasks().setFilter(filter);
    follow(m_workbench->selected());
}

void TasksPanel::showCounts(const TaskCounts &counts)
{
    int total = 0;
    for (int i = 0; i < m_chips.size(); ++i) {
        m_chips[i]->setCount(counts.*kChips[i].count);
        total += counts.*kChips[i].count;
    }
    m_total->setCount(total);
}

/*! Shows the one selection; the list never changes it by itself. */
void TasksPanel::follow(const TaskId &id)
{
    if (!m_workbench)
        return;
    const TaskModel &tasks = m_workbench->tasks();
    const bool none = tasks.rowCount() == 0 && !tasks.isLoading();
    m_empty->setVisible(none);
    m_empty->setText(tasks.filter().isEmpty() ? tr("No task yet.")
                                              : tr("No task matches the filter."));
    const QModelIndex index = tasks.index(tasks.rowOf(id));
    if (!index.isValid() || index == m_list->currentIndex())
        return;
    m_list->setCurrentIndex(index);
    m_list->scrollTo(index);
}

void TasksPanel::aboutToInsert(int, int)
{
    m_wasAtTop = m_list->verticalScrollBar()->value() == 0;
}

void TasksPanel::inserted(int first, int last)
{
    m_empty->hide();
    follow(m_workbench->selected());
    QScrollBar *bar = m_list->verticalScrollBar();
    const int height = m_theming.px(TaskDelegate::kRowHeight);
    const bool hovered = m_list->viewport()->underMouse();
    if (first * height > bar->value() || (m_wasAtTop && !hovered))
        return;
    // The view only knows its new length after its own layout.
    m_list->doItemsLayout();
    bar->setValue(bar->value() + (last - first + 1) * height);
    m_held = m_held || m_wasAtTop;
}

bool TasksPanel::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() == QEvent::Leave && std::exchange(m_held, false))
        m_list->scrollToTop();
    return QWidget::eventFilter(object, event);
}

void TasksPanel::showMenu(const QPoint &at)
{
    if (!m_list->indexAt(at).isValid() || m_rowActions.isEmpty())
        return;
    QMenu menu(this);
    menu.addActions(m_rowActions);
    menu.exec(m_list->viewport()->mapToGlobal(at));
}

} // namespace Kintsugi
