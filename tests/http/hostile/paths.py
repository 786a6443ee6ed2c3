#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths and queries that try to be another path, another type, or another line."""

import json

from target import Theme, get, main, post, split, status_of

PATHS = {
    "/%68ealth": 200, "/%68%65%61%6c%74%68": 200, "/health?": 200, "/health?%00=%0d%0a": 200, "/health?a=b?c/d": 200,
    "/health/": 404, "//health": 404, "/./health": 404, "/x/../health": 404, "/%2e/health": 404, "/x/%2e%2e/health": 404,
    "/x/..%2fhealth": 404, "/%2Fhealth": 404, "/health%2F": 404, "/health%20": 404, "/health;a=b": 404, "/HEALTH": 404,
    "/%2568ealth": 404, "/health%2500": 404, "/api%2Ftasks": 404, "/api/tasks/": 404, "/api//tasks": 404,
    "/%2e%2e/%2e%2e/%2e%2e/etc/passwd": 404, "/..%2f..%2f..%2fetc%2fpasswd": 404, "/%252e%252e%252fetc%252fpasswd": 404,
    "/file:///etc/passwd": 404, "/:/palette.json": 404, "/qrc:/openapi.json": 404, "/page/../index.html": 404,
    "/health%0d%0aX-Evil:%20yes": 404, "/%0d%0a": 404, "/%e2%80%ae": 404, "/%f0%9f%92%a9": 404, "/%ef%bc%8fhealth": 404,
    "/health%00": 400, "/%00": 400, "/health%": 400, "/health%4": 400, "/health%zz": 400, "/health%u0041": 400,
    "/%ff": 400, "/%c0%af": 400, "/%c0%ae%c0%ae/": 400, "/%e0%80%af": 400, "/%ed%a0%80": 400, "/%f5%80%80%80": 400,
    "/\\health": 400, "/x\\..\\health": 400, "/he\x7falth": 400, "/he\xe4lth": 400, "/<health>": 400, "/health#a": 400,
}

IDS = ["..", ".", "%2e%2e", "%2F", "..%2f..%2fhealth", "%20", "%0a", "%0d%0aLocation:%20x", "%25", "*", "'", "%22", "'%20OR%20'1'='1",
       "%3Cscript%3E", "%f0%9f%92%a9", "%e2%80%ae", "%cc%81", "a" * 255, "a" * 256, "a" * 4000, "0199aaaa-0000-7000-8000-000000000000",
       "0199AAAA-0000-7000-8000-000000000000%20", "-1", "0", "null", "undefined", "NaN", "$%7Bjndi:x%7D", "%25s%25n", "~", "events", "stop"]

QUERIES = {
    "limit=+5": 400, "limit=%2B5": 400, "limit=0x5": 400, "limit=5,5": 400, "limit=5.0": 400, "limit=%205": 400, "limit=-1": 400, "limit=0": 400,
    "limit=501": 400, "limit=": 400, "limit=99999999999999999999": 400, "limit=%D9%A5": 400, "limit=5%00": 400, "limit=500": 200,
    "state=Running": 400, "state=": 400, "state=running%00": 400, "stale=1": 400, "stale=": 400, "stale=TRUE": 400,
    "cursor=x": 400, "cursor=%00": 400, "cursor=" + "9" * 4000: 400, "name=%00": 200, "name=%27": 200, "q=%25_%25": 200,
    "q=%27%20OR%201=1--": 200, "q=%ff": 200, "q=%00": 200, "q=" + "%25" * 2000: 200, "q=" + "a%25" * 1500: 200,
    "&&&": 200, "=": 200, "a": 200, "token=%ff": 200, "q=%f0%9f%92%a9": 200, "q[]=1": 200, "__proto__=1": 200,
}


class Paths(Theme):
    def check(self, request: bytes, *statuses: int) -> None:
        answer = self.server.exchange(request)
        self.assertIn(status_of(answer), statuses, f"{request[:200]} got {answer[:300]}")
        head, body = split(answer)
        self.assertEqual([line for line in head if line.lower().startswith(("x-evil", "location"))], [])
        if status_of(answer) >= 400 and body:
            self.assertEqual(json.loads(body)["status"], status_of(answer))

    def test_paths(self):
        for path, status in PATHS.items():
            with self.subTest(path):
                self.check(get(path), status)
        unlike = self.server.ask("GET", "/%68ealth").json()
        self.assertEqual(unlike, self.server.ask("GET", "/health").json())

    def test_ids_of_nothing(self):
        """404 on every route with an id, whatever else is asked of it."""
        paths = [path for path in self.server.ask("GET", "/openapi.json").json()["paths"].items() if "{" in path[0]]
        self.assertGreater(len(paths), 10)
        for path, item in paths:
            for wanted in IDS:
                target = path.replace("{id}", wanted).replace("{key}", wanted)
                for method in item:
                    with self.subTest(f"{method} {target[:100]}"):
                        request = get(target) if method == "get" else post(target, b"{}").replace(b"POST", method.upper().encode(), 1)
                        self.check(request, 404)

    def test_queries(self):
        for query, status in QUERIES.items():
            with self.subTest(query[:100]):
                self.check(get("/api/tasks?" + query), status)


if __name__ == "__main__":
    main(Paths)
