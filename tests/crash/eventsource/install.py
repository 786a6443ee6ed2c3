#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""install.py FOLDER: the npm packages of package-lock.json, exactly those, into FOLDER, from npm's cache if they are there.

Does nothing when they are installed. Ends with 77 when there is no npm, or neither a registry nor a copy in the cache.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
# Why npm cannot get a package, as against what is wrong with one.
UNREACHABLE = r"\b(E(AI_AGAIN|CONNREFUSED|CONNRESET|HOSTUNREACH|NETUNREACH|NOTCACHED|NOTFOUND|TIMEDOUT)|ERR_SOCKET_TIMEOUT)\b"


def main() -> int:
    folder = Path(sys.argv[1])
    lock = HERE / "package-lock.json"
    done = folder / "installed.json"
    if done.exists() and done.read_bytes() == lock.read_bytes():
        return 0
    npm = shutil.which("npm")
    if npm is None:
        print("there is no npm")
        return 77
    folder.mkdir(parents=True, exist_ok=True)
    for source in (lock, HERE / "package.json"):
        shutil.copy(source, folder)
    result = subprocess.run([npm, "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--fetch-retries=1"],
                            cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    print(result.stdout)
    if result.returncode == 0:
        shutil.copy(lock, done)
        return 0
    return 77 if re.search(UNREACHABLE, result.stdout) else 1


if __name__ == "__main__":
    sys.exit(main())
