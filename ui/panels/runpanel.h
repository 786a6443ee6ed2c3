// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "ui/workbench.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace Kintsugi {

class Label;
class MessageStrip;
class RunView;
class Theming;

/*! The middle of the window: the picture of the selected run, or what to do when there is none.
 *  Thread: main. */
class RunPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RunPanel)

public:
    RunPanel(Theming &theming, const Clock &clock, QWidget *parent = nullptr);
    ~RunPanel() override;

    void showOpening(const QString &path);
    void showFailure(const QString &sentence, const QString &remedy);
    void setWorkbench(Workbench *workbench);
    void say(MessageKind kind, const QString &text);

    [[nodiscard]] RunView *view() const { return m_view; }
    [[nodiscard]] MessageStrip *strip() const { return m_strip; }

Q_SIGNALS:
    void demoRequested();
    void retryRequested();

private:
    void showPage();
    void restyle();
    void teach(const QString &headline, const QString &words);

    Theming &m_theming;
    Workbench *m_workbench = nullptr;
    MessageStrip *m_strip;
    QStackedWidget *m_stack;
    RunView *m_view;
    QWidget *m_teach;
    QLabel *m_bowl;
    Label *m_headline;
    Label *m_words;
    QPushButton *m_button;
    QProgressBar *m_progress;
    enum class Page { Opening, Failed, Empty, Choose, Run } m_page = Page::Opening;
};

} // namespace Kintsugi
