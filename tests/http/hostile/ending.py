#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that is told to end while it is under attack."""

import time
import unittest

from target import PATIENCE, Target, get, main, post, raise_file_limit, until


class Ending(unittest.TestCase):
    program: str

    def test_it_ends_whoever_is_there(self):
        """Half requests, streams and answers that nobody reads, and bodies on their way hold nobody up who ends it."""
        raise_file_limit()
        server = Target(self.program)
        self.addCleanup(server.close)
        task = server.start_with_a_large_log(4)
        for number in range(8):
            for request in (b"GET /", get("/api/events"), get(f"/api/durable-example/reattach/{task}"),
                            get(f"/api/tasks/{task}/events"), post("/api/tasks", b" " * 500_000)[:-9]):
                connection = server.connect(receive_buffer=4096)
                self.addCleanup(connection.close)
                connection.sendall(request)
        until(lambda: server.metric("kintsugi_http_connections") > 39, "all of them")
        began = time.monotonic()
        server.process.terminate()
        server.process.wait(PATIENCE)
        self.assertLess(time.monotonic() - began, 10, "the contract's time")


if __name__ == "__main__":
    main(Ending)
