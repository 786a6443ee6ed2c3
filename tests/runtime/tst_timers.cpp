// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/runtime/timers.h"
#include "tests/support/fakeclock.h"

#include <QTest>

using namespace Kintsugi;
using namespace std::chrono_literals;

/*! Any number of sleepers on one clock. */
class TestTimers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void firesInTheOrderOfTheirInstants();
    void firesExactlyWhenDue();
    void cancelledOnesStaySilent();
    void cancelInsideACall();
    void addedInsideACallWaitsItsTurn();
    void negativeDelayIsDueAtOnce();
    void endInsideACall();
    void jumpOfTheWallClockFiresNothing();
    void hundredThousandTimers();
    void realTimerFires();
};

void TestTimers::firesInTheOrderOfTheirInstants()
{
    FakeClock clock;
    Timers timers(clock);
    QList<int> fired;
    for (const int at : {30, 10, 20, 10, 40, 20})
        timers.after(std::chrono::milliseconds(at), [&fired, at] { fired << at; });
    clock.advance(35ms);
    QCOMPARE(fired, QList<int>({10, 10, 20, 20, 30}));
    clock.advance(5ms);
    QCOMPARE(fired.last(), 40);
}

void TestTimers::firesExactlyWhenDue()
{
    FakeClock clock;
    Timers timers(clock);
    int fired = 0;
    timers.after(10ms, [&fired] { ++fired; });
    clock.advance(9ms + 999'999ns);
    QCOMPARE(fired, 0);
    clock.advance(1ns);
    QCOMPARE(fired, 1);
    clock.advance(1h);
    QCOMPARE(fired, 1);
}

void TestTimers::cancelledOnesStaySilent()
{
    FakeClock clock;
    Timers timers(clock);
    QList<int> fired;
    const Timers::Id first = timers.after(10ms, [&fired] { fired << 1; });
    const Timers::Id second = timers.after(10ms, [&fired] { fired << 2; });
    QVERIFY(first != Timers::Id() && first != second);
    timers.cancel(first);
    timers.cancel(first);
    timers.cancel({});
    timers.cancel({10ms, 9999});
    clock.advance(10ms);
    QCOMPARE(fired, QList<int>({2}));
    timers.cancel(second); // It has fired: nothing happens.
}

void TestTimers::cancelInsideACall()
{
    FakeClock clock;
    Timers timers(clock);
    QList<int> fired;
    Timers::Id later;
    Timers::Id self;
    self = timers.after(10ms, [&] {
        fired << 1;
        timers.cancel(self);
        timers.cancel(later);
    });
    later = timers.after(10ms, [&] { fired << 2; });
    timers.after(10ms, [&] { fired << 3; });
    clock.advance(10ms);
    QCOMPARE(fired, QList<int>({1, 3}));
}

void TestTimers::addedInsideACallWaitsItsTurn()
{
    FakeClock clock;
    Timers timers(clock);
    int rounds = 0;
    std::function<void()> again = [&] {
        ++rounds;
        timers.after(0ms, again);
    };
    timers.after(0ms, again);
    clock.advance(0ms);
    QCOMPARE(rounds, 1); // Not for ever.
    clock.advance(0ms);
    QCOMPARE(rounds, 2);
}

void TestTimers::negativeDelayIsDueAtOnce()
{
    FakeClock clock;
    Timers timers(clock);
    bool fired = false;
    timers.after(-5s, [&fired] { fired = true; });
    clock.advance(0ms);
    QVERIFY(fired);
}

void TestTimers::endInsideACall()
{
    // What a call drops may hold timers of its own.
    FakeClock clock;
    Timers timers(clock);
    struct Holder
    {
        Timers &timers;
        Timers::Id id;
        ~Holder() { timers.cancel(id); }
    };
    bool fired = false;
    auto holder = std::make_unique<Holder>(timers, timers.after(10ms, [&fired] { fired = true; }));
    timers.after(5ms, [&holder] { holder.reset(); });
    clock.advance(10ms);
    QVERIFY(!fired);
}

void TestTimers::jumpOfTheWallClockFiresNothing()
{
    FakeClock clock;
    Timers timers(clock);
    bool fired = false;
    timers.after(10ms, [&fired] { fired = true; });
    clock.jumpWall(100h);
    clock.advance(9ms);
    QVERIFY(!fired);
    clock.jumpWall(-300h);
    clock.advance(1ms);
    QVERIFY(fired);
}

void TestTimers::hundredThousandTimers()
{
    constexpr int kTimers = 100'000;
    FakeClock clock;
    Timers timers(clock);
    int fired = 0;
    std::vector<Timers::Id> ids;
    for (int i = 0; i < kTimers; ++i)
        ids.push_back(
            timers.after(std::chrono::milliseconds(i * 7919 % 10'000), [&fired] { ++fired; }));
    for (size_t i = 0; i < ids.size(); i += 2)
        timers.cancel(ids[i]);
    clock.advance(10s);
    QCOMPARE(fired, kTimers / 2);
}

void TestTimers::realTimerFires()
{
    SystemClock clock;
    Timers timers(clock);
    QList<int> fired;
    timers.after(20ms, [&fired] { fired << 2; });
    timers.after(1ms, [&] {
        fired << 1;
        timers.after(0ms, [&fired] { fired << 11; });
    });
    const Timers::Id never = timers.after(5ms, [&fired] { fired << 99; });
    timers.cancel(never);
    QTRY_COMPARE(fired, QList<int>({1, 11, 2}));
}

QTEST_GUILESS_MAIN(TestTimers)
#include "tst_timers.moc"
