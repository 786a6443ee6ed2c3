// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// How the inspector is put together; what it shows is in inspector.cpp.

#include "ui/delegates/celldelegate.h"
#include "ui/panels/facts.h"
#include "ui/panels/inspector.h"
#include "ui/panels/label.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QBoxLayout>
#include <QScrollArea>
#include <QTabBar>
#include <QToolButton>
#include <QTreeView>

namespace Kintsugi {

using namespace Qt::StringLiterals;

void Inspector::build()
{
    setObjectName(u"inspector"_s);
    setAccessibleName(tr("Inspector"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);

    auto *header = new QHBoxLayout;
    header->setContentsMargins(14, 0, 8, 0);
    header->setSpacing(8);
    header->addWidget(
        new Label(m_theming, FontRole::BodyStrong, Label::Ink::Text, tr("Inspector"), this));
    m_subject->setElided(Qt::ElideRight);
    header->addWidget(m_subject, 1);
    header->addWidget(m_copy);
    m_copy->setObjectName(u"copyAll"_s);
    m_copy->setAutoRaise(true);
    m_copy->setAccessibleName(tr("Copy all as JSON"));
    m_copy->setToolTip(tr("Copy all of this as JSON"));
    connect(m_copy, &QToolButton::clicked, this, &Inspector::copyAll);

    auto *rule = new QFrame(this);
    rule->setFrameShape(QFrame::HLine);
    auto *title = new QHBoxLayout;
    title->setSpacing(8);
    title->addWidget(m_sign);
    m_title->setElided(Qt::ElideRight);
    title->addWidget(m_title, 1);
    title->addWidget(m_time);
    m_sentence->setWordWrap(true);
    m_tabs->setObjectName(u"inspectorTabs"_s);
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setUsesScrollButtons(false); // They are few and always fit.
    m_tabs->setAccessibleName(tr("What of it"));
    connect(m_tabs, &QTabBar::currentChanged, this, &Inspector::showTab);

    m_tree->setObjectName(u"jsonTree"_s);
    m_tree->setAccessibleName(tr("Members"));
    m_tree->setModel(&m_model);
    m_tree->setHeaderHidden(true);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setUniformRowHeights(true);
    m_tree->setIndentation(16);
    m_tree->setMouseTracking(true);
    m_tree->setItemDelegate(new JsonDelegate(m_theming, m_tree));
    m_tree->setContextMenuPolicy(Qt::ActionsContextMenu);
    auto *copy = new QAction(tr("Copy value"), m_tree);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, &Inspector::copyValue);
    auto *copyEverything = new QAction(tr("Copy all as JSON"), m_tree);
    connect(copyEverything, &QAction::triggered, this, &Inspector::copyAll);
    m_tree->addActions({copy, copyEverything});

    auto *body = new QVBoxLayout(m_body);
    body->setContentsMargins(0, 0, 0, 8);
    body->setSpacing(0);
    auto *inset = new QVBoxLayout;
    inset->setContentsMargins(14, 10, 14, 2);
    inset->setSpacing(6);
    inset->addLayout(title);
    inset->addWidget(m_sentence);
    body->addLayout(inset);
    auto *tabs = new QHBoxLayout;
    tabs->setContentsMargins(6, 0, 6, 0);
    tabs->addWidget(m_tabs);
    tabs->addStretch(1);
    body->addLayout(tabs);
    auto *second = new QFrame(this);
    second->setFrameShape(QFrame::HLine);
    body->addWidget(second);
    auto *tree = new QVBoxLayout;
    tree->setContentsMargins(8, 4, 4, 2);
    tree->addWidget(m_tree);
    body->addLayout(tree, 1);
    auto *third = new QFrame(this);
    third->setFrameShape(QFrame::HLine);
    body->addWidget(third);
    body->addWidget(m_provenance);
    body->addWidget(m_owner);
    body->addWidget(m_facts);
    for (QFrame *line : {rule, second, third}) {
        line->setFrameShadow(QFrame::Plain);
        line->setForegroundRole(QPalette::Midlight);
        line->setFixedHeight(1);
    }

    m_nothing->setWordWrap(true);
    m_nothing->setMargin(14);
    m_nothing->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addSpacing(6);
    column->addLayout(header);
    column->addSpacing(5);
    column->addWidget(rule);
    // In a low window the facts scroll; the tree keeps a few rows.
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setWidget(m_body);
    m_body->setAutoFillBackground(true);
    m_body->setBackgroundRole(QPalette::Base);
    m_tree->setMinimumHeight(m_theming.px(110));
    column->addWidget(m_scroll, 1);
    column->addWidget(m_nothing, 1);
    connect(&m_theming, &Theming::changed, this, &Inspector::restyle);
}

} // namespace Kintsugi
