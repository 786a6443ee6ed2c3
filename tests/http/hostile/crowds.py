#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Very many at once: connects and drops, floods of requests, and as many idle connections as are allowed, and more."""

import resource
import unittest

from target import SIZE, Theme, get, is_sanitized, main, post, read_all, reset, status_of, until

CONNECTIONS = 10_000  # The contract's.
FILES = resource.getrlimit(resource.RLIMIT_NOFILE)[1]


class Crowds(Theme):
    def test_connects_and_drops(self):
        before = self.server.metric("kintsugi_http_connections_accepted_total")
        for number in range(10_000 * SIZE):
            connection = self.server.connect()
            if number % 4 == 0:
                connection.send(b"GET / HTTP/1.1\r\nHo")
            (reset if number % 2 else type(connection).close)(connection)
            if number % 2000 == 0:
                self.server.run_a_task()
        until(lambda: self.server.metric("kintsugi_http_connections_accepted_total") - before >= 10_000 * SIZE, "all of them")

    def test_a_flood_of_requests(self):
        """Each of a few hundred sockets at once; each request gets its own answer, and none gets another's."""
        crowd, rounds = 250, 8 * SIZE
        requests = [(200, get()), (200, get("/api/definitions")), (404, get("/nothing")), (400, b"BAD\r\n"), (200, get("/api/tasks?limit=5")),
                    (422, post("/api/tasks", b"{}")), (202, post("/api/tasks", b'{"name":"count-to-n","input":{"n":1,"sleepMs":0}}',
                                                                "Accept: application/json"))]
        for _ in range(rounds):
            expected, connections = [], []
            for number in range(crowd):
                status, request = requests[number % len(requests)]
                connections.append(self.server.connect())
                connections[-1].sendall(request)
                expected.append(status)
            self.assertEqual([status_of(answer) for answer in read_all(connections)], expected)

    def test_what_is_kept_does_not_grow(self):
        """The allocator keeps some of what a crowd took; the next crowd takes that again, and no more."""
        kept = []
        for _ in range(4 * SIZE):
            crowd = [self.server.connect() for _ in range(300)]
            for number, connection in enumerate(crowd):
                connection.sendall(post("/api/tasks", b" " * (1 << 20))[:-80] if number % 15 == 0 else b"GET /health HTTP/1.1\r\nHost: l")
            until(lambda: self.server.metric("kintsugi_http_connections") > 300, "the crowd")
            for connection in crowd:
                connection.close()
            until(lambda: self.server.metric("kintsugi_http_connections") == 1, "its end")
            kept.append(self.server.memory())
        if not is_sanitized(self.program):
            self.assertLess(min(kept[len(kept) // 2:]) - min(kept[:len(kept) // 2]), 8 << 20, kept)

    def crowd(self, count: int) -> list:
        """So many connections that say nothing, or not enough; closed when the test ends."""
        connections = []
        for number in range(count):
            connections.append(self.server.connect())
            self.addCleanup(connections[-1].close)
            if number % 3 == 0:
                connections[-1].send(b"GET / HTTP/1.1\r\n")
        return connections

    @unittest.skipIf(FILES < CONNECTIONS + 1000, "not so many files may be open here")
    def test_as_many_connections_as_are_allowed(self):
        """Beside them a client is served; one more is told so, or dropped; once they are gone all is as before."""
        refused = self.server.metric("kintsugi_http_connections_refused_total")
        crowd = self.crowd(CONNECTIONS - 100)
        until(lambda: self.server.metric("kintsugi_http_connections") > len(crowd), "the crowd")
        for _ in range(5):
            self.server.run_a_task()
        self.assertEqual(self.server.metric("kintsugi_http_connections_refused_total"), refused)
        crowd += self.crowd(100)
        told = [status_of(self.server.exchange(get())) for _ in range(20)]
        self.assertEqual(set(told), {503})
        crowd += self.crowd(200)
        self.assertLessEqual(set(map(status_of, read_all(crowd[-200:]))), {0, 503})
        self.assertLess(self.server.files(), CONNECTIONS + 600)
        for connection in crowd:
            connection.close()
        until(lambda: status_of(self.server.exchange(get())) == 200, "an answer again")
        self.assertGreater(self.server.metric("kintsugi_http_connections_refused_total"), refused + 20)


if __name__ == "__main__":
    main(Crowds)
