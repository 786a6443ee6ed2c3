// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/http/openapi.h"
#include "engine/model/limits.h"
#include "engine/model/outcome.h"
#include "engine/model/task.h"
#include "tests/http/apifixture.h"

#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! That the description comes from the table of routes, and says what the code does. openapi.py
 * tries it as a client would. */
class TestOpenApi final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyRowIsAnOperation();
    void whatIsNotReadIsNotAskedFor();
    void namesAreThoseOfTheWire();
    void boundsAreThoseOfTheCode();
    void unregisteredInputsAreLeftOpen();
    void whatOnlyRunsHereCannotBeStarted();
    void crashIsDescribedWhereItIsThere();
};

namespace {

QJsonValue at(QJsonValue value, const QString &way)
{
    for (const QString &name : way.split(u' '))
        value = value[name];
    return value;
}

Routes::Handler nobody()
{
    return [](const Exchange &) {};
}

QJsonObject describe(const QList<DefinitionInfo> &definitions)
{
    return openApi({}, definitions);
}

} // namespace

void TestOpenApi::everyRowIsAnOperation()
{
    Routes routes;
    routes.add("GET"_ba, "/a/:id/b",
               {.id = "readIt",
                .tag = "Things",
                .summary = u"Reads it."_s,
                .answers = {Answers::json("Task"), Answers::stream(), Answers::nothing()},
                .parameters = {"after"_ba}},
               nobody());
    routes.add("POST"_ba, "/a/:id/b",
               {.id = "actOnIt",
                .tag = "Things",
                .summary = u"Acts on it."_s,
                .answers = {Answers::json("ActionResult", 202)},
                .body = "Signal",
                .refusals = {409}},
               nobody());
    const QJsonObject item =
        openApi(routes.table(), {}).value("paths"_L1)["/a/{id}/b"_L1].toObject();
    QCOMPARE(item.keys(), (QStringList{u"get"_s, u"post"_s}));

    const QJsonValue get = item.value("get"_L1);
    QCOMPARE(get["operationId"_L1], QJsonValue(u"readIt"_s));
    QCOMPARE(get["summary"_L1], QJsonValue(u"Reads it."_s));
    QCOMPARE(at(get, u"responses"_s).toObject().keys(),
             (QStringList{u"200"_s, u"204"_s, u"400"_s, u"401"_s, u"403"_s, u"404"_s, u"406"_s,
                          u"503"_s, u"default"_s}));
    QCOMPARE(at(get, u"responses 200 content"_s).toObject().keys(),
             (QStringList{u"application/json"_s, u"text/event-stream"_s}));
    QCOMPARE(get["parameters"_L1].toArray().size(), 2);
    QVERIFY(get["requestBody"_L1].isUndefined());

    const QJsonValue post = item.value("post"_L1);
    QCOMPARE(at(post, u"responses"_s).toObject().keys(),
             (QStringList{u"202"_s, u"400"_s, u"401"_s, u"403"_s, u"404"_s, u"406"_s, u"409"_s,
                          u"413"_s, u"415"_s, u"422"_s, u"503"_s, u"default"_s}));
    QCOMPARE(at(post, u"requestBody content application/json schema $ref"_s),
             QJsonValue(u"#/components/schemas/Signal"_s));
    QCOMPARE(at(post, u"requestBody required"_s), QJsonValue(true));
}

void TestOpenApi::whatIsNotReadIsNotAskedFor()
{
    Routes routes;
    routes.add("DELETE"_ba, "/a",
               {.id = "deleteIt",
                .tag = "Things",
                .summary = u"Deletes it."_s,
                .answers = {Answers::nothing()}},
               nobody());
    const QJsonValue operation = at(openApi(routes.table(), {}), u"paths /a delete"_s);
    QVERIFY(operation["requestBody"_L1].isUndefined());
    QVERIFY(operation["parameters"_L1].isUndefined());
    QCOMPARE(operation["responses"_L1].toObject().keys(),
             (QStringList{u"204"_s, u"400"_s, u"401"_s, u"403"_s, u"413"_s, u"415"_s, u"503"_s,
                          u"default"_s}));
}

void TestOpenApi::namesAreThoseOfTheWire()
{
    const QJsonValue schemas = at(describe({}), u"components schemas"_s);
    QJsonArray states;
    for (int state = 0; state <= int(TaskState::Cancelled); ++state)
        states << QString::fromLatin1(toWire(TaskState(state)));
    QCOMPARE(schemas["TaskState"_L1]["enum"_L1].toArray(), states);
    QJsonArray outcomes;
    for (int outcome = 0; outcome <= int(Outcome::Delivered); ++outcome)
        outcomes << QString::fromLatin1(toWire(Outcome(outcome)));
    QCOMPARE(schemas["Outcome"_L1]["enum"_L1].toArray(), outcomes);

    const auto members = [](const QByteArray &json) { return parseJson(json)->toObject().keys(); };
    Task task;
    task.input = "{}";
    Event event;
    event.payload = "{}";
    QCOMPARE(schemas["Task"_L1]["properties"_L1].toObject().keys(), members(toJson(task)));
    QCOMPARE(schemas["Event"_L1]["properties"_L1].toObject().keys(), members(toJson(event)));
    QCOMPARE(schemas["Step"_L1]["properties"_L1].toObject().keys(), members(toJson(StepRecord{})));
}

void TestOpenApi::boundsAreThoseOfTheCode()
{
    const QJsonValue components = at(describe({}), u"components"_s);
    const auto maximum = [&](const QString &parameter) {
        return at(components, u"parameters "_s + parameter + u" schema maximum"_s).toInt();
    };
    QCOMPARE(maximum(u"tasksLimit"_s), Limits::kTasksPage);
    QCOMPARE(maximum(u"eventsLimit"_s), Limits::kEventsPage);
    QCOMPARE(at(components, u"parameters tasksLimit schema default"_s).toInt(), TaskQuery{}.limit);
    const auto length = [&](const QString &schema, const QString &member) {
        return at(components, u"schemas "_s + schema + u" properties "_s + member + u" maxLength"_s)
            .toInt();
    };
    QCOMPARE(length(u"Reason"_s, u"reason"_s), Limits::kReasonLength);
    QCOMPARE(length(u"Signal"_s, u"name"_s), Limits::kSignalNameLength);
    QCOMPARE(length(u"Fork"_s, u"fromStep"_s), 4 * Limits::kStepNameLength);
}

void TestOpenApi::unregisteredInputsAreLeftOpen()
{
    Routes routes;
    routes.add("POST"_ba, "/a",
               {.id = "runIt",
                .tag = "Things",
                .summary = u"Runs it."_s,
                .answers = {Answers::stream()},
                .body = "absent.start"},
               nobody());
    QCOMPARE(at(openApi(routes.table(), {}),
                u"paths /a post requestBody content application/json schema $ref"_s),
             QJsonValue(u"#/components/schemas/StartOptions"_s));
}

void TestOpenApi::whatOnlyRunsHereCannotBeStarted()
{
    DefinitionInfo info;
    info.name = "a/b";
    info.title = u"Odd"_s;
    info.inputSchema = {{u"type"_s, u"object"_s}, {u"required"_s, QJsonArray{u"n"_s}}};
    const QJsonValue open = at(describe({info}), u"components schemas"_s);
    QCOMPARE(open["a_b.input"_L1], QJsonValue(info.inputSchema)); // Components' names are bounded.
    QVERIFY(at(open, u"a_b.start properties fresh"_s).isObject());
    QCOMPARE(open["StartTask"_L1]["anyOf"_L1][0]["properties"_L1]["name"_L1]["const"_L1],
             QJsonValue(u"a/b"_s));
    QCOMPARE(open["StartTask"_L1]["anyOf"_L1][0]["required"_L1],
             QJsonValue(QJsonArray{u"name"_s, u"input"_s}));
    info.localOnly = true;
    const QJsonValue local = at(describe({info}), u"components schemas"_s);
    QVERIFY(local["a_b.input"_L1].isObject());
    QVERIFY(local["a_b.start"_L1].isUndefined());
    QVERIFY(local["StartTask"_L1]["anyOf"_L1].isUndefined());
}

void TestOpenApi::crashIsDescribedWhereItIsThere()
{
    EngineConfig config = EngineFixture().config();
    for (const bool testMode : {true, false}) {
        config.testMode = testMode;
        ApiFixture api({}, config);
        const QJsonObject paths = objectOf(api.get("/openapi.json")).value("paths"_L1).toObject();
        QCOMPARE(paths.contains("/api/tasks/{id}/crash"_L1), testMode);
        QVERIFY(paths.contains("/openapi.json"_L1));
        QVERIFY(paths.contains("/metrics"_L1));
        QVERIFY(paths.contains("/"_L1));
    }
}

QTEST_GUILESS_MAIN(TestOpenApi)
#include "tst_openapi.moc"
