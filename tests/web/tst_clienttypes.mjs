// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The types that a real server gives out, under tsc --strict: clientuses.ts has right and wrong uses of them. Ends with 77
// when there is no tsc (Debian: node-typescript).

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import * as client from '../../resources/web/client.mjs';
import { getJson, serve } from './serve.mjs';

if (spawnSync('tsc', ['--version']).error) {
  console.log('there is no tsc');
  process.exit(77);
}

const uses = readFileSync(new URL('clientuses.ts', import.meta.url), 'utf8');

test('right uses are taken, wrong ones refused', async (t) => {
  const server = await serve(t);
  const types = await (await fetch(`${server.url}/client.d.ts`)).text();
  for (const { name } of (await getJson(`${server.url}/api/definitions`)).definitions) assert.ok(types.includes(`\n  "${name}": {`), name);
  const files = { 'client.d.ts': types, 'client.d.mts': types, 'uses.ts': uses, 'uses.mts': uses.replaceAll("'./client'", "'./client.mjs'") };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(server.folder, name), text);
  for (const [file, module] of [['uses.ts', 'node'], ['uses.mts', 'node16']]) {
    const { status, stdout } = spawnSync('tsc', ['--strict', '--noEmit', '--target', 'es2022', '--moduleResolution', module, '--module',
      module === 'node' ? 'es2022' : module, file], { cwd: server.folder, encoding: 'utf8' });
    assert.equal(status, 0, stdout);
  }
});

test('the types name what the module exports', () => {
  const types = readFileSync(new URL('../../resources/web/client.d.ts', import.meta.url), 'utf8');
  const named = [...types.matchAll(/^export (?:class|function) (\w+)/gm)].map(([, name]) => name);
  assert.deepEqual([...new Set(named)].sort(), Object.keys(client).sort());
});
