#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Comes last, with the results of all stages before it in its stdin: they are the page.
set -eu
work="${XDG_CACHE_HOME:-$HOME/.cache}/kintsugi-examples/side-by-side"
cat >"$work/page.json.$$"
mv "$work/page.json.$$" "$work/page.json"
printf '{"page":"%s","bytes":%d}\n' "$work/page.json" "$(wc -c <"$work/page.json")"
