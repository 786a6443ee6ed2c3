// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/streamlinks.h"

#include <QAction>

#include <functional>
#include <map>

namespace Kintsugi {

class FlatButton;
class Theming;
class Workbench;

/*! The ways from the window to a stream for somebody outside: its URL, a curl command, JavaScript,
 *  the live page. Thread: main. */
class LinkActions final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(LinkActions)

public:
    enum class Link { Url, Curl, EventSource, Browser };
    /*! Whose streams are meant now; a null id: all tasks. */
    using Targets = std::function<QList<TaskId>()>;

    LinkActions(Theming &theming, Targets targets, QObject *parent = nullptr);
    ~LinkActions() override;

    void setWorkbench(Workbench *workbench);
    void setServer(const ServerStatus &server);
    void refresh(); //!< The targets may have changed.

    [[nodiscard]] QAction *operator[](Link link) const { return m_actions.at(link); }
    [[nodiscard]] QList<QAction *> all() const;
    /*! A button that does the same, with its text or as an icon alone. */
    [[nodiscard]] FlatButton *makeButton(Link link, bool text, QWidget *parent) const;

Q_SIGNALS:
    void said(const QString &text); //!< What was done, in a sentence.

private:
    void perform(Link link);
    [[nodiscard]] QString textOf(Link link, const TaskId &id) const;

    Theming &m_theming;
    Targets m_targets;
    Workbench *m_workbench = nullptr;
    ServerStatus m_server;
    std::map<Link, QAction *> m_actions;
};

} // namespace Kintsugi
