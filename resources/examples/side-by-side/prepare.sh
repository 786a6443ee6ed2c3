#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
# An empty work folder with something to look at: these very scripts.
set -eu
work="${XDG_CACHE_HOME:-$HOME/.cache}/kintsugi-examples/side-by-side"
rm -rf "$work"
mkdir -p "$work/files"
cp side-by-side/*.sh "$work/files"
printf '{"files":%d}\n' "$(ls "$work/files" | wc -l)"
