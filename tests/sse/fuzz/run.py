#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""run.py PROGRAM: a fuzz target, begun with the streams of whatwg.json, or with some answers of servers.

Some seconds of a fixed seed, or KINTSUGI_FUZZ_SECONDS of a new one; KINTSUGI_SEED sets it. The corpus goes with the run. An
input that fails is printed in hex: as a file it is the program's argument.
"""

import json
import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
RUNS = 6_000
ANSWERS = [
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: a\n\n\r\n0\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\nContent-Length: 9\n\ndata: a\n\ndata: b\n\n",
    b"HTTP/1.1 200\r\ncontent-type:text/event-stream\r\n\r\nid: 1\ndata: a\n\n",
    b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 3\r\n\r\nabc",
    b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
    b"HTTP/1.1 204 No Content\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n\r\n1\r\nx\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: ,chunked ,\r\nTransfer-Encoding:\r\n\r\n1;a=b\r\nx\r\n0\r\nDigest: x\r\n\r\n",
]


def streams() -> list[bytes]:
    table = json.loads((HERE.parent / "whatwg.json").read_text())
    texts = [row["stream"] for sentence in table["sentences"] for row in sentence["rows"]]
    return [re.sub(rb"%([0-9A-F]{2})", lambda match: bytes.fromhex(match[1].decode()), text.encode()) for text in texts]


def main() -> int:
    seconds = os.environ.get("KINTSUGI_FUZZ_SECONDS")
    seed = int(os.environ.get("KINTSUGI_SEED") or (random.randrange(1, 1 << 32) if seconds else 1))
    with tempfile.TemporaryDirectory(prefix="kintsugi-fuzz-") as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for number, example in enumerate(ANSWERS if "http" in Path(sys.argv[1]).name else streams()):
            (corpus / str(number)).write_bytes(b"\xff" + example)  # Behind the byte that decides.
        how_long = f"-max_total_time={seconds}" if seconds else f"-runs={RUNS}"
        result = subprocess.run(
            [sys.argv[1], f"-seed={seed}", how_long, "-max_len=512", "-timeout=20", f"-dict={HERE / 'words.dict'}",
             "-print_final_stats=1", "-verbosity=1", f"-artifact_prefix={folder}/", corpus],
            stderr=subprocess.PIPE, text=True, errors="replace", check=False)
        print(f"seed {seed}")
        print("\n".join(result.stderr.splitlines()[-40 if result.returncode else -9:]))
        for finding in sorted(Path(folder).glob("*-*")):
            print(finding.name, finding.read_bytes().hex())
        return 1 if result.returncode else 0  # libFuzzer says 77, which is a skipped test elsewhere.


if __name__ == "__main__":
    sys.exit(main())
