// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// followclient.mjs SERVER ID NAME INPUT: starts or joins the run by POST and follows it with the client module that the server
// gives out. See FollowerKind in followers.h.

import assert from 'node:assert/strict';

const [server, id, name, input] = process.argv.slice(2);
const module = await (await fetch(`${server}/client.mjs`)).text();
const { subscribeToTask } = await import(`data:text/javascript,${encodeURIComponent(module)}`);

let last;
const result = await subscribeToTask(`${server}/api/tasks`, {
  body: { name, input: JSON.parse(input) },
  onEvent: {
    '*': (payload, event) => {
      last = event;
      console.log(JSON.stringify({ id: String(event.seq), event: event.type, data: JSON.stringify(event) }));
    },
  },
});
assert.equal(last.taskId, id);
assert.deepEqual({ result }, last.payload);
