// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// client.mjs against a server that answers as it is told: what it asks for, when it asks again, and when it settles.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RequestError, subscribeToTask, TaskCancelled, TaskFailed, reconnectDelay } from '../../resources/web/client.mjs';
import { ID, answer, event, fakeServer, frame, nothing, open, problem, stream, until } from './fakeserver.mjs';

const REATTACH = `/api/durable-example/reattach/${ID}`;
const start = [event(1, 'created', { input: {} }), event(2, 'attempt_started', { reason: 'submit', previousAttempt: 0 })];
const tick = (seq, i) => event(seq, 'tick', { i, n: 2 });
const completed = (seq) => event(seq, 'completed', { result: { total: 2 } });
const run = [...start, tick(3, 1), tick(4, 2), completed(5)];

/** Subscribes and keeps the seqs that were handed out. */
function follow(url, options = {}) {
  const seqs = [];
  const result = subscribeToTask(url, { ...options, onEvent: { '*': (_, { seq }) => { seqs.push(seq); } } });
  return { seqs, result };
}

/** The waits of 20 s and more that begin during the test, each as long as `shorten` makes it. Some are those of fetch itself. */
function longWaits(t, shorten = (ms) => ms) {
  const waits = [];
  const real = globalThis.setTimeout;
  globalThis.setTimeout = (callback, ms, ...rest) => {
    if (!(ms >= 20_000)) return real(callback, ms, ...rest);
    waits.push(ms);
    return real(callback, shorten(ms), ...rest);
  };
  t.after(() => { globalThis.setTimeout = real; });
  return waits;
}

test('a POST streams the run and gives its result', async (t) => {
  const server = await fakeServer(t, stream(run));
  const log = [];
  const result = await subscribeToTask(`${server.url}/api/durable-example/run`, {
    method: 'POST', body: { n: 2 }, headers: { 'X-Mine': 'yes' },
    onEvent: {
      tick: (payload, whole) => log.push([payload.i, whole.seq, whole.type, whole.taskId]),
      completed: (payload) => log.push(payload.result),
      '*': (payload, whole) => log.push(whole.type),
    },
    onComplete: (value) => log.push(value),
  });
  assert.deepEqual(result, { total: 2 });
  assert.deepEqual(log, ['created', 'attempt_started', [1, 3, 'tick', ID], 'tick', [2, 4, 'tick', ID], 'tick', { total: 2 }, 'completed', { total: 2 }]);
  const [request] = server.requests;
  assert.deepEqual([request.method, request.path, request.body], ['POST', '/api/durable-example/run', '{"n":2}']);
  assert.equal(request.headers.accept, 'text/event-stream');
  assert.equal(request.headers['content-type'], 'application/json');
  assert.equal(request.headers['x-mine'], 'yes');
  assert.equal(request.headers['last-event-id'], undefined);
  assert.equal(server.requests.length, 1);
});

test('a POST without a body sends an empty input, and text as it is', async (t) => {
  const server = await fakeServer(t, stream(run), stream(run));
  await subscribeToTask(server.url, { method: 'post' });
  await subscribeToTask(server.url, { body: '{"n": 7.0}' });
  assert.deepEqual(server.requests.map(({ method, body }) => [method, body]), [['POST', '{}'], ['POST', '{"n": 7.0}']]);
});

for (const breaks of [true, false]) {
  test(`a stream that ${breaks ? 'breaks' : 'ends'} before the task is taken up behind its last event`, async (t) => {
    const server = await fakeServer(t, stream(run.slice(0, 3), { breaks, tail: 'id: 4\nevent: tick\ndata: {"seq":4,' }), nothing, stream(run.slice(3)));
    const { seqs, result } = follow(server.url + REATTACH, { headers: { Authorization: 'Bearer x' } });
    assert.deepEqual(await result, { total: 2 });
    assert.deepEqual(seqs, [1, 2, 3, 4, 5]);
    assert.deepEqual(server.requests.map(({ method, headers }) => [method, headers['last-event-id'], headers.authorization]),
      [['GET', undefined, 'Bearer x'], ['GET', '3', 'Bearer x'], ['GET', '3', 'Bearer x']]);
  });
}

test('what was started by POST goes on by GET, never by a second POST', async (t) => {
  const server = await fakeServer(t, stream(run.slice(0, 3), { breaks: true }), nothing, stream(run.slice(3), { breaks: true }), answer(204));
  const { seqs, result } = follow(`${server.url}/prefix/api/durable-example/run?token=x&lastEventId=0`, { method: 'POST', body: { n: 2 } });
  assert.deepEqual(await result, { total: 2 });
  assert.deepEqual(seqs, [1, 2, 3, 4, 5]);
  const again = ['GET', `/prefix${REATTACH}?token=x`, ''];
  assert.deepEqual(server.requests.map(({ method, path, body }) => [method, path, body]),
    [['POST', '/prefix/api/durable-example/run?token=x&lastEventId=0', '{"n":2}'], again, again, again]);
  assert.deepEqual(server.requests.slice(1).map(({ headers }) => [headers['last-event-id'], headers['content-type']]), [['3', undefined], ['3', undefined], ['5', undefined]]);
});

test('where the header is hidden, the events name the task', async (t) => {
  const server = await fakeServer(t, stream(run.slice(0, 3), { breaks: true, head: { 'Content-Type': 'text/event-stream' } }), stream(run.slice(3)));
  assert.deepEqual(await subscribeToTask(`${server.url}/api/tasks`, { body: {} }), { total: 2 });
  assert.equal(server.requests[1].path, REATTACH);
});

test('a POST without an answer is not repeated', async (t) => {
  const server = await fakeServer(t, nothing);
  await assert.rejects(subscribeToTask(server.url, { method: 'POST' }), (error) => error instanceof RequestError && error.status === 0 && error.cause instanceof Error);
  assert.equal(server.requests.length, 1);
});

test('a POST is not redirected', async (t) => {
  const server = await fakeServer(t, answer(307, { Location: '/api/tasks' }));
  await assert.rejects(subscribeToTask(server.url, { method: 'POST' }), RequestError);
  assert.equal(server.requests.length, 1);
});

for (const id of ['../../x', '..', 'a b', '']) {
  test(`a task that is called "${id}" is not asked for`, async (t) => {
    const head = { 'Content-Type': 'text/event-stream', 'X-Task-Id': id };
    const server = await fakeServer(t, stream([{ ...start[0], taskId: id }], { head }));
    await assert.rejects(subscribeToTask(server.url, { method: 'POST' }), RequestError);
    assert.equal(server.requests.length, 1);
  });
}

test('away for the moment: 503, 500, 429', async (t) => {
  const server = await fakeServer(t, stream(run.slice(0, 2)), answer(503), problem(500, {}), answer(429, { 'Retry-After': '0' }), stream(run.slice(2)));
  const { seqs, result } = follow(server.url + REATTACH);
  await result;
  assert.deepEqual(seqs, [1, 2, 3, 4, 5]);
  assert.deepEqual(server.requests.map(({ headers }) => headers['last-event-id']), [undefined, '2', '2', '2', '2']);
});

test('Retry-After is waited for, in seconds and as a date', async (t) => {
  const waits = longWaits(t, (ms) => (ms <= 60_000 ? 0 : ms));
  const date = new Date(Date.now() + 60_000).toUTCString();
  const server = await fakeServer(t, problem(429, {}, { 'Retry-After': '30' }), answer(503, { 'Retry-After': date }), stream(run));
  await subscribeToTask(server.url, { method: 'POST', body: { n: 2 } });
  assert.deepEqual(server.requests.map(({ method, body }) => method + body), Array(3).fill('POST{"n":2}'), 'the server said that it did nothing');
  const [first, second, ...more] = waits.filter((ms) => ms <= 60_000);
  assert.equal(first, 30_000);
  assert.ok(second > 50_000, String(second));
  assert.deepEqual(more, []);
});

test('retry is honoured, until another one comes', async (t) => {
  const waits = longWaits(t, (ms) => (ms <= 60_000 ? 0 : ms));
  const silent = (response) => response.writeHead(200, { 'Content-Type': 'text/event-stream' }).end();
  const server = await fakeServer(t, stream(start, { tail: 'retry: 50000\n\n' }), silent, stream(run.slice(2, 3)), stream(run.slice(3)));
  await subscribeToTask(server.url + REATTACH);
  assert.deepEqual(waits.filter((ms) => ms <= 60_000), [50_000, 50_000]);
});

test('the delay grows with each failure, is drawn at random and bounded, and never shorter than the server asks', () => {
  assert.equal(reconnectDelay(1000, 0, 0.9), 1000);
  assert.deepEqual([1, 2, 3, 4, 50].map((failures) => reconnectDelay(1000, failures, 1)), [2000, 4000, 8000, 10_000, 10_000]);
  assert.deepEqual([0, 0.5, 1].map((random) => reconnectDelay(1000, 2, random)), [1000, 2500, 4000]);
  assert.equal(reconnectDelay(60_000, 9, 1), 60_000);
  assert.equal(reconnectDelay(0, 0, 0), 10);
});

for (const status of [400, 401, 403, 404, 405, 406, 409, 422]) {
  test(`${status} is not mended by asking again`, async (t) => {
    const server = await fakeServer(t, problem(status, { title: 'Bad', detail: 'It cannot be.', errors: [{ field: 'n', message: 'too large' }] }));
    const told = [];
    await assert.rejects(subscribeToTask(server.url + REATTACH, { onError: (error) => told.push(error) }), (error) => {
      assert.ok(error instanceof RequestError && error instanceof Error);
      assert.equal(error.name, 'RequestError');
      assert.equal(error.status, status);
      assert.equal(error.problem.detail, 'It cannot be.');
      assert.equal(error.message, `the server answered ${status}; Bad; It cannot be.; n: too large`);
      assert.deepEqual(told, [error]);
      return true;
    });
    assert.equal(server.requests.length, 1);
  });
}

test('an answer that is no stream is refused, whatever it holds', async (t) => {
  const answers = [answer(200, { 'Content-Type': 'text/html' }, '<p>'), answer(202, { 'Content-Type': 'application/json' }, '{"task":'), answer(200),
    answer(404, { 'Content-Type': 'application/problem+json' }, '{'), stream([], { tail: 'data: hello\n\n' }), stream([], { tail: 'data: 7\n\n' })];
  const server = await fakeServer(t, ...answers);
  for (const status of [200, 202, 200, 404, 200, 200]) {
    await assert.rejects(subscribeToTask(server.url), (error) => error instanceof RequestError && error.status === status && error.problem === null);
  }
});

test('what cannot be asked for is refused before it is', async () => {
  for (const [url, options] of [['nowhere'], ['file:///etc/hostname'], ['http://127.0.0.1:1', { method: 'GET', body: {} }],
    ['http://127.0.0.1:1', { headers: { 'a b': 'c' } }], ['http://127.0.0.1:1', { method: 'P T' }]]) {
    await assert.rejects(subscribeToTask(url, options), TypeError);
  }
});

test('a terminal event in the middle is not the end', async (t) => {
  const error = { type: 'x', message: 'no', retryable: false, step: null };
  const taken = [...start, event(3, 'failed', { error }), event(4, 'attempt_started', { reason: 'retry', previousAttempt: 1 })];
  const server = await fakeServer(t, stream(taken), stream([tick(5, 1), completed(6)], { breaks: true }), answer(204));
  const { seqs, result } = follow(server.url + REATTACH);
  assert.deepEqual(await result, { total: 2 });
  assert.deepEqual(seqs, [1, 2, 3, 4, 5, 6]);
});

test('a task that was taken up again after its end is followed on', async (t) => {
  const failed = event(3, 'failed', { error: { type: 'x', message: 'no', retryable: false, step: null } });
  const server = await fakeServer(t, stream([...start, failed], { breaks: true }), stream([]), stream([event(4, 'attempt_started'), completed(5)]));
  assert.deepEqual(await subscribeToTask(server.url + REATTACH), { total: 2 });
});

test('an event that was seen already is not handed out again', async (t) => {
  const server = await fakeServer(t, stream(run.slice(0, 3)), stream(run.slice(0, 4)), stream(run));
  const { seqs, result } = follow(server.url + REATTACH);
  await result;
  assert.deepEqual(seqs, [1, 2, 3, 4, 5]);
});

test('an older end that comes twice does not settle', async (t) => {
  const log = [...start, event(3, 'cancelled', { reason: null }), event(4, 'attempt_started'), completed(5)];
  const server = await fakeServer(t, stream(log.slice(0, 4)), stream(log.slice(0, 3)), stream(log));
  const { seqs, result } = follow(server.url + REATTACH);
  assert.deepEqual(await result, { total: 2 });
  assert.deepEqual(seqs, [1, 2, 3, 4, 5]);
});

test('failed and cancelled reject with their data', async (t) => {
  const error = { type: 'disk_full', message: 'no space', retryable: true, step: 'load' };
  const server = await fakeServer(t, stream([...start, event(3, 'failed', { error })]), stream([...start, event(3, 'cancelled', { reason: 'enough' })]));
  await assert.rejects(subscribeToTask(server.url), (thrown) => {
    assert.ok(thrown instanceof TaskFailed && thrown instanceof Error);
    assert.deepEqual([thrown.name, thrown.message, thrown.error, thrown.data, thrown.event.seq], ['TaskFailed', 'no space', error, { error }, 3]);
    return true;
  });
  await assert.rejects(subscribeToTask(server.url), (thrown) => {
    assert.ok(thrown instanceof TaskCancelled && thrown instanceof Error);
    assert.deepEqual([thrown.name, thrown.reason, thrown.data], ['TaskCancelled', 'enough', { reason: 'enough' }]);
    return true;
  });
});

test('204 to a last event id from elsewhere: the end is asked for and not handed out', async (t) => {
  for (const options of [{ lastEventId: 5 }, { lastEventId: '5' }, { headers: { 'Last-Event-ID': '5' } }, { query: '?lastEventId=5' }, { lastEventId: 5, body: {} }]) {
    const gone = answer(204, { 'X-Task-Id': ID });
    const server = await fakeServer(t, gone, stream([completed(5)]));
    const { seqs, result } = follow(`${server.url}${REATTACH}${options.query ?? ''}`, options);
    assert.deepEqual(await result, { total: 2 });
    assert.deepEqual(seqs, []);
    assert.equal(server.requests[1].headers['last-event-id'], '4');
    assert.equal(server.requests[1].method, 'GET');
  }
});

test('204 for no reason is told', async (t) => {
  const server = await fakeServer(t, answer(204), answer(204), answer(204));
  await assert.rejects(subscribeToTask(server.url), (error) => error instanceof RequestError && error.status === 204);
  await assert.rejects(subscribeToTask(server.url, { lastEventId: 5 }), (error) => error instanceof RequestError && error.status === 204);
  assert.equal(server.requests.length, 3);
});

test('lastEventId begins behind it', async (t) => {
  const server = await fakeServer(t, stream(run.slice(3)));
  const { seqs, result } = follow(server.url, { lastEventId: 3 });
  await result;
  assert.equal(server.requests[0].headers['last-event-id'], '3');
  assert.deepEqual(seqs, [4, 5]);
});

test('abort while the stream is open cancels it and calls nobody', async (t) => {
  const server = await fakeServer(t, open(run.slice(0, 3)));
  const controller = new AbortController();
  const called = [];
  const result = subscribeToTask(server.url, {
    signal: controller.signal, onError: () => called.push('onError'), onComplete: () => called.push('onComplete'),
    onEvent: { created: () => controller.abort(), '*': (_, { seq }) => called.push(seq) },
  });
  await assert.rejects(result, { name: 'AbortError' });
  await until(() => server.left.length === 1);
  assert.deepEqual(called, []);
  assert.equal(server.requests.length, 1);
});

test('abort before, while asking, and while waiting to ask again', async (t) => {
  const waits = longWaits(t);
  const server = await fakeServer(t, () => {}, answer(503, { 'Retry-After': '3600' }));
  await assert.rejects(subscribeToTask(server.url, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  assert.equal(server.requests.length, 0);
  for (const count of [1, 2]) {
    const controller = new AbortController();
    const result = subscribeToTask(server.url, { signal: controller.signal });
    await until(() => server.requests.length === count);
    if (count === 2) await until(() => waits.includes(3_600_000));
    const reason = new Error('mine');
    controller.abort(reason);
    await assert.rejects(result, reason);
  }
  // A timer that was left would keep this test from ending for an hour.
});

test('a handler that throws rejects and ends the stream', async (t) => {
  for (const tick of [() => { throw new Error('mine'); }, async () => { throw new Error('mine'); }]) {
    const server = await fakeServer(t, open(run.slice(0, 4)));
    const seqs = [];
    const told = [];
    await assert.rejects(subscribeToTask(server.url, { onEvent: { tick, '*': (_, { seq }) => seqs.push(seq) }, onError: (error) => told.push(error.message) }),
      { message: 'mine' });
    await until(() => server.left.length === 1);
    assert.deepEqual([seqs, told], [[1, 2], ['mine']]);
  }
});

test('a slow handler holds the next event back', async (t) => {
  const server = await fakeServer(t, stream(run));
  const log = [];
  await subscribeToTask(server.url, {
    onEvent: { async tick({ i }) { log.push(`in ${i}`); await new Promise(setImmediate); log.push(`out ${i}`); }, completed: () => log.push('end') },
  });
  assert.deepEqual(log, ['in 1', 'out 1', 'in 2', 'out 2', 'end']);
});

test('types that every object knows are no handlers', async (t) => {
  const names = ['constructor', 'to_string', 'valueOf', 'toString', '__proto__', '__defineGetter__'];
  const server = await fakeServer(t, stream([...names.map((name, i) => event(i + 1, name)), completed(9)]));
  assert.deepEqual(await subscribeToTask(server.url, { onEvent: {} }), { total: 2 });
});

test('onError stands in for the promise', async (t) => {
  const server = await fakeServer(t, answer(404));
  const error = await new Promise((resolve) => { void subscribeToTask(server.url, { onError: resolve }); });
  await new Promise(setImmediate); // An unhandled rejection would end the process now.
  assert.equal(error.status, 404);
});

test('a stream that comes byte by byte is the same', async (t) => {
  const bytes = Buffer.from(`\uFEFFretry: 1\r\n\r\n${[...start, event(3, 'said', { word: 'a\u20ac\u{1F600}z' }), completed(4)].map(frame).join('').replaceAll('\n', '\r\n')}`);
  const server = await fakeServer(t, async (response) => {
    response.writeHead(200, { 'Content-Type': 'Text/Event-Stream; charset=utf-8' });
    response.socket.setNoDelay(true);
    for (const byte of bytes) {
      response.write(Uint8Array.of(byte));
      await new Promise(setImmediate);
    }
    response.end();
  });
  const words = [];
  assert.deepEqual(await subscribeToTask(server.url, { onEvent: { said: ({ word }) => words.push(word) } }), { total: 2 });
  assert.deepEqual(words, ['a\u20ac\u{1F600}z']);
});
