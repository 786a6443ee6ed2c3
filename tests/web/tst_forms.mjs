// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a form makes of a schema and of what was typed; the fields themselves are tried in a browser.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { kindOf, valueOf } from '../../resources/web/schemaform.mjs';
import { isSame } from '../../resources/web/start.mjs';

test('each kind of member has its kind of field', () => {
  const kinds = [[{ type: 'integer' }, 'integer'], [{ type: 'number' }, 'number'], [{ type: 'boolean' }, 'switch'], [{ type: 'string' }, 'text'],
    [{ type: 'string', enum: ['a', 'b'] }, 'choice'], [{ enum: [1, null] }, 'choice'], [{ type: 'array' }, 'json'], [{ type: 'object' }, 'json'],
    [{}, 'json'], [{ type: ['string', 'null'] }, 'json']];
  for (const [schema, kind] of kinds) assert.equal(kindOf(schema), kind, JSON.stringify(schema));
});

test('what was typed becomes a value, or is left out', () => {
  const typed = (schema, text) => valueOf(kindOf(schema), schema, { text });
  assert.equal(typed({ type: 'integer' }, '7'), 7);
  assert.equal(typed({ type: 'integer' }, ''), undefined);
  assert.equal(typed({ type: 'number' }, '1e-3'), 0.001);
  assert.equal(typed({ type: 'string' }, ''), undefined);
  assert.equal(typed({ type: 'string', default: '' }, ''), '');
  assert.equal(typed({ type: 'string' }, ' a '), ' a ');
  assert.equal(typed({ enum: [3, 'x', null] }, '2'), null);
  assert.deepEqual(typed({ type: 'array' }, '[1, {"a": "ö"}]'), [1, { a: 'ö' }]);
  assert.equal(typed({ type: 'object' }, ' '), undefined);
  assert.throws(() => typed({ type: 'object' }, '{a: 1}'), SyntaxError);
  assert.equal(valueOf('switch', {}, { text: 'on', checked: false }), false);
});

test('the same input is the same task, in whatever order it stands', () => {
  assert.ok(isSame({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }));
  for (const other of [{ a: 1 }, { a: 1, b: [1, { c: 0 }] }, { a: 1, b: [1] }, { a: 1, b: { 0: 1, 1: { c: null } } }, null, 'a', []]) {
    assert.ok(!isSame({ a: 1, b: [1, { c: null }] }, other), JSON.stringify(other));
  }
  assert.ok(!isSame(null, {}) && !isSame([], {}) && isSame(null, null));
});
