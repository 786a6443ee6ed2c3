// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// An EventSource hears only the types that it was told: these are all that a task's stream can have.

const OF_THE_ENGINE = ['created', 'attempt_started', 'step_retry', 'retry_scheduled', 'suspended', 'resumed', 'signal_received',
  'stop_requested', 'completed', 'failed', 'cancelled'];

export async function eventTypes(server, name) {
  const { definitions } = await (await fetch(`${server}/api/definitions`)).json();
  const { events } = definitions.find((definition) => definition.name === name);
  return [...OF_THE_ENGINE, ...events.map(({ type }) => type)];
}
