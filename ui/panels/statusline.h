// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/engineport.h"
#include "ui/streamlinks.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QToolButton;

namespace Kintsugi {

class FlatButton;
class Label;
class Theming;
class Workbench;

/*! The figures at the foot of the window, read once a second. Thread: main. */
class StatusLine final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StatusLine)

public:
    StatusLine(Theming &theming, const Clock &clock, QWidget *parent = nullptr);
    ~StatusLine() override;

    void setWorkbench(Workbench *workbench);
    void setServer(const ServerStatus &server);

Q_SIGNALS:
    void clientsWanted(); //!< Somebody wants to see who they are.
    void storeProblem(const QString &problem); //!< Newly refuses writes; empty when it recovered.

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void poll();
    void take(const EngineStatus &status);
    void restyle();

    Theming &m_theming;
    const Clock &m_clock;
    Workbench *m_workbench = nullptr;
    QLabel *m_storeIcon;
    Label *m_store;
    Label *m_running;
    Label *m_commits;
    QLabel *m_testIcon;
    Label *m_test;
    QLabel *m_dot;
    Label *m_url;
    FlatButton *m_clients;
    ServerStatus m_server;
    QString m_problem;
    qint64 m_lastCommits = -1;
    Monotonic m_lastAt{};
    bool m_asking = false;
    QTimer m_timer;
};

} // namespace Kintsugi
