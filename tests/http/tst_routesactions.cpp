// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/http/apifixture.h"

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! The routes of suspend, resume, retry, fork, delete and of delayed starts; what is allowed when
 * is the engine's test. */
class TestRoutesActions final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void suspendAndResume();
    void retryOfACancelledTask();
    void forkFromAStep();
    void forkWantsAStep();
    void deleteOfAnEndedTask();
    void deleteOfARunningTaskIsRefused();
    void delayedStartIsPending();
    void unknownTaskIs404_data();
    void unknownTaskIs404();

private:
    [[nodiscard]] QByteArray at(const TaskId &id, const QByteArray &word = {}) const
    {
        return "/api/tasks/" + id.bytes() + (word.isEmpty() ? QByteArray() : '/' + word);
    }
    [[nodiscard]] RawAnswer remove(const TaskId &id) const
    {
        return m_api->ask("DELETE", at(id), "Content-Type: application/json\r\n");
    }
    [[nodiscard]] static QString outcomeOf(const RawAnswer &answer)
    {
        return objectOf(answer).value("outcome"_L1).toString();
    }
    [[nodiscard]] TaskId sleeper()
    {
        return m_api->start("count-to-n", {{u"n"_s, 1}, {u"sleepMs"_s, 3'600'000}});
    }

    std::unique_ptr<ApiFixture> m_api;
};

void TestRoutesActions::init()
{
    m_api = std::make_unique<ApiFixture>();
}

void TestRoutesActions::cleanup()
{
    m_api.reset();
}

void TestRoutesActions::suspendAndResume()
{
    const TaskId id = sleeper();
    const RawAnswer suspended = m_api->post(at(id, "suspend"), R"({"reason":"lunch"})");
    QCOMPARE(suspended.status, 202);
    QCOMPARE(outcomeOf(suspended), u"suspending"_s);
    QVERIFY(m_api->reaches(id, TaskState::Suspended));
    QCOMPARE(m_api->post(at(id, "suspend"), {}).status, 409);
    const RawAnswer resumed = m_api->post(at(id, "resume"), {});
    QCOMPARE(resumed.status, 202);
    QCOMPARE(outcomeOf(resumed), u"resumed"_s);
    QCOMPARE(m_api->post(at(id, "resume"), {}).status, 409);
}

void TestRoutesActions::retryOfACancelledTask()
{
    const TaskId id = sleeper();
    QCOMPARE(m_api->post(at(id, "retry"), {}).status, 409);
    QCOMPARE(m_api->post(at(id, "stop"), {}).status, 202);
    QVERIFY(m_api->reaches(id, TaskState::Cancelled));
    const RawAnswer retried = m_api->post(at(id, "retry"), {});
    QCOMPARE(retried.status, 202);
    QCOMPARE(outcomeOf(retried), u"retried"_s);
    QCOMPARE(m_api->taskNow(id).state, TaskState::Running);
    QCOMPARE(m_api->taskNow(id).attempt, 2);
}

void TestRoutesActions::forkFromAStep()
{
    const TaskId id = m_api->start("pipeline-with-steps", {{u"rows"_s, 5}, {u"stageMs"_s, 0}});
    QVERIFY(m_api->reaches(id, TaskState::Completed));
    const RawAnswer forked = m_api->post(at(id, "fork"), R"({"fromStep":"load"})");
    QCOMPARE(forked.status, 202);
    QCOMPARE(outcomeOf(forked), u"created"_s);
    const QJsonObject task = objectOf(forked).value("task"_L1).toObject();
    QCOMPARE(task.value("forkedFrom"_L1).toString(), id.toString());
    QCOMPARE(task.value("idempotencyKey"_L1).toString(),
             u"fork-"_s + task.value("id"_L1).toString());
    QCOMPARE(forked.headers.value("location"),
             "/api/tasks/" + task.value("id"_L1).toString().toUtf8());
}

void TestRoutesActions::forkWantsAStep()
{
    const TaskId id = sleeper();
    QCOMPARE(m_api->post(at(id, "fork"), {}).status, 422);
    QCOMPARE(m_api->post(at(id, "fork"), R"({"fromStep":7})").status, 422);
    QCOMPARE(m_api->post(at(id, "fork"), R"({"fromStep":"none"})").status, 422);
    QCOMPARE(m_api->post(at(id, "fork"), R"({"fromStep":"none","more":1})").status, 422);
}

void TestRoutesActions::deleteOfAnEndedTask()
{
    const TaskId id = m_api->start("count-to-n", {{u"n"_s, 1}, {u"sleepMs"_s, 0}});
    QVERIFY(m_api->reaches(id, TaskState::Completed));
    QCOMPARE(m_api->ask("DELETE", at(id)).status, 415);
    const RawAnswer removed = remove(id);
    QCOMPARE(removed.status, 204);
    QVERIFY(removed.body.isEmpty());
    QCOMPARE(m_api->get(at(id)).status, 404);
    QCOMPARE(m_api->get(at(id, "events")).status, 404);
    QCOMPARE(remove(id).status, 404);
}

void TestRoutesActions::deleteOfARunningTaskIsRefused()
{
    const TaskId id = sleeper();
    QCOMPARE(remove(id).status, 409);
    QCOMPARE(m_api->taskNow(id).state, TaskState::Running);
}

void TestRoutesActions::delayedStartIsPending()
{
    const RawAnswer started =
        m_api->post("/api/durable-example/run", R"({"n":2,"delayMs":3600000})");
    QCOMPARE(started.status, 202);
    const QJsonObject task = objectOf(started).value("task"_L1).toObject();
    QCOMPARE(task.value("state"_L1).toString(), u"pending"_s);
    QVERIFY(task.value("wakeAt"_L1).isString());
    QCOMPARE(task.value("input"_L1).toObject(), QJsonObject({{u"n"_s, 2}, {u"sleepMs"_s, 500}}));
    // The delay is no part of the key, and is ignored when the task exists.
    const RawAnswer again = m_api->post("/api/durable-example/run", R"({"n":2,"delayMs":1})");
    QCOMPARE(outcomeOf(again), u"attached"_s);
    QCOMPARE(objectOf(again).value("task"_L1).toObject().value("wakeAt"_L1),
             task.value("wakeAt"_L1));
}

void TestRoutesActions::unknownTaskIs404_data()
{
    QTest::addColumn<QByteArray>("word");
    for (const char *word : {"suspend", "resume", "retry", "fork"})
        QTest::newRow(word) << QByteArray(word);
}

void TestRoutesActions::unknownTaskIs404()
{
    QFETCH(QByteArray, word);
    QCOMPARE(m_api->post(at(TaskId("nobody"_ba), word), R"({"bogus":1})").status, 404);
}

QTEST_GUILESS_MAIN(TestRoutesActions)
#include "tst_routesactions.moc"
