// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/panels/wirepanel.h"

#include "ui/delegates/wiredelegate.h"
#include "ui/panels/flatbutton.h"
#include "ui/panels/flattable.h"
#include "ui/panels/label.h"
#include "ui/panels/linkactions.h"
#include "ui/serverport.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/workbench.h"

#include <QBoxLayout>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

WirePanel::WirePanel(Theming &theming, const Clock &clock, QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
    , m_clock(clock)
    , m_links(new LinkActions(
          theming,
          [this] {
              const TaskId id = m_workbench ? m_workbench->selected() : TaskId();
              return id.isNull() ? QList<TaskId>() : QList<TaskId>{id};
          },
          this))
    , m_copy(new QAction(tr("Copy frames"), this))
    , m_table(
          new FlatTable(theming, u"wireTable"_s, tr("Frames of the selected task's stream"), this))
    , m_address(new Label(theming, FontRole::Mono, Label::Ink::Muted, {}, this))
    , m_tools(new QWidget(this))
    , m_filter(new QLineEdit(m_tools))
    , m_filterIcon(m_filter->addAction(QIcon(), QLineEdit::LeadingPosition))
{
    setObjectName(u"wirePanel"_s);
    setAccessibleName(tr("Wire"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_table->setItemDelegate(new WireDelegate(theming, m_table));
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->horizontalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_address->setObjectName(u"wireAddress"_s);
    m_address->setElided(Qt::ElideMiddle);

    m_filter->setObjectName(u"wireFilter"_s);
    m_filter->setPlaceholderText(tr("Filter frames"));
    m_filter->setAccessibleName(tr("Filter frames"));
    m_filter->setToolTip(tr("Show only frames that have this text"));
    m_filter->setClearButtonEnabled(true);
    auto *bar = new QHBoxLayout(m_tools);
    bar->setContentsMargins(0, 0, 0, 0);
    bar->setSpacing(8);
    bar->addWidget(m_filter);
    FlatButton *copy = FlatButton::of(theming, m_copy, u"copy"_s, true, m_tools);
    copy->setObjectName(u"copyFrames"_s);
    bar->addWidget(copy);

    auto *line = new QHBoxLayout;
    line->setContentsMargins(10, 4, 12, 4);
    line->setSpacing(8);
    line->addWidget(m_address, 1);
    for (const auto &[link, name] :
         {std::pair(LinkActions::Link::Url, u"copyWireUrl"_s),
          std::pair(LinkActions::Link::Curl, u"copyWireCurl"_s),
          std::pair(LinkActions::Link::EventSource, u"copyWireEventSource"_s),
          std::pair(LinkActions::Link::Browser, u"openWireInBrowser"_s)}) {
        FlatButton *button = m_links->makeButton(link, true, this);
        button->setObjectName(name);
        line->addWidget(button);
    }
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(line);
    column->addWidget(m_table, 1);

    connect(m_copy, &QAction::triggered, this, &WirePanel::copyFrames);
    connect(m_table, &FlatTable::copyWanted, this, &WirePanel::copyFrames);
    connect(m_table, &FlatTable::customContextMenuRequested, this, &WirePanel::showMenu);
    connect(m_table, &FlatTable::restyled, this, &WirePanel::restyle);
    connect(m_links, &LinkActions::said, this, &WirePanel::said);
    m_timer.setInterval(1s);
    connect(&m_timer, &QTimer::timeout, this, &WirePanel::reckon);
    restyle();
    showAddress();
    refresh();
}

WirePanel::~WirePanel() = default;

void WirePanel::restyle()
{
    const Palette &colors = m_theming.palette();
    m_filterIcon->setIcon(Icons::icon(u"filter"_s, colors, colors.muted));
    m_filter->setFixedWidth(m_theming.px(220));
    m_filter->setFixedHeight(m_theming.px(26));
    m_table->verticalHeader()->setDefaultSectionSize(
        m_theming.px(WireDelegate::kLineHeight * WireDelegate::kFrameLines));
    fit();
}

/*! Gives the rows that are no frames their heights: the first, and the last. */
void WirePanel::fit()
{
    const QAbstractItemModel *model = m_table->model();
    if (!model)
        return;
    for (const int row : {0, model->rowCount() - 1}) {
        const QModelIndex index = model->index(row, 0);
        if (index.isValid())
            m_table->setRowHeight(
                row, m_theming.px(WireDelegate::kLineHeight * WireDelegate::linesOf(index)));
    }
}

void WirePanel::setWorkbench(Workbench *workbench)
{
    m_workbench = workbench;
    m_table->present(workbench ? &workbench->wire() : nullptr);
    m_links->setWorkbench(workbench);
    showAddress();
    refresh();
    if (!workbench)
        return;
    WireModel &wire = workbench->wire();
    connect(m_filter, &QLineEdit::textChanged, &wire, &WireModel::setFilter);
    connect(&wire, &WireModel::modelReset, this, &WirePanel::fit);
    connect(&wire, &WireModel::rowsInserted, this, &WirePanel::fit);
    connect(&wire, &WireModel::dataChanged, this, [this] {
        if (m_copyWaits)
            copyFrames();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        m_copyWaits = false;
        refresh();
        Q_EMIT selectionChanged();
    });
    connect(workbench, &Workbench::selectionChanged, this, [this] {
        m_lastFrameAt = m_clock.monotonic();
        showAddress();
    });
    connect(workbench, &Workbench::taskStarted, this, &WirePanel::begin);
    connect(workbench, &Workbench::taskChanged, this, &WirePanel::reckon);
    connect(workbench, &Workbench::caughtUp, this, &WirePanel::reckon);
    connect(workbench, &Workbench::eventsAppended, this, [this] {
        m_lastFrameAt = m_clock.monotonic();
        reckon();
    });
    wire.setFilter(m_filter->text());
    begin();
}

void WirePanel::setServer(const ServerStatus &server)
{
    m_server = server;
    m_links->setServer(server);
    showAddress();
}

void WirePanel::setPort(ServerPort *port)
{
    m_port = port;
    begin();
}

void WirePanel::showAddress()
{
    m_links->refresh();
    const bool any = m_workbench && !m_workbench->selected().isNull();
    if (!any)
        m_address->setFullText(tr("Choose a task to see its stream."));
    else if (m_server.url.isEmpty())
        m_address->setFullText(tr("Nothing is served now; these frames would be sent."));
    else
        m_address->setFullText(u"GET "_s + StreamLinks::url(m_server, m_workbench->selected()));
}

void WirePanel::begin()
{
    if (!m_workbench)
        return;
    const auto &task = m_workbench->task();
    m_workbench->wire().setBeginning(m_port && task ? m_port->beginningOf(*task) : QByteArray());
    reckon();
}

/*! What an outside client gets after the last frame: the end, or a comment after each silence. */
void WirePanel::reckon()
{
    if (!m_workbench || !m_port || !m_workbench->follower().isCaughtUp())
        return;
    const auto &task = m_workbench->task();
    WireModel &wire = m_workbench->wire();
    if (!task || task->id != wire.task() || task->lastSeq > wire.lastSeq())
        return;
    const auto silence = m_clock.monotonic() - m_lastFrameAt;
    if (isTerminal(task->state))
        wire.setEnded();
    else
        wire.setComments(int(silence / qMax(1ms, m_port->keepAlive())));
}

void WirePanel::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_timer.start();
    reckon();
}

void WirePanel::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_timer.stop();
}

std::optional<Event> WirePanel::chosen() const
{
    return m_workbench ? m_workbench->wire().eventAt(m_table->chosenRow()) : std::nullopt;
}

void WirePanel::light(Seq seq)
{
    if (!m_workbench)
        return;
    const int row = m_workbench->wire().rowOf(seq);
    if (row < 0) {
        m_table->clearSelection();
        return;
    }
    m_table->selectRow(row);
    m_table->scrollTo(m_workbench->wire().index(row, 0), QAbstractItemView::EnsureVisible);
}

void WirePanel::refresh()
{
    const qint64 rows = m_table->chosenCount();
    m_copy->setEnabled(rows > 0 && rows <= kFramesCopied);
    m_copy->setToolTip(rows == 0 ? tr("Select frames first")
                           : rows > kFramesCopied
                           ? tr("Select no more than %L1 frames").arg(kFramesCopied)
                           : tr("Copy the selected frames as they are sent (Ctrl+C)"));
}

void WirePanel::copyFrames()
{
    m_copyWaits = false;
    if (!m_copy->isEnabled() || !m_workbench)
        return;
    QList<int> rows;
    for (const QItemSelectionRange &range : m_table->selectionModel()->selection()) {
        for (int row = range.top(); row <= range.bottom(); ++row)
            rows << row;
    }
    std::ranges::sort(rows);
    const WireModel &wire = m_workbench->wire();
    QByteArray bytes;
    for (const int row : std::as_const(rows)) {
        const QByteArray frame = wire.index(row, 0).data(WireModel::BytesRole).toByteArray();
        m_copyWaits =
            m_copyWaits || (frame.isEmpty() && wire.kindOf(row) == WireModel::Kind::Frame);
        bytes += frame;
    }
    if (m_copyWaits)
        return; // They are being read, and then it is done.
    QGuiApplication::clipboard()->setText(QString::fromUtf8(bytes));
    Q_EMIT said(tr("%Ln frame(s) are on the clipboard.", nullptr, int(rows.size())));
}

void WirePanel::showMenu(const QPoint &at)
{
    if (!m_table->indexAt(at).isValid())
        return;
    QMenu menu(this);
    menu.setToolTipsVisible(true);
    menu.addAction(m_copy);
    menu.addSeparator();
    menu.addActions(m_links->all());
    menu.exec(m_table->viewport()->mapToGlobal(at));
}

} // namespace Kintsugi
