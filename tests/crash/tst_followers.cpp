// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Clients of every kind follow one run of one task, whose server is killed with SIGKILL three times
// meanwhile. Each must hand out every event of the store's log once, in order and byte for byte,
// and know the end.

#include "engine/model/jsonwriter.h"
#include "tests/crash/followers.h"
#include "tests/support/serverprocess.h"

#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

#include <memory>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

namespace {

constexpr int kPatienceMs = 60'000;
constexpr int kKills = 3;

/*! How the task goes on when the server is there again. */
enum class Recovery {
    ByItself, //!< The server looks for stale tasks, while the clients come back.
    Nudged, //!< The user asks for it, when all of them are back.
};

/*! One run, its server and those who follow it. */
class Scene
{
public:
    Scene(QByteArray task, QByteArray input, Recovery recovery)
        : m_recovery(recovery)
    {
        m_run.name = QString::fromUtf8(task);
        m_run.input = std::move(input);
    }

    /*! The run is held back by another one, which has the only slot, until all followers are there:
     * so each sees it live from the start. */
    [[nodiscard]] bool begin()
    {
        if (!m_server.start(flags()))
            return false;
        const QString other =
            submit(R"({"name":"count-to-n","input":{"n":1000000,"sleepMs":1000}})");
        m_run.server = m_server.url({});
        m_run.id = submit(wish());
        for (const FollowerKind &kind : followerKinds())
            m_followers.push_back(std::make_unique<Follower>(kind, m_run));
        return QTest::qWaitFor(
                   [this] {
                       return std::ranges::none_of(
                           m_followers, [](const auto &f) { return f->seen().isEmpty(); });
                   },
                   kPatienceMs)
            && m_server.post(u"/api/tasks/%1/stop"_s.arg(other), "{}").status == 202;
    }

    [[nodiscard]] bool restart()
    {
        m_server.kill();
        if (!m_server.start(flags()))
            return false;
        for (const auto &follower : m_followers)
            follower->tellServerIsBack();
        return m_recovery == Recovery::ByItself || (waitForStreams() && nudge());
    }

    /*! All of the log, one event a line, read by a program of its own. */
    [[nodiscard]] QList<QByteArray> log() const
    {
        QProcess tail;
        tail.start(QStringLiteral(KINTSUGI_BIN_DIR "/kintsugi-cli"),
                   {u"tail"_s, m_run.id, u"--json"_s, u"--db"_s, m_server.storePath()});
        tail.waitForFinished(kPatienceMs);
        QList<QByteArray> lines = tail.readAllStandardOutput().split('\n');
        lines.removeLast(); // Behind the last line end.
        return lines;
    }

    [[nodiscard]] const auto &followers() const { return m_followers; }
    [[nodiscard]] const Follower &follower(QStringView name) const
    {
        return **std::ranges::find(m_followers, name, [](const auto &f) { return f->name(); });
    }
    [[nodiscard]] bool allEnded() const
    {
        return std::ranges::all_of(m_followers, [](const auto &f) { return f->hasEnded(); });
    }

private:
    [[nodiscard]] QStringList flags() const
    {
        QStringList flags{u"--max-running"_s, u"1"_s};
        if (m_recovery == Recovery::ByItself)
            flags += {u"--auto-recover"_s, u"--recovery-interval-ms"_s, u"100"_s};
        return flags;
    }

    /*! Gives the task's id. */
    [[nodiscard]] QString submit(const QByteArray &body)
    {
        return m_server.post(u"/api/tasks"_s, body).object()["task"_L1]["id"_L1].toString();
    }

    [[nodiscard]] QByteArray wish() const
    {
        return R"({"name":")" + m_run.name.toUtf8() + R"(","input":)" + m_run.input + '}';
    }

    [[nodiscard]] bool nudge()
    {
        return m_server.post(u"/api/durable-example/nudge-recovery"_s, wish()).status == 202;
    }

    [[nodiscard]] bool waitForStreams()
    {
        static const QRegularExpression kStreams(u"^kintsugi_http_streams (\\d+)$"_s,
                                                 QRegularExpression::MultilineOption);
        return QTest::qWaitFor(
            [this] {
                const auto running = std::ranges::count_if(
                    m_followers, [](const auto &f) { return !f->hasEnded(); });
                const QByteArray metrics = m_server.get(u"/metrics"_s).body;
                return kStreams.match(QString::fromUtf8(metrics)).captured(1).toLongLong()
                    >= running;
            },
            kPatienceMs);
    }

    Recovery m_recovery;
    FollowedRun m_run;
    ServerProcess m_server;
    std::vector<std::unique_ptr<Follower>> m_followers; //!< Gone before their server.
};

/*! Where the server is killed: \a who has seen so many events of a type from this attempt. */
struct Place
{
    QString who; //!< The name of a follower; empty for all of them.
    QByteArray type;
    int count = 0;
};

} // namespace

class TestFollowers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyEventComesOnce_data();
    void everyEventComesOnce();
    void killedAnywhere();

private:
    static void judge(const Scene &scene);
};

void TestFollowers::everyEventComesOnce_data()
{
    QTest::addColumn<QByteArray>("task");
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<Recovery>("recovery");
    QTest::addColumn<QList<Place>>("places");
    QTest::newRow("a task that looks after itself")
        << "count-to-n"_ba << R"({"n":250,"sleepMs":15})"_ba << Recovery::ByItself
        << QList<Place>{{{}, "tick"_ba, 5},
                        {u"client.mjs"_s, "tick"_ba, 5},
                        {u"kintsugi-cli sse"_s, "tick"_ba, 5}};
    QTest::newRow("in each of three steps")
        << "pipeline-with-steps"_ba << R"({"rows":200,"stageMs":500})"_ba << Recovery::Nudged
        << QList<Place>{{{}, "stage_started"_ba, 1},
                        {{}, "stage_started"_ba, 2},
                        {{}, "stage_started"_ba, 2}};
}

void TestFollowers::everyEventComesOnce()
{
    QFETCH(const QByteArray, task);
    QFETCH(const QByteArray, input);
    QFETCH(const Recovery, recovery);
    QFETCH(const QList<Place>, places);
    QCOMPARE(places.size(), kKills);

    Scene scene(task, input, recovery);
    QVERIFY(scene.begin());
    int attempt = 0;
    for (const Place &place : places) {
        ++attempt;
        const auto isThere = [&](const Follower &follower) {
            return follower.count(place.type, attempt) >= place.count || follower.hasEnded();
        };
        QVERIFY2(QTest::qWaitFor(
                     [&] {
                         return place.who.isEmpty()
                             ? std::ranges::all_of(scene.followers(),
                                                   [&](const auto &f) { return isThere(*f); })
                             : isThere(scene.follower(place.who));
                     },
                     kPatienceMs),
                 qPrintable(u"attempt %1 was not seen"_s.arg(attempt)));
        QVERIFY(scene.restart());
    }
    QTRY_VERIFY_WITH_TIMEOUT(scene.allEnded(), kPatienceMs);
    judge(scene);
    QCOMPARE(std::ranges::count_if(scene.log(),
                                   [](const QByteArray &line) {
                                       return line.contains(R"("type":"attempt_started")");
                                   }),
             kKills + 1);
}

/*! A kill where chance says: when one of them has seen some more events, or the last one, behind
 * which the server ends the stream. */
void TestFollowers::killedAnywhere()
{
    bool isNumber = false;
    int rounds = qEnvironmentVariableIntValue("KINTSUGI_ROUNDS", &isNumber);
    if (!isNumber)
        rounds = 1;
    quint32 seed = qEnvironmentVariable("KINTSUGI_SEED").toUInt(&isNumber);
    if (!isNumber)
        seed = QRandomGenerator::system()->generate();
    qInfo().noquote() << "seed" << seed; // KINTSUGI_SEED takes it.
    QRandomGenerator random(seed);

    qsizetype events = 0;
    for (int round = 0; round < rounds; ++round) {
        const bool counts = random.bounded(3) > 0;
        const QByteArray input = counts
            ? JsonWriter()
                  .member("n", random.bounded(1, 200))
                  .member("sleepMs", random.bounded(12))
                  .finish()
            : JsonWriter().member("rows", 200).member("stageMs", random.bounded(300)).finish();
        Scene scene(counts ? "count-to-n" : "pipeline-with-steps", input,
                    random.bounded(2) ? Recovery::ByItself : Recovery::Nudged);
        QVERIFY(scene.begin());
        for (int kill = 0; kill < kKills; ++kill) {
            const Follower &who =
                *scene.followers()[random.bounded(quint32(scene.followers().size()))];
            const bool atTheEnd = random.bounded(6) == 0;
            const qsizetype until = who.seen().size() + random.bounded(60);
            QVERIFY(QTest::qWaitFor(
                [&] {
                    return who.hasEnded()
                        || (atTheEnd ? who.hasSeenTheEnd() : who.seen().size() >= until);
                },
                kPatienceMs));
            QVERIFY(scene.restart());
        }
        QTRY_VERIFY_WITH_TIMEOUT(scene.allEnded(), kPatienceMs);
        judge(scene);
        if (QTest::currentTestFailed()) {
            qInfo().noquote() << "in round" << round;
            return;
        }
        events += scene.log().size();
    }
    qInfo().noquote() << rounds << "rounds of three kills," << events
                      << "events, each seen once by each follower";
}

void TestFollowers::judge(const Scene &scene)
{
    const QList<QByteArray> log = scene.log();
    QVERIFY(!log.isEmpty());
    QVERIFY(log.last().contains(R"("type":"completed")"));
    for (const auto &follower : scene.followers()) {
        QVERIFY2(follower->fault().isEmpty(), qPrintable(follower->fault()));
        const QList<QByteArray> &seen = follower->seen();
        for (qsizetype i = 0; i < std::min(seen.size(), log.size()); ++i)
            QVERIFY2(seen[i] == log[i],
                     qPrintable(follower->name() + u" saw "_s + QString::fromUtf8(seen[i])
                                + u", in the log is "_s + QString::fromUtf8(log[i])));
        QVERIFY2(seen.size() == log.size(),
                 qPrintable(u"%1 saw %2 events of %3"_s.arg(follower->name())
                                .arg(seen.size())
                                .arg(log.size())));
        QVERIFY2(follower->exitCode() == 0,
                 qPrintable(follower->name() + u" did not know the end"_s));
    }
}

QTEST_GUILESS_MAIN(TestFollowers)
#include "tst_followers.moc"
