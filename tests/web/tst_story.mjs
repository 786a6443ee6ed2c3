// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { crack, moved } from '../../resources/web/crack.mjs';
import { apply, lastMend, newStory } from '../../resources/web/story.mjs';

let seq = 0;
const event = (type, attempt, payload = {}) => ({
  seq: ++seq, type, attempt, payload, at: new Date(Date.UTC(2026, 10, 23) + seq * 1000).toISOString(),
});
const told = (task, events) => {
  const story = newStory({ id: 't', ...task });
  events.forEach((one) => apply(story, one));
  return story;
};
const count = { name: 'count-to-n', input: { n: 4, sleepMs: 500 } };
const pipeline = { name: 'pipeline-with-steps', input: { rows: 10, stageMs: 100 } };

test('a crack has the joints that every other picture of the task has', () => {
  const joints = crack('01a207a2-3280-7b31-9c4e-5d1f0a86e2b7:1', 0, 0, 56, 5);
  const expected = [[-2.7, 0], [3.82, 7.81], [-2.2, 18.64], [2.81, 29.26], [-4.92, 39.48], [2.38, 45.1], [-3.08, 56]];
  assert.deepEqual(joints.map(([x, y]) => [Number(x.toFixed(2)), Number(y.toFixed(2))]), expected);
  assert.deepEqual(moved([[1, 2]], 3, 4), [[4, 6]]);
});

test('a run that broke after tick 2 goes on at tick 3', () => {
  seq = 0;
  const story = told(count, [
    event('created', 0), event('attempt_started', 1, { reason: 'submit', previousAttempt: 0 }),
    event('tick', 1, { i: 1, n: 4 }), event('tick', 1, { i: 2, n: 4 }),
    event('attempt_started', 2, { reason: 'recovery', previousAttempt: 1 }),
    event('recovered', 2, { fromTick: 3, ticksSoFar: 2 }), event('tick', 2, { i: 3, n: 4 }),
  ]);
  assert.deepEqual(story.spans, [{ attempt: 1, from: 1, to: 2 }, { attempt: 2, from: 3, to: 3 }]);
  const mend = lastMend(story);
  assert.equal(mend.attempt, 1);
  assert.equal(mend.afterTick, 2);
  assert.equal(mend.mendedAt - mend.brokenAt, 1000);
  assert.equal(mend.seq, 5);
  assert.equal(story.repeated, 0);
});

test('an event that was seen already changes nothing', () => {
  seq = 0;
  const story = told(count, [event('tick', 1, { i: 1, n: 4 })]);
  const before = JSON.stringify(story);
  assert.equal(apply(story, { ...event('tick', 1, { i: 1, n: 4 }), seq: 1 }), false);
  assert.equal(JSON.stringify(story), before);
});

test('a tick that came twice is counted, not hidden', () => {
  seq = 0;
  assert.equal(told(count, [event('tick', 1, { i: 1, n: 4 }), event('tick', 2, { i: 1, n: 4 })]).repeated, 1);
});

test('a retry is a new attempt and no mended break', () => {
  seq = 0;
  const story = told(count, [
    event('attempt_started', 1, { reason: 'submit' }), event('failed', 1, { error: { message: 'x' } }),
    event('attempt_started', 2, { reason: 'retry' }),
  ]);
  assert.equal(story.end, null);
  assert.equal(story.breaks.length, 1);
  assert.equal(lastMend(story), undefined);
});

test('a stage from cache was not run again', () => {
  seq = 0;
  const story = told(pipeline, [
    event('attempt_started', 1, { reason: 'submit' }),
    event('stage_started', 1, { stage: 'extract', index: 0 }),
    event('stage_done', 1, { stage: 'extract', index: 0, fromCache: false, durationMs: 7 }),
    event('stage_started', 1, { stage: 'transform', index: 1 }),
    event('attempt_started', 2, { reason: 'recovery' }),
    event('recovered', 2, { cachedStages: ['extract'] }),
    event('stage_done', 2, { stage: 'extract', index: 0, fromCache: true, durationMs: 7 }),
    event('stage_started', 2, { stage: 'transform', index: 1 }),
  ]);
  const [extract, transform, load] = story.stages;
  assert.deepEqual([extract.state, extract.runs, extract.commits, extract.cached, extract.by], ['cached', 1, 1, 1, 1]);
  assert.deepEqual([transform.state, transform.runs, transform.commits], ['running', 2, 0]);
  assert.equal(load.state, 'waiting');
  assert.equal(lastMend(story).stage, 'transform');
});

test('a hundred thousand ticks cost two spans and 500 rows', () => {
  seq = 0;
  const story = newStory({ id: 't', name: 'count-to-n', input: { n: 1e5, sleepMs: 0 } });
  for (let i = 1; i <= 1e5; ++i) apply(story, event('tick', i <= 7 ? 1 : 2, { i, n: 1e5 }));
  assert.deepEqual(story.spans.map(({ from, to }) => [from, to]), [[1, 7], [8, 1e5]]);
  assert.equal(story.rows.length, 500);
});

test('the stages of a task file stand there before they begin, with what they wait for', () => {
  seq = 0;
  const file = { name: 'pipeline-file', input: { name: 'nightly', stages: [{ name: 'a' }, { name: 'b', needs: ['a'] }, { name: 'c', needs: [] }] } };
  const story = told(file, [event('created', 0), event('attempt_started', 1, { reason: 'submit', previousAttempt: 0 }),
    event('stage_started', 1, { stage: 'c', index: 2 })]);
  assert.equal(story.kind, 'stages');
  assert.deepEqual(story.stages.map(({ name, state, needs }) => [name, state, needs]),
    [['a', 'waiting', undefined], ['b', 'waiting', ['a']], ['c', 'running', []]]);
});
