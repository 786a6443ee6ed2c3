// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// One stream of all events for all tabs: a browser allows six connections to a server, so a seventh tab with a stream of
// its own would wait for ever. Runs in a shared worker, or in the page where there is none. Knows no page.

import { EventStreamParser, reconnectDelay } from './client.mjs';

const FIRST_RECONNECTION_MS = 1000; // Until the server says how long.
const SILENCE_MS = 45_000; // Three keep-alives missed: the connection is dead, whatever the system says.
const GATHER_MS = 200; // Changes of tasks that nobody looks at are told together.

/**
 * Readers are ports, or anything with postMessage(). They hear
 *   { live, status }  whether the stream is there, null while it is not known; status is that of the last refusal, or 0
 *   { event }         each event of the task that they follow, in order
 *   { changed }       the ids of other tasks that have new events, gathered
 * and say { follow: id }, { reattach: true } or { leave: true }.
 */
export class Feed {
  #url;
  #headers;
  #readers = new Map(); // From the port to { follow, changed }.
  #position = ''; // The last id of the stream: the store's, not a task's.
  #state = { live: null, status: 0 }; // null: not known yet.
  #reconnectionMs = FIRST_RECONNECTION_MS;
  #failures = 0;
  #isRunning = false;
  #leave = () => {}; // Ends what is under way: a request, or a pause.
  #telling = 0;

  constructor(url, headers = {}) {
    this.#url = url;
    this.#headers = headers;
  }

  take(port, message) {
    if (message.leave) {
      this.#readers.delete(port);
      if (this.#readers.size === 0) this.#leave();
      return;
    }
    let reader = this.#readers.get(port);
    if (!reader) {
      reader = { follow: null, changed: new Set() };
      this.#readers.set(port, reader);
      port.postMessage(this.#state);
    }
    if ('follow' in message) reader.follow = message.follow;
    if (message.reattach) this.#leave();
    if (!this.#isRunning) this.#run();
  }

  async #run() {
    this.#isRunning = true;
    while (this.#readers.size > 0) {
      const status = await this.#read().catch(() => 0); // 0: nobody answers, or the connection broke.
      if (this.#readers.size === 0) break;
      // The store is another one, with a shorter log: from here on.
      if (status === 400 && this.#position !== '') {
        this.#position = '';
        continue;
      }
      this.#say({ live: false, status });
      await this.#pause();
    }
    this.#isRunning = false;
  }

  /** One connection. Its status when there was no stream, 0 when it has ended. */
  async #read() {
    const controller = new AbortController();
    this.#leave = () => controller.abort();
    const headers = { ...this.#headers, Accept: 'text/event-stream' };
    if (this.#position !== '') headers['Last-Event-ID'] = this.#position;
    this.#failures += 1;
    let silence = setTimeout(this.#leave, SILENCE_MS);
    try {
      const response = await fetch(this.#url, { headers, cache: 'no-store', signal: controller.signal });
      if (response.status !== 200 || !(response.headers.get('Content-Type') ?? '').startsWith('text/event-stream')) return response.status;
      const parser = new EventStreamParser(this.#position);
      const body = response.body.getReader();
      for (;;) {
        const { done, value } = await body.read();
        if (done) return 0;
        clearTimeout(silence);
        silence = setTimeout(this.#leave, SILENCE_MS);
        const messages = parser.feed(value);
        this.#position = parser.lastEventId;
        this.#reconnectionMs = parser.retry ?? this.#reconnectionMs;
        this.#failures = 0;
        // Not before the first bytes: from then on nothing is missed.
        this.#say({ live: true, status: 0 });
        for (const message of messages) this.#deliver(JSON.parse(message.data));
      }
    } finally {
      clearTimeout(silence);
      controller.abort();
    }
  }

  #pause() {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, reconnectDelay(this.#reconnectionMs, this.#failures - 1, Math.random()));
      this.#leave = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #say(state) {
    if (state.live === this.#state.live && state.status === this.#state.status) return;
    this.#state = state;
    for (const port of this.#readers.keys()) port.postMessage(state);
  }

  #deliver(event) {
    for (const [port, reader] of this.#readers) {
      if (reader.follow === event.taskId) port.postMessage({ event });
      else reader.changed.add(event.taskId);
    }
    this.#telling ||= setTimeout(() => this.#tell(), GATHER_MS);
  }

  #tell() {
    this.#telling = 0;
    for (const [port, reader] of this.#readers) {
      if (reader.changed.size > 0) port.postMessage({ changed: [...reader.changed] });
      reader.changed.clear();
    }
  }
}
