// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// node makevectors.mjs > vectors.json: what canonical JSON and keys must be, by a program that shares nothing with ours.
// JSON.stringify prints scalars as RFC 8785 asks, and Array.sort orders texts by UTF-16 code unit.

import { createHash } from 'node:crypto';

function canonical(value) {
    if (Array.isArray(value))
        return `[${value.map(canonical).join(',')}]`;
    if (value !== null && typeof value === 'object')
        return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
    return JSON.stringify(value);
}

function bitsOf(number) {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, number);
    return view.getBigUint64(0).toString(16).padStart(16, '0');
}

function fromBits(bits) {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, bits);
    return view.getFloat64(0);
}

// xorshift64: the same numbers in every run.
let state = 0x9e3779b97f4a7c15n;
function random64() {
    state ^= (state << 13n) & 0xffffffffffffffffn;
    state ^= state >> 7n;
    state ^= (state << 17n) & 0xffffffffffffffffn;
    return state;
}

const chosen = [
    0, -0, 1, -1, 7, 10, 100, 0.1, 0.5, -0.25, 1.5, 1e21, 1e20, 1e22, -1e21, 999999999999999900000, 1e-6, 1e-7, 1.5e-7, 123e-8,
    5e-324, -5e-324, 2.2250738585072014e-308, 2.225073858507201e-308, 1.7976931348623157e308, -1.7976931348623157e308,
    9007199254740991, 9007199254740992, 2 ** 53 + 2, -(2 ** 53), 2 ** 63, 2 ** 64, 333333333.33333329, 4.5, 2e-3, 1e23, 9.5367431640625e-7,
    0.000001, 0.0000012, 123456789012345680000, 1234567890123456800000, 1 / 3, 2 / 3, 4.35, 0.3, 0.1 + 0.2, 1e100, 1e-100,
    295147905179352830000, 5e20, 4503599627370495.5, 4503599627370496.5, 1424953923781206.2, 100000000000000000000000,
];
for (let power = -30; power <= 30; ++power)
    chosen.push(10 ** power, -3.7 * 10 ** power);
while (chosen.length < 700) {
    const number = fromBits(random64());
    if (Number.isFinite(number))
        chosen.push(number);
}

const texts = [
    '{}', '[]', '""', 'null', 'true', 'false', '0', '-0', '-0.0', '7.0', '70e-1', '1e21', '1E+2', '9007199254740993', '1e-7',
    ' {  } ', '\n[\t]\r', '[[],{},[[]],{"":{}}]', '{"a":{},"":[]}',
    '{"b":1,"a":2,"aa":3,"B":4,"":5}', '{"10":1,"9":2,"1":3,"01":4}',
    '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew","1":"One","\\ud83d\\ude00":"Smiley","\\u0080":"Control","\\u00f6":"o"}',
    '{"\\uffff":1,"\\ud800\\udc00":2,"\\ue000":3}',
    '"\\u0000\\u0001\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u001f\\u007f\\u0080\\u009f"',
    '"\\"\\\\\\/ / <>&\' \\u2028\\u2029 \\ufeff"', '"é e\\u0301 ß 日本語 𝄞 \\ud834\\udd1e 👩‍👩‍👧"',
    '[1,2.50,-3e0,[4,[5,[6,[7]]]],{"z":[{"y":[{"x":{}}]}]}]',
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    '{"n":10,"sleepMs":500}', '{"sleepMs":500,"n":1e1}', '{"a":1,"b":{"d":[null,{"f":1,"e":0}],"c":""}}',
    `${'['.repeat(200)}${']'.repeat(200)}`,
];

const starts = [
    ['count-to-n', '{"n":10,"sleepMs":500}', 'local'],
    ['count-to-n', '{"sleepMs":500,"n":10}', 'local'],
    ['count-to-n', '{"n":10,"sleepMs":500}', 'ada'],
    ['count-to-n', '{"n":10,"runId":"a","sleepMs":500}', 'local'],
    ['pipeline-with-steps', '{"rows":1000,"stageMs":1500}', 'local'],
    ['Größe 日本 😀', '{"text":"a\\u0000b\\"c\\\\","half":0.5,"big":1e21,"list":[1,[],{}]}', 'frau@exämple'],
    ['', '{}', ''],
];

process.stdout.write(`${JSON.stringify({
    numbers: chosen.map((number) => [bitsOf(number), JSON.stringify(number)]),
    values: texts.map((text) => [text, canonical(JSON.parse(text))]),
    keys: starts.map(([name, text, userId]) => {
        const material = canonical({ input: JSON.parse(text), name, userId });
        return { name, input: text, userId, canonical: material, key: createHash('sha256').update(material, 'utf8').digest('hex') };
    }),
}, null, 1)}\n`);
