#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Too much of everything: targets, headers, bodies, chunks, trailers, JSON, and what comes after the request."""

import json

from target import SIZE, Theme, finish, get, main, post, split, status_of

KIB, MIB = 1 << 10, 1 << 20
RUN = "/api/durable-example/run"


def chunked(body: bytes, path: str = RUN) -> bytes:
    return get(path, "Content-Type: application/json", "Accept: application/json", "Transfer-Encoding: chunked", method="POST") + body


class Huge(Theme):
    def check(self, cases: dict[str, tuple[int, bytes]]) -> None:
        for what, (status, request) in cases.items():
            with self.subTest(what):
                answer = self.server.exchange(request)
                self.assertEqual(status_of(answer), status, answer[:300])
                head, body = split(answer)
                self.assertIn("Connection: close", head)
                if status >= 400:
                    self.assertIn("Content-Type: application/problem+json", head)
                    problem = json.loads(body)
                    self.assertEqual(problem["status"], status)
                    self.assertLess(len(body), 8 * KIB, "a refusal gives back what it was sent")

    def test_targets(self):
        path = "/api/tasks?q="
        self.check({
            "8 KiB": (200, get(path + "a" * (8 * KIB - len(path)))),
            "8 KiB and a byte": (414, get(path + "a" * (8 * KIB - len(path) + 1))),
            "a megabyte": (414, get(path + "a" * MIB)),
            "a megabyte that never ends": (414, b"GET /" + b"a" * MIB),
            "an id of 8,000": (404, get("/api/tasks/" + "a" * 8000)),
            "an id of 8,000 encoded": (404, get("/api/tasks/" + "%61" * 2600)),
            "2,000 segments": (404, get("/a" * 2000)),
            "4,000 slashes": (404, get("/" * 4000)),
            "4,000 query items": (200, get("/api/tasks?" + "&" * 4000)),
            "a method of a megabyte": (501, b"A" * MIB),
        })

    def test_headers(self):
        def lines(count: int, line: str) -> bytes:
            return get("/health", *[line] * count)

        self.check({
            "a value of 16,000": (200, get("/health", "X: " + "x" * 16_000)),
            "a value of 16 KiB": (431, get("/health", "X: " + "x" * 16 * KIB)),
            "a value of a megabyte": (431, get("/health", "X: " + "x" * MIB)),
            "a name of a megabyte": (431, b"GET /health HTTP/1.1\r\n" + b"x" * MIB),
            "4,000 headers": (200, lines(4000, "a:")),
            "100,000 headers": (431, lines(100_000, "a:")),
            "many cookies": (431, lines(500, "Cookie: " + "a=b; " * 10)),
            "4,000 media ranges": (200, get("/health", "Accept: */*" + ",a/b" * 3900)),
            "a range with 4,000 parameters": (200, get("/health", "Accept: */*" + ";a=1" * 3900)),
            "4,000 tags": (200, get("/openapi.json", "If-None-Match: " + '"a",' * 3900)),
            "an id of 16,000 digits": (400, get("/api/events", "Last-Event-ID: " + "9" * 16_000)),
        })

    def test_bodies(self):
        whole = json.dumps({"n": 1, "sleepMs": 0, "runId": "x"}).encode()
        wants = "Accept: application/json"
        self.check({
            "1 MiB of blanks": (202, post(RUN, whole.ljust(MIB), wants)),
            "1 MiB and a byte": (413, post(RUN, whole.ljust(MIB + 1), wants)),
            "20 MiB": (413, post(RUN, whole.ljust(20 * MIB), wants)),
            "a length of 10^18 alone": (413, get(RUN, "Content-Length: 1000000000000000000", method="POST")),
            "a length of 10^4000": (413, get(RUN, "Content-Length: 1" + "0" * 4000, method="POST")),
            "a chunk of 1 MiB and a byte": (413, chunked(b"100001\r\n" + b"x" * 100)),
            "a chunk of 2^64 and 3": (413, chunked(b"10000000000000003\r\nabc\r\n0\r\n\r\n")),
            "a chunk of 2^4000": (413, chunked(b"f" * 1000)),
            "two chunks of 600 KiB": (413, chunked(b"96000\r\n" + b" " * 600 * KIB + b"\r\n96000\r\n")),
            "a million chunks of a byte": (413, chunked(b"1\r\n \r\n" * (MIB + 1))),
            "zeros before a size": (400, chunked(b"0" * 100 + b"1")),
            "an extension of a megabyte": (400, chunked(b"1;" + b"x" * MIB)),
            "extensions on every chunk": (400, chunked(b"1;xxxxxxxx\r\n \r\n" * 20_000)),
            "trailers of a megabyte": (431, chunked(b"0\r\nX: " + b"x" * MIB)),
            "100,000 trailers": (431, chunked(b"0\r\n" + b"a:b\r\n" * 100_000)),
        })

    def test_json(self):
        deep = 500_000
        tasks = "/api/tasks"
        self.check({
            "arrays in arrays": (400, post(tasks, b"[" * deep)),
            "arrays in arrays, closed": (400, post(tasks, b"[" * deep + b"]" * deep)),
            "objects in objects": (400, post(tasks, b'{"a":' * 150_000 + b"1" + b"}" * 150_000)),
            "a number of a megabyte": (400, post(RUN, b'{"n":' + b"9" * 1_000_000 + b"}")),
            "an exponent of a megabyte": (400, post(RUN, b'{"n":1e' + b"9" * 1_000_000 + b"}")),
            "a string of a megabyte": (422, post(RUN, b'{"runId":"' + b"x" * 1_000_000 + b'"}')),
            "a name of a megabyte": (422, post(RUN, b'{"' + b"x" * 1_000_000 + b'":1}')),
            "60,000 unknown fields": (422, post(RUN, json.dumps({f"f{number}": 1 for number in range(60_000)}).encode())),
            "60,000 unknown fields of a start": (422, post(tasks, json.dumps({f"f{number}": 1 for number in range(60_000)}).encode())),
            "a name many times": (202, post(RUN, b'{"sleepMs":0,' + b'"n":1,' * 100_000 + b'"n":2}', "Accept: application/json")),
            "no UTF-8": (400, post(RUN, b'{"runId":"\xff\xfe\xc0\xaf"}')),
            "half a surrogate pair": (422, post(RUN, b'{"runId":"\\ud800"}')),
        })

    def test_the_answer_arrives_while_the_client_goes_on(self):
        """What was refused early, and what was answered before the client had ended: both are read whole."""
        refused = get(RUN, "Content-Type: application/json", "Content-Length: 900000", "Origin: http://evil.example", method="POST")
        answered = get("/openapi.json")
        whole = self.server.ask("GET", "/openapi.json").body
        self.assertGreater(len(whole), 50_000)
        for number in range(20 * SIZE):
            for request, status in ((refused, 403), (answered, 200)):
                with self.subTest(number=number, status=status), self.server.connect() as connection:
                    connection.sendall(request + b"x" * 900_000)  # All of it, as most programs do, before anything is read.
                    answer = finish(connection)
                    self.assertEqual(status_of(answer), status)
                    body = split(answer)[1]
                    if status == 200:
                        self.assertEqual(len(body), len(whole))
                    else:
                        self.assertEqual(json.loads(body)["status"], 403)

    def test_a_page_of_events_has_an_end(self):
        """However large they are: all of them come, some megabytes at a time, and no memory holds them all."""
        task = self.server.start_with_a_large_log(14)
        after, seen, pages = 0, [], 0
        while after is not None:
            answer = self.server.ask("GET", f"/api/tasks/{task}/events?after={after}")
            self.assertLess(len(answer.body), 6_000_000)
            seen += [event["seq"] for event in answer.json()["events"]]
            after, pages = answer.json()["nextAfter"], pages + 1
        self.assertEqual(seen, list(range(1, len(seen) + 1)))
        self.assertGreater(len(seen), 14)
        self.assertGreater(pages, 2)
        self.assertEqual(self.server.ask("POST", f"/api/tasks/{task}/stop").status, 202)

    def test_a_large_answer_arrives_whole_whatever_else_was_sent(self):
        task = self.server.start_with_a_large_log(4)
        request = get(f"/api/tasks/{task}/events")
        whole = split(self.server.exchange(request))[1]
        self.assertGreater(len(whole), 4_000_000)
        for number in range(5 * SIZE):
            for more in (get(), b"x" * 10, b"x" * 300_000):
                with self.subTest(number=number, more=len(more)), self.server.connect() as connection:
                    connection.sendall(request + more)
                    self.assertEqual(len(split(finish(connection))[1]), len(whole))
        self.assertEqual(self.server.ask("POST", f"/api/tasks/{task}/stop").status, 202)

    def test_a_client_that_never_ends_is_cut_off(self):
        for request in (get("/health", host="evil.example"), get()):
            with self.subTest(request), self.server.connect() as connection:
                connection.sendall(request)
                sent = 0
                with self.assertRaises((ConnectionResetError, BrokenPipeError)):
                    while sent < 200 * MIB:
                        sent += connection.send(b"x" * 65536)
                self.assertLess(sent, 50 * MIB)


if __name__ == "__main__":
    main(Huge)
