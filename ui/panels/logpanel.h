// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/event.h"
#include "engine/model/steprecord.h"

#include <QWidget>

class QLineEdit;
class QSettings;
class QStackedWidget;
class QTabBar;
class QTableView;

namespace Kintsugi {

class FlatButton;
class Pill;
class Theming;
class Workbench;

/*! The tables below the picture: the log of the selected task, and its memos. Thread: main. */
class LogPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(LogPanel)

public:
    explicit LogPanel(Theming &theming, QWidget *parent = nullptr);
    ~LogPanel() override;

    void setWorkbench(Workbench *workbench);
    void showSeq(Seq seq); //!< Selects that event's row.
    void showStep(const QString &name); //!< Selects that step's row.

    void save(QSettings &settings) const;
    void restore(const QSettings &settings);

    [[nodiscard]] QTableView *eventTable() const { return m_events; }
    [[nodiscard]] QTableView *stepTable() const { return m_steps; }
    [[nodiscard]] QLineEdit *filter() const { return m_filter; }

Q_SIGNALS:
    void eventChosen(const Kintsugi::Event &event);
    void stepChosen(const Kintsugi::StepRecord &step);
    void nothingChosen();
    void inspectorWanted(); //!< A double click: show what was chosen.

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    QTableView *makeTable(const QString &name, const QString &accessibleName);
    void setTab(int tab);
    void followTail();
    void choose();
    void restyle();

    Theming &m_theming;
    Workbench *m_workbench = nullptr;
    QTabBar *m_tabs;
    Pill *m_eventCount;
    Pill *m_stepCount;
    QLineEdit *m_filter;
    QAction *m_filterIcon;
    FlatButton *m_follow;
    QStackedWidget *m_stack;
    QTableView *m_events;
    QTableView *m_steps;
};

} // namespace Kintsugi
