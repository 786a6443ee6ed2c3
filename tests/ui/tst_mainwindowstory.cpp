// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/support/enginefixture.h"
#include "ui/actions.h"
#include "ui/engineadapter.h"
#include "ui/mainwindow.h"
#include "ui/models/eventmodel.h"
#include "ui/panels/logpanel.h"
#include "ui/panels/messagestrip.h"
#include "ui/theme/theme.h"
#include "ui/views/runview.h"

#include <QApplication>
#include <QCheckBox>
#include <QDialog>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QTableView>
#include <QTest>
#include <QTimer>
#include <QToolButton>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! The whole story in the window, over the real engine on a real store: run, break, mend, watch. */
class TestMainWindowStory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void countBreaksAndGoesOnAtTheNextTick();
    void pipelineIsTakenUpAfterARestart();
    void stopCancelsWithAReason();
    void reattachReplaysWhatCameWhileAway();
    void sameInputAttaches();
    void freshTaskIsAnother();
    void otherTasksStayLiveWhileOneIsWatched();
    void windowAnswersWhileMuchIsWritten();

private:
    void open(const EngineConfig &config);
    void close();
    void click(const QString &name);
    void runByMenu(const QString &definition, const QList<std::pair<QString, int>> &fields,
                   bool fresh = false);
    [[nodiscard]] QString shortLog() const;
    [[nodiscard]] const Task &task() const { return *m_window->workbench()->task(); }
    [[nodiscard]] bool isSelected(TaskState state) const
    {
        const auto &row = m_window->workbench()->task();
        return row && row->state == state;
    }
    [[nodiscard]] QAction *action(ActionId id) const { return m_window->actions()[id]; }
    template<typename T>
    T *find(const QString &name) const
    {
        T *found = m_window->findChild<T *>(name);
        if (!found)
            qFatal("there is no %s", qPrintable(name));
        return found;
    }

    std::unique_ptr<EngineFixture> m_fixture;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<Theming> m_theming;
    std::unique_ptr<Engine> m_engine;
    std::unique_ptr<EngineAdapter> m_port;
    std::unique_ptr<MainWindow> m_window;
    SystemClock m_clock;
};

void TestMainWindowStory::init()
{
    m_fixture = std::make_unique<EngineFixture>();
    m_folder = std::make_unique<QTemporaryDir>();
    m_theming = std::make_unique<Theming>(*qApp);
    open(m_fixture->config());
}

void TestMainWindowStory::open(const EngineConfig &config)
{
    m_settings =
        std::make_unique<QSettings>(m_folder->filePath(u"window.conf"_s), QSettings::IniFormat);
    m_window = std::make_unique<MainWindow>(*m_theming, m_clock, *m_settings);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    m_engine = EngineFixture::open(config, builtinTasks());
    m_port = std::make_unique<EngineAdapter>(*m_engine);
    m_window->setEngine(m_port.get());
}

void TestMainWindowStory::close()
{
    m_window->close();
    m_window.reset();
    m_port.reset();
    m_engine.reset();
    m_settings.reset();
}

void TestMainWindowStory::cleanup()
{
    close();
    m_theming.reset();
    m_fixture.reset();
    m_folder.reset();
}

void TestMainWindowStory::click(const QString &name)
{
    auto *button = find<QAbstractButton>(name);
    QTRY_VERIFY_WITH_TIMEOUT(button->isEnabled() && button->isVisible(), kPatienceMs);
    QTest::mouseClick(button, Qt::LeftButton);
}

/*! Run, the entry of the menu, the fields of the dialog, Run. */
void TestMainWindowStory::runByMenu(const QString &definition,
                                    const QList<std::pair<QString, int>> &fields, bool fresh)
{
    click(u"runToolButton"_s);
    auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
    QVERIFY(menu);
    auto *entry = find<QAction>(u"run:"_s + definition);
    QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(entry).center());
    QTRY_VERIFY(m_window->findChild<QDialog *>(u"runDialog"_s));
    auto *dialog = m_window->findChild<QDialog *>(u"runDialog"_s);
    for (const auto &[name, value] : fields)
        dialog->findChild<QSpinBox *>(name)->setValue(value);
    dialog->findChild<QCheckBox *>(u"fresh"_s)->setChecked(fresh);
    auto *run = dialog->findChild<QPushButton *>(u"runButton"_s);
    QTRY_VERIFY(run->isEnabled());
    QTest::mouseClick(run, Qt::LeftButton);
    QTRY_VERIFY(!m_window->findChild<QDialog *>(u"runDialog"_s));
}

/*! The events as the table shows them: type, and i or stage. */
QString TestMainWindowStory::shortLog() const
{
    const EventModel &events = m_window->workbench()->events();
    QStringList words;
    for (int row = 0; row < events.rowCount(); ++row) {
        const auto event = events.eventAt(row);
        if (!event)
            continue;
        const QJsonObject payload = QJsonDocument::fromJson(event->payload).object();
        QString word = QString::fromUtf8(event->type);
        if (payload.contains("i"_L1))
            word += u'=' + QString::number(payload.value("i"_L1).toInt());
        if (payload.contains("stage"_L1))
            word += u'=' + payload.value("stage"_L1).toString();
        if (payload.value("fromCache"_L1).toBool())
            word += u"(cache)"_s;
        words << word;
    }
    return words.join(u' ');
}

void TestMainWindowStory::countBreaksAndGoesOnAtTheNextTick()
{
    runByMenu(u"count-to-n"_s, {{u"n"_s, 8}, {u"sleepMs"_s, 60}});
    QTRY_VERIFY_WITH_TIMEOUT(shortLog().contains(u"tick=3"_s), kPatienceMs);
    click(u"crashButton"_s);
    QTRY_VERIFY_WITH_TIMEOUT(task().owner == OwnerState::Dropped, kPatienceMs);
    const QString broken = shortLog();
    QVERIFY(!broken.contains(u"tick=8"_s));
    QVERIFY(!action(ActionId::Crash)->isEnabled());
    QTRY_VERIFY_WITH_TIMEOUT(task().stale, kPatienceMs);
    QCOMPARE(shortLog(), broken); // Nothing came after the break.

    click(u"nudgeButton"_s);
    QTRY_VERIFY_WITH_TIMEOUT(isSelected(TaskState::Completed), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(shortLog().endsWith(u"completed"_s), kPatienceMs);
    for (int i = 1; i <= 8; ++i)
        QCOMPARE(shortLog().split(u' ').count(u"tick=%1"_s.arg(i)), 1);
    QCOMPARE(shortLog().count(u"attempt_started"_s), 2);
    QCOMPARE(shortLog().count(u"recovered"_s), 1);

    // The picture and the table tell the same.
    const RunView *view = m_window->findChild<RunView *>();
    QCOMPARE(view->story().attempts().size(), 2);
    QCOMPARE(view->story().ticksDone(), 8);
    QCOMPARE(view->story().ticksRepeated(), 0);
    int seams = 0;
    const EventModel &events = m_window->workbench()->events();
    for (int row = 0; row < events.rowCount(); ++row)
        seams += !events.index(row, 0).data(EventModel::SeamRole).toByteArray().isEmpty();
    QCOMPARE(seams, 1);
}

void TestMainWindowStory::pipelineIsTakenUpAfterARestart()
{
    runByMenu(u"pipeline-with-steps"_s, {{u"rows"_s, 50}, {u"stageMs"_s, 200}});
    QTRY_VERIFY_WITH_TIMEOUT(shortLog().endsWith(u"stage_started=transform"_s), kPatienceMs);
    click(u"crashButton"_s); // As kill -9 leaves it; the process test does the real thing.
    QTRY_VERIFY_WITH_TIMEOUT(task().owner == OwnerState::Dropped, kPatienceMs);
    const TaskId id = task().id;
    close();
    open(m_fixture->config());
    QTRY_VERIFY_WITH_TIMEOUT(m_window->workbench()->task(), kPatienceMs);
    QCOMPARE(task().id, id);
    QTRY_VERIFY_WITH_TIMEOUT(task().stale, kPatienceMs);
    click(u"nudgeButton"_s);
    QTRY_VERIFY_WITH_TIMEOUT(isSelected(TaskState::Completed), kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(
        shortLog(),
        u"created attempt_started stage_started=extract stage_done=extract "
        "stage_started=transform attempt_started recovered stage_done=extract(cache) "
        "stage_started=transform stage_done=transform stage_started=load stage_done=load completed"_s,
        kPatienceMs);
    auto *steps = find<QTableView>(u"stepTable"_s);
    QTRY_COMPARE(steps->model()->rowCount(), 3);
    QTRY_VERIFY(
        steps->model()->index(0, StepModel::CacheColumn).data(StepModel::GoldRole).toBool());
}

void TestMainWindowStory::stopCancelsWithAReason()
{
    runByMenu(u"count-to-n"_s, {{u"n"_s, 1000}, {u"sleepMs"_s, 60000}});
    QTRY_VERIFY_WITH_TIMEOUT(isSelected(TaskState::Running), kPatienceMs);
    click(u"stopButton"_s);
    auto *reason = find<QLineEdit>(u"stopReason"_s);
    QTRY_VERIFY(reason->isVisible());
    QTest::keyClicks(reason, u"enough"_s);
    click(u"stopConfirm"_s);
    QTRY_VERIFY_WITH_TIMEOUT(isSelected(TaskState::Cancelled), kPatienceMs);
    QTRY_VERIFY(shortLog().endsWith(u"stop_requested cancelled"_s));
    QTRY_VERIFY(!action(ActionId::Stop)->isEnabled());
    QCOMPARE(task().stopReason, u"enough"_s);
}

void TestMainWindowStory::reattachReplaysWhatCameWhileAway()
{
    runByMenu(u"count-to-n"_s, {{u"n"_s, 6}, {u"sleepMs"_s, 40}});
    QTRY_VERIFY_WITH_TIMEOUT(shortLog().contains(u"tick=1"_s), kPatienceMs);
    const TaskId first = task().id;
    runByMenu(u"count-to-n"_s, {{u"n"_s, 1}, {u"sleepMs"_s, 0}});
    QTRY_VERIFY_WITH_TIMEOUT(m_window->workbench()->selected() != first, kPatienceMs);
    // The first one ends behind the window's back.
    QVERIFY(m_fixture->reaches(*m_engine, first, TaskState::Completed));
    auto *list = find<QListView>(u"taskList"_s);
    const QModelIndex row = list->model()->index(1, 0);
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(row).center());
    QTRY_COMPARE(m_window->workbench()->selected(), first);
    QTRY_VERIFY_WITH_TIMEOUT(shortLog().endsWith(u"completed"_s), kPatienceMs);
    click(u"reattachButton"_s);
    const auto *strip = m_window->findChild<MessageStrip *>();
    QTRY_VERIFY(strip->text().contains(u"Reattached after event"_s));
    QVERIFY2(!strip->text().contains(u" 0 event"_s), qPrintable(strip->text()));
    QCOMPARE(shortLog().count(u"tick"_s), 6);
    click(u"reattachButton"_s);
    QTRY_VERIFY(strip->text().contains(u" 0 event"_s));
}

void TestMainWindowStory::sameInputAttaches()
{
    runByMenu(u"count-to-n"_s, {{u"n"_s, 1000}, {u"sleepMs"_s, 60000}});
    QTRY_VERIFY_WITH_TIMEOUT(isSelected(TaskState::Running), kPatienceMs);
    const TaskId id = task().id;
    runByMenu(u"count-to-n"_s, {{u"n"_s, 1000}, {u"sleepMs"_s, 60000}});
    const auto *strip = m_window->findChild<MessageStrip *>();
    QTRY_VERIFY_WITH_TIMEOUT(strip->text().contains(u"attached"_s), kPatienceMs);
    QCOMPARE(task().id, id);
    QCOMPARE(find<QListView>(u"taskList"_s)->model()->rowCount(), 1);
}

void TestMainWindowStory::freshTaskIsAnother()
{
    runByMenu(u"count-to-n"_s, {{u"n"_s, 1}, {u"sleepMs"_s, 0}});
    QTRY_VERIFY_WITH_TIMEOUT(isSelected(TaskState::Completed), kPatienceMs);
    const TaskId id = task().id;
    action(ActionId::RunFresh)->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->workbench()->selected() != id, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(isSelected(TaskState::Completed), kPatienceMs);
    QTRY_COMPARE(find<QListView>(u"taskList"_s)->model()->rowCount(), 2);
}

void TestMainWindowStory::otherTasksStayLiveWhileOneIsWatched()
{
    runByMenu(u"count-to-n"_s, {{u"n"_s, 3}, {u"sleepMs"_s, 150}});
    QTRY_VERIFY_WITH_TIMEOUT(m_window->workbench()->task(), kPatienceMs);
    const TaskId first = task().id;
    runByMenu(u"count-to-n"_s, {{u"n"_s, 1000}, {u"sleepMs"_s, 60000}});
    QTRY_VERIFY_WITH_TIMEOUT(m_window->workbench()->selected() != first, kPatienceMs);
    const TaskModel &tasks = m_window->workbench()->tasks();
    QTRY_VERIFY_WITH_TIMEOUT(tasks.taskAt(tasks.rowOf(first))->state == TaskState::Completed,
                             kPatienceMs);
    QTRY_COMPARE(find<QAbstractButton>(u"chipDone"_s)->accessibleName(), u"Done: 1"_s);
    QTRY_COMPARE(find<QAbstractButton>(u"chipRunning"_s)->accessibleName(), u"Running: 1"_s);
}

/*! Twenty tasks write as fast as they can: the event loop still turns in time. */
void TestMainWindowStory::windowAnswersWhileMuchIsWritten()
{
    for (int i = 0; i < 20; ++i)
        EngineFixture::start(*m_engine, "count-to-n", {{u"n"_s, 300 + i}, {u"sleepMs"_s, 0}});
    QElapsedTimer between;
    qint64 longest = 0;
    QTimer beat;
    beat.setInterval(10ms);
    connect(&beat, &QTimer::timeout, this, [&] { longest = qMax(longest, between.restart()); });
    between.start();
    beat.start();
    QTRY_COMPARE_WITH_TIMEOUT(m_window->workbench()->tasks().counts().completed, 20, 60'000);
    QVERIFY2(longest < 500, qPrintable(QString::number(longest)));
    QTRY_COMPARE(m_window->workbench()->tasks().rowCount(), 20);
}

QTEST_MAIN(TestMainWindowStory)
#include "tst_mainwindowstory.moc"
