#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""/metrics as Prometheus' own parser reads it.

metrics.py KINTSUGI_CLI: wants python3-prometheus-client.
"""

import re
import socket
import sys
import unittest
from urllib.parse import urlsplit

from prometheus_client.parser import text_string_to_metric_families
from served import Served

STATES = {"pending", "running", "stale", "suspended", "completed", "failed", "cancelled"}


class Metrics(unittest.TestCase):
    program: str

    def setUp(self):
        self.server = Served(self.program)
        self.addCleanup(self.server.close)

    def scrape(self):
        answer = self.server.ask("GET", "/metrics", accept="application/openmetrics-text;version=1.0.0,"
                                 "text/plain;version=0.0.4;q=0.5,*/*;q=0.1")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.type, "text/plain; version=0.0.4; charset=utf-8")
        return list(text_string_to_metric_families(answer.body.decode()))

    def value(self, name: str, **labels: str) -> float:
        """The sum of the samples of that name that have these labels."""
        samples = [sample for family in self.scrape() for sample in family.samples
                   if sample.name == name and labels.items() <= sample.labels.items()]
        return sum(sample.value for sample in samples)

    def raw(self, request: bytes) -> bytes:
        address = urlsplit(self.server.url)
        with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
            connection.sendall(request)
            answer = b""
            while part := connection.recv(65536):
                answer += part
            return answer

    def test_families_keep_the_conventions(self):
        families = self.scrape()
        names = [family.name for family in families]
        self.assertEqual(sorted(names), sorted(set(names)))
        self.assertGreater(len(families), 15)
        for family in families:
            with self.subTest(family.name):
                self.assertRegex(family.name, r"^kintsugi_[a-z0-9_]+$")
                self.assertTrue(family.documentation.endswith("."))
                self.assertIn(family.type, ("counter", "gauge"))
                self.assertNotRegex(family.name, r"_(ms|milliseconds|kb|mb|percent)(_|$)", "base units: seconds and bytes")
                for sample in family.samples:
                    self.assertEqual(sample.name.endswith("_total"), family.type == "counter")
                    self.assertGreaterEqual(sample.value, 0)
                samples = [(sample.name, tuple(sorted(sample.labels.items()))) for sample in family.samples]
                self.assertEqual(len(samples), len(set(samples)))

    def test_tasks_and_commits_are_counted(self):
        build = [sample for family in self.scrape() for sample in family.samples if sample.name == "kintsugi_build_info"]
        self.assertEqual([set(sample.labels) for sample in build], [{"version", "qt"}])
        before = self.value("kintsugi_commits_total")
        self.server.ask("POST", "/api/durable-example/run", {"n": 3, "sleepMs": 0})
        live = self.server.ask("POST", "/api/durable-example/run", {"n": 1000, "sleepMs": 3600000}, "application/json")
        self.assertEqual(live.status, 202)
        states = {sample.labels["state"]: sample.value for family in self.scrape() for sample in family.samples
                  if sample.name == "kintsugi_tasks"}
        self.assertEqual(set(states), STATES)
        self.assertEqual((states["completed"], sum(states.values())), (1, 2))
        self.assertGreater(self.value("kintsugi_commits_total"), before)
        self.assertGreater(self.value("kintsugi_store_size_bytes"), 0)
        self.assertGreater(self.value("kintsugi_commit_duration_p99_seconds"), 0)
        self.assertLess(self.value("kintsugi_commit_duration_p99_seconds"), 60)
        self.assertEqual(self.value("kintsugi_workers"), 1)
        self.assertEqual(self.value("kintsugi_store_problem"), 0)
        self.assertEqual(self.value("kintsugi_tasks_queued"), 0)

    def test_streams_are_counted(self):
        stream = self.server.ask("POST", "/api/durable-example/run", {"n": 3, "sleepMs": 0}, "text/event-stream")
        self.assertEqual(self.value("kintsugi_http_streams_opened_total"), 1)
        self.assertEqual(self.value("kintsugi_http_stream_frames_total"), stream.body.count(b"\nid: "))
        self.assertGreaterEqual(self.value("kintsugi_http_stream_bytes_total"), len(stream.body))
        self.assertEqual(self.value("kintsugi_http_stream_readers_dropped_total"), 0)
        self.assertEqual(self.value("kintsugi_http_requests_total", route="/api/durable-example/run", method="POST",
                                    status="2xx"), 1)

    def test_labels_are_bounded_whatever_strangers_ask_for(self):
        for number in range(20):
            self.server.ask("GET", f"/api/tasks/stranger-{number}?q={number}")
            self.server.ask("GET", f"/stranger/{number}")
        self.server.ask("PUT", "/health")
        refused = self.raw(b"GET /health HTTP/1.1\r\nHost: stranger.example\r\n\r\n")
        self.assertIn(b" 403 ", refused.splitlines()[0])
        self.raw(b"stranger\r\n\r\n")
        described = {re.sub(r"{(\w+)}", r":\1", path) for path in self.server.ask("GET", "/openapi.json").json()["paths"]}
        for family in self.scrape():
            for sample in family.samples:
                self.assertNotIn("stranger", str(sample.labels))
                if "route" in sample.labels:
                    self.assertIn(sample.labels["route"], described | {"other"})
                    self.assertIn(sample.labels["status"], ("2xx", "4xx", "5xx", "none"))
        self.assertEqual(self.value("kintsugi_http_requests_total", route="/api/tasks/:id", status="4xx"), 20)
        self.assertEqual(self.value("kintsugi_http_requests_total", route="other", status="4xx"), 20)
        self.assertEqual(self.value("kintsugi_http_requests_total", route="/health", method="PUT", status="4xx"), 1)
        self.assertEqual(self.value("kintsugi_http_connections_refused_total", code="403"), 1)
        self.assertEqual(self.value("kintsugi_http_connections_refused_total", code="400"), 1)
        self.assertGreater(self.value("kintsugi_http_connections_accepted_total"), 40)
        self.assertGreaterEqual(self.value("kintsugi_http_connections"), 1)


if __name__ == "__main__":
    Metrics.program = sys.argv.pop(1)
    unittest.main()
