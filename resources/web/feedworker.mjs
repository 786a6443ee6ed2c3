// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The feed as a shared worker: one for all tabs of this page.

import { Feed } from './feed.mjs';
import { credentials, streamOfAll } from './address.mjs';

const feed = new Feed(streamOfAll, credentials);

addEventListener('connect', ({ ports: [port] }) => {
  port.onmessage = ({ data }) => feed.take(port, data);
});
