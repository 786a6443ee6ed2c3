// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/ui/fakeserver.h"
#include "tests/ui/windowfixture.h"
#include "ui/panels/clientspanel.h"
#include "ui/panels/flattable.h"
#include "ui/panels/logpanel.h"
#include "ui/panels/messagestrip.h"
#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QHeaderView>
#include <QLabel>
#include <QTabBar>
#include <QTest>
#include <QTimer>
#include <QToolButton>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! The Clients tab in the window, over an engine and a server that do what the test says. */
class TestClientsPanel : public WindowFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void emptyTableTeaches();
    void withoutServerItSaysSo();
    void clientsComeAndGo();
    void asksOnlyWhileItIsSeen();
    void oneQuestionAtATime();
    void answersOfAnEndedServerAreDropped();
    void selectionStaysWhileRowsMove();
    void deleteDisconnects();
    void severalAreDisconnected();
    void copiesWhatTheClientReads();
    void tokenIsNotSpelledOut();
    void browserOpensTheLivePage();
    void showsItsTask();
    void strangersTaskIsNotShown();
    void statusLineOpensTheTab();
    void droppedAndHiddenClientsAreTold();
    void sortsByColumn();
    void largeTypeCutsNothing();

private:
    [[nodiscard]] FlatTable *table() const { return find<FlatTable>(u"clientTable"_s); }
    [[nodiscard]] QString cell(int row, int column) const
    {
        return table()->model()->index(row, column).data().toString();
    }
    void serve()
    {
        m_window->setServer(m_status);
        m_window->setServerPort(&m_server);
        find<LogPanel>(u"logPanel"_s)->setTab(LogPanel::ClientsTab);
    }
    [[nodiscard]] bool shows(int rows) const
    {
        return QTest::qWaitFor([&] { return table()->model()->rowCount() == rows; });
    }
    void choose(int row)
    {
        table()->setFocus();
        table()->selectRow(row);
    }

    FakeServer m_server;
    ServerStatus m_status;
    Task m_task = taskOf(1, TaskState::Running);
    Task m_other = taskOf(2, TaskState::Running, "pipeline-with-steps");
};

void TestClientsPanel::init()
{
    WindowFixture::init();
    m_server.list = {};
    m_server.disconnected.clear();
    m_server.hold = false;
    DefinitionInfo count = countDefinition();
    count.events = {{"tick", {}}};
    m_port->infos = {count};
    m_port->put(m_task);
    m_port->put(m_other);
    m_window->setEngine(m_port.get());
    m_window->workbench()->select(m_task.id);
    QTRY_VERIFY(m_window->workbench()->task());
    m_status = {.url = QUrl(u"http://127.0.0.1:7420"_s)};
    QGuiApplication::clipboard()->clear();
}

void TestClientsPanel::emptyTableTeaches()
{
    serve();
    QVERIFY(find<QLabel>(u"clientsTeaching"_s)->isVisible());
    const QString line =
        u"curl -N http://127.0.0.1:7420/api/durable-example/reattach/"_s + m_task.id.toString();
    QCOMPARE(find<QLabel>(u"clientsCommand"_s)->text(), line);
    QTest::mouseClick(find<QAbstractButton>(u"copyTeachingCurl"_s), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), line);
}

void TestClientsPanel::withoutServerItSaysSo()
{
    m_window->setServer({});
    find<LogPanel>(u"logPanel"_s)->setTab(LogPanel::ClientsTab);
    const auto *teaching = find<QLabel>(u"clientsTeaching"_s);
    QVERIFY(teaching->isVisible());
    QVERIFY2(teaching->text().contains(u"--no-server"_s), qPrintable(teaching->text()));
    QVERIFY(!find<QLabel>(u"clientsCommand"_s)->isVisible());
    m_window->setServer({.url = {}, .problem = u"not served"_s});
    QVERIFY2(!teaching->text().contains(u"--no-server"_s), qPrintable(teaching->text()));
}

void TestClientsPanel::clientsComeAndGo()
{
    serve();
    m_server.connectTo(&m_task);
    QVERIFY(shows(1));
    QVERIFY(!find<QLabel>(u"clientsTeaching"_s)->isVisible());
    m_server.connectTo(nullptr);
    QVERIFY(shows(2));
    // The newest first.
    QCOMPARE(cell(0, ClientModel::TaskColumn), u"all tasks"_s);
    QCOMPARE(cell(1, ClientModel::TaskColumn), u"count-to-n ffff…fff1"_s);
    QCOMPARE(cell(1, ClientModel::AgentColumn), u"curl/7.88.1"_s);
    m_server.list = {};
    QVERIFY(shows(0));
    QVERIFY(find<QLabel>(u"clientsTeaching"_s)->isVisible());
}

void TestClientsPanel::asksOnlyWhileItIsSeen()
{
    serve();
    const auto *timer = find<ClientsPanel>(u"clientsPanel"_s)
                            ->findChild<QTimer *>(QString(), Qt::FindDirectChildrenOnly);
    QVERIFY(timer->isActive());
    QTRY_VERIFY(m_server.asked > 0);
    find<LogPanel>(u"logPanel"_s)->setTab(LogPanel::EventsTab);
    QVERIFY(!timer->isActive());
    find<LogPanel>(u"logPanel"_s)->setTab(LogPanel::ClientsTab);
    QVERIFY(timer->isActive());
    m_window->setServerPort(nullptr);
    QVERIFY(!timer->isActive());
}

void TestClientsPanel::oneQuestionAtATime()
{
    m_server.hold = true;
    m_server.asked = 0;
    serve();
    auto *timer = find<ClientsPanel>(u"clientsPanel"_s)
                      ->findChild<QTimer *>(QString(), Qt::FindDirectChildrenOnly);
    timer->setInterval(1);
    int ticks = 0;
    connect(timer, &QTimer::timeout, this, [&ticks] { ++ticks; });
    QTRY_VERIFY(ticks > 5);
    QCOMPARE(m_server.asked, 1);
}

void TestClientsPanel::answersOfAnEndedServerAreDropped()
{
    m_server.connectTo(&m_task);
    serve(); // Asks; the answer comes from the event loop.
    m_window->setServerPort(nullptr);
    QCoreApplication::processEvents();
    QCOMPARE(table()->model()->rowCount(), 0);
}

void TestClientsPanel::selectionStaysWhileRowsMove()
{
    for (int i = 0; i < 3; ++i)
        m_server.connectTo(&m_task);
    serve();
    QVERIFY(shows(3));
    choose(1);
    const QString peer = cell(1, ClientModel::PeerColumn);
    m_server.connectTo(&m_other);
    m_server.list.clients.removeLast();
    m_server.list.clients[1].sentBytes += 5'000'000;
    QTRY_COMPARE(cell(1, ClientModel::SentColumn), u"5.0 MB"_s);
    const QModelIndexList rows = table()->selectionModel()->selectedRows();
    QCOMPARE(rows.size(), 1);
    QCOMPARE(rows.first().data().toString(), peer);
    QCOMPARE(rows.first().row(), 2);
}

void TestClientsPanel::deleteDisconnects()
{
    m_server.connectTo(&m_task);
    m_server.connectTo(&m_other);
    serve();
    QVERIFY(shows(2));
    auto *button = find<QAbstractButton>(u"disconnectClient"_s);
    QVERIFY(!button->isEnabled());
    QTest::keyClick(table(), Qt::Key_Delete);
    QVERIFY(m_server.disconnected.isEmpty());
    const quint64 second = m_server.list.clients[1].id;
    choose(1);
    QVERIFY(button->isEnabled());
    QVERIFY2(button->toolTip().contains(u"connects again by itself"_s),
             qPrintable(button->toolTip()));
    QTest::keyClick(table(), Qt::Key_Delete);
    QCOMPARE(m_server.disconnected, QList<quint64>{second});
    QVERIFY(shows(1));
    const auto *strip = m_window->findChild<MessageStrip *>();
    QVERIFY2(strip->text().startsWith(u"127.0.0.1:"_s), qPrintable(strip->text()));
}

void TestClientsPanel::severalAreDisconnected()
{
    for (int i = 0; i < 3; ++i)
        m_server.connectTo(&m_task);
    serve();
    QVERIFY(shows(3));
    table()->selectAll();
    QTest::mouseClick(find<QAbstractButton>(u"disconnectClient"_s), Qt::LeftButton);
    QCOMPARE(m_server.disconnected.size(), 3);
    QVERIFY(shows(0));
}

void TestClientsPanel::copiesWhatTheClientReads()
{
    m_server.connectTo(nullptr);
    m_server.connectTo(&m_other);
    serve();
    QVERIFY(shows(2));
    choose(0);
    QTest::keyClick(table(), Qt::Key_C, Qt::ControlModifier);
    const QString url =
        u"http://127.0.0.1:7420/api/durable-example/reattach/"_s + m_other.id.toString();
    QCOMPARE(QGuiApplication::clipboard()->text(), url);
    QTest::mouseClick(find<QAbstractButton>(u"copyClientCurl"_s), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"curl -N "_s + url);
    choose(1);
    QTest::keyClick(table(), Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"http://127.0.0.1:7420/api/events"_s);
}

void TestClientsPanel::tokenIsNotSpelledOut()
{
    m_status.wantsToken = true;
    m_server.connectTo(&m_task);
    serve();
    QVERIFY(shows(1));
    choose(0);
    QTest::mouseClick(find<QAbstractButton>(u"copyClientCurl"_s), Qt::LeftButton);
    QCOMPARE(
        QGuiApplication::clipboard()->text(),
        uR"(curl -N -H "Authorization: Bearer $TOKEN" http://127.0.0.1:7420/api/durable-example/reattach/)"_s
            + m_task.id.toString());
}

/*! Takes what would go to the desktop's browser. */
class Browser : public QObject
{
    Q_OBJECT

public:
    QUrl opened;

public Q_SLOTS:
    void open(const QUrl &url) { opened = url; }
};

void TestClientsPanel::browserOpensTheLivePage()
{
    Browser browser;
    QDesktopServices::setUrlHandler(u"http"_s, &browser, "open");
    m_server.connectTo(&m_task);
    serve();
    QVERIFY(shows(1));
    choose(0);
    QAction *open = nullptr;
    for (QAction *action : m_window->findChildren<QAction *>()) {
        if (action->text() == u"Open in browser"_s
            && action->parent()->parent() == find<ClientsPanel>(u"clientsPanel"_s) && !open)
            open = action;
    }
    QVERIFY(open && open->isEnabled());
    open->trigger();
    QDesktopServices::unsetUrlHandler(u"http"_s);
    QCOMPARE(browser.opened, QUrl(u"http://127.0.0.1:7420/#"_s + m_task.id.toString()));
}

void TestClientsPanel::showsItsTask()
{
    m_server.connectTo(&m_other);
    m_server.connectTo(nullptr);
    serve();
    QVERIFY(shows(2));
    auto *button = find<QAbstractButton>(u"showClientTask"_s);
    choose(0);
    QVERIFY(!button->isEnabled());
    choose(1);
    QVERIFY(button->isEnabled());
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(m_window->workbench()->selected(), m_other.id);
}

void TestClientsPanel::strangersTaskIsNotShown()
{
    m_server.connectTo(&m_other);
    m_server.list.clients.first().user = u"kim"_s;
    serve();
    QVERIFY(shows(1));
    QCOMPARE(cell(0, ClientModel::PeerColumn).section(u' ', 1), u"kim"_s);
    choose(0);
    QVERIFY(!find<QAbstractButton>(u"showClientTask"_s)->isEnabled());
}

void TestClientsPanel::statusLineOpensTheTab()
{
    m_status.clients = 2;
    m_window->setServer(m_status);
    auto *words = find<QAbstractButton>(u"clientsStatus"_s);
    QCOMPARE(words->text(), u"2 client(s)"_s); // English plurals are a translation.
    m_status.dropped = 1;
    m_window->setServer(m_status);
    QCOMPARE(words->accessibleName(), u"2 client(s), 1 dropped"_s);
    auto *panel = find<LogPanel>(u"logPanel"_s);
    panel->hide();
    QTest::mouseClick(words, Qt::LeftButton);
    QVERIFY(panel->isVisible());
    QVERIFY(find<ClientsPanel>(u"clientsPanel"_s)->isVisible());
}

void TestClientsPanel::droppedAndHiddenClientsAreTold()
{
    m_server.connectTo(&m_task);
    m_server.list.count = 231;
    m_server.list.dropped = 2;
    m_server.list.lastDropped = m_server.list.clients.first();
    m_server.list.lastDropped->waitingBytes = 1'200'000;
    serve();
    QVERIFY(shows(1));
    const auto *foot = find<QLabel>(u"clientsFoot"_s);
    QVERIFY(foot->isVisible());
    const QString text = foot->accessibleName();
    for (const QString &part : {u"230 more"_s, u"2 client"_s, u"127.0.0.1:"_s, u"1.2 MB"_s})
        QVERIFY2(text.contains(part), qPrintable(text));
}

void TestClientsPanel::sortsByColumn()
{
    for (int i = 0; i < 3; ++i)
        m_server.connectTo(&m_task);
    m_server.list.clients[1].sentBytes = 9'000'000;
    serve();
    QVERIFY(shows(3));
    const quint64 most = m_server.list.clients[1].id;
    table()->sortByColumn(ClientModel::SentColumn, Qt::DescendingOrder);
    QCOMPARE(table()->model()->index(0, 0).data(ClientModel::ClientRole).value<Client>().id, most);
    table()->sortByColumn(ClientModel::SentColumn, Qt::AscendingOrder);
    QCOMPARE(table()->model()->index(2, 0).data(ClientModel::ClientRole).value<Client>().id, most);
}

void TestClientsPanel::largeTypeCutsNothing()
{
    m_server.connectTo(&m_other);
    serve();
    m_status.clients = 1;
    m_window->setServer(m_status);
    QVERIFY(shows(1));
    const auto *tabs = find<QTabBar>(u"logTabs"_s);
    const auto fits = [tabs] {
        for (int i = 0; i < tabs->count(); ++i) {
            const QWidget *pill = tabs->tabButton(i, QTabBar::RightSide);
            const int words = QFontMetrics(tabs->font()).horizontalAdvance(tabs->tabText(i));
            if (pill
                && (pill->size() != pill->sizeHint()
                    || tabs->tabRect(i).width() < words + pill->width()))
                return false;
        }
        for (const QToolButton *scroll : tabs->findChildren<QToolButton *>()) {
            if (scroll->isVisible())
                return false;
        }
        return tabs->tabRect(tabs->count() - 1).right() < tabs->width();
    };
    m_window->resize(1440, 900);
    QTRY_VERIFY(fits());
    const int narrow = table()->columnWidth(ClientModel::TaskColumn);
    m_theming->setScale(1.5);
    QTRY_VERIFY(fits());
    QCOMPARE(table()->columnWidth(ClientModel::TaskColumn), narrow * 3 / 2);
    m_status.clients = 12'345;
    m_window->setServer(m_status);
    QTRY_VERIFY(fits());
}

QTEST_MAIN(TestClientsPanel)
#include "tst_clientspanel.moc"
