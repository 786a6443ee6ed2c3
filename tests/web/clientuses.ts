// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Right and wrong uses of the generated types: tsc must take the ones and refuse the others. It is only compiled.

import { EventStreamParser, reconnectDelay, RequestError, subscribeToTask, TaskCancelled, TaskFailed } from './client';
import type { AnyTaskEvent, EngineEvents, TaskDefinitions, TaskEvent, TaskInput, TaskName, TaskResult } from './client';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
const holds = <_ extends true>() => {};

const base = 'http://127.0.0.1:7420';

export async function counts(signal: AbortSignal) {
  const { total } = await subscribeToTask<'count-to-n'>(`${base}/api/durable-example/run`, {
    method: 'POST', body: { n: 10, fresh: true }, headers: { Authorization: 'Bearer x' }, lastEventId: 4, signal,
    onEvent: {
      tick: ({ i, n }, event) => {
        holds<Same<typeof i, number>>();
        holds<Same<typeof event, TaskEvent<'tick', { i: number; n: number }>>>();
        return i / n;
      },
      async recovered({ fromTick, ticksSoFar }) {
        await Promise.resolve(fromTick + ticksSoFar);
      },
      created: ({ input }) => input.n + input.sleepMs + (input.runId?.length ?? 0),
      attempt_started: ({ reason, previousAttempt }) => reason === 'recovery' && previousAttempt > 0,
      step_retry: ({ step, attempt, delayMs, error }) => `${step} ${attempt + delayMs} ${error.message}`,
      retry_scheduled: ({ delayMs, error }) => [delayMs.toFixed(), error.type],
      suspended: ({ reason, wakeAt }) => [reason?.length, wakeAt?.length],
      resumed: () => {},
      signal_received: ({ name, payload }) => [name.length, typeof payload],
      stop_requested: ({ reason }) => reason?.length,
      completed: ({ result }) => result.total.toFixed(),
      failed: ({ error }) => error.step?.length,
      cancelled: ({ reason }) => reason?.length,
      '*': (_payload, event) => (event.type === 'tick' ? event.payload.i : event.seq),
    },
    onComplete: (result) => result.total.toFixed(),
    onError: (error) => error instanceof TaskFailed,
  });
  holds<Same<typeof total, number>>();

  const { checksum, rows } = await subscribeToTask<'pipeline-with-steps'>(new URL(base), {
    onEvent: { recovered: ({ cachedStages }) => cachedStages.map((stage) => stage.length) },
  });
  holds<Same<[typeof checksum, typeof rows], [string, number]>>();
  await subscribeToTask<'pipeline-with-steps'>(`${base}/api/tasks`, { body: { name: 'pipeline-with-steps', input: { rows: 5 }, delayMs: 5 } });
  await subscribeToTask<'pipeline-with-steps'>(`${base}/api/durable-example/nudge-recovery`, { body: { id: 'x' } });
  await subscribeToTask<'count-to-n'>(base, { body: '{}', headers: new Headers() });
  await subscribeToTask<'count-to-n'>(base);

  const stages: TaskInput<'pipeline-file'>['stages'] = [{ name: 'a', command: ['true'], env: { MODE: 'full' }, retry: { maxAttempts: 3 } }];
  const file: TaskInput<'pipeline-file'> = { name: 'a', baseDir: '.', stages };
  holds<Same<TaskResult<'pipeline-file'>, { results: { [name: string]: unknown } }>>();
  holds<Same<TaskDefinitions['pipeline-file']['events']['stage_done']['result'], unknown>>();
  holds<'pipeline-file' extends TaskName ? true : false>();
  return [file, {} as AnyTaskEvent<'pipeline-file'>];
}

export async function anything() {
  const result = await subscribeToTask(base, {
    body: { some: 'input' },
    onEvent: { tick: (payload: { i: number }) => payload.i, failed: ({ error }) => error.message, '*': (_, event) => event.seq },
    onComplete: (value) => typeof value,
  });
  holds<Same<typeof result, unknown>>();
  holds<Same<EngineEvents['completed'], { result: unknown }>>();
  await subscribeToTask(base);
  const error = new RequestError('x', { status: 404 });
  const parser = new EventStreamParser('4');
  return [error.problem?.errors?.[0]?.field, parser.feed(new Uint8Array()).map(({ id, type, data }) => id + type + data), reconnectDelay(1, 2, 0.5),
    TaskCancelled.prototype.reason?.length];
}

export function wrong() {
  // @ts-expect-error: no such definition
  void subscribeToTask<'count-to-m'>(base);
  // @ts-expect-error: an event of another definition
  void subscribeToTask<'count-to-n'>(base, { onEvent: { stage_done: () => {} } });
  // @ts-expect-error: a member that the payload does not have
  void subscribeToTask<'count-to-n'>(base, { onEvent: { tick: ({ j }) => j } });
  // @ts-expect-error: a member of another type
  void subscribeToTask<'count-to-n'>(base, { onEvent: { tick: ({ i }: { i: string }) => i } });
  // @ts-expect-error: an engine's event with another payload
  void subscribeToTask<'count-to-n'>(base, { onEvent: { failed: ({ reason }) => reason } });
  // @ts-expect-error: an input of another definition
  void subscribeToTask<'count-to-n'>(base, { body: { rows: 5 } });
  // @ts-expect-error: an input of another type
  void subscribeToTask<'count-to-n'>(base, { body: { n: '10' } });
  // @ts-expect-error: the same by name
  void subscribeToTask<'count-to-n'>(base, { body: { name: 'count-to-n', input: { n: '10' } } });
  // @ts-expect-error: the name of another definition
  void subscribeToTask<'count-to-n'>(base, { body: { name: 'pipeline-with-steps', input: {} } });
  // @ts-expect-error: an input that is demanded
  void subscribeToTask<'pipeline-file'>(base, { body: { name: 'pipeline-file' } });
  // @ts-expect-error: no such option
  void subscribeToTask<'count-to-n'>(base, { onTick: () => {} });
  // @ts-expect-error: a result of another definition
  void subscribeToTask<'count-to-n'>(base).then(({ checksum }) => checksum);
  // @ts-expect-error: a number is no address
  void subscribeToTask<'count-to-n'>(7420);
  // @ts-expect-error: what came of a task that is not named is not known
  void subscribeToTask(base).then(({ total }) => total);
  // @ts-expect-error: an environment holds texts
  const stage: TaskInput<'pipeline-file'>['stages'][0] = { name: 'a', command: ['true'], env: { MODE: 5 } };
  return stage;
}
