#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
# How large each file is, as one JSON object.
set -eu
work="${XDG_CACHE_HOME:-$HOME/.cache}/kintsugi-examples/side-by-side"
sleep "${PAUSE:-3}"
cd "$work/files"
wc -c *.sh | awk '$2 != "total" { printf "%s\"%s\":%d", NR == 1 ? "{" : ",", $2, $1 } END { print "}" }'
