// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where things are on the server, and what it wants to see: the token that this page was opened with, if it has one.

const idOf = (task) => encodeURIComponent(task);

export const streamOfAll = '/api/events';
export const streamOf = (id) => `/api/durable-example/reattach/${idOf(id)}`;
export const taskAt = (id, action = '') => `/api/tasks/${idOf(id)}${action && '/'}${action}`;

const token = new URLSearchParams(globalThis.location?.search).get('token');
export const wantsToken = token !== null;
export const credentials = wantsToken ? { Authorization: `Bearer ${token}` } : {};
