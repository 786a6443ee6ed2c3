#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Half a minute of work in a child process. Kill Kintsugi in the middle: the child is gone within a
# moment, and the rerun begins here, not at the first stage.
set -eu
work="${XDG_CACHE_HOME:-$HOME/.cache}/kintsugi-examples/kill-me"
echo "long begins, process $$" >>"$work/log"
(
    i=0
    while [ "$i" -lt "$STEPS" ]; do
        i=$((i + 1))
        echo "long, step $i of $STEPS" >>"$work/log"
        sleep 1
    done
) &
wait
echo "long ends" >>"$work/log"
printf '{"steps":%d}\n' "$STEPS"
