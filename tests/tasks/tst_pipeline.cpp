// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/taskerror.h"
#include "engine/tasks/salesdata.h"
#include "tests/support/enginefixture.h"

#include <QCryptographicHash>
#include <QDir>
#include <QJsonDocument>

#include <thread>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/*! The pipeline's result depends on its rows alone; checksums.py knows it, too. */
class TestPipeline : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void checksumIsThatOfAnotherProgram_data();
    void checksumIsThatOfAnotherProgram();
    void pauseDoesNotChangeTheResult();
    void overlappingBodiesDoNoHarm();
    void changedSourceIsSeen();
    void stoppedBodyLeavesNoFile();
    void eventsCarryWhatTheContractSays();

private:
    static QJsonObject runStages(int rows, const QString &folder);
};

QJsonObject TestPipeline::runStages(int rows, const QString &folder)
{
    const std::stop_token never;
    const QJsonObject extracted = SalesData::extract(rows, 0ms, never);
    const QJsonObject totals = SalesData::transform(extracted, 0ms, never);
    return SalesData::load(totals, folder, 0ms, never);
}

void TestPipeline::checksumIsThatOfAnotherProgram_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<QString>("checksum");
    QTest::newRow("1 row") << 1
                           << u"840ba93ccdf3983e5cd170495323890701c541da0442f0c9606a19411d2e0423"_s;
    QTest::newRow("10 rows")
        << 10 << u"4316ca3fc8a1e65ccfc9089f534ad67da13e31e0b6cfd2d52594f889391397b4"_s;
    QTest::newRow("1000 rows")
        << 1000 << u"cac282d1e1e2953bf3c100cb91e17cc54265398bcaf0f1d03061f660338c93e9"_s;
    QTest::newRow("100000 rows")
        << 100000 << u"6f28fb7184c64cd14edb38eceedeedd42e01eda819802bf892a8a0ca7dd5bd7a"_s;
}

void TestPipeline::checksumIsThatOfAnotherProgram()
{
    QFETCH(const int, rows);
    QFETCH(const QString, checksum);
    EngineFixture fixture;
    const auto engine = fixture.open();
    const TaskId id =
        fixture.start(*engine, "pipeline-with-steps", {{u"rows"_s, rows}, {u"stageMs"_s, 0}});
    QVERIFY(fixture.reaches(*engine, id, TaskState::Completed));
    const QJsonObject result =
        QJsonDocument::fromJson(fixture.taskNow(*engine, id).result).object();
    QCOMPARE(result, (QJsonObject{{u"rows"_s, rows}, {u"checksum"_s, checksum}}));
}

void TestPipeline::pauseDoesNotChangeTheResult()
{
    EngineFixture fixture;
    const auto engine = fixture.open();
    QByteArray results[2];
    for (const int stageMs : {0, 30}) {
        const TaskId id = fixture.start(
            *engine, "pipeline-with-steps",
            {{u"rows"_s, 321}, {u"stageMs"_s, stageMs}, {u"runId"_s, QString::number(stageMs)}});
        QVERIFY(fixture.reaches(*engine, id, TaskState::Completed));
        results[stageMs ? 1 : 0] = fixture.taskNow(*engine, id).result;
        const auto steps = await(engine->steps({localUser(), id.bytes()}));
        for (const StepRecord &step : *steps)
            QVERIFY(step.duration >= std::chrono::milliseconds(stageMs));
    }
    QCOMPARE(results[1], results[0]);
}

void TestPipeline::overlappingBodiesDoNoHarm()
{
    // After a crash an abandoned body may still run beside its rerun: both come to the same, and
    // what they leave is whole.
    const QTemporaryDir folder;
    std::array<QJsonObject, 6> results;
    {
        std::vector<std::jthread> bodies;
        for (QJsonObject &result : results)
            bodies.emplace_back([&result, path = folder.path()] {
                for (int round = 0; round < 20; ++round)
                    result = runStages(500, path);
            });
    }
    for (const QJsonObject &result : results)
        QCOMPARE(result, results.front());
    QFile table(folder.filePath(u"regions.csv"_s));
    QVERIFY(table.open(QIODevice::ReadOnly));
    QCOMPARE(QString::fromLatin1(
                 QCryptographicHash::hash(table.readAll(), QCryptographicHash::Sha256).toHex()),
             results.front().value("checksum"_L1).toString());
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files),
             QStringList{u"regions.csv"_s}); // No half file.
}

void TestPipeline::changedSourceIsSeen()
{
    QJsonObject extracted = SalesData::extract(10, 0ms, {});
    extracted.insert(u"rows"_s, 11);
    QVERIFY_THROWS_EXCEPTION(TaskError, (void)SalesData::transform(extracted, 0ms, {}));
}

void TestPipeline::stoppedBodyLeavesNoFile()
{
    const QTemporaryDir folder;
    std::stop_source stop;
    stop.request_stop();
    QVERIFY_THROWS_EXCEPTION(TaskError, (void)SalesData::extract(1'000'000, 1h, stop.get_token()));
    std::stop_source later;
    std::jthread stopper([&later] { later.request_stop(); });
    QVERIFY_THROWS_EXCEPTION(TaskError,
                             (void)SalesData::extract(10, 1h, later.get_token())); // Wakes at once.
    QVERIFY(QDir(folder.path()).isEmpty());
}

void TestPipeline::eventsCarryWhatTheContractSays()
{
    EngineFixture fixture;
    const auto engine = fixture.open();
    const TaskId id =
        fixture.start(*engine, "pipeline-with-steps", {{u"rows"_s, 5}, {u"stageMs"_s, 0}});
    QVERIFY(fixture.reaches(*engine, id, TaskState::Completed));
    QStringList stages;
    for (const Event &event : fixture.log(*engine, id)) {
        const QJsonObject payload = QJsonDocument::fromJson(event.payload).object();
        if (event.type == "stage_started")
            QCOMPARE(payload.keys(), QStringList({u"index"_s, u"stage"_s}));
        if (event.type != "stage_done")
            continue;
        QCOMPARE(
            payload.keys(),
            QStringList({u"durationMs"_s, u"fromCache"_s, u"index"_s, u"result"_s, u"stage"_s}));
        QCOMPARE(payload.value("index"_L1).toInt(-1), int(stages.size()));
        QCOMPARE(payload.value("fromCache"_L1), QJsonValue(false));
        QCOMPARE(payload.value("result"_L1)["rows"_L1], QJsonValue(5));
        stages << payload.value("stage"_L1).toString();
    }
    QCOMPARE(stages, QStringList({u"extract"_s, u"transform"_s, u"load"_s}));
}

QTEST_GUILESS_MAIN(TestPipeline)
#include "tst_pipeline.moc"
