// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// A shell pipeline of three stages, whose process is killed with SIGKILL again and again at moments
// that nobody chose. Each stage notes the attempt that runs it. What is held against the store: no
// stage ran in an attempt after the one that made its memo, that one ran it once, and the ledger of
// starts tells of every line in the file. A start without a line is one that was cut off before the
// command's first word; there is no way for it to be more than one a kill.

#include "engine/store/connection.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

namespace {

constexpr int kPatienceMs = 60'000;
const QStringList kStages{u"first"_s, u"middle"_s, u"last"_s};

/*! What the store says of one stage. */
struct Ledger
{
    int starts = 0;
    int memoAttempt = 0;
};

} // namespace

class TestFileKill : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void finishedStagesRanOnce();

private:
    [[nodiscard]] QString writeFile(const QString &run) const;
    [[nodiscard]] Ledger ledgerOf(const QString &run, const QString &stage) const;
    [[nodiscard]] QList<int> linesOf(const QString &run, const QString &stage) const;
    void judge(const QString &run);

    QTemporaryDir m_folder;
    int m_starts = 0;
    int m_lines = 0;
};

QString TestFileKill::writeFile(const QString &run) const
{
    QJsonArray stages;
    for (const QString &stage : kStages) {
        const QString script =
            u"echo \"$KINTSUGI_ATTEMPT\" >> '%1'; cat > /dev/null; sleep 0.05; echo 1"_s.arg(
                m_folder.filePath(run + u'.' + stage));
        stages.append(
            QJsonObject{{u"name"_s, stage}, {u"command"_s, QJsonArray{u"sh"_s, u"-c"_s, script}}});
    }
    const QString path = m_folder.filePath(run + u".kintsugi.json"_s);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        qFatal("cannot write %s", qPrintable(path));
    file.write(QJsonDocument(QJsonObject{{u"name"_s, run}, {u"stages"_s, stages}}).toJson());
    return path;
}

Ledger TestFileKill::ledgerOf(const QString &run, const QString &stage) const
{
    auto db = Connection::open(m_folder.filePath(u"tasks.db"_s), Connection::Mode::ReadOnly);
    if (!db)
        qFatal("cannot read the store: %s", qPrintable(db.error().message));
    Query query(*db,
                "SELECT r.starts, s.attempt FROM tasks t JOIN steps s ON s.task = t.num "
                "JOIN step_runs r ON r.task = t.num AND r.key = s.key "
                "WHERE t.input ->> 'name' = ? AND s.name = ? AND s.result IS NOT NULL",
                run, stage);
    return query.next() ? Ledger{int(query.integer(0)), int(query.integer(1))} : Ledger{};
}

QList<int> TestFileKill::linesOf(const QString &run, const QString &stage) const
{
    QList<int> attempts;
    QFile file(m_folder.filePath(run + u'.' + stage));
    if (file.open(QIODevice::ReadOnly)) {
        for (const QByteArray &line : file.readAll().split('\n')) {
            if (!line.isEmpty())
                attempts << line.toInt();
        }
    }
    return attempts;
}

void TestFileKill::judge(const QString &run)
{
    for (const QString &stage : kStages) {
        const Ledger ledger = ledgerOf(run, stage);
        const QList<int> attempts = linesOf(run, stage);
        const QByteArray what = QString(run + u' ' + stage).toUtf8();
        QVERIFY2(ledger.memoAttempt > 0, what.constData());
        QVERIFY2(attempts.count(ledger.memoAttempt) == 1, what.constData());
        QVERIFY2(attempts.last() == ledger.memoAttempt, what.constData());
        for (const int attempt : attempts)
            QVERIFY2(attempts.count(attempt) == 1, what.constData());
        QVERIFY2(attempts.size() <= ledger.starts, what.constData());
        m_starts += ledger.starts;
        m_lines += int(attempts.size());
    }
}

void TestFileKill::finishedStagesRanOnce()
{
    bool isNumber = false;
    const int wanted = qEnvironmentVariable("KINTSUGI_KILLS").toInt(&isNumber);
    const int kills = isNumber ? wanted : 40;
    quint32 seed = qEnvironmentVariable("KINTSUGI_SEED").toUInt(&isNumber);
    if (!isNumber)
        seed = QRandomGenerator::system()->generate();
    QRandomGenerator random(seed);
    qInfo("seed %u", seed);

    int killed = 0;
    int runs = 0;
    while (killed < kills) {
        const QString run = u"run%1"_s.arg(++runs);
        const QString file = writeFile(run);
        bool hasEnded = false;
        while (!hasEnded) {
            QProcess program;
            program.setStandardOutputFile(QProcess::nullDevice());
            program.setProcessChannelMode(QProcess::ForwardedErrorChannel);
            program.start(QStringLiteral(KINTSUGI_BIN_DIR) + u"/kintsugi-cli"_s,
                          {u"run-file"_s, file, u"--db"_s, m_folder.filePath(u"tasks.db"_s)});
            QVERIFY(program.waitForStarted(kPatienceMs));
            // A moment that is left to chance, unless the run ends before it.
            const int moment = killed < kills ? int(random.bounded(20, 260)) : kPatienceMs;
            hasEnded = program.waitForFinished(moment);
            if (!hasEnded) {
                program.kill();
                QVERIFY(program.waitForFinished(kPatienceMs));
                killed += program.exitStatus() == QProcess::CrashExit ? 1 : 0;
                hasEnded = program.exitStatus() == QProcess::NormalExit;
            }
            if (hasEnded)
                QCOMPARE(program.exitCode(), 0);
        }
        judge(run);
        if (QTest::currentTestFailed())
            return;
    }
    const int cutOff = m_starts - m_lines;
    QVERIFY(cutOff <= killed);
    qInfo("%d kills over %d runs of three stages: %d starts in the ledger, %d lines in the files, "
          "%d cut off before their first word; each finished stage ran once",
          killed, runs, m_starts, m_lines, cutOff);
}

QTEST_GUILESS_MAIN(TestFileKill)
#include "tst_filekill.moc"
