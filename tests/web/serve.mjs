// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The real `kintsugi-cli serve`, whose path KINTSUGI_CLI holds, on a store of its own that goes with the test.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Ends with the test `t`. start() serves at the same address again after kill(), which is SIGKILL. */
export async function serve(t, ...flags) {
  const folder = mkdtempSync(join(tmpdir(), 'kintsugi-client-'));
  const { KINTSUGI_DB, KINTSUGI_ENV, PGHOST, ...env } = process.env;
  const server = {
    folder,
    url: '',
    process: null,
    async start() {
      const port = server.url === '' ? '0' : new URL(server.url).port;
      server.process = spawn(process.env.KINTSUGI_CLI, ['serve', '--db', join(folder, 'tasks.db'), '--port', port, ...flags],
        { env: { ...env, XDG_DATA_HOME: folder }, stdio: ['ignore', 'pipe', 'inherit'] });
      const lines = createInterface({ input: server.process.stdout });
      const [line] = await Promise.race([once(lines, 'line'), once(server.process, 'exit').then(([code]) => { throw new Error(`serve ended with ${code}`); })]);
      server.url = line.replace('listening on ', '');
    },
    async kill() {
      if (server.process.exitCode !== null || server.process.signalCode !== null) return;
      const exit = once(server.process, 'exit');
      server.process.kill('SIGKILL');
      await exit;
    },
  };
  t.after(async () => {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  await server.start();
  return server;
}

export async function getJson(url) {
  const response = await fetch(url, { headers: { Accept: 'application/json' } });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}

export const post = (url, body) =>
  fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body: JSON.stringify(body) });
