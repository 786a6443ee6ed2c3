// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The one jagged line: the same task breaks the same way here, in the window and in every export.

/** Numbers in [0, 1) that depend on the seed alone: xorshift32, begun with the FNV-1a hash of its bytes. */
export function randomOf(seed) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(seed)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  let state = hash || 1;
  return () => {
    state = (state ^ (state << 13)) >>> 0;
    state = (state ^ (state >>> 17)) >>> 0;
    state = (state ^ (state << 5)) >>> 0;
    return state / 2 ** 32;
  };
}

/** The joints [x, y] of a crack that runs from y0 to y1 and strays from x by no more than amplitude. */
export function crack(seed, x, y0, y1, amplitude, step = 9) {
  const random = randomOf(seed);
  const count = Math.max(4, Math.min(200, Math.round((y1 - y0) / step)));
  const joints = [];
  for (let k = 0; k <= count; ++k) {
    const along = random();
    const aside = random();
    const dx = (k % 2 ? 1 : -1) * amplitude * (0.35 + 0.65 * aside);
    const dy = k === 0 || k === count ? 0 : ((along - 0.5) * 0.55) / count;
    joints.push([x + dx, y0 + (y1 - y0) * (k / count + dy)]);
  }
  return joints;
}

/** A hair that leaves the joint of that index, to the left (-1) or to the right (1), in three segments. */
export function hair(joints, index, direction, length, name) {
  const random = randomOf(name + index);
  let [x, y] = joints[Math.min(index, joints.length - 1)];
  const points = [[x, y]];
  for (let i = 0; i < 3; ++i) {
    x += ((direction * length) / 3) * (0.8 + 0.4 * random());
    y += (random() - 0.5) * length * 0.62;
    points.push([x, y]);
  }
  return points;
}

export const moved = (points, dx, dy = 0) => points.map(([x, y]) => [x + dx, y + dy]);
