// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The live page: the tasks, and the run of the one that is selected. Events come by the feed that all tabs share; what no
// event tells (heartbeats, and that one is missing) is asked for while the page is seen. Goes on by itself when the server
// was away.

import { streamOf, wantsToken } from './address.mjs';
import * as server from './server.mjs';
import { Starting } from './start.mjs';
import { apply, isTerminal, newStory } from './story.mjs';
import { byId, clockTime, say, seconds, showBanner, showEvents, showHead, showOutcome, showSample, showStages, showTasks, showTicks } from './view.mjs';

const POLL_MS = 1000;
const IDLE_POLL_MS = 5000; // While nothing is under way.
const CHANGED_POLL_MS = 100; // After an event.
const LIFE = new Set(['attempt_started', 'suspended', 'resumed', 'retry_scheduled', 'stop_requested']); // The state is another one then.
const SILENCE_MS = 2500; // Two heartbeats missed: it looks broken before it counts as stale.
const FIRST_PAGE = 50;
const MOST_TASKS = 500;

const state = {
  tasks: [], limit: FIRST_PAGE, more: false, connected: null, status: 0,
  id: decodeURIComponent(location.hash.slice(1)), task: null, story: null, log: null,
  isLive: false, isReading: false,
  heard: { heartbeat: '', at: 0 }, // When the selected task's heartbeat last changed, by our own clock.
  crashed: 0, // The attempt that this page has crashed.
  polledAt: 0, arrivedAt: 0, mendedAt: 0, behind: 0,
};
let pollTimer = 0;
let pollAt = 0;
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
  const owner = `Owner ${task.worker ?? 'unknown'}`;
  if (state.connected === false && !isTerminal(task.state)) return 'As it was when the server last answered.';
  if (task.state === 'running' && broken) return `${owner} gives no sign of life for this attempt.`;
  if (task.state === 'running') return `${owner} is alive, heartbeat ${seconds(now() - state.heard.at)} ago.`;
  if (task.state === 'pending' && task.wakeAt) return `Waits until ${clockTime(task.wakeAt)}.`;
  if (task.state === 'pending') return 'Waits for a worker.';
  if (task.state === 'suspended' && task.wakeAt) return `Sleeps until ${clockTime(task.wakeAt)}, then goes on by itself.`;
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
  starting.hint(state.tasks);
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
  say(byId('replayed'), String(state.log.replayed));
  say(byId('streamState'), streamInWords());
  say(byId('summary'), task.summary ?? '');
  say(byId('curl'), `curl -N ${wantsToken ? '-H "Authorization: Bearer $TOKEN" ' : ''}${location.origin}${streamOf(task.id)}`);
  byId('again').hidden = !starting.canRunAgain(task);
  byId('stop').disabled = isTerminal(task.state);
  byId('crash').disabled = task.state !== 'running' || open;
  const counting = open && live.staleInMs > 0;
  if (counting && !countdown) countdown = setInterval(draw, matchMedia('(prefers-reduced-motion: reduce)').matches ? 1000 : 100);
  if (!counting && countdown) countdown = clearInterval(countdown) ?? 0;
}

function streamInWords() {
  if (state.story.end && state.story.lastSeq >= state.task.lastSeq) return 'log complete';
  if (!state.isLive) return 'waiting for the server';
  return state.isReading ? 'replaying' : 'live';
}

function setConnected(connected, status = 0) {
  if (state.connected === connected && state.status === status) return;
  if (state.connected === false) state.heard.at = now(); // Silence is only counted while we can hear.
  Object.assign(state, { connected, status });
  byId('connection').className = `connection ${connected ? 'up' : 'down'}`;
  const trouble = status === 401 ? 'the server wants its token: open /?token=…' : status >= 400 ? `the server answers ${status}, trying again` : 'no answer, trying again';
  say(byId('connectionText'), connected ? location.host : trouble);
  byId('connectedTo').hidden = !connected;
  if (connected) {
    server.crashExists().then((exists) => { byId('crash').hidden = !exists; }, () => {});
    server.definitions().then((definitions) => starting.know(definitions), () => {});
  }
}

function takeTask(task) {
  if (state.task?.id !== task.id) return;
  if (state.heard.heartbeat !== task.lastHeartbeatAt) state.heard = { heartbeat: task.lastHeartbeatAt, at: now() };
  state.task = task;
  state.polledAt = now();
  // The log has more than was brought, and not just for this moment: whatever the reason, the log has it.
  state.behind = task.lastSeq > state.log.last ? state.behind + 1 : 0;
  if (state.behind > 1) {
    state.log.catchUp(task.lastSeq).catch(() => {});
    state.behind = 0;
  }
}

/** Asks again after so long, or earlier when that was said before. */
function pollIn(ms) {
  const at = now() + ms;
  if (pollTimer && pollAt <= at) return;
  clearTimeout(pollTimer);
  pollAt = at;
  pollTimer = setTimeout(poll, ms);
}

async function poll() {
  clearTimeout(pollTimer);
  pollTimer = 0;
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
    else setConnected(false, problem instanceof server.Refused ? problem.status : 0);
  }
  draw();
  const isMoving = state.connected === false || state.tasks.some((task) => !isTerminal(task.state)) || (state.task && !isTerminal(state.task.state));
  pollIn(isMoving ? POLL_MS : IDLE_POLL_MS);
}

function forget() {
  state.log?.close();
  Object.assign(state, { id: '', task: null, story: null, log: null });
  speak({ follow: null });
  history.replaceState(null, '', location.pathname + location.search);
}

/** How long ago it gave its last sign of life, as far as that can be told: another machine's clock is not ours. */
const silenceOf = ({ lastHeartbeatAt }) =>
  (/^(localhost|127\.0\.0\.1|\[::1\])$/.test(location.hostname) && lastHeartbeatAt ? Math.max(0, Date.now() - Date.parse(lastHeartbeatAt)) : 0);

async function select(id) {
  const task = state.tasks.find((known) => known.id === id) ?? await server.task(id);
  if (state.task?.id === task.id) return;
  Object.assign(state, { id: task.id, task, story: newStory(task), polledAt: now(), heard: { heartbeat: task.lastHeartbeatAt, at: now() - silenceOf(task) }, crashed: 0, mendedAt: 0, behind: 0 });
  history.replaceState(null, '', `#${encodeURIComponent(task.id)}`);
  tell('');
  watch();
  draw();
}

/** In one column the run stands above what was pressed: go there. */
function showRun() {
  byId('run').scrollIntoView({ block: matchMedia('(max-width: 900px)').matches ? 'start' : 'nearest' });
}

function choose(id) {
  select(id).then(showRun, (problem) => tell(problem.message, true));
}

/** The selected task's events from its first one on. */
function watch() {
  state.log?.close();
  const { story } = state;
  state.log = new server.TaskLog(state.task.id, 0, {
    onEvent: (event, isReplayed) => {
      if (!apply(story, event)) return;
      const age = isReplayed ? Date.now() - Date.parse(event.at) : 0;
      state.arrivedAt = now() - Math.min(Math.max(0, age), 60_000);
      if (event.type === 'attempt_started') {
        state.crashed = 0;
        state.heard.at = Math.max(state.heard.at, now() - age);
        state.mendedAt = event.payload?.reason === 'recovery' && age < 600 ? now() : 0;
      }
      if (isTerminal(event.type) && age < 2000) tell('');
      if (isTerminal(event.type) || LIFE.has(event.type)) pollIn(CHANGED_POLL_MS);
      draw();
    },
    onState: (log) => {
      state.isReading = log === 'reading';
      draw();
    },
  });
  speak({ follow: state.task.id });
  state.log.catchUp().catch(() => {}); // Else with the next event, or the next poll.
}

/** What the feed says. */
function hear({ live, status, event, changed }) {
  if (live !== undefined) state.isLive = live === true;
  if (live === false) setConnected(false, status);
  if (live) {
    state.log?.catchUp().catch(() => {});
    poll();
  }
  if (event && event.taskId === state.task?.id) state.log.take(event);
  if (changed) pollIn(CHANGED_POLL_MS);
  draw();
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

const starting = new Starting(async (request) => {
  const answer = await act(() => server.start(request));
  if (answer instanceof server.Refused) return answer;
  if (answer === null) return new server.Refused(0, { detail: 'The server does not answer; nothing was started.' });
  showRun();
  return null;
}, draw);

const speak = server.joinFeed(hear);

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
  const after = state.log.last;
  speak({ reattach: true });
  try {
    const missed = await state.log.catchUp();
    tell(`Reattached after event ${after}: ${missed > 0 ? `${missed} event${missed === 1 ? '' : 's'} replayed` : 'nothing was missed'}.`);
  } catch {
    tell(`The server does not answer; the stream goes on after event ${after} when it is back.`, true);
  }
});
byId('again').addEventListener('click', () => starting.runAgain(state.task));
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
addEventListener('pagehide', () => speak({ leave: true }));
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) speak({ follow: state.task?.id ?? null });
});
new ResizeObserver(draw).observe(byId('run'));
speak({ follow: null });
poll();
