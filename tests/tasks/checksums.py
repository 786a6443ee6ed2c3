#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""checksums.py ROWS…: what pipeline-with-steps must come to, worked out a second time, from the rule of its sales alone.

The numbers in tst_pipeline.cpp were printed by: checksums.py 1 10 1000 100000
"""

import hashlib
import sys

REGIONS = ["north", "east", "south", "west", "overseas"]


def checksum(rows: int) -> str:
    sums: dict[str, tuple[int, int]] = {}
    for number in range(1, rows + 1):
        mixed = number * 2654435761 % 2**32
        region = REGIONS[mixed // 2**7 % 5]
        sales, cents = sums.get(region, (0, 0))
        sums[region] = (sales + 1, cents + 100 + mixed // 2**12 % 90000)
    lines = ["region,sales,cents"] + [f"{name},{sums[name][0]},{sums[name][1]}" for name in sorted(sums)]
    return hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        print(argument, checksum(int(argument)))
