#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs once, whatever happens later: the log below gets one line of it.
set -eu
work="${XDG_CACHE_HOME:-$HOME/.cache}/kintsugi-examples/kill-me"
rm -rf "$work"
mkdir -p "$work"
echo "first, process $$" >>"$work/log"
printf '{"log":"%s"}\n' "$work/log"
