// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Follows one durable task from a browser or from Node 18 and later, over fetch: GET /client.d.ts has the types.
//
//     const { total } = await subscribeToTask('http://127.0.0.1:7420/api/durable-example/run', {
//       method: 'POST', body: { n: 10 }, onEvent: { tick: ({ i, n }) => console.log(`${i} of ${n}`) },
//     });
//
// Each event is handed out once and in order, however often the server goes away meanwhile. The promise settles on a
// terminal event that is followed by the end of the stream. What was started by POST goes on by GET at
// …/api/durable-example/reattach/ID: a POST is never sent again after the server may have acted on it.

const FIRST_RECONNECTION_MS = 1000; // Until a retry field.
const SHORTEST_DELAY_MS = 10; // However small a retry field.
const LONGEST_BACK_OFF_MS = 10_000; // Unless the server asks for longer.
const LONGEST_TIMER_MS = 2 ** 31 - 1; // What setTimeout can wait.
const MOST_CHARACTERS = 8 * 2 ** 20; // Of one event, or of one line that has not ended.

/** The task failed, for good. `error` is its {type, message, retryable, step}, `data` the payload, `event` the whole event. */
export class TaskFailed extends Error {
  constructor(event) {
    super(event.payload?.error?.message || 'the task failed');
    this.event = event;
    this.data = event.payload;
    this.error = event.payload?.error;
  }
}

/** The task was cancelled. `reason` is a text or null. */
export class TaskCancelled extends Error {
  constructor(event) {
    super(event.payload?.reason ? `the task was cancelled: ${event.payload.reason}` : 'the task was cancelled');
    this.event = event;
    this.data = event.payload;
    this.reason = event.payload?.reason ?? null;
  }
}

/** No stream, and asking again would not mend it. `status` is 0 when no answer came; `problem` is the body of a refusal (RFC 9457), or null. */
export class RequestError extends Error {
  constructor(message, { status = 0, problem = null, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
    this.problem = problem;
  }
}

for (const kind of [TaskFailed, TaskCancelled, RequestError]) Object.defineProperty(kind.prototype, 'name', { value: kind.name });

/** Reads a text/event-stream as the WHATWG standard says, in pieces of any size. One a connection. */
export class EventStreamParser {
  lastEventId; // What a reconnect asks for: the id as of the last blank line.
  retry = null; // The last retry field in ms.
  #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #isFirst = true;
  #afterCarriageReturn = false;
  #line = ''; // The start of a line whose end has not come.
  #data = [];
  #held = 0; // Characters in #data.
  #type = '';
  #id;

  /** `lastEventId` is what the events have as their id until the stream names one. */
  constructor(lastEventId = '') {
    this.lastEventId = lastEventId;
    this.#id = lastEventId;
  }

  /** Takes the next bytes and gives the messages that they complete: [{ id, type, data }]. */
  feed(bytes) {
    const messages = [];
    let text = this.#decoder.decode(bytes, { stream: true });
    if (text === '') return messages;
    if (this.#isFirst && text.startsWith('\uFEFF')) text = text.slice(1);
    this.#isFirst = false;
    if (this.#afterCarriageReturn && text.startsWith('\n')) text = text.slice(1);
    else if (text === '') return messages;
    this.#afterCarriageReturn = text.endsWith('\r');
    const lines = text.split(/\r\n|\n|\r/);
    lines[0] = this.#line + lines[0];
    this.#line = lines.pop();
    for (const line of lines) this.#takeLine(line, messages);
    this.#bound();
    return messages;
  }

  #takeLine(line, messages) {
    if (line === '') {
      this.#dispatch(messages);
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? '' : line.slice(colon + 1);
    if (value.startsWith(' ')) value = value.slice(1);
    if (name === 'data') {
      this.#data.push(value);
      this.#held += value.length + 1;
      this.#bound();
    } else if (name === 'event') {
      this.#type = value;
    } else if (name === 'id') {
      if (!value.includes('\0')) this.#id = value;
    } else if (name === 'retry' && /^[0-9]+$/.test(value)) {
      this.retry = Math.min(Number(value), LONGEST_TIMER_MS);
    }
  }

  #dispatch(messages) {
    this.lastEventId = this.#id;
    if (this.#data.length > 0) messages.push({ id: this.#id, type: this.#type || 'message', data: this.#data.join('\n') });
    this.#data = [];
    this.#held = 0;
    this.#type = '';
  }

  #bound() {
    if (this.#line.length + this.#held > MOST_CHARACTERS) throw new RequestError('the stream holds an event that is too large', { status: 200 });
  }
}

/** How long to wait for the next attempt after `failures` in a row that reached no stream; `random` is from 0 to 1. */
export function reconnectDelay(reconnectionMs, failures, random) {
  const base = Math.max(reconnectionMs, SHORTEST_DELAY_MS);
  const longest = Math.min(base * 2 ** Math.min(failures, 30), Math.max(base, LONGEST_BACK_OFF_MS));
  return base + (longest - base) * random;
}

/**
 * Follows the task behind `url` to its end and gives its result. Rejects with TaskFailed, TaskCancelled or RequestError,
 * with what a handler throws, and with the reason of `signal`, an AbortError. The README of resources/web tells each option.
 */
export function subscribeToTask(url, options = {}) {
  const result = settle(url, options);
  if (options.onError) result.catch(() => {}); // Whoever asks to be told need not hold the promise too.
  return result;
}

async function settle(url, { onComplete, onError, signal, ...options }) {
  const ended = new AbortController();
  let leave;
  try {
    if (signal?.aborted) throw signal.reason;
    const left = new Promise((_, reject) => {
      leave = () => {
        ended.abort();
        reject(signal.reason);
      };
      signal?.addEventListener('abort', leave);
    });
    const result = await Promise.race([left, new Subscription(url, options, ended.signal).follow()]);
    await onComplete?.(result);
    return result;
  } catch (error) {
    if (!signal?.aborted) await onError?.(error);
    throw error;
  } finally {
    signal?.removeEventListener('abort', leave);
    ended.abort();
  }
}

const isTerminal = (type) => type === 'completed' || type === 'failed' || type === 'cancelled';
const isDecimal = (id) => /^[0-9]+$/.test(id);

class Subscription {
  #url;
  #method;
  #body;
  #headers;
  #handlers;
  #ended; // Nobody listens any more.
  #lastId;
  #seen; // The greatest seq that was handed out.
  #end = null; // The terminal event, while it is the last that came.
  #asksForTheEnd = false;
  #taskId = null;
  #reconnectionMs = FIRST_RECONNECTION_MS;
  #retryAfterMs = 0;
  #failures = 0;
  #leave = () => {}; // Ends what is under way: a request or a pause.

  constructor(url, { method, body, onEvent = {}, lastEventId, headers }, ended) {
    this.#url = new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href);
    if (!/^https?:$/.test(this.#url.protocol)) throw new TypeError(`${this.#url.protocol} is not http: or https:`);
    this.#method = (method ?? (body === undefined ? 'GET' : 'POST')).toUpperCase();
    this.#headers = new Headers(headers);
    this.#headers.set('Accept', 'text/event-stream');
    if (!this.#isGet()) {
      this.#body = typeof body === 'string' ? body : JSON.stringify(body ?? {});
      if (!this.#headers.has('Content-Type')) this.#headers.set('Content-Type', 'application/json');
    } else if (body !== undefined) {
      throw new TypeError('a GET has no body');
    }
    this.#handlers = onEvent;
    this.#ended = ended;
    ended.addEventListener('abort', () => this.#leave());
    this.#lastId = String(lastEventId ?? this.#headers.get('Last-Event-ID') ?? this.#url.searchParams.get('lastEventId') ?? '');
    this.#seen = isDecimal(this.#lastId) ? Number(this.#lastId) : 0;
  }

  async follow() {
    while (!(await this.#attempt())) await this.#pause();
    const { type, payload } = this.#end;
    if (type === 'completed') return payload?.result;
    throw type === 'failed' ? new TaskFailed(this.#end) : new TaskCancelled(this.#end);
  }

  #isGet() {
    return this.#method === 'GET';
  }

  /** One request. True when the task has ended and all of its events have come. */
  async #attempt() {
    const controller = new AbortController(); // One a request: a signal that many have heard holds on to all of them.
    this.#leave = () => controller.abort();
    const request = this.#request(controller.signal);
    let response;
    try {
      response = await fetch(request);
    } catch (cause) {
      if (this.#ended.aborted) throw cause;
      if (!this.#isGet()) throw new RequestError('no answer came, and a POST is not sent a second time', { cause });
      this.#failures += 1;
      return false;
    }
    if (response.status === 204) return this.#nothingLeft(response);
    const type = response.headers.get('Content-Type') ?? '';
    if (response.status !== 200 || type.split(';')[0].trim().toLowerCase() !== 'text/event-stream') return this.#refused(response);
    this.#failures = 0;
    this.#end = null; // Else it were 204.
    this.#taskId = response.headers.get('X-Task-Id');
    this.#reattach();
    return this.#read(response.body);
  }

  #request(signal) {
    const headers = new Headers(this.#headers);
    if (this.#lastId === '') headers.delete('Last-Event-ID');
    else headers.set('Last-Event-ID', String.fromCharCode(...new TextEncoder().encode(this.#lastId)));
    return new Request(this.#url, {
      method: this.#method, body: this.#body, headers, signal, cache: 'no-store',
      redirect: this.#isGet() ? 'follow' : 'error', // A redirect could make two of one POST.
    });
  }

  /** From a start to the stream of what it started, once that is known: on the same server, under the same prefix. */
  #reattach() {
    if (this.#isGet() || !/^(?!\.+$)[A-Za-z0-9._:-]{1,255}$/.test(this.#taskId ?? '')) return;
    const { pathname } = this.#url;
    const prefix = pathname.slice(0, Math.max(0, pathname.lastIndexOf('/api/')));
    this.#url.pathname = `${prefix}/api/durable-example/reattach/${this.#taskId}`;
    if (this.#url.searchParams.has('lastEventId')) this.#url.searchParams.delete('lastEventId');
    this.#method = 'GET';
    this.#body = undefined;
    this.#headers.delete('Content-Type');
  }

  async #read(body) {
    const parser = new EventStreamParser(this.#lastId);
    const reader = body.getReader();
    let isWhole = false;
    while (!isWhole) {
      let piece;
      try {
        piece = await reader.read();
      } catch (error) {
        if (this.#ended.aborted) throw error;
        break;
      }
      isWhole = piece.done;
      for (const message of isWhole ? [] : parser.feed(piece.value)) await this.#take(message);
      this.#lastId = parser.lastEventId;
      this.#reconnectionMs = parser.retry ?? this.#reconnectionMs;
    }
    if (isWhole && this.#end) return true;
    if (!this.#isGet()) throw new RequestError('the stream ended before the task, and the server named no task to go on with', { status: 200 });
    return false;
  }

  async #take(message) {
    if (this.#ended.aborted) throw this.#ended.reason;
    const event = objectOf(message.data);
    if (event === null) throw new RequestError('the stream is not of a task: its data is no JSON object', { status: 200 });
    const seq = Number.isInteger(event.seq) ? event.seq : Infinity;
    if (seq < this.#seen) return;
    const type = event.type ?? message.type;
    this.#end = isTerminal(type) ? { ...event, type } : null;
    this.#taskId ??= event.taskId; // A server of another origin may hide the header.
    this.#reattach();
    if (seq === this.#seen) return;
    if (seq !== Infinity) this.#seen = seq;
    for (const name of [type, '*']) {
      const handler = this.#handlers[name];
      if (this.#ended.aborted || typeof handler !== 'function' || handler === Object.prototype[name]) continue;
      await this.#handlers[name](event.payload, event);
    }
  }

  /**
   * 204: the last event id is that of the log's last event, which is terminal. Whoever did not see it here (it came on
   * another page, or in an earlier run) wants the result all the same, so that one event is asked for again; it is not handed out.
   */
  #nothingLeft(response) {
    if (this.#end) return true;
    this.#taskId ??= response.headers.get('X-Task-Id');
    this.#reattach();
    if (this.#asksForTheEnd || !this.#isGet() || !isDecimal(this.#lastId) || Number(this.#lastId) === 0)
      throw new RequestError('the server has nothing left to send, and the end of the task was not seen', { status: 204 });
    this.#asksForTheEnd = true;
    this.#lastId = String(Number(this.#lastId) - 1);
    return this.#attempt();
  }

  /** Away for the moment, or for good. A POST is only sent again when the server says that it did nothing and when to come back. */
  async #refused(response) {
    const { status, headers } = response;
    const after = retryAfterMs(headers.get('Retry-After'));
    const mends = this.#isGet() ? status === 429 || status >= 500 : (status === 429 || status === 503) && after !== null;
    if (mends) {
      response.body?.cancel().catch(() => {});
      this.#failures += 1;
      this.#retryAfterMs = after ?? 0;
      return false;
    }
    const isJson = /^application\/([a-z.]+\+)?json/i.test(headers.get('Content-Type') ?? '');
    const problem = isJson ? objectOf(await response.text().catch(() => '')) : null;
    throw new RequestError(inWords(status, problem), { status, problem });
  }

  #pause() {
    const delay = Math.max(reconnectDelay(this.#reconnectionMs, this.#failures, Math.random()), this.#retryAfterMs);
    this.#retryAfterMs = 0;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, Math.min(delay, LONGEST_TIMER_MS));
      this.#leave = () => {
        clearTimeout(timer);
        reject(this.#ended.reason);
      };
      if (this.#ended.aborted) this.#leave();
    });
  }
}

/** null for what is no JSON object. */
function objectOf(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

/** Seconds or a date, in ms from now; null without either. */
function retryAfterMs(text) {
  const value = text?.trim() ?? '';
  if (isDecimal(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}

function inWords(status, problem) {
  if (status >= 200 && status < 300) return `the server answered ${status}, and no event stream`;
  const fields = Array.isArray(problem?.errors) ? problem.errors.map(({ field, message }) => `${field}: ${message}`) : [];
  const said = [problem?.title, problem?.detail, ...fields].filter((word) => typeof word === 'string' && word !== '');
  return [`the server answered ${status}`, ...said].join('; ');
}
