// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"
#include "engine/model/event.h"
#include "engine/model/steprecord.h"
#include "ui/streamlinks.h"

#include <QWidget>

class QLineEdit;
class QSettings;
class QStackedWidget;
class QTabBar;

namespace Kintsugi {

class ClientsPanel;
class FlatButton;
class FlatTable;
class Pill;
class ServerPort;
class Theming;
class WirePanel;
class Workbench;

/*! What lies below the picture, a tab each: the log of the selected task, its memos, its stream
 *  as it goes over the wire, and who reads from outside. Thread: main. */
class LogPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(LogPanel)

public:
    enum Tab { EventsTab, StepsTab, WireTab, ClientsTab };

    LogPanel(Theming &theming, const Clock &clock, QWidget *parent = nullptr);
    ~LogPanel() override;

    void setWorkbench(Workbench *workbench);
    void showSeq(Seq seq); //!< Selects that event's row.
    void showStep(const QString &name); //!< Selects that step's row.

    void save(QSettings &settings) const;
    void restore(const QSettings &settings);

    void setTab(Tab tab);
    void setServer(const ServerStatus &server);
    void setServerPort(ServerPort *port);
    void focusFilter(); //!< Of the tab that is seen; of the events when it has none.

Q_SIGNALS:
    void eventChosen(const Kintsugi::Event &event);
    void stepChosen(const Kintsugi::StepRecord &step);
    void nothingChosen();
    void said(const QString &text);
    void inspectorWanted(); //!< A double click: show what was chosen.

private:
    void addTab(Tab tab, const QString &text, const QString &toolTip, Pill *count, QWidget *content,
                const QList<QWidget *> &tools);
    void chooseEvent(const std::optional<Event> &event);
    void turnTo(int tab);
    void layOutTabs();
    void count(Pill *pill, qint64 number);
    void followTail();
    void choose();
    void restyle();

    Theming &m_theming;
    Workbench *m_workbench = nullptr;
    QTabBar *m_tabs;
    Pill *m_eventCount;
    Pill *m_stepCount;
    Pill *m_clientCount;
    QLineEdit *m_filter;
    QAction *m_filterIcon;
    FlatButton *m_follow;
    QStackedWidget *m_stack;
    FlatTable *m_events;
    FlatTable *m_steps;
    WirePanel *m_wire;
    ClientsPanel *m_clients;
    QList<QList<QWidget *>> m_tools; //!< Of each tab, in the bar.
    bool m_choosing = false; //!< One table shows what was chosen in the other.
    bool m_turning = false; //!< Another tab is shown: what its filter hides stays chosen.
};

} // namespace Kintsugi
