# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that are measured, each in a folder of its own, and what they cost."""

import http.client
import json
import os
import pathlib
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def cpu_seconds(pids):
    """User and system time of these processes."""
    ticks = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def post(port, path, body=b"", connection=None):
    connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", path, body, {"Content-Type": "application/json", "Accept": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status >= 300:
        sys.exit(f"{path}: {answer.status} {text.decode()}")
    return text


class Server:
    """A server in a folder of its own; its readers are at `target`."""

    def __init__(self, options, folder):
        self.options, self.folder, self.process = options, folder, None

    def line(self, *command):
        self.process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)
        return self.process.stdout.readline().strip()

    def pids(self):
        return [self.process.pid]

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


class Kintsugi(Server):
    name = "kintsugi"

    def serve(self):
        self.port = int(self.line(self.options.cli, "serve", "--port", 0, "--db", self.folder / "tasks.db").rsplit(":", 1)[1])

    def count(self, events, sleep_ms, delay_ms):
        """A task that counts once the delay is over; the path of its stream."""
        body = {"name": "count-to-n", "input": {"n": events, "sleepMs": sleep_ms}, "delayMs": delay_ms}
        task = json.loads(post(self.port, "/api/tasks", json.dumps(body)))["task"]
        return "/api/durable-example/reattach/" + task["id"]

    def start(self):
        self.serve()
        # It starts once all are there; whoever comes later would get the beginning from the store.
        self.target = self.count(self.options.events, 0, 3000)

    def send(self):
        pass
