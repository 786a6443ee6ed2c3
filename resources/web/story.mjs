// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What happened in one run, told from its events alone. Keeps spans and counts, no cells: a million ticks cost as much as
// ten. Draws nothing and knows no network.

const STAGES = ['extract', 'transform', 'load'];
const MOST_ROWS = 500;

export const isTerminal = (type) => type === 'completed' || type === 'failed' || type === 'cancelled';

export function newStory(task) {
  const input = task.input ?? {};
  const story = {
    task: task.id,
    kind: 'plain',
    count: 0,
    pauseMs: 0,
    done: 0,
    repeated: 0,
    attempts: [],
    spans: [],
    breaks: [],
    stages: [],
    end: null,
    lastSeq: 0,
    lastAt: 0,
    lastType: '',
    rows: [],
  };
  if (task.name === 'count-to-n') {
    story.kind = 'ticks';
    story.count = Number(input.n) || 0;
    story.pauseMs = Number(input.sleepMs) || 0;
  } else if (task.name === 'pipeline-with-steps') {
    story.kind = 'stages';
    story.pauseMs = Number(input.stageMs) || 0;
    STAGES.forEach((name, index) => stageOf(story, name, index));
  } else if (Array.isArray(input.stages) && input.stages.length > 0) {
    story.kind = 'stages';
    input.stages.forEach((stage, index) => {
      const needs = Array.isArray(stage?.needs) ? stage.needs.map(String) : undefined;
      Object.assign(stageOf(story, String(stage?.name), index), { needs });
    });
  }
  return story;
}

function stageOf(story, name, index) {
  let stage = story.stages.find((known) => known.name === name);
  if (!stage) {
    stage = { name, index, state: 'waiting', runs: 0, commits: 0, cached: 0, durationMs: 0, by: 0, bySeq: 0, startedAt: 0 };
    story.stages.push(stage);
    story.stages.sort((a, b) => a.index - b.index);
  }
  return stage;
}

/** Takes the next event of the log; one that was taken before changes nothing. True when it was new. */
export function apply(story, event) {
  if (event.seq <= story.lastSeq) return false;
  const payload = event.payload ?? {};
  const at = Date.parse(event.at);
  switch (event.type) {
    case 'attempt_started':
      startAttempt(story, event, payload, at);
      break;
    case 'tick':
      tick(story, event, payload);
      break;
    case 'stage_started': {
      const stage = stageOf(story, String(payload.stage), Number(payload.index) || 0);
      stage.state = 'running';
      stage.runs += 1;
      stage.startedAt = at;
      break;
    }
    case 'stage_done':
      stageDone(story, event, payload);
      break;
    case 'completed':
    case 'failed':
    case 'cancelled':
      story.end = { how: event.type, result: payload.result, error: payload.error, reason: payload.reason };
      for (const stage of story.stages) {
        if (stage.state === 'running') stage.state = event.type === 'failed' ? 'failed' : 'cancelled';
      }
      break;
  }
  story.lastSeq = event.seq;
  story.lastAt = at;
  story.lastType = event.type;
  story.rows.push(event);
  if (story.rows.length > MOST_ROWS) story.rows.splice(0, story.rows.length - MOST_ROWS);
  return true;
}

function startAttempt(story, event, payload, at) {
  const before = story.attempts.at(-1);
  if (before) {
    story.breaks.push({
      attempt: before,
      mended: payload.reason === 'recovery',
      afterTick: story.done,
      stage: story.stages.find((stage) => stage.state === 'running')?.name ?? '',
      brokenAt: story.lastAt,
      mendedAt: at,
      seq: event.seq,
    });
  }
  story.attempts.push(event.attempt);
  story.end = null;
  // A new attempt asks for every stage again: the memoised ones will say so.
  for (const stage of story.stages) stage.state = 'waiting';
}

function tick(story, event, payload) {
  const i = Number(payload.i);
  if (!(i > 0)) return;
  story.kind = 'ticks';
  if (i <= story.done) {
    story.repeated += 1;
    return;
  }
  const last = story.spans.at(-1);
  if (last && last.attempt === event.attempt && last.to === i - 1) last.to = i;
  else story.spans.push({ attempt: event.attempt, from: i, to: i });
  story.done = i;
  story.count = Math.max(story.count, i, Number(payload.n) || 0);
}

function stageDone(story, event, payload) {
  story.kind = 'stages';
  const stage = stageOf(story, String(payload.stage), Number(payload.index) || 0);
  stage.durationMs = Number(payload.durationMs) || 0;
  if (payload.fromCache) {
    stage.state = 'cached';
    stage.cached += 1;
    stage.commits = Math.max(1, stage.commits); // The crash came between the commit of the memo and its event.
    return;
  }
  stage.state = 'done';
  stage.commits += 1;
  stage.by = event.attempt;
  stage.bySeq = event.seq;
}

/** The last place where it broke and was mended, or nothing. */
export const lastMend = (story) => story.breaks.filter((gap) => gap.mended).at(-1);
