// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "engine/model/clock.h"
#include "engine/model/event.h"
#include "ui/streamlinks.h"

#include <QTimer>
#include <QWidget>

class QAction;
class QLineEdit;

namespace Kintsugi {

class FlatTable;
class Label;
class LinkActions;
class ServerPort;
class Theming;
class Workbench;

/*! The stream of the selected task as somebody outside gets it, and the ways to get it there.
 *
 *  Thread: main. The comments of an idle stream are reckoned, once a second while it is seen.
 */
class WirePanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(WirePanel)

public:
    static constexpr int kFramesCopied = 1000; //!< At most, at a time.

    WirePanel(Theming &theming, const Clock &clock, QWidget *parent = nullptr);
    ~WirePanel() override;

    void setWorkbench(Workbench *workbench);
    void setServer(const ServerStatus &server);
    void setPort(ServerPort *port); //!< Null before it closes; outlives its use.

    void light(Seq seq); //!< Selects that frame and shows it; 0, or one that is not there: none.
    [[nodiscard]] std::optional<Event> chosen() const; //!< When it is one.
    [[nodiscard]] QWidget *tools() const { return m_tools; } //!< For the bar above the panel.
    [[nodiscard]] FlatTable *table() const { return m_table; }
    [[nodiscard]] QLineEdit *filter() const { return m_filter; }

Q_SIGNALS:
    void selectionChanged();
    void said(const QString &text); //!< What was done, in a sentence.

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void restyle();
    void showAddress();
    void begin();
    void fit();
    void reckon();
    void refresh();
    void copyFrames();
    void showMenu(const QPoint &at);

    Theming &m_theming;
    const Clock &m_clock;
    Workbench *m_workbench = nullptr;
    ServerPort *m_port = nullptr;
    ServerStatus m_server;
    LinkActions *m_links;
    QAction *m_copy;
    FlatTable *m_table;
    Label *m_address;
    QWidget *m_tools;
    QLineEdit *m_filter;
    QAction *m_filterIcon;
    Monotonic m_lastFrameAt{};
    bool m_copyWaits = false; //!< For frames that are being read.
    QTimer m_timer{this};
};

} // namespace Kintsugi
