# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server to be hurt, what hurts it, and what must be true of it afterwards.

Each theme is a program: THEME.py KINTSUGI_CLI. KINTSUGI_HOSTILE=20 makes it that many times as large, KINTSUGI_SEED repeats
a run; both are printed.
"""

import json
import os
import random
import re
import resource
import select
import socket
import struct
import sys
import tempfile
import threading
import time
import unittest
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))
from served import PATIENCE, Served  # noqa: E402

SIZE = int(os.environ.get("KINTSUGI_HOSTILE") or 1)
SEED = int(os.environ.get("KINTSUGI_SEED") or random.SystemRandom().randrange(1 << 32))
MEMORY = (96 if SIZE == 1 else 192) << 20  # What a server may have kept of an attack: what its allocator has not given back.
REQUEST_TIME = 20  # Seconds that the contract gives a request.


def raise_file_limit() -> None:
    """For our own ends of the connections."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def is_sanitized(program: str) -> bool:
    return b"__ubsan_handle" in Path(program).read_bytes()


def until(condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    end = time.monotonic() + patience
    tick = threading.Event()
    while not condition():
        assert time.monotonic() < end, f"never came: {what}"
        tick.wait(0.01)


def get(path: str = "/health", *headers: str, method: str = "GET", host: str = "localhost") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: {host}", *headers, "", ""]).encode("latin-1")


def post(path: str, body: bytes, *headers: str) -> bytes:
    return get(path, "Content-Type: application/json", f"Content-Length: {len(body)}", *headers, method="POST") + body


def status_of(answer: bytes) -> int:
    """0 when it is no whole head of an answer."""
    return int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") and b"\r\n\r\n" in answer else 0


def answers_in(received: bytes) -> int:
    return len(re.findall(rb"HTTP/1\.1 [2-5]\d\d ", received))


def split(answer: bytes) -> tuple[list[str], bytes]:
    """The lines of an answer's head, and its body."""
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.decode("latin-1").split("\r\n"), body


def reset(connection: socket.socket) -> None:
    """Closes it as a process that was killed, or a cable that was cut: no FIN, an RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class Target(Served):
    def __init__(self, program: str, *flags: str, **process):
        self.errors = tempfile.TemporaryFile()
        super().__init__(program, *flags, patience=PATIENCE * max(2, SIZE), stderr=self.errors, **process)
        address = urlsplit(self.url)
        self.address = (address.hostname, address.port)
        self.pid = self.process.pid

    def connect(self, timeout: float = PATIENCE, receive_buffer: int = 0) -> socket.socket:
        connection = socket.socket()
        if receive_buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.settimeout(timeout)
        connection.connect(self.address)
        return connection

    def exchange(self, request: bytes, *more: bytes) -> bytes:
        """All that comes back until the server ends it; it may end it before it has heard all."""
        with self.connect() as connection:
            return finish(connection, request + b"".join(more))

    def errors_so_far(self) -> str:
        return os.pread(self.errors.fileno(), 1 << 20, 0).decode("utf-8", "replace")

    def close(self) -> None:
        """Ends it, and finds that it ended well and has reported nothing."""
        super().close()
        said = self.errors_so_far()
        self.errors.close()
        assert self.process.returncode == 0, f"it ended with {self.process.returncode}: {said}"
        for word in ("Sanitizer", "runtime error:", "ASSERT"):
            assert word not in said, said

    def files(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def memory(self) -> int:
        pages = Path(f"/proc/{self.pid}/statm").read_text().split()[1]
        return int(pages) * resource.getpagesize()

    def processor_time(self) -> float:
        """Seconds that it has computed."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def metric(self, name: str) -> float:
        text = self.ask("GET", "/metrics").body.decode()
        return sum(float(line.split()[-1]) for line in text.splitlines() if line.split("{")[0].split(" ")[0] == name)

    def start_with_a_large_log(self, megabytes: int) -> str:
        """The id of a running task whose events have so much to say. Of an answer of four, the kernel takes a part alone."""
        start = {"n": 1, "sleepMs": 3600000, "fresh": True}
        task = self.ask("POST", "/api/durable-example/run", start, "application/json").json()["task"]["id"]
        for _ in range(megabytes):
            told = self.ask("POST", f"/api/tasks/{task}/signal", {"name": "x", "payload": "x" * 1_000_000})
            assert told.status == 202, told
        return task

    def run_a_task(self) -> None:
        """What a client that means well does, and gets: each event of a task of its own, once."""
        stream = self.ask("POST", "/api/durable-example/run", {"n": 3, "sleepMs": 0, "fresh": True}, "text/event-stream")
        assert stream.status == 200, stream
        events = [json.loads(line[6:]) for line in stream.body.decode().split("\n") if line.startswith("data: ")]
        assert [event["type"] for event in events] == ["created", "attempt_started", "tick", "tick", "tick", "completed"], events
        assert [event["seq"] for event in events] == [1, 2, 3, 4, 5, 6]
        task = self.ask("GET", f"/api/tasks/{stream.headers['x-task-id']}").json()
        assert (task["state"], task["result"]) == ("completed", {"total": 3}), task


def finish(connection: socket.socket, request: bytes = b"") -> bytes:
    """Sends while it reads, as a client must that wants an early answer."""
    connection.setblocking(False)
    left, answer, end = memoryview(request), b"", time.monotonic() + PATIENCE
    poller = select.poll()
    while time.monotonic() < end:
        poller.register(connection, select.POLLIN | (select.POLLOUT if left else 0))
        happened = poller.poll(1000)
        try:
            if left and happened and happened[0][1] & select.POLLOUT:
                left = left[connection.send(left[:65536]):]
        except (BrokenPipeError, ConnectionResetError):
            left = left[:0]
        try:
            part = connection.recv(65536)
        except BlockingIOError:
            continue
        except ConnectionResetError:
            return answer
        answer += part
        if not part:
            return answer
    raise AssertionError(f"the server never ended a connection; it had said {answer[:200]!r}")


def read_all(connections: Iterable[socket.socket]) -> list[bytes]:
    """What each of many connections still brings, until the server ends it."""
    poller, answers = select.epoll(), {}
    order = list(connections)
    for connection in order:
        connection.setblocking(False)
        poller.register(connection, select.EPOLLIN)
        answers[connection.fileno()] = (connection, [])
    open_ones, end = len(order), time.monotonic() + PATIENCE
    while open_ones and time.monotonic() < end:
        for descriptor, _ in poller.poll(1):
            connection, parts = answers[descriptor]
            try:
                part = connection.recv(1 << 20)
            except ConnectionResetError:
                part = b""
            except BlockingIOError:
                continue
            parts.append(part)
            if not part:
                poller.unregister(descriptor)
                open_ones -= 1
    poller.close()
    assert not open_ones, f"{open_ones} connections were never ended"
    found = [b"".join(answers[connection.fileno()][1]) for connection in order]
    for connection in order:
        connection.close()
    return found


class Theme(unittest.TestCase):
    program: str
    flags: tuple[str, ...] = ()

    @classmethod
    def setUpClass(cls):
        raise_file_limit()
        cls.random = random.Random(SEED)
        cls.server = Target(cls.program, *cls.flags)
        cls.addClassCleanup(cls.server.close)
        for _ in range(5):
            cls.server.run_a_task()
        cls.quiet_files, cls.quiet_memory = cls.server.files(), cls.server.memory()

    def tearDown(self):
        """It lives, it serves, and it has kept nothing."""
        self.assertIsNone(self.server.process.poll(), self.server.errors_so_far())
        self.server.run_a_task()
        until(lambda: self.server.metric("kintsugi_http_connections") == 1, "the end of all connections but the one that asks")
        until(lambda: self.server.files() <= self.quiet_files + 4, f"{self.quiet_files} open files")
        if not is_sanitized(self.program):  # A sanitizer keeps what was freed, on purpose.
            self.assertLess(self.server.memory() - self.quiet_memory, MEMORY)
        self.assertEqual(self.server.ask("GET", "/health").json()["status"], "ok")


def main(theme: type[unittest.TestCase]) -> None:
    theme.program = sys.argv.pop(1)
    print(f"KINTSUGI_HOSTILE={SIZE} KINTSUGI_SEED={SEED}", file=sys.stderr, flush=True)
    unittest.main(verbosity=2)
