// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/models/clientmodel.h"
#include "ui/streamlinks.h"

#include <QTimer>
#include <QWidget>

class QAction;
class QSettings;
class QSortFilterProxyModel;
class QStackedWidget;

namespace Kintsugi {

class FlatButton;
class FlatTable;
class Label;
class LinkActions;
class Theming;
class Workbench;

/*! Who reads events from outside, and what can be done about it.
 *
 *  Thread: main. Asks the server twice a second while it is to be seen, and not otherwise.
 */
class ClientsPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ClientsPanel)

public:
    static constexpr std::chrono::milliseconds kInterval{500};

    ClientsPanel(Theming &theming, const Clock &clock, QWidget *parent = nullptr);
    ~ClientsPanel() override;

    void setWorkbench(Workbench *workbench);
    void setServer(const ServerStatus &server);
    void setPort(ServerPort *port); //!< Null before it closes; outlives its use.
    [[nodiscard]] QWidget *tools() const { return m_tools; } //!< For the bar above the panel.
    [[nodiscard]] FlatTable *table() const { return m_table; }
    [[nodiscard]] ClientModel &model() { return *m_model; }

    void save(QSettings &settings) const;
    void restore(const QSettings &settings);

Q_SIGNALS:
    void said(const QString &text); //!< What was done, in a sentence.

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    QWidget *makeTeaching();
    QWidget *makeTools();
    void ask();
    void take(const ClientList &list);
    void refresh();
    void teach();
    void disconnectChosen();
    void showTask();
    void showMenu(const QPoint &at);
    [[nodiscard]] QList<Client> chosen() const; //!< As they stand, from the top.
    [[nodiscard]] QList<TaskId> chosenTasks() const;

    Theming &m_theming;
    const Clock &m_clock;
    Workbench *m_workbench = nullptr;
    ServerPort *m_port = nullptr;
    ServerStatus m_server;
    ClientModel *m_model;
    QSortFilterProxyModel *m_sorted;
    FlatTable *m_table;
    LinkActions *m_links; //!< To what the chosen clients read.
    LinkActions *m_lesson; //!< To what a first client could read.
    QAction *m_disconnect;
    QAction *m_showTask;
    QStackedWidget *m_stack;
    QWidget *m_tools;
    Label *m_foot; //!< What the rows do not show.
    Label *m_teaching = nullptr;
    Label *m_command = nullptr;
    QWidget *m_commandRow = nullptr;
    QTimer m_timer{this};
    bool m_asking = false;
    int m_generation = 0; //!< Of the port; answers of an older one are dropped.
};

} // namespace Kintsugi
