#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plugin of engine/tasks/README.md, as somebody without a clone of this repository would have it.

pluginstory.py BUILD_FOLDER CMAKE: installs that build into a temporary folder, takes the two files from the page, builds them
against what was installed, and runs the task: killed in the middle, taken up again, with --plugin and from the folder.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

README = Path(__file__).parents[2] / "engine/tasks/README.md"
PATIENCE = 120  # Seconds, also under a sanitizer on a busy machine.
NAMES = ["Ada", "Grace", "Barbara", "Frances", "Edsger"]
STALE = ["--stale-ms", "1000"]


def block(language: str, mark: str) -> str:
    """The one block of code on the page in that language with that in it."""
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    found = [text for name, text in blocks if name == language and mark in text]
    assert len(found) == 1, f"{README} has {len(found)} {language} blocks with {mark}"
    return found[0]


def checked(*command: str | Path) -> None:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command} gave {done.returncode}\n{done.stdout}\n{done.stderr}"


class Story(unittest.TestCase):
    build: Path
    cmake: str

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name)
        cls.prefix = cls.root / "prefix"
        checked(cls.cmake, "--install", cls.build, "--prefix", cls.prefix)
        source = cls.root / "letters"
        source.mkdir()
        (source / "letters.cpp").write_text(block("cpp", "Q_PLUGIN_METADATA"))
        (source / "CMakeLists.txt").write_text(block("cmake", "find_package"))
        cache = dict(re.findall(r"^(\w+):\w+=(.*)$", (cls.build / "CMakeCache.txt").read_text(), re.MULTILINE))
        same = [f"-D{name}={cache[name]}" for name in ("CMAKE_CXX_COMPILER", "CMAKE_MAKE_PROGRAM")]
        checked(cls.cmake, "-S", source, "-B", source / "build", "-G", cache["CMAKE_GENERATOR"], *same,
                f"-DCMAKE_PREFIX_PATH={cls.prefix}", f"-DCMAKE_CXX_FLAGS={cache['CMAKE_CXX_FLAGS']} -Wall -Wextra -Werror")
        checked(cls.cmake, "--build", source / "build")
        cls.plugin = source / "build/letters.so"

    def setUp(self):
        folder = tempfile.TemporaryDirectory(dir=self.root)
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.env = {**os.environ, "XDG_DATA_HOME": str(self.folder / "data"), "XDG_CONFIG_HOME": str(self.folder / "config"),
                    "QT_QPA_PLATFORM": "offscreen"}
        for name in ("KINTSUGI_DB", "KINTSUGI_PORT", "KINTSUGI_ENV", "PGHOST"):
            self.env.pop(name, None)

    @contextlib.contextmanager
    def program(self, name: str, *words: str | Path):
        """A running program; what is left of it at the end is killed."""
        with subprocess.Popen([self.prefix / "bin" / name, *map(str, words)], env=self.env, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            watchdog = threading.Timer(PATIENCE, process.kill)
            watchdog.start()
            try:
                yield process
            finally:
                watchdog.cancel()
                process.kill()

    def cli(self, *words: str | Path, code: int = 0) -> subprocess.CompletedProcess:
        with self.program("kintsugi-cli", *words) as process:
            out, err = process.communicate()
        self.assertEqual(process.returncode, code, f"{words}\n{out}\n{err}")
        return subprocess.CompletedProcess(words, code, out, err)

    def run_words(self, rest_ms: int, *more: str | Path) -> list[str | Path]:
        return ["run", "letters", "--input", json.dumps({"to": NAMES, "restMs": rest_ms}), "--json",
                "--db", self.folder / "tasks.db", *STALE, *more]

    def killed_after(self, letters: int, words: list[str | Path]) -> str:
        """Runs that until so many letters are in the log, and kills it there. Gives the task's id once it is stale."""
        with self.program("kintsugi-cli", *words) as process:
            events = []
            for line in process.stdout:
                events.append(json.loads(line))
                if sum(event["type"] == "letter_written" for event in events) == letters:
                    process.send_signal(signal.SIGKILL)
                    break
            self.assertEqual(process.wait(), -signal.SIGKILL, process.stderr.read())
        task = events[0]["taskId"]
        deadline = time.monotonic() + PATIENCE
        while task not in self.cli("list", "--stale", "--json", "--db", self.folder / "tasks.db", *STALE).stdout:
            self.assertLess(time.monotonic(), deadline, "the task never became stale")
        return task

    def letters(self, task: str) -> dict[str, tuple[str, int, int]]:
        """Each letter with what would change if it were written again."""
        folder = self.folder / "tasks.db-files" / task
        return {path.name: (path.read_text(), path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.iterdir()}

    def check_end(self, out: str, task: str, before: dict[str, tuple[str, int, int]]) -> None:
        events = [json.loads(line) for line in out.splitlines()]
        self.assertEqual({event["taskId"] for event in events}, {task})
        self.assertEqual([event["seq"] for event in events], list(range(1, len(events) + 1)))
        second = [event["payload"] for event in events if event["type"] == "letter_written" and event["attempt"] == 2]
        self.assertEqual([payload["to"] for payload in second], NAMES)
        self.assertTrue(all(payload["fromCache"] for payload in second[:len(before)]), second)
        self.assertFalse(second[-1]["fromCache"], "the kill came too late to be in the middle")
        self.assertEqual(events[-1]["type"], "completed", events[-1])
        result = events[-1]["payload"]["result"]
        self.assertEqual((result["letters"], result["words"]), (5, 25))
        after = self.letters(task)
        self.assertEqual([after[f"letter-{i + 1}.txt"][0] for i in range(5)], [f"Dear {name}, all is well." for name in NAMES])
        self.assertEqual(len(after), 5)
        self.assertEqual({name: after[name] for name in before}, before, "a letter was written again")

    def plugin_folder(self) -> Path:
        """The application's folder for plugins, with one in it that is broken, and a file that is none."""
        plugins = self.folder / "data/kintsugi/plugins"
        plugins.mkdir(parents=True)
        (plugins / "broken.so").write_text("no library\n")
        (plugins / "notes.txt").write_text("no library either\n")
        return plugins

    def definitions(self, url: str) -> set[str]:
        with urllib.request.urlopen(f"{url}/api/definitions", timeout=PATIENCE) as answer:
            found = json.load(answer)
        return {definition["name"] for definition in (found["definitions"] if isinstance(found, dict) else found)}

    def test_killed_run_goes_on_with_the_same_command(self):
        words = self.run_words(700, "--plugin", self.plugin)
        task = self.killed_after(2, words)
        before = {name: letter for name, letter in self.letters(task).items() if name in ("letter-1.txt", "letter-2.txt")}
        again = self.cli(*words)
        self.check_end(again.stdout, task, before)
        self.assertEqual(self.cli(*words).stdout, again.stdout)

    def test_killed_run_goes_on_by_a_nudge_from_the_folder(self):
        plugins = self.plugin_folder()
        shutil.copy(self.plugin, plugins)
        task = self.killed_after(2, self.run_words(700))
        before = {name: letter for name, letter in self.letters(task).items() if name in ("letter-1.txt", "letter-2.txt")}
        nudged = self.cli("nudge", task, "--json", "--db", self.folder / "tasks.db", *STALE)
        self.check_end(nudged.stdout, task, before)
        self.assertRegex(nudged.stderr, r"^kintsugi-cli: left out: the plugin \S+/broken\.so is no Qt plugin .*\n$")
        # The same file by its name and in the folder: loaded once, nothing to warn of but the broken one.
        link = self.cli("key", "letters", "--plugin", plugins / "letters.so")
        self.assertEqual(link.stderr, nudged.stderr)
        self.assertTrue(link.stdout.startswith('{"input":{"restMs":1000,"to":["Ada","Grace","Barbara"]}'), link.stdout)
        # A second library with the same name in it: the one that was named wins.
        other = self.cli("key", "letters", "--plugin", self.plugin)
        self.assertIn('letters.so brings a task definition "letters", and that name is taken', other.stderr)

    def test_bad_plugins_end_the_programs(self):
        missing = self.folder / "missing.so"
        sentence = f"the plugin {missing} is not there; name the library's file with its path"
        for words in (["serve", "--port", "0"], ["run", "letters"], ["nudge", "x"], ["resume", "x"], ["retry", "x"],
                      ["fork", "x", "--from-step", "a"], ["key", "letters"]):
            with self.subTest(words[0]):
                self.assertEqual(self.cli(*words, "--plugin", self.plugin, "--plugin", missing, code=2).stderr,
                                 f"kintsugi-cli: {sentence}\n")
        both = self.cli("run", "letters", "--plugin", self.plugin, "--url", "http://127.0.0.1:1", code=2)
        self.assertIn("--url and --plugin exclude each other", both.stderr)
        self.cli("list", "--plugin", self.plugin, code=2)  # Runs nothing, so it takes none.
        with self.program("kintsugi", "--plugin", missing) as window:
            self.assertEqual((*window.communicate(), window.returncode), ("", f"kintsugi: {sentence}\n", 2))

    def test_server_and_window_know_it(self):
        self.plugin_folder()
        with self.program("kintsugi-cli", "serve", "--port", "0", "--plugin", self.plugin) as server:
            url = server.stdout.readline().split()[-1]
            self.assertEqual(self.definitions(url), {"count-to-n", "pipeline-with-steps", "pipeline-file", "letters"})
            server.terminate()
            self.assertEqual(server.wait(), 0)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with self.program("kintsugi", "--port", port, "--plugin", self.plugin) as window:
            known = None
            while known is None and window.poll() is None:
                with contextlib.suppress(urllib.error.URLError, ConnectionError):
                    known = self.definitions(f"http://127.0.0.1:{port}")
            window.terminate()
            said = window.communicate()[1]
            self.assertIn("letters", known or set(), said)
            self.assertEqual(window.returncode, 0, said)
            self.assertRegex(said, r"kintsugi: left out: the plugin \S+/broken\.so is no Qt plugin")


if __name__ == "__main__":
    Story.build, Story.cmake = Path(sys.argv[1]), sys.argv[2]
    unittest.main(argv=sys.argv[:1])
