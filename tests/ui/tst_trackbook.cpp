// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/ui/fakeport.h"
#include "ui/models/trackbook.h"

#include <QSignalSpy>
#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! The thin track under a row: how far, by which attempt, and where it was mended. */
class TestTrackBook : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countingIsPartsOfAttempts();
    void pipelineIsPartsOfStages();
    void unknownTaskIsReadAndAnnounced();
    void longLogIsNotRead();
};

void TestTrackBook::countingIsPartsOfAttempts()
{
    const RunLog log = mendedCounting(); // 10 ticks: 5, broken, 7 of them now.
    RunStory story(log.task);
    story.apply(log.events);
    const Track track = trackOf(story);
    QCOMPARE(track.parts, (QList<Track::Part>{{1, 0, 0.5}, {2, 0.5, 0.7}}));
    QCOMPARE(track.notches, QList<double>{0.5});
}

void TestTrackBook::pipelineIsPartsOfStages()
{
    const RunLog log = mendedPipeline(); // extract from the cache, transform at work again.
    RunStory story(log.task);
    story.apply(log.events);
    const Track track = trackOf(story);
    QCOMPARE(track.parts.size(), 2);
    QCOMPARE(track.parts.first().attempt, 1);
    QCOMPARE(track.parts.first().to, 1.0 / 3);
    QCOMPARE(track.parts.last().attempt, 2);
    QCOMPARE(track.notches, QList<double>{0.5}); // In the middle of the second of three.
}

void TestTrackBook::unknownTaskIsReadAndAnnounced()
{
    FakePort port;
    port.remembersTail = false;
    const RunLog log = mendedCounting();
    port.put(log);
    TrackBook book;
    book.setPort(&port);
    QSignalSpy changed(&book, &TrackBook::changed);
    const Task task = port.at(log.task.id);
    QVERIFY(book.track(task).parts.isEmpty());
    QVERIFY(changed.wait());
    QCOMPARE(book.track(task).parts.size(), 2);
    QCOMPARE(port.eventReads, 1);
}

void TestTrackBook::longLogIsNotRead()
{
    FakePort port;
    RunLog log = counting(100'000, {1});
    log.task.lastSeq = 50'002;
    TrackBook book;
    book.setPort(&port);
    const Track track = book.track(log.task);
    QCOMPARE(port.eventReads, 0);
    QCOMPARE(track.parts, (QList<Track::Part>{{1, 0, 0.5}}));
}

QTEST_MAIN(TestTrackBook)
#include "tst_trackbook.moc"
