// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/dialogs/askpopover.h"

#include "engine/model/limits.h"
#include "ui/panels/label.h"
#include "ui/theme/theme.h"

#include <QBoxLayout>
#include <QLineEdit>
#include <QPushButton>

namespace Kintsugi {

using namespace Qt::StringLiterals;

AskPopover::AskPopover(Theming &theming, const Words &words, QWidget *parent)
    : QFrame(parent, Qt::Popup)
    , m_question(new Label(theming, FontRole::BodyStrong, Label::Ink::Text, {}, this))
    , m_detail(new Label(theming, FontRole::Secondary, Label::Ink::Muted, {}, this))
{
    setObjectName(words.name + u"Popover");
    setAccessibleName(words.title);
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_detail->setWordWrap(true);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    if (!words.reason.isEmpty()) {
        m_reason = new QLineEdit(this);
        m_reason->setObjectName(words.name + u"Reason");
        m_reason->setAccessibleName(words.reason);
        m_reason->setPlaceholderText(words.reason);
        m_reason->setMaxLength(int(Limits::kReasonLength));
        m_reason->setMinimumHeight(theming.px(28));
        connect(m_reason, &QLineEdit::returnPressed, this, &AskPopover::confirm);
        row->addWidget(m_reason, 1);
    } else {
        auto *keep = new QPushButton(tr("Keep it"), this);
        keep->setObjectName(words.name + u"Keep");
        connect(keep, &QPushButton::clicked, this, &QWidget::hide);
        row->addStretch(1);
        row->addWidget(keep);
    }
    auto *button = new QPushButton(words.confirm, this);
    button->setObjectName(words.name + u"Confirm");
    button->setAccessibleName(words.title);
    button->setAutoDefault(true);
    setPrimary(button);
    connect(button, &QPushButton::clicked, this, &AskPopover::confirm);
    m_button = button;
    row->addWidget(button);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(14, 12, 14, 12);
    column->setSpacing(8);
    column->addWidget(m_question);
    column->addWidget(m_detail);
    column->addLayout(row);
    setFixedWidth(theming.px(360));
}

AskPopover::~AskPopover() = default;

void AskPopover::openAt(const QPoint &globalTopLeft, const QString &question, const QString &detail)
{
    m_question->setText(question);
    m_detail->setText(detail);
    m_detail->setVisible(!detail.isEmpty());
    if (m_reason)
        m_reason->clear();
    adjustSize();
    move(globalTopLeft);
    show();
    (m_reason ? m_reason : m_button)->setFocus();
}

void AskPopover::confirm()
{
    hide();
    Q_EMIT confirmed(m_reason ? m_reason->text().trimmed() : QString());
}

} // namespace Kintsugi
