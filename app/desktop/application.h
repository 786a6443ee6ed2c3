// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#pragma once

#include "app/desktop/options.h"
#include "app/host/definitions.h"
#include "app/host/exitsignals.h"
#include "engine/model/clock.h"
#include "engine/runtime/engine.h"
#include "ui/mainwindow.h"
#include "ui/theme/theme.h"

#include <QSettings>
#include <QThread>
#include <QTimer>
#include <QTranslator>

#include <memory>

class QApplication;

namespace Kintsugi {

class EngineAdapter;
class HttpServer;
class ServerAdapter;

/*! The desktop program: makes the window, opens the engine behind it, serves, and closes all in
 *  order.
 *
 *  Thread: main. The window is shown first; the store is opened in a thread that ends with it.
 */
class Application final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Application)

public:
    Application(QApplication &application, DesktopOptions options, Definitions definitions,
                const QString &settingsFile);
    ~Application() override;

    void start();
    [[nodiscard]] MainWindow &window() { return *m_window; }

private:
    void openStore();
    void opened(Expected<std::unique_ptr<Engine>> engine);
    void serve();
    void showServer();
    void endServer();
    void close();
    void end();

    DesktopOptions m_options;
    Definitions m_definitions;
    QTranslator m_plurals;
    QSettings m_settings;
    SystemClock m_clock;
    Theming m_theming;
    ExitSignals m_signals;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<QThread> m_opener;
    std::unique_ptr<Engine> m_engine;
    std::unique_ptr<EngineAdapter> m_port;
    std::unique_ptr<HttpServer> m_server;
    std::unique_ptr<ServerAdapter> m_serverPort;
    QString m_serverProblem;
    QTimer m_clients;
    bool m_opening = false;
    bool m_closing = false;
};

} // namespace Kintsugi
