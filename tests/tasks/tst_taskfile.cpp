// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/canonicaljson.h"
#include "engine/model/jsonwriter.h"
#include "engine/model/validation.h"
#include "engine/tasks/command.h"
#include "engine/tasks/pipelinefile.h"
#include "engine/tasks/taskfile.h"

#include <QDir>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! A task file as it becomes an input, and what a wrong one is told. */
class TestTaskFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fileBecomesACompleteInput();
    void inputIsThatOfTheDefinition();
    void needsAreSpelledOut();
    void spellingDoesNotChangeTheInput();
    void baseDirIsTheRealFolder();
    void wrongFileIsExplained_data();
    void wrongFileIsExplained();
    void brokenJsonIsPointedAt_data();
    void brokenJsonIsPointedAt();
    void fileThatCannotBeRead_data();
    void fileThatCannotBeRead();
    void longChainIsFine();
    void examplesAreRead();
    void examplesWork_data();
    void examplesWork();

private:
    static Expected<QJsonObject> parse(const QByteArray &text)
    {
        return parseTaskFile(text, u"f.json"_s, u"/base"_s);
    }
};

void TestTaskFile::fileBecomesACompleteInput()
{
    const auto input = parse(R"({"name":"nightly-report","stages":[
        {"name":"extract","command":["sh","-c","x"],"timeoutMs":60000.0,
         "retry":{"maxAttempts":3,"factor":2.0}},
        {"name":"load","command":["./load.sh"],"env":{"MODE":"full"},"cwd":"work"}]})");
    QVERIFY2(input, input ? "" : qPrintable(input.error().message));
    QCOMPARE(
        *canonicalJson(*input),
        R"({"baseDir":"/base","name":"nightly-report","stages":[)"
        R"({"command":["sh","-c","x"],"cwd":".","env":{},"name":"extract","needs":[],)"
        R"("retry":{"factor":2,"initialDelayMs":500,"maxAttempts":3,"maxDelayMs":10000},"timeoutMs":60000},)"
        R"({"command":["./load.sh"],"cwd":"work","env":{"MODE":"full"},"name":"load","needs":["extract"],)"
        R"("retry":{"factor":2,"initialDelayMs":500,"maxAttempts":1,"maxDelayMs":10000},"timeoutMs":0}]})"_ba);
}

void TestTaskFile::inputIsThatOfTheDefinition()
{
    const auto input = parse(R"({"name":"n","stages":[{"name":"a","command":["true"]}]})");
    const DefinitionInfo info = kPipelineFile.info();
    QCOMPARE(info.name, "pipeline-file"_ba);
    QVERIFY(info.autoRecover);
    QCOMPARE(validateInput(*input, info.inputSchema).value(), *input); // Nothing is added there.
    const auto values = fromJsonObject<PipelineFileInput>(*input);
    QCOMPARE(values.stages.first().command, QStringList{u"true"_s});
    QCOMPARE(values.stages.first().retry, StageRetry());
    QCOMPARE(values.baseDir, u"/base"_s);
    QVERIFY(!validateInput({{u"name"_s, u"n"_s}}, info.inputSchema));
    QStringList types;
    for (const EventSchema &event : info.events)
        types << QString::fromLatin1(event.type);
    QCOMPARE(types, QStringList({u"stage_started"_s, u"stage_done"_s, u"recovered"_s}));
}

void TestTaskFile::needsAreSpelledOut()
{
    const auto input = parse(R"({"name":"n","stages":[
        {"name":"a","command":["true"]},
        {"name":"b","command":["true"]},
        {"name":"c","command":["true"],"needs":[]},
        {"name":"d","command":["true"],"needs":["b","c"]},
        {"name":"e","command":["true"]}]})");
    QVERIFY(input);
    QStringList needs;
    for (const StageSpec &stage : fromJsonObject<PipelineFileInput>(*input).stages)
        needs << stage.name + u'<' + stage.needs.join(u',');
    QCOMPARE(needs, QStringList({u"a<"_s, u"b<a"_s, u"c<"_s, u"d<b,c"_s, u"e<d"_s}));
}

void TestTaskFile::spellingDoesNotChangeTheInput()
{
    const auto brief = parse(R"({"name":"n","stages":[{"name":"a","command":["x"]}]})");
    const auto full = parse(R"({"stages":[{"needs":[],"command":["x"],"cwd":".","name":"a",
        "retry":{"maxAttempts":1.0},"timeoutMs":0}],"name":"n"})");
    QVERIFY(brief && full);
    QCOMPARE(*canonicalJson(*full), *canonicalJson(*brief));
}

void TestTaskFile::baseDirIsTheRealFolder()
{
    const QTemporaryDir folder;
    const QDir dir(folder.path());
    QVERIFY(dir.mkdir(u"real"_s));
    QVERIFY(QFile::link(dir.filePath(u"real"_s), dir.filePath(u"link"_s)));
    QFile file(dir.filePath(u"real/t.kintsugi.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"name":"n","stages":[{"name":"a","command":["true"]}]})");
    file.close();
    const QString real = QFileInfo(dir.filePath(u"real"_s)).canonicalFilePath();
    for (const QString &path : {u"real/t.kintsugi.json"_s, u"link/t.kintsugi.json"_s,
                                u"link/../real/./t.kintsugi.json"_s}) {
        const auto input = readTaskFile(dir.filePath(path));
        QVERIFY2(input, qPrintable(path));
        QCOMPARE(input->value("baseDir"_L1).toString(), real);
    }
    const QString before = QDir::currentPath();
    QVERIFY(QDir::setCurrent(real));
    const auto input = readTaskFile(u"t.kintsugi.json"_s);
    QVERIFY(QDir::setCurrent(before));
    QCOMPARE(input->value("baseDir"_L1).toString(), real);
}

void TestTaskFile::wrongFileIsExplained_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const QByteArray &stages, const QString &field,
                        const QString &message) {
        QTest::newRow(name) << QByteArray(R"({"name":"n","stages":[)" + stages + "]}") << field
                            << message;
    };
    const QString noStages =
        uR"(it has no stages; give it some, "stages":[{"name":"first","command":["true"]}])"_s;
    row("no stages", "", u"stages"_s, noStages);
    QTest::newRow("stages missing") << R"({"name":"n"})"_ba << u"stages"_s << noStages;
    QTest::newRow("no name")
        << R"({"stages":[{"name":"a","command":["x"]}]})"_ba << u"name"_s
        << uR"("name" is missing; it must be a string of 1 to 128 characters)"_s;
    QTest::newRow("unknown at the top")
        << R"({"name":"n","baseDir":"/","stages":[{"name":"a","command":["x"]}]})"_ba
        << u"baseDir"_s << uR"("baseDir" is no field of this input; its fields are name, stages)"_s;
    row("unknown in a stage", R"({"name":"a","command":["x"],"timeout":5})", u"stages.0.timeout"_s,
        uR"(stage "a": "stages.0.timeout" is no field of "stages.0"; its fields are command, cwd, )"
        "env, name, needs, retry, timeoutMs"_s);
    row("unknown in a retry", R"({"name":"a","command":["x"],"retry":{"max":5}})",
        u"stages.0.retry.max"_s,
        uR"(stage "a": "stages.0.retry.max" is no field of "stages.0.retry"; its fields are factor, )"
        "initialDelayMs, maxAttempts, maxDelayMs"_s);
    row("no command", R"({"name":"a"})", u"stages.0.command"_s,
        uR"(stage "a": "stages.0.command" is missing; it must be an array of at least 1 item)"_s);
    row("empty command", R"({"name":"a","command":[]})", u"stages.0.command"_s,
        uR"(stage "a": "stages.0.command" must be an array of at least 1 item, not [])"_s);
    row("no program", R"({"name":"a","command":["","x"]})", u"stages.0.command"_s,
        uR"(stage "a" has no program: the first text of its command is empty)"_s);
    row("a command line", R"({"name":"a","command":"make all"})", u"stages.0.command"_s,
        uR"(stage "a": "stages.0.command" must be an array of at least 1 item, not "make all"; )"
        R"(a line for the shell is ["sh","-c","…"])"_s);
    row("an argument that is a number", R"({"name":"a","command":["x",1]})",
        u"stages.0.command.1"_s, uR"(stage "a": "stages.0.command.1" must be a string, not 1)"_s);
    row("a long timeout", R"({"name":"a","command":["x"],"timeoutMs":2592000001})",
        u"stages.0.timeoutMs"_s,
        uR"(stage "a": "stages.0.timeoutMs" must be a whole number from 0 to 2592000000, not )"
        "2592000001"_s);
    row("no attempts", R"({"name":"a","command":["x"],"retry":{"maxAttempts":0}})",
        u"stages.0.retry.maxAttempts"_s,
        uR"(stage "a": "stages.0.retry.maxAttempts" must be a whole number from 1 to 1000, not 0)"_s);
    row("doubled name",
        R"({"name":"a","command":["x"]},{"name":"b","command":["x"]},{"name":"a","command":["y"]})",
        u"stages.2.name"_s,
        uR"(stage "a" comes twice, as the 1. and the 3.; give each a name of its own)"_s);
    row("a name that is a path", R"({"name":"a/b","command":["x"]})", u"stages.0.name"_s,
        uR"(stage "a/b": "stages.0.name" must be a string of 1 to 128 characters that matches )"
        R"(^[^/\x00-\x1f]*$, not "a/b")"_s);
    row("need of an unknown stage",
        R"({"name":"a","command":["x"]},{"name":"b","needs":["A"],"command":["x"]})",
        u"stages.1.needs"_s,
        uR"(stage "b" needs "A", which is no stage of this file; its stages are a, b)"_s);
    row("need of itself", R"({"name":"a","needs":["a"],"command":["x"]})", u"stages.0.needs"_s,
        uR"(stage "a" needs itself: a → a; take one of these needs out)"_s);
    row("a cycle",
        R"({"name":"z","needs":["a"],"command":["x"]},{"name":"a","needs":["b"],"command":["x"]},)"
        R"({"name":"b","needs":["c"],"command":["x"]},{"name":"c","needs":["a"],"command":["x"]})",
        u"stages.1.needs"_s,
        uR"(stage "a" needs itself: a → b → c → a; take one of these needs out)"_s);
    row("a variable without a name", R"({"name":"a","command":["x"],"env":{"A=B":"1"}})",
        u"stages.0.env"_s, uR"(stage "a" has a variable that cannot be named "A=B")"_s);
    row("a null character", R"({"name":"a","command":["x\u0000y"]})", u"stages.0.command"_s,
        uR"(stage "a" has a \u0000 in its command, env or cwd, which no program can be given)"_s);
    row("no object", R"("a")", u"stages.0"_s, uR"("stages.0" must be an object, not "a")"_s);
    row("a stage without a name", R"({"command":["x"]})", u"stages.0.name"_s,
        uR"("stages.0.name" is missing; it must be a string of 1 to 128 characters that matches )"
        R"(^[^/\x00-\x1f]*$)"_s);
}

void TestTaskFile::wrongFileIsExplained()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QString, field);
    QFETCH(const QString, message);
    const auto refused = parse(text);
    QVERIFY(!refused);
    QCOMPARE(refused.error().message, QString(u"f.json: "_s + message));
    QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
    QCOMPARE(refused.error().fields, QList({FieldError{field, message}}));
}

void TestTaskFile::brokenJsonIsPointedAt_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("begin");
    QTest::newRow("empty") << ""_ba << u"f.json:1:1: not JSON: "_s;
    QTest::newRow("a comma too much")
        << "{\n  \"name\": \"n\",\n  \"stages\": [1,]\n}\n"_ba
        << u"f.json:3:16: not JSON: object is missing after a comma, at ]"_s;
    QTest::newRow("a comma missing")
        << "{\n  \"name\": \"é\"\n  \"stages\": []\n}\n"_ba
        << u"f.json:3:3: not JSON: unterminated object, at \"stages\": []"_s;
    QTest::newRow("a line break in a text")
        << "{\"name\":\"n\",\n\"é\":\"a\nb\"}"_ba << u"f.json:2:7: not JSON: a bare control"_s;
    QTest::newRow("unfinished") << "{\"name\":"_ba << u"f.json:1:"_s;
    QTest::newRow("not an object") << "[1]"_ba << u"f.json: a task file is an object, {"_s;
    QTest::newRow("a scalar") << "7"_ba << u"f.json: a task file is an object, {"_s;
}

void TestTaskFile::brokenJsonIsPointedAt()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QString, begin);
    const auto refused = parse(text);
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.startsWith(begin), qPrintable(refused.error().message));
    QCOMPARE(refused.error().code, ErrorCode::InvalidArgument);
}

void TestTaskFile::fileThatCannotBeRead_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("message");
    QTest::newRow("missing")
        << u"/nowhere/x.json"_s << ErrorCode::InvalidArgument
        << u"cannot read the task file /nowhere/x.json: No such file or directory"_s;
    QTest::newRow("a folder") << u"/"_s << ErrorCode::InvalidArgument
                              << u"cannot read the task file /: "_s;
    QTest::newRow("endless") << u"/dev/zero"_s << ErrorCode::TooLarge
                             << u"/dev/zero: a task file has at most 1048576 bytes"_s;
}

void TestTaskFile::fileThatCannotBeRead()
{
    QFETCH(const QString, path);
    QFETCH(const QString, message);
    const auto refused = readTaskFile(path);
    QVERIFY(!refused);
    QTEST(refused.error().code, "code");
    QVERIFY2(refused.error().message.startsWith(message), qPrintable(refused.error().message));
}

void TestTaskFile::longChainIsFine()
{
    QByteArray stages;
    for (int i = 999; i >= 0; --i) {
        const QByteArray need = i == 0 ? QByteArray() : '"' + QByteArray::number(i - 1) + '"';
        stages += R"({"name":")" + QByteArray::number(i) + R"(","command":["x"],"needs":[)" + need
            + "]}" + (i == 0 ? "" : ",");
    }
    const auto input = parse(R"({"name":"n","stages":[)" + stages + "]}");
    QVERIFY2(input, input ? "" : qPrintable(input.error().message));
    QCOMPARE(input->value("stages"_L1).toArray().size(), 1000);
    QVERIFY(!parse(R"({"name":"n","stages":[{"name":"last","command":["x"]},)" + stages + "]}"));
}

void TestTaskFile::examplesAreRead()
{
    const QDir examples(QStringLiteral(KINTSUGI_SOURCE_DIR "/resources/examples"));
    const QStringList files = examples.entryList({u"*.kintsugi.json"_s}, QDir::Files);
    QVERIFY(files.size() >= 3);
    for (const QString &file : files) {
        const auto input = readTaskFile(examples.filePath(file));
        QVERIFY2(input, input ? "" : qPrintable(input.error().message));
        QCOMPARE(input->value("name"_L1).toString() + u".kintsugi.json"_s, file);
    }
}

void TestTaskFile::examplesWork_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("results");
    QTest::newRow("a line") << u"nightly-report"_s
                            << R"({"extract":{"file":"W/sales.csv","rows":50000},)"
                               R"("load":{"best":"BEST","checksum":"SUM","report":"W/report.csv"},)"
                               R"("transform":{"groups":16,"rows":50000}})"_ba;
    QTest::newRow("side by side") << u"side-by-side"_s << QByteArray();
}

/*! One stage after the other, each as often as it may: that the scripts do what they say. */
void TestTaskFile::examplesWork()
{
    QFETCH(const QString, file);
    QFETCH(const QByteArray, results);
    const QTemporaryDir cache;
    const auto input = readTaskFile(QStringLiteral(KINTSUGI_SOURCE_DIR "/resources/examples/")
                                    + file + u".kintsugi.json"_s);
    const auto pipeline = fromJsonObject<PipelineFileInput>(*input);
    QJsonObject got;
    for (const StageSpec &stage : pipeline.stages) {
        CommandSpec spec;
        spec.stage = stage.name;
        spec.command = stage.command;
        spec.folder = QDir(pipeline.baseDir).filePath(stage.cwd);
        spec.env = stage.env;
        spec.env.insert(u"XDG_CACHE_HOME"_s, cache.path());
        spec.env.insert(u"PAUSE"_s, u"0"_s);
        const QJsonObject stdinObject{{u"input"_s, *input}, {u"results"_s, got}};
        CommandOutcome outcome;
        for (int i = 0; i < stage.retry.maxAttempts && !outcome.worked(); ++i)
            outcome = runCommand(spec, toCompactJson(stdinObject), {});
        QVERIFY2(outcome.worked(), qPrintable(outcome.message));
        const auto result = parseJson(outcome.output);
        QVERIFY2(result, outcome.output.constData());
        got.insert(stage.name, *result);
    }
    if (results.isEmpty()) {
        QCOMPARE(got["flaky"_L1]["attempts"_L1], QJsonValue(3));
        QCOMPARE(got["words"_L1].toArray().size(), 5);
        QCOMPARE(got["sizes"_L1].toObject().size(), got["prepare"_L1]["files"_L1].toInt());
        QVERIFY(got["page"_L1]["bytes"_L1].toInt() > 500);
        return;
    }
    QByteArray text = toCompactJson(got).replace(
        QString(cache.path() + u"/kintsugi-examples/"_s + file).toUtf8(), "W");
    text.replace(got["load"_L1]["best"_L1].toString().toUtf8(), "BEST");
    text.replace(got["load"_L1]["checksum"_L1].toString().toUtf8(), "SUM");
    QCOMPARE(text, results);
}

QTEST_GUILESS_MAIN(TestTaskFile)
#include "tst_taskfile.moc"
