// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The types of client.mjs, with the task definitions of the server that gave this file out. Beside client.mjs it is
// called client.d.mts; `import { subscribeToTask } from './client.mjs'` then finds it.

export interface TaskErrorData {
  type: string;
  message: string;
  retryable: boolean;
  /** The step that failed, null outside of steps. */
  step: string | null;
}

/** The data object of a stream. */
export interface TaskEvent<Type extends string = string, Payload = unknown> {
  /** From 1, without gaps. */
  seq: number;
  type: Type;
  taskId: string;
  /** The task's attempt at that moment; 0 for created. */
  attempt: number;
  /** UTC, ISO 8601. */
  at: string;
  payload: Payload;
}

/** What the engine writes into the log of every task. */
export interface EngineEvents<Input = unknown, Result = unknown> {
  created: { input: Input };
  attempt_started: { reason: 'submit' | 'recovery' | 'retry' | 'resume'; previousAttempt: number };
  step_retry: { step: string; attempt: number; delayMs: number; error: TaskErrorData };
  retry_scheduled: { delayMs: number; error: TaskErrorData };
  /** A sleep and a wait for a signal have the reasons "sleep" and "signal". */
  suspended: { reason: string | null; wakeAt?: string };
  resumed: Record<string, never>;
  signal_received: { name: string; payload: unknown };
  stop_requested: { reason: string | null };
  completed: { result: Result };
  failed: { error: TaskErrorData };
  cancelled: { reason: string | null };
}

/** The names that `subscribeToTask<Name>` takes. */
export type TaskName = keyof TaskDefinitions;
/** What a start may say; what it leaves away has a default. */
export type TaskInput<Name extends TaskName> = TaskDefinitions[Name]['input'];
export type TaskResult<Name extends TaskName> = TaskDefinitions[Name]['result'];
/** Payloads by the type of their event. */
export type TaskEvents<Name extends TaskName> = EngineEvents<TaskDefinitions[Name]['storedInput'], TaskResult<Name>> & TaskDefinitions[Name]['events'];
/** Each event of a task, told apart by its `type`. */
export type AnyTaskEvent<Name extends TaskName> = { [Type in keyof TaskEvents<Name> & string]: TaskEvent<Type, TaskEvents<Name>[Type]> }[keyof TaskEvents<Name> & string];

/** A handler may be async: the next event waits for it. What it throws rejects the promise and ends the stream. */
export type EventHandlers<Name extends TaskName> = {
  [Type in keyof TaskEvents<Name> & string]?: (payload: TaskEvents<Name>[Type], event: TaskEvent<Type, TaskEvents<Name>[Type]>) => unknown;
} & {
  /** Every event, after the handler of its own type. */
  '*'?: (payload: AnyTaskEvent<Name>['payload'], event: AnyTaskEvent<Name>) => unknown;
};

/** What stands beside the input of a start, and is no part of it. */
export interface StartOptions {
  /** A new task, although one with this input exists. */
  fresh?: boolean;
  autoRecover?: boolean;
  delayMs?: number;
  idempotencyKey?: string;
}

type Without<Names extends PropertyKey> = { [Name in Names]?: never };
type NamedInput<Input> = {} extends Input ? { input?: Input } : { input: Input };

/** The input itself for `/run` and `/run-pipeline`, by name for `/api/tasks`, by name or id for `/nudge-recovery`; or JSON text. */
export type StartBody<Name extends TaskName> =
  | (TaskInput<Name> & StartOptions & Without<Exclude<'id' | 'name' | 'input', keyof TaskInput<Name>>>)
  | ({ name: Name } & NamedInput<TaskInput<Name>> & StartOptions)
  | { id: string }
  | string;

export interface RequestOptions {
  /** POST when there is a body, else GET. */
  method?: string;
  /** Rejects with its reason, an AbortError; no handler is called any more. */
  signal?: AbortSignal;
  /** The seq of the last event that was seen; the stream begins behind it. */
  lastEventId?: string | number;
  /** Sent with each request, reconnects too. */
  headers?: Record<string, string> | [string, string][] | { forEach(each: (value: string, name: string) => void): void };
  /** Called before the promise rejects, unless that is for `signal`. Whoever gives one need not hold the promise. */
  onError?: (error: unknown) => unknown;
}

export interface SubscribeOptions<Name extends TaskName> extends RequestOptions {
  body?: StartBody<Name>;
  onEvent?: EventHandlers<Name>;
  /** Called before the promise is fulfilled. */
  onComplete?: (result: TaskResult<Name>) => unknown;
}

type AnyHandler<Type extends string, Payload> = { handle(payload: Payload, event: TaskEvent<Type, Payload>): unknown }['handle'];

/** Of a task whose definition is not named: only the engine's own events have types. */
export interface AnySubscribeOptions extends RequestOptions {
  body?: object | string;
  onEvent?: { [Type in keyof EngineEvents]?: AnyHandler<Type, EngineEvents[Type]> } & { [type: string]: AnyHandler<string, any> | undefined };
  onComplete?: (result: unknown) => unknown;
}

/**
 * Follows the task behind `url` to its end: its events, each once and in order, however often the server goes away.
 * Gives the result; rejects with TaskFailed, TaskCancelled, RequestError, the reason of `signal`, or what a handler threw.
 */
export function subscribeToTask(url: string | URL, options?: AnySubscribeOptions): Promise<unknown>;
export function subscribeToTask<Name extends TaskName>(url: string | URL, options?: SubscribeOptions<Name>): Promise<TaskResult<Name>>;

export class TaskFailed extends Error {
  constructor(event: TaskEvent<string, EngineEvents['failed']>);
  readonly event: TaskEvent<'failed', EngineEvents['failed']>;
  readonly data: EngineEvents['failed'];
  readonly error: TaskErrorData;
}

export class TaskCancelled extends Error {
  constructor(event: TaskEvent<string, EngineEvents['cancelled']>);
  readonly event: TaskEvent<'cancelled', EngineEvents['cancelled']>;
  readonly data: EngineEvents['cancelled'];
  readonly reason: string | null;
}

/** RFC 9457. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  errors?: { field: string; message: string }[];
}

/** No stream, and asking again would not mend it. */
export class RequestError extends Error {
  constructor(message: string, details?: { status?: number; problem?: Problem | null; cause?: unknown });
  /** Of the answer; 0 when none came. */
  readonly status: number;
  readonly problem: Problem | null;
}

export interface StreamMessage {
  id: string;
  type: string;
  data: string;
}

/** Reads a text/event-stream as the WHATWG standard says, in pieces of any size. */
export class EventStreamParser {
  constructor(lastEventId?: string);
  /** The id as of the last blank line. */
  readonly lastEventId: string;
  /** The last retry field in ms. */
  readonly retry: number | null;
  feed(bytes: Uint8Array): StreamMessage[];
}

/** How long to wait for the next attempt after `failures` in a row that reached no stream; `random` is from 0 to 1. */
export function reconnectDelay(reconnectionMs: number, failures: number, random: number): number;

