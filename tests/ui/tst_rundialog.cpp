// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/ui/fakeport.h"
#include "ui/dialogs/rundialog.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! Fields from the schema, the key as one types, and what Run would do. */
class TestRunDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fieldsComeFromTheSchema();
    void keyIsShownAsOneTypes();
    void buttonSaysWhatWillHappen_data();
    void buttonSaysWhatWillHappen();
    void freshNeedsNoKey();
    void runSendsTheFields();
    void refusedInputCannotRun();
    void lateAnswerToOldInputIsDropped();

private:
    Theming m_theming{*qApp};
};

void TestRunDialog::fieldsComeFromTheSchema()
{
    FakePort port;
    RunDialog dialog(m_theming, port, countDefinition());
    const auto *n = dialog.findChild<QSpinBox *>(u"n"_s);
    QVERIFY(n);
    QCOMPARE(n->value(), 10);
    QCOMPARE(n->minimum(), 1);
    QCOMPARE(n->maximum(), 1'000'000);
    QCOMPARE(n->accessibleName(), u"Ticks"_s);
    QCOMPARE(n->accessibleDescription(), u"How far to count."_s);
    QCOMPARE(dialog.findChild<QSpinBox *>(u"sleepMs"_s)->suffix(), u" ms"_s);
    QVERIFY(!dialog.findChild<QWidget *>(u"runId"_s));
}

void TestRunDialog::keyIsShownAsOneTypes()
{
    FakePort port;
    RunDialog dialog(m_theming, port, countDefinition());
    dialog.show();
    const auto *key = dialog.findChild<QLabel *>(u"previewKey"_s);
    QTRY_VERIFY(key->text().startsWith(u"aaaa"_s));
    port.previewKey = QString(64, u'b');
    dialog.findChild<QSpinBox *>(u"n"_s)->setValue(11);
    QTRY_VERIFY(key->text().startsWith(u"bbbb"_s));
}

void TestRunDialog::buttonSaysWhatWillHappen_data()
{
    QTest::addColumn<std::optional<Task>>("existing");
    QTest::addColumn<QString>("button");
    Task stale = taskOf(1, TaskState::Running);
    stale.stale = true;
    QTest::newRow("no such task") << std::optional<Task>() << u"Run"_s;
    QTest::newRow("running") << std::optional(taskOf(1, TaskState::Running)) << u"Attach"_s;
    QTest::newRow("pending") << std::optional(taskOf(1, TaskState::Pending)) << u"Attach"_s;
    QTest::newRow("stale") << std::optional(stale) << u"Recover"_s;
    QTest::newRow("suspended") << std::optional(taskOf(1, TaskState::Suspended)) << u"Resume"_s;
    QTest::newRow("finished") << std::optional(taskOf(1, TaskState::Completed)) << u"Show"_s;
}

void TestRunDialog::buttonSaysWhatWillHappen()
{
    QFETCH(std::optional<Task>, existing);
    QFETCH(QString, button);
    FakePort port;
    port.existing = existing;
    RunDialog dialog(m_theming, port, countDefinition());
    const auto *state = dialog.findChild<QLabel *>(u"previewState"_s);
    QTRY_VERIFY(!state->text().isEmpty());
    QCOMPARE(dialog.findChild<QPushButton *>(u"runButton"_s)->text(), button);
}

void TestRunDialog::freshNeedsNoKey()
{
    FakePort port;
    port.existing = taskOf(1, TaskState::Completed);
    RunDialog dialog(m_theming, port, countDefinition());
    QTRY_COMPARE(dialog.findChild<QPushButton *>(u"runButton"_s)->text(), u"Show"_s);
    dialog.findChild<QCheckBox *>(u"fresh"_s)->setChecked(true);
    QCOMPARE(dialog.findChild<QPushButton *>(u"runButton"_s)->text(), u"Run"_s);
    QVERIFY(dialog.request().fresh);
}

void TestRunDialog::runSendsTheFields()
{
    FakePort port;
    auto *dialog = new RunDialog(m_theming, port, countDefinition());
    std::optional<SubmitRequest> sent;
    connect(dialog, &RunDialog::runRequested, this,
            [&sent](const SubmitRequest &request) { sent = request; });
    dialog->open();
    dialog->setInput({{u"n"_s, 3}});
    auto *run = dialog->findChild<QPushButton *>(u"runButton"_s);
    QTRY_VERIFY(run->isEnabled());
    QTest::mouseClick(run, Qt::LeftButton);
    QVERIFY(sent);
    QCOMPARE(sent->name, "count-to-n"_ba);
    QCOMPARE(sent->input, (QJsonObject{{u"n"_s, 3}, {u"sleepMs"_s, 500}}));
    QVERIFY(!sent->fresh);
}

void TestRunDialog::refusedInputCannotRun()
{
    FakePort port;
    port.refusal = Error{ErrorCode::InvalidInput, u"bad"_s, {{u"n"_s, u"must be even"_s}}};
    RunDialog dialog(m_theming, port, countDefinition());
    const auto *state = dialog.findChild<QLabel *>(u"previewState"_s);
    QTRY_COMPARE(state->text(), u"n: must be even"_s);
    QVERIFY(!dialog.findChild<QPushButton *>(u"runButton"_s)->isEnabled());
}

void TestRunDialog::lateAnswerToOldInputIsDropped()
{
    FakePort port;
    port.existing = taskOf(1, TaskState::Completed);
    port.hold = true;
    RunDialog dialog(m_theming, port, countDefinition());
    QTRY_COMPARE(port.calls.count(u"preview"_s), 1);
    port.existing.reset();
    dialog.findChild<QSpinBox *>(u"n"_s)->setValue(12);
    QTRY_COMPARE(port.calls.count(u"preview"_s), 2);
    port.release();
    const auto *state = dialog.findChild<QLabel *>(u"previewState"_s);
    QTRY_VERIFY(!state->text().isEmpty());
    QCOMPARE(dialog.findChild<QPushButton *>(u"runButton"_s)->text(), u"Run"_s);
}

QTEST_MAIN(TestRunDialog)
#include "tst_rundialog.moc"
