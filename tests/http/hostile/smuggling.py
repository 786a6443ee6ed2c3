#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that two readers could read in two ways: each is refused, and what it hides is never served.

What is hidden is a start of a task of its own name, so that the tasks tell whether anybody has read it as a request.
"""

import json
import socket

from target import Theme, answers_in, get, main, post, read_all, split, status_of

RUN = "/api/durable-example/run"
START = b'{"n":1,"sleepMs":0,"runId":"%s"}'


def hidden(mark: str) -> bytes:
    return post(RUN, START % mark.encode(), "Accept: application/json")


def raw(line: str, *headers: str, host: str = "Host: localhost") -> bytes:
    return "\r\n".join([line, *([host] if host else []), *headers, "", ""]).encode("latin-1")


def framed(*headers: str, version: str = "1.1") -> bytes:
    return raw(f"POST {RUN} HTTP/{version}", "Content-Type: application/json", "Accept: application/json", *headers)


BODY = b'{"n":1,"sleepMs":0}'
SIZE = str(len(BODY))
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)

LENGTHS = {
    "two lengths": ["Content-Length: " + SIZE, "Content-Length: 0"],
    "the same length twice": ["Content-Length: " + SIZE] * 2,
    "a list of lengths": [f"Content-Length: {SIZE}, {SIZE}"],
    "a length with a plus": ["Content-Length: +" + SIZE],
    "a length with a minus": ["Content-Length: -1"],
    "a length in hexadecimal": ["Content-Length: 0x13"],
    "a length with a point": ["Content-Length: 19.0"],
    "a length with an underscore": ["Content-Length: 1_9"],
    "a length with a letter": ["Content-Length: 19a"],
    "a length in quotes": [f'Content-Length: "{SIZE}"'],
    "a length in other digits": ["Content-Length: \xb2"],
    "a length with a blank before the colon": ["Content-Length : " + SIZE],
    "a length with a tab before the colon": ["Content-Length\t: " + SIZE],
    "a length with a blank before its name": [" Content-Length: " + SIZE],
    "a folded length": ["Content-Length:\r\n " + SIZE],
    "no length's value": ["Content-Length:"],
    "a length with a NUL": ["Content-Length: 19\0"],
    "a length with a vertical tab": ["Content-Length: \v19"],
    "a length with a form feed": ["Content-Length: 19\f"],
    "a length after a bare CR": ["X: a\rContent-Length: 0"],
    "a length after a bare LF": ["X: a\nContent-Length: 0"],
}

ENCODINGS = {
    "a length, then an encoding": ["Content-Length: " + SIZE, "Transfer-Encoding: chunked"],
    "an encoding, then a length": ["Transfer-Encoding: chunked", "Content-Length: 6"],
    "an encoding in capitals and a length": ["TRANSFER-ENCODING: CHUNKED", "Content-Length: 6"],
    "chunked, identity": ["Transfer-Encoding: chunked, identity"],
    "identity": ["Transfer-Encoding: identity"],
    "xchunked": ["Transfer-Encoding: xchunked"],
    "chunkedx": ["Transfer-Encoding: chunkedx"],
    "chunked twice": ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
    "chunked, chunked": ["Transfer-Encoding: chunked, chunked"],
    "chunked and then another": ["Transfer-Encoding: chunked", "Transfer-Encoding: gzip"],
    "chunked with a parameter": ["Transfer-Encoding: chunked;a=b"],
    "chunked in quotes": ['Transfer-Encoding: "chunked"'],
    "chunked after a vertical tab": ["Transfer-Encoding: \vchunked"],
    "chunked after a NUL": ["Transfer-Encoding: \0chunked"],
    "chunked before a no-break space": ["Transfer-Encoding: chunked\xa0"],
    "a blank before the colon": ["Transfer-Encoding : chunked"],
    "a blank before the name": [" Transfer-Encoding: chunked"],
    "folded": ["Transfer-Encoding:\r\n chunked"],
    "hidden behind a fold": ["X: y", " Transfer-Encoding: chunked"],
    "after a bare CR": ["X: y\rTransfer-Encoding: chunked"],
    "after a bare LF": ["X: y\nTransfer-Encoding: chunked"],
    "no value": ["Transfer-Encoding:"],
    "commas alone": ["Transfer-Encoding: ,"],
    "a comma after chunked": ["Transfer-Encoding: chunked,"],
}

CHUNKINGS = {
    "a size with 0x": b"0x13\r\n" + BODY + b"\r\n0\r\n\r\n",
    "a size with a plus": b"+13\r\n" + BODY + b"\r\n0\r\n\r\n",
    "a size with an underscore": b"1_3\r\n" + BODY + b"\r\n0\r\n\r\n",
    "a size with a blank before": b" 13\r\n" + BODY + b"\r\n0\r\n\r\n",
    "a size with a blank after": b"13 \r\n" + BODY + b"\r\n0\r\n\r\n",
    "a size that ends in LF": b"13\n" + BODY + b"\r\n0\r\n\r\n",
    "a size that ends in CR": b"13\r" + BODY + b"\r\n0\r\n\r\n",
    "an extension that ends in LF": b"13;a\n" + BODY + b"\r\n0\r\n\r\n",
    "an extension with a bare CR": b"13;a\rb\r\n" + BODY + b"\r\n0\r\n\r\n",
    "a chunk that is too long": b"12\r\n" + BODY + b"\r\n0\r\n\r\n",
    "a chunk that ends in LF": b"13\r\n" + BODY + b"\n0\r\n\r\n",
    "a chunk without an end": b"13\r\n" + BODY + b"0\r\n\r\n",
    "a last chunk that ends in LF": b"13\r\n" + BODY + b"\r\n0\n\n",
    "a trailer without a colon": b"13\r\n" + BODY + b"\r\n0\r\nX\r\n\r\n",
    "a trailer with a blank before the colon": b"13\r\n" + BODY + b"\r\n0\r\nContent-Length : 5\r\n\r\n",
}

LINES = {
    "no Host": (400, raw("GET /health HTTP/1.1", host="")),
    "two Hosts": (400, raw("GET /health HTTP/1.1", "Host: localhost")),
    "two Hosts, one foreign": (400, raw("GET /health HTTP/1.1", "Host: evil.example")),
    "a foreign Host": (403, raw("GET /health HTTP/1.1", host="Host: evil.example")),
    "a Host with a blank before the colon": (400, raw("GET /health HTTP/1.1", host="Host : localhost")),
    "a Host with a NUL": (400, raw("GET /health HTTP/1.1", host="Host: localhost\0.evil.example")),
    "a list of Hosts": (400, raw("GET /health HTTP/1.1", host="Host: localhost, evil.example")),
    "a Host that is folded": (400, raw("GET /health HTTP/1.1", host="Host:\r\n localhost")),
    "an absolute target that is ours": (200, raw("GET http://localhost/health HTTP/1.1")),
    "an absolute target that the Host denies": (400, raw("GET http://127.0.0.1/health HTTP/1.1")),
    "an absolute target elsewhere": (403, raw("GET http://evil.example/health HTTP/1.1", host="Host: evil.example")),
    "an absolute target with a user": (400, raw("GET http://localhost@evil.example/health HTTP/1.1")),
    "an absolute target of https": (400, raw("GET https://localhost/health HTTP/1.1")),
    "an authority": (400, raw("GET localhost:80 HTTP/1.1")),
    "CONNECT": (501, raw("CONNECT localhost:80 HTTP/1.1")),
    "TRACE": (501, raw("TRACE /health HTTP/1.1")),
    "an unknown method": (501, raw("BREW /health HTTP/1.1")),
    "a method in small letters": (501, raw("get /health HTTP/1.1")),
    "the preface of HTTP/2": (505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "HTTP/1.2": (505, raw("GET /health HTTP/1.2")),
    "HTTP/0.9": (400, b"GET /health\r\n\r\n"),
    "two blanks": (400, raw("GET  /health HTTP/1.1")),
    "a tab": (400, raw("GET\t/health HTTP/1.1")),
    "a blank in the target": (400, raw("GET /hea lth HTTP/1.1")),
    "a blank at the end": (400, raw("GET /health HTTP/1.1 ")),
    "a line that ends in LF": (400, b"GET /health HTTP/1.1\nHost: localhost\n\n"),
    "a line that ends in CR": (400, b"GET /health HTTP/1.1\rHost: localhost\r\r"),
    "a NUL in the target": (400, raw("GET /health\0 HTTP/1.1")),
    "a fragment": (400, raw("GET /health#a HTTP/1.1")),
    "TLS": (400, bytes.fromhex("16030100c8010000c40303") + b"x" * 200),
    "a length in HTTP/1.0 with chunks": (400, framed("Transfer-Encoding: chunked", version="1.0") + CHUNKS),
}


class Smuggling(Theme):
    def runs(self) -> set[str]:
        tasks = self.server.ask("GET", "/api/tasks?limit=500").json()["tasks"]
        return {task["input"].get("runId", "") for task in tasks}

    def test_framing_that_can_be_read_in_two_ways(self):
        cases = {what: framed(*headers) + BODY for what, headers in LENGTHS.items()}
        cases |= {"TE: " + what: framed(*headers) + CHUNKS for what, headers in ENCODINGS.items()}
        cases |= {"chunks: " + what: framed("Transfer-Encoding: chunked") + body for what, body in CHUNKINGS.items()}
        for number, (what, request) in enumerate(cases.items()):
            with self.subTest(what):
                answer = self.server.exchange(request, hidden(f"hidden-{number}"))
                self.assertEqual(status_of(answer), 400, answer[:200])
                self.assertEqual(answers_in(answer), 1, answer)
        self.assertEqual([run for run in self.runs() if run.startswith("hidden")], [])

    def test_request_lines_and_hosts(self):
        for what, (status, request) in LINES.items():
            with self.subTest(what):
                answer = self.server.exchange(request, hidden("after-line"))
                self.assertEqual(status_of(answer), status, answer[:200])
                self.assertEqual(answers_in(answer), 1, answer)
        self.assertNotIn("after-line", self.runs())

    def test_what_is_right_is_served_once(self):
        """The same shapes without the trick, so that the refusals above say something; a second request is never served."""
        right = {"length": framed("Content-Length: " + SIZE) + BODY, "chunks": framed("Transfer-Encoding: chunked") + CHUNKS,
                 "capitals": framed("transfer-encoding: Chunked") + CHUNKS, "zeros": framed("Content-Length: 000" + SIZE) + BODY,
                 "an extension": framed("Transfer-Encoding: chunked") + CHUNKS.replace(b"13\r", b'13;a="b"\r'),
                 "a trailer": framed("Transfer-Encoding: chunked") + CHUNKS[:-2] + b"Content-Length: 7\r\nHost: evil.example\r\n\r\n",
                 "keep-alive": framed("Connection: keep-alive", "Content-Length: " + SIZE) + BODY}
        for what, request in right.items():
            with self.subTest(what):
                answer = self.server.exchange(request, hidden("second"))
                self.assertEqual(status_of(answer), 202, answer[:200])
                self.assertEqual(answers_in(answer), 1)
                self.assertEqual(json.loads(split(answer)[1])["task"]["input"], {"n": 1, "sleepMs": 0})
        self.assertNotIn("second", self.runs())

    def test_nothing_is_written_into_a_stream(self):
        """Requests after the one that has become a stream: with it, and while it lives."""
        start = post(RUN, b'{"n":4,"sleepMs":300,"fresh":true}', "Accept: text/event-stream")
        plain, streams = self.server.connect(), [self.server.connect() for _ in range(4)]
        plain.sendall(start)
        for number, stream in enumerate(streams):
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            stream.sendall(start + (hidden("in-stream") if number % 2 else b""))
            beginning = b""
            while b"event: tick" not in beginning:
                beginning += stream.recv(65536)
            for request in (hidden("in-stream"), get(), get("/health", host="evil.example"), b"\0\r\n\r\n", b"x" * 100_000):
                stream.sendall(request)
            streams[number] = (stream, beginning)
        rest = read_all([plain, *[stream for stream, _ in streams]])
        whole = [rest[0], *[beginning + end for (_, beginning), end in zip(streams, rest[1:])]]
        shape = [line.split(b": ")[0] if line.startswith(b"data") else line for line in split(whole[0])[1].split(b"\n")]
        self.assertEqual(shape.count(b"event: tick"), 4)
        for stream in whole:
            head, body = split(stream)
            self.assertEqual((head[0], answers_in(stream)), ("HTTP/1.1 200 OK", 1))
            self.assertEqual([line.split(b": ")[0] if line.startswith(b"data") else line for line in body.split(b"\n")], shape)
        self.assertNotIn("in-stream", self.runs())


if __name__ == "__main__":
    main(Smuggling)
