// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/limits.h"
#include "tests/support/storefixture.h"

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! The log of the whole store, read by position. */
class TestPositions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pagesCoverTheLogOnce_data();
    void pagesCoverTheLogOnce();
    void stretchEndsAfterManyBytes();
    void positionsOutliveTheirEvents();
    void lastOfAnEmptyStoreIsNone();

private:
    static EventStretch read(OpenStore &store, const UserId &user, Position after, int limit);
    static Position last(OpenStore &store);
};

EventStretch TestPositions::read(OpenStore &store, const UserId &user, Position after, int limit)
{
    const auto stretch = store->readNow(
        [&](Reader &reader) { return reader.eventsAfterPosition(user, after, limit); });
    if (!stretch)
        qFatal("no stretch: %s", qPrintable(stretch.error().message));
    return *stretch;
}

Position TestPositions::last(OpenStore &store)
{
    return store->readNow([](Reader &reader) { return reader.lastPosition(); }).value();
}

void TestPositions::pagesCoverTheLogOnce_data()
{
    QTest::addColumn<int>("limit");
    for (const int limit : {1, 2, 3, 7, 1000})
        QTest::addRow("%d at a time", limit) << limit;
}

void TestPositions::pagesCoverTheLogOnce()
{
    QFETCH(const int, limit);
    StoreFixture fixture;
    const auto store = fixture.open();
    const UserId ada("ada"_ba);
    const Claim mine = store->start("a");
    const Submit theirs{.user = ada,
                        .key = IdempotencyKey("a"_ba),
                        .name = "t",
                        .input = "{}",
                        .autoRecover = false};
    const auto claimed = store->write(theirs);
    QVERIFY(claimed && claimed->claim);
    for (int i = 0; i < 10; ++i) {
        const Fence &fence = i % 3 == 0 ? claimed->claim->fence : mine.fence;
        QVERIFY(store->write(attemptWrite(fence, {tickEvent(i)})));
    }
    const auto pagesOf = [&](const UserId &user) {
        QList<EventStretch::Entry> all;
        Position at = 0;
        while (true) {
            const EventStretch stretch = read(*store, user, at, limit);
            all += stretch.entries;
            if (stretch.upTo < at)
                qFatal("it went back");
            at = stretch.upTo;
            if (!stretch.more)
                break;
        }
        if (at != last(*store))
            qFatal("it did not reach the end");
        return all;
    };
    const auto logOf = [&](const TaskId &id) { return store->log(id); };
    const auto eventsOf = [](const QList<EventStretch::Entry> &entries) {
        QList<Event> events;
        for (const EventStretch::Entry &entry : entries)
            events << entry.event;
        return events;
    };
    QCOMPARE(eventsOf(pagesOf(localUser())), logOf(mine.fence.id));
    QCOMPARE(eventsOf(pagesOf(ada)), logOf(claimed->claim->fence.id));
    QVERIFY(pagesOf(UserId("bob"_ba)).isEmpty());
    const QList<EventStretch::Entry> all = pagesOf({});
    QCOMPARE(all.size(), logOf(mine.fence.id).size() + logOf(claimed->claim->fence.id).size());
    for (qsizetype i = 0; i < all.size(); ++i) {
        QCOMPARE(all[i].event.position, i + 1);
        QCOMPARE(all[i].user, all[i].event.task == mine.fence.id ? localUser() : ada);
    }
}

void TestPositions::stretchEndsAfterManyBytes()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim claim = store->start("a");
    const QByteArray payload = "{\"x\":\"" + QByteArray(Limits::kStretchBytes / 2, 'x') + "\"}";
    for (int i = 0; i < 5; ++i)
        QVERIFY(store->write(attemptWrite(claim.fence, {{"big", payload}})));
    const Position end = last(*store);
    qsizetype pages = 0;
    qsizetype events = 0;
    EventStretch stretch{.more = true};
    while (stretch.more) {
        stretch = read(*store, localUser(), stretch.upTo, 1000);
        QVERIFY(stretch.entries.size() <= 4);
        events += stretch.entries.size();
        ++pages;
    }
    QCOMPARE(stretch.upTo, end);
    QCOMPARE(events, end);
    QCOMPARE(pages, 3);
}

void TestPositions::positionsOutliveTheirEvents()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    const Claim claim = store->start("a");
    QVERIFY(
        store->write(FinishAttempt({claim.fence, TaskState::Completed, {"completed", "{}"}, "1"})));
    const Position before = last(*store);
    QVERIFY(store->write(Remove{localUser(), claim.fence.id.bytes()}));
    QCOMPARE(last(*store), before);
    const EventStretch stretch = read(*store, localUser(), 0, 1); // Past all that is gone.
    QVERIFY(stretch.entries.isEmpty() && !stretch.more);
    QCOMPARE(stretch.upTo, before);
    (void)store->start("b");
    QCOMPARE(read(*store, localUser(), 0, 1000).entries.first().event.position, before + 1);
}

void TestPositions::lastOfAnEmptyStoreIsNone()
{
    StoreFixture fixture;
    const auto store = fixture.open();
    QCOMPARE(last(*store), 0);
    QCOMPARE(read(*store, localUser(), 0, 10).upTo, 0);
}

QTEST_GUILESS_MAIN(TestPositions)
#include "tst_positions.moc"
