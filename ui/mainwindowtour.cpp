// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The window while it plays a tour: nothing but the tour, in large type.

#include "ui/mainwindow.h"
#include "ui/theme/theme.h"
#include "ui/tour/tourview.h"

#include <QMenuBar>
#include <QStackedWidget>
#include <QToolBar>

#include <algorithm>

namespace Kintsugi {

namespace {
constexpr double kTourScale = 1.5; // To be read from the back of a room.
}

void MainWindow::startTour(const QByteArray &name)
{
    const QList<Tour> all = tours();
    const auto tour = std::ranges::find(all, name, &Tour::name);
    if (!m_workbench || tour == all.cend())
        return;
    if (!m_workbench->port().testMode()) {
        showMessage(MessageKind::Warning,
                    tr("A tour crashes a task on purpose, and that is off in production."));
        return;
    }
    const bool isFirst = m_tour == nullptr;
    leaveTour();
    if (isFirst)
        m_scaleBefore = m_theming.scale();
    menuBar()->hide();
    m_toolBar->hide();
    m_theming.setScale(std::max(m_scaleBefore, kTourScale));
    m_tour = new TourView(m_theming, m_clock, *m_workbench, *tour, m_pages);
    connect(m_tour, &TourView::left, this, &MainWindow::leaveTour, Qt::QueuedConnection);
    connect(m_tour, &TourView::wanted, this, &MainWindow::startTour, Qt::QueuedConnection);
    m_pages->addWidget(m_tour);
    m_pages->setCurrentWidget(m_tour);
    m_tour->setFocus();
}

void MainWindow::leaveTour()
{
    if (!m_tour)
        return;
    m_pages->removeWidget(m_tour);
    delete std::exchange(m_tour, nullptr);
    m_theming.setScale(m_scaleBefore);
    menuBar()->show();
    m_toolBar->show();
}

} // namespace Kintsugi
