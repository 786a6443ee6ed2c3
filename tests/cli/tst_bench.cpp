// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/store/connection.h"
#include "tests/cli/cliprogram.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

namespace {

constexpr auto kRows = R"(
    SELECT 'task', 0, state, attempt, last_seq, result FROM tasks WHERE num = ?1
    UNION ALL SELECT 'step', ordinal, key, name, attempt, result FROM steps WHERE task = ?1
    UNION ALL SELECT 'event', seq, type, attempt, NULL,
        CASE type WHEN 'created' THEN NULL ELSE payload END FROM events WHERE task = ?1
    ORDER BY 1, 2)";

/*! What one workflow has left, a line a row. */
QStringList rowsOf(const QString &store, qint64 number)
{
    auto db = Connection::open(store, Connection::Mode::ReadOnly);
    if (!db)
        return {db.error().message};
    QStringList rows;
    Query query(*db, kRows, number);
    while (query.next()) {
        QStringList row;
        for (int column = 0; column < 6; ++column)
            row << query.text(column);
        rows << row.join(u'|');
    }
    return db->hasFailed() ? QStringList{db->takeError()->message} : rows;
}

qint64 count(const QString &store, const char *sql)
{
    auto db = Connection::open(store, Connection::Mode::ReadOnly);
    if (!db)
        return -1;
    Query query(*db, sql);
    return query.next() ? query.integer(0) : -1;
}

} // namespace

/*! The bench tells what is in the store that it leaves, and the reference beside it leaves the
 * same. */
class TestBench : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void workflows_data();
    void workflows();
    void recovery();
    void sse();
    void readersCountFrames();
    void isRefused_data();
    void isRefused();

private:
    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
};

void TestBench::workflows_data()
{
    QTest::addColumn<int>("inFlight");
    QTest::addColumn<int>("steps");
    QTest::newRow("seq") << 1 << 4;
    QTest::newRow("par") << 8 << 4;
    QTest::newRow("submit") << 8 << 0;
}

void TestBench::workflows()
{
    QFETCH(int, inFlight);
    QFETCH(int, steps);
    const QString scenario = QString::fromLatin1(QTest::currentDataTag());
    const QString store = path(scenario);
    CliProgram bench({u"bench"_s, u"--scenario"_s, scenario, u"--seconds"_s, u"1"_s,
                      u"--concurrency"_s, u"8"_s, u"--steps"_s, u"4"_s, u"--db"_s, store,
                      u"--json"_s});
    QCOMPARE(bench.code(), 0);
    QCOMPARE(bench.lines().size(), 1);
    const QJsonObject told = bench.last();
    QCOMPARE(told.value("peer"_L1).toString(), u"kintsugi-sqlite"_s);
    QCOMPARE(told.value("scenario"_L1).toString(), scenario);
    QCOMPARE(told.value("concurrency"_L1).toInt(), inFlight);
    const qint64 workflows = told.value("workflows"_L1).toInteger();
    QVERIFY(workflows > 0);
    QCOMPARE(told.value("steps"_L1).toInteger(), workflows * steps);
    QCOMPARE(count(store, "SELECT count(*) FROM tasks WHERE state = 'completed'"), workflows);
    QCOMPARE(count(store, "SELECT count(*) FROM tasks"), workflows);
    QCOMPARE(count(store, "SELECT count(*) FROM steps"), workflows * steps);
    const qint64 writes = workflows * (steps + 2);
    QVERIFY(told.value("commits"_L1).toInteger() >= writes / inFlight);
    QVERIFY(told.value("seconds"_L1).toDouble() > 0);
    QVERIFY(told.value("p50_ms"_L1).toDouble() > 0);
    QVERIFY(told.value("p99_ms"_L1).toDouble() >= told.value("p50_ms"_L1).toDouble());
    QVERIFY(told.value("tasks"_L1).isNull() && told.value("clients"_L1).isNull());

    const QString beside = path(scenario + u"-raw"_s);
    QProcess raw;
    raw.start(QStringLiteral(KINTSUGI_BIN_DIR "/../tests/bench_raw"),
              {scenario, u"8"_s, u"4"_s, beside, u"workflows"_s, u"20"_s});
    QVERIFY(raw.waitForFinished(kCliPatienceMs));
    QCOMPARE(raw.exitCode(), 0);
    const auto figures = parseJson(raw.readAllStandardOutput());
    QVERIFY(figures);
    QCOMPARE(figures->toObject().value("workflows"_L1).toInt(), 20);
    QCOMPARE(count(beside, "SELECT count(*) FROM tasks"), 20);
    QCOMPARE(rowsOf(store, 1).size(), 1 + steps + 3);
    QCOMPARE(rowsOf(beside, 1), rowsOf(store, 1));
}

void TestBench::recovery()
{
    const QString store = path(u"recovery"_s);
    CliProgram bench({u"bench"_s, u"--scenario"_s, u"recovery"_s, u"--tasks"_s, u"20"_s,
                      u"--finished"_s, u"50"_s, u"--db"_s, store, u"--json"_s});
    QCOMPARE(bench.code(), 0);
    const QJsonObject told = bench.last();
    QCOMPARE(told.value("tasks"_L1).toInt(), 20);
    QVERIFY(told.value("first_ms"_L1).toDouble() > 0);
    QVERIFY(told.value("all_ms"_L1).toDouble() >= told.value("first_ms"_L1).toDouble());
    QVERIFY(told.value("steps_per_s"_L1).isNull());
    QCOMPARE(count(store, "SELECT count(*) FROM tasks WHERE attempt = 2"), 20);
    QCOMPARE(count(store, "SELECT count(*) FROM tasks WHERE state = 'completed' AND attempt = 1"),
             50);
}

void TestBench::sse()
{
    const QString store = path(u"sse"_s);
    CliProgram bench({u"bench"_s, u"--scenario"_s, u"sse"_s, u"--clients"_s, u"7"_s, u"--events"_s,
                      u"300"_s, u"--db"_s, store, u"--json"_s});
    QCOMPARE(bench.code(), 0);
    const QJsonObject told = bench.last();
    QCOMPARE(told.value("clients"_L1).toInt(), 7);
    QCOMPARE(told.value("events"_L1).toInt(), 300);
    QVERIFY(told.value("deliveries_per_s"_L1).toDouble() > 0);
    QVERIFY(told.value("commits"_L1).toInteger() >= 300); // Each tick waits for the one before.
    QVERIFY(told.value("p50_ms"_L1).isNull() && told.value("first_ms"_L1).isNull());
    QCOMPARE(count(store, "SELECT count(*) FROM events WHERE type = 'tick'"), 300);
}

void TestBench::readersCountFrames()
{
    // In pieces of every size, so that each mark is cut at each of its bytes.
    const QByteArray frames = "retry: 1000\n\n"
        + QByteArray("id: 1\nevent: tick\ndata: {}\n\n").repeated(9)
        + ": data: is no mark\n\ndata:last\n\n";
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    for (const qsizetype piece : {1, 2, 3, 5, 7, 11, 64, 1000}) {
        CliProgram readers({u"bench"_s, u"--part"_s, u"readers"_s, u"--clients"_s, u"1"_s,
                            u"--url"_s, u"http://127.0.0.1:%1/x?y=z"_s.arg(server.serverPort())});
        QTRY_VERIFY(server.hasPendingConnections());
        const std::unique_ptr<QTcpSocket> socket(server.nextPendingConnection());
        QTRY_VERIFY(socket->peek(1000).contains("\r\n\r\n"));
        QVERIFY(socket->readAll().startsWith("GET /x?y=z HTTP/1.1\r\n"));
        socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        const QByteArray answer =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + frames;
        for (qsizetype at = 0; at < answer.size(); at += piece) {
            socket->write(answer.mid(at, piece));
            socket->flush();
        }
        socket->disconnectFromHost();
        QCOMPARE(readers.code(), 0);
        QCOMPARE(readers.lines().size(), 2);
        QCOMPARE(readers.last().value("frames"_L1).toInt(), 10);
    }
}

void TestBench::isRefused_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QByteArray>("said");
    QTest::newRow("scenario") << QStringList{u"--scenario"_s, u"none"_s} << "\"none\""_ba;
    QTest::newRow("seconds") << QStringList{u"--seconds"_s, u"0"_s} << "--seconds"_ba;
    QTest::newRow("store that is there")
        << QStringList{u"--db"_s, path(u"taken.db"_s)} << "exists already"_ba;
    QFile taken(path(u"taken.db"_s));
    QVERIFY(taken.open(QIODevice::WriteOnly) && taken.write("somebody's") > 0);
}

void TestBench::isRefused()
{
    QFETCH(QStringList, words);
    QFETCH(QByteArray, said);
    CliProgram bench(QStringList{u"bench"_s} + words);
    QCOMPARE(bench.code(), 2);
    QVERIFY2(bench.err().contains(said), bench.err().constData());
}

QTEST_GUILESS_MAIN(TestBench)
#include "tst_bench.moc"
