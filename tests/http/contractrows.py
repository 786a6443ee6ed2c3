# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract's HTTP as a table: a row a route, which contract.py tries, and a row a sentence, with the tests that check it."""

from typing import NamedTuple

JSON, STREAM, HTML, SCRIPT, STYLE = "application/json", "text/event-stream", "text/html; charset=utf-8", "text/javascript; charset=utf-8", "text/css; charset=utf-8"


class Row(NamedTuple):
    status: int = 200  # When all is well and anything is accepted,
    type: str = JSON  # which is then answered in this,
    others: tuple[str, ...] = ()  # or, when it is asked for, in these.
    task: str = ""  # The state of the task that it is about; no :id without one.
    refused: str = ""  # A state in which it is 409.
    body: dict | None = None  # That a POST needs.
    wrong: dict | None = None  # A body of which one field is bad, whose name is
    field: str = ""


def action(task: str, refused: str = "", body: dict | None = None, wrong: dict | None = None, field: str = "reason") -> Row:
    return Row(202, JSON, (), task, refused, body or {}, wrong or {"reason": 7}, field)


def start(body: dict, wrong: dict, field: str) -> Row:
    return Row(200, STREAM, (JSON,), "", "", body, wrong, field)


COUNT = {"n": 1, "sleepMs": 0, "fresh": True}
STOP = action("running", "completed")
CRASH = action("running", "completed")

ROUTES = {
    "GET /": Row(type=HTML),
    **{f"GET /{name}.mjs": Row(type=SCRIPT) for name in (
        "address", "client", "crack", "feed", "feedworker", "page", "picture", "schemaform", "server", "start", "story", "view")},
    **{f"GET /{name}.css": Row(type=STYLE) for name in ("page", "palette")},
    "GET /client.d.ts": Row(type="application/typescript; charset=utf-8"),
    "GET /icon.svg": Row(type="image/svg+xml"),
    "GET /health": Row(),
    "GET /metrics": Row(type="text/plain; version=0.0.4; charset=utf-8"),
    "GET /openapi.json": Row(),
    "GET /api/definitions": Row(),
    "GET /api/workers": Row(),
    "GET /api/events": Row(type=STREAM),
    "GET /api/tasks": Row(),
    "POST /api/tasks": start({"name": "count-to-n", "input": {"n": 1, "sleepMs": 0}, "fresh": True}, {"name": "nobody"}, "name"),
    "GET /api/tasks/{id}": Row(task="completed"),
    "DELETE /api/tasks/{id}": Row(204, "", task="completed", refused="running"),
    "GET /api/tasks/{id}/events": Row(others=(STREAM,), task="completed"),
    "GET /api/tasks/{id}/steps": Row(task="completed"),
    "POST /api/tasks/{id}/stop": STOP,
    "POST /api/tasks/{id}/suspend": action("running", "completed"),
    "POST /api/tasks/{id}/resume": action("suspended", "running"),
    "POST /api/tasks/{id}/retry": action("cancelled", "completed"),
    "POST /api/tasks/{id}/signal": action("running", "completed", {"name": "x", "payload": [1]}, {"name": 7}, "name"),
    "POST /api/tasks/{id}/fork": action("stepped", "", {"fromStep": "load"}, {"fromStep": 7}, "fromStep"),
    "POST /api/tasks/{id}/crash": CRASH,
    "POST /api/durable-example/run": start(COUNT, {"n": 0}, "n"),
    "POST /api/durable-example/run-pipeline": start({"rows": 5, "stageMs": 0, "fresh": True}, {"rows": 0}, "rows"),
    "POST /api/durable-example/crash/{id}": CRASH,
    "POST /api/durable-example/stop/{id}": STOP,
    "POST /api/durable-example/nudge-recovery": Row(202, JSON, (STREAM,), "", "", {"name": "count-to-n", "input": {"n": 1, "sleepMs": 0}},
                                                    {"id": 7}, "id"),
    "GET /api/durable-example/reattach/{id}": Row(type=STREAM, task="completed"),
}

# What the contract's section 5 says, and where it is checked: `file: test`, in this folder.
SENTENCES = {
    "errors are application/problem+json with type, title, status, detail": ["contract.py: test_refusals_are_problems", "tst_problem.cpp: theBodyIsThatOfRfc9457"],
    "errors names each bad field": ["contract.py: test_bad_fields_are_422", "tst_routes.cpp: fieldsAreNamed"],
    "unknown path 404": ["contract.py: test_unknown_paths_are_404", "hostile/paths.py: test_paths"],
    "wrong method 405 with Allow": ["contract.py: test_other_methods_are_405_with_allow"],
    "body not JSON 400": ["contract.py: test_bodies_that_are_not_json_are_400"],
    "body over 1 MiB 413": ["contract.py: test_too_long_is_413_414_and_431", "hostile/huge.py: test_bodies"],
    "wrong media type 415, with an empty body and on DELETE too": ["contract.py: test_other_media_types_are_415"],
    "bad field 422; a field that the schema does not know is 422": ["contract.py: test_bad_fields_are_422"],
    "rate or queue limit 429 with Retry-After": ["contract.py: test_limits_are_429_with_retry_after", "tst_routesengine.cpp: rateLimitIs429",
                                                 "tst_routesengine.cpp: queueLimitIs429"],
    "engine closing 503": ["tst_streams.cpp: suspensionIsSeenAtShutdown"],
    "a request not complete within 20 s 408": ["hostile/slow.py: test_slow_requests_and_slow_readers_are_cut_off"],
    "one that HTTP/1.1 forbids 400": ["hostile/smuggling.py: test_framing_that_can_be_read_in_two_ways"],
    "HEAD works where GET does": ["contract.py: test_head_is_get_without_its_body"],
    "request target over 8 KiB 414": ["contract.py: test_too_long_is_413_414_and_431", "hostile/huge.py: test_targets"],
    "headers over 16 KiB 431": ["contract.py: test_too_long_is_413_414_and_431", "hostile/huge.py: test_headers"],
    "unknown method 501; versions other than 1.0 and 1.1 505": ["contract.py: test_unknown_methods_and_versions"],
    "an Accept that cannot be met 406": ["contract.py: test_what_cannot_be_met_is_406"],
    "404 is decided before 409 and 422": ["contract.py: test_404_comes_before_409_and_422"],
    "after an early error the server reads on": ["hostile/huge.py: test_the_answer_arrives_while_the_client_goes_on",
                                                 "hostile/huge.py: test_a_client_that_never_ends_is_cut_off",
                                                 "tst_guardbounds.cpp: aClientThatNeverStopsIsCutOff",
                                                 "tst_guardbounds.cpp: aClientThatNeverLeavesIsCutOff"],
    "every POST that acts on a task answers 202 with task and outcome": ["contract.py: test_all_is_well"],
    "stopping, cancelled, suspending, suspended, resumed, retried, delivered, crashed": ["tst_routesoutcomes.cpp: actionsByState"],
    "nudge-recovery streams when it is asked to; with name and input of no task it is a start": ["contract.py: test_other_types_are_had_by_asking",
                                                                                             "tst_routesoutcomes.cpp: submitsByState"],
    "events as a list, with nextAfter and limit": ["tst_routesoutcomes.cpp: eventPages"],
    "steps as a list": ["tst_routesoutcomes.cpp: stepsAreTheMemoTable"],
    "the table of actions by state": ["tst_actiontable.cpp: actionInState", "contract.py: test_states_that_refuse_are_409"],
    "a start streams, or answers 202 with Location": ["contract.py: test_other_types_are_had_by_asking", "tst_streams.cpp: runStreamsToTheEnd"],
    "crash is 404 unless test mode is on, and in production": ["tst_routes.cpp: crashIsOnlyThereInTestMode"],
    "stop: its reason, and what becomes of the task": ["tst_routesoutcomes.cpp: stopTellsItsReason"],
    "reattach never starts or recovers anything": ["tst_streams.cpp: reattachNeverRecovers"],
    "the list: state, name, q, stale, limit, cursor": ["tst_routesoutcomes.cpp: filters", "tst_routesoutcomes.cpp: pagesLeaveNothingOut",
                                                       "hostile/paths.py: test_queries"],
    "fork, signal, retry, suspend, resume, DELETE": ["tst_routesactions.cpp: forkFromAStep", "tst_routesengine.cpp: signalReachesTheHandler",
                                                     "tst_routesactions.cpp: retryOfACancelledTask", "tst_routesactions.cpp: suspendAndResume",
                                                     "tst_routesactions.cpp: deleteOfAnEndedTask"],
    "definitions: name, version, schemas, event types": ["tst_routesengine.cpp: definitionsTellAll"],
    "workers: who drives what": ["tst_routesengine.cpp: workersTellWhoDrivesWhat"],
    "GET /api/events": ["tst_storestream.cpp: beginsNow", "tst_storestream.cpp: resumes", "tst_storestream.cpp: othersNeverAppear"],
    "GET /health; 503 when the store cannot be written": ["tst_routes.cpp: healthIsAsTheContractSays", "tst_storeproblem.cpp: isToldAndGoesAway"],
    "GET /metrics": ["metrics.py: test_families_keep_the_conventions"],
    "GET /openapi.json": ["openapi.py: test_the_document_is_openapi"],
    "the client and its types": ["tst_clienttypes.cpp: builtinTasks", "contract.py: test_all_is_well"],
    "the live page": ["tst_routes.cpp: pageAndItsFiles"],
    "outcomes of a submit: created, attached, recovered, resumed, finished": ["tst_routesoutcomes.cpp: submitsByState"],
    "a key with another name or input is 409": ["tst_routesoutcomes.cpp: ownKeys"],
    "fresh": ["tst_routesoutcomes.cpp: freshIsAnotherTask"],
    ":id is a task id or a key": ["tst_routesoutcomes.cpp: idOrKeyWillDo"],
    "users: another user's task is 404 everywhere": ["contract.py: test_another_users_task_is_404", "tst_access.cpp: anotherUsersTaskIsNotThere"],
    "a request without the user's header is local": ["contract.py: test_another_users_task_is_404"],
    "attached and finished never count": ["tst_routesengine.cpp: attachingNeverCounts"],
    "10,000 connections": ["hostile/crowds.py: test_as_many_connections_as_are_allowed", "hostile/fewfiles.py: test_too_few_files"],
    "a Host that is not loopback 403; a foreign Origin 403, on every method": ["contract.py: test_strangers_are_403", "tst_routes.cpp: hostAndOrigin"],
    "--allow-host, --allow-origin": ["tst_access.cpp: listedOriginsReadEveryAnswer", "tst_connectionguard.cpp: listedHostsAreServed"],
    "127.0.0.1 and ::1": ["tst_routes.cpp: listensOnBothLoopbacks"],
    "DELETE answers 204": ["contract.py: test_all_is_well"],
    "chunked bodies are accepted": ["hostile/smuggling.py: test_what_is_right_is_served_once", "contract.py: test_chunks_and_expectations"],
    "Expect: 100-continue is answered": ["contract.py: test_chunks_and_expectations", "tst_connectionguard.cpp: theClientIsToldToGoOn"],
    "--token: 401 with WWW-Authenticate on every route": ["contract.py: test_the_token_is_wanted_on_every_route"],
    "bound beyond loopback it demands --token": ["../cli/tst_serverflags.cpp: badOnesAreRefused", "../cli/tst_serverflags.cpp: bindsWhereItIsTold"],
    "files never run through HTTP: 403": ["tst_routesengine.cpp: taskFilesNeverStartOverHttp", "tst_routesengine.cpp: localTasksCanBeActedOn"],
}
