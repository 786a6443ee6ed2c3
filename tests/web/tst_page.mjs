// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The live page read as text: nothing that its Content-Security-Policy would refuse, nothing that turns text into markup,
// and no name that does not exist.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

const folder = new URL('../../resources/web/', import.meta.url);
const read = (name) => readFileSync(new URL(name, folder), 'utf8');
const modules = readdirSync(folder).filter((name) => name.endsWith('.mjs'));
const html = read('index.html');
const css = read('page.css');
const script = modules.map(read).join('\n');
const all = (text, pattern) => [...text.matchAll(pattern)].map((found) => found[1]);

test('every file of the page is compiled in, and nothing else is asked for', () => {
  const listed = read('CMakeLists.txt').match(/ PREFIX[^)]*/g).join('\n');
  const made = ['palette.css', 'icon.svg'];
  for (const name of readdirSync(folder)) {
    if (!['CMakeLists.txt', 'README.md'].includes(name)) assert.ok(listed.includes(name), `${name} is not in CMakeLists.txt`);
  }
  for (const path of [...all(html, /(?:href|src)="\/([^"]*)"/g), ...all(script, /from '\.\/([^']*)'/g)]) {
    assert.ok(made.includes(path) || readdirSync(folder).includes(path), `${path} does not exist`);
  }
});

test('no inline script, no inline style, no foreign address', () => {
  assert.equal(html.match(/<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]* src=)/i), null);
  assert.equal((html + css).match(/(?:src|href)="?https?:|url\(["']?https?:|@import/i), null);
  assert.equal(script.match(/setAttribute\(\s*'(style|on\w+)'|\bimport\(|new Function|\beval\(/), null);
});

test('text never becomes markup', () => {
  assert.equal(script.match(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser/), null);
});

test('every element that a module asks for is on the page', () => {
  const ids = new Set(all(html, /\bid="([^"]*)"/g));
  for (const id of all(script, /byId\('([^']*)'\)/g)) assert.ok(ids.has(id), `#${id} is not in index.html`);
});

test('every colour is named in both palettes', () => {
  const palettes = JSON.parse(readFileSync(new URL('../palette.json', folder), 'utf8'));
  const own = new Set(all(css, /--(\w+):/g));
  const used = [...all(css + script, /var\(--(\w+)\)/g), ...all(script, /colour\('(\w+)'\)/g)].filter((name) => !own.has(name));
  for (const name of used) {
    for (const theme of ['dark', 'light']) assert.ok(name in palettes[theme], `${name} is not in the ${theme} palette`);
  }
  assert.deepEqual(Object.keys(palettes.dark), Object.keys(palettes.light));
});
