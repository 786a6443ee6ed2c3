// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// /metrics. Labels take their values from our own tables, never from a request.

#include "app/http/api.h"
#include "app/http/metricstext.h"

namespace Kintsugi {

using namespace Qt::StringLiterals;

namespace {

void tellBuild(MetricsText &text)
{
    text.gauge("kintsugi_build_info", "1, with the versions of what runs as labels.")
        .sample(1, {{"version", KINTSUGI_VERSION}, {"qt", qVersion()}});
}

void tellTasks(MetricsText &text, const TaskCounts &counts)
{
    text.gauge("kintsugi_tasks",
               "Tasks in the store, of all users, by state; stale ones are not among the running.");
    const auto state = [&text](const char *name, int count) {
        text.sample(count, {{"state", name}});
    };
    state("pending", counts.pending);
    state("running", counts.running);
    state("stale", counts.stale);
    state("suspended", counts.suspended);
    state("completed", counts.completed);
    state("failed", counts.failed);
    state("cancelled", counts.cancelled);
}

void tellEngine(MetricsText &text, const EngineStatus &status)
{
    text.gauge("kintsugi_attempts_driven", "Attempts that this process drives.")
        .sample(status.driving);
    text.gauge("kintsugi_tasks_queued", "Tasks in the store that wait for a free slot.")
        .sample(status.queued);
    text.gauge("kintsugi_workers", "Live workers on the store.").sample(status.workers);
    text.counter("kintsugi_commits_total", "Transactions that this process has committed.")
        .sample(status.commits);
    text.gauge("kintsugi_commit_duration_p99_seconds",
               "99th percentile of the time that the last 1000 commits took.")
        .sample(
            QByteArray::number(std::chrono::duration<double>(status.commitP99).count(), 'f', 6));
    text.gauge("kintsugi_store_size_bytes", "Size of the store's file and its write-ahead log.")
        .sample(status.storeBytes);
    text.gauge("kintsugi_store_problem", "1 while the store cannot be read or written, else 0.")
        .sample(status.writable ? 0 : 1);
}

void tellDoor(MetricsText &text, const GuardTally &door)
{
    text.gauge("kintsugi_http_connections", "Connections that are open, streams included.")
        .sample(door.open);
    text.counter("kintsugi_http_connections_accepted_total", "Connections that were accepted.")
        .sample(door.accepted);
    text.counter("kintsugi_http_connections_dropped_total",
                 "Connections that were closed without a word, for there were far too many.")
        .sample(door.dropped);
    text.counter("kintsugi_http_connections_abandoned_total",
                 "Connections whose client left before its request was complete.")
        .sample(door.abandoned);
    text.counter("kintsugi_http_connections_refused_total",
                 "Requests that were refused before they came to a route, by status code.");
    for (const auto &[status, count] : door.refused)
        text.sample(count, {{"code", QByteArray::number(status)}});
    text.gauge("kintsugi_http_held_bytes", "Memory held by requests whose answer has not begun.")
        .sample(door.heldBytes);
}

void tellRequests(MetricsText &text, const HttpTally &tally)
{
    text.counter("kintsugi_http_requests_total",
                 "Requests that have ended, by route, method and class of status; route other: no "
                 "such path; status none: the client left before the answer.");
    for (const auto &[kind, count] : tally.requests) {
        text.sample(
            count,
            {{"route", kind.route.isEmpty() ? "other"_ba : kind.route},
             {"method", kind.method},
             {"status",
              kind.statusClass == 0 ? "none"_ba : QByteArray::number(kind.statusClass) + "xx"_ba}});
    }
}

void tellStreams(MetricsText &text, const HttpTally &tally, int open)
{
    text.gauge("kintsugi_http_streams", "Event streams that are open.").sample(open);
    text.counter("kintsugi_http_streams_opened_total", "Event streams that were begun.")
        .sample(tally.streams);
    text.counter("kintsugi_http_stream_frames_total", "Events that were written to streams.")
        .sample(tally.streamFrames);
    text.counter("kintsugi_http_stream_bytes_total", "Bytes that were written to streams.")
        .sample(tally.streamBytes);
    text.counter("kintsugi_http_stream_readers_dropped_total",
                 "Readers of a stream that were dropped because they took nothing.")
        .sample(tally.droppedReaders);
}

/*! Without the tasks while the store cannot be read: the rest is what a person needs then. */
void answer(const Api &api, const Exchange &exchange, const EngineStatus &status,
            const Expected<TaskCounts> &counts)
{
    MetricsText text;
    tellBuild(text);
    if (counts)
        tellTasks(text, *counts);
    tellEngine(text, status);
    tellDoor(text, *api.door);
    tellRequests(text, *api.tally);
    tellStreams(text, *api.tally, api.streams.count());
    exchange.send(200, MetricsText::kType.toByteArray(), text.finish());
}

void metrics(Api &api, const Exchange &exchange)
{
    if (!exchange.accepts("text/plain"))
        return;
    whenDone(api.context, api.engine.status(), [&api, exchange](const EngineStatus &status) {
        whenDone(api.context, api.engine.counts(UserId()),
                 [&api, exchange, status](const Expected<TaskCounts> &counts) {
                     answer(api, exchange, status, counts);
                 });
    });
}

} // namespace

void addMetricsRoutes(Routes &routes, Api &api)
{
    routes.add("GET"_ba, "/metrics",
               {.id = "getMetrics",
                .tag = "Service",
                .summary = u"Figures for Prometheus, in its text format 0.0.4."_s,
                .answers = {Answers::text(MetricsText::kType.toByteArray())}},
               [&api](const Exchange &exchange) { metrics(api, exchange); });
}

} // namespace Kintsugi
