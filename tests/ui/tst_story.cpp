// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/ui/runlogs.h"
#include "ui/story/runstory.h"

#include <QElapsedTimer>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

RunStory storyOf(const RunLog &log)
{
    RunStory story(log.task);
    story.apply(log.events);
    return story;
}

/*! Events of one task, as "attempt type payload", a second apart. */
QList<Event> script(const QByteArrayList &lines)
{
    QList<Event> events;
    Timestamp at = *fromIso8601("2026-11-23T09:00:00.000Z");
    for (const QByteArray &line : lines) {
        const qsizetype type = line.indexOf(' ');
        const qsizetype payload = line.indexOf(' ', type + 1);
        Event event;
        event.task = TaskId("01a207a2-3280-7b31-9c4e-5d1f0a86e2b7"_ba);
        event.seq = events.size() + 1;
        event.attempt = line.left(type).toInt();
        event.type = payload < 0 ? line.mid(type + 1) : line.mid(type + 1, payload - type - 1);
        event.payload = payload < 0 ? "{}"_ba : line.mid(payload + 1);
        event.at = at;
        at += 1s;
        events << event;
    }
    return events;
}

RunStory play(const QByteArray &name, const QByteArray &input, const QByteArrayList &lines)
{
    RunLog log{counting(1, {0}).task, script(lines)};
    log.task.name = name;
    log.task.input = input;
    return storyOf(log);
}

/*! "1-5@1 6-7@2": spans and who committed them. */
QString spansText(const RunStory &story)
{
    QStringList text;
    for (const TickSpan &span : story.spans())
        text << u"%1-%2@%3"_s.arg(span.from).arg(span.to).arg(span.attempt);
    return text.join(u' ');
}

/*! "5 recovery mended": where it broke, why it goes on, and whether it did. */
QString breaksText(const RunStory &story)
{
    QStringList text;
    for (const Break &gap : story.breaks())
        text << u"%1%2 %3 %4"_s.arg(
            QString::number(gap.afterTick), gap.stage.isEmpty() ? QString() : u" in "_s + gap.stage,
            QString::fromLatin1(gap.reason), gap.wentOnAt ? u"mended"_s : u"open"_s);
    return text.join(u"; "_s);
}

QString endsText(const RunStory &story)
{
    static const QStringList names{u"open"_s,      u"broken"_s, u"suspended"_s,
                                   u"completed"_s, u"failed"_s, u"cancelled"_s};
    QStringList text;
    for (const AttemptStory &attempt : story.attempts())
        text << names[int(attempt.end)];
    return text.join(u' ');
}

/*! "extract cached 1/1/1": state, then body runs, commits, from cache. */
QString stagesText(const RunStory &story)
{
    static const QStringList names{u"waiting"_s, u"running"_s, u"done"_s,
                                   u"cached"_s,  u"failed"_s,  u"cancelled"_s};
    QStringList text;
    for (const StageStory &stage : story.stages())
        text << u"%1 %2 %3/%4/%5"_s.arg(stage.name, names[int(stage.state)])
                    .arg(stage.bodyRuns)
                    .arg(stage.commits)
                    .arg(stage.fromCache);
    return text.join(u"; "_s);
}

const QByteArray kCreated = "0 created {\"input\":{}}";
const QByteArray kSubmit = "1 attempt_started {\"reason\":\"submit\",\"previousAttempt\":0}";

QByteArray attempt(int number, const QByteArray &reason)
{
    return QByteArray::number(number) + R"( attempt_started {"reason":")" + reason
        + R"(","previousAttempt":)" + QByteArray::number(number - 1) + "}";
}

QByteArray tick(int attempt, int i, int n = 4)
{
    return QByteArray::number(attempt) + R"( tick {"i":)" + QByteArray::number(i) + R"(,"n":)"
        + QByteArray::number(n) + "}";
}

} // namespace

class TestStory final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ticks_data();
    void ticks();
    void stages_data();
    void stages();
    void breakTellsItsTimes();
    void stageTellsItsProvenance();
    void whatWasSeenChangesNothing();
    void eventByEventIsAsAllAtOnce();
    void brokenComesFromTheTask_data();
    void brokenComesFromTheTask();
    void endTellsWhy();
    void strangeEventsDoNoHarm();
    void stagesAreBounded();
    void millionTicksAreOneSpan();
};

void TestStory::ticks_data()
{
    QTest::addColumn<QByteArrayList>("lines");
    QTest::addColumn<QString>("spans");
    QTest::addColumn<QString>("breaks");
    QTest::addColumn<QString>("ends");
    const QByteArray done = R"(1 completed {"result":{"total":4}})";
    QTest::newRow("nothing yet") << QByteArrayList{kCreated} << u""_s << u""_s << u""_s;
    QTest::newRow("running") << QByteArrayList{kCreated, kSubmit, tick(1, 1), tick(1, 2)}
                             << u"1-2@1"_s << u""_s << u"open"_s;
    QTest::newRow("completed") << QByteArrayList{kCreated,   kSubmit,    tick(1, 1), tick(1, 2),
                                                 tick(1, 3), tick(1, 4), done}
                               << u"1-4@1"_s << u""_s << u"completed"_s;
    QTest::newRow("taken up, not yet gone on")
        << QByteArrayList{kCreated, kSubmit, tick(1, 1), attempt(2, "recovery")} << u"1-1@1"_s
        << u"1 recovery open"_s << u"broken open"_s;
    QTest::newRow("mended") << QByteArrayList{kCreated,
                                              kSubmit,
                                              tick(1, 1),
                                              attempt(2, "recovery"),
                                              R"(2 recovered {"fromTick":2,"ticksSoFar":1})",
                                              tick(2, 2)}
                            << u"1-1@1 2-2@2"_s << u"1 recovery mended"_s << u"broken open"_s;
    QTest::newRow("broken before the first tick, twice")
        << QByteArrayList{kCreated,
                          kSubmit,
                          attempt(2, "recovery"),
                          attempt(3, "recovery"),
                          R"(3 recovered {"fromTick":1,"ticksSoFar":0})",
                          tick(3, 1)}
        << u"1-1@3"_s << u"0 recovery open; 0 recovery mended"_s << u"broken broken open"_s;
    QTest::newRow("suspended by a shutdown, resumed")
        << QByteArrayList{kCreated,
                          kSubmit,
                          tick(1, 1),
                          R"(1 suspended {"reason":"shutdown"})",
                          "1 resumed {}",
                          attempt(2, "resume"),
                          R"(2 recovered {"fromTick":2,"ticksSoFar":1})"}
        << u"1-1@1"_s << u"1 resume mended"_s << u"suspended open"_s;
    QTest::newRow("a sleep that was parked adds no attempt")
        << QByteArrayList{kCreated,
                          kSubmit,
                          tick(1, 1),
                          R"(1 suspended {"reason":"sleep","wakeAt":"2026-11-23T09:00:20.000Z"})",
                          "1 resumed {}",
                          tick(1, 2)}
        << u"1-1@1 2-2@1"_s << u""_s << u"open"_s;
    QTest::newRow("cancelled, then retried")
        << QByteArrayList{kCreated,
                          kSubmit,
                          tick(1, 1),
                          R"(1 stop_requested {"reason":"enough"})",
                          R"(1 cancelled {"reason":"enough"})",
                          attempt(2, "retry"),
                          R"(2 recovered {"fromTick":2,"ticksSoFar":1})"}
        << u"1-1@1"_s << u"1 retry mended"_s << u"cancelled open"_s;
}

void TestStory::ticks()
{
    QFETCH(QByteArrayList, lines);
    const RunStory story = play("count-to-n"_ba, R"({"n":4,"sleepMs":500})"_ba, lines);
    QTEST(spansText(story), "spans");
    QTEST(breaksText(story), "breaks");
    QTEST(endsText(story), "ends");
    QCOMPARE(story.kind(), RunKind::Ticks);
    QCOMPARE(story.tickCount(), 4);
    QCOMPARE(story.tickPause(), 500ms);
    QCOMPARE(story.ticksRepeated(), 0);
    // Every span finds the events of its ticks.
    for (const TickSpan &span : story.spans())
        QCOMPARE(lines[int(span.seqOf(span.to)) - 1], tick(span.attempt, int(span.to)));
}

void TestStory::stages_data()
{
    QTest::addColumn<QByteArrayList>("lines");
    QTest::addColumn<QString>("stages");
    QTest::addColumn<QString>("breaks");
    const auto started = [](int at, const char *name, int index) -> QByteArray {
        return QByteArray::number(at) + R"( stage_started {"stage":")" + name + R"(","index":)"
            + QByteArray::number(index) + "}";
    };
    const auto done = [](int at, const char *name, int index, bool cached) -> QByteArray {
        return QByteArray::number(at) + R"( stage_done {"stage":")" + name + R"(","index":)"
            + QByteArray::number(index) + R"(,"fromCache":)" + (cached ? "true" : "false")
            + R"(,"durationMs":1500,"result":{"rows":7}})";
    };
    QTest::newRow("known before they start")
        << QByteArrayList{kCreated}
        << u"extract waiting 0/0/0; transform waiting 0/0/0; load waiting 0/0/0"_s << u""_s;
    const QByteArrayList killed{kCreated, kSubmit, started(1, "extract", 0),
                                done(1, "extract", 0, false), started(1, "transform", 1)};
    QTest::newRow("at work") << killed
                             << u"extract done 1/1/0; transform running 1/0/0; load waiting 0/0/0"_s
                             << u""_s;
    QTest::newRow("killed in transform, from the cache afterwards")
        << killed
            + QByteArrayList{attempt(2, "recovery"), R"(2 recovered {"cachedStages":["extract"]})",
                             done(2, "extract", 0, true), started(2, "transform", 1)}
        << u"extract cached 1/1/1; transform running 2/0/0; load waiting 0/0/0"_s
        << u"0 in transform recovery mended"_s;
    QTest::newRow("killed between the commit and its event")
        << QByteArrayList{kCreated,
                          kSubmit,
                          started(1, "extract", 0),
                          attempt(2, "recovery"),
                          R"(2 recovered {"cachedStages":["extract"]})",
                          done(2, "extract", 0, true)}
        << u"extract cached 1/1/1; transform waiting 0/0/0; load waiting 0/0/0"_s
        << u"0 in extract recovery mended"_s;
    QTest::newRow("failed in transform")
        << killed
            + QByteArrayList{R"(1 failed {"error":{"type":"oops","message":"no","retryable":false,"step":"transform"}})"}
        << u"extract done 1/1/0; transform failed 1/0/0; load waiting 0/0/0"_s << u""_s;
    QTest::newRow("stopped in transform")
        << killed + QByteArrayList{R"(1 cancelled {"reason":"enough"})"}
        << u"extract done 1/1/0; transform cancelled 1/0/0; load waiting 0/0/0"_s << u""_s;
}

void TestStory::stages()
{
    QFETCH(QByteArrayList, lines);
    const RunStory story = play("pipeline-with-steps"_ba, R"({"rows":7,"stageMs":1500})"_ba, lines);
    QCOMPARE(story.kind(), RunKind::Stages);
    QCOMPARE(story.stagePause(), 1500ms);
    QTEST(stagesText(story), "stages");
    QTEST(breaksText(story), "breaks");
}

void TestStory::breakTellsItsTimes()
{
    const RunStory story = storyOf(mendedCounting());
    QCOMPARE(story.breaks().size(), 1);
    const Break &gap = story.breaks().first();
    QCOMPARE(toIso8601(gap.brokenAt), "2026-11-23T09:00:05.018Z"_ba);
    QCOMPARE(toIso8601(gap.mendedAt), "2026-11-23T09:00:10.951Z"_ba);
    QCOMPARE(gap.dead(), 5933ms);
    QCOMPARE(gap.mendedSeq, 8);
    QCOMPARE(gap.attempt, 1);
    QVERIFY(gap.wentOnAt);
    QCOMPARE(toIso8601(*gap.wentOnAt), "2026-11-23T09:00:10.955Z"_ba);
    QVERIFY(story.recovered());
    QCOMPARE(story.recovered()->fromTick, 6);
    QCOMPARE(story.recovered()->ticksSoFar, 5);
    QCOMPARE(story.attempts().last().firstTick, 6);
    QCOMPARE(story.attempts().last().lastTick, 7);
}

void TestStory::stageTellsItsProvenance()
{
    const RunStory story = storyOf(mendedPipeline());
    const StageStory &extract = story.stages().first();
    QCOMPARE(extract.computedBy, 1);
    QCOMPARE(extract.computedSeq, 4);
    QCOMPARE(extract.lastSeq, 8);
    QCOMPARE(extract.duration, 1503ms);
    QCOMPARE(extract.saved(), 1503ms);
    QCOMPARE(extract.result, R"({"rows":1000})"_ba);
    QCOMPARE(story.stagesFromCache(), 1);
    QCOMPARE(story.recovered()->cachedStages, QStringList{u"extract"_s});
    QCOMPARE(story.attempts()[0].computed, QStringList{u"extract"_s});
    QCOMPARE(story.attempts()[0].atWork, u"transform"_s);
    QCOMPARE(story.attempts()[1].fromCache, QStringList{u"extract"_s});
    QCOMPARE(story.stages()[1].startedBy, 2);
}

void TestStory::whatWasSeenChangesNothing()
{
    const RunLog log = mendedCounting();
    RunStory story = storyOf(log);
    story.apply(log.events);
    Event foreign = log.events.last();
    foreign.task = TaskId("01a207a4-2e50-7e02-a1d8-30c97f4be615"_ba);
    foreign.seq += 1;
    story.apply(foreign);
    QCOMPARE(spansText(story), u"1-5@1 6-7@2"_s);
    QCOMPARE(story.attempts().size(), 2);
    QCOMPARE(story.lastSeq(), log.events.last().seq);
    QCOMPARE(story.ticksRepeated(), 0);
}

void TestStory::eventByEventIsAsAllAtOnce()
{
    for (const RunLog &log : {counting(10, {3, 0, 4, 1}), completedPipeline()}) {
        RunStory slow(log.task);
        for (const Event &event : log.events)
            slow.apply(event);
        const RunStory quick = storyOf(log);
        QCOMPARE(slow.spans(), quick.spans());
        QCOMPARE(slow.stages(), quick.stages());
        QCOMPARE(slow.breaks(), quick.breaks());
        QCOMPARE(slow.attempts(), quick.attempts());
        QCOMPARE(slow.end(), quick.end());
    }
}

void TestStory::brokenComesFromTheTask_data()
{
    QTest::addColumn<RunLog>("log");
    QTest::addColumn<bool>("broken");
    const RunLog five = counting(10, {5});
    RunLog silent = five;
    silent.task.owner = OwnerState::Silent;
    RunLog elsewhere = five;
    elsewhere.task.owner = OwnerState::OtherProcess;
    QTest::newRow("driven here") << five << false;
    QTest::newRow("driven elsewhere") << elsewhere << false;
    QTest::newRow("silent") << silent << true;
    QTest::newRow("dropped, not yet stale") << dropped(five, 3200ms) << true;
    QTest::newRow("dropped, stale") << dropped(five, 0ms) << true;
    QTest::newRow("dead") << dead(five) << true;
    // The row may still say running while the log has ended already.
    RunLog over = dropped(five, 3200ms);
    over.events = ended(five, "completed"_ba, R"({"result":{"total":10}})"_ba).events;
    QTest::newRow("ended in the log") << over << false;
}

void TestStory::brokenComesFromTheTask()
{
    QFETCH(RunLog, log);
    QTEST(storyOf(log).isBroken(), "broken");
    RunStory later = storyOf(counting(10, {5}));
    if (log.events.size() == 7) {
        later.update(log.task);
        QTEST(later.isBroken(), "broken");
    }
}

void TestStory::endTellsWhy()
{
    const RunStory done = storyOf(completedPipeline());
    QVERIFY(done.end());
    QCOMPARE(done.end()->how, AttemptEnd::Completed);
    QCOMPARE(done.end()->result, R"({"checksum":"5f0c8a71e9d2b364","rows":1000})"_ba);

    const RunStory stopped =
        storyOf(ended(counting(10, {5}), "cancelled"_ba, R"({"reason":"changed my mind"})"_ba));
    QCOMPARE(stopped.end()->how, AttemptEnd::Cancelled);
    QCOMPARE(stopped.end()->reason, u"changed my mind"_s);

    const RunStory failed = storyOf(
        ended(pipelineAtTransform(), "failed"_ba,
              R"({"error":{"type":"crash_loop","message":"ten times","retryable":false}})"_ba));
    QCOMPARE(failed.end()->errorType, u"crash_loop"_s);
    QCOMPARE(failed.end()->errorMessage, u"ten times"_s);
    // The stage that was at work failed, though the error names no step.
    QCOMPARE(failed.stages()[1].state, StageState::Failed);
}

void TestStory::strangeEventsDoNoHarm()
{
    const RunStory story = play("count-to-n"_ba, "not json"_ba,
                                {kCreated, kSubmit, "1 tick", "1 tick {\"i\":-4,\"n\":4}",
                                 "1 tick {\"i\":99999999999999999999,\"n\":4}", "1 tick [1,2",
                                 "1 stage_done {}", "1 something_else {\"i\":3}", tick(1, 1)});
    QCOMPARE(spansText(story), u"1-1@1"_s);
    QCOMPARE(story.tickCount(), 4);
    QVERIFY(!story.end());

    const RunStory unknown = play("mine"_ba, "{}"_ba, {kCreated, kSubmit, "1 hello {}"});
    QCOMPARE(unknown.kind(), RunKind::Plain);
    const RunStory counts = play("mine"_ba, "{}"_ba, {kCreated, kSubmit, tick(1, 1)});
    QCOMPARE(counts.kind(), RunKind::Ticks);
}

void TestStory::stagesAreBounded()
{
    QByteArrayList lines{kCreated, kSubmit};
    for (int i = 0; i < 2000; ++i)
        lines << R"(1 stage_started {"stage":"s)" + QByteArray::number(i) + R"(","index":)"
                + QByteArray::number(i) + "}";
    QCOMPARE(play("mine"_ba, "{}"_ba, lines).stages().size(), 256);
}

void TestStory::millionTicksAreOneSpan()
{
    RunLog log = counting(1'000'000, {0});
    Event event = log.events.last();
    event.type = "tick"_ba;
    RunStory story(log.task);
    story.apply(log.events);
    QElapsedTimer timer;
    timer.start();
    for (qint64 i = 1; i <= 1'000'000; ++i) {
        ++event.seq;
        event.payload = R"({"i":)" + QByteArray::number(i) + R"(,"n":1000000})";
        story.apply(event);
    }
    QCOMPARE(story.ticksDone(), 1'000'000);
    QCOMPARE(story.spans().size(), 1);
    QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
}

QTEST_GUILESS_MAIN(TestStory)
#include "tst_story.moc"
