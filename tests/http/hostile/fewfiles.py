#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that may open few files, or not as many as it wants: it says so, never runs out, never spins, and recovers."""

import resource
import unittest

from target import PATIENCE, SIZE, Target, finish, get, is_sanitized, main, raise_file_limit, status_of, until


class FewFiles(unittest.TestCase):
    program: str

    def serve(self, soft: int, hard: int) -> Target:
        server = Target(self.program, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard)))
        self.addCleanup(server.close)
        return server

    def limit_of(self, server: Target) -> int:
        return resource.prlimit(server.pid, resource.RLIMIT_NOFILE)[0]

    def test_the_limit_is_raised_as_far_as_it_may_be(self):
        raise_file_limit()
        for soft, hard in ((64, 4096), (256, 20_000)):
            with self.subTest(hard=hard):
                self.assertGreaterEqual(self.limit_of(self.serve(soft, hard)), min(hard, 10_500))
    def test_too_few_files(self):
        raise_file_limit()
        for limit in (64, 100, 256, 1024):
            with self.subTest(limit=limit):
                server = self.serve(limit, limit)
                server.run_a_task()
                quiet = server.files()
                crowd = [server.connect() for _ in range(limit + 100 * SIZE)]
                until(lambda: server.files() > quiet + limit // 8, "some connections")
                self.assertIsNone(server.process.poll(), server.errors_so_far())
                self.assertLess(server.files(), limit, "nothing is left for the store")
                for connection in crowd:
                    connection.close()
                until(lambda: status_of(server.exchange(get())) == 200, "an answer again", PATIENCE)
                server.run_a_task()
                until(lambda: server.files() <= quiet + 4, "the end of the crowd")

    def test_no_file_is_left(self):
        """As when somebody else has taken them. Who connects is kept waiting, and nobody computes."""
        if is_sanitized(self.program):
            self.skipTest("a sanitizer wants files of its own")
        raise_file_limit()
        server = self.serve(1024, 4096)
        for _ in range(5):
            server.run_a_task()  # All threads and files that this takes are there from now on.
        quiet = server.files()
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (quiet + 5, 4096))
        crowd = [server.connect() for _ in range(50)]
        until(lambda: "no connection can be accepted now" in server.errors_so_far(), "the lack")
        before = server.processor_time()
        crowd[-1].sendall(get())
        crowd[-1].settimeout(2)
        with self.assertRaises(TimeoutError):
            crowd[-1].recv(1)
        self.assertLess(server.processor_time() - before, 0.5, "it spins")
        self.assertEqual(server.errors_so_far().count("no connection can be accepted now"), 1, "it says so again and again")
        for connection in crowd[:-1]:
            connection.close()
        self.assertEqual(status_of(finish(crowd[-1])), 200)
        crowd[-1].close()
        self.assertEqual(status_of(server.exchange(get())), 200)
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (4096, 4096))
        server.run_a_task()
        until(lambda: server.files() <= quiet + 4, "the end of the crowd")


if __name__ == "__main__":
    main(FewFiles)
