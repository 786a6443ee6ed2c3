// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/http/apifixture.h"
#include "tests/support/faultvfs.h"

#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

/*! What the server tells of itself while the disk fails. */
class TestStoreProblem final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { FaultVfs::instance(); }
    void cleanup() { FaultVfs::instance().heal(); }
    void isToldAndGoesAway();
};

void TestStoreProblem::isToldAndGoesAway()
{
    ApiFixture api;
    const auto tells = [&api](const QByteArray &line) {
        const RawAnswer answer = api.get("/metrics", "text/plain");
        return answer.status == 200 && answer.body.contains(QByteArray('\n' + line + '\n'));
    };
    QVERIFY(tells("kintsugi_store_problem 0"));
    {
        const FaultScope full({.file = FaultVfs::File::Log, .code = SQLITE_FULL});
        const RawAnswer start = api.post("/api/durable-example/run", R"({"n":1,"sleepMs":0})");
        QCOMPARE(start.status, 503);
        QCOMPARE(api.get("/health").status, 503);
        QVERIFY(tells("kintsugi_store_problem 1"));
        QVERIFY(tells("kintsugi_tasks{state=\"completed\"} 0")); // It can still be read.
        QVERIFY(tells("kintsugi_http_requests_total{route=\"/health\",method=\"GET\",status="
                      "\"5xx\"} 1"));
    }
    QTRY_COMPARE_WITH_TIMEOUT(api.get("/health").status, 200, kPatienceMs);
    QVERIFY(tells("kintsugi_store_problem 0"));
}

QTEST_GUILESS_MAIN(TestStoreProblem)
#include "tst_storeproblem.moc"
