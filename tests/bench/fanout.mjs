// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What anybody writes first: a plain Node server that sends each event to all who listen. Says its
// port on stdout; POST /start?n=5000 sends n events, one a turn of the event loop, and ends the streams.

import { createServer } from 'node:http';

const readers = new Set();

function frame(i, n) {
  const data = JSON.stringify({ seq: i, type: 'tick', taskId: '01a212fd-6869-706b-89aa-366f565fb50a', attempt: 1,
    at: new Date().toISOString(), payload: { i, n } });
  return `id: ${i}\nevent: tick\ndata: ${data}\n\n`;
}

function send(i, n) {
  if (i > n) {
    for (const reader of readers) reader.end();
    return;
  }
  const text = frame(i, n);
  for (const reader of readers) reader.write(text);
  setImmediate(send, i + 1, n);
}

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://127.0.0.1');
  if (request.method === 'POST') {
    response.end();
    send(1, Number(url.searchParams.get('n')));
    return;
  }
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  response.write('retry: 1000\n\n');
  readers.add(response);
  response.on('close', () => readers.delete(response));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
