// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/model/task.h"

#include "engine/model/jsonwriter.h"

#include <array>

namespace Kintsugi {

namespace {
struct Spelling
{
    TaskState state;
    QByteArrayView text;
};
constexpr std::array<Spelling, 6> kSpellings{{{TaskState::Pending, "pending"},
                                              {TaskState::Running, "running"},
                                              {TaskState::Suspended, "suspended"},
                                              {TaskState::Completed, "completed"},
                                              {TaskState::Failed, "failed"},
                                              {TaskState::Cancelled, "cancelled"}}};
} // namespace

QByteArray toWire(TaskState state)
{
    for (const Spelling &spelling : kSpellings) {
        if (spelling.state == state)
            return spelling.text.toByteArray();
    }
    Q_UNREACHABLE();
    return {};
}

std::optional<TaskState> taskStateFromWire(QByteArrayView text)
{
    for (const Spelling &spelling : kSpellings) {
        if (spelling.text == text)
            return spelling.state;
    }
    return std::nullopt;
}

QByteArray toJson(const Task &task)
{
    JsonWriter json;
    json.member("id", task.id.bytes())
        .member("idempotencyKey", task.key.bytes())
        .member("name", task.name)
        .member("definitionVersion", task.definitionVersion)
        .member("userId", task.user.bytes())
        .member("state", toWire(task.state))
        .member("stale", task.stale);
    if (task.staleIn)
        json.member("staleInMs", qint64(task.staleIn->count()));
    else
        json.null("staleInMs");
    json.member("attempt", task.attempt)
        .member("epoch", task.epoch)
        .member("autoRecover", task.autoRecover)
        .raw("input", task.input)
        .raw("result", task.result)
        .raw("error", task.error)
        .textOrNull("stopReason", task.stopReason)
        .null("parentId")
        .textOrNull("forkedFrom", task.forkedFrom.toString())
        .textOrNull("summary", task.summary)
        .member("createdAt", std::optional(task.createdAt))
        .member("startedAt", task.startedAt)
        .member("finishedAt", task.finishedAt)
        .member("lastHeartbeatAt", task.lastHeartbeatAt)
        .member("wakeAt", task.wakeAt)
        .member("lastSeq", task.lastSeq)
        .textOrNull("worker", task.worker);
    return json.finish();
}

} // namespace Kintsugi
