// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/desktop/application.h"

#include "app/desktop/serveradapter.h"
#include "app/host/environment.h"
#include "app/http/httpserver.h"
#include "engine/runtime/whendone.h"
#include "ui/engineadapter.h"
#include "ui/theme/icons.h"

#include <QApplication>

namespace Kintsugi {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr auto kGrace = 5s; //!< For handlers to reach an await.

} // namespace

Application::Application(QApplication &application, DesktopOptions options, Definitions definitions,
                         const QString &settingsFile)
    : m_options(std::move(options))
    , m_definitions(std::move(definitions))
    , m_settings(settingsFile, QSettings::IniFormat)
    , m_theming(application)
{
    // Before the window, whose texts are made once.
    if (m_plurals.load(u":/kintsugi/i18n/kintsugi_en.qm"_s))
        QCoreApplication::installTranslator(&m_plurals);
    QApplication::setQuitOnLastWindowClosed(false);
    QApplication::setWindowIcon(Icons::applicationIcon());
    const int theme = m_settings.value("theme"_L1).toInt();
    m_theming.setChoice(Theming::Choice(qBound(0, theme, int(Theming::Choice::Dark))));
    m_theming.setScale(m_settings.value("scale"_L1, 1.0).toDouble());
    m_window = std::make_unique<MainWindow>(m_theming, m_clock, m_settings);
    connect(&application, &QApplication::lastWindowClosed, this, &Application::close);
    connect(&m_signals, &ExitSignals::requested, this, &Application::close);
    connect(m_window.get(), &MainWindow::retryRequested, this, &Application::openStore);
    m_clients.setInterval(1s);
    connect(&m_clients, &QTimer::timeout, this, &Application::showServer);
}

Application::~Application()
{
    if (m_opener)
        m_opener->wait();
    m_window->setEngine(nullptr);
    endServer();
    m_port.reset();
    m_engine.reset();
}

void Application::start()
{
    m_window->show();
    openStore();
}

void Application::openStore()
{
    m_opening = true;
    m_window->showOpening(m_options.engine.storePath);
    if (m_opener)
        m_opener->wait();
    m_opener.reset(
        QThread::create([this, config = m_options.engine, registry = m_definitions.registry] {
            // Shared with the queued call alone, which wants to be copied.
            auto engine =
                std::make_shared<Expected<std::unique_ptr<Engine>>>(Engine::open(config, registry));
            QMetaObject::invokeMethod(
                this, [this, engine] { opened(std::move(*engine)); }, Qt::QueuedConnection);
        }));
    m_opener->start();
}

void Application::opened(Expected<std::unique_ptr<Engine>> engine)
{
    m_opening = false;
    if (engine)
        m_engine = std::move(*engine);
    if (m_closing) {
        end();
        return;
    }
    if (!engine) {
        m_window->showFailure(engine.error());
        return;
    }
    m_port = std::make_unique<EngineAdapter>(*m_engine);
    m_window->setEngine(m_port.get());
    if (!m_definitions.warnings.isEmpty())
        m_window->showMessage(
            MessageKind::Warning,
            tr("Some task definitions are missing: %1.").arg(m_definitions.warnings.join(u"; "_s)));
    if (m_options.serve)
        serve();
    if (!m_options.tour.isEmpty())
        m_window->startTour(m_options.tour);
}

void Application::serve()
{
    HttpServerSettings settings = m_options.server;
    settings.anotherPortWillDo = true;
    settings.api.production = Environment::isProduction();
    auto server = HttpServer::start(*m_engine, settings);
    if (server) {
        m_server = std::move(*server);
        m_serverPort = std::make_unique<ServerAdapter>(*m_server, settings.streams);
        m_window->setServerPort(m_serverPort.get());
        m_clients.start();
    } else {
        m_serverProblem = tr("not served");
        m_window->showMessage(MessageKind::Warning,
                              tr("Other programs cannot reach this window: %1. Start it again "
                                 "with --port and a free port.")
                                  .arg(server.error().message));
    }
    showServer();
}

void Application::showServer()
{
    ServerStatus status;
    status.problem = m_serverProblem;
    if (m_server) {
        status.url = m_server->url();
        status.clients = m_server->streamCount();
        status.dropped = m_server->droppedCount();
        status.wantsToken = !m_options.server.access.token.isEmpty();
    }
    m_window->setServer(status);
}

void Application::endServer()
{
    m_window->setServerPort(nullptr);
    m_serverPort.reset();
    m_server.reset();
}

/*! Ends in the order in which things lean on each other: streams, window, engine. */
void Application::close()
{
    if (std::exchange(m_closing, true))
        return;
    m_clients.stop();
    m_window->close();
    m_window->setEngine(nullptr);
    endServer();
    if (!m_opening) // Otherwise opened() goes on from here.
        end();
}

void Application::end()
{
    if (m_engine)
        whenDone(this, m_engine->shutdown(kGrace), [] { QApplication::quit(); });
    else
        QApplication::quit();
}

} // namespace Kintsugi
