// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The live page: asks for the tasks once a second while it is seen, streams the events of the one that is selected, and
// goes on by itself when the server was away.

import * as server from './server.mjs';
import { apply, isTerminal, newStory } from './story.mjs';
import { byId, looks, say, seconds, showBanner, showEvents, showHead, showOutcome, showSample, showStages, showTasks, showTicks } from './view.mjs';

const POLL_MS = 1000;
const SILENCE_MS = 2500; // Two heartbeats missed: it looks broken before it counts as stale.
const FIRST_PAGE = 50;
const MOST_TASKS = 500;

const state = {
  tasks: [], limit: FIRST_PAGE, more: false, connected: null,
  id: decodeURIComponent(location.hash.slice(1)), task: null, story: null, stream: null, streamState: '',
  heard: { heartbeat: '', at: 0 }, // When the selected task's heartbeat last changed, by our own clock.
  crashed: 0, // The attempt that this page has crashed.
  polledAt: 0, arrivedAt: 0, mendedAt: 0, behind: 0,
};
let pollTimer = 0;
let countdown = 0;
let drawing = 0;

const now = () => performance.now();

function draw() {
  if (!drawing) drawing = requestAnimationFrame(paint);
}

/** Running by its row, but nobody drives it: stale, silent, or crashed from here. */
function isBroken() {
  const { task, story } = state;
  if (!task || task.state !== 'running' || story?.end) return false;
  if ((story?.attempts.at(-1) ?? 0) > task.attempt) return false; // The stream is ahead of the last poll.
  return task.stale || state.crashed === task.attempt || (state.connected === true && now() - state.heard.at > SILENCE_MS);
}

const staleInMs = () => (state.task.stale ? 0 : Math.max(0, (state.task.staleInMs ?? 0) - (now() - state.polledAt)));

function ownerInWords(broken) {
  const { task } = state;
  const owner = task.worker ?? 'nobody yet';
  if (state.connected === false && !isTerminal(task.state)) return 'As it was when the server last answered.';
  if (task.state === 'running' && broken) return `${owner} gives no sign of life for this attempt.`;
  if (task.state === 'running') return `Driven by ${owner}.`;
  if (task.state === 'pending') return 'Waits for a worker.';
  if (task.state === 'suspended') return 'Suspended: Nudge takes it up again.';
  return task.finishedAt && task.startedAt ? `Took ${seconds(Date.parse(task.finishedAt) - Date.parse(task.startedAt), 3)} in ${task.attempt} attempt${task.attempt === 1 ? '' : 's'}.` : '';
}

function paint() {
  drawing = 0;
  const { task, story } = state;
  showTasks(state.tasks, task?.id, isBroken(), choose);
  byId('more').hidden = !state.more;
  byId('empty').hidden = task !== null;
  byId('picture').hidden = task === null;
  showHints();
  if (!task) {
    showSample();
    return;
  }

  const open = isBroken();
  const attempt = story.attempts.at(-1) ?? 0;
  const active = !open && !story.end && attempt > 0 && task.state === 'running';
  const live = {
    open, attempt, current: active && story.done < story.count ? attempt : 0, staleInMs: open ? staleInMs() : 0,
    sinceMs: now() - state.arrivedAt, fresh: now() - state.arrivedAt < 120 && story.lastType === 'tick',
    mending: state.mendedAt ? now() - state.mendedAt : null,
  };
  showHead(task, open);
  say(byId('owner'), ownerInWords(open));
  showTicks(story, live);
  showStages(story, live);
  showBanner(story, task, live);
  showOutcome(story.end);
  showEvents(story);
  say(byId('streamState'), { live: 'live', waiting: 'waiting for the server', complete: 'log complete' }[state.streamState] ?? 'connecting');
  say(byId('curl'), `curl -N ${location.origin}${server.streamPath(task.id)}`);
  byId('stop').disabled = isTerminal(task.state);
  byId('crash').disabled = task.state !== 'running' || open;
  const counting = open && live.staleInMs > 0;
  if (counting && !countdown) countdown = setInterval(draw, matchMedia('(prefers-reduced-motion: reduce)').matches ? 1000 : 100);
  if (!counting && countdown) countdown = clearInterval(countdown) ?? 0;
}

/** Says before Start whether this input is a task already, and what Start would do then. */
function showHints() {
  for (const form of document.querySelectorAll('form.start')) {
    const input = inputOf(form);
    const same = form.elements.fresh.checked ? undefined : state.tasks.find(({ name, input: theirs }) =>
      name === form.dataset.task && Object.keys(theirs).length === Object.keys(input).length
      && Object.entries(input).every(([key, value]) => theirs[key] === value));
    const words = !same ? '' : {
      stale: 'This input is there and stale: Start takes it up again.',
      suspended: 'This input is there and suspended: Start resumes it.',
      running: 'This input is there and runs: Start attaches to it.',
      pending: 'This input is there and waits: Start attaches to it.',
    }[looks(same, false)] ?? 'This input has finished: Start shows its events.';
    const hint = form.querySelector('.hint');
    if (!hint.classList.contains('refused')) say(hint, words);
  }
}

function inputOf(form) {
  const input = {};
  for (const field of form.querySelectorAll('input[type=number]')) input[field.name] = field.valueAsNumber;
  return input;
}

function setConnected(connected) {
  if (state.connected === connected) return;
  state.connected = connected;
  byId('connection').className = `connection ${connected ? 'up' : 'down'}`;
  say(byId('connectionText'), connected ? `connected to ${location.host}` : 'no answer, trying again');
  state.heard.at = now(); // Silence is only counted while we can hear.
  if (connected) {
    server.crashExists().then((exists) => { byId('crash').hidden = !exists; }, () => {});
  }
}

function takeTask(task) {
  if (state.task?.id !== task.id) return;
  if (state.heard.heartbeat !== task.lastHeartbeatAt) state.heard = { heartbeat: task.lastHeartbeatAt, at: now() };
  state.task = task;
  state.polledAt = now();
  // The log has more than was streamed: an event of a type unknown here, or a task that was taken up after its end.
  state.behind = task.lastSeq > state.stream.last ? state.behind + 1 : 0;
  if (state.behind > 1) {
    if (state.stream.closed) watch(state.story.lastSeq, false);
    else state.stream.catchUp(task.lastSeq);
    state.behind = 0;
  }
}

async function poll() {
  clearTimeout(pollTimer);
  if (document.hidden) return;
  try {
    const page = await server.tasks(state.limit);
    state.tasks = page.tasks;
    state.more = Boolean(page.nextCursor) && state.limit < MOST_TASKS;
    setConnected(true);
    if (state.id && !state.task) await select(state.id);
    else if (state.task) takeTask(page.tasks.find(({ id }) => id === state.task.id) ?? await server.task(state.task.id));
  } catch (problem) {
    if (problem instanceof server.Refused && problem.status === 404) forget();
    else setConnected(problem instanceof server.Refused && problem.status < 500);
  }
  draw();
  clearTimeout(pollTimer);
  pollTimer = setTimeout(poll, POLL_MS);
}

function forget() {
  state.stream?.close();
  Object.assign(state, { id: '', task: null, story: null, stream: null });
  history.replaceState(null, '', location.pathname);
}

async function select(id) {
  const task = state.tasks.find((known) => known.id === id) ?? await server.task(id);
  if (state.task?.id === task.id) return;
  state.stream?.close();
  Object.assign(state, { id: task.id, task, story: newStory(task), polledAt: now(), heard: { heartbeat: task.lastHeartbeatAt, at: now() }, crashed: 0, mendedAt: 0, behind: 0 });
  history.replaceState(null, '', `#${encodeURIComponent(task.id)}`);
  tell('');
  watch(0, false);
  draw();
}

/** In one column the run stands above what was pressed: go there. */
function showRun() {
  byId('run').scrollIntoView({ block: matchMedia('(max-width: 900px)').matches ? 'start' : 'nearest' });
}

function choose(id) {
  select(id).then(showRun, (problem) => tell(problem.message, true));
}

function watch(after, ended) {
  state.stream?.close();
  state.streamState = '';
  const { story } = state;
  state.stream = new server.Stream(state.task.id, after, ended, {
    onEvent: (event) => {
      if (!apply(story, event)) return;
      const age = Date.now() - Date.parse(event.at);
      state.arrivedAt = now() - Math.min(Math.max(0, age), 60_000);
      if (event.type === 'attempt_started') {
        state.crashed = 0;
        state.heard.at = now();
        state.mendedAt = event.payload?.reason === 'recovery' && age < 600 ? now() : 0;
      }
      if (isTerminal(event.type) && age < 2000) tell('');
      if (isTerminal(event.type) || event.type === 'attempt_started') poll();
      draw();
    },
    onState: (streamState) => {
      state.streamState = streamState;
      draw();
    },
  });
}

function tell(text, refused = false) {
  say(byId('said'), text);
  byId('said').classList.toggle('refused', refused);
}

const OUTCOMES = {
  created: 'Started.', attached: 'It is there already and runs: attached to it.', recovered: 'Taken up again: a new attempt started.',
  resumed: 'Resumed.', finished: 'It has finished already: these are its stored events, nothing ran.', stopping: 'Stopping: its handler sees it at the next await.',
  cancelled: 'Cancelled.', crashed: 'Crashed: the attempt was dropped where it stood, nothing was written.',
};

async function act(request) {
  try {
    const { task, outcome } = await request();
    if (state.task?.id !== task.id) await select(task.id);
    if (outcome === 'crashed') state.crashed = task.attempt;
    tell(OUTCOMES[outcome] ?? outcome);
    takeTask(task);
    poll();
    return outcome;
  } catch (problem) {
    const refused = problem instanceof server.Refused;
    tell(refused ? problem.message : 'The server does not answer.', true);
    return refused ? problem : null;
  }
}

for (const form of document.querySelectorAll('form.start')) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const hint = form.querySelector('.hint');
    hint.classList.remove('refused');
    const answer = await act(() => server.start(form.dataset.task, inputOf(form), form.elements.fresh.checked));
    if (answer instanceof server.Refused) {
      hint.classList.add('refused');
      say(hint, answer.message);
    } else {
      form.elements.fresh.checked = false;
      showRun();
    }
  });
  form.addEventListener('input', () => {
    form.querySelector('.hint').classList.remove('refused');
    draw();
  });
}

byId('stop').addEventListener('click', () => byId('stopDialog').showModal());
byId('stopDialog').addEventListener('close', () => {
  const dialog = byId('stopDialog');
  if (dialog.returnValue === 'stop') act(() => server.stop(state.task.id, byId('reason').value));
  dialog.returnValue = '';
});
byId('crash').addEventListener('click', async () => {
  const answer = await act(() => server.crash(state.task.id));
  if (answer instanceof server.Refused && answer.status === 404) byId('crash').hidden = true;
});
byId('nudge').addEventListener('click', () => act(() => server.nudge(state.task.id)));
byId('reattach').addEventListener('click', async () => {
  const after = state.story.lastSeq;
  watch(after, state.story.end !== null);
  try {
    const missed = (await server.task(state.task.id)).lastSeq - after;
    tell(`Reattached after event ${after}: ${missed > 0 ? `${missed} event${missed === 1 ? '' : 's'} replayed` : 'nothing was missed'}.`);
  } catch {
    tell(`The server does not answer; the stream goes on after event ${after} when it is back.`, true);
  }
});
byId('copy').addEventListener('click', async () => {
  const line = byId('curl');
  getSelection().selectAllChildren(line);
  const copied = await navigator.clipboard?.writeText(line.textContent).then(() => true, () => false);
  tell(copied ? 'The curl line is in the clipboard.' : 'The curl line is selected: copy it with Ctrl+C.');
});
byId('more').addEventListener('click', () => {
  state.limit = Math.min(MOST_TASKS, state.limit + 100);
  poll();
});
document.addEventListener('visibilitychange', poll);
addEventListener('hashchange', () => {
  const id = decodeURIComponent(location.hash.slice(1));
  if (id && id !== state.task?.id) select(id).catch(() => tell('There is no such task.', true));
});
new ResizeObserver(draw).observe(byId('run'));
poll();
