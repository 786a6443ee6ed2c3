// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A server on a free port of 127.0.0.1 that answers as it is told, one answer a request, and remembers what was asked.

import { createServer } from 'node:http';

export const ID = '0199a1b2-0000-7000-8000-000000000001';
export const event = (seq, type, payload = {}) => ({ seq, type, taskId: ID, attempt: 1, at: '2026-11-23T09:00:03.512Z', payload });
export const frame = (one) => `id: ${one.seq}\nevent: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`;

const HEAD = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', 'X-Task-Id': ID };

/** A stream that ends, or breaks in the middle. `retry: 1` keeps the reconnects quick. */
export const stream = (events, { breaks = false, head = HEAD, tail = '' } = {}) => (response) => {
  response.writeHead(200, head);
  const text = `retry: 1\n\n${events.map(frame).join('')}${tail}`;
  if (breaks) response.write(text, () => response.destroy());
  else response.end(text);
};
/** A stream that stays open after its events. */
export const open = (events) => (response) => {
  response.writeHead(200, HEAD);
  response.write(`retry: 1\n\n${events.map(frame).join('')}`);
};
export const answer = (status, head = {}, body = '') => (response) => {
  response.writeHead(status, head);
  response.end(body);
};
export const problem = (status, rest, head = {}) =>
  answer(status, { 'Content-Type': 'application/problem+json', ...head }, JSON.stringify({ type: 'about:blank', status, ...rest }));
/** No answer at all. */
export const nothing = (response) => response.destroy();

/** Ends with the test `t`. `left`: the requests whose client went away first. */
export async function fakeServer(t, ...answers) {
  const requests = [];
  const left = [];
  const script = [...answers];
  const server = createServer(async (request, response) => {
    const seen = { method: request.method, path: request.url, headers: request.headers, body: '' };
    requests.push(seen);
    response.on('close', () => {
      if (!response.writableFinished) left.push(seen);
    });
    for await (const piece of request) seen.body += piece;
    const next = script.shift();
    if (next) next(response, seen);
    else response.writeHead(418).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  }));
  return { url: `http://127.0.0.1:${server.address().port}`, requests, left };
}

/** Waits until `condition()` holds. */
export async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}
