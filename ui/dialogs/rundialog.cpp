// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/dialogs/rundialog.h"

#include "ui/answers.h"
#include "ui/dialogs/schemaform.h"
#include "ui/models/words.h"
#include "ui/panels/label.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFrame>
#include <QGridLayout>
#include <QPushButton>

namespace Kintsugi {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

RunDialog::RunDialog(Theming &theming, EnginePort &port, const DefinitionInfo &definition,
                     QWidget *parent)
    : QDialog(parent)
    , m_port(port)
    , m_definition(definition)
    , m_form(new SchemaForm(theming, definition.inputSchema, this))
    , m_fresh(new QCheckBox(tr("Run as a &fresh task, even if one with this input exists"), this))
    , m_key(new Label(theming, FontRole::Mono, Label::Ink::Text, {}, this))
    , m_state(new Label(theming, FontRole::Secondary, Label::Ink::Muted, {}, this))
    , m_run(new QPushButton(tr("Run"), this))
{
    const QString name = QString::fromUtf8(definition.name);
    setObjectName(u"runDialog"_s);
    setWindowTitle(tr("Run %1").arg(name));
    setAccessibleName(windowTitle());
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowModality(Qt::WindowModal);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setMinimumWidth(theming.px(460));

    m_fresh->setObjectName(u"fresh"_s);
    m_key->setObjectName(u"previewKey"_s);
    m_key->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_key->setElided(Qt::ElideMiddle);
    m_state->setObjectName(u"previewState"_s);
    m_state->setWordWrap(true);
    m_state->setMinimumHeight(QFontMetrics(m_state->font()).lineSpacing() * 2 + 2);
    m_state->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    setPrimary(m_run);
    m_run->setObjectName(u"runButton"_s);
    m_run->setDefault(true);
    m_run->setMinimumWidth(theming.px(110));

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(20, 18, 20, 14);
    column->setSpacing(12);
    column->addWidget(new Label(theming, FontRole::CardTitle, Label::Ink::Text, name, this));
    if (!definition.title.isEmpty()) {
        auto *title =
            new Label(theming, FontRole::Secondary, Label::Ink::Muted, definition.title, this);
        title->setWordWrap(true);
        column->addWidget(title);
    }
    column->addWidget(m_form);
    column->addWidget(m_fresh);
    auto *rule = new QFrame(this);
    rule->setFrameShape(QFrame::HLine);
    rule->setFrameShadow(QFrame::Plain);
    rule->setForegroundRole(QPalette::Midlight);
    column->addWidget(rule);
    auto *facts = new QGridLayout;
    facts->setHorizontalSpacing(12);
    facts->setVerticalSpacing(4);
    facts->setColumnStretch(1, 1);
    facts->addWidget(new Label(theming, FontRole::Secondary, Label::Ink::Muted, tr("Key"), this), 0,
                     0);
    facts->addWidget(m_key, 0, 1);
    facts->addWidget(m_state, 1, 1);
    column->addLayout(facts);
    auto *buttons = new QDialogButtonBox(this);
    buttons->addButton(m_run, QDialogButtonBox::AcceptRole);
    buttons->addButton(new QPushButton(tr("Cancel"), this), QDialogButtonBox::RejectRole);
    column->addWidget(buttons);

    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        Q_EMIT runRequested(request());
        accept();
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_form, &SchemaForm::changed, this, &RunDialog::changed);
    connect(m_fresh, &QCheckBox::toggled, this, &RunDialog::changed);
    m_typing.setSingleShot(true);
    m_typing.setInterval(60ms);
    connect(&m_typing, &QTimer::timeout, this, &RunDialog::preview);
    changed();
}

RunDialog::~RunDialog() = default;

void RunDialog::setInput(const QJsonObject &input)
{
    m_form->setValue(input);
}

SubmitRequest RunDialog::request() const
{
    SubmitRequest request;
    request.name = m_definition.name;
    request.input = m_form->value();
    request.fresh = m_fresh->isChecked();
    return request;
}

void RunDialog::changed()
{
    ++m_asked;
    if (const QString problem = m_form->problem(); !problem.isEmpty()) {
        m_typing.stop();
        say(u"–"_s, problem, tr("Run"), false);
    } else if (m_fresh->isChecked()) {
        m_typing.stop();
        say(tr("a new one, made at the start"),
            tr("A random runId is added to the input, so nothing is shared with another task."),
            tr("Run"), true);
    } else {
        m_typing.start();
    }
}

void RunDialog::preview()
{
    SubmitRequest wanted = request();
    whenAnswered(m_port.preview(std::move(wanted)), this,
                 [this, asked = m_asked](const Expected<StartPreview> &answer) {
                     if (asked == m_asked)
                         showPreview(answer);
                 });
}

void RunDialog::showPreview(const Expected<StartPreview> &preview)
{
    if (!preview) {
        say(u"–"_s, Words::error(preview.error()), tr("Run"), false);
        return;
    }
    const QString key = preview->key.toString();
    if (!preview->existing) {
        say(key, tr("No task has this key yet: a new one starts."), tr("Run"), true);
        return;
    }
    const Task &task = *preview->existing;
    if (isTerminal(task.state)) {
        say(key,
            tr("A task with this key exists and is over (%1): its stored events are shown, "
               "nothing runs.")
                .arg(Words::state(task).toLower()),
            tr("Show"), true);
    } else if (task.stale) {
        say(key,
            tr("A task with this key exists and is stale after attempt %1: it goes on where it "
               "broke.")
                .arg(task.attempt),
            tr("Recover"), true);
    } else if (task.state == TaskState::Suspended) {
        say(key, tr("A task with this key exists and is suspended: it is resumed."), tr("Resume"),
            true);
    } else {
        say(key,
            tr("A task with this key exists (%1, attempt %2): you attach to it, nothing is "
               "started.")
                .arg(Words::state(task).toLower())
                .arg(task.attempt),
            tr("Attach"), true);
    }
}

void RunDialog::say(const QString &key, const QString &sentence, const QString &button,
                    bool possible)
{
    m_key->setFullText(key);
    m_state->setText(sentence);
    m_run->setText(button);
    m_run->setEnabled(possible);
}

} // namespace Kintsugi
