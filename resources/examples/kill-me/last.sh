#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Counts what the log says: one first, and as many begins of the long stage as there were kills, and one.
set -eu
work="${XDG_CACHE_HOME:-$HOME/.cache}/kintsugi-examples/kill-me"
printf '{"firsts":%d,"begins":%d,"ends":%d}\n' \
    "$(grep -c '^first' "$work/log")" "$(grep -c '^long begins' "$work/log")" "$(grep -c '^long ends' "$work/log")"
