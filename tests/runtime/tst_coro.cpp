// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#ifndef Q_MOC_RUN // It cannot read <coroutine> as the first of all headers.
#include "engine/runtime/coro.h"
#endif

#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! The coroutine type: lazy, owning, and gone without a trace when it is dropped. */
class TestCoro : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void runsOnlyWhenStarted();
    void valueComesThroughEveryFrame();
    void exceptionComesThroughEveryFrame();
    void dropFreesTheWholeChain();
    void dropOfOneThatNeverRanFreesItsParameters();
    void movedFromIsDone();
    void assignmentDropsWhatWasThere();
    void parametersOutliveTheCaller();
    void resultMayBeMovedOnly();
    void millionNestedAwaits();
    void millionAwaitsInARow();
};

namespace {

/*! Counts what is alive. */
struct Alive
{
    explicit Alive(int &count)
        : m_count(&count)
    {
        ++*m_count;
    }
    Alive(const Alive &other)
        : m_count(other.m_count)
    {
        ++*m_count;
    }
    Alive &operator=(const Alive &) = delete;
    ~Alive() { --*m_count; }
    int *m_count;
};

/*! Rests until somebody resumes it. */
class Gate
{
public:
    Gate() = default;
    Gate(const Gate &) = delete;
    Gate &operator=(const Gate &) = delete;
    ~Gate() = default;

    class Awaiter
    {
    public:
        explicit Awaiter(Gate &gate)
            : m_gate(gate)
        {}
        Awaiter(const Awaiter &) = delete;
        Awaiter &operator=(const Awaiter &) = delete;
        ~Awaiter() { m_gate.m_handle = {}; }
        [[nodiscard]] bool await_ready() const { return false; }
        void await_suspend(std::coroutine_handle<> handle) { m_gate.m_handle = handle; }
        void await_resume() const {}

    private:
        Gate &m_gate;
    };
    Awaiter operator co_await() { return Awaiter(*this); }
    [[nodiscard]] bool isWaiting() const { return bool(m_handle); }
    void open() { m_handle.resume(); }

private:
    std::coroutine_handle<> m_handle;
};

Coro<int> chain(Gate &gate, Alive alive, int depth)
{
    const Alive local = alive;
    if (depth == 0) {
        co_await gate;
        co_return 1;
    }
    co_return 1 + co_await chain(gate, alive, depth - 1);
}

Coro<int> nested(int depth)
{
    if (depth == 0)
        co_return 0;
    co_return 1 + co_await nested(depth - 1);
}

Coro<int> one()
{
    co_return 1;
}

Coro<void> failing(int depth)
{
    if (depth == 0)
        throw std::logic_error("deep down");
    co_await failing(depth - 1);
}

template<typename T>
Coro<void> into(Coro<T> inner, T &out)
{
    out = co_await inner;
}

} // namespace

void TestCoro::runsOnlyWhenStarted()
{
    int steps = 0;
    const auto body = [](int &count) -> Coro<void> {
        ++count;
        co_return;
    };
    Coro<void> coro = body(steps);
    QCOMPARE(steps, 0);
    QVERIFY(!coro.done());
    coro.start();
    QCOMPARE(steps, 1);
    QVERIFY(coro.done());
}

void TestCoro::valueComesThroughEveryFrame()
{
    Gate gate;
    int alive = 0;
    int result = 0;
    Coro<void> root = into(chain(gate, Alive(alive), 20), result);
    root.start();
    QVERIFY(gate.isWaiting());
    QCOMPARE(result, 0);
    gate.open();
    QVERIFY(root.done());
    QCOMPARE(result, 21);
}

void TestCoro::exceptionComesThroughEveryFrame()
{
    QByteArray caught;
    const auto body = [](QByteArray &out) -> Coro<void> {
        try {
            co_await failing(10);
        } catch (const std::logic_error &error) {
            out = error.what();
        }
    };
    Coro<void> root = body(caught);
    root.start();
    QCOMPARE(caught, "deep down"_ba);
}

void TestCoro::dropFreesTheWholeChain()
{
    int alive = 0;
    Gate gate;
    {
        int result = 0;
        Coro<void> root = into(chain(gate, Alive(alive), 1000), result);
        root.start();
        QVERIFY(gate.isWaiting());
        QVERIFY(alive >= 2 * 1001); // At least a parameter and a local in each frame.
        root = {};
        QCOMPARE(alive, 0);
        QVERIFY(!gate.isWaiting()); // The awaiter took itself back.
        QCOMPARE(result, 0);
    }
}

void TestCoro::dropOfOneThatNeverRanFreesItsParameters()
{
    int alive = 0;
    Gate gate;
    {
        const Coro<int> never = chain(gate, Alive(alive), 5);
        QCOMPARE(alive, 1);
    }
    QCOMPARE(alive, 0);
}

void TestCoro::movedFromIsDone()
{
    Coro<int> first = one();
    const Coro<int> second = std::move(first);
    QVERIFY(first.done()); // NOLINT(bugprone-use-after-move): what this test is about.
    QVERIFY(!second.done());
    QVERIFY(Coro<int>().done());
}

void TestCoro::assignmentDropsWhatWasThere()
{
    int alive = 0;
    Gate gate;
    Coro<int> coro = chain(gate, Alive(alive), 3);
    coro.start();
    QVERIFY(alive >= 8);
    coro = one();
    QCOMPARE(alive, 0);
    coro.start();
    QVERIFY(coro.done());
    Coro<int> &same = coro;
    coro = std::move(same);
    QVERIFY(coro.done());
}

void TestCoro::parametersOutliveTheCaller()
{
    Gate gate;
    QString result;
    Coro<void> root;
    {
        const auto body = [](Gate &g, QString text) -> Coro<QString> {
            co_await g;
            co_return text + u'!';
        };
        const QString temporary = u"a text that is long enough to live on the heap"_s;
        root = into(body(gate, temporary), result);
        root.start();
    }
    gate.open();
    QCOMPARE(result, u"a text that is long enough to live on the heap!"_s);
}

void TestCoro::resultMayBeMovedOnly()
{
    std::unique_ptr<int> result;
    const auto body = []() -> Coro<std::unique_ptr<int>> { co_return std::make_unique<int>(7); };
    Coro<void> root = into(body(), result);
    root.start();
    QCOMPARE(*result, 7);
}

void TestCoro::millionNestedAwaits()
{
    // Each frame lives in its parent's, so a stack would need a frame for each when they end: it
    // does not, control is passed on.
    int result = 0;
    Coro<void> root = into(nested(1'000'000), result);
    root.start();
    QCOMPARE(result, 1'000'000);
}

void TestCoro::millionAwaitsInARow()
{
    const auto body = [](int &sum) -> Coro<void> {
        for (int i = 0; i < 1'000'000; ++i)
            sum += co_await one();
    };
    int sum = 0;
    Coro<void> root = body(sum);
    root.start();
    QCOMPARE(sum, 1'000'000);
}

QTEST_GUILESS_MAIN(TestCoro)
#include "tst_coro.moc"
