#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""/openapi.json against OpenAPI's own schema, and the server's answers against /openapi.json.

openapi.py KINTSUGI_CLI: wants python3-jsonschema. openapi-3.1.json is the schema that the OpenAPI Initiative publishes; it
leaves the schemas inside a document to JSON Schema's own, so they are checked one by one.
"""

import json
import re
import sys
import unittest
from collections.abc import Iterator
from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker, RefResolver
from served import Answer, Served

META = json.loads((Path(__file__).parent / "openapi-3.1.json").read_text(encoding="utf-8"))
METHODS = {"get", "post", "delete"}
ABSENT = "0199aaaa-0000-7000-8000-000000000000"


def everything(value, way: str = "#") -> Iterator[tuple[str, dict]]:
    """Every object in a document, with the way to it."""
    if isinstance(value, dict):
        yield way, value
        for name, member in value.items():
            yield from everything(member, f"{way}/{name}")
    elif isinstance(value, list):
        for place, member in enumerate(value):
            yield from everything(member, f"{way}/{place}")


class OpenApi(unittest.TestCase):
    program: str

    @classmethod
    def setUpClass(cls):
        cls.server = Served(cls.program)
        cls.addClassCleanup(cls.server.close)
        answer = cls.server.ask("GET", "/openapi.json")
        assert (answer.status, answer.type) == (200, "application/json")
        cls.document = answer.json()
        started = cls.server.ask("POST", "/api/durable-example/run-pipeline", {"rows": 10, "stageMs": 0})
        cls.done = started.headers["x-task-id"]
        cls.live = cls.start({"n": 1000, "sleepMs": 3600000})

    @classmethod
    def start(cls, given: dict) -> str:
        body = {"name": "count-to-n", "input": given, "fresh": True}
        return cls.server.ask("POST", "/api/tasks", body, "application/json").json()["task"]["id"]

    def operations(self) -> Iterator[tuple[str, str, dict]]:
        for path, item in self.document["paths"].items():
            for method, operation in item.items():
                yield path, method, operation

    def resolved(self, value: dict) -> dict:
        while "$ref" in value:
            target = self.document
            for name in value["$ref"].removeprefix("#/").split("/"):
                target = target[name]
            value = target
        return value

    def check_value(self, value, schema: dict) -> None:
        validator = Draft202012Validator(schema, resolver=RefResolver("", self.document), format_checker=FormatChecker())
        self.assertEqual([f"{list(error.path)}: {error.message}" for error in validator.iter_errors(value)], [])

    def check_answer(self, path: str, method: str, answer: Answer) -> None:
        """That its status, its type and its body are among those described for the operation."""
        responses = self.document["paths"][path][method]["responses"]
        self.assertIn(str(answer.status), responses, answer.body)
        response = self.resolved(responses[str(answer.status)])
        for name in response.get("headers", {}):
            if name not in ("Retry-After", "X-Task-Id", "X-Idempotency-Key") or answer.type == "text/event-stream":
                self.assertIn(name.lower(), answer.headers)
        if "content" not in response:
            self.assertEqual(answer.body, b"")
            return
        self.assertIn(answer.type, response["content"])
        if answer.type.endswith("json"):
            self.check_value(answer.json(), response["content"][answer.type]["schema"])

    def test_the_document_is_openapi(self):
        self.assertEqual(self.document["openapi"], "3.1.0")
        errors = sorted(Draft202012Validator(META).iter_errors(self.document), key=lambda error: len(error.path))
        self.assertEqual([f"{list(error.path)}: {error.message[:200]}" for error in errors], [])
        broken = {**self.document, "paths": {"/x": {"get": {"responses": {"200": {}}}}}}
        self.assertFalse(Draft202012Validator(META).is_valid(broken), "this validator lets everything pass")

    def test_every_schema_in_it_is_json_schema(self):
        schemas = [*self.document["components"]["schemas"].items(),
                   *((way, found["schema"]) for way, found in everything(self.document)
                     if isinstance(found.get("schema"), dict) and not way.startswith("#/components/schemas"))]
        self.assertGreater(len(schemas), 50)
        for name, schema in schemas:
            with self.subTest(name):
                Draft202012Validator.check_schema(schema)
                for example in schema.get("examples", []):
                    self.check_value(example, schema)

    def test_every_reference_leads_somewhere(self):
        references = [found["$ref"] for _, found in everything(self.document) if isinstance(found.get("$ref"), str)]
        self.assertGreater(len(references), 50)
        for reference in references:
            with self.subTest(reference):
                self.resolved({"$ref": reference})

    def test_operations_are_whole(self):
        ids = [operation["operationId"] for _, _, operation in self.operations()]
        self.assertEqual(sorted(ids), sorted(set(ids)))
        tags = {tag["name"] for tag in self.document["tags"]}
        for path, method, operation in self.operations():
            with self.subTest(f"{method} {path}"):
                self.assertIn(method, METHODS)
                self.assertTrue(operation["summary"].endswith("."))
                self.assertLessEqual(set(operation["tags"]), tags)
                parameters = [self.resolved(parameter) for parameter in operation.get("parameters", [])]
                in_path = [parameter["name"] for parameter in parameters if parameter["in"] == "path"]
                self.assertEqual(in_path, re.findall(r"{(\w+)}", path))
                self.assertEqual(len(parameters), len({(one["in"], one["name"]) for one in parameters}))
                self.assertIn("401", operation["responses"])
                self.assertEqual("415" in operation["responses"], method != "get")
                self.assertEqual("422" in operation["responses"], "requestBody" in operation)
                self.assertEqual("404" in operation["responses"], "{" in path or "nudge" in path)

    def test_methods_are_those_that_the_server_allows(self):
        for path, item in self.document["paths"].items():
            with self.subTest(path):
                answer = self.server.ask("OPTIONS", path.replace("{id}", ABSENT))
                self.assertEqual(answer.status, 204)
                extra = {"head", "options"} if "get" in item else {"options"}
                self.assertEqual({word.strip().lower() for word in answer.headers["allow"].split(",")}, set(item) | extra)

    def test_reads_answer_as_described(self):
        for path, method, operation in self.operations():
            if method != "get":
                continue
            types = [type for answer in operation["responses"].values() if "content" in answer for type in answer["content"]]
            for accept in [*types, "image/png"]:
                if accept == "text/event-stream" and "{id}" not in path:
                    continue  # It is of no task, so it has no end.
                for task in (self.done, ABSENT):
                    with self.subTest(f"{path} as {accept} of {task}"):
                        answer = self.server.ask("GET", path.replace("{id}", task), accept=accept)
                        self.assertNotEqual(answer.status, 500)
                        self.check_answer(path, "get", answer)
                        self.assertEqual(self.server.ask("HEAD", path.replace("{id}", task), accept=accept).status, answer.status)

    def test_actions_answer_as_described(self):
        bodies = {"Fork": {"fromStep": "load"}, "Signal": {"name": "x"}, "Reason": {"reason": "so"}, "Nudge": {"id": self.done},
                  "StartTask": {"name": "count-to-n", "input": {"n": 1, "sleepMs": 0}}}
        for path, method, operation in self.operations():
            if method == "get":
                continue
            schema = {"$ref": ""}
            if "requestBody" in operation:
                schema = operation["requestBody"]["content"]["application/json"]["schema"]
            name = schema["$ref"].split("/")[-1]
            for task in (self.done, ABSENT, self.live):
                for given in (bodies.get(name, {}), {"bogus": 1}):
                    with self.subTest(f"{method} {path} of {task} with {given}"):
                        if method == "delete" and task == self.done:
                            task = self.start({"n": 1, "sleepMs": 0})
                            self.server.ask("GET", f"/api/durable-example/reattach/{task}")
                        target = path.replace("{id}", task)
                        answer = self.server.ask(method.upper(), target, given, "application/json, */*;q=0.1")
                        self.check_answer(path, method, answer)
                        if "bogus" not in given:
                            self.check_value(given, schema)
                        elif "requestBody" in operation:
                            self.assertIn(answer.status, (404, 422))
                            self.assertFalse(Draft202012Validator(schema, resolver=RefResolver("", self.document)).is_valid(given))

    def test_starts_are_described_with_their_inputs(self):
        schemas = self.document["components"]["schemas"]
        for definition in self.server.ask("GET", "/api/definitions").json()["definitions"]:
            with self.subTest(definition["name"]):
                name = definition["name"]
                self.assertEqual(schemas[f"{name}.input"], definition["inputSchema"])
                self.assertEqual(schemas[f"{name}.result"], definition["resultSchema"])
                for event in definition["events"]:
                    self.assertEqual(schemas[f"{name}.event.{event['type']}"], event["schema"])
                choices = [choice["properties"]["name"]["const"] for choice in schemas["StartTask"]["anyOf"]]
                self.assertEqual(name in choices, not definition["localOnly"])
        body = self.document["paths"]["/api/durable-example/run"]["post"]["requestBody"]
        self.assertFalse(body["required"])
        schema = body["content"]["application/json"]["schema"]
        self.check_value({"n": 7, "sleepMs": 0, "runId": "a", "fresh": True, "delayMs": 1, "idempotencyKey": "a"}, schema)
        for wrong in ({"n": 0}, {"n": 1000001}, {"m": 1}, {"delayMs": -1}, {"idempotencyKey": "a b"}, {"fresh": 1}):
            with self.subTest(wrong):
                self.assertFalse(Draft202012Validator(schema, resolver=RefResolver("", self.document)).is_valid(wrong))
                self.assertEqual(self.server.ask("POST", "/api/durable-example/run", wrong).status, 422)


if __name__ == "__main__":
    OpenApi.program = sys.argv.pop(1)
    unittest.main()
