#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every route of the real program against the contract's table, over raw sockets: contractrows.py has the rows.

contract.py KINTSUGI_CLI
"""

import json
import re
import sys
import unittest
from collections.abc import Iterator
from pathlib import Path

from contractrows import JSON, ROUTES, SENTENCES, STREAM, Row
from hostile.target import Target, finish, split, status_of, until

ABSENT = "0199aaaa-0000-7000-8000-000000000000"
MANY = "X-User: ann"  # Whose tasks are not those of whoever says nothing.
TYPED = "Content-Type: application/json"


class Asking(unittest.TestCase):
    """Sends what a row says."""

    program: str
    server: Target
    tasks: dict[str, str] = {}  # By the state that they are in.

    def rows(self, *methods: str) -> Iterator[tuple[str, str, Row]]:
        for route, row in ROUTES.items():
            method, path = route.split(" ")
            if not methods or method in methods:
                yield method, path, row

    def send(self, method: str, path: str, *headers: str, body: bytes = b"", version: str = "1.1", host: str = "localhost",
             server: Target | None = None) -> tuple[int, dict[str, str], bytes]:
        if body and not any(header.startswith("Content-Length") for header in headers):
            headers = (*headers, f"Content-Length: {len(body)}")
        request = "\r\n".join([f"{method} {path} HTTP/{version}", f"Host: {host}", *headers, "", ""]).encode() + body
        with (server or self.server).connect() as connection:
            connection.sendall(request)
            answer = b""
            if STREAM.encode() in request or path.startswith("/api/events"):  # Whose stream has no end.
                while b"\r\n\r\n" not in answer and (part := connection.recv(65536)):
                    answer += part
            if path != "/api/events" or status_of(answer) != 200:
                answer += finish(connection)
        head, body = split(answer)
        return status_of(answer), {name.lower(): value for name, value in (line.split(": ", 1) for line in head[1:])}, body

    def well(self, method: str, path: str, row: Row, *headers: str, task: str = "", **more) -> tuple[int, dict[str, str], bytes]:
        """The request of that row when all is well, of a task in the state that it wants."""
        of = task or (self.tasks[row.task] if row.task else "")
        if method != "GET":
            headers = (TYPED, *headers)
        body = json.dumps(row.body).encode() if row.body else b""
        return self.send(method, path.replace("{id}", of), *headers, body=body, **more)

    def check_problem(self, answer: tuple[int, dict[str, str], bytes], status: int) -> dict:
        self.assertEqual(answer[0], status, answer)
        self.assertEqual(answer[1]["content-type"], "application/problem+json")
        problem = json.loads(answer[2])
        self.assertEqual((problem["status"], int(answer[1]["content-length"])), (status, len(answer[2])))
        for name in ("type", "title", "detail"):
            self.assertTrue(problem[name])
        return problem


class Contract(Asking):
    @classmethod
    def setUpClass(cls):
        cls.server = Target(cls.program, "--trust-user-header", "X-User")
        cls.addClassCleanup(cls.server.close)
        cls.tasks = {state: cls.task_in(state) for state in ("completed", "running", "suspended", "cancelled", "stepped")}

    @classmethod
    def task_in(cls, state: str) -> str:
        """A task of its own in that state: `stepped` is completed, and has steps."""
        path, body = "/api/durable-example/run", {"n": 1, "sleepMs": 0, "fresh": True}
        if state == "stepped":
            path, body = "/api/durable-example/run-pipeline", {"rows": 2, "stageMs": 0, "fresh": True}
        elif state != "completed":
            body |= {"n": 1000, "sleepMs": 9000}  # Not so long that it is parked.
        task = cls.server.ask("POST", path, body, JSON).json()["task"]["id"]
        cls.await_state(task, {"completed": "completed", "stepped": "completed"}.get(state, "running"))
        if state in ("suspended", "cancelled"):
            cls.server.ask("POST", f"/api/tasks/{task}/{'suspend' if state == 'suspended' else 'stop'}", {})
            cls.await_state(task, state)
        return task

    @classmethod
    def await_state(cls, task: str, state: str) -> None:
        until(lambda: cls.server.ask("GET", f"/api/tasks/{task}").json()["state"] == state, f"{state} of {task}")

    def test_every_route_has_its_row(self):
        paths = self.server.ask("GET", "/openapi.json").json()["paths"]
        self.assertEqual(sorted(ROUTES), sorted(f"{method.upper()} {path}" for path, item in paths.items() for method in item))

    def test_every_sentence_has_its_test(self):
        folder = Path(__file__).parent
        for sentence, tests in SENTENCES.items():
            for test in tests:
                with self.subTest(sentence, test=test):
                    file, name = test.split(": ")
                    kind = rf"::{name}\(\)\n" if file.endswith(".cpp") else rf"    def {name}\(self\)"
                    self.assertRegex((folder / file).read_text(encoding="utf-8"), kind)

    def test_all_is_well(self):
        for method, path, row in self.rows():
            with self.subTest(f"{method} {path}"):
                task = self.task_in(row.task) if row.task and method != "GET" else ""
                status, headers, body = self.well(method, path, row, "Accept: */*", task=task)
                self.assertEqual((status, headers.get("content-type", "")), (row.status, row.type), body)
                if method == "POST" and row.type == JSON:
                    self.assertEqual(set(json.loads(body)), {"task", "outcome"})
                if row.status == 204:
                    self.assertEqual(body, b"")
                    self.assertEqual(self.server.ask("GET", path.replace("{id}", task)).status, 404)

    def test_other_types_are_had_by_asking(self):
        for method, path, row in self.rows():
            with self.subTest(f"{method} {path}"):
                for wanted in (row.type, *row.others):
                    if not wanted:
                        continue
                    task = self.task_in(row.task) if row.task and method != "GET" else ""
                    status, headers, body = self.well(method, path, row, f"Accept: image/png, {wanted.split(';')[0]};q=0.1", task=task)
                    self.assertEqual((status, headers["content-type"]), (202 if method == "POST" and wanted == JSON else 200, wanted), body)
                    if status == 202:
                        self.assertEqual(headers["location"], "/api/tasks/" + json.loads(body)["task"]["id"])

    def test_head_is_get_without_its_body(self):
        for method, path, row in self.rows("GET"):
            with self.subTest(f"{method} {path}"):
                get, head = self.well("GET", path, row), self.well("HEAD", path, row)
                changing = ("date", "content-length") if path in ("/metrics", "/api/tasks") else ()
                self.assertEqual(head[0], 200)
                self.assertEqual(head[2], b"")
                self.assertEqual({name: value for name, value in head[1].items() if name not in changing},
                                 {name: value for name, value in get[1].items() if name not in changing})

    def test_other_methods_are_405_with_allow(self):
        paths: dict[str, set[str]] = {}
        for route in ROUTES:
            method, path = route.split(" ")
            paths.setdefault(path, {"OPTIONS"}).update({"GET", "HEAD"} if method == "GET" else {method})
        for path, allowed in paths.items():
            target = path.replace("{id}", ABSENT)
            for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} - allowed:
                with self.subTest(f"{method} {path}"):
                    answer = self.send(method, target, TYPED)
                    if method == "HEAD":
                        self.assertEqual((answer[0], answer[2]), (405, b""))
                    else:
                        self.check_problem(answer, 405)
                    self.assertEqual(set(answer[1]["allow"].split(", ")), allowed)
            with self.subTest(f"OPTIONS {path}"):
                status, headers, body = self.send("OPTIONS", target)
                self.assertEqual((status, set(headers["allow"].split(", ")), body), (204, allowed, b""))

    def test_what_cannot_be_met_is_406(self):
        for method, path, row in self.rows():
            with self.subTest(f"{method} {path}"):
                if row.type:
                    self.check_problem(self.well(method, path, row, "Accept: image/png, text/*;q=0, application/*;q=0, image/svg+xml;q=0"), 406)

    def test_other_media_types_are_415(self):
        for method, path, row in self.rows("POST", "DELETE"):
            with self.subTest(f"{method} {path}"):
                target = path.replace("{id}", self.tasks.get(row.task, ""))
                for type in ((), ("Content-Type: text/plain",), ("Content-Type: application/x-www-form-urlencoded",), ("Content-Type:",),
                             ("Content-Type: multipart/form-data; boundary=a",), ("Content-Type: application/json; charset=latin1",),
                             ("Content-Type: application/jsonp",), ("Content-Type: text/plain; application/json",)):
                    for body in (b"", b"{}"):
                        self.check_problem(self.send(method, target, *type, body=body), 415)

    def test_bodies_that_are_not_json_are_400(self):
        for method, path, row in self.rows("POST"):
            with self.subTest(f"{method} {path}"):
                target = path.replace("{id}", self.tasks.get(row.task, ""))
                for body in (b"{", b"{}{}", b"nonsense", b"{'a':1}", b'{"a":01}', b"\xff\xfe{\0}\0", b'{"a":NaN}', b"{} x"):
                    self.check_problem(self.send(method, target, TYPED, body=body), 400)

    def test_bad_fields_are_422(self):
        for method, path, row in self.rows("POST"):
            with self.subTest(f"{method} {path}"):
                target = path.replace("{id}", self.tasks.get(row.task, ""))
                for wrong, field in ((row.wrong, row.field), ({**(row.body or {}), "bogus": 1}, "bogus")):
                    problem = self.check_problem(self.send(method, target, TYPED, body=json.dumps(wrong).encode()), 422)
                    self.assertIn(field, [error["field"] for error in problem["errors"]])
                    self.assertTrue(all(error["message"] for error in problem["errors"]))
                for body in (b"[]", b'"text"', b"7", b"null"):
                    self.assertTrue(self.check_problem(self.send(method, target, TYPED, body=body), 422)["errors"])

    def test_too_long_is_413_414_and_431(self):
        for method, path, row in self.rows():
            with self.subTest(f"{method} {path}"):
                target = path.replace("{id}", self.tasks.get(row.task, ""))
                self.check_problem(self.send(method, target, TYPED, "Content-Length: 1048577"), 413)
                self.check_problem(self.send(method, target + "?" + "a" * (8193 - len(target)), TYPED), 414)
                self.check_problem(self.send(method, target, TYPED, "X: " + "x" * (16 << 10)), 431)

    def test_unknown_methods_and_versions(self):
        for method, path, row in self.rows():
            with self.subTest(f"{method} {path}"):
                target = path.replace("{id}", self.tasks.get(row.task, ""))
                for method in ("BREW", "TRACE", "CONNECT", "get"):
                    self.check_problem(self.send(method, target), 501)
                for version in ("1.2", "2.0", "0.9", "3"):
                    self.check_problem(self.send("GET", target, version=version), 505)

    def test_404_comes_before_409_and_422(self):
        for method, path, row in self.rows():
            with self.subTest(f"{method} {path}"):
                if row.task:
                    self.check_problem(self.well(method, path, row, task=ABSENT), 404)
                    if row.wrong:
                        self.check_problem(self.well(method, path, row._replace(body=row.wrong), task=ABSENT), 404)

    def test_states_that_refuse_are_409(self):
        for method, path, row in self.rows():
            with self.subTest(f"{method} {path}"):
                if row.refused:
                    self.check_problem(self.well(method, path, row, task=self.tasks[row.refused]), 409)

    def test_another_users_task_is_404(self):
        for method, path, row in self.rows():
            with self.subTest(f"{method} {path}"):
                if row.task:
                    self.check_problem(self.well(method, path, row, MANY), 404)
        nudge = json.dumps({"id": self.tasks["running"]}).encode()
        self.check_problem(self.send("POST", "/api/durable-example/nudge-recovery", TYPED, MANY, body=nudge), 404)
        self.assertEqual(json.loads(self.send("GET", "/api/tasks", MANY)[2])["tasks"], [])
        self.assertGreater(len(json.loads(self.send("GET", "/api/tasks")[2])["tasks"]), 4)

    def test_unknown_paths_are_404(self):
        for method, path, row in self.rows():
            with self.subTest(f"{method} {path}"):
                target = path.replace("{id}", self.tasks.get(row.task, ""))
                for other in (target + "/nothing/at/all", "/nothing" + target, target.upper() + "X", "/" + target):
                    self.check_problem(self.send(method, other, TYPED), 404)

    def test_strangers_are_403(self):
        for method, path, row in self.rows():
            with self.subTest(f"{method} {path}"):
                target = path.replace("{id}", self.tasks.get(row.task, ""))
                for one in {method, "HEAD" if method == "GET" else method, "OPTIONS"}:
                    for headers, host in (((), "evil.example"), (("Origin: http://evil.example",), "localhost"), (("Origin: null",), "localhost")):
                        answer = self.send(one, target, TYPED, *headers, host=host)
                        if one == "HEAD":
                            self.assertEqual(answer[0], 403)
                        else:
                            self.check_problem(answer, 403)

    def test_refusals_are_problems(self):
        for request in (b"\r\n\r\n", b"nonsense\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: localhost\r\nX : y\r\n\r\n"):
            head, body = split(self.server.exchange(request))
            self.assertEqual(head[0], "HTTP/1.1 400 Bad Request")
            self.assertIn("Content-Type: application/problem+json", head)
            self.assertEqual(set(json.loads(body)), {"type", "title", "status", "detail"})

    def test_chunks_and_expectations(self):
        for method, path, row in self.rows("POST"):
            with self.subTest(f"{method} {path}"):
                task = self.task_in(row.task) if row.task else ""
                body = json.dumps(row.body).encode()
                cut = len(body) // 2
                chunks = b"".join(b"%x;a=b\r\n%s\r\n" % (len(part), part) for part in (body[:cut], body[cut:]) if part) + b"0\r\nX: y\r\n\r\n"
                head = "\r\n".join([f"POST {path.replace('{id}', task)} HTTP/1.1", "Host: localhost", TYPED, "Transfer-Encoding: chunked",
                                    "Expect: 100-continue", "", ""]).encode()
                with self.server.connect() as connection:
                    connection.sendall(head)
                    self.assertEqual(connection.recv(65536), b"HTTP/1.1 100 Continue\r\n\r\n")
                    self.assertEqual(status_of(finish(connection, chunks)), row.status)
        self.check_problem(self.send("POST", "/api/tasks", TYPED, "Expect: a miracle", body=b"{}"), 417)


class Flags(Asking):
    """Servers that are told otherwise."""

    def serve(self, *flags: str) -> Target:
        server = Target(self.program, *flags)
        self.addCleanup(server.close)
        return server

    def test_the_token_is_wanted_on_every_route(self):
        server = self.serve("--token", "s3cret")
        for method, path, row in self.rows():
            with self.subTest(f"{method} {path}"):
                row = row._replace(task="")
                path = path.replace("{id}", ABSENT)
                for headers in ((), ("Authorization: Bearer other",), ("Authorization: Basic s3cret",)):
                    answer = self.well(method, path, row, *headers, server=server)
                    self.check_problem(answer, 401)
                    self.assertEqual(answer[1]["www-authenticate"], "Bearer")
                answer = self.well(method, path, row, "Authorization: Bearer s3cret", server=server)
                self.assertEqual(answer[0], 404 if ABSENT in path else row.status, answer)
        self.check_problem(self.send("GET", "/nothing", server=server), 401)

    def test_limits_are_429_with_retry_after(self):
        first = {"name": "count-to-n", "input": {"n": 1000, "sleepMs": 9000}}
        for flags in (("--rate", "1"), ("--rate-user", "1"), ("--max-running", "1", "--max-queued", "0")):
            server = self.serve(*flags)
            self.assertEqual(server.ask("POST", "/api/tasks", first, JSON).status, 202)
            for method, path, row in self.rows("POST"):
                with self.subTest(f"{method} {path}"):
                    if STREAM in (row.type, *row.others):
                        with self.subTest(flags=flags):
                            answer = self.well(method, path, row, server=server)
                            self.check_problem(answer, 429)
                            self.assertRegex(answer[1]["retry-after"], re.compile(r"^[1-9]\d*$"))
            self.assertEqual(server.ask("POST", "/api/tasks", first, JSON).json()["outcome"], "attached")


if __name__ == "__main__":
    Asking.program = sys.argv.pop(1)
    unittest.main()
