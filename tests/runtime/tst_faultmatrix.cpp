// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Each definition is broken at each fault point, each time that it is reached: once by dropping the
// attempt, once by killing the process. Then it is taken up, and must come to what the undisturbed
// run came to: the same result, the same memo, a log without gaps, and no body that ran again after
// its memo was committed. KINTSUGI_KILL_EVERY=1 kills at every place and not at some (the default
// run drops at all of them).

#include "tests/runtime/faulthost.h"
#include "tests/runtime/showcase.h"

#include <QJsonDocument>
#include <QProcess>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

namespace {

/*! What a run came to, in the parts that a crash may not change. */
struct Picture
{
    QByteArray result;
    QMap<QByteArray, int> memos; // The attempt that made each, by key.
    QMap<QString, int> effects; // Bodies that ran, by step.
    QStringList told; // Handler's events in the log, without what tells of recoveries.
    QString broken; // A rule of the log that is broken.
};

} // namespace

class TestFaultMatrix : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyPlaceOf_data();
    void everyPlaceOf();

private:
    [[nodiscard]] static QJsonObject inputOf(const QByteArray &name, const QString &folder,
                                             const QString &run);
    [[nodiscard]] static Picture pictureOf(Engine &engine, const TaskId &id,
                                           const QString &effects);
    static QString difference(const Picture &broken, const Picture &whole);
    static bool runChild(const QStringList &arguments, bool isKilled);
};

QJsonObject TestFaultMatrix::inputOf(const QByteArray &name, const QString &folder,
                                     const QString &run)
{
    const QString effects = folder + "/effects."_L1 + run;
    if (name == "count-to-n")
        return {{u"n"_s, 4}, {u"sleepMs"_s, 1}, {u"runId"_s, run}};
    if (name == "pipeline-with-steps")
        return {{u"rows"_s, 20}, {u"stageMs"_s, 1}, {u"runId"_s, run}};
    if (name == "showcase")
        return {{u"effects"_s, effects}, {u"runId"_s, run}};
    const auto stage = [&](const QString &stage, const QStringList &needs) {
        return QJsonObject{{u"name"_s, stage},
                           {u"needs"_s, QJsonArray::fromStringList(needs)},
                           {u"command"_s,
                            QJsonArray{u"sh"_s, u"-c"_s,
                                       u"echo \"$KINTSUGI_STAGE\" >> \"$0\"; echo 1"_s, effects}}};
    };
    return {{u"name"_s, u"matrix"_s},
            {u"baseDir"_s, folder},
            {u"runId"_s, run},
            {u"stages"_s,
             QJsonArray{stage(u"a"_s, {}), stage(u"b"_s, {u"a"_s}), stage(u"c"_s, {u"a"_s}),
                        stage(u"d"_s, {u"b"_s, u"c"_s})}}};
}

Picture TestFaultMatrix::pictureOf(Engine &engine, const TaskId &id, const QString &effects)
{
    Picture picture;
    picture.result = EngineFixture::taskNow(engine, id).result;
    for (const StepRecord &step : *await(engine.steps({localUser(), id.bytes()})))
        picture.memos.insert(step.key, step.attempt);
    QFile file(effects);
    if (file.open(QIODevice::ReadOnly)) {
        for (const QByteArray &line : file.readAll().split('\n')) {
            if (!line.isEmpty())
                ++picture.effects[QString::fromUtf8(line)];
        }
    }
    Seq last = 0;
    int attempt = 0;
    for (const Event &event : EngineFixture::log(engine, id)) {
        if (event.seq != ++last)
            picture.broken = u"a gap before %1"_s.arg(event.seq);
        if (event.attempt < attempt)
            picture.broken = u"attempt %1 wrote after %2"_s.arg(event.attempt).arg(attempt);
        attempt = event.attempt;
        if (event.type == "tick")
            picture.told << QString::fromUtf8(event.payload);
    }
    return picture;
}

QString TestFaultMatrix::difference(const Picture &broken, const Picture &whole)
{
    if (!broken.broken.isEmpty())
        return broken.broken;
    if (broken.result != whole.result)
        return u"result %1 and not %2"_s.arg(QString::fromUtf8(broken.result),
                                             QString::fromUtf8(whole.result));
    if (broken.memos.keys() != whole.memos.keys())
        return u"other memos: %1"_s.arg(
            QString::fromUtf8(QByteArrayList(broken.memos.keys()).join(' ')));
    if (broken.told != whole.told)
        return u"other ticks: "_s + broken.told.join(u' ');
    for (auto it = whole.effects.begin(); it != whole.effects.end(); ++it) {
        const int runs = broken.effects.value(it.key());
        // The one crash may have cut a body off, no more; and a memo that the first attempt made
        // was never run for again.
        int madeBy = 1;
        for (auto memo = broken.memos.begin(); memo != broken.memos.end(); ++memo) {
            const QByteArray step = memo.key().mid(memo.key().lastIndexOf('/') + 1);
            if (step.left(step.lastIndexOf('#')) == it.key().toUtf8())
                madeBy = std::max(madeBy, memo.value());
        }
        if (it.key() == "nested"_L1)
            madeBy = 2; // The body of a step with steps of its own runs until all are done.
        if (runs < it.value() || runs > it.value() + madeBy - 1)
            return u"%1 ran %2 times, undisturbed %3 times; its memo is of attempt %4"_s
                .arg(it.key())
                .arg(runs)
                .arg(it.value())
                .arg(madeBy);
    }
    return {};
}

bool TestFaultMatrix::runChild(const QStringList &arguments, bool isKilled)
{
    QProcess child;
    child.setProcessChannelMode(QProcess::ForwardedChannels);
    child.start(QCoreApplication::applicationDirPath() + "/runtime_faultchild"_L1, arguments);
    if (!child.waitForFinished(kPatienceMs))
        return false;
    return isKilled ? child.exitStatus() == QProcess::CrashExit
                    : child.exitStatus() == QProcess::NormalExit && child.exitCode() == 0;
}

void TestFaultMatrix::everyPlaceOf_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const char *name : {"count-to-n", "pipeline-with-steps", "pipeline-file", "showcase"})
        QTest::newRow(name) << QByteArray(name);
}

void TestFaultMatrix::everyPlaceOf()
{
    QFETCH(const QByteArray, name);
    bool isNumber = false;
    const int killEvery = std::max(1, qEnvironmentVariable("KINTSUGI_KILL_EVERY").toInt(&isNumber));
    const int stride = isNumber ? killEvery : 9;
    QTemporaryDir folder;
    const QString store = folder.filePath(u"tasks.db"_s);
    std::optional<FaultHost> host(std::in_place, store);
    const auto effects = [&](const QString &run) { return folder.filePath("effects."_L1 + run); };

    // Never reached so often: it only counts.
    host->faults().arm({FaultPoint::BeforeCommit, 1'000'000'000, Fault::Action::Drop});
    const TaskId whole = host->start(name, inputOf(name, folder.path(), u"whole"_s));
    QVERIFY(host->awaitEnd(whole));
    QCOMPARE(EngineFixture::taskNow(host->engine(), whole).state, TaskState::Completed);
    const Picture picture = pictureOf(host->engine(), whole, effects(u"whole"_s));
    std::array<int, kFaultPoints> counts{};
    for (int point = 0; point < kFaultPoints; ++point)
        counts[size_t(point)] = host->faults().count(FaultPoint(point));

    int drops = 0;
    QStringList killed; // Runs that a killed process has left.
    int places = 0;
    for (int index = 0; index < kFaultPoints; ++index) {
        const auto point = FaultPoint(index);
        for (int occurrence = 1; occurrence <= counts[size_t(index)]; ++occurrence) {
            const QString place = u"%1-%2"_s.arg(QString::fromUtf8(toWire(point))).arg(occurrence);
            host->faults().arm({point, occurrence, Fault::Action::Drop});
            const QString run = "drop-"_L1 + place;
            const TaskId id = host->start(name, inputOf(name, folder.path(), run));
            QVERIFY2(host->awaitEnd(id), qPrintable(run));
            // At the very end a drop finds nothing to drop: the task has ended already.
            if (!host->faults().isArmed())
                ++drops;
            const QString wrong = difference(pictureOf(host->engine(), id, effects(run)), picture);
            QVERIFY2(wrong.isEmpty(), qPrintable(run + u": "_s + wrong));
            if (++places % stride == 0)
                killed << place;
        }
    }
    host->faults().disarm();
    host.reset();
    int kills = 0;
    for (const QString &place : std::as_const(killed)) {
        const QString run = "kill-"_L1 + place;
        const QString input = QString::fromUtf8(
            QJsonDocument(inputOf(name, folder.path(), run)).toJson(QJsonDocument::Compact));
        const QString point = place.section(u'-', 0, 0);
        const QStringList arguments{store, QString::fromUtf8(name), input};
        // Which branch comes first is chance, so a place may be reached once less often.
        if (runChild(arguments + QStringList{point, place.section(u'-', 1)}, true))
            ++kills;
        QVERIFY2(runChild(arguments, false), qPrintable(run));
    }
    host.emplace(store);
    for (const QString &place : std::as_const(killed)) {
        const QString run = "kill-"_L1 + place;
        const TaskId id = host->start(name, inputOf(name, folder.path(), run));
        const QString wrong = difference(pictureOf(host->engine(), id, effects(run)), picture);
        QVERIFY2(wrong.isEmpty(), qPrintable(run + u": "_s + wrong));
    }
    QVERIFY(drops >= places * 9 / 10);
    QVERIFY(kills >= int(killed.size()) * 9 / 10);
    qInfo("%s: %d places, %d drops, %d kills, each mended", name.constData(), places, drops, kills);
}

QTEST_GUILESS_MAIN(TestFaultMatrix)
#include "tst_faultmatrix.moc"
