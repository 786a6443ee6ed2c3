// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/dialogs/stoppopover.h"

#include "engine/model/limits.h"
#include "ui/panels/label.h"
#include "ui/theme/theme.h"

#include <QBoxLayout>
#include <QLineEdit>
#include <QPushButton>

namespace Kintsugi {

using namespace Qt::StringLiterals;

StopPopover::StopPopover(Theming &theming, QWidget *parent)
    : QFrame(parent, Qt::Popup)
    , m_question(new Label(theming, FontRole::BodyStrong, Label::Ink::Text, {}, this))
    , m_reason(new QLineEdit(this))
{
    setObjectName(u"stopPopover"_s);
    setAccessibleName(tr("Stop the task"));
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_reason->setObjectName(u"stopReason"_s);
    m_reason->setAccessibleName(tr("Reason for the stop"));
    m_reason->setPlaceholderText(tr("Reason (may stay empty)"));
    m_reason->setMaxLength(int(Limits::kReasonLength));
    m_reason->setMinimumHeight(theming.px(28));
    auto *stop = new QPushButton(tr("Stop"), this);
    stop->setObjectName(u"stopConfirm"_s);
    stop->setAccessibleName(tr("Stop the task"));
    setPrimary(stop);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_reason, 1);
    row->addWidget(stop);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(14, 12, 14, 12);
    column->setSpacing(8);
    column->addWidget(m_question);
    column->addLayout(row);
    setFixedWidth(theming.px(360));
    connect(m_reason, &QLineEdit::returnPressed, this, &StopPopover::confirm);
    connect(stop, &QPushButton::clicked, this, &StopPopover::confirm);
}

StopPopover::~StopPopover() = default;

void StopPopover::openAt(const QPoint &globalTopLeft, const QString &taskName)
{
    m_question->setText(tr("Stop %1?").arg(taskName));
    m_reason->clear();
    adjustSize();
    move(globalTopLeft);
    show();
    m_reason->setFocus();
}

void StopPopover::confirm()
{
    hide();
    Q_EMIT stopRequested(m_reason->text().trimmed());
}

} // namespace Kintsugi
