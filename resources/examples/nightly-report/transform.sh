#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Adds up the sales by region and product. Its stdin is {"input":…,"results":{"extract":{…}}}.
set -eu
work="${XDG_CACHE_HOME:-$HOME/.cache}/kintsugi-examples/nightly-report"
expected=$(sed 's/.*"extract":{[^}]*"rows":\([0-9]*\).*/\1/')
awk -F ';' '
    { count[$1 ";" $2] += 1; cents[$1 ";" $2] += $3 }
    END { for (key in count) printf "%s;%d;%.2f\n", key, count[key], cents[key] / 100 }
' "$work/sales.csv" | sort >"$work/totals.csv.$$"
found=$(awk -F ';' '{ sum += $3 } END { print sum }' "$work/totals.csv.$$")
if [ "$found" != "$expected" ]; then
    echo "extract counted $expected rows, there are $found" >&2
    exit 1
fi
mv "$work/totals.csv.$$" "$work/totals.csv"
printf '{"groups":%d,"rows":%d}\n' "$(wc -l <"$work/totals.csv")" "$found"
