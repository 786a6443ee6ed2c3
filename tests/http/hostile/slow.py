#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that take their time, with their request or with the answer, and clients that leave in the middle."""

import json
import socket
import threading
import time

from target import REQUEST_TIME, SIZE, Theme, get, main, post, read_all, reset, status_of, until

HALVES = [b"", b"G", b"GET /health HTTP/1.1\r\nHost: local", b"GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
          post("/api/durable-example/run", b'{"n":3,"sleepMs":0}')[:-7],
          get("/api/durable-example/run", "Content-Type: application/json", "Transfer-Encoding: chunked", method="POST")
          + b'13\r\n{"n":3,']


class Slow(Theme):
    def test_slow_requests_and_slow_readers_are_cut_off(self):
        """Both at once, because both take the whole time of a request."""
        task = self.server.start_with_a_large_log(5)
        readers = [self.server.connect(receive_buffer=4096) for _ in range(8)]
        for reader in readers:
            self.addCleanup(reader.close)
        for reader in readers:
            reader.sendall(get(f"/api/tasks/{task}/events"))
        for reader in readers[:2]:  # And some who have seen the beginning.
            self.assertEqual(reader.recv(9), b"HTTP/1.1 ")
        began = time.monotonic()
        large = [self.server.connect() for _ in range(70)]  # More than may be held at once.
        for connection in large:
            self.addCleanup(connection.close)
            connection.sendall(post("/api/tasks", b" " * (1 << 20))[:-80])
        halves = []
        for number in range(250 * SIZE):
            halves.append(self.server.connect())
            halves[-1].sendall(HALVES[number % len(HALVES)])
        rounds = 0
        pause = threading.Event()
        while time.monotonic() - began < REQUEST_TIME - 3:
            for number, half in enumerate(halves):  # A byte now and then, well within any time between two bytes.
                if number % len(HALVES) in (2, 3) and rounds < 12:
                    half.sendall(b"l" if rounds % 2 else b"o")
            self.server.run_a_task()
            rounds += 1
            pause.wait(1)
        self.assertGreater(rounds, 3)
        still_open = self.server.metric("kintsugi_http_connections")
        self.assertGreaterEqual(still_open, len(halves) + 60, "somebody was cut off too early")
        answers = read_all(halves)
        self.assertEqual({status_of(answer) for answer in answers}, {408})
        self.assertEqual({status_of(answer) for answer in read_all(large)}, {408, 503})
        self.assertLess(time.monotonic() - began, REQUEST_TIME + 20)
        until(lambda: self.server.metric("kintsugi_http_connections") == 1, "the end of the readers", REQUEST_TIME + 20)
        self.assertEqual(self.server.ask("POST", f"/api/tasks/{task}/stop").status, 202)

    def test_half_requests_that_are_dropped(self):
        request = post("/api/durable-example/run", json.dumps({"n": 2, "sleepMs": 0}).encode())
        before = self.server.metric("kintsugi_http_connections_accepted_total")
        for number in range(600 * SIZE):
            connection = self.server.connect()
            connection.sendall(request[:self.random.randrange(len(request))])
            if number % 3 == 0:
                connection.shutdown(socket.SHUT_WR)
            (reset if number % 2 else socket.socket.close)(connection)
        until(lambda: self.server.metric("kintsugi_http_connections_accepted_total") - before > 600 * SIZE, "all of them")

    def test_requests_whose_clients_leave_before_the_answer(self):
        requests = [get("/api/tasks?limit=500"), get("/"), get("/metrics"), get("/api/events"),
                    post("/api/durable-example/run", b'{"n":2,"sleepMs":50,"fresh":true}', "Accept: text/event-stream"),
                    post("/api/tasks", b'{"name":"count-to-n","input":{"n":2,"sleepMs":0},"fresh":true}')]
        for number in range(300 * SIZE):
            connection = self.server.connect()
            connection.sendall(requests[number % len(requests)])
            (reset if number % 2 else socket.socket.close)(connection)


if __name__ == "__main__":
    main(Slow)
