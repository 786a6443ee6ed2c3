// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// followeventsource.mjs SERVER ID NAME INPUT: follows the run with the EventSource of npm, which is not ours; KINTSUGI_EVENTSOURCE
// is the folder that it was installed in. See FollowerKind in followers.h.

import { createRequire } from 'node:module';

import { eventTypes } from './eventtypes.mjs';

const [server, id, name] = process.argv.slice(2);
const { EventSource } = createRequire(`${process.env.KINTSUGI_EVENTSOURCE}/`)('eventsource');
const types = await eventTypes(server, name);
const source = new EventSource(`${server}/api/durable-example/reattach/${id}`);
for (const type of ['message', ...types]) {
  source.addEventListener(type, ({ lastEventId, data }) => {
    console.log(JSON.stringify({ id: lastEventId, event: type, data }));
  });
}
// It goes on by itself after a break; 204 is what stops it.
source.addEventListener('error', ({ code }) => {
  if (source.readyState === EventSource.CLOSED) process.exit(code === 204 ? 0 : 1);
});
