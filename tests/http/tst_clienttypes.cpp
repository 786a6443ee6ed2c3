// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// TypeScript from schemas: each kind of schema alone, then definitions that mean harm, which tsc
// must read as what they are.

#include "app/http/clienttypes.h"
#include "engine/tasks/builtin.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

class TestClientTypes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void typeOfSchema_data();
    void typeOfSchema();
    void membersWithADefaultAreShownAndNotDemanded();
    void nestingHasAnEnd();
    void commentsTellWhatASchemaSays();
    void builtinTasks();
    void hostileDefinition();
    void hostileDefinitionUnderTsc();

private:
    static QByteArray flat(const QByteArray &type);
    static DefinitionInfo hostile();
};

namespace {

QJsonValue parsed(const QByteArray &json)
{
    return QJsonDocument::fromJson('[' + json + ']').array().first();
}

} // namespace

/*! On one line, without comments in it. */
QByteArray TestClientTypes::flat(const QByteArray &type)
{
    return type.simplified();
}

void TestClientTypes::typeOfSchema_data()
{
    QTest::addColumn<QByteArray>("schema");
    QTest::addColumn<QByteArray>("type");
    const auto row = [](const QByteArray &schema, const QByteArray &type) {
        QTest::newRow(schema.constData()) << schema << type;
    };
    row(R"({"type":"string"})", "string");
    row(R"({"type":"integer","minimum":1})", "number");
    row(R"({"type":"number"})", "number");
    row(R"({"type":"boolean"})", "boolean");
    row(R"({"type":"null"})", "null");
    row("{}", "unknown");
    row("true", "unknown");
    row("false", "never");
    row("null", "unknown");
    row(R"({"type":"tuple"})", "unknown");
    row(R"({"$ref":"#/x"})", "unknown");
    row(R"({"type":["string","null"]})", "string | null");
    row(R"({"type":["integer","number"]})", "number");
    row(R"({"anyOf":[{"type":"string"},{"type":"integer"}]})", "string | number");
    row(R"({"oneOf":[{"type":"array"},{"type":"boolean"}]})", "unknown[] | boolean");
    row(R"({"enum":["a","b\"c",3,-1.5,null,true]})",
        R"("a" | "b\u0022c" | 3 | -1.5 | null | true)");
    row(R"({"enum":[{"a":1}]})", "unknown");
    row(R"({"enum":[]})", "never");
    row(R"({"type":"string","const":"x"})", R"("x")");
    row(R"({"type":"array","items":{"type":"string"}})", "string[]");
    row(R"({"type":"array","items":{"type":"array","items":{"type":"integer"}}})", "number[][]");
    row(R"({"type":"array"})", "unknown[]");
    row(R"({"type":"array","items":{"enum":["a","b"]}})", R"(Array<"a" | "b">)");
    row(R"({"type":"object"})", "{ [name: string]: unknown }");
    row(R"({"type":"object","additionalProperties":false})", "{ [name: string]: never }");
    row(R"({"type":"object","additionalProperties":{"type":"string"}})",
        "{ [name: string]: string }");
    row(R"({"type":"object","properties":{"a":{"type":"integer"},"b":{}},"required":["b"],"additionalProperties":false})",
        "{ a?: number; b: unknown; }");
    row(R"({"type":"object","properties":{"a":{"type":"integer"}},"additionalProperties":{"type":"string"}})",
        "{ a?: number; [name: string]: unknown; }");
    row(R"({"type":"object","properties":{"a-b":{},"1":{},"":{},"class":{},"x\"y":{}},"additionalProperties":false})",
        R"({ ""?: unknown; "1"?: unknown; "a-b"?: unknown; class?: unknown; "x\u0022y"?: unknown; })");
    row(R"({"type":"object","properties":{"a":{"type":"object","properties":{"b":{"type":"array","items":{"type":"object","properties":{"c":{"type":"null"}},"additionalProperties":false}}},"additionalProperties":false}},"additionalProperties":false})",
        "{ a?: { b?: Array<{ c?: null; }>; }; }");
}

void TestClientTypes::typeOfSchema()
{
    QFETCH(QByteArray, schema);
    QFETCH(QByteArray, type);
    QCOMPARE(flat(typeScriptOf(parsed(schema), false)), type);
}

void TestClientTypes::membersWithADefaultAreShownAndNotDemanded()
{
    const QJsonValue schema = parsed(
        R"({"type":"object","properties":{"n":{"type":"integer","default":5},"m":{"type":"integer"}},"additionalProperties":false})");
    QCOMPARE(flat(typeScriptOf(schema, false)), "{ m?: number; n?: number; }"_ba);
    QCOMPARE(flat(typeScriptOf(schema, true)), "{ m?: number; n: number; }"_ba);
}

void TestClientTypes::nestingHasAnEnd()
{
    QJsonValue schema = QJsonObject{{u"type"_s, u"string"_s}};
    for (int i = 0; i < 500; ++i)
        schema = QJsonObject{{u"type"_s, u"object"_s},
                             {u"properties"_s, QJsonObject{{u"a"_s, schema}}},
                             {u"additionalProperties"_s, false}};
    const QByteArray type = typeScriptOf(schema, false);
    QVERIFY(type.contains("unknown"));
    QVERIFY(type.size() < 5000);

    QJsonValue lists = QJsonObject{{u"type"_s, u"string"_s}};
    for (int i = 0; i < 500; ++i)
        lists = QJsonObject{{u"type"_s, u"array"_s}, {u"items"_s, lists}};
    QVERIFY(typeScriptOf(lists, false).size() < 5000);
}

void TestClientTypes::commentsTellWhatASchemaSays()
{
    const QByteArray type = typeScriptOf(
        parsed(
            R"({"type":"object","properties":{"n":{"title":"Ticks","description":"How far.","x-unit":"ms"}}})"),
        false);
    QVERIFY2(type.contains("  /** Ticks. How far. In ms. */\n  n?: unknown;\n"), type.constData());
}

void TestClientTypes::builtinTasks()
{
    const QByteArray types = clientTypes(Kintsugi::builtinTasks().definitions());
    QVERIFY(types.startsWith("// SPDX-"));
    QVERIFY(types.contains("\n  \"count-to-n\": {\n"));
    QVERIFY(flat(types).contains("tick: { i: number; n: number; };"));
    QVERIFY(flat(types).contains("result: { total: number; };"));
    QVERIFY(types.contains("export function subscribeToTask"));
}

DefinitionInfo TestClientTypes::hostile()
{
    const QString evil = u"*/ } \"'`${x}\\ \n\r\u2028\u2029\u202e @ts-ignore // /* </script>"_s;
    const QJsonObject text{{u"type"_s, u"string"_s}, {u"title"_s, evil}, {u"description"_s, evil}};
    const QJsonObject object{
        {u"type"_s, u"object"_s},
        {u"properties"_s,
         QJsonObject{{evil, text},
                     {u"__proto__"_s, text},
                     {u"constructor"_s, text},
                     {u"e"_s, QJsonObject{{u"enum"_s, QJsonArray{evil}}, {u"x-unit"_s, evil}}}}},
        {u"required"_s, QJsonArray{evil}},
        {u"additionalProperties"_s, false}};
    DefinitionInfo info{.name = evil.toUtf8(),
                        .title = evil,
                        .inputSchema = object,
                        .resultSchema = object,
                        .events = {{"said"_ba, object},
                                   {"said"_ba, text},
                                   {"completed"_ba, text},
                                   {"constructor"_ba, text},
                                   {evil.toUtf8(), text}}};
    return info;
}

void TestClientTypes::hostileDefinition()
{
    const QByteArray all = clientTypes({hostile(), hostile()});
    const QByteArray types = all.sliced(all.indexOf("export interface TaskDefinitions"));
    for (const char c : types)
        QVERIFY(c == '\n' || (c >= 0x20 && c < 0x7F));
    QVERIFY(!types.contains("@ts-ignore\n") && !types.contains("\n@"));
    QCOMPARE(types.count("    input: "), 1); // The second of its name is none.
    QVERIFY(!types.contains("\n      completed"));
    QCOMPARE(types.count("\n      said: "), 1);
    for (const QByteArray &line : types.split('\n')) {
        const qsizetype start = line.indexOf("/**");
        if (start < 0)
            continue;
        QVERIFY2(line.trimmed().startsWith("/**") && line.indexOf("*/") == line.size() - 2,
                 line.constData());
        QVERIFY2(!line.contains('@'), line.constData());
    }
}

void TestClientTypes::hostileDefinitionUnderTsc()
{
    const QString tsc = QStandardPaths::findExecutable(u"tsc"_s);
    if (tsc.isEmpty())
        QSKIP("there is no tsc");
    const QTemporaryDir folder;
    const auto write = [&folder](const QString &name, const QByteArray &text) {
        QFile file(folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    };
    write(u"client.d.ts"_s, clientTypes({hostile()}));
    write(u"use.ts"_s, R"(
import { subscribeToTask, TaskName, TaskDefinitions } from './client';
type One = TaskDefinitions[TaskName];
const events: { [Name in keyof One['events']]: 1 } = { said: 1 };
void subscribeToTask<TaskName>('http://a', { onEvent: { said: (payload) => payload } });
export const checks: [One['result']['constructor'], typeof events] = [undefined, events];
// @ts-expect-error: nothing else got in
export const x: One['x'] = 1;
)"_ba);
    QProcess process;
    process.setWorkingDirectory(folder.path());
    process.start(tsc, {u"--strict"_s, u"--noEmit"_s, u"use.ts"_s});
    QVERIFY(process.waitForFinished(120'000));
    QVERIFY2(process.exitCode() == 0, process.readAllStandardOutput().constData());
}

QTEST_GUILESS_MAIN(TestClientTypes)
#include "tst_clienttypes.moc"
