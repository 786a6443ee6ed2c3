// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "tests/ui/runlogs.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace Kintsugi {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray kCounting = "01a207a2-3280-7b31-9c4e-5d1f0a86e2b7";
const QByteArray kPipeline = "01a207a4-2e50-7e02-a1d8-30c97f4be615";

QByteArray line(const QByteArray &task, qint64 seq, const QByteArray &type, int attempt,
                Timestamp at, const QByteArray &payload)
{
    return R"({"seq":)" + QByteArray::number(seq) + R"(,"type":")" + type + R"(","taskId":")" + task
        + R"(","attempt":)" + QByteArray::number(attempt) + R"(,"at":")" + toIso8601(at)
        + R"(","payload":)" + payload + "}\n";
}

Task runningTask(const QByteArray &id, const QByteArray &name, const QByteArray &key,
                 const QByteArray &input, int attempt, Timestamp created)
{
    Task task;
    task.id = TaskId(id);
    task.key = IdempotencyKey(key);
    task.name = name;
    task.user = localUser();
    task.state = TaskState::Running;
    task.attempt = attempt;
    task.epoch = attempt;
    task.input = input;
    task.createdAt = created;
    task.startedAt = created + 3ms;
    task.worker = u"host-4242-5c1e"_s;
    task.owner = OwnerState::ThisProcess;
    task.staleIn = 4600ms;
    return task;
}

RunLog pipeline(const QByteArray &lines, int attempt)
{
    RunLog log;
    log.events = eventsFromLines(lines);
    log.task = runningTask(kPipeline, "pipeline-with-steps"_ba,
                           "16ee4f4b8d2ab8a6c3f0a2b1f7f6d5c4b3a29180716253443526170819a011c3"_ba,
                           R"({"rows":1000,"stageMs":1500})"_ba, attempt, log.events.first().at);
    log.task.lastSeq = log.events.last().seq;
    log.task.lastHeartbeatAt = log.events.last().at + 400ms;
    return log;
}

QByteArray pipelineLines(int count)
{
    static const QByteArrayList lines{
        R"({"seq":1,"type":"created","taskId":"%","attempt":0,"at":"2026-11-23T09:02:10.000Z","payload":{"input":{"rows":1000,"stageMs":1500}}})",
        R"({"seq":2,"type":"attempt_started","taskId":"%","attempt":1,"at":"2026-11-23T09:02:10.003Z","payload":{"reason":"submit","previousAttempt":0}})",
        R"({"seq":3,"type":"stage_started","taskId":"%","attempt":1,"at":"2026-11-23T09:02:10.005Z","payload":{"stage":"extract","index":0}})",
        R"({"seq":4,"type":"stage_done","taskId":"%","attempt":1,"at":"2026-11-23T09:02:11.509Z","payload":{"stage":"extract","index":0,"fromCache":false,"durationMs":1503,"result":{"rows":1000}}})",
        R"({"seq":5,"type":"stage_started","taskId":"%","attempt":1,"at":"2026-11-23T09:02:11.511Z","payload":{"stage":"transform","index":1}})",
        R"({"seq":6,"type":"attempt_started","taskId":"%","attempt":2,"at":"2026-11-23T09:02:15.026Z","payload":{"reason":"recovery","previousAttempt":1}})",
        R"({"seq":7,"type":"recovered","taskId":"%","attempt":2,"at":"2026-11-23T09:02:15.030Z","payload":{"cachedStages":["extract"]}})",
        R"({"seq":8,"type":"stage_done","taskId":"%","attempt":2,"at":"2026-11-23T09:02:15.031Z","payload":{"stage":"extract","index":0,"fromCache":true,"durationMs":1503,"result":{"rows":1000}}})",
        R"({"seq":9,"type":"stage_started","taskId":"%","attempt":2,"at":"2026-11-23T09:02:15.033Z","payload":{"stage":"transform","index":1}})",
        R"({"seq":10,"type":"stage_done","taskId":"%","attempt":2,"at":"2026-11-23T09:02:16.541Z","payload":{"stage":"transform","index":1,"fromCache":false,"durationMs":1506,"result":{"groups":17}}})",
        R"({"seq":11,"type":"stage_started","taskId":"%","attempt":2,"at":"2026-11-23T09:02:16.543Z","payload":{"stage":"load","index":2}})",
        R"({"seq":12,"type":"stage_done","taskId":"%","attempt":2,"at":"2026-11-23T09:02:18.049Z","payload":{"stage":"load","index":2,"fromCache":false,"durationMs":1502,"result":{"written":1000}}})",
        R"({"seq":13,"type":"completed","taskId":"%","attempt":2,"at":"2026-11-23T09:02:18.051Z","payload":{"result":{"rows":1000,"checksum":"5f0c8a71e9d2b364"}}})"};
    QByteArray text;
    for (int i = 0; i < count; ++i)
        text += QByteArray(lines[i]).replace('%', kPipeline) + '\n';
    return text;
}

} // namespace

QList<Event> eventsFromLines(const QByteArray &lines)
{
    QList<Event> events;
    for (const QByteArray &text : lines.split('\n')) {
        if (text.isEmpty())
            continue;
        const QJsonObject object = QJsonDocument::fromJson(text).object();
        Q_ASSERT(!object.isEmpty());
        Event event;
        event.task = TaskId(object["taskId"_L1].toString().toUtf8());
        event.seq = object["seq"_L1].toInteger();
        event.attempt = object["attempt"_L1].toInt();
        event.type = object["type"_L1].toString().toUtf8();
        event.payload =
            QJsonDocument(object["payload"_L1].toObject()).toJson(QJsonDocument::Compact);
        event.at = *fromIso8601(object["at"_L1].toString().toUtf8());
        events << event;
    }
    return events;
}

RunLog counting(qint64 n, const QList<qint64> &ticksOfAttempts)
{
    const Timestamp created = *fromIso8601("2026-11-23T09:00:00.000Z");
    const QByteArray size = QByteArray::number(n);
    const QByteArray input = R"({"n":)" + size + R"(,"sleepMs":1000})";
    Timestamp at = created;
    qint64 seq = 1;
    qint64 tick = 0;
    QByteArray text = line(kCounting, seq, "created", 0, at, R"({"input":)" + input + "}");
    for (qsizetype attempt = 1; attempt <= ticksOfAttempts.size(); ++attempt) {
        at += attempt == 1 ? 3ms : 5933ms;
        const QByteArray reason = attempt == 1 ? "submit" : "recovery";
        text += line(kCounting, ++seq, "attempt_started", int(attempt), at,
                     R"({"reason":")" + reason + R"(","previousAttempt":)"
                         + QByteArray::number(attempt - 1) + "}");
        if (attempt > 1) {
            at += 4ms;
            text += line(kCounting, ++seq, "recovered", int(attempt), at,
                         R"({"fromTick":)" + QByteArray::number(tick + 1) + R"(,"ticksSoFar":)"
                             + QByteArray::number(tick) + "}");
        }
        for (qint64 i = 0; i < ticksOfAttempts[attempt - 1]; ++i) {
            at += 1003ms;
            ++tick;
            text += line(kCounting, ++seq, "tick", int(attempt), at,
                         R"({"i":)" + QByteArray::number(tick) + R"(,"n":)" + size + "}");
        }
    }
    RunLog log;
    log.events = eventsFromLines(text);
    log.task = runningTask(kCounting, "count-to-n"_ba,
                           "836211e27ef38a27c9d1b5a4e3f2718293a4b5c6d7e8f90123456789abcd90de"_ba,
                           input, int(ticksOfAttempts.size()), created);
    log.task.lastSeq = seq;
    log.task.lastHeartbeatAt = at + 60ms;
    return log;
}

RunLog mendedCounting()
{
    return counting(10, {5, 2});
}

RunLog pipelineAtTransform()
{
    return pipeline(pipelineLines(5), 1);
}

RunLog mendedPipeline()
{
    return pipeline(pipelineLines(9), 2);
}

RunLog completedPipeline()
{
    RunLog log = pipeline(pipelineLines(13), 2);
    log.task.state = TaskState::Completed;
    log.task.owner = OwnerState::None;
    log.task.staleIn.reset();
    log.task.finishedAt = log.events.last().at;
    log.task.result = R"({"rows":1000,"checksum":"5f0c8a71e9d2b364"})"_ba;
    return log;
}

RunLog dropped(RunLog log, std::chrono::milliseconds staleIn)
{
    log.task.owner = OwnerState::Dropped;
    log.task.lastHeartbeatAt = lastMoment(log) + 392ms;
    log.task.staleIn = staleIn;
    log.task.stale = staleIn <= 0ms;
    return log;
}

RunLog dead(RunLog log)
{
    log.task.owner = OwnerState::Dead;
    log.task.lastHeartbeatAt = lastMoment(log) + 869ms;
    log.task.staleIn = 0ms;
    log.task.stale = true;
    return log;
}

RunLog ended(RunLog log, const QByteArray &type, const QByteArray &payload)
{
    const Event &last = log.events.last();
    log.events += eventsFromLines(
        line(log.task.id.bytes(), last.seq + 1, type, log.task.attempt, last.at + 3ms, payload));
    log.task.state = *taskStateFromWire(type);
    log.task.owner = OwnerState::None;
    log.task.staleIn.reset();
    log.task.finishedAt = log.events.last().at;
    log.task.lastSeq = log.events.last().seq;
    return log;
}

Timestamp lastMoment(const RunLog &log)
{
    return log.events.last().at;
}

} // namespace Kintsugi
