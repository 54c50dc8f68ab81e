/** What is typed into the fields of inputs, and the values that a run gets of it. */

import type { BoardInput } from '../../src/protocol';
import type { Texts } from '../../src/runs/askedInputs';

export type Typed = Texts;

export interface Given {
  values: Record<string, unknown>;
  /** Why what was typed is no value, by input. */
  wrong: Record<string, string>;
}

/** A value as a field shows it. */
export function written(value: unknown): string {
  if (value === null || value === undefined) {
    return '';
  }
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1);
}

/** The values that differ from those that the inputs have by themselves; those that are `needed` may not lack. */
export function given(inputs: BoardInput[], typed: Typed, needed: string[] = []): Given {
  const found: Given = { values: {}, wrong: {} };
  for (const { name, kind, value } of inputs) {
    const text = typed[name] ?? '';
    if (text === '' && needed.includes(name)) {
      found.wrong[name] = 'A value is needed.';
    }
    if (text === '' || text === written(value)) {
      continue;
    }
    try {
      found.values[name] = read(kind, text);
    } catch (error) {
      found.wrong[name] = (error as Error).message;
    }
  }
  return found;
}

function read(kind: string, text: string): unknown {
  if (kind === 'integer' || kind === 'float') {
    const number = text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(number) || (kind === 'integer' && !Number.isInteger(number))) {
      throw new Error(kind === 'integer' ? 'This is no whole number.' : 'This is no number.');
    }
    return number;
  }
  if (kind === 'boolean') {
    return text === 'true';
  }
  if (kind === 'array' || kind === 'object') {
    return readJson(kind, text);
  }
  return text;
}

function readJson(kind: string, text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('This is no JSON.');
  }
  const isArray = Array.isArray(value);
  if (typeof value !== 'object' || value === null || isArray !== (kind === 'array')) {
    throw new Error(kind === 'array' ? 'This is no list in JSON.' : 'This is no object in JSON.');
  }
  return value;
}

/** `ticket: I was charged twice` of what will be given, for a line. */
export function summary(inputs: BoardInput[], typed: Typed): string {
  return inputs
    .map(({ name, value }) => {
      const text = (typed[name] || written(value)).replace(/\s+/g, ' ').trim();
      return `${name}: ${text.slice(0, 120) || 'no value'}`;
    })
    .join(' · ');
}
