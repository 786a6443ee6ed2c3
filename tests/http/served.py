# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`kintsugi-cli serve` on a store and a port of its own, and a client of it."""

import json
import os
import subprocess
import tempfile
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

PATIENCE = 120  # Seconds, also under a sanitizer on a busy machine.


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]  # Names in lower case.
    body: bytes

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "")

    def json(self):
        return json.loads(self.body)


class Served:
    """start() serves at the same address again after kill(), which is SIGKILL."""

    def __init__(self, program: str, *flags: str, patience: float = PATIENCE, **process):
        """`flags` go to `serve`, `process` to Popen; after `patience` seconds it is killed, whatever it does."""
        self.folder = tempfile.TemporaryDirectory()
        self.command = [program, "serve", "--test-mode", "--db", str(Path(self.folder.name) / "tasks.db"), *flags]
        self.patience = patience
        self.popen = process
        self.url = ""
        self.start()

    def start(self) -> None:
        env = {**os.environ, "XDG_DATA_HOME": self.folder.name, "XDG_CONFIG_HOME": self.folder.name}
        for name in ("KINTSUGI_DB", "KINTSUGI_PORT", "KINTSUGI_ENV", "PGHOST", "QT_LOGGING_RULES"):
            env.pop(name, None)
        port = str(urlsplit(self.url).port) if self.url else "0"
        self.process = subprocess.Popen([*self.command, "--port", port], env=env, text=True, stdout=subprocess.PIPE,
                                        **self.popen)
        self.watchdog = threading.Timer(self.patience, self.process.kill)
        self.watchdog.start()
        words = self.process.stdout.readline().split()
        assert words[:2] == ["listening", "on"], f"the server said {words}"
        self.url = words[2]

    def kill(self) -> None:
        self.watchdog.cancel()
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def close(self) -> None:
        self.watchdog.cancel()
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        finally:
            self.kill()
            self.folder.cleanup()

    def ask(self, method: str, path: str, body=None, accept: str = "*/*") -> Answer:
        headers = {"Accept": accept}
        if method not in ("GET", "HEAD", "OPTIONS"):
            headers["Content-Type"] = "application/json"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
                return Answer(reply.status, {k.lower(): v for k, v in reply.headers.items()}, reply.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Answer(refusal.code, {k.lower(): v for k, v in refusal.headers.items()}, refusal.read())
