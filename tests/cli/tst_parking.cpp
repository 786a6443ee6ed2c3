// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/cli/cliprogram.h"

#include <QTemporaryDir>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! Tasks that rest without memory, driven by one command: contract, sections 3 and 6. */
class TestParking final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void runGoesOnThroughItsParkings();
    void interruptLeavesItParked();
    void runAgainTakesUpAParkedOne();
    void nudgeStaysWithAParkedOne();
    void nudgeLeavesItToAServer();
    void showSaysUntilWhen();

private:
    [[nodiscard]] QStringList db() const
    {
        return {u"--db"_s, m_folder->filePath(u"tasks.db"_s), u"--json"_s};
    }
    [[nodiscard]] QStringList run(const QString &input) const
    {
        return QStringList{u"run"_s, u"count-to-n"_s,      u"--input"_s,
                           input,    u"--park-after-ms"_s, u"50"_s}
        + db();
    }
    [[nodiscard]] QJsonObject show(const QString &id) const
    {
        CliProgram program(QStringList{u"show"_s, id} + db());
        return program.code() == 0 ? program.last() : QJsonObject();
    }
    /*! Runs, interrupts once it is parked, and gives its id. */
    [[nodiscard]] QString parked(const QString &input) const
    {
        CliProgram program(run(input));
        if (!program.prints("\"suspended\""))
            return {};
        program.signal(SIGINT);
        return program.code() == 130 ? program.last().value("taskId"_L1).toString() : QString();
    }
    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

const QString kHour = u"{\"n\":1,\"sleepMs\":3600000}"_s;
const QString kSecond = u"{\"n\":1,\"sleepMs\":1000}"_s;

QString typesOf(const CliProgram &program)
{
    QStringList types;
    for (const QJsonObject &event : program.lines())
        types << event.value("type"_L1).toString();
    return types.join(u' ');
}

} // namespace

void TestParking::runGoesOnThroughItsParkings()
{
    CliProgram program(run(u"{\"n\":3,\"sleepMs\":200}"_s));
    QCOMPARE(program.code(), 0);
    QCOMPARE(typesOf(program),
             u"created attempt_started suspended resumed tick suspended resumed tick suspended "
             "resumed tick completed"_s);
    const QJsonObject suspended = program.lines()[2].value("payload"_L1).toObject();
    QCOMPARE(suspended.value("reason"_L1), QJsonValue(u"sleep"_s));
    QVERIFY(suspended.value("wakeAt"_L1).isString());
    QCOMPARE(show(program.last().value("taskId"_L1).toString()).value("attempt"_L1), QJsonValue(1));
}

void TestParking::interruptLeavesItParked()
{
    const QString id = parked(kHour);
    QVERIFY(!id.isEmpty());
    const QJsonObject task = show(id);
    QCOMPARE(task.value("state"_L1), QJsonValue(u"suspended"_s));
    QCOMPARE(task.value("lastSeq"_L1), QJsonValue(3)); // Nothing was added.
    QVERIFY(task.value("wakeAt"_L1).isString());
    CliProgram resume(QStringList{u"resume"_s, id} + db());
    QCOMPARE(resume.code(), 2);
    CliProgram suspend(QStringList{u"suspend"_s, id, u"--reason"_s, u"why"_s} + db());
    QCOMPARE(suspend.code(), 2);
    CliProgram stop(QStringList{u"stop"_s, id, u"--reason"_s, u"why"_s} + db());
    QCOMPARE(stop.code(), 0);
    QCOMPARE(stop.last().value("outcome"_L1), QJsonValue(u"cancelled"_s));
    QCOMPARE(stop.last().value("task"_L1)["stopReason"_L1], QJsonValue(u"why"_s));
}

void TestParking::runAgainTakesUpAParkedOne()
{
    const QString id = parked(kSecond);
    QVERIFY(!id.isEmpty());
    CliProgram again(run(kSecond));
    QCOMPARE(again.code(), 0);
    QCOMPARE(again.last().value("taskId"_L1).toString(), id);
    QCOMPARE(typesOf(again), u"created attempt_started suspended resumed tick completed"_s);
}

void TestParking::nudgeStaysWithAParkedOne()
{
    const QString id = parked(kSecond);
    QVERIFY(!id.isEmpty());
    CliProgram nudge(QStringList{u"nudge"_s, id} + db());
    QCOMPARE(nudge.code(), 0);
    QCOMPARE(typesOf(nudge), u"created attempt_started suspended resumed tick completed"_s);
}

void TestParking::nudgeLeavesItToAServer()
{
    const QString id = parked(kHour);
    QVERIFY(!id.isEmpty());
    CliProgram serve(QStringList{u"serve"_s, u"--port"_s, u"0"_s} + db());
    QVERIFY(!addressOf(serve).isEmpty());
    CliProgram nudge(QStringList{u"nudge"_s, id} + db());
    QCOMPARE(nudge.code(), 0);
    QCOMPARE(nudge.last().value("outcome"_L1), QJsonValue(u"attached"_s));
}

void TestParking::showSaysUntilWhen()
{
    const QString id = parked(kHour);
    QVERIFY(!id.isEmpty());
    QStringList words = QStringList{u"show"_s, id} + db();
    CliProgram json(words);
    QCOMPARE(json.code(), 0);
    QCOMPARE(json.lines().size(), 1); // The task alone.
    QCOMPARE(json.last().value("id"_L1).toString(), id);
    words.removeAll(u"--json"_s);
    CliProgram people(words);
    QCOMPARE(people.code(), 0);
    QVERIFY2(people.out().contains("Sleeps until 2"), people.out().constData());
    QVERIFY2(!people.out().contains("()"), people.out().constData());
}

QTEST_GUILESS_MAIN(TestParking)
#include "tst_parking.moc"
