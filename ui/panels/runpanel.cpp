// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/panels/runpanel.h"

#include "ui/panels/label.h"
#include "ui/panels/messagestrip.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/views/runview.h"

#include <QBoxLayout>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>

namespace Kintsugi {

using namespace Qt::StringLiterals;

RunPanel::RunPanel(Theming &theming, const Clock &clock, QWidget *parent)
    : QWidget(parent)
    , m_theming(theming)
    , m_strip(new MessageStrip(theming, this))
    , m_stack(new QStackedWidget(this))
    , m_view(new RunView(theming, clock, this))
    , m_teach(new QWidget(this))
    , m_bowl(new QLabel(m_teach))
    , m_headline(new Label(theming, FontRole::TaskName, Label::Ink::Text, {}, m_teach))
    , m_words(new Label(theming, FontRole::Body, Label::Ink::Muted, {}, m_teach))
    , m_button(new QPushButton(m_teach))
    , m_progress(new QProgressBar(m_teach))
{
    setObjectName(u"runPanel"_s);
    setAccessibleName(tr("Run"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_headline->setAlignment(Qt::AlignCenter);
    m_words->setAlignment(Qt::AlignCenter);
    m_words->setWordWrap(true);
    m_button->setObjectName(u"teachButton"_s);
    setPrimary(m_button);
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setFixedSize(theming.px(240), 4);
    m_progress->setAccessibleName(tr("Opening the store"));

    auto *teach = new QVBoxLayout(m_teach);
    teach->setContentsMargins(20, 20, 20, 20);
    teach->setSpacing(14);
    teach->addStretch(2);
    teach->addWidget(m_bowl, 0, Qt::AlignHCenter);
    teach->addWidget(m_headline, 0, Qt::AlignHCenter);
    teach->addWidget(m_words, 0, Qt::AlignHCenter);
    teach->addWidget(m_progress, 0, Qt::AlignHCenter);
    teach->addWidget(m_button, 0, Qt::AlignHCenter);
    teach->addStretch(3);

    auto *scroll = new QScrollArea(this);
    scroll->setObjectName(u"runScroll"_s);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(m_view);
    m_stack->addWidget(m_teach);
    m_stack->addWidget(scroll);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_strip);
    column->addWidget(m_stack, 1);

    connect(m_button, &QPushButton::clicked, this, [this] {
        if (m_page == Page::Failed)
            Q_EMIT retryRequested();
        else
            Q_EMIT demoRequested();
    });
    connect(&theming, &Theming::changed, this, &RunPanel::restyle);
    restyle();
}

RunPanel::~RunPanel() = default;

void RunPanel::showOpening(const QString &path)
{
    m_page = Page::Opening;
    teach(tr("Opening the store"), path);
    m_button->hide();
    m_progress->show();
    m_stack->setCurrentIndex(0);
}

void RunPanel::showFailure(const QString &sentence, const QString &remedy)
{
    m_page = Page::Failed;
    teach(tr("The store did not open"), QString(sentence + u"\n\n" + remedy));
    m_button->setText(tr("Try again"));
    m_button->show();
    m_progress->hide();
    m_stack->setCurrentIndex(0);
}

void RunPanel::setWorkbench(Workbench *workbench)
{
    m_workbench = workbench;
    m_view->clear();
    if (!workbench)
        return;
    connect(workbench, &Workbench::taskStarted, this, [this](const Task &task) {
        m_view->showTask(task, {});
        showPage();
    });
    connect(workbench, &Workbench::taskChanged, m_view, &RunView::updateTask);
    connect(workbench, &Workbench::eventsAppended, m_view, &RunView::appendEvents);
    connect(workbench, &Workbench::message, this, &RunPanel::say);
    connect(workbench, &Workbench::selectionChanged, this, [this] {
        m_strip->leave();
        showPage();
    });
    connect(&workbench->tasks(), &TaskModel::pageLoaded, this, &RunPanel::showPage);
    connect(&workbench->tasks(), &TaskModel::rowsInserted, this, &RunPanel::showPage);
    showPage();
}

void RunPanel::say(MessageKind kind, const QString &text)
{
    m_strip->say(kind, text);
}

void RunPanel::showPage()
{
    if (!m_workbench)
        return;
    m_progress->hide();
    if (m_workbench->task()) {
        m_page = Page::Run;
        m_stack->setCurrentIndex(1);
        return;
    }
    m_stack->setCurrentIndex(0);
    const TaskModel &tasks = m_workbench->tasks();
    if (tasks.rowCount() > 0 || tasks.isLoading() || !tasks.filter().isEmpty()) {
        m_page = Page::Choose;
        teach(tr("Choose a task"), tr("Its picture, its events and its steps show here."));
        m_button->hide();
        return;
    }
    m_page = Page::Empty;
    teach(tr("Nothing is broken yet"),
          m_workbench->port().testMode()
              ? tr("This starts a task that counts to ten, one tick every half second. Press Crash "
                   "while it counts: the ticks stop. Press Nudge: it goes on at the next tick, and "
                   "gold marks where it broke.")
              : tr("This starts a task that counts to ten, one tick every half second. Every tick "
                   "is committed before you see it."));
    m_button->setText(tr("Watch it break and mend"));
    m_button->show();
}

void RunPanel::teach(const QString &headline, const QString &words)
{
    m_headline->setText(headline);
    m_words->setText(words);
    restyle();
}

void RunPanel::restyle()
{
    m_words->setFixedWidth(m_theming.px(460));
    m_words->setFixedHeight(qMax(0, m_words->heightForWidth(m_words->width())));
    m_bowl->setPixmap(Icons::applicationIcon().pixmap(QSize(m_theming.px(72), m_theming.px(72)),
                                                      devicePixelRatioF()));
}

} // namespace Kintsugi
