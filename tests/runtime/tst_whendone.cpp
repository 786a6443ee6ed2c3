// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/handover.h"
#include "engine/runtime/whendone.h"

#include <QTest>
#include <QThreadPool>

using namespace Kintsugi;

/*! Answers that come from another thread. */
class TestWhenDone final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachAnswerIsMappedOnce();
    void nothingIsMappedAfterTheContextsEnd();
};

/*! The promise is kept while the function is being attached: where QFuture::then() runs it twice.
 */
void TestWhenDone::eachAnswerIsMappedOnce()
{
#if __has_feature(thread_sanitizer)
    constexpr int kAnswers = 5'000; // Each costs a hundred times as much there.
#else
    constexpr int kAnswers = 150'000;
#endif
    QThreadPool pool;
    pool.setMaxThreadCount(4);
    std::atomic<int> ran = 0;
    for (int i = 0; i < kAnswers; ++i) {
        auto promise = std::make_shared<QPromise<int>>();
        promise->start();
        const QFuture<int> future = promise->future();
        pool.start(handedOver([promise] {
            promise->addResult(1);
            promise->finish();
        }));
        promise.reset();
        for (volatile int turn = 0; turn < i % 400; turn = turn + 1) {} // Now sooner, now later.
        std::ignore = mapped(this, future, [&ran](int value) {
            ran += value;
            return value;
        });
    }
    QVERIFY(QTest::qWaitFor([&] { return ran == kAnswers; }, 60'000));
    pool.waitForDone();
    QCOMPARE(ran.load(), kAnswers);
}

void TestWhenDone::nothingIsMappedAfterTheContextsEnd()
{
    QPromise<int> promise;
    promise.start();
    bool ran = false;
    QFuture<int> result;
    {
        QObject context;
        result = mapped(&context, promise.future(), [&ran](int value) {
            ran = true;
            return value;
        });
    }
    promise.addResult(1);
    promise.finish();
    QVERIFY(QTest::qWaitFor([&] { return result.isFinished(); }));
    QCOMPARE(result.resultCount(), 0);
    QVERIFY(!ran);
}

QTEST_GUILESS_MAIN(TestWhenDone)
#include "tst_whendone.moc"
