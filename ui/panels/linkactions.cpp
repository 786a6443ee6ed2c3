// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/panels/linkactions.h"

#include "ui/panels/flatbutton.h"
#include "ui/theme/theme.h"
#include "ui/workbench.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QGuiApplication>

#include <algorithm>

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

struct Row
{
    LinkActions::Link link;
    const char *text;
    const char *tip;
    const char *said;
    const char *icon;
};

constexpr auto kTable = std::to_array<Row>({
    {LinkActions::Link::Url, QT_TRANSLATE_NOOP("Kintsugi::LinkActions", "Copy URL"),
     QT_TRANSLATE_NOOP("Kintsugi::LinkActions", "Copy the address of the stream"),
     QT_TRANSLATE_NOOP("Kintsugi::LinkActions", "The address of the stream is on the clipboard."),
     "link"},
    {LinkActions::Link::Curl, QT_TRANSLATE_NOOP("Kintsugi::LinkActions", "Copy curl"),
     QT_TRANSLATE_NOOP("Kintsugi::LinkActions",
                       "Copy a command for a terminal that follows the stream"),
     QT_TRANSLATE_NOOP("Kintsugi::LinkActions",
                       "The curl command is on the clipboard; it follows the stream."),
     "terminal"},
    {LinkActions::Link::EventSource, QT_TRANSLATE_NOOP("Kintsugi::LinkActions", "Copy EventSource"),
     QT_TRANSLATE_NOOP("Kintsugi::LinkActions",
                       "Copy JavaScript that follows the stream from a page of this server"),
     QT_TRANSLATE_NOOP("Kintsugi::LinkActions", "The JavaScript is on the clipboard."), "code"},
    {LinkActions::Link::Browser, QT_TRANSLATE_NOOP("Kintsugi::LinkActions", "Open in browser"),
     QT_TRANSLATE_NOOP("Kintsugi::LinkActions", "Open the live page of the task in a browser"), "",
     "globe"},
});

const Row &rowOf(LinkActions::Link link)
{
    return *std::ranges::find(kTable, link, &Row::link);
}

QString translated(const char *text)
{
    return QCoreApplication::translate("Kintsugi::LinkActions", text);
}

QByteArrayList typesOf(Workbench *workbench, const TaskId &id)
{
    QByteArrayList types;
    for (const QByteArrayView type :
         {EventTypes::kCreated, EventTypes::kAttemptStarted, EventTypes::kStepRetry,
          EventTypes::kRetryScheduled, EventTypes::kSuspended, EventTypes::kResumed,
          EventTypes::kSignalReceived, EventTypes::kStopRequested, EventTypes::kCompleted,
          EventTypes::kFailed, EventTypes::kCancelled})
        types << type.toByteArray();
    if (!workbench)
        return types;
    const Task *task = workbench->tasks().taskAt(workbench->tasks().rowOf(id));
    for (const DefinitionInfo &definition : workbench->port().definitions()) {
        if (task && task->name != definition.name)
            continue;
        for (const EventSchema &event : definition.events) {
            if (!types.contains(event.type))
                types << event.type;
        }
    }
    return types;
}

} // namespace

LinkActions::LinkActions(Theming &theming, Targets targets, QObject *parent)
    : QObject(parent)
    , m_theming(theming)
    , m_targets(std::move(targets))
{
    for (const Row &row : kTable) {
        auto *action = new QAction(translated(row.text), this);
        connect(action, &QAction::triggered, this, [this, link = row.link] { perform(link); });
        m_actions.insert({row.link, action});
    }
    refresh();
}

LinkActions::~LinkActions() = default;

void LinkActions::setWorkbench(Workbench *workbench)
{
    m_workbench = workbench;
    refresh();
}

void LinkActions::setServer(const ServerStatus &server)
{
    m_server = server;
    refresh();
}

QList<QAction *> LinkActions::all() const
{
    QList<QAction *> actions;
    for (const Row &row : kTable)
        actions << m_actions.at(row.link);
    return actions;
}

void LinkActions::refresh()
{
    const bool serves = !m_server.url.isEmpty();
    const bool any = !m_targets().isEmpty();
    for (const auto &[link, action] : m_actions) {
        const bool closed = link == Link::Browser && m_server.wantsToken;
        action->setEnabled(serves && any && !closed);
        action->setToolTip(!serves      ? tr("Nothing is served now")
                               : !any   ? tr("Nothing is selected")
                               : closed ? tr("The live page cannot bear the server's token")
                                        : translated(rowOf(link).tip));
    }
}

FlatButton *LinkActions::makeButton(Link link, bool text, QWidget *parent) const
{
    return FlatButton::of(m_theming, m_actions.at(link), QString::fromLatin1(rowOf(link).icon),
                          text, parent);
}

QString LinkActions::textOf(Link link, const TaskId &id) const
{
    switch (link) {
    case Link::Url:
        return StreamLinks::url(m_server, id);
    case Link::Curl:
        return StreamLinks::curl(m_server, id);
    case Link::EventSource:
        return StreamLinks::eventSource(m_server, id, typesOf(m_workbench, id));
    case Link::Browser:
        break;
    }
    return {};
}

void LinkActions::perform(Link link)
{
    const QList<TaskId> targets = m_targets();
    if (targets.isEmpty() || m_server.url.isEmpty())
        return;
    if (link == Link::Browser) {
        QDesktopServices::openUrl(StreamLinks::page(m_server, targets.first()));
        return;
    }
    QStringList texts;
    for (const TaskId &id : targets)
        texts << textOf(link, id);
    QGuiApplication::clipboard()->setText(texts.join(u'\n'));
    Q_EMIT said(translated(rowOf(link).said));
}

} // namespace Kintsugi
