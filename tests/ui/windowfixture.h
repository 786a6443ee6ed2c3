// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "tests/ui/fakeport.h"
#include "ui/actions.h"
#include "ui/mainwindow.h"
#include "ui/theme/theme.h"

#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

namespace Kintsugi {

/*! A window of its own for each test, over an engine that does what the test says. */
class WindowFixture : public QObject
{
    Q_OBJECT

protected Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_theming = std::make_unique<Theming>(*qApp);
        m_port = std::make_unique<FakePort>();
        m_port->infos = {countDefinition()};
        open();
    }
    void cleanup()
    {
        m_window.reset();
        m_settings.reset();
        m_port.reset();
        m_theming.reset();
        m_folder.reset();
    }

protected:
    void open()
    {
        m_window.reset();
        m_settings = std::make_unique<QSettings>(m_folder->filePath(QStringLiteral("window.conf")),
                                                 QSettings::IniFormat);
        m_window = std::make_unique<MainWindow>(*m_theming, m_clock, *m_settings);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    template<typename T>
    T *find(const QString &name) const
    {
        T *found = m_window->findChild<T *>(name);
        if (!found)
            qFatal("there is no %s", qPrintable(name));
        return found;
    }
    [[nodiscard]] QAction *action(ActionId id) const { return m_window->actions()[id]; }
    void select(const Task &task)
    {
        m_window->workbench()->select(task.id);
        QTRY_VERIFY(m_window->workbench()->task());
    }

    std::unique_ptr<Theming> m_theming;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<FakePort> m_port;
    std::unique_ptr<MainWindow> m_window;
    StillClock m_clock{*fromIso8601("2026-11-23T09:10:00.000Z")};
};

} // namespace Kintsugi
