// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the page asks the server: JSON by fetch, the events of one task from its log and then from the feed.

import { credentials, streamOfAll, taskAt } from './address.mjs';
import { Feed } from './feed.mjs';

const PATIENCE_MS = 10_000;
const LOG_PAGE = 1000;

/** An answer that says no: its status, and what a person should read of it. `fields` are { field, message }. */
export class Refused extends Error {
  constructor(status, problem) {
    const fields = Array.isArray(problem.errors) ? problem.errors : [];
    const detail = problem.detail ?? problem.title ?? `the server answered ${status}`;
    super([detail, ...fields.map(({ message }) => message).filter((message) => !detail.includes(message))].join(' · '));
    this.status = status;
    this.fields = fields;
  }
}

async function ask(path, { method = 'GET', body } = {}) {
  const headers = { ...credentials, Accept: 'application/json' };
  if (method !== 'GET') headers['Content-Type'] = 'application/json';
  const response = await fetch(path, {
    method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

const post = (path, body) => ask(path, { method: 'POST', body });

export const definitions = async () => (await ask('/api/definitions')).definitions;
export const tasks = (limit) => ask(`/api/tasks?limit=${limit}`);
export const task = (id) => ask(taskAt(id));
export const start = (request) => post('/api/tasks', request);
export const stop = (id, reason) => post(taskAt(id, 'stop'), { reason });
export const crash = (id) => post(taskAt(id, 'crash'), {});
export const nudge = (id) => post('/api/durable-example/nudge-recovery', { id });

/** Whether the server is in test mode: outside it, the way to crash a task does not exist for any method. */
export async function crashExists() {
  const response = await fetch(taskAt('-', 'crash'), { method: 'OPTIONS', headers: credentials, cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) });
  return response.ok;
}

/** Joins the feed of all tabs; `hear` gets what it says. Gives the function that speaks to it. */
export function joinFeed(hear) {
  const joinHere = () => {
    const feed = new Feed(streamOfAll, credentials);
    const port = { postMessage: hear };
    return (message) => feed.take(port, message);
  };
  if (typeof SharedWorker === 'undefined') return joinHere();
  const worker = new SharedWorker(new URL('./feedworker.mjs', import.meta.url), { type: 'module', name: 'kintsugi' });
  let speak = (message) => worker.port.postMessage(message);
  let followed = null;
  worker.port.onmessage = ({ data }) => hear(data);
  worker.onerror = () => { // It could not be loaded.
    speak = joinHere();
    speak({ follow: followed });
  };
  return (message) => {
    if ('follow' in message) followed = message.follow;
    speak(message);
  };
}

/**
 * The events of one task after `after`, each once and in order. First those in its log, then those that the feed brings;
 * what the feed did not bring, the log has. onEvent(event, isReplayed); onState: 'reading' or 'read'.
 */
export class TaskLog {
  last;
  replayed = 0;
  #id;
  #onEvent;
  #onState;
  #isClosed = false;
  #queue = Promise.resolve();

  constructor(id, after, { onEvent, onState }) {
    this.last = after;
    this.#id = id;
    this.#onEvent = onEvent;
    this.#onState = onState;
  }

  /** What the feed brought. It waits for those before it; while nobody gives them, the log keeps it. */
  take(event) {
    this.#queue = this.#queue.then(async () => {
      if (event.seq > this.last + 1) await this.#read(event.seq - 1);
      this.#deliver(event, false);
    }).catch(() => {});
  }

  /** Reads what is there and was not brought, as far as `lastSeq`, or all of it. How many events that were; rejects when nobody answers. */
  catchUp(lastSeq = Infinity) {
    const done = this.#queue.then(() => (lastSeq > this.last ? this.#read(lastSeq) : 0));
    this.#queue = done.catch(() => {});
    return done;
  }

  async #read(until) {
    const before = this.replayed;
    this.#onState('reading');
    while (this.last < until && !this.#isClosed) {
      const { events, nextAfter } = await ask(`${taskAt(this.#id, 'events')}?after=${this.last}&limit=${LOG_PAGE}`);
      for (const event of events) this.#deliver(event, true);
      if (nextAfter === null || events.length === 0) break;
    }
    if (!this.#isClosed) this.#onState('read');
    return this.replayed - before;
  }

  #deliver(event, isReplayed) {
    if (this.#isClosed || event.seq <= this.last) return;
    this.last = event.seq;
    if (isReplayed) this.replayed += 1;
    this.#onEvent(event, isReplayed);
  }

  close() {
    this.#isClosed = true;
  }
}
