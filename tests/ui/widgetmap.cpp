// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// widgetmap WIDTH HEIGHT: where things are in a window of that size, as JSON, for a test that
// drives the real program from outside with the mouse. Runs offscreen; the layout is the same.
#include "tests/ui/fakeport.h"
#include "ui/mainwindow.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QListView>
#include <QMenu>
#include <QSettings>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

namespace {

/*! The centre of every named widget that is to be seen, relative to \a top. */
QJsonObject centresIn(const QWidget &top)
{
    QJsonObject centres;
    for (const QWidget *widget : top.findChildren<QWidget *>()) {
        if (widget->objectName().isEmpty() || !widget->isVisibleTo(&top))
            continue;
        const QPoint centre = widget->mapTo(&top, widget->rect().center());
        centres.insert(widget->objectName(), QJsonArray{centre.x(), centre.y()});
    }
    return centres;
}

} // namespace

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    if (argc != 3)
        return 2;
    Theming theming(app);
    QTemporaryDir folder;
    QSettings settings(folder.filePath(u"window.conf"_s), QSettings::IniFormat);
    StillClock clock(*fromIso8601("2026-11-23T09:00:00.000Z"));
    FakePort port;
    DefinitionInfo pipeline = countDefinition();
    pipeline.name = "pipeline-with-steps";
    port.infos = {countDefinition(), pipeline};
    port.put(taskOf(1, TaskState::Completed));
    port.put(taskOf(2, TaskState::Running));
    MainWindow window(theming, clock, settings);
    window.resize(QByteArray(argv[1]).toInt(), QByteArray(argv[2]).toInt());
    window.show();
    window.setEngine(&port);
    if (!QTest::qWaitFor([&] { return window.workbench()->task().has_value(); }))
        return 1;

    QJsonObject all{{u"window"_s, centresIn(window)}};
    const auto *run = window.findChild<QWidget *>(u"runToolButton"_s);
    QMenu *menu = nullptr;
    for (QMenu *each : window.findChildren<QMenu *>()) {
        if (each->actions().contains(window.findChild<QAction *>(u"run:count-to-n"_s)))
            menu = each;
    }
    if (!run || !menu)
        return 1;
    menu->ensurePolished();
    menu->adjustSize();
    QJsonObject entries;
    const QPoint corner = run->mapTo(&window, QPoint(0, run->height() + 2));
    for (const QAction *entry : menu->actions()) {
        if (!entry->objectName().isEmpty()) {
            const QPoint centre =
                corner + menu->actionGeometry(const_cast<QAction *>(entry)).center();
            entries.insert(entry->objectName(), QJsonArray{centre.x(), centre.y()});
        }
    }
    all.insert(u"menu"_s, entries);
    QJsonObject rows;
    const auto *list = window.findChild<QListView *>(u"taskList"_s);
    for (int row = 0; row < list->model()->rowCount(); ++row) {
        const QPoint centre = list->viewport()->mapTo(
            &window, list->visualRect(list->model()->index(row, 0)).center());
        rows.insert(QString::number(row), QJsonArray{centre.x(), centre.y()});
    }
    all.insert(u"rows"_s, rows);
    // Rows of a log that is followed, counted from its end: "-1" is the last.
    QJsonObject events;
    const auto *table = window.findChild<QTableView *>(u"eventTable"_s);
    const int height = table->verticalHeader()->defaultSectionSize();
    for (int row = 1; row <= 5; ++row) {
        const QPoint centre = table->viewport()->mapTo(
            &window, QPoint(300, table->viewport()->height() - height * row + height / 2));
        events.insert(QString::number(-row), QJsonArray{centre.x(), centre.y()});
    }
    all.insert(u"events"_s, events);
    // The first client, once there is one.
    const auto *bottom = window.findChild<QWidget *>(u"logTabs"_s);
    const QPoint below = bottom->mapTo(&window, QPoint(100, bottom->height()));
    all.insert(u"clients"_s,
               QJsonObject{{u"0"_s, QJsonArray{below.x(), below.y() + height + height / 2}}});
    std::fputs(QJsonDocument(all).toJson().constData(), stdout);
    return 0;
}
