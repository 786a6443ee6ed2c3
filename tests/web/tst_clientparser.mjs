// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// EventStreamParser against tests/sse/whatwg.json, the standard's sentences with rows for each: each stream whole, byte by byte, and
// cut in two and in three. Then what is beyond the standard: when a message comes, the seed, the bounds.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { EventStreamParser } from '../../resources/web/client.mjs';

const { sentences } = JSON.parse(readFileSync(new URL('../sse/whatwg.json', import.meta.url), 'utf8'));

const bytesOf = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));

/** Text in UTF-8, where %XX is a byte. */
const fromPercents = (text) =>
  Buffer.from(Buffer.from(text).toString('latin1').replace(/%([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1');

function read(pieces, seed) {
  const parser = new EventStreamParser(seed);
  const gives = pieces.flatMap((piece) => parser.feed(piece)).map(({ id, type, data }) => [id, type, data]);
  return { gives, lastEventId: parser.lastEventId, retry: parser.retry };
}

for (const { says, rows } of sentences) {
  test(says, () => {
    for (const { name, stream, gives, lastEventId = '', retry = null } of rows) {
      const bytes = fromPercents(stream);
      const check = (pieces, how) => assert.deepEqual(read(pieces), { gives, lastEventId, retry }, `${name}: ${how}`);
      check([bytes], 'whole');
      check([...bytes].map((byte) => Uint8Array.of(byte)), 'byte by byte');
      for (let i = 0; i <= bytes.length; ++i) {
        check([bytes.subarray(0, i), new Uint8Array(), bytes.subarray(i)], `cut at ${i}`);
        for (let j = i + 1; j < Math.min(bytes.length, i + 4); ++j)
          check([bytes.subarray(0, i), bytes.subarray(i, j), bytes.subarray(j)], `cut at ${i} and ${j}`);
      }
    }
  });
}

/** The algorithm as the standard tells it, on the whole stream at once. */
function readAsTold(bytes) {
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\r|\n/).slice(0, -1);
  const told = { gives: [], lastEventId: '', retry: null };
  let [data, type, id] = ['', '', ''];
  for (const line of lines) {
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line);
    if (line === '') {
      told.lastEventId = id;
      if (data !== '') told.gives.push([id, type === '' ? 'message' : type, data.replace(/\n$/, '')]);
      data = type = '';
    } else if (name === 'data') data += `${value}\n`;
    else if (name === 'event') type = value;
    else if (name === 'id' && !value.includes('\0')) id = value;
    else if (name === 'retry' && /^[0-9]+$/.test(value)) told.retry = Number(value);
  }
  return told;
}

test('random streams in random pieces read as the standard spells it', () => {
  const words = ['data', 'data:', 'data: ', 'id', 'id:', 'event:', ':', ' ', '\n', '\r', '\r\n', '\n\n', '\r\r', 'x', '\u20ac', '\0', 'retry: 5', 'retry:',
    '\ufeff'].map((word) => Buffer.from(word)).concat([[0xe2], [0x82], [0xf0, 0x9f, 0x98], [0xff], [0xef, 0xbb]].map(Buffer.from));
  let state = 20261125; // A seed.
  const below = (count) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % count;
  };
  for (let round = 0; round < 20_000; ++round) {
    const bytes = bytesOf(...Array.from({ length: below(30) }, () => words[below(words.length)]));
    const pieces = [];
    for (let at = 0; at < bytes.length;) {
      pieces.push(bytes.subarray(at, at + below(9)));
      at += pieces.at(-1).length;
    }
    assert.deepEqual(read(pieces), readAsTold(bytes), bytes.toString('hex'));
  }
});

test('a carriage return ends a line at once', () => {
  const parser = new EventStreamParser();
  assert.equal(parser.feed(bytesOf('data: a\r\r')).length, 1);
  assert.deepEqual(parser.feed(bytesOf('\n')), []);
  assert.deepEqual(parser.feed(bytesOf('\n')), []);
  assert.deepEqual(parser.feed(bytesOf('data: b\r\n\r')), [{ id: '', type: 'message', data: 'b' }]);
});

test('the seed is the id until the stream names one', () => {
  assert.deepEqual(read([bytesOf('data: a\n\nid: 8\ndata: b\n\nid\ndata: c\n\n')], '7').gives, [['7', 'message', 'a'], ['8', 'message', 'b'], ['', 'message', 'c']]);
  assert.equal(read([bytesOf('retry: 1000\n\n: keep-alive\n\n')], '7').lastEventId, '7');
});

test('a huge retry is cut to what a timer can wait', () => {
  for (const [digits, retry] of [['2147483646', 2147483646], ['2147483648', 2147483647], ['9'.repeat(400), 2147483647]])
    assert.equal(read([bytesOf(`retry: ${digits}\n`)]).retry, retry);
});

test('what never ends is refused', () => {
  const piece = Buffer.alloc(1 << 20, 'x');
  const feedFor = (start) => {
    const parser = new EventStreamParser();
    parser.feed(bytesOf(start));
    for (let i = 0; i < 16; ++i) parser.feed(start === '' ? piece : bytesOf('data:', piece, '\n'));
  };
  assert.throws(() => feedFor(''), { name: 'RequestError' });
  assert.throws(() => feedFor('data: a\n'), { name: 'RequestError' });
});

test('comments of any length in all cost nothing', () => {
  const parser = new EventStreamParser();
  const piece = bytesOf(`:${'x'.repeat(1 << 20)}\n`);
  for (let i = 0; i < 16; ++i) parser.feed(piece);
  assert.equal(parser.feed(bytesOf('data: a\n\n')).length, 1);
});
