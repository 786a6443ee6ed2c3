// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/tasks/builtin.h"
#include "tests/support/enginefixture.h"

#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <csignal>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! The program itself, from outside: its flags, its exit codes, its end. */
class TestDesktop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void flagsAreReadOrRefused_data();
    void flagsAreReadOrRefused();
    void servesAndEndsOnASignal_data();
    void servesAndEndsOnASignal();
    void takesAnotherPortWhenItsOwnIsTaken();
    void foreignFileIsLeftAlone();
    void endsWhileTheStoreIsBeingOpened();

private:
    [[nodiscard]] QProcessEnvironment environment() const;
    [[nodiscard]] static quint16 freePort();
    static bool answers(quint16 port);

    QTemporaryDir m_folder;
    const QString m_program = QStringLiteral(KINTSUGI_BIN_DIR "/kintsugi");
};

QProcessEnvironment TestDesktop::environment() const
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name :
         {u"KINTSUGI_DB"_s, u"KINTSUGI_ENV"_s, u"KINTSUGI_PORT"_s, u"PGHOST"_s})
        environment.remove(name);
    environment.insert(u"QT_QPA_PLATFORM"_s, u"offscreen"_s);
    environment.insert(u"XDG_DATA_HOME"_s, m_folder.filePath(u"data"_s));
    environment.insert(u"XDG_CONFIG_HOME"_s, m_folder.filePath(u"config"_s));
    return environment;
}

quint16 TestDesktop::freePort()
{
    QTcpServer probe;
    probe.listen(QHostAddress::LocalHost);
    return probe.serverPort();
}

bool TestDesktop::answers(quint16 port)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, port);
    if (!socket.waitForConnected(200))
        return false;
    socket.write("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    return socket.waitForReadyRead(2000) && socket.readAll().startsWith("HTTP/1.1 200");
}

void TestDesktop::flagsAreReadOrRefused_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QStringList>("variables");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("said");
    const QStringList none;
    QTest::newRow("help") << QStringList{u"--help"_s} << none << 0 << u"--no-server"_s;
    QTest::newRow("version") << QStringList{u"--version"_s} << none << 0 << u"kintsugi "_s;
    QTest::newRow("unknown") << QStringList{u"--colour"_s} << none << 2 << u"colour"_s;
    QTest::newRow("a tour that is none")
        << QStringList{u"--tour"_s, u"first"_s} << none << 2 << u"tour"_s;
    QTest::newRow("a task file, not built yet")
        << QStringList{u"nightly.kintsugi.json"_s} << none << 2 << u"nightly"_s;
    QTest::newRow("no port") << QStringList{u"--port"_s, u"seven"_s} << none << 2 << u"seven"_s;
    QTest::newRow("port without a server")
        << QStringList{u"--no-server"_s, u"--port"_s, u"1"_s} << none << 2 << u"--no-server"_s;
    QTest::newRow("no plugin") << QStringList{u"--plugin"_s, u"nowhere.so"_s} << none << 2
                               << u"the plugin nowhere.so is not there"_s;
    QTest::newRow("stale at once")
        << QStringList{u"--stale-ms"_s, u"0"_s} << none << 2 << u"--stale-ms"_s;
    QTest::newRow("a slot too few")
        << QStringList{u"--max-running"_s, u"0"_s} << none << 2
        << u"--max-running takes a whole number from 1 to 1000000, not \"0\""_s;
    QTest::newRow("parked before it sleeps")
        << QStringList{u"--park-after-ms"_s, u"-1"_s} << none << 2 << u"--park-after-ms"_s;
    QTest::newRow("no rate") << QStringList{u"--rate-user"_s, u"x"_s} << none << 2
                             << u"--rate-user"_s;
    QTest::newRow("an address without a token")
        << QStringList{u"--bind"_s, u"0.0.0.0"_s} << none << 2 << u"--token"_s;
    QTest::newRow("a token without a server")
        << QStringList{u"--no-server"_s, u"--token"_s, u"x"_s} << none << 2
        << u"--no-server and --token exclude each other"_s;
    QTest::newRow("server's flags in the help")
        << QStringList{u"--help"_s} << none << 0 << u"--trust-user-header NAME"_s;
    QTest::newRow("limits in the help")
        << QStringList{u"--help"_s} << none << 0 << u"--max-running-user N"_s;
    QTest::newRow("memory is no store")
        << QStringList{u"--db"_s, u":memory:"_s} << none << 4 << u":memory:"_s;
    QTest::newRow("PostgreSQL is not there yet")
        << none << QStringList{u"PGHOST=db.example"_s} << 4 << u"PostgreSQL"_s;
}

void TestDesktop::flagsAreReadOrRefused()
{
    QFETCH(QStringList, arguments);
    QFETCH(QStringList, variables);
    QFETCH(QString, said);
    QProcess program;
    QProcessEnvironment env = environment();
    // No screen: what is refused, or only printed, needs none.
    env.insert(u"QT_QPA_PLATFORM"_s, u"none"_s);
    for (const QString &variable : variables)
        env.insert(variable.section(u'=', 0, 0), variable.section(u'=', 1));
    program.setProcessEnvironment(env);
    program.setProcessChannelMode(QProcess::MergedChannels);
    program.start(m_program, arguments);
    QVERIFY(program.waitForFinished(kPatienceMs));
    const QString output = QString::fromUtf8(program.readAll());
    QCOMPARE(program.exitStatus(), QProcess::NormalExit);
    QTEST(program.exitCode(), "code");
    QVERIFY2(output.contains(said), qPrintable(output));
}

void TestDesktop::servesAndEndsOnASignal_data()
{
    QTest::addColumn<int>("signal");
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGINT") << SIGINT;
}

void TestDesktop::servesAndEndsOnASignal()
{
    QFETCH(int, signal);
    const quint16 port = freePort();
    QProcess program;
    program.setProcessEnvironment(environment());
    program.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    program.start(m_program, {u"--port"_s, QString::number(port)});
    QTRY_VERIFY_WITH_TIMEOUT(answers(port), kPatienceMs);
    QVERIFY(QFile::exists(m_folder.filePath(u"data/kintsugi/tasks.db"_s)));
    ::kill(pid_t(program.processId()), signal);
    QVERIFY(program.waitForFinished(kPatienceMs));
    QCOMPARE(program.exitStatus(), QProcess::NormalExit);
    QCOMPARE(program.exitCode(), 0);
    QVERIFY(QFile::exists(m_folder.filePath(u"config/kintsugi/window.conf"_s)));
}

void TestDesktop::takesAnotherPortWhenItsOwnIsTaken()
{
    QTcpServer taken;
    QVERIFY(taken.listen(QHostAddress::LocalHost));
    QProcess program;
    program.setProcessEnvironment(environment());
    program.start(m_program,
                  {u"--port"_s, QString::number(taken.serverPort()), u"--db"_s,
                   m_folder.filePath(u"other.db"_s)});
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(m_folder.filePath(u"other.db"_s)), kPatienceMs);
    QVERIFY(!program.waitForFinished(500)); // It goes on.
    program.terminate();
    QVERIFY(program.waitForFinished(kPatienceMs));
    QCOMPARE(program.exitCode(), 0);
}

void TestDesktop::foreignFileIsLeftAlone()
{
    const QString path = m_folder.filePath(u"diary.txt"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("Dear diary, this is no store of anybody's.\n");
    file.close();
    QProcess program;
    program.setProcessEnvironment(environment());
    program.start(m_program, {u"--no-server"_s, u"--db"_s, path});
    QVERIFY(!program.waitForFinished(1000)); // The window says so and offers another try.
    program.terminate();
    QVERIFY(program.waitForFinished(kPatienceMs));
    QCOMPARE(program.exitCode(), 0);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), "Dear diary, this is no store of anybody's.\n"_ba);
}

void TestDesktop::endsWhileTheStoreIsBeingOpened()
{
    for (int i = 0; i < 5; ++i) {
        QProcess program;
        program.setProcessEnvironment(environment());
        program.start(m_program,
                      {u"--no-server"_s, u"--db"_s, m_folder.filePath(u"store%1.db"_s.arg(i))});
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(m_folder.filePath(u"store%1.db"_s.arg(i))),
                                 kPatienceMs);
        program.terminate();
        QVERIFY(program.waitForFinished(kPatienceMs));
        QCOMPARE(program.exitStatus(), QProcess::NormalExit);
        QCOMPARE(program.exitCode(), 0);
    }
}

QTEST_GUILESS_MAIN(TestDesktop)
#include "tst_desktop.moc"
