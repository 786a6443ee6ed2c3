// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Fields for the members of a JSON Schema: their ranges, defaults, choices and help, and what the server said was wrong.

import { h, say } from './view.mjs';

let lastId = 0;

/** What a member is edited as. */
export function kindOf(schema) {
  if (Array.isArray(schema.enum)) return 'choice';
  return { integer: 'integer', number: 'number', boolean: 'switch', string: 'text' }[schema.type] ?? 'json';
}

/** The value in a field, or undefined to leave the member out. Throws a SyntaxError for text that is no JSON. */
export function valueOf(kind, schema, { text, checked }) {
  if (kind === 'switch') return checked;
  if (kind === 'choice') return schema.enum[Number(text)];
  if (kind === 'text') return text === '' && schema.default !== '' ? undefined : text;
  if (text.trim() === '') return undefined;
  return kind === 'json' ? JSON.parse(text) : Number(text);
}

/** Fills `box` with a field for each member but runId, which a checkbox beside the form asks for in plainer words. */
export class SchemaForm {
  #fields = [];

  constructor(box, schema, { help = false } = {}) {
    const required = new Set(schema.required ?? []);
    const members = Object.entries(schema.properties ?? {}).filter(([name]) => name !== 'runId');
    box.replaceChildren(...members.map(([name, member]) => this.#field(name, member, required.has(name), help)));
  }

  #field(name, schema, isRequired, help) {
    const kind = kindOf(schema);
    const id = `field${++lastId}`;
    const editor = { choice: choice, text: text, json: json, switch: toggle }[kind]?.(schema) ?? numeric(schema, kind);
    editor.id = id;
    editor.name = name;
    editor.required = isRequired && kind !== 'switch';
    const unit = schema['x-unit'] ? `, ${schema['x-unit']}` : '';
    const label = h('label', '', h('span', '', `${schema.title ?? name}${unit}`), editor);
    const error = h('p', 'fieldError');
    error.id = `${id}error`;
    error.hidden = true;
    const parts = [label];
    const about = [error.id];
    if (help && schema.description) {
      const words = h('p', 'help muted', schema.description);
      words.id = `${id}help`;
      about.push(words.id);
      parts.push(words);
    }
    editor.setAttribute('aria-describedby', about.join(' '));
    this.#fields.push({ name, kind, schema, editor, error });
    return h('div', `field ${kind}`, ...parts, error);
  }

  /** The input, as far as it can be read; without `mark`, silently. */
  read(mark = false) {
    const input = {};
    for (const { name, kind, schema, editor, error } of this.#fields) {
      try {
        const value = valueOf(kind, schema, { text: editor.value, checked: editor.checked });
        if (value !== undefined && !Number.isNaN(value)) input[name] = value;
      } catch {
        if (!mark) continue;
        this.#mark({ editor, error }, 'This is no JSON.');
        editor.focus();
        return null;
      }
    }
    return input;
  }

  /** Puts these values in; members that are not named keep theirs. */
  write(input) {
    for (const { name, kind, schema, editor } of this.#fields) {
      if (input[name] === undefined) continue;
      if (kind === 'switch') editor.checked = input[name] === true;
      else if (kind === 'choice') editor.value = String(schema.enum.indexOf(input[name]));
      else editor.value = kind === 'json' ? JSON.stringify(input[name], null, 2) : String(input[name]);
    }
  }

  /** Puts each refusal at its field, the first of them in focus; how many there were. */
  refuse(errors) {
    this.accept();
    const refused = this.#fields.filter((field) => {
      const words = errors.filter((error) => error.field.split(/[.[/]/)[0] === field.name).map(({ message }) => message);
      if (words.length > 0) this.#mark(field, words.join(' · '));
      return words.length > 0;
    });
    refused[0]?.editor.focus();
    return refused.length;
  }

  accept() {
    for (const { editor, error } of this.#fields) {
      editor.removeAttribute('aria-invalid');
      error.hidden = true;
    }
  }

  #mark({ editor, error }, words) {
    editor.setAttribute('aria-invalid', 'true');
    say(error, words);
    error.hidden = false;
  }
}

function input(type, schema) {
  const editor = h('input', '');
  editor.type = type;
  if (schema.default !== undefined) editor.value = String(schema.default);
  return editor;
}

function numeric(schema, kind) {
  const editor = input('number', schema);
  editor.inputMode = kind === 'integer' ? 'numeric' : 'decimal';
  editor.step = kind === 'integer' ? String(schema.multipleOf ?? 1) : 'any';
  editor.required = schema.default !== undefined;
  if (schema.minimum !== undefined) editor.min = String(schema.minimum);
  if (schema.maximum !== undefined) editor.max = String(schema.maximum);
  return editor;
}

function text(schema) {
  const editor = input('text', schema);
  if (schema.maxLength !== undefined) editor.maxLength = schema.maxLength;
  if (schema.minLength !== undefined) editor.minLength = schema.minLength;
  editor.spellcheck = false;
  return editor;
}

function json(schema) {
  const editor = h('textarea', '');
  editor.rows = 4;
  editor.spellcheck = false;
  editor.value = schema.default === undefined ? '' : JSON.stringify(schema.default, null, 2);
  return editor;
}

function toggle(schema) {
  const editor = input('checkbox', {});
  editor.checked = schema.default === true;
  return editor;
}

function choice(schema) {
  const editor = h('select', '', ...schema.enum.map((value, index) => {
    const option = h('option', '', String(value));
    option.value = String(index);
    return option;
  }));
  editor.value = String(Math.max(0, schema.enum.indexOf(schema.default)));
  return editor;
}
