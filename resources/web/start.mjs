// SPDX-FileCopyrightText: 2026 The Kintsugi Authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Starting a task: the two cards beside the run, and the dialog for any definition that this server knows.

import { SchemaForm } from './schemaform.mjs';
import { byId, h, looks, say } from './view.mjs';

const WOULD_DO = {
  stale: 'is there and stale: Start takes it up again.', suspended: 'is there and suspended: Start resumes it.',
  running: 'is there and runs: Start attaches to it.', pending: 'is there and waits: Start attaches to it.',
};

/** Whether two values of JSON are the same, whatever the order of their members. */
export function isSame(a, b) {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && isSame(a[key], b[key]));
}

/** One form with its hint: `name` is the definition it starts. */
class StartForm {
  definition = null;
  fields = null;

  constructor(form, start, changed) {
    this.form = form;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit(start);
    });
    form.addEventListener('input', () => {
      this.fields?.accept();
      this.#refuse('');
      changed();
    });
  }

  show(definition, options) {
    this.definition = definition;
    this.fields = new SchemaForm(this.form.querySelector('.fields'), definition.inputSchema, options);
    this.form.querySelector('[type=submit]').disabled = false;
    this.#refuse('');
  }

  async #submit(start) {
    const input = this.fields?.read(true);
    if (!input) return;
    this.fields.accept();
    const refusal = await start({ name: this.definition.name, input, ...this.options() });
    if (refusal === null) {
      this.form.elements.fresh.checked = false;
      this.done();
    } else {
      const shown = this.fields.refuse(refusal.fields ?? []);
      this.#refuse(shown === (refusal.fields ?? []).length && shown > 0 ? 'Not started: see above.' : refusal.message);
    }
  }

  options() {
    return this.form.elements.fresh.checked ? { fresh: true } : {};
  }

  done() {}

  #refuse(words) {
    const hint = this.form.querySelector('.hint');
    hint.classList.toggle('refused', words !== '');
    say(hint, words);
  }

  /** Says before Start whether this input is a task already, and what Start would do then. */
  hint(tasks) {
    const hint = this.form.querySelector('.hint');
    if (!this.fields || hint.classList.contains('refused')) return;
    const input = this.fields.read();
    const { name } = this.definition;
    const same = this.form.elements.fresh.checked ? undefined : tasks.find((task) => task.name === name && isSame(task.input, input));
    say(hint, same ? `This input ${WOULD_DO[looks(same, false)] ?? 'has finished: Start shows its events.'}` : '');
  }
}

class StartDialog extends StartForm {
  #dialog = byId('startDialog');
  #definitions = [];

  constructor(start, changed) {
    super(byId('startForm'), start, changed);
    byId('startName').addEventListener('change', () => this.#choose());
    byId('startCancel').addEventListener('click', () => this.#dialog.close());
    byId('startAny').addEventListener('click', () => this.open());
  }

  know(definitions) {
    this.#definitions = definitions;
    byId('startAny').disabled = definitions.length === 0;
    byId('startName').replaceChildren(...definitions.map((definition, index) => {
      const option = h('option', '', definition.title ? `${definition.title} (${definition.name})` : definition.name);
      option.value = String(index);
      return option;
    }));
    if (definitions.length > 0 && !this.#dialog.open) this.#choose();
  }

  /** With the values of that task, to change and to run again. */
  open(task = null) {
    const index = task ? this.#definitions.findIndex(({ name }) => name === task.name) : -1;
    if (index >= 0) {
      byId('startName').value = String(index);
      this.#choose();
      this.fields.write(task.input);
    }
    this.form.elements.delay.value = '';
    this.form.elements.key.value = '';
    this.form.elements.recover.value = '';
    this.form.dispatchEvent(new Event('input'));
    this.#dialog.showModal();
  }

  knows(name) {
    return this.#definitions.some((definition) => definition.name === name);
  }

  options() {
    const { delay, key, recover } = this.form.elements;
    return {
      ...super.options(),
      ...(key.value === '' ? {} : { idempotencyKey: key.value }),
      ...(recover.value === '' ? {} : { autoRecover: recover.value === 'yes' }),
      ...(delay.value === '' ? {} : { delayMs: Math.round(delay.valueAsNumber * 1000) }),
    };
  }

  done() {
    this.#dialog.close();
  }

  #choose() {
    const definition = this.#definitions[Number(byId('startName').value)];
    this.show(definition, { help: true });
    const empty = Object.keys(definition.inputSchema.properties ?? {}).every((name) => name === 'runId');
    const recovers = definition.autoRecover ? 'by itself' : 'when it is nudged';
    say(byId('startAbout'), `Version ${definition.version}. After a crash it goes on ${recovers}.${empty ? ' It takes no input.' : ''}`);
    say(byId('recoverDefault'), `${recovers}, as defined`);
  }
}

/**
 * start(request) starts a task and gives null, or why it was refused. changed() is called when an input is another one.
 */
export class Starting {
  #cards;
  #dialog;

  constructor(start, changed) {
    this.#cards = [...document.querySelectorAll('form.start')].map((form) => new StartForm(form, start, changed));
    this.#dialog = new StartDialog(start, changed);
  }

  know(definitions) {
    const startable = definitions.filter(({ localOnly }) => !localOnly);
    for (const card of this.#cards) {
      const definition = startable.find(({ name }) => name === card.form.dataset.task);
      card.form.hidden = !definition;
      if (definition && !isSame(card.definition, definition)) card.show(definition);
    }
    this.#dialog.know(startable);
  }

  hint(tasks) {
    for (const form of [...this.#cards, this.#dialog]) form.hint(tasks);
  }

  /** Whether that task's input can be changed and run again from here. */
  canRunAgain(task) {
    return this.#dialog.knows(task.name);
  }

  runAgain(task) {
    this.#dialog.open(task);
  }
}
