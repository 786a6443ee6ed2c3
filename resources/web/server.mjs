// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the page asks the server: JSON by fetch, the events of one task by EventSource.

const PATIENCE_MS = 10_000;

/** An answer that says no: its status, and what a person should read of it. */
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
  const headers = { Accept: 'application/json' };
  if (method !== 'GET') headers['Content-Type'] = 'application/json';
  const response = await fetch(path, {
    method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

const idOf = (task) => encodeURIComponent(task);

export const tasks = (limit) => ask(`/api/tasks?limit=${limit}`);
export const task = (id) => ask(`/api/tasks/${idOf(id)}`);
export const start = (name, input, fresh) => ask('/api/tasks', { method: 'POST', body: fresh ? { name, input, fresh } : { name, input } });
export const stop = (id, reason) => ask(`/api/durable-example/stop/${idOf(id)}`, { method: 'POST', body: { reason } });
export const crash = (id) => ask(`/api/durable-example/crash/${idOf(id)}`, { method: 'POST', body: {} });
export const nudge = (id) => ask('/api/durable-example/nudge-recovery', { method: 'POST', body: { id } });
export const streamPath = (id) => `/api/durable-example/reattach/${idOf(id)}`;

/** Whether the server is in test mode: outside it, the way to crash a task does not exist for any method. */
export async function crashExists() {
  const response = await fetch('/api/durable-example/crash/-', { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) });
  return response.status === 405;
}

// An EventSource hands out only the types that it was asked for; an event of another type is read from the log.
const TYPES = ['created', 'attempt_started', 'step_retry', 'retry_scheduled', 'suspended', 'resumed', 'signal_received', 'stop_requested',
  'completed', 'failed', 'cancelled', 'recovered', 'tick', 'stage_started', 'stage_done'];

/**
 * The events of one task after `after`, each once and in order, however often the server goes away.
 * onState: 'live', 'waiting' (nobody answers, it tries again by itself), 'complete' (the log has ended and all of it was read).
 */
export class Stream {
  constructor(id, after, ended, { onEvent, onState }) {
    Object.assign(this, { id, last: after, ended, onEvent, onState, queue: Promise.resolve(), closed: false });
    this.open();
  }

  open() {
    const from = this.last > 0 ? `?lastEventId=${this.last}` : '';
    this.source = new EventSource(streamPath(this.id) + from);
    this.source.onopen = () => this.onState('live');
    this.source.onerror = () => this.pause();
    for (const type of TYPES) this.source.addEventListener(type, (message) => this.take(JSON.parse(message.data)));
  }

  /** The connection is gone. The browser tries again by itself, unless it was refused or told that nothing is left. */
  pause() {
    const refused = this.source.readyState === EventSource.CLOSED;
    this.queue = this.queue.then(() => {
      if (this.closed) return;
      if (this.ended) {
        this.close();
        this.onState('complete');
        return;
      }
      this.onState('waiting');
      if (refused) this.again = setTimeout(() => this.open(), 1000);
    });
  }

  take(event) {
    this.queue = this.queue.then(async () => {
      if (event.seq > this.last + 1) await this.readLog(event.seq - 1);
      this.deliver(event);
    });
  }

  /** Events of types that this page does not know never arrive by themselves: the log has them. */
  catchUp(lastSeq) {
    this.queue = this.queue.then(() => (lastSeq > this.last ? this.readLog(lastSeq) : undefined));
  }

  async readLog(until) {
    while (this.last < until && !this.closed) {
      const page = await ask(`/api/tasks/${idOf(this.id)}/events?after=${this.last}&limit=1000`).catch(() => ({ events: [] }));
      if (page.events.length === 0) return;
      page.events.forEach((event) => this.deliver(event));
    }
  }

  deliver(event) {
    if (this.closed || event.seq <= this.last) return;
    this.last = event.seq;
    this.ended = ['completed', 'failed', 'cancelled'].includes(event.type);
    this.onEvent(event);
  }

  close() {
    this.closed = true;
    clearTimeout(this.again);
    this.source.close();
  }
}
