#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Kintsugi Authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Fails twice, as a service that is just being restarted would; the third attempt works.
set -eu
work="${XDG_CACHE_HOME:-$HOME/.cache}/kintsugi-examples/side-by-side"
echo attempt >>"$work/attempts"
attempts=$(wc -l <"$work/attempts")
if [ "$attempts" -lt 3 ]; then
    echo "the service is not there yet (attempt $attempts)" >&2
    exit 1
fi
printf '{"attempts":%d}\n' "$attempts"
