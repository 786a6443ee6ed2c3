#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random bytes, and right requests that are mutilated at random: an answer of HTTP comes, or none, and nothing breaks."""

import json

from target import SIZE, Theme, answers_in, finish, get, main, post, split, status_of

TOKENS = [b"\r\n", b"\n", b"\r", b"\0", b" ", b"\t", b":", b"%", b"%00", b"%2e%2e/", b"//", b"?", b"#", b"HTTP/1.1", b"HTTP/9.9",
          b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"Expect: 100-continue\r\n", b"\r\n\r\n", b"Host: localhost\r\n",
          b"Accept: text/event-stream\r\n", b"Last-Event-ID: 9\r\n", b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"{", b"}", b"[[[[",
          b'"', b"\\u0000", b"\\ud800", b"1e999", b"-0", b"null", b"\x7f", b"\x1b[2J", b"A" * 300, b";", b","]
KNOWN = {200, 202, 204, 304, 400, 401, 403, 404, 405, 406, 408, 409, 413, 414, 415, 417, 422, 429, 431, 501, 503, 505}


class Garbage(Theme):
    def seeds(self) -> list[bytes]:
        task = "0199aaaa-0000-7000-8000-000000000000"
        return [
            get(), get("/"), get("/api/tasks?state=running&limit=3&q=a%20b&stale=false"), get("/openapi.json", "If-None-Match: \"a\""),
            get(f"/api/tasks/{task}/events?after=3&limit=2", "Accept: application/json;q=0.5, text/event-stream"),
            get(f"/api/durable-example/reattach/{task}", "Last-Event-ID: 3"), get("/metrics", "Origin: http://localhost", method="HEAD"),
            get("*", method="OPTIONS"), get("http://localhost/health"), get(f"/api/tasks/{task}", "Content-Type: application/json", method="DELETE"),
            post("/api/durable-example/run", b'{"n":2,"sleepMs":0,"runId":"a","autoRecover":false,"delayMs":0}'),
            post("/api/tasks", b'{"name":"pipeline-with-steps","input":{"rows":3,"stageMs":0},"idempotencyKey":"abc"}', "Accept: application/json"),
            post("/api/durable-example/nudge-recovery", b'{"name":"count-to-n","input":{"n":1,"sleepMs":0}}'),
            post(f"/api/tasks/{task}/signal", b'{"name":"x","payload":[1,2,{"a":null}]}'), post(f"/api/tasks/{task}/fork", b'{"fromStep":"load"}'),
            get("/api/durable-example/run", "Content-Type: application/json", "Transfer-Encoding: chunked", "Expect: 100-continue",
                method="POST") + b'5;a=b\r\n{"n":\r\n2\r\n1}\r\n0\r\nX: y\r\n\r\n',
        ]

    def mutilated(self, request: bytes) -> bytes:
        request = bytearray(request)
        for _ in range(self.random.choice((1, 1, 2, 3, 8))):
            at = self.random.randrange(len(request) + 1)
            size = self.random.choice((1, 1, 2, 5, 40))
            match self.random.randrange(7):
                case 0:
                    del request[at:at + size]
                case 1:
                    request[at:at] = self.random.choice(TOKENS)
                case 2:
                    request[at:at + size] = self.random.randbytes(size)
                case 3:
                    request[at:at] = request[at:at + size] * self.random.choice((1, 2, 50))
                case 4 if at < len(request):
                    request[at] ^= 1 << self.random.randrange(8)
                case 5:
                    other = self.random.choice(self.seeds())
                    request[at:] = other[self.random.randrange(len(other)):]
                case 6:
                    del request[at:]
        return bytes(request)

    def send(self, request: bytes) -> None:
        """Ends its own half, so that the server need not wait for what does not come; but reads what was said before that."""
        with self.server.connect() as connection:
            try:
                connection.sendall(request)
                connection.settimeout(0.01)
                answer = connection.recv(65536)
                connection.settimeout(None)
                if b"text/event-stream" not in answer.partition(b"\r\n\r\n")[0]:
                    answer += finish(connection)
            except (TimeoutError, ConnectionResetError, BrokenPipeError):
                return
        if not answer:
            return
        answer = answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.assertIn(status_of(answer), KNOWN, f"{request!r} got {answer[:300]!r}")
        head, body = split(answer)
        self.assertEqual(answers_in(answer), 1, request)
        for line in head[1:]:
            self.assertRegex(line, r"^[A-Za-z-]+: [\x20-\x7e]*$", request)
        if "Content-Type: application/problem+json" in head and body:
            self.assertEqual(json.loads(body)["status"], status_of(answer))

    def test_random_bytes(self):
        for _ in range(200 * SIZE):
            self.send(self.random.randbytes(self.random.choice((1, 10, 100, 1000, 20_000))))

    def test_random_lines(self):
        for _ in range(200 * SIZE):
            self.send(b"".join(self.random.choice(TOKENS) for _ in range(self.random.randrange(1, 60))))

    def test_mutilated_requests(self):
        seeds = self.seeds()
        for number in range(1000 * SIZE):
            self.send(self.mutilated(seeds[number % len(seeds)]))


if __name__ == "__main__":
    main(Garbage)
