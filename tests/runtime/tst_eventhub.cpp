// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/limits.h"
#include "engine/runtime/eventhub.h"

#include <QTest>
#include <QThread>

#include <thread>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! Who follows a log sees each entry once, in order, and holds nobody up. */
class TestEventHub : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void manyCommitsAreOneWakeUp();
    void recentIsARunWithoutGaps();
    void tailIsBoundedAndForgotten();
    void largeEventsShortenTheTail();
    void foreignEventsAreSorted();
    void joinWhilePublishingSeesEachOnce();
    void endedSubscriptionIsCalledNoMore();
    void callMayEndItself();
    void endMayEndOthers();
    void subscriptionMayOutliveTheHub();
    void changesWithoutEventsAreTold();
    void closedGateHoldsBackAndLosesNothing_data();
    void closedGateHoldsBackAndLosesNothing();
    void endsAloneAreNotFollowed();
    void gateThatIsOpenedMeanwhileLosesNothing();
};

namespace {

const TaskId kTask("01993f2e-9a3b-7c01-8def-0123456789ab"_ba);
const TaskId kOther("01993f2e-9a3b-7c01-8def-0123456789ac"_ba);

Event eventOf(const TaskId &task, Seq seq)
{
    return {.task = task,
            .seq = seq,
            .position = seq,
            .attempt = 1,
            .type = "tick",
            .payload = "{}",
            .at = {}};
}

QList<Seq> seqs(const std::optional<QList<Event>> &events)
{
    QList<Seq> list;
    for (const Event &event : events.value_or(QList<Event>()))
        list << event.seq;
    return list;
}

/*! The log as the store has it: written before anybody hears of it. */
class Log
{
public:
    Event append()
    {
        const std::scoped_lock lock(m_mutex);
        m_events << eventOf(kTask, m_events.size() + 1);
        return m_events.last();
    }
    [[nodiscard]] QList<Event> after(Seq seq, int limit) const
    {
        const std::scoped_lock lock(m_mutex);
        return m_events.mid(seq, limit);
    }

private:
    mutable std::mutex m_mutex;
    QList<Event> m_events;
};

/*! Follows a log in the way subscription.h asks for. */
class Reader : public QObject
{
public:
    Reader(EventHub &hub, const Log &log)
        : m_hub(hub)
        , m_log(log)
    {
        m_subscription = hub.subscribe(kTask, this, [this] { pull(); });
        pull();
    }
    [[nodiscard]] Seq last() const { return m_last; }
    [[nodiscard]] bool isInOrder() const { return m_isInOrder; }

private:
    void pull()
    {
        while (true) {
            const auto recent = m_hub.recent(kTask, m_last, 7);
            const QList<Event> page = recent ? *recent : m_log.after(m_last, 7);
            if (page.isEmpty())
                return;
            for (const Event &event : page)
                m_isInOrder = m_isInOrder && event.seq == ++m_last;
        }
    }
    EventHub &m_hub;
    const Log &m_log;
    Seq m_last = 0;
    bool m_isInOrder = true;
    Subscription m_subscription;
};

} // namespace

void TestEventHub::manyCommitsAreOneWakeUp()
{
    EventHub hub;
    QObject context;
    int calls = 0;
    const Subscription subscription = hub.subscribe(kTask, &context, [&calls] { ++calls; });
    for (Seq seq = 1; seq <= 500; ++seq)
        hub.publish({eventOf(kTask, seq)}, {});
    hub.publish({eventOf(kOther, 1)}, {});
    QCOMPARE(calls, 0); // Never inside publish().
    QCoreApplication::processEvents();
    QCOMPARE(calls, 1);
    hub.publish({eventOf(kTask, 501)}, {});
    QCoreApplication::processEvents();
    QCOMPARE(calls, 2);
}

void TestEventHub::recentIsARunWithoutGaps()
{
    EventHub hub;
    QObject context;
    QVERIFY(!hub.recent(kTask, 0, 10)); // Nobody follows: ask the store.
    const Subscription subscription = hub.subscribe(kTask, &context, [] {});
    QVERIFY(!hub.recent(kTask, 0, 10));
    hub.publish({eventOf(kTask, 4), eventOf(kTask, 5), eventOf(kTask, 6)}, {});
    QVERIFY(!hub.recent(kTask, 2, 10)); // 3 is not here.
    QCOMPARE(seqs(hub.recent(kTask, 3, 10)), QList<Seq>({4, 5, 6}));
    QCOMPARE(seqs(hub.recent(kTask, 4, 1)), QList<Seq>({5}));
    QVERIFY(hub.recent(kTask, 6, 10)->isEmpty());
    QVERIFY(hub.recent(kTask, 99, 10)->isEmpty());
}

void TestEventHub::tailIsBoundedAndForgotten()
{
    EventHub hub;
    QObject context;
    {
        const Subscription subscription = hub.subscribe(kTask, &context, [] {});
        for (Seq seq = 1; seq <= Limits::kTailEvents + 100; ++seq)
            hub.publish({eventOf(kTask, seq)}, {});
        QVERIFY(!hub.recent(kTask, 99, 10));
        QCOMPARE(hub.recent(kTask, 100, 100'000)->size(), Limits::kTailEvents);
    }
    QVERIFY(!hub.recent(kTask, 1100, 10)); // Nobody follows any more: nothing is kept.
}

void TestEventHub::largeEventsShortenTheTail()
{
    EventHub hub;
    QObject context;
    const Subscription subscription = hub.subscribe(kTask, &context, [] {});
    const auto publish = [&hub](Seq seq, qsizetype bytes) {
        Event event = eventOf(kTask, seq);
        event.payload = QByteArray(bytes, 'x');
        hub.publish({event}, {});
    };
    const qsizetype size = Limits::kTailBytes / 4;
    for (Seq seq = 1; seq <= 10; ++seq)
        publish(seq, size);
    QVERIFY(!hub.recent(kTask, 5, 10));
    QCOMPARE(seqs(hub.recent(kTask, 6, 10)), QList<Seq>({7, 8, 9, 10}));
    publish(11, Limits::kTailBytes + 1); // The newest is always there.
    QCOMPARE(seqs(hub.recent(kTask, 10, 10)), QList<Seq>({11}));
    QVERIFY(!hub.recent(kTask, 9, 10));
    for (Seq seq = 12; seq <= 20; ++seq) // What has gone counts no more.
        publish(seq, 1);
    QCOMPARE(hub.recent(kTask, 11, 100)->size(), 9);
}

void TestEventHub::foreignEventsAreSorted()
{
    EventHub hub;
    QObject context;
    const Subscription subscription = hub.subscribe(kTask, &context, [] {});
    hub.publish({eventOf(kTask, 1), eventOf(kTask, 2)}, {});
    hub.publish({eventOf(kTask, 4)}, {}); // Ours; 3 is another process's and comes later.
    QVERIFY(!hub.recent(kTask, 2, 10)); // To the store, which has both.
    QCOMPARE(seqs(hub.recent(kTask, 3, 10)), QList<Seq>({4}));
    hub.publish({eventOf(kTask, 3), eventOf(kTask, 4), eventOf(kTask, 5)},
                {}); // Read back from the log.
    QCOMPARE(seqs(hub.recent(kTask, 3, 10)), QList<Seq>({4, 5}));
}

void TestEventHub::joinWhilePublishingSeesEachOnce()
{
    constexpr Seq kEvents = 20'000;
    EventHub hub;
    Log log;
    std::jthread writer([&] {
        for (Seq seq = 1; seq <= kEvents; ++seq)
            hub.publish({log.append()}, {});
    });
    std::vector<std::unique_ptr<Reader>> readers;
    while (readers.size() < 40) { // They join while it writes, and read while they join.
        readers.push_back(std::make_unique<Reader>(hub, log));
        QCoreApplication::processEvents();
    }
    for (const auto &reader : readers) {
        QTRY_COMPARE(reader->last(), kEvents);
        QVERIFY(reader->isInOrder());
    }
}

void TestEventHub::endedSubscriptionIsCalledNoMore()
{
    EventHub hub;
    QObject context;
    int calls = 0;
    Subscription subscription = hub.subscribe(kTask, &context, [&calls] { ++calls; });
    hub.publish({eventOf(kTask, 1)}, {}); // A call is on its way …
    subscription.reset();
    QCoreApplication::processEvents(); // … and finds nobody.
    hub.publish({eventOf(kTask, 2)}, {});
    QCoreApplication::processEvents();
    QCOMPARE(calls, 0);
    subscription.reset();
    Subscription moved = hub.subscribe(kTask, &context, [&calls] { ++calls; });
    subscription = std::move(moved);
    hub.publish({eventOf(kTask, 3)}, {});
    QCoreApplication::processEvents();
    QCOMPARE(calls, 1);
}

void TestEventHub::callMayEndItself()
{
    EventHub hub;
    QObject context;
    Subscription subscription;
    int calls = 0;
    const auto owned =
        std::make_shared<int>(7); // Gone with the function, if that is gone too early.
    subscription = hub.subscribe(kTask, &context, [&, owned] {
        subscription.reset();
        calls += *owned;
    });
    hub.publish({eventOf(kTask, 1)}, {});
    QCoreApplication::processEvents();
    QCOMPARE(calls, 7);
    QCOMPARE(owned.use_count(), 1);
}

void TestEventHub::endMayEndOthers()
{
    // A stream that owns its subscriptions and is owned by its wake-up: ending one ends the other.
    EventHub hub;
    QObject context;
    auto stream = std::make_shared<Subscription>(hub.subscribe(kOther, &context, [] {}));
    Subscription outer = hub.subscribe(kTask, &context, [stream] {});
    Subscription all = hub.subscribeAll(&context, [stream](const QList<TaskId> &) {});
    stream.reset();
    std::atomic<bool> ended = false;
    std::thread ending([&] {
        outer.reset();
        all.reset();
        ended = true;
    });
    const bool inTime = QTest::qWaitFor([&ended] { return ended.load(); }, 5000);
    if (!inTime)
        qFatal("the end of a subscription waits for itself");
    ending.join();
    QVERIFY(!hub.recent(kOther, 0, 1));
}

void TestEventHub::subscriptionMayOutliveTheHub()
{
    QObject context;
    Subscription one;
    Subscription all;
    {
        EventHub hub;
        one = hub.subscribe(kTask, &context, [] {});
        all = hub.subscribeAll(&context, [](const QList<TaskId> &) {});
        hub.publish({eventOf(kTask, 1)}, {});
    }
    QCoreApplication::processEvents();
    one.reset();
    all.reset();
}

void TestEventHub::changesWithoutEventsAreTold()
{
    EventHub hub;
    QObject context;
    int calls = 0;
    QList<QList<TaskId>> told;
    const Subscription one = hub.subscribe(kTask, &context, [&calls] { ++calls; });
    const Subscription all =
        hub.subscribeAll(&context, [&told](const QList<TaskId> &ids) { told << ids; });
    hub.publish({}, {kTask, kTask});
    QCoreApplication::processEvents();
    QCOMPARE(calls, 1);
    QCOMPARE(told, QList<QList<TaskId>>({{kTask}}));
    hub.publish({eventOf(kOther, 1)}, {kOther});
    QCoreApplication::processEvents();
    QCOMPARE(calls, 1);
    QCOMPARE(told.last(), QList<TaskId>({kOther}));
}

void TestEventHub::closedGateHoldsBackAndLosesNothing_data()
{
    QTest::addColumn<bool>("isOfAll");
    QTest::newRow("of one task") << false;
    QTest::newRow("of all tasks") << true;
}

void TestEventHub::closedGateHoldsBackAndLosesNothing()
{
    QFETCH(bool, isOfAll);
    EventHub hub;
    QObject context;
    const auto gate = std::make_shared<WakeGate>(); // Shared with the hub.
    int calls = 0;
    const auto wake = [&] { ++calls; };
    const Subscription subscription = isOfAll ? hub.subscribeAll(&context, wake, gate)
                                              : hub.subscribe(kTask, &context, wake, gate);
    hub.publish({eventOf(kTask, 1)}, {});
    QCoreApplication::processEvents();
    QCOMPARE(calls, 1);
    gate->close();
    hub.publish({eventOf(kTask, 2)}, {});
    hub.publish({eventOf(kTask, 3)}, {});
    QCoreApplication::processEvents();
    QCOMPARE(calls, 1);
    QVERIFY(gate->open());
    QCoreApplication::processEvents();
    QCOMPARE(calls, 1); // Whoever opens it takes what came.
    gate->close();
    QVERIFY(!gate->open());
    hub.publish({eventOf(kTask, 4)}, {});
    QCoreApplication::processEvents();
    QCOMPARE(calls, 2);
}

void TestEventHub::endsAloneAreNotFollowed()
{
    EventHub hub;
    QObject context;
    const Subscription ends = hub.subscribeEnds(&context, [](const QList<Event> &) {});
    QVERIFY(!hub.isFollowed());
    {
        const Subscription one = hub.subscribe(kTask, &context, [] {});
        QVERIFY(hub.isFollowed());
    }
    QVERIFY(!hub.isFollowed());
    const Subscription all = hub.subscribeAll(&context, [](const QList<TaskId> &) {});
    QVERIFY(hub.isFollowed());
}

void TestEventHub::gateThatIsOpenedMeanwhileLosesNothing()
{
    EventHub hub;
    QObject context;
    const auto gate = std::make_shared<WakeGate>(); // Shared with the hub.
    constexpr Seq kGiven = 20'000;
    std::atomic<Seq> stored = 0; // What the store would tell, when the hub's memory is too short.
    Seq seen = 0;
    const auto take = [&] {
        gate->close();
        const auto recent = hub.recent(kTask, seen, 100'000);
        seen = !recent ? stored.load() : recent->isEmpty() ? seen : recent->last().seq;
    };
    const Subscription subscription = hub.subscribe(kTask, &context, take, gate);
    std::jthread writer([&] {
        for (Seq seq = 1; seq <= kGiven; ++seq) {
            stored = seq;
            hub.publish({eventOf(kTask, seq)}, {});
        }
    });
    // It opens as often as it can: each event is either called for or told by open().
    QVERIFY(QTest::qWaitFor(
        [&] {
            if (gate->open())
                take();
            return seen == kGiven;
        },
        30'000));
}

QTEST_GUILESS_MAIN(TestEventHub)
#include "tst_eventhub.moc"
