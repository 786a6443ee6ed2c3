// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The drawn pictures: glyphs, the tick ribbon, the seam between two events. All of it SVG made by hand, in colours by meaning.

import { crack, hair, moved } from './crack.mjs';

const GAP_MENDED = 12;
const GAP_OPEN = 20;
const DROP = 3;
const RADIUS = 7;
const SMALLEST_CELL = 3;
const SMALLEST_NUMBERED = 14;
const BRACKETS = 30; // Height of what stands below the ribbon.

let lastId = 0;

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const colour = (meaning) => `var(--${meaning})`;
export const attemptColour = (attempt) => (attempt > 0 ? colour(`attempt${((attempt - 1) % 6) + 1}`) : colour('line'));
const pointsOf = (points) => points.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join(' ');
const line = (points, stroke, width, extra = {}) =>
  svg('polyline', { points: pointsOf(points), fill: 'none', stroke, 'stroke-width': width, 'stroke-miterlimit': 3, ...extra });
const rect = (x, y, width, height, fill, extra = {}) => svg('rect', { x, y, width: Math.max(0, width), height, fill, ...extra });

// State glyphs: the shape says it before the colour does.
const GLYPHS = {
  running: ['running', [['circle', { cx: 7, cy: 7, r: 3, fill: 1 }],
    ['circle', { cx: 7, cy: 7, r: 5.6, stroke: 1, 'stroke-width': 1.4, 'stroke-dasharray': '26.4 8.8', transform: 'rotate(-60 7 7)' }]]],
  stale: ['stale', [['path', { d: 'M5.6 1.6A5.6 5.6 0 0 0 5.9 12.5M8.4 12.4A5.6 5.6 0 0 0 8.1 1.5', stroke: 1, 'stroke-width': 1.5 }],
    ['path', { d: 'M7.8 1 6 5l2.2 2.4L6.2 13', stroke: 1, 'stroke-width': 1.2 }]]],
  pending: ['idle', [['circle', { cx: 7, cy: 7, r: 5.2, stroke: 1, 'stroke-width': 1.5, 'stroke-dasharray': '2.2 1.88' }]]],
  suspended: ['suspended', [['rect', { x: 1.5, y: 1.5, width: 11, height: 11, rx: 2, stroke: 1, 'stroke-width': 1.4 }],
    ['path', { d: 'M5.3 4.6v4.8M8.7 4.6v4.8', stroke: 1, 'stroke-width': 1.7 }]]],
  completed: ['done', [['circle', { cx: 7, cy: 7, r: 6, fill: 1 }],
    ['path', { d: 'm4.2 7.2 2 2 3.7-4.2', stroke: 'panel', 'stroke-width': 1.6 }]]],
  failed: ['failed', [['rect', { x: 1.2, y: 1.2, width: 11.6, height: 11.6, rx: 2, fill: 1 }],
    ['path', { d: 'm4.6 4.6 4.8 4.8M9.4 4.6 4.6 9.4', stroke: 'panel', 'stroke-width': 1.6 }]]],
  cancelled: ['idle', [['circle', { cx: 7, cy: 7, r: 5.4, stroke: 1, 'stroke-width': 1.4 }],
    ['path', { d: 'M3.4 10.6 10.6 3.4', stroke: 1, 'stroke-width': 1.4 }]]],
};

export function glyph(state) {
  const [meaning, shapes] = GLYPHS[state] ?? GLYPHS.pending;
  const picture = svg('svg', { class: 'glyph', width: 14, height: 14, viewBox: '0 0 14 14', fill: 'none', 'aria-hidden': 'true' });
  for (const [name, attributes] of shapes) {
    const inked = { ...attributes };
    for (const key of ['fill', 'stroke']) {
      if (inked[key]) inked[key] = colour(inked[key] === 1 ? meaning : inked[key]);
    }
    picture.append(svg(name, inked));
  }
  return picture;
}

/** Gold along these joints: its dark edge, then the line with its glints. */
function seam(joints, width) {
  const id = `gold${++lastId}`;
  const gradient = svg('linearGradient', { id, gradientUnits: 'userSpaceOnUse', x1: 0, x2: 0, y1: joints[0][1], y2: joints.at(-1)[1] });
  [[0, 'seam'], [0.28, 'seamHi'], [0.52, 'seam'], [0.78, 'seamHi'], [1, 'seam']].forEach(([offset, meaning]) =>
    gradient.append(svg('stop', { offset, 'stop-color': colour(meaning) })));
  return svg('g', {}, gradient, line(joints, colour('seamLo'), width + 2), line(joints, `url(#${id})`, width));
}

/** Where the cells of a ribbon lie: the breaks push them apart. */
function layout(story, open, width) {
  const breaks = story.breaks.filter((gap) => gap.mended).map((gap) => ({ ...gap, open: false, gap: GAP_MENDED }));
  if (open) breaks.push({ attempt: story.attempts.at(-1) ?? 1, afterTick: story.done, open: true, gap: GAP_OPEN });
  const wanted = breaks.reduce((sum, gap) => sum + gap.gap, 0);
  const shrink = wanted > width * 0.4 ? (width * 0.4) / wanted : 1;
  const cell = (width - wanted * shrink) / Math.max(1, story.count);
  let pushed = 0;
  for (const gap of breaks) {
    gap.gap *= shrink;
    gap.centre = gap.afterTick * cell + pushed + gap.gap / 2;
    pushed += gap.gap;
  }
  const before = (tick) => breaks.reduce((sum, gap) => sum + (gap.afterTick < tick ? gap.gap : 0), 0);
  return { breaks, shrink, cell, left: (tick) => (tick - 1) * cell + before(tick), right: (tick) => tick * cell + before(tick) };
}

/** The pieces between the breaks, each with its outline: the cells beside a break are cut by the crack itself. */
function pieces(story, place, width, height, amplitude) {
  const found = [];
  let piece = { from: 1, x0: 0, drop: 0, left: null };
  for (const gap of place.breaks) {
    gap.joints = crack(`${story.task}:${gap.attempt}`, gap.centre, 0, height, amplitude * place.shrink);
    const apart = gap.open ? gap.gap / 2 : 0;
    found.push({ ...piece, to: gap.afterTick, x1: gap.centre, right: moved(gap.joints, -apart, piece.drop) });
    const drop = piece.drop + (gap.open ? DROP : 0);
    piece = { from: gap.afterTick + 1, x0: gap.centre, drop, left: moved(gap.joints, apart, drop) };
  }
  found.push({ ...piece, to: story.count, x1: width, right: null });
  for (const one of found) one.outline = outlineOf(one, height);
  return found.filter((one) => one.to >= one.from || (one.left && one.right));
}

function outlineOf({ x0, x1, drop, left, right }, height) {
  const r = Math.max(0, Math.min(RADIUS, (x1 - x0) / 2));
  const top = drop;
  const bottom = height + drop;
  const start = left ? `M${pointsOf([...left].reverse())}` : `M${x0 + r},${bottom}Q${x0},${bottom} ${x0},${bottom - r}V${top + r}Q${x0},${top} ${x0 + r},${top}`;
  const end = right ? `L${pointsOf(right)}` : `L${x1 - r},${top}Q${x1},${top} ${x1},${top + r}V${bottom - r}Q${x1},${bottom} ${x1 - r},${bottom}`;
  return `${start}${end}Z`;
}

/**
 * The tick ribbon. open: nobody drives it, so it lies there broken; current: the attempt that works at the next tick,
 * with sinceMs of its pause over; mending: how long ago the last break was mended, or null when that is history.
 */
export function ribbon(story, { width, narrow, open, current, sinceMs, mending, fresh }) {
  const height = narrow ? 48 : 58;
  const place = layout(story, open, width);
  const picture = svg('svg', { class: 'ribbon', width, height: height + DROP + BRACKETS, role: 'img', 'aria-label': ribbonInWords(story, open) });
  for (const piece of pieces(story, place, width, height, narrow ? 4 : 5)) {
    const id = `piece${++lastId}`;
    const cells = svg('g', { 'clip-path': `url(#${id})` }, rect(piece.x0 - 20, piece.drop, piece.x1 - piece.x0 + 40, height, colour('raised')));
    picture.append(svg('clipPath', { id }, svg('path', { d: piece.outline })), cells);
    for (const span of story.spans) paintSpan(cells, piece, span, place, height);
    if (current) paintCurrent(cells, piece, place, height, story, current, sinceMs);
    paintCells(cells, piece, place, height, story, current, fresh);
    if (piece.to > story.done) picture.append(svg('path', { d: piece.outline, fill: 'none', stroke: colour('line') }));
  }
  for (const gap of place.breaks) picture.append(gap.open ? openBreak(gap, place, story) : mendedBreak(gap, place, story, gap === place.breaks.at(-1) ? mending : null));
  brackets(picture, story, place, height + DROP, width, narrow, open);
  return picture;
}

function paintSpan(cells, piece, span, place, height) {
  const from = Math.max(span.from, piece.from);
  const to = Math.min(span.to, piece.to);
  if (to < from) return;
  const x0 = place.left(from) - (from === piece.from && piece.left ? GAP_OPEN : 0);
  const x1 = place.right(to) + (to === piece.to && piece.right ? GAP_OPEN : 0);
  cells.append(rect(x0, piece.drop, x1 - x0, height, attemptColour(span.attempt)),
    rect(x0, piece.drop, x1 - x0, 1.5, 'white', { 'fill-opacity': 0.22 }));
}

function paintCurrent(cells, piece, place, height, story, attempt, sinceMs) {
  const tick = story.done + 1;
  if (tick < piece.from || tick > piece.to || place.cell < SMALLEST_CELL) return;
  const x0 = place.left(tick) - (tick === piece.from && piece.left ? GAP_OPEN : 0);
  const x1 = place.right(tick);
  const bar = rect(x0, piece.drop + height - 5, x1 - x0, 5, attemptColour(attempt), { class: 'progress' });
  bar.style.animationDuration = `${Math.max(1, story.pauseMs)}ms`;
  bar.style.animationDelay = `${-sinceMs}ms`;
  cells.append(rect(x0, piece.drop, x1 - x0, height, attemptColour(attempt), { 'fill-opacity': 0.2 }), bar);
}

function paintCells(cells, piece, place, height, story, current, fresh) {
  if (place.cell < SMALLEST_CELL) return;
  const size = Math.min(16, ((place.cell - 5) / String(story.count).length) * 1.7);
  for (let tick = piece.from; tick <= piece.to; ++tick) {
    const done = tick <= story.done;
    const isCurrent = current && tick === story.done + 1;
    if (tick > piece.from) {
      const joint = Math.min(1.5, place.cell * 0.2);
      cells.append(rect(place.left(tick) - joint / 2, piece.drop, joint, height, colour(tick - 1 <= story.done ? 'panel' : 'line')));
    }
    if (fresh && tick === story.done) {
      cells.append(rect(place.left(tick), piece.drop, place.cell, height, colour('raised'), { class: 'fresh' }));
    }
    if (place.cell >= SMALLEST_NUMBERED && size >= 9) {
      cells.append(svg('text', { x: place.left(tick) + place.cell / 2, y: piece.drop + height / 2 + size * 0.36, 'text-anchor': 'middle',
        'font-size': size, 'font-weight': 600, fill: colour(done ? 'onAttempt' : isCurrent ? 'text' : 'muted') }, String(tick)));
    }
  }
}

function openBreak(gap, place, story) {
  const left = moved(gap.joints, -gap.gap / 2);
  const right = moved(gap.joints, gap.gap / 2, DROP);
  const group = svg('g', {}, svg('polygon', { points: `${pointsOf(left)} ${pointsOf([...right].reverse())}`, fill: colour('crackVoid') }),
    line(left, colour('crack'), 1.5), line(right, colour('crack'), 1.5));
  if (place.cell >= SMALLEST_NUMBERED) {
    if (gap.afterTick > 0) {
      group.append(line(hair(left, 2, -1, Math.min(20, place.cell * 0.22), 'a'), colour('onAttempt'), 1),
        line(hair(left, 5, -1, Math.min(14, place.cell * 0.2), 'b'), colour('onAttempt'), 1));
    }
    if (gap.afterTick < story.count) group.append(line(hair(right, 3, 1, Math.min(18, place.cell * 0.22), 'c'), colour('crack'), 1));
  }
  return group;
}

function mendedBreak(gap, place, story, mending) {
  const group = svg('g');
  if (mending !== null && mending < 600) {
    group.setAttribute('class', 'mending');
    group.style.animationDelay = `${-mending}ms`;
  }
  if (place.cell >= SMALLEST_NUMBERED) {
    if (gap.afterTick > 0) group.append(line(hair(gap.joints, 1, -1, Math.min(15, place.cell * 0.2), 'a'), colour('seam'), 1));
    if (gap.afterTick < story.count) group.append(line(hair(gap.joints, 4, 1, Math.min(16, place.cell * 0.22), 'b'), colour('seam'), 1));
  }
  group.append(seam(gap.joints, Math.max(1, 4 * place.shrink)));
  return group;
}

/** What each attempt did, under its cells; words only where they fit. */
function brackets(picture, story, place, y, width, narrow, open) {
  const next = story.done < story.count && !open && !story.end ? `next: tick ${story.done + 1}` : '';
  const nextAt = width - next.length * 6.4;
  let free = 0;
  for (const [index, span] of story.spans.entries()) {
    const x0 = place.left(span.from);
    const x1 = place.right(span.to);
    picture.append(svg('path', { d: `M${x0 + 0.5},${y + 4}v5H${Math.max(x0 + 1, x1 - 0.5)}v-5`, fill: 'none', stroke: attemptColour(span.attempt), 'stroke-width': 1.5 }));
    const name = `Attempt ${span.attempt}`;
    const ticks = index === 0 || story.spans.length === 1 ? (span.from === span.to ? `tick ${span.from}` : `ticks ${span.from}–${span.to}`) : `from tick ${span.from}`;
    const until = index + 1 < story.spans.length ? place.left(story.spans[index + 1].from) - 8 : nextAt - 8;
    const x = Math.max(x0, free);
    if (x + name.length * 7 > until) continue;
    const text = svg('text', { x, y: y + 24, 'font-size': 12, fill: colour('text'), 'font-weight': 600 }, name);
    picture.append(text);
    free = x + name.length * 7 + 8;
    if (!narrow && free + ticks.length * 6.4 <= until) {
      picture.append(svg('text', { x: free, y: y + 24, 'font-size': 12, fill: colour('muted') }, ticks));
      free += ticks.length * 6.4 + 8;
    }
  }
  if (next && free <= nextAt) {
    picture.append(svg('text', { x: width, y: y + 24, 'font-size': 12, 'text-anchor': 'end', fill: colour('muted') }, next));
  }
}

function ribbonInWords(story, open) {
  const parts = story.spans.map((span) => `attempt ${span.attempt}: ticks ${span.from} to ${span.to}`);
  return `${story.done} of ${story.count} ticks. ${parts.join('; ')}${open ? `. Broken after tick ${story.done}` : ''}`;
}

/** The gold line between the last event before a break and the first one after it. */
export function rowSeam(task, attempt) {
  const length = 1600;
  const joints = crack(`${task}:s${attempt}`, 4, 0, length, 2.6, 26).map(([x, y]) => [y, x]);
  return svg('svg', { class: 'rowSeam', width: length, height: 8, 'aria-hidden': 'true' }, line(joints, colour('seamLo'), 3), line(joints, colour('seam'), 1.6));
}
