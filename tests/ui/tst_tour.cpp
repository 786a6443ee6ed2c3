// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/enginefixture.h"
#include "ui/engineadapter.h"
#include "ui/mainwindow.h"
#include "ui/theme/theme.h"
#include "ui/tour/tourview.h"

#include <QDir>
#include <QMenuBar>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! The tours, played on the real engine. */
class TestTour : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void captionsFit_data() { tourRows(); }
    void captionsFit();
    void tourIsPlayedToItsEnd_data() { tourRows(); }
    void tourIsPlayedToItsEnd();
    void nextWaitsForWhatReallyHappens();
    void wordsGoBackWithoutUndoing();
    void goesByItselfWhenAsked();
    void windowShowsNothingElse();
    void notInProduction();

private:
    void tourRows();
    [[nodiscard]] static Tour quick(const QByteArray &name);
    [[nodiscard]] TourPlayer &player() { return m_window->tour()->player(); }

    std::unique_ptr<EngineFixture> m_fixture;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<Theming> m_theming;
    std::unique_ptr<Engine> m_engine;
    std::unique_ptr<EngineAdapter> m_port;
    std::unique_ptr<MainWindow> m_window;
    SystemClock m_clock;
};

void TestTour::init()
{
    m_fixture = std::make_unique<EngineFixture>();
    m_theming = std::make_unique<Theming>(*qApp);
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings =
        std::make_unique<QSettings>(m_folder->filePath(u"window.conf"_s), QSettings::IniFormat);
    m_window = std::make_unique<MainWindow>(*m_theming, m_clock, *m_settings);
    m_window->resize(1440, 900);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    m_engine = m_fixture->open();
    m_port = std::make_unique<EngineAdapter>(*m_engine);
    m_window->setEngine(m_port.get());
}

void TestTour::cleanup()
{
    m_window.reset();
    m_port.reset();
    m_engine.reset();
    m_settings.reset();
    m_theming.reset();
    m_folder.reset();
    m_fixture.reset();
}

void TestTour::tourRows()
{
    QTest::addColumn<QByteArray>("name");
    for (const Tour &tour : tours())
        QTest::newRow(tour.name.constData()) << tour.name;
}

/*! The same tour on a task that takes less time. */
Tour TestTour::quick(const QByteArray &name)
{
    for (Tour tour : tours()) {
        if (tour.name != name)
            continue;
        for (const QString &member : {u"sleepMs"_s, u"stageMs"_s}) {
            if (tour.input.contains(member))
                tour.input[member] = member == u"sleepMs"_s ? 60 : 300;
        }
        return tour;
    }
    qFatal("there is no tour %s", name.constData());
}

void TestTour::captionsFit()
{
    QFETCH(QByteArray, name);
    for (const TourStep &step : quick(name).steps) {
        QVERIFY(!step.title.isEmpty() && !step.text.isEmpty());
        QVERIFY2((step.title + u' ' + step.gold).size() <= 61, qPrintable(step.title));
        QVERIFY2(step.text.size() <= 130, qPrintable(step.text));
    }
}

void TestTour::tourIsPlayedToItsEnd()
{
    QFETCH(QByteArray, name);
    TourPlayer player(*m_window->workbench(), quick(name));
    QSignalSpy finished(&player, &TourPlayer::finished);
    player.play();
    while (!player.isLast()) {
        QTRY_VERIFY_WITH_TIMEOUT(player.isReady(), kPatienceMs);
        player.next();
    }
    QTRY_VERIFY_WITH_TIMEOUT(player.isReady(), kPatienceMs);
    QCOMPARE(player.isUnchanged(), std::optional(true));
    const TourSummary sum = summaryOf(player.story());
    QCOMPARE(sum.crashes, 1);
    QVERIFY(sum.dead >= 300ms);
    if (player.story().kind() == RunKind::Ticks) {
        QCOMPARE(sum.ran, 10);
        QCOMPARE(sum.ranTwice, 0);
        QVERIFY(player.story().breaks().first().afterTick >= 5);
    } else {
        QCOMPARE(sum.ran, 4); // Transform was cut off.
        QCOMPARE(sum.ranTwice, 1);
        QCOMPARE(sum.fromCache, 1);
        QVERIFY(sum.saved >= 300ms);
    }
    QCOMPARE(finished.size(), 0);
    player.next();
    QCOMPARE(finished.size(), 1);
}

void TestTour::nextWaitsForWhatReallyHappens()
{
    TourPlayer player(*m_window->workbench(), quick("ticks"_ba));
    player.play();
    QVERIFY(!player.isReady()); // It has not started yet.
    player.next();
    QCOMPARE(player.step(), 0);
    // The crash comes at its tick, whether anybody has said so or not.
    QTRY_COMPARE_WITH_TIMEOUT(player.step(), 1, kPatienceMs);
    QVERIFY(player.story().ticksDone() >= 5);
    player.next();
    QVERIFY(player.step() == 1 || player.story().isBroken());
    QTRY_VERIFY_WITH_TIMEOUT(player.story().isBroken(), kPatienceMs);
    QVERIFY(player.story().ticksDone() < 10);
}

void TestTour::wordsGoBackWithoutUndoing()
{
    TourPlayer player(*m_window->workbench(), quick("ticks"_ba));
    player.play();
    QTRY_VERIFY_WITH_TIMEOUT(player.step() == 1 && player.isReady(), kPatienceMs);
    const TaskId task = player.story().task().id;
    player.back();
    QCOMPARE(player.step(), 0);
    QVERIFY(player.isReady());
    player.next();
    QVERIFY(player.isReady()); // It broke already, and does not break again.
    QCOMPARE(player.story().task().id, task);
    QCOMPARE(player.story().attempts().size(), 1);
}

void TestTour::goesByItselfWhenAsked()
{
    TourPlayer player(*m_window->workbench(), quick("ticks"_ba));
    player.setAuto(true);
    player.play();
    QTRY_COMPARE_WITH_TIMEOUT(player.step(), 2, kPatienceMs); // Said for a while, then on.
    player.setAuto(false);
    QTRY_VERIFY_WITH_TIMEOUT(player.isReady(), kPatienceMs);
    QCOMPARE(player.step(), 2);
}

void TestTour::windowShowsNothingElse()
{
    m_theming->setScale(1.1);
    QVERIFY(m_window->menuBar()->isVisible());
    m_window->findChild<QAction *>(u"tour:pipeline"_s)->trigger();
    QVERIFY(m_window->tour());
    QVERIFY(m_window->tour()->isVisible());
    QVERIFY(!m_window->menuBar()->isVisible());
    QCOMPARE(m_theming->scale(), 1.5);
    auto *next = m_window->findChild<QPushButton *>(u"tourNext"_s);
    QVERIFY(!next->isEnabled());
    QTRY_VERIFY_WITH_TIMEOUT(next->isEnabled(), kPatienceMs);
    if (const QString folder = qEnvironmentVariable("KINTSUGI_SHOTS"); !folder.isEmpty()) {
        for (const auto choice : {Theming::Choice::Light, Theming::Choice::Dark}) {
            m_theming->setChoice(choice);
            QCoreApplication::processEvents();
            m_window->grab().save(u"%1/tour-%2.png"_s.arg(
                folder, choice == Theming::Choice::Dark ? u"dark"_s : u"light"_s));
        }
    }
    QTest::keyClick(m_window->tour(), Qt::Key_Right);
    QCOMPARE(player().step(), 1);
    QTest::keyClick(m_window->tour(), Qt::Key_PageUp);
    QCOMPARE(player().step(), 0);
    QTest::keyClick(m_window->tour(), Qt::Key_A);
    QVERIFY(player().isAuto());
    QTest::keyClick(m_window->tour(), Qt::Key_Escape);
    QTRY_VERIFY(!m_window->tour());
    QVERIFY(m_window->menuBar()->isVisible());
    QCOMPARE(m_theming->scale(), 1.1);
    m_window->startTour("no such tour"_ba);
    QVERIFY(!m_window->tour());
    m_window->startTour("ticks"_ba);
    m_window->setEngine(nullptr); // A tour ends with its engine.
    QVERIFY(!m_window->tour());
}

void TestTour::notInProduction()
{
    m_window->setEngine(nullptr);
    m_port.reset();
    m_engine.reset();
    EngineConfig config = m_fixture->config();
    config.testMode = false;
    m_engine = EngineFixture::open(config, builtinTasks());
    m_port = std::make_unique<EngineAdapter>(*m_engine);
    m_window->setEngine(m_port.get());
    m_window->startTour("ticks"_ba);
    QVERIFY(!m_window->tour());
}

QTEST_MAIN(TestTour)
#include "tst_tour.moc"
