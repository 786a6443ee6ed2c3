// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The feed of all tabs, against a server that answers as told; and how a task's log and the feed make one sequence.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Feed } from '../../resources/web/feed.mjs';
import { TaskLog } from '../../resources/web/server.mjs';
import { answer, event, fakeServer, ID, open, problem, stream, until } from './fakeserver.mjs';

const OTHER = '0199a1b2-0000-7000-8000-000000000002';
const of = (taskId, seq, type = 'tick') => ({ ...event(seq, type), taskId });

/** A tab: what it heard, and until(condition), which waits for that to hold. */
function tab(feed) {
  const heard = [];
  let check = () => {};
  const port = { postMessage: (message) => { heard.push(structuredClone(message)); check(); } };
  return {
    heard,
    say: (message) => feed.take(port, message),
    events: () => heard.filter((message) => message.event).map((message) => message.event.seq),
    until: (condition) => new Promise((resolve) => {
      check = () => condition() && resolve();
      check();
    }),
  };
}

async function feedOf(t, ...answers) {
  const server = await fakeServer(t, ...answers);
  const feed = new Feed(server.url, { Authorization: 'Bearer secret' });
  const tabs = [];
  t.after(() => tabs.forEach((one) => one.say({ leave: true })));
  return { server, newTab: () => tabs[tabs.push(tab(feed)) - 1] };
}

test('all tabs share one stream, and each hears of the task that it follows', async (t) => {
  const { server, newTab } = await feedOf(t, open([of(ID, 1), of(OTHER, 1), of(ID, 2), of(OTHER, 2)]));
  const [first, second] = [newTab(), newTab()];
  first.say({ follow: ID });
  second.say({ follow: OTHER });
  await first.until(() => first.heard.some(({ changed }) => changed));
  await second.until(() => second.heard.some(({ changed }) => changed));
  assert.deepEqual(first.heard, [{ live: null, status: 0 }, { live: true, status: 0 },
    { event: of(ID, 1) }, { event: of(ID, 2) }, { changed: [OTHER] }]);
  assert.deepEqual(second.events(), [1, 2]);
  assert.deepEqual(second.heard.at(-1), { changed: [ID] });
  assert.equal(server.requests.length, 1);
  assert.equal(server.requests[0].headers.authorization, 'Bearer secret');
  assert.equal(server.requests[0].headers['last-event-id'], undefined);
});

test('a stream that broke goes on behind the last position', async (t) => {
  const { server, newTab } = await feedOf(t, stream([of(ID, 7)], { breaks: true }), answer(503), open([of(ID, 8)]));
  const one = newTab();
  one.say({ follow: ID });
  await one.until(() => one.events().length === 2);
  assert.deepEqual(one.heard.filter(({ live }) => live !== undefined).map(({ live, status }) => [live, status]),
    [[null, 0], [true, 0], [false, 0], [false, 503], [true, 0]]);
  assert.deepEqual(server.requests.map(({ headers }) => headers['last-event-id']), [undefined, '7', '7']);
});

test('on another store it begins anew', async (t) => {
  const { server, newTab } = await feedOf(t, stream([of(ID, 7)]), problem(400, {}), open([of(ID, 1)]));
  const one = newTab();
  one.say({ follow: ID });
  await one.until(() => one.events().length === 2);
  assert.deepEqual(server.requests.map(({ headers }) => headers['last-event-id']), [undefined, '7', undefined]);
});

test('a refusal is told with its status', async (t) => {
  const { newTab } = await feedOf(t, problem(401, {}), problem(401, {}));
  const one = newTab();
  one.say({ follow: null });
  await one.until(() => one.heard.some(({ live }) => live === false));
  assert.deepEqual(one.heard, [{ live: null, status: 0 }, { live: false, status: 401 }]);
});

test('reattach goes on behind the last position at once', async (t) => {
  const { server, newTab } = await feedOf(t, open([of(ID, 3)]), open([of(ID, 4)]));
  const one = newTab();
  one.say({ follow: ID });
  await one.until(() => one.events().length === 1);
  one.say({ reattach: true });
  await one.until(() => one.events().length === 2);
  assert.equal(server.requests[1].headers['last-event-id'], '3');
});

test('the stream ends with the last tab', async (t) => {
  const { server, newTab } = await feedOf(t, open([of(ID, 1)]), open([of(ID, 2)]));
  const [first, second] = [newTab(), newTab()];
  first.say({ follow: ID });
  second.say({ follow: ID });
  await second.until(() => second.events().length === 1);
  first.say({ leave: true });
  second.say({ leave: true });
  await until(() => server.left.length === 1);
  const third = newTab(); // And begins again with the next one.
  third.say({ follow: ID });
  await third.until(() => third.events().length === 1);
  assert.deepEqual(first.events(), [1]);
  assert.equal(server.requests[1].headers['last-event-id'], '1');
});

/** A log of `length` events that is read in pages of two; `asked` is what was asked for. */
function logOf(t, length) {
  const log = { length, asked: [], isAway: false };
  const real = globalThis.fetch;
  t.after(() => { globalThis.fetch = real; });
  globalThis.fetch = async (path) => {
    if (log.isAway) throw new TypeError('fetch failed');
    const after = Number(new URL(path, 'http://127.0.0.1').searchParams.get('after'));
    log.asked.push(after);
    const events = Array.from({ length: Math.min(2, Math.max(0, log.length - after)) }, (_, i) => event(after + 1 + i, 'tick'));
    return { ok: true, json: async () => ({ events, nextAfter: after + 2 < log.length ? after + 2 : null }) };
  };
  return log;
}

function follow(after = 0) {
  const seen = [];
  const log = new TaskLog(ID, after, { onEvent: ({ seq }, isReplayed) => seen.push(isReplayed ? `${seq} replayed` : seq), onState: () => {} });
  return { log, seen };
}

test('replay, then live: no gap and nothing twice', async (t) => {
  logOf(t, 5);
  const { log, seen } = follow();
  const read = log.catchUp();
  for (const seq of [4, 5, 6]) log.take(event(seq, 'tick')); // While it is being read.
  assert.equal(await read, 5);
  log.take(event(7, 'tick'));
  await log.catchUp(7);
  assert.deepEqual(seen, ['1 replayed', '2 replayed', '3 replayed', '4 replayed', '5 replayed', 6, 7]);
  assert.equal(log.replayed, 5);
});

test('what the feed did not bring is read from the log', async (t) => {
  const source = logOf(t, 9);
  const { log, seen } = follow(5);
  log.take(event(6, 'tick'));
  log.take(event(9, 'tick'));
  log.take(event(6, 'tick'));
  await log.catchUp(9);
  assert.deepEqual(seen, [6, '7 replayed', '8 replayed', 9]);
  assert.deepEqual(source.asked, [6]);
});

test('nobody answers: told, and nothing is lost', async (t) => {
  const source = logOf(t, 3);
  source.isAway = true;
  const { log, seen } = follow();
  await assert.rejects(log.catchUp(), TypeError);
  source.isAway = false;
  assert.equal(await log.catchUp(), 3);
  assert.equal(seen.length, 3);
});

test('a hole while nobody answers stays open for the next time', async (t) => {
  const source = logOf(t, 4);
  source.isAway = true;
  const { log, seen } = follow(1);
  log.take(event(4, 'tick'));
  await log.catchUp(0);
  assert.deepEqual(seen, []);
  source.isAway = false;
  await log.catchUp();
  assert.deepEqual(seen, ['2 replayed', '3 replayed', '4 replayed']);
});

test('a log that was closed hands out nothing', async (t) => {
  logOf(t, 3);
  const { log, seen } = follow();
  log.take(event(1, 'tick'));
  log.close();
  await log.catchUp();
  assert.deepEqual(seen, []);
});
