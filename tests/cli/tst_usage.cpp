// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/cli/cliprogram.h"

#include <sqlite3.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! Exit codes and output of the commands that need no other process: contract, section 6. */
class TestUsage final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void exitCodes_data();
    void exitCodes();
    void badNumbersNameFlagAndRange_data();
    void badNumbersNameFlagAndRange();
    void faultsAreForTestModeAlone();
    void faultStrikesARun();
    void helpOfEveryCommand_data();
    void helpOfEveryCommand();
    void storesThatAreRefused_data();
    void storesThatAreRefused();
    void environmentChooses();
    void keyOfAnyName();
    void jsonIsAllThereIs();
    void noColourWithoutATerminal();
    void runsEndAsTheTaskDid();

private:
    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }
    QTemporaryDir m_folder;
};

void TestUsage::exitCodes_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<int>("expected");
    const auto row = [](const char *words, int expected) {
        QTest::newRow(words) << QString::fromLatin1(words) << expected;
    };
    row("", 2);
    row("bogus", 2);
    row("--bogus", 2);
    row("--help", 0);
    row("--version", 0);
    row("run", 2);
    row("run count-to-n extra --db DB", 2);
    row("run count-to-n --bogus --db DB", 2);
    row("run count-to-n --db", 2);
    row("run count-to-n --delay-ms 5 --db DB", 2);
    row("run nobody --db DB", 2);
    row("run count-to-n --input [] --db DB", 2);
    row("run count-to-n --input { --db DB", 2);
    row("run count-to-n --input {\"n\":0} --db DB", 2);
    row("run count-to-n --input {\"m\":1} --db DB", 2);
    row("run count-to-n --input {\"n\":1,\"sleepMs\":0} --db DB", 0);
    row("list --db DB", 0);
    row("list --state stale --db DB", 2);
    row("list --limit 0 --db DB", 2);
    row("list --limit x --db DB", 2);
    row("list extra --db DB", 2);
    row("list --json=1 --db DB", 2);
    row("list --url http://127.0.0.1:1", 4);
    row("list --url ftp://127.0.0.1", 2);
    row("list --url nowhere", 2);
    row("list --url http://127.0.0.1:1 --db DB", 2);
    row("show --db DB", 2);
    row("show nobody --db DB", 3);
    row("tail nobody --db DB", 3);
    row("stop nobody --db DB", 3);
    row("nudge nobody --db DB", 3);
    row("show nobody --url http://127.0.0.1:1", 4);
    row("tail nobody --url http://127.0.0.1:1", 4);
    row("run count-to-n --url http://127.0.0.1:1", 4);
    row("run count-to-n --plugin nowhere.so --db DB", 2);
    row("run count-to-n --plugin nowhere.so --url http://127.0.0.1:1", 2);
    row("list --plugin nowhere.so --db DB", 2);
    row("serve --plugin nowhere.so --db DB", 2);
    row("run count-to-n --park-after-ms -1 --db DB", 2);
    row("run count-to-n --stale-ms x --db DB", 2);
    row("run count-to-n --rate 1 --db DB", 2); // Limits are for those who serve.
    row("run count-to-n --park-after-ms 5 --url http://127.0.0.1:1", 2);
    row("run count-to-n --auto-recover --url http://127.0.0.1:1", 2);
    row("list --park-after-ms 5 --db DB", 2);
    for (const char *name : {"nudge", "resume", "retry"})
        QTest::addRow("%s takes what drives", name) << QString::fromLatin1(name)
                + u" nobody --park-after-ms 5 --stale-ms 300 --auto-recover --db DB"_s
                                                    << 3;
    row("fork nobody --from-step a --park-after-ms 5 --auto-recover --db DB", 3);
    row("fork nobody --db DB", 2);
    row("suspend nobody --reason why --db DB", 3);
    row("delete nobody --db DB", 3);
    row("signal --db DB", 2);
    row("signal nobody --db DB", 2);
    row("signal nobody word --db DB", 3);
    row("signal nobody word {\"a\":1} --db DB", 3);
    row("signal nobody word 7 more --db DB", 2);
    row("signal nobody word { --db DB", 2);
    row("signal nobody word --url http://127.0.0.1:1", 4);
    row("key", 2);
    row("key count-to-n", 0);
    row("key count-to-n --input 7", 2);
    row("sse", 2);
    row("sse nowhere", 2);
    row("sse http://127.0.0.1:1/", 4);
    row("sse http://127.0.0.1:1/ --max 0", 2);
    row("doctor extra --db DB", 2);
    row("doctor --stale-ms 0 --db DB", 2);
    row("doctor --url http://127.0.0.1:1", 2);
    row("serve --port 65536 --db DB", 2);
    row("serve --port -1 --db DB", 2);
    row("serve --port x --db DB", 2);
    row("serve --stale-ms 0 --db DB", 2);
    row("serve --recovery-interval-ms x --db DB", 2);
    row("serve --bind 0.0.0.0 --db DB", 2);
    row("serve --allow-host a/b --db DB", 2);
    row("serve extra --db DB", 2);
    row("serve --url http://127.0.0.1:1", 2);
}

void TestUsage::exitCodes()
{
    QFETCH(QString, words);
    QFETCH(int, expected);
    QStringList arguments = words.split(u' ', Qt::SkipEmptyParts);
    arguments.replaceInStrings(u"DB"_s, path(u"tasks.db"_s));
    CliProgram program(arguments);
    QCOMPARE(program.code(), expected);
    if (expected == 0) {
        QVERIFY2(program.err().isEmpty(), program.err().constData());
    } else {
        QVERIFY(program.out().isEmpty());
        QVERIFY(program.err().startsWith("kintsugi-cli: "));
        QVERIFY(program.err().endsWith('\n'));
    }
}

void TestUsage::badNumbersNameFlagAndRange_data()
{
    QTest::addColumn<QString>("flag");
    QTest::addColumn<QString>("number");
    QTest::addColumn<QByteArray>("range");
    const auto row = [](const char *flag, const char *number, const char *range) {
        QTest::addRow("%s %s", flag, number)
            << QString::fromLatin1(flag) << QString::fromLatin1(number) << QByteArray(range);
    };
    row("--stale-ms", "99", "from 100 to 3600000");
    row("--recovery-interval-ms", "9", "from 10 to 3600000");
    row("--park-after-ms", "-1", "from 0 to 31536000000");
    row("--park-after-ms", "31536000001", "from 0 to 31536000000");
    row("--park-after-ms", "1.5", "from 0 to 31536000000");
    row("--rate", "-1", "from 0 to 1000000");
    row("--rate", "1e3", "from 0 to 1000000");
    row("--rate-user", "1000001", "from 0 to 1000000");
    row("--max-queued", "x", "from 0 to 1000000");
    row("--max-running", "0", "from 1 to 1000000");
    row("--max-running-user", "99999999999999999999", "from 0 to 1000000");
}

void TestUsage::badNumbersNameFlagAndRange()
{
    QFETCH(QString, flag);
    QFETCH(QString, number);
    QFETCH(QByteArray, range);
    CliProgram program({u"serve"_s, flag, number, u"--db"_s, path(u"tasks.db"_s)});
    QCOMPARE(program.code(), 2);
    QVERIFY2(program.err().contains(QByteArray(flag.toLatin1() + " takes a whole number " + range
                                               + ", not \"" + number.toLatin1() + '"')),
             program.err().constData());
}

void TestUsage::faultsAreForTestModeAlone()
{
    const auto code = [this](const QStringList &words, const QMap<QString, QString> &environment) {
        CliProgram program(words + QStringList{u"--db"_s, path(u"faults.db"_s)}, environment);
        const int ended = program.code();
        return ended == 2 && !program.err().contains("KINTSUGI_FAULT") ? -2 : ended;
    };
    const QStringList run{u"run"_s, u"count-to-n"_s, u"--input"_s, u"{\"n\":1,\"sleepMs\":0}"_s};
    const QStringList serve{u"serve"_s, u"--port"_s, u"0"_s, u"--test-mode"_s};
    const std::pair fault(u"KINTSUGI_FAULT"_s, u"nowhere:1:kill"_s);
    const std::pair test(u"KINTSUGI_TEST_MODE"_s, u"1"_s);
    const std::pair production(u"KINTSUGI_ENV"_s, u"production"_s);
    QCOMPARE(code(run, {fault}), 0);
    QCOMPARE(code(run, {fault, test}), 2);
    QCOMPARE(code(run, {fault, test, production}), 0);
    QCOMPARE(code(serve, {fault}), 2);
    QCOMPARE(code({u"list"_s}, {fault, test}), 0);
}

void TestUsage::faultStrikesARun()
{
    const QStringList words{
        u"run"_s,     u"pipeline-with-steps"_s,        u"--db"_s,  path(u"fault.db"_s),
        u"--input"_s, u"{\"rows\":3,\"stageMs\":0}"_s, u"--json"_s};
    CliProgram struck(
        words, {{u"KINTSUGI_TEST_MODE"_s, u"1"_s}, {u"KINTSUGI_FAULT"_s, u"step_before:2:kill"_s}});
    QCOMPARE(struck.code(), -1);
    // What it printed before it was struck is not for certain; what it committed is.
    CliProgram list({u"list"_s, u"--db"_s, path(u"fault.db"_s), u"--json"_s});
    QCOMPARE(list.code(), 0);
    QCOMPARE(list.lines().size(), 1);
    const QString id = list.lines().first().value("id"_L1).toString();
    CliProgram stale({u"show"_s, id, u"--db"_s, path(u"fault.db"_s)});
    QCOMPARE(stale.code(), 0);
    QVERIFY2(stale.out().contains("kintsugi-cli nudge"), stale.out().constData());
    CliProgram again(words);
    QCOMPARE(again.code(), 0);
    CliProgram show({u"show"_s, id, u"--db"_s, path(u"fault.db"_s)});
    QCOMPARE(show.code(), 0);
    static const QRegularExpression extract(
        u"  extract +ran in attempt 1, \\d+ ms, once from cache\n"_s);
    static const QRegularExpression load(u"  load +ran in attempt 2, \\d+ ms\n"_s);
    QVERIFY2(extract.match(QString::fromUtf8(show.out())).hasMatch(), show.out().constData());
    QVERIFY2(load.match(QString::fromUtf8(show.out())).hasMatch(), show.out().constData());
}

void TestUsage::helpOfEveryCommand_data()
{
    QTest::addColumn<QString>("command");
    for (const char *name :
         {"serve", "run", "list", "show", "tail", "stop", "nudge", "suspend", "resume", "retry",
          "signal", "fork", "crash", "delete", "key", "sse", "run-file", "bench", "doctor"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestUsage::helpOfEveryCommand()
{
    QFETCH(QString, command);
    CliProgram program({command, u"--help"_s});
    QCOMPARE(program.code(), 0);
    QVERIFY(program.out().startsWith(QByteArray("kintsugi-cli " + command.toLatin1())));
    QVERIFY(program.out().contains("--json"));
    QVERIFY(program.err().isEmpty());
    CliProgram all({u"--help"_s});
    QCOMPARE(all.code(), 0);
    QVERIFY(all.out().contains(QByteArray("  " + command.toLatin1() + ' ')));
}

void TestUsage::storesThatAreRefused_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<int>("version");
    QTest::newRow("a text") << "hello\n"_ba << 0;
    QTest::newRow("a long text") << QByteArray(100'000, 'x') << 0;
    QTest::newRow("another database") << QByteArray() << 1;
    QTest::newRow("a newer store") << QByteArray() << 99;
}

void TestUsage::storesThatAreRefused()
{
    QFETCH(QByteArray, content);
    QFETCH(int, version);
    const QString name = path(u"refused.db"_s);
    for (const QString &left : QDir(m_folder.path()).entryList({u"refused.db*"_s}))
        QVERIFY(QFile::remove(path(left)));
    if (version == 99) {
        CliProgram maker({u"list"_s, u"--db"_s, name});
        QCOMPARE(maker.code(), 0);
    }
    if (version > 0) {
        sqlite3 *database = nullptr;
        QCOMPARE(sqlite3_open(QFile::encodeName(name).constData(), &database), SQLITE_OK);
        const char *sql = version == 99 ? "PRAGMA journal_mode=DELETE; PRAGMA user_version=99"
                                        : "CREATE TABLE mine(a); INSERT INTO mine VALUES(7)";
        QCOMPARE(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
        QCOMPARE(sqlite3_close(database), SQLITE_OK);
    } else {
        QFile file(name);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    }
    const auto bytes = [&name] {
        QFile file(name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    const QByteArray before = bytes();
    QVERIFY(!before.isEmpty());
    for (const QStringList &words : {QStringList{u"list"_s}, QStringList{u"run"_s, u"count-to-n"_s},
                                     QStringList{u"serve"_s, u"--port"_s, u"0"_s}}) {
        CliProgram program(words + QStringList{u"--db"_s, name, u"--json"_s});
        QCOMPARE(program.code(), 4);
        QVERIFY(program.out().isEmpty());
        QVERIFY(program.err().contains("left as it is"));
        QCOMPARE(bytes(), before);
    }
}

void TestUsage::environmentChooses()
{
    const auto code = [](const QStringList &words, const QMap<QString, QString> &environment) {
        return CliProgram(words, environment).code();
    };
    const QString file = path(u"chosen.db"_s);
    const QMap<QString, QString> postgres{{u"PGHOST"_s, u"127.0.0.1"_s}};
    QCOMPARE(code({u"list"_s}, postgres), 4);
    QCOMPARE(code({u"serve"_s, u"--port"_s, u"0"_s}, postgres), 4);
    QCOMPARE(code({u"list"_s, u"--db"_s, u"postgresql://127.0.0.1/x"_s}, {}), 4);
    QCOMPARE(code({u"list"_s, u"--db"_s, file}, postgres), 0);
    QCOMPARE(code({u"list"_s}, {{u"PGHOST"_s, u"127.0.0.1"_s}, {u"KINTSUGI_DB"_s, file}}), 0);
    QCOMPARE(code({u"list"_s}, {{u"KINTSUGI_DB"_s, u":memory:"_s}}), 4);
    QCOMPARE(code({u"list"_s, u"--db"_s, u":memory:"_s}, {}), 4);
    QVERIFY(QFile::exists(file));
    QVERIFY(!QFile::exists(u":memory:"_s));
    QCOMPARE(code({u"list"_s}, {{u"XDG_DATA_HOME"_s, path(u"data"_s)}}), 0);
    QVERIFY(QFile::exists(path(u"data/kintsugi/tasks.db"_s)));
    QCOMPARE(code({u"serve"_s, u"--db"_s, file}, {{u"KINTSUGI_PORT"_s, u"x"_s}}), 2);
}

void TestUsage::keyOfAnyName()
{
    CliProgram known({u"key"_s, u"count-to-n"_s, u"--input"_s, u"{\"n\":7.0}"_s, u"--json"_s});
    QCOMPARE(known.code(), 0);
    QCOMPARE(known.lines().size(), 1);
    const QByteArray canonical =
        R"({"input":{"n":7,"sleepMs":500},"name":"count-to-n","userId":"local"})";
    QCOMPARE(known.last().value("canonical"_L1).toString().toUtf8(), canonical);
    const QByteArray digest =
        QCryptographicHash::hash(canonical, QCryptographicHash::Sha256).toHex();
    QCOMPARE(known.last().value("key"_L1).toString().toUtf8(), digest);

    CliProgram unknown({u"key"_s, u"any thing"_s, u"--input"_s,
                        u"{\"b\":[1e2,\"\\u00e4\"],\"a\":null}"_s, u"--user"_s, u"ann"_s});
    QCOMPARE(unknown.code(), 0);
    const QByteArray plain =
        R"({"input":{"a":null,"b":[100,"ä"]},"name":"any thing","userId":"ann"})";
    QCOMPARE(unknown.out(),
             plain + '\n' + QCryptographicHash::hash(plain, QCryptographicHash::Sha256).toHex()
                 + '\n');
}

void TestUsage::jsonIsAllThereIs()
{
    const QStringList db{u"--db"_s, path(u"json.db"_s), u"--json"_s};
    CliProgram run(
        QStringList{u"run"_s, u"count-to-n"_s, u"--input"_s, u"{\"n\":2,\"sleepMs\":0}"_s} + db);
    QCOMPARE(run.code(), 0);
    QStringList types;
    for (const QJsonObject &event : run.lines())
        types << event.value("type"_L1).toString();
    QCOMPARE(types.join(u' '), u"created attempt_started tick tick completed"_s);
    const QString id = run.last().value("taskId"_L1).toString();

    CliProgram list(QStringList{u"list"_s} + db);
    QCOMPARE(list.code(), 0);
    QCOMPARE(list.lines().size(), 1);
    QCOMPARE(list.last().value("id"_L1).toString(), id);
    CliProgram show(QStringList{u"show"_s, id} + db);
    QCOMPARE(show.code(), 0);
    QCOMPARE(show.last(), list.last());
    CliProgram tail(QStringList{u"tail"_s, id} + db);
    QCOMPARE(tail.code(), 0);
    QCOMPARE(tail.out(), run.out());
    CliProgram again(
        QStringList{u"run"_s, u"count-to-n"_s, u"--input"_s, u"{\"sleepMs\":0,\"n\":2.0}"_s} + db);
    QCOMPARE(again.code(), 0);
    QCOMPARE(again.out(), run.out()); // The stored events; nothing ran.
    CliProgram fresh(QStringList{u"run"_s, u"count-to-n"_s, u"--fresh"_s, u"--input"_s,
                                 u"{\"sleepMs\":0,\"n\":2}"_s}
                     + db);
    QCOMPARE(fresh.code(), 0);
    QVERIFY(fresh.last().value("taskId"_L1).toString() != id);
    CliProgram nudge(QStringList{u"nudge"_s, id} + db);
    QCOMPARE(nudge.code(), 0);
    QCOMPARE(nudge.last().keys(), (QStringList{u"outcome"_s, u"task"_s}));
    QCOMPARE(nudge.last().value("outcome"_L1), QJsonValue(u"finished"_s));
    CliProgram stop(QStringList{u"stop"_s, id, u"--reason"_s, u"late"_s} + db);
    QCOMPARE(stop.code(), 2); // 409
    QVERIFY(stop.out().isEmpty());
    for (const CliProgram *program : {&run, &list, &show, &tail, &again, &fresh, &nudge})
        QVERIFY2(program->err().isEmpty(), program->err().constData());
}

void TestUsage::noColourWithoutATerminal()
{
    const QStringList words{u"run"_s,     u"pipeline-with-steps"_s,
                            u"--db"_s,    path(u"colour.db"_s),
                            u"--input"_s, u"{\"rows\":3,\"stageMs\":0}"_s};
    CliProgram run(words);
    QCOMPARE(run.code(), 0);
    QVERIFY(run.out().contains("completed"));
    QVERIFY(!run.out().contains('\x1b'));
    CliProgram list({u"list"_s, u"--db"_s, path(u"colour.db"_s)},
                    {{u"NO_COLOR"_s, u"1"_s}, {u"TERM"_s, u"xterm"_s}});
    QCOMPARE(list.code(), 0);
    QVERIFY(!list.out().contains('\x1b'));
}

void TestUsage::runsEndAsTheTaskDid()
{
    const QStringList db{u"--db"_s, path(u"ends.db"_s), u"--json"_s};
    CliProgram run(QStringList{u"run"_s, u"count-to-n"_s, u"--park-after-ms"_s, u"86400000"_s,
                               u"--input"_s, u"{\"sleepMs\":3600000}"_s}
                   + db);
    QVERIFY(run.prints("attempt_started"));
    const QString id = run.lines().first().value("taskId"_L1).toString();
    CliProgram tail(QStringList{u"tail"_s, id} + db);
    QVERIFY(tail.prints("attempt_started"));
    CliProgram stop(QStringList{u"stop"_s, id, u"--reason"_s, u"enough"_s} + db);
    QCOMPARE(stop.code(), 0);
    QCOMPARE(stop.last().value("outcome"_L1), QJsonValue(u"stopping"_s));
    QCOMPARE(run.code(), 5);
    QCOMPARE(tail.code(), 5);
    QCOMPARE(run.last().value("type"_L1), QJsonValue(u"cancelled"_s));
    QCOMPARE(run.last().value("payload"_L1)["reason"_L1], QJsonValue(u"enough"_s));
    QCOMPARE(tail.out(), run.out());
}

QTEST_GUILESS_MAIN(TestUsage)
#include "tst_usage.moc"
