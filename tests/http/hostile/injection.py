#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Line ends wherever a client may put a text: none of it becomes a header, a field or a frame of its own."""

import json
import re
from urllib.parse import quote

from target import Theme, get, main, post, split, status_of

EVIL = ["x\r\nX-Evil: yes", "x\nX-Evil: yes", "x\rX-Evil: yes", "x\r\n\r\nHTTP/1.1 200 OK\r\nX-Evil: yes\r\n\r\n",
        "x\n\nevent: evil\ndata: evil\n\n", "x\r\rid: 99\rdata: evil\r\r", "x\u2028event: evil\u2029", "x\u0085data: evil", "x\u0000event: evil",
        "x\n: evil\nretry: 1\n\n", "\ufeffdata: evil\n\n", "x\v\fevent: evil\x1c\x1d\x1e"]
RUN = "/api/durable-example/run"
KNOWN = re.compile(r"^(Content-Type|Cache-Control|X-Content-Type-Options|X-Accel-Buffering|X-Task-Id|X-Idempotency-Key|Content-Length|Connection"
                   r"|Location|Allow|ETag|WWW-Authenticate|Vary|Access-Control-[A-Za-z-]+): [\x20-\x7e]+$")


class Injection(Theme):
    flags = ("--allow-origin", "https://page.example", "--trust-user-header", "X-User")

    def head_of(self, answer: bytes) -> list[str]:
        """Its lines, after each was found to be one that we write."""
        head, _ = split(answer)
        self.assertRegex(head[0], r"^HTTP/1\.1 \d{3} [A-Za-z ]+$")
        for line in head[1:]:
            self.assertRegex(line, KNOWN)
            self.assertNotIn("evil", line.lower())
        self.assertEqual(len({line.split(":")[0] for line in head}), len(head))
        return head

    def frames(self, stream: bytes) -> list[dict]:
        """The events, read as WHATWG has it: a line may end in CR LF, in LF or in CR. Each has id, event and data, and no more."""
        text = split(stream)[1].decode("utf-8")
        self.assertTrue(text.startswith("retry: 1000\n\n"))
        events = []
        for frame in re.split(r"(?:\r\n|\n|\r){2}", text)[1:-1]:
            lines = re.split(r"\r\n|\n|\r", frame)
            self.assertEqual([line.split(": ")[0] for line in lines], ["id", "event", "data"], frame)
            events.append(json.loads(lines[2][6:]))
            self.assertEqual((lines[0], lines[1]), (f"id: {events[-1]['seq']}", f"event: {events[-1]['type']}"))
        self.assertEqual([event["seq"] for event in events], list(range(1, len(events) + 1)))
        return events

    def start(self, **of_its_own) -> str:
        body = {"n": 1, "sleepMs": 3600000, **(of_its_own or {"fresh": True})}
        answer = self.server.ask("POST", RUN, body, "application/json")
        self.assertEqual(answer.status, 202, answer.body)
        return answer.json()["task"]["id"]

    def test_texts_that_are_stored_come_back_as_texts(self):
        """A run id, a signal's name and payload, and a reason, in the stream, in the list and in the answers."""
        for evil in EVIL:
            with self.subTest(evil):
                task = self.start(runId=evil)
                payload = {"text": evil, evil: [evil]}
                for path, body in (("signal", {"name": evil, "payload": payload}), ("stop", {"reason": evil})):
                    answer = self.server.exchange(post(f"/api/tasks/{task}/{path}", json.dumps(body).encode()))
                    self.assertEqual(status_of(answer), 202, answer)
                    self.head_of(answer)
                stream = self.server.exchange(get(f"/api/durable-example/reattach/{task}"))
                self.assertIn(f"X-Task-Id: {task}", self.head_of(stream))
                events = {event["type"]: event["payload"] for event in self.frames(stream)}
                self.assertEqual(events["created"]["input"]["runId"], evil)
                self.assertEqual(events["signal_received"], {"name": evil, "payload": payload})
                self.assertEqual((events["stop_requested"], events["cancelled"]), ({"reason": evil}, {"reason": evil}))
                listed = self.server.exchange(get(f"/api/tasks?limit=1&q={quote(task)}"))
                self.head_of(listed)

    def test_keys_and_names_are_refused(self):
        for evil in EVIL:
            for body in ({"name": "count-to-n", "idempotencyKey": evil}, {"name": evil}, {evil: 1}, {"name": "count-to-n", "input": {evil: 1}}):
                with self.subTest(body):
                    answer = self.server.exchange(post("/api/tasks", json.dumps(body).encode()))
                    self.assertEqual(status_of(answer), 422, answer)
                    self.head_of(answer)
                    self.assertEqual(json.loads(split(answer)[1])["status"], 422)
            nudge = self.server.exchange(post("/api/durable-example/nudge-recovery", json.dumps({"id": evil}).encode()))
            self.assertEqual(status_of(nudge), 404, nudge)
            self.head_of(nudge)

    def test_paths_and_queries(self):
        task = self.start()
        for evil in EVIL:
            with self.subTest(evil):
                text = quote(evil, safe="")
                inside = 400 if "\0" in evil else 404
                for target, status in ((f"/{text}", inside), (f"/api/tasks/{text}", inside), (f"/api/durable-example/reattach/{text}", inside),
                                       (f"/api/tasks?name={text}&q={text}", 200), (f"/api/tasks?state={text}", 400), (f"/api/tasks?cursor={text}", 400),
                                       (f"/api/tasks/{task}/events?after={text}", 400), (f"/api/events?lastEventId={text}", 400),
                                       (f"/api/durable-example/reattach/{task}?lastEventId={text}", 400)):
                    answer = self.server.exchange(get(target))
                    self.assertEqual(status_of(answer), status, f"{target}: {answer}")
                    self.head_of(answer)
        self.assertEqual(self.server.ask("POST", f"/api/tasks/{task}/stop").status, 202)

    def test_headers(self):
        """A line end ends a header, so the rest is a header of the request's own: what counts is that no answer repeats it."""
        task = self.start()
        for name in ("Last-Event-ID", "X-User", "Origin", "Accept", "If-None-Match", "Content-Type", "Authorization", "X-Task-Id",
                     "X-Idempotency-Key", "Access-Control-Request-Method", "X-Forwarded-Host"):
            for evil in EVIL:
                with self.subTest(f"{name}: {evil!r}"):
                    value = evil.encode("utf-8").decode("latin-1")
                    for target in (f"/api/tasks/{task}/events", "/openapi.json", "/api/tasks/" + "0" * 36):
                        answer = self.server.exchange(get(target, f"{name}: {value}"))
                        self.assertIn(status_of(answer), (200, 400, 403, 404, 406), answer)
                        self.head_of(answer)
        answer = self.server.exchange(get("/health", "Origin: https://page.example"))
        self.assertIn("Access-Control-Allow-Origin: https://page.example", self.head_of(answer))
        self.assertEqual(self.server.ask("POST", f"/api/tasks/{task}/stop").status, 202)


if __name__ == "__main__":
    main(Injection)
