// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Kills the server with SIGKILL again and again at moments that nobody chose, and holds what every
// client saw against the store: no event lost, doubled or out of order, no finished stage run
// again, no result that a crash has changed.

#include "engine/sse/client.h"
#include "tests/support/serverprocess.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

#include <memory>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

namespace {

constexpr int kPatienceMs = 60'000;
constexpr int kTicks = 120;
constexpr int kRows = 500;

/*! One client of one task: what it has seen, across any number of server deaths. */
struct Watcher
{
    QString id;
    QString name;
    QList<QByteArray> seen; // The data of each event, in the order of arrival.
    QByteArray lastId;
    bool isDone = false;
    std::unique_ptr<SseClient> client;
};

class Campaign
{
public:
    explicit Campaign(quint32 seed)
        : m_random(seed)
    {}

    ServerProcess server;
    std::vector<std::unique_ptr<Watcher>> watchers;
    qint64 eventsSeen = 0;

    bool startTask(const QString &name, const QJsonObject &input)
    {
        const QJsonObject body{{u"name"_s, name}, {u"input"_s, input}};
        const auto answer = server.post(u"/api/tasks"_s, QJsonDocument(body).toJson());
        if (answer.status != 202)
            return false;
        auto watcher = std::make_unique<Watcher>();
        watcher->id = answer.object()["task"_L1]["id"_L1].toString();
        watcher->name = name;
        connect(*watcher);
        watchers.push_back(std::move(watcher));
        return true;
    }

    void startRound()
    {
        const QString run = QString::number(++m_round);
        for (const QString &twin : {u"a"_s, u"b"_s}) {
            const QString runId = run + twin;
            QVERIFY(startTask(u"count-to-n"_s,
                              {{u"n"_s, kTicks}, {u"sleepMs"_s, 8}, {u"runId"_s, runId}}));
            QVERIFY(startTask(u"pipeline-with-steps"_s,
                              {{u"rows"_s, kRows}, {u"stageMs"_s, 120}, {u"runId"_s, runId}}));
        }
    }

    /*! Lets some more events arrive, or the last task end; how many, chance says. */
    bool letRun()
    {
        const qint64 until = eventsSeen + 1 + m_random.bounded(40);
        return QTest::qWaitFor([&] { return eventsSeen >= until || allDone(); }, kPatienceMs);
    }

    bool restart()
    {
        if (!server.start())
            return false;
        for (const auto &watcher : watchers) {
            if (watcher->isDone)
                continue;
            connect(*watcher);
            const auto nudged =
                server.post(u"/api/durable-example/nudge-recovery"_s,
                            QJsonDocument(QJsonObject{{u"id"_s, watcher->id}}).toJson());
            if (nudged.status != 202)
                return false;
        }
        return true;
    }

    [[nodiscard]] bool allDone() const
    {
        return std::ranges::all_of(watchers, [](const auto &watcher) { return watcher->isDone; });
    }

private:
    void connect(Watcher &watcher)
    {
        watcher.client = std::make_unique<SseClient>();
        QObject::connect(watcher.client.get(), &SseClient::received,
                         [this, &watcher](const SseMessage &message) {
                             watcher.seen << message.data;
                             watcher.lastId = message.id;
                             watcher.isDone = message.type == "completed"
                                 || message.type == "failed" || message.type == "cancelled";
                             ++eventsSeen;
                         });
        watcher.client->open({.url = server.url(u"/api/durable-example/reattach/"_s + watcher.id),
                              .lastEventId = watcher.lastId});
    }

    QRandomGenerator m_random;
    int m_round = 0;
};

QJsonObject parsed(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object();
}

} // namespace

class TestKill : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void killedAtRandomMoments();

private:
    static void checkAgainstStore(ServerProcess &server, const Watcher &watcher);
    static void checkTicks(const Watcher &watcher);
    static void checkStages(const Watcher &watcher, const QJsonObject &undisturbed);
};

void TestKill::killedAtRandomMoments()
{
    bool isNumber = false;
    int kills = qEnvironmentVariableIntValue("KINTSUGI_KILLS", &isNumber);
    if (!isNumber)
        kills = 50;
    quint32 seed = qEnvironmentVariable("KINTSUGI_SEED").toUInt(&isNumber);
    if (!isNumber)
        seed = QRandomGenerator::system()->generate();
    qInfo().noquote() << "seed" << seed; // KINTSUGI_SEED takes it.

    Campaign campaign(seed);
    QVERIFY(campaign.server.start());
    const auto calm = campaign.server.post(
        u"/api/tasks"_s,
        "{\"name\":\"pipeline-with-steps\",\"input\":{\"rows\":500,\"stageMs\":0}}");
    QCOMPARE(calm.status, 202);
    const QString calmPath = u"/api/tasks/"_s + calm.object()["task"_L1]["id"_L1].toString();
    QTRY_COMPARE_WITH_TIMEOUT(campaign.server.get(calmPath).object()["state"_L1].toString(),
                              u"completed"_s, kPatienceMs);
    const QJsonObject undisturbed = campaign.server.get(calmPath).object()["result"_L1].toObject();

    for (int kill = 0; kill < kills; ++kill) {
        if (campaign.allDone())
            campaign.startRound();
        QVERIFY(campaign.letRun());
        campaign.server.kill();
        QVERIFY(campaign.restart());
    }
    QTRY_VERIFY_WITH_TIMEOUT(campaign.allDone(), kPatienceMs);

    for (const auto &watcher : campaign.watchers) {
        checkAgainstStore(campaign.server, *watcher);
        if (watcher->name == u"count-to-n"_s)
            checkTicks(*watcher);
        else
            checkStages(*watcher, undisturbed);
        if (QTest::currentTestFailed())
            return;
    }
    qInfo().noquote()
        << kills << "kills," << campaign.watchers.size() << "tasks," << campaign.eventsSeen
        << "events seen, none lost, doubled or out of order; no memoised stage ran again";
    QCOMPARE(campaign.server.terminate(), 0);
}

void TestKill::checkAgainstStore(ServerProcess &server, const Watcher &watcher)
{
    const auto log =
        server.get(u"/api/tasks/%1/events"_s.arg(watcher.id)).object()["events"_L1].toArray();
    QCOMPARE(watcher.seen.size(), log.size());
    for (qsizetype i = 0; i < log.size(); ++i) {
        const QJsonObject seen = parsed(watcher.seen[i]);
        QCOMPARE(seen["seq"_L1].toInteger(), i + 1);
        QCOMPARE(seen, log[i].toObject());
    }
}

void TestKill::checkTicks(const Watcher &watcher)
{
    int next = 1;
    for (const QByteArray &data : watcher.seen) {
        const QJsonObject event = parsed(data);
        if (event["type"_L1].toString() == u"tick"_s)
            QCOMPARE(event["payload"_L1]["i"_L1].toInt(), next++);
        else if (event["type"_L1].toString() == u"recovered"_s)
            QCOMPARE(event["payload"_L1]["fromTick"_L1].toInt(), next);
    }
    QCOMPARE(next, kTicks + 1);
    QCOMPARE(parsed(watcher.seen.last())["payload"_L1]["result"_L1]["total"_L1].toInt(), kTicks);
}

void TestKill::checkStages(const Watcher &watcher, const QJsonObject &undisturbed)
{
    QStringList done;
    for (const QByteArray &data : watcher.seen) {
        const QJsonObject event = parsed(data);
        const QString stage = event["payload"_L1]["stage"_L1].toString();
        if (event["type"_L1].toString() == u"recovered"_s) {
            for (const QJsonValue cached : event["payload"_L1]["cachedStages"_L1].toArray()) {
                if (!done.contains(cached.toString()))
                    done << cached.toString(); // Its memo was committed, its event was not yet.
            }
        } else if (event["type"_L1].toString() == u"stage_started"_s) {
            QVERIFY2(!done.contains(stage),
                     qPrintable(stage + u" ran again although it was memoised"_s));
        } else if (event["type"_L1].toString() == u"stage_done"_s) {
            QCOMPARE(event["payload"_L1]["fromCache"_L1].toBool(), done.contains(stage));
            if (!done.contains(stage))
                done << stage;
        }
    }
    QCOMPARE(done, QStringList({u"extract"_s, u"transform"_s, u"load"_s}));
    QCOMPARE(parsed(watcher.seen.last())["payload"_L1]["result"_L1].toObject(), undisturbed);
}

QTEST_GUILESS_MAIN(TestKill)
#include "tst_kill.moc"
