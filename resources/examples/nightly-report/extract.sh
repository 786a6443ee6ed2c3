#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes one day of sales, $ROWS lines of region;product;cents, the same whenever it runs.
# Its stdout is the stage's result; the rows themselves go into a file, which is complete or not there.
set -eu
work="${XDG_CACHE_HOME:-$HOME/.cache}/kintsugi-examples/nightly-report"
mkdir -p "$work"
awk -v rows="$ROWS" 'BEGIN {
    split("north east south west", region)
    split("bowl cup plate vase", product)
    seed = 7
    for (i = 0; i < rows; ++i) {
        seed = (seed * 1103515 + 12345) % 2147483
        printf "%s;%s;%d\n", region[seed % 4 + 1], product[int(seed / 4) % 4 + 1], seed % 9000 + 100
    }
}' >"$work/sales.csv.$$"
mv "$work/sales.csv.$$" "$work/sales.csv"
printf '{"rows":%d,"file":"%s"}\n' "$(wc -l <"$work/sales.csv")" "$work/sales.csv"
