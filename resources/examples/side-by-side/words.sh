#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
# The five most frequent words. Runs beside sizes and flaky; the pause leaves time to see it.
set -eu
work="${XDG_CACHE_HOME:-$HOME/.cache}/kintsugi-examples/side-by-side"
sleep "${PAUSE:-3}"
cat "$work"/files/*.sh | tr -cs 'A-Za-z' '\n' | sort | uniq -c | sort -rn | head -n 5 |
    awk '{ printf "%s{\"word\":\"%s\",\"count\":%d}", NR == 1 ? "[" : ",", $2, $1 } END { print "]" }'
