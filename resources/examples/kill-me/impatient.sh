#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Hangs the first time, until its timeoutMs ends it; the second attempt finds the marker and works.
set -eu
work="${XDG_CACHE_HOME:-$HOME/.cache}/kintsugi-examples/kill-me"
if [ ! -e "$work/was-impatient" ]; then
    : >"$work/was-impatient"
    echo "waiting for an answer that never comes" >&2
    sleep 3600
fi
echo '{"answer":"at last"}'
