// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Puts values on the page. Everything that came from outside goes in as text, never as markup.

import { attemptColour, glyph, ribbon, rowSeam } from './picture.mjs';
import { lastMend } from './story.mjs';

export const byId = (id) => document.getElementById(id);

export function h(name, className, ...children) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== ''));
  return element;
}

/** Changes the text only where it differs, so that nobody's selection is lost and nothing is announced twice. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const number = new Intl.NumberFormat('en-US');
const count = (n, one, many = `${one}s`) => `${number.format(n)} ${n === 1 ? one : many}`;
export const seconds = (ms, digits = 1) => `${(Math.max(0, ms) / 1000).toFixed(digits)} s`;
export const shortKey = (key) => (/^[0-9a-f]{64}$/.test(key) ? `${key.slice(0, 4)}…${key.slice(-4)}` : key);

export function clockTime(at) {
  const when = new Date(at);
  const two = (n) => String(n).padStart(2, '0');
  return `${two(when.getHours())}:${two(when.getMinutes())}:${two(when.getSeconds())}.${String(when.getMilliseconds()).padStart(3, '0')}`;
}

function age(at) {
  const s = Math.max(0, (Date.now() - Date.parse(at)) / 1000);
  if (s < 60) return `${Math.floor(s)} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  return s < 86400 ? `${Math.floor(s / 3600)} h` : `${Math.floor(s / 86400)} d`;
}

function inputInWords({ name, input }) {
  if (name === 'count-to-n') return `n=${number.format(input.n)}`;
  if (name === 'pipeline-with-steps') return count(input.rows, 'row');
  if (name === 'pipeline-file' && typeof input.name === 'string') return input.name;
  return JSON.stringify(input);
}

const WORDS = { pending: 'Pending', running: 'Running', suspended: 'Suspended', completed: 'Done', failed: 'Failed', cancelled: 'Cancelled' };
export const looks = (task, broken) => (task.state === 'running' && (task.stale || broken) ? 'stale' : task.state);

export function showTasks(tasks, selected, selectedIsBroken, onSelect) {
  const list = byId('tasks');
  byId('noTasks').hidden = tasks.length > 0;
  const known = new Map([...list.children].map((row) => [row.dataset.id, row]));
  const rows = tasks.map((task) => {
    const row = known.get(task.id) ?? newTaskRow(task, onSelect);
    const look = looks(task, task.id === selected && selectedIsBroken);
    if (row.dataset.look !== look) {
      row.dataset.look = look;
      row.firstChild.firstChild.replaceWith(glyph(look));
      row.firstChild.firstChild.setAttribute('aria-hidden', 'true');
      row.firstChild.title = look === 'stale' ? 'Running, nobody drives it' : WORDS[look];
    }
    say(row.querySelector('.age'), age(task.createdAt));
    if (task.id === selected) row.firstChild.setAttribute('aria-current', 'true');
    else row.firstChild.removeAttribute('aria-current');
    return row;
  });
  if (rows.length !== list.children.length || rows.some((row, index) => list.children[index] !== row)) list.replaceChildren(...rows);
}

function newTaskRow(task, onSelect) {
  const button = h('button', 'task', h('span'), h('b', '', task.name), h('span', 'muted input', inputInWords(task)), h('span', 'muted age'));
  button.type = 'button';
  button.addEventListener('click', () => onSelect(task.id));
  const row = h('li', '', button);
  row.dataset.id = task.id;
  return row;
}

export function showHead(task, broken) {
  say(byId('name'), task.name);
  const look = looks(task, broken);
  const pill = byId('pill');
  const words = look === 'stale' ? 'Running · nobody drives it' : WORDS[look] + (task.attempt > 0 ? ` · attempt ${task.attempt}` : '');
  if (pill.dataset.look !== look) {
    pill.dataset.look = look;
    pill.className = `pill ${look}`;
    pill.replaceChildren(glyph(look), h('span', '', words));
  }
  say(pill.lastChild, words);
  say(byId('key'), shortKey(task.idempotencyKey));
  byId('key').title = task.idempotencyKey;
}

const SAMPLE = {
  task: 'sample', count: 10, done: 7, attempts: [1, 2], spans: [{ attempt: 1, from: 1, to: 5 }, { attempt: 2, from: 6, to: 7 }],
  breaks: [{ attempt: 1, afterTick: 5, mended: true }],
};

/** What a mended run looks like, while there is none to look at. */
export function showSample() {
  const box = byId('sample');
  if (box.clientWidth > 0) box.replaceChildren(ribbon(SAMPLE, { width: Math.floor(box.clientWidth), narrow: false, open: false, current: 0, sinceMs: 0, mending: null, fresh: false }));
}

export function showTicks(story, live) {
  byId('ticks').hidden = story.kind !== 'ticks';
  if (story.kind !== 'ticks') return;
  const twice = h('b', story.repeated ? 'amber' : 'goldText', `${story.repeated} ran twice`);
  const counted = byId('ticksCount');
  if (counted.textContent !== `${number.format(story.done)} of ${number.format(story.count)} · ${story.repeated} ran twice`) {
    counted.replaceChildren(h('b', '', `${number.format(story.done)} of ${number.format(story.count)}`), ' · ', twice);
  }
  const box = byId('ribbon');
  const width = Math.floor(box.clientWidth);
  if (width > 0) box.replaceChildren(ribbon(story, { ...live, width, narrow: matchMedia('(max-width: 900px)').matches }));
}

const STAGE_WORDS = { waiting: 'waiting', running: 'running', done: 'done', cached: 'from cache', broken: 'broken', failed: 'failed', cancelled: 'cancelled' };

export function showStages(story, live) {
  byId('stages').hidden = story.kind !== 'stages';
  if (story.kind !== 'stages') return;
  const cached = story.stages.filter((stage) => stage.cached > 0).map((stage) => stage.name);
  const finished = story.stages.filter((stage) => stage.commits > 0).length;
  byId('stagesCount').replaceChildren(h('b', '', `${finished} of ${story.stages.length}`), ' · ',
    h('b', 'goldText', cached.length ? `${cached.join(', ')} not paid twice` : '0 from cache'));
  byId('cards').replaceChildren(...story.stages.map((stage) => card(stage, story, live)));
}

function waitsFor({ index, needs }) {
  if (needs === undefined) return index === 0 ? 'waits for the attempt to begin' : 'waits for the stage before it';
  return needs.length === 0 ? 'waits for the attempt to begin' : `waits for ${needs.join(', ')}`;
}

function card(stage, story, live) {
  const state = live.open && stage.state === 'running' ? 'broken' : stage.state;
  const again = state === 'running' && stage.runs > 1 ? 'running again' : STAGE_WORDS[state];
  const made = stage.by ? `computed by attempt ${stage.by}, event ${stage.bySeq}` : 'computed before its event was written';
  const lines = {
    waiting: [waitsFor(stage), ''],
    running: [stage.runs > 1 ? `started ${stage.runs === 2 ? 'twice' : `${stage.runs} times`}, finished ${stage.commits}` : `started by attempt ${live.attempt}`, ''],
    broken: ['its attempt broke before the commit', 'so its body will run again'],
    done: [made, seconds(stage.durationMs, 3)],
    cached: [made, `${seconds(stage.durationMs, 3)} then, saved ${seconds(stage.durationMs * stage.cached, 3)}`],
    failed: ['its body gave an error', ''],
    cancelled: ['stopped while it ran', ''],
  }[state];
  const ledger = (value, label, className) => h('div', '', h('b', value ? className : '', String(value)), h('span', 'muted', label));
  const box = h('article', `card ${state}`, h('div', 'cardHead', h('h3', '', stage.name), h('span', 'cardPill', again)),
    h('p', '', lines[0]), h('p', state === 'cached' ? 'goldText' : 'muted', lines[1]), h('div', 'track'),
    h('div', 'ledger', ledger(stage.runs, stage.runs === 1 ? 'body run' : 'body runs', stage.runs > 1 ? 'amber' : ''),
      ledger(stage.commits, stage.commits === 1 ? 'commit' : 'commits', ''), ledger(stage.cached, 'from cache', 'goldText')));
  if (state === 'running') {
    const bar = h('div', 'bar');
    bar.style.animationDuration = `${Math.max(1, story.pauseMs)}ms`;
    bar.style.animationDelay = `${-live.sinceMs}ms`;
    box.querySelector('.track').append(bar);
  }
  return box;
}

const plural = (n, word) => `${n === 1 ? 'One' : number.format(n)} ${word}${n === 1 ? '' : 's'}`;

function mendInWords(story, mend) {
  const took = seconds(mend.mendedAt - mend.brokenAt, 3);
  if (story.kind === 'stages') {
    const cached = story.stages.filter((stage) => stage.state === 'cached').map((stage) => stage.name);
    const kept = cached.length ? `${cached.join(' and ')} came from the log, nothing of it ran again.` : 'No stage had finished, so none was lost.';
    return [`Broken ${mend.stage ? `during ${mend.stage}` : 'between two stages'}, mended ${took} later.`, kept];
  }
  const kept = mend.afterTick ? `${plural(mend.afterTick, 'tick')} ${mend.afterTick === 1 ? 'was' : 'were'} in the log, it went on at tick ${mend.afterTick + 1}.` : 'Nothing was in the log yet, so nothing was lost.';
  return [mend.afterTick ? `Broken after tick ${mend.afterTick}, mended ${took} later.` : `Broken before the first tick, mended ${took} later.`, kept];
}

/** One sentence on what happened last: it lies there broken, or it was mended. */
export function showBanner(story, task, { open, staleInMs }) {
  const banner = byId('banner');
  const mend = lastMend(story);
  let kind = '';
  let words = ['', ''];
  if (open) {
    kind = 'stale';
    const next = story.kind === 'ticks' ? `It will go on at tick ${story.done + 1}; no tick runs again.`
      : 'What is committed will come from the log, the rest will run.';
    words = [staleInMs > 0 ? `Stale in ${seconds(staleInMs)}, then Nudge.` : task.autoRecover ? 'Stale. It will be taken up by itself.' : 'Stale: nobody drives it. Nudge it.', next];
  } else if (mend) {
    kind = 'mended';
    words = mendInWords(story, mend);
  }
  banner.hidden = kind === '';
  banner.className = `banner ${kind}`;
  if (banner.textContent !== words.join(' ')) banner.replaceChildren(h('b', '', words[0]), ' ', h('span', '', words[1]));
}

export function showOutcome(end) {
  const box = byId('outcome');
  box.hidden = !end;
  if (!end) return;
  box.className = `outcome ${end.how}`;
  const [word, text] = {
    completed: ['Result', JSON.stringify(end.result)],
    failed: ['Failed', end.error?.message ?? JSON.stringify(end.error)],
    cancelled: ['Cancelled', end.reason ?? ''],
  }[end.how];
  if (box.textContent !== `${word} ${text}`) box.replaceChildren(h('b', '', word), ' ', h('code', '', text));
}

/** Adds the rows that are new, on top; takes away the oldest ones beyond what the story keeps. */
export function showEvents(story) {
  const list = byId('events');
  if (list.dataset.task !== story.task || Number(list.dataset.last) > story.lastSeq) list.replaceChildren();
  const shown = list.children.length ? Number(list.dataset.last) : 0;
  const fresh = story.rows.filter((event) => event.seq > shown).reverse();
  list.prepend(...fresh.map((event) => eventRow(event, story)));
  while (list.children.length > story.rows.length) list.lastChild.remove();
  list.dataset.task = story.task;
  list.dataset.last = story.lastSeq;
  list.style.setProperty('--digits', Math.max(3, String(story.lastSeq).length));
  say(byId('eventsCount'), number.format(story.lastSeq));
  say(byId('lastEventId'), String(story.lastSeq));
  const first = story.rows[0]?.seq ?? 1;
  byId('older').hidden = first <= 1;
  say(byId('older'), `Events 1 to ${number.format(first - 1)} are in the log; the line below reads all of them.`);
}

function eventRow(event, story) {
  const dot = h('span', 'attemptDot');
  dot.style.backgroundColor = attemptColour(event.attempt);
  const gold = event.type === 'recovered' || (event.type === 'stage_done' && event.payload?.fromCache === true);
  const row = h('li', '', h('span', 'seq', String(event.seq)), h('time', 'muted', clockTime(event.at)),
    h('span', 'attempt', dot, h('span', '', String(event.attempt))), h('span', gold ? 'type goldText' : 'type', event.type),
    h('code', 'payload', JSON.stringify(event.payload)));
  const mend = story.breaks.find((gap) => gap.mended && gap.seq === event.seq);
  if (mend) {
    row.classList.add('mended');
    row.append(rowSeam(story.task, mend.attempt));
  }
  return row;
}
