// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "ui/actions.h"

#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

struct Row
{
    ActionId id;
    const char *name; //!< For tests and style, never shown.
    const char *text;
    const char *shortcut;
    const char *icon;
};

constexpr auto kTable = std::to_array<Row>({
    {ActionId::RunAgain, "runAgain", QT_TRANSLATE_NOOP("Kintsugi::Actions", "Run &again"),
     "Ctrl+Shift+R", ""},
    {ActionId::RunFresh, "runFresh", QT_TRANSLATE_NOOP("Kintsugi::Actions", "Run as a &fresh task"),
     "Ctrl+Shift+N", ""},
    {ActionId::Stop, "stop", QT_TRANSLATE_NOOP("Kintsugi::Actions", "&Stop"), "Ctrl+.", "stop"},
    {ActionId::Crash, "crash", QT_TRANSLATE_NOOP("Kintsugi::Actions", "&Crash"), "Ctrl+K", "crash"},
    {ActionId::Nudge, "nudge", QT_TRANSLATE_NOOP("Kintsugi::Actions", "&Nudge"), "Ctrl+U", "nudge"},
    {ActionId::Reattach, "reattach", QT_TRANSLATE_NOOP("Kintsugi::Actions", "Reattac&h"),
     "Ctrl+Shift+A", "reattach"},
    {ActionId::Suspend, "suspend", QT_TRANSLATE_NOOP("Kintsugi::Actions", "S&uspend"),
     "Ctrl+Shift+S", "pause"},
    {ActionId::Resume, "resume", QT_TRANSLATE_NOOP("Kintsugi::Actions", "Resu&me"), "Ctrl+Shift+M",
     "resume"},
    {ActionId::Retry, "retry", QT_TRANSLATE_NOOP("Kintsugi::Actions", "Retr&y"), "Ctrl+Shift+Y",
     "retry"},
    {ActionId::Fork, "fork", QT_TRANSLATE_NOOP("Kintsugi::Actions", "F&ork…"), "Ctrl+Shift+O",
     "fork"},
    {ActionId::Delete, "delete", QT_TRANSLATE_NOOP("Kintsugi::Actions", "&Delete…"), "Ctrl+Del",
     "trash"},
    {ActionId::CopyKey, "copyKey", QT_TRANSLATE_NOOP("Kintsugi::Actions", "Copy &key"),
     "Ctrl+Shift+K", "copy"},
    {ActionId::CopyId, "copyId", QT_TRANSLATE_NOOP("Kintsugi::Actions", "Copy &id"), "Ctrl+Shift+I",
     ""},
    {ActionId::CopyCurl, "copyCurl", QT_TRANSLATE_NOOP("Kintsugi::Actions", "Copy cur&l command"),
     "Ctrl+Shift+C", ""},
});

QString translated(const char *text)
{
    return QCoreApplication::translate("Kintsugi::Actions", text);
}

} // namespace

Actions::Actions(Theming &theming, QObject *parent)
    : QObject(parent)
    , m_theming(theming)
{
    for (const Row &row : kTable) {
        auto *action = new QAction(translated(row.text), this);
        action->setObjectName(QString::fromLatin1(row.name));
        action->setShortcut(QKeySequence(QString::fromLatin1(row.shortcut)));
        m_actions.insert(row.id, action);
        connect(action, &QAction::triggered, this, [this, id = row.id] { Q_EMIT triggered(id); });
    }
    connect(&theming, &Theming::changed, this, &Actions::recolor);
    recolor();
    refresh({});
}

Actions::~Actions() = default;

QAction *Actions::operator[](ActionId id) const
{
    return m_actions.value(id);
}

QList<ActionId> Actions::all()
{
    QList<ActionId> ids;
    for (const Row &row : kTable)
        ids.append(row.id);
    return ids;
}

void Actions::refresh(const ActionFacts &facts)
{
    for (auto it = m_actions.cbegin(); it != m_actions.cend(); ++it) {
        const Verdict verdict = verdictOn(it.key(), facts);
        QAction *action = it.value();
        action->setEnabled(verdict.enabled);
        action->setVisible(verdict.visible);
        //: What an action does or why it cannot, then its shortcut.
        const QString tip =
            tr("%1 (%2)").arg(verdict.why, action->shortcut().toString(QKeySequence::NativeText));
        if (action->toolTip() != tip) {
            action->setToolTip(tip);
            action->setStatusTip(verdict.why);
        }
    }
    const bool counting = facts.task && isTurningStale(*facts.task) && facts.staleIn.count() > 0;
    m_actions.value(ActionId::Nudge)
        ->setText(counting
                      ? tr("Nudge in %1 s").arg(double(facts.staleIn.count()) / 1000, 0, 'f', 1)
                      : tr("&Nudge"));
}

void Actions::recolor()
{
    for (const Row &row : kTable) {
        if (*row.icon)
            m_actions.value(row.id)->setIcon(
                Icons::icon(QString::fromLatin1(row.icon), m_theming.palette()));
    }
}

} // namespace Kintsugi
