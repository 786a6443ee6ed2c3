// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The event stream of the WHATWG standard, read whole, byte by byte, and cut in two and in three at every byte.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { EventStreamParser } from '../../resources/web/client.mjs';

function read(pieces, seed) {
  const parser = new EventStreamParser(seed);
  const log = pieces.flatMap((piece) => parser.feed(piece)).map(({ id, type, data }) => `${id}|${type}|${data}`);
  return { log, lastEventId: parser.lastEventId, retry: parser.retry };
}

const bytesOf = (...parts) => Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

function readEveryWay(bytes, expected) {
  assert.deepEqual(read([bytes]), expected, 'whole');
  assert.deepEqual(read([...bytes].map((byte) => Uint8Array.of(byte))), expected, 'byte by byte');
  const none = new Uint8Array();
  for (let i = 0; i <= bytes.length; ++i) {
    assert.deepEqual(read([bytes.subarray(0, i), none, bytes.subarray(i)]), expected, `cut at ${i}`);
    for (let j = i + 1; j < Math.min(bytes.length, i + 4); ++j)
      assert.deepEqual(read([bytes.subarray(0, i), bytes.subarray(i, j), bytes.subarray(j)]), expected, `cut at ${i} and ${j}`);
  }
}

const ROWS = [
  ['nothing', '', []],
  ['one event', 'data: x\n\n', ['|message|x']],
  ['all fields', 'id: 1\nevent: tick\ndata: {}\nretry: 5\n\n', ['1|tick|{}']],
  ['the order of fields does not matter', 'data: {}\nevent: tick\nid: 1\n\n', ['1|tick|{}']],

  ['CR', 'data: a\rdata: b\r\r', ['|message|a\nb']],
  ['CR LF', 'data: a\r\ndata: b\r\n\r\n', ['|message|a\nb']],
  ['mixed', 'data: a\rdata: b\ndata: c\r\n\r', ['|message|a\nb\nc']],
  ['LF CR are two ends', 'data: a\n\rdata: b\n\n', ['|message|a', '|message|b']],
  ['CR CR LF is a line and a blank one', 'data: a\r\r\ndata: b\n\n', ['|message|a', '|message|b']],
  ['CR LF, then a blank line by LF', 'data: a\r\n\ndata: b\r\r\n', ['|message|a', '|message|b']],
  ['no other line end', 'data: a\vb\fc\u0085d\u2028e\u2029f\n\n', ['|message|a\vb\fc\u0085d\u2028e\u2029f']],

  ['mark at the start', '\uFEFFdata: a\n\n', ['|message|a']],
  ['mark alone on a line', '\uFEFF\ndata: a\n\n', ['|message|a']],
  ['two marks: the second is part of a name', '\uFEFF\uFEFFdata: a\ndata: b\n\n', ['|message|b']],
  ['mark after a blank line is part of a name', '\n\uFEFFdata: b\n\ndata: c\n\n', ['|message|c']],
  ['mark in a value stays', 'data:\uFEFFa\n\n', ['|message|\uFEFFa']],

  ['comment', ': keep-alive\n\ndata: a\n\n', ['|message|a']],
  ['comment inside an event', 'data: a\n:\n: data: x\ndata: b\n\n', ['|message|a\nb']],
  ['comment does not dispatch', 'data: a\n:\n', []],

  ['no space after the colon', 'data:a\n\n', ['|message|a']],
  ['one space goes, others stay', 'data:  a \n\n', ['|message| a ']],
  ['a tab is no space', 'data:\ta\n\n', ['|message|\ta']],
  ['only the first colon splits', 'data: a: b\nevent:x:y\n\n', ['|x:y|a: b']],
  ['unknown fields', 'foo: 1\nbar\ndata: a\n\n', ['|message|a']],
  ['names are exact', 'Data: 1\nDATA: 2\n data: 3\ndata : 4\ndat: 5\ndatas: 6\nId: 1\nEvent: x\ndata: 7\n\n', ['|message|7']],

  ['several lines', 'data: a\ndata: b\ndata: c\n\n', ['|message|a\nb\nc']],
  ['data without a colon is an empty line', 'data\ndata\n\n', ['|message|\n']],
  ['one empty line of data is an event', 'data\n\ndata:\n\ndata: \n\n', ['|message|', '|message|', '|message|']],
  ['only one line feed is taken off', 'data: a\ndata:\ndata:\n\n', ['|message|a\n\n']],
  ['no data, no event', 'event: tick\nid: 4\n\n', [], '4'],
  ['blank lines alone', '\n\r\r\n\n\n', []],
  ['NUL in data', 'data: a\0b\n\n', ['|message|a\0b']],

  ['the last type counts', 'event: a\nevent: b\ndata: x\n\n', ['|b|x']],
  ['an empty type is message', 'event: a\nevent\ndata: x\n\n', ['|message|x']],
  ['the type is reset by an event', 'event: a\ndata: x\n\ndata: y\n\n', ['|a|x', '|message|y']],
  ['the type is reset without an event', 'event: a\n\ndata: y\n\n', ['|message|y']],

  ['the id stays', 'id: 1\ndata: a\n\ndata: b\n\n', ['1|message|a', '1|message|b']],
  ['an id without data counts', 'id: 1\n\ndata: b\n\n', ['1|message|b']],
  ['an empty id resets', 'id: 1\ndata: a\n\nid\ndata: b\n\nid: 2\ndata: c\n\nid:\ndata: d\n\n',
    ['1|message|a', '|message|b', '2|message|c', '|message|d']],
  ['the last id counts', 'id: 1\nid: 2\ndata: a\n\n', ['2|message|a']],
  ['an id with NUL is ignored', 'id: 1\nid: 2\0' + '3\ndata: a\n\n', ['1|message|a']],
  ['an id is any text', 'id: \u00e9 x\ndata: a\n\n', ['\u00e9 x|message|a']],
  ['an id without its blank line does not count', 'id: 1\ndata: a\n\nid: 2\ndata: b\n', ['1|message|a']],

  ['no blank line at the end', 'data: a\n\ndata: b\n', ['|message|a']],
  ['no line end at the end', 'data: a\n\ndata: b', ['|message|a']],
  ['nothing after CR', 'data: a\r\n\r', ['|message|a']],
  ['four blocks', ': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n',
    ['1|message|first event', '|message|second event']],
];

for (const [name, text, log, id] of ROWS) {
  test(name, () => readEveryWay(bytesOf(text), { log, lastEventId: id ?? log.at(-1)?.split('|')[0] ?? '', retry: name === 'all fields' ? 5 : null }));
}

const BROKEN = [
  ['four bytes', [0x61, 0xf0, 0x9f, 0x98, 0x80, 0x7a], 'a\u{1F600}z'],
  ['three bytes, twice', [0xe2, 0x82, 0xac, 0xe2, 0x82, 0xac], '\u20ac\u20ac'],
  ['cut off by the line end', [0x61, 0xf0, 0x9f, 0x98], 'a\uFFFD'],
  ['trailing byte alone', [0x61, 0x80, 0x7a], 'a\uFFFDz'],
  ['overlong', [0xc0, 0xaf], '\uFFFD\uFFFD'],
  ['overlong line feed', [0xc0, 0x8a], '\uFFFD\uFFFD'],
  ['surrogate', [0xed, 0xa0, 0x80], '\uFFFD\uFFFD\uFFFD'],
  ['lead after lead', [0xe2, 0xe2, 0x82, 0xac], '\uFFFD\u20ac'],
  ['a lead byte does not eat a colon', [0xe2, 0x3a, 0x20, 0x78], '\uFFFD: x'],
];

for (const [name, value, decoded] of BROKEN) {
  test(`bytes cut apart or broken: ${name}`, () => {
    for (const end of ['\n', '\r', '\r\n']) {
      readEveryWay(bytesOf('id:', value, end, 'event:', value, end, 'data:', value, end, end),
        { log: [`${decoded}|${decoded}|${decoded}`], lastEventId: decoded, retry: null });
    }
  });
}

const RETRIES = [
  ['retry: 1000\n\n', 1000], ['retry:1000\n', 1000], ['retry: 7', null], ['retry: 0\n', 0], ['retry: 0012\n', 12], ['retry: 5\nretry: 6\n', 6],
  ['retry: 5\nretry: 6x\n', 5], ['retry\nretry:\nretry: \n', null], ['retry:  5\n', null], ['retry: 5 \n', null], ['retry: -5\nretry: +5\n', null],
  ['retry: 5.0\n', null], ['retry: \u0665\n', null], ['retry: 0x10\n', null], [`retry: ${'9'.repeat(200)}\n`, 2147483647],
];

test('retry is digits and nothing else', () => {
  for (const [text, retry] of RETRIES) readEveryWay(bytesOf(text), { log: [], lastEventId: '', retry });
});

test('a carriage return ends a line at once', () => {
  const parser = new EventStreamParser();
  assert.equal(parser.feed(bytesOf('data: a\r\r')).length, 1);
  assert.deepEqual(parser.feed(bytesOf('\n')), []);
  assert.deepEqual(parser.feed(bytesOf('\n')), []);
  assert.deepEqual(parser.feed(bytesOf('data: b\r\n\r')), [{ id: '', type: 'message', data: 'b' }]);
});

test('the seed is the id until the stream names one', () => {
  assert.deepEqual(read([bytesOf('data: a\n\nid: 8\ndata: b\n\nid\ndata: c\n\n')], '7').log, ['7|message|a', '8|message|b', '|message|c']);
  assert.equal(read([bytesOf('retry: 1000\n\n: keep-alive\n\n')], '7').lastEventId, '7');
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
