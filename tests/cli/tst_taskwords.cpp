// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/cli/taskwords.h"
#include "engine/model/canonicaljson.h"

#include <QTest>

using namespace Kintsugi;
using namespace Qt::StringLiterals;

class TestTaskWords final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void waits_data();
    void waits();
    void steps();
};

namespace {

const QString kThen = u"2026-11-23T12:00:00.000Z"_s;

QJsonObject object(const QByteArray &json)
{
    return parseJson(json).value_or(QJsonValue()).toObject();
}

Timestamp at(const QString &time)
{
    return fromUnixMs(QDateTime::fromString(time, Qt::ISODateWithMs).toMSecsSinceEpoch());
}

} // namespace

void TestTaskWords::waits_data()
{
    QTest::addColumn<QJsonObject>("task");
    QTest::addColumn<QJsonObject>("suspended");
    QTest::addColumn<QString>("said");
    const QString then = QDateTime::fromString(kThen, Qt::ISODateWithMs)
                             .toLocalTime()
                             .toString(u"yyyy-MM-dd HH:mm:ss"_s);
    const auto row = [](const char *name, QJsonObject task, const QJsonObject &suspended,
                        const QString &said) {
        task.insert("id"_L1, u"ID"_s);
        if (!task.contains("wakeAt"_L1))
            task.insert("wakeAt"_L1, QJsonValue::Null);
        QTest::newRow(name) << task << suspended << said;
    };
    const QJsonObject suspended{{u"state"_s, u"suspended"_s}};
    const QJsonObject until{{u"state"_s, u"suspended"_s}, {u"wakeAt"_s, kThen}};
    row("a running one", {{u"state"_s, u"running"_s}}, {}, {});
    row("an ended one", {{u"state"_s, u"failed"_s}}, {}, {});
    row("a stale one", {{u"state"_s, u"running"_s}, {u"stale"_s, true}}, {},
        u"Nobody drives it. To go on: kintsugi-cli nudge ID"_s);
    row("a delayed start", {{u"state"_s, u"pending"_s}, {u"wakeAt"_s, kThen}}, {},
        u"Starts at %1."_s.arg(then));
    row("a retry", {{u"state"_s, u"pending"_s}, {u"wakeAt"_s, kThen}, {u"attempt"_s, 2}}, {},
        u"Next try at %1."_s.arg(then));
    row("a queued one", {{u"state"_s, u"pending"_s}}, {},
        u"Waits for a worker that has room for it."_s);
    row("a sleeper", until, {{u"reason"_s, u"sleep"_s}},
        u"Sleeps until %1, then goes on by itself."_s.arg(then));
    row("a listener", suspended, {{u"reason"_s, u"signal"_s}},
        u"Waits for a signal: kintsugi-cli signal ID NAME [JSON]"_s);
    row("a listener with a timeout", until, {{u"reason"_s, u"signal"_s}},
        u"Waits for a signal until %1: kintsugi-cli signal ID NAME [JSON]"_s.arg(then));
    row("one whose time has come",
        {{u"state"_s, u"suspended"_s}, {u"wakeAt"_s, u"2026-11-23T08:00:00.000Z"_s}},
        {{u"reason"_s, u"sleep"_s}}, u"Goes on as soon as a worker drives it."_s);
    row("a suspended one", suspended, {{u"reason"_s, u"lunch"_s}},
        u"Rests. To go on: kintsugi-cli resume ID"_s);
    row("one that a person lets sleep", suspended, {{u"reason"_s, u"sleep"_s}},
        u"Rests. To go on: kintsugi-cli resume ID"_s);
}

void TestTaskWords::waits()
{
    QFETCH(QJsonObject, task);
    QFETCH(QJsonObject, suspended);
    QTEST(waitOf(task, suspended, at(u"2026-11-23T09:00:00.000Z"_s)), "said");
}

void TestTaskWords::steps()
{
    const QStringList lines = stepLines(object(R"json({"steps":[
        {"key":"load#1","name":"load","attempt":1,"durationMs":7,"error":null,"cacheHits":0},
        {"key":"now()#1","name":"now()","attempt":1,"durationMs":0,"error":null,"cacheHits":3},
        {"key":"load#2","name":"load","attempt":2,"durationMs":8,"error":null,"cacheHits":1},
        {"key":"3.0/sum#1","name":"sum","attempt":0,"durationMs":9,"error":null,"cacheHits":2},
        {"key":"3.1/add#1","name":"add","attempt":1,"durationMs":1,"error":null,"cacheHits":0},
        {"key":"3.2/add#1","name":"add","attempt":1,"durationMs":2,"error":null,"cacheHits":0},
        {"key":"send#1","name":"send","attempt":2,"durationMs":1,"error":{"message":"no"},"cacheHits":0}],
        "runs":[{"key":"load#2","starts":2,"failures":0,"nextAt":null},
        {"key":"send#1","starts":0,"failures":1,"nextAt":null},
        {"key":"wait#1","starts":1,"failures":3,"nextAt":null}]
})json"));
    QCOMPARE(
        lines,
        (QStringList{u"load       ran in attempt 1, 7 ms"_s,
                     u"load#2     ran in attempt 2, 8 ms, 2 starts, once from cache"_s,
                     u"sum        came with the fork, 2 times from cache"_s,
                     u"3.1/add#1  ran in attempt 1, 1 ms"_s, u"3.2/add#1  ran in attempt 1, 2 ms"_s,
                     u"send       failed in attempt 2: no, 1 failure"_s,
                     u"wait       not done, 1 start, 3 failures"_s}));
    QVERIFY(stepLines({}).isEmpty());
}

QTEST_GUILESS_MAIN(TestTaskWords)
#include "tst_taskwords.moc"
