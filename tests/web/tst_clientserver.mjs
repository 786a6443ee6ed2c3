// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// client.mjs, as the real server gives it out, against that server, which is killed and started again meanwhile.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { getJson, post, serve } from './serve.mjs';

/** The module that this server gives out. */
async function clientOf(server) {
  const file = join(server.folder, 'client.mjs');
  writeFileSync(file, await (await fetch(`${server.url}/client.mjs`)).text());
  return import(file);
}

const allEvents = async (server, id) => (await getJson(`${server.url}/api/tasks/${id}/events?limit=1000`)).events;

test('three times killed, each event comes once', async (t) => {
  const server = await serve(t, '--test-mode', '--auto-recover', '--recovery-interval-ms', '100', '--stale-ms', '1000');
  const { subscribeToTask } = await clientOf(server);
  const seen = [];
  const restarts = [];
  let ticks = 0; // Of the attempt that is to be killed next.
  const result = await subscribeToTask(`${server.url}/api/durable-example/run`, {
    method: 'POST', body: { n: 400, sleepMs: 15 },
    onEvent: {
      tick: (_, { attempt }) => {
        if (restarts.length === 3 || attempt !== restarts.length + 1 || ++ticks < 12) return;
        ticks = 0;
        restarts.push(server.kill().then(() => server.start()));
      },
      '*': (_, event) => { seen.push(event); },
    },
  });
  await Promise.all(restarts);
  assert.equal(restarts.length, 3);
  assert.deepEqual(result, { total: 400 });
  assert.deepEqual(seen.filter(({ type }) => type === 'tick').map(({ payload }) => payload.i), Array.from({ length: 400 }, (_, i) => i + 1));
  assert.equal(seen.filter(({ type }) => type === 'attempt_started').length, 4);
  assert.deepEqual(seen.map(({ seq }) => seq), seen.map((_, i) => i + 1));
  assert.deepEqual(seen, await allEvents(server, seen[0].taskId));
  assert.equal((await getJson(`${server.url}/api/tasks`)).tasks.length, 1, 'a POST was sent twice');
});

test('ends of every kind, and what is refused', async (t) => {
  const server = await serve(t);
  const { RequestError, subscribeToTask, TaskCancelled } = await clientOf(server);
  const run = `${server.url}/api/durable-example/run`;
  const status = (expected) => (error) => error instanceof RequestError && error.status === expected && typeof error.problem.detail === 'string';

  const done = [];
  assert.deepEqual(await subscribeToTask(run, { body: { n: 3, sleepMs: 0 }, onEvent: { '*': (_, event) => { done.push(event); } } }), { total: 3 });
  const reattach = `${server.url}/api/durable-example/reattach/${done[0].taskId}`;
  const last = done.at(-1).seq;
  assert.deepEqual(await subscribeToTask(reattach), { total: 3 });
  assert.deepEqual(await subscribeToTask(run, { body: { n: 3, sleepMs: 0 } }), { total: 3 });
  for (const lastEventId of [last - 1, last]) {
    const types = [];
    assert.deepEqual(await subscribeToTask(reattach, { lastEventId, onEvent: { '*': (_, { type }) => { types.push(type); } } }), { total: 3 });
    assert.deepEqual(types, lastEventId === last ? [] : ['completed']);
  }
  assert.deepEqual(await subscribeToTask(run, { lastEventId: last, body: { n: 3, sleepMs: 0 } }), { total: 3 });

  const stopped = subscribeToTask(run, {
    body: { n: 100, sleepMs: 3000 },
    onEvent: { attempt_started: async (_, { taskId }) => { await post(`${server.url}/api/durable-example/stop/${taskId}`, { reason: 'enough' }); } },
  });
  await assert.rejects(stopped, (error) => error instanceof TaskCancelled && error.reason === 'enough');

  await assert.rejects(subscribeToTask(`${server.url}/api/durable-example/reattach/nobody`), status(404));
  await assert.rejects(subscribeToTask(reattach, { lastEventId: last + 1 }), status(400));
  await assert.rejects(subscribeToTask(run, { body: { n: 0 } }), (error) => status(422)(error) && error.problem.errors[0].field === 'n');
  await assert.rejects(subscribeToTask(run, { body: '{' }), status(400));
  await assert.rejects(subscribeToTask(run), status(405));
});

test('the client is given out to be asked for again', async (t) => {
  const server = await serve(t);
  const file = await fetch(`${server.url}/client.mjs`);
  assert.equal(file.headers.get('Content-Type'), 'text/javascript; charset=utf-8');
  assert.equal(await file.text(), readFileSync(new URL('../../resources/web/client.mjs', import.meta.url), 'utf8'));
  for (const [name, type] of [['client.mjs', 'text/javascript; charset=utf-8'], ['client.d.ts', 'application/typescript; charset=utf-8']]) {
    const url = `${server.url}/${name}`;
    const response = await fetch(url);
    const etag = response.headers.get('ETag');
    assert.deepEqual([response.status, response.headers.get('Content-Type'), response.headers.get('Cache-Control')], [200, type, 'no-cache']);
    assert.equal(response.headers.get('X-Content-Type-Options'), 'nosniff');
    assert.match(etag, /^"[0-9a-f]{32}"$/);
    for (const tags of [etag, `W/${etag}`, `"x", ${etag}`, '*']) assert.equal((await fetch(url, { headers: { 'If-None-Match': tags } })).status, 304);
    const other = await fetch(url, { headers: { 'If-None-Match': '"x"' } });
    assert.deepEqual([other.status, await other.text()], [200, await response.text()]);
    assert.equal((await fetch(url, { headers: { Accept: 'image/png' } })).status, 406);
    const head = await fetch(url, { method: 'HEAD' });
    assert.deepEqual([head.status, head.headers.get('ETag'), await head.text()], [200, etag, '']);
  }
});
