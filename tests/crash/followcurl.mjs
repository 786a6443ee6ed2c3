// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// followcurl.mjs SERVER ID NAME INPUT: somebody with curl, who starts or joins the run by POST. Whenever curl ends he runs it again
// with the last id that it printed, once he hears (on stdin) that the server is there again, until the answer is 204: nothing is
// left. He reads the stream as it looks: blocks with a blank line behind each. See FollowerKind in followers.h.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const [server, id, name, input] = process.argv.slice(2);
const start = ['-X', 'POST', '-H', 'Content-Type: application/json', '-H', 'Accept: text/event-stream',
  '-d', JSON.stringify({ name, input: JSON.parse(input) }), `${server}/api/tasks`];
const reattach = `${server}/api/durable-example/reattach/${id}`;
const COULD_NOT_CONNECT = 7;

let lastId = null;

function show(block) {
  const fields = block.split('\n').filter((line) => !line.startsWith(':')).map((line) => line.split(/: (.*)/s));
  const all = (wanted) => fields.filter(([field]) => field === wanted).map(([, value]) => value);
  if (all('data').length === 0) return;
  [lastId] = all('id');
  console.log(JSON.stringify({ id: lastId, event: all('event')[0], data: all('data').join('\n') }));
}

/** One run of curl: how it ended, and the status of the answer, 0 without one. */
async function curl(...request) {
  const child = spawn('curl', ['-sN', '-w', '%{stderr}%{http_code}', ...request], { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  let status = '';
  child.stderr.setEncoding('utf8').on('data', (text) => { status += text; });
  let text = '';
  for await (const piece of child.stdout.setEncoding('utf8')) {
    const blocks = (text + piece).split('\n\n');
    text = blocks.pop();
    blocks.forEach(show);
  }
  const [code] = await closed;
  return { code, status: Number(status) };
}

const told = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
let hasStarted = false;
for (let status = 0; status !== 204;) {
  const resume = lastId === null ? [reattach] : ['-H', `Last-Event-ID: ${lastId}`, reattach];
  const end = await curl(...(hasStarted ? resume : start));
  ({ status } = end);
  if (status !== 200 && status !== 204 && status !== 0) throw new Error(`the server answered ${status}`);
  hasStarted ||= end.code !== COULD_NOT_CONNECT;
  if (end.code !== 0) await told.next();
}
process.exit(0);
